"""What a comparison tells."""

from pydantic import Field

from chalicelib.core.schemas import Answer, Schema
from chalicelib.intake.reconcile.rules import What
from chalicelib.intake.rows.rules import Verdict


class Side(Schema):
    """A slot as one of the two has it."""

    state: str | None
    time: str | None = Field(description="DD.MM HH:mm, business zone, here; as the row says it, there")
    specialist: str | None


class Difference(Schema):
    slot_id: str
    what: list[What]
    here: Side | None
    there: Side | None
    news: bool = Field(description="The row changed and nobody told us: the next tick mends it. Otherwise it was changed here, knowingly")
    repair: Verdict | None = Field(None, description="What mending it would do")


class Report(Answer):
    configured: bool = Field(description="Whether SUPABASE_URL and SUPABASE_SERVICE_KEY are set")
    message: str
    rows: int = Field(0, description="Rows there")
    compared: int = Field(0, description="Of them, coming slots that were compared")
    unreadable: list[str] = Field([], description="Ids of rows that make no sense")
    withheld: int = Field(0, description="Slots missing there that are too many to be believed: they are left alone")
    count: int = Field(0, description="How many slots differ")
    differences: list[Difference] = Field([], description="The first of them")
