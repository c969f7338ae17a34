"""What appointments take and show."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, AliasChoices, Field, model_validator

from chalicelib.core.errors import WrongField
from chalicelib.core.lines import in_lines, in_one_line
from chalicelib.core.schemas import Schema, Text, Whole
from chalicelib.core.stamps import Stamp, StampOut
from chalicelib.core.synonyms import Names, Synonymous

Status = Literal["scheduled", "completed", "cancelled"]
Source = Literal["online", "admin_phone", "admin_manual", "form"]
LONGEST_ID = 10**9


def _whole_minute(at: datetime) -> datetime:
    if at.second or at.microsecond:
        raise ValueError("expected a whole minute")
    return at


Start = Annotated[Stamp, AfterValidator(_whole_minute)]
Line = Annotated[Text, AfterValidator(in_one_line)]
Words = Annotated[Text, AfterValidator(in_lines)]


class Wanted(Synonymous):
    """With whom, what, when and for how long."""

    ALSO: ClassVar[Names] = {"service_id": ("product_id",)}

    employee_id: Whole = Field(None, ge=1, le=LONGEST_ID, description="Without it whoever is free and has the least to do that day")
    service_id: Whole = Field(None, ge=1, le=LONGEST_ID, examples=[12])
    title: Line = Field(None, max_length=200)
    starts_at: Start = Field(description="In the future, a year ahead at most", examples=[1790000000])
    duration_minutes: Whole = Field(None, ge=5, le=480, description="As long as the service takes, else an hour")
    comment: Words = Field(None, max_length=1000)


class NewAppointment(Wanted):
    """One that the office makes."""

    client_id: int = Field(ge=1, le=LONGEST_ID, examples=[722])
    location_id: Whole = Field(None, ge=1, le=LONGEST_ID)
    source: Literal["online", "admin_phone", "admin_manual"] = "admin_manual"
    force: bool = Field(False, description="Also outside the schedule, and where the client has another session elsewhere")
    reason: Line = Field(None, max_length=500, description="Why it is forced: needed with `force`, and kept")

    @model_validator(mode="after")
    def _says_why(self) -> "NewAppointment":
        if self.force and not self.reason:
            raise WrongField("reason", "expected a reason with force")
        return self


class AppBooking(Wanted):
    """One that a client makes for himself."""

    init_data: Text = Field(
        None, validation_alias=AliasChoices("init_data", "initData"), description="What Telegram gave the Mini App; or the header says it"
    )


class AppointmentShown(Schema):
    """A session, as panels and the Mini App read it."""

    id: int | str = Field(description="A number; of a session that a form made `s.<ticket>.<session>`", examples=[17])
    client_id: int | None
    client_name: str
    employee_id: int | None
    employee_name: str
    service_id: int | None
    product_id: int | None = Field(description="The same as service_id")
    service_name: str
    title: str
    starts_at: StampOut
    duration_minutes: int
    status: Status
    no_show: bool = Field(description="Whether it is `cancelled` because the client did not come")
    source: Source
    location_id: int | None
    comment: str
    created_at: StampOut
    warnings: list[str] = Field(description="What whoever booked should know")


class AppBooked(AppointmentShown):
    """What a client has booked."""

    appointment_id: int | str = Field(description="The same as id")
