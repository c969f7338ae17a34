"""What visitors read of the club."""

from pydantic import Field

from chalicelib.core.schemas import Answer, Query, Schema, Text
from chalicelib.integrations.gocrm.schemas import Point


class Mirrored(Answer):
    """An answer from the last good copy."""

    stale: bool = Field(description="Whether Go-CRM could not be asked lately")
    as_of: str | None = Field(description="When the copy was made; null while there is none")


class CityCard(Schema):
    id: str
    name: str


class CenterCard(Schema):
    """A branch."""

    id: str
    city_id: str
    name: str
    address: str | None = None
    phone: str | None = None
    coordinates: Point | None = None


class StaffCard(Schema):
    """Somebody who works in a branch."""

    id: str
    center_id: str | None = None
    name: str
    position: str | None = None


class Cities(Mirrored):
    cities: list[CityCard]


class Centers(Mirrored):
    centers: list[CenterCard]


class Staff(Mirrored):
    staff: list[StaffCard]


class CentersQuery(Query):
    city_id: Text = Field(None, max_length=60, description="Branches of this city only")


class StaffQuery(Query):
    center_id: Text = Field(None, max_length=60, description="Staff of this branch only")
