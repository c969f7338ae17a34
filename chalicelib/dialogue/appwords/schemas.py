"""Words from the Mini App."""

from typing import Annotated, ClassVar

from pydantic import Field

from chalicelib.core.schemas import Schema, Seen, Text
from chalicelib.core.synonyms import Names, Synonymous


class AppWords(Synonymous):
    """What a client wrote."""

    ALSO: ClassVar[Names] = {"init_data": ("initData",), "text": ("message",)}

    text: Annotated[str, Field(min_length=1, max_length=4000), Seen]
    init_data: Text = Field(None, description="What Telegram signed, where no `Authorization` says who writes")


class Written(Schema):
    """What was kept."""

    client_id: int
    message_id: str
