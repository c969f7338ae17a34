"""A slot as it is shown: apart from what the doors to slots ask and answer, for it stands in many packages' answers."""

from pydantic import Field

from chalicelib.core.schemas import Schema


class FreeSlot(Schema):
    """A slot somebody may take."""

    id: str
    psychologist_id: str
    psychologist: str = Field(description="The specialist's name")
    start_at: str = Field(description="UTC", examples=["2026-12-01T07:00:00Z"])
    date: str = Field(description="DD.MM, business zone", examples=["01.12"])
    time: str = Field(description="HH:mm, business zone", examples=["10:00"])
    minutes: int
