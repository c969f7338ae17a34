"""What appointments take and show."""

from typing import Literal

from pydantic import Field

from chalicelib.core.schemas import Schema
from chalicelib.core.stamps import StampOut

Status = Literal["scheduled", "completed", "cancelled"]
Source = Literal["online", "admin_phone", "admin_manual", "form"]


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
