"""A client as the consultations API takes and shows him."""

from pydantic import Field

from chalicelib.core.schemas import Moment, Schema, Text, Warned


class ClientFields(Schema):
    """Every field may be missing; what is empty wipes nothing."""

    email: Text = Field(None, max_length=254, examples=["aziza@example.uz"])
    phone_number: Text = Field(None, max_length=60, examples=["+998901234567"])
    country: Text = Field(None, max_length=100, examples=["UZ"])
    region: Text = Field(None, max_length=200)
    city: Text = Field(None, max_length=200)
    org_inn: Text = Field(None, max_length=40, description="The organisation's taxpayer number")
    org_id: Text = Field(None, max_length=200)
    subs_id: Text = Field(None, max_length=200)
    subs_start: Moment = Field(None, description="When the subscription begins")
    subs_end: Moment = Field(None, description="When it ends")
    tariff_id: Text = Field(None, max_length=200)
    tariffperiod_id: Text = Field(None, max_length=200)
    cl_ref_key: Text = Field(None, max_length=60, description="The client's Ref_Key in 1C")
    client_id_hash: Text = Field(None, min_length=32, max_length=200, description="A secret name of an existing client")
    client_id: Text = Field(None, max_length=60, description="An existing client's UUID")


class ClientCard(Warned):
    """A client as he stands."""

    client_id: str = Field(description="UUID")
    email: str | None
    phone_number: str | None
    country: str | None
    region: str | None
    city: str | None
    org_inn: str | None
    org_id: str | None
    subs_id: str | None
    subs_start: str | None
    subs_end: str | None
    tariff_id: str | None
    tariffperiod_id: str | None
    cl_ref_key: str | None
    created_at: str
    updated_at: str
