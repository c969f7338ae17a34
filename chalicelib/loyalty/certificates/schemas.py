"""Certificates as panels make and show them."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from chalicelib.core.amounts import PtsOut, Rub, RubOut
from chalicelib.core.lines import in_one_line
from chalicelib.core.paging import PageNumbers, PageQuery
from chalicelib.core.schemas import Schema, Seen, Text, Whole
from chalicelib.core.stamps import Stamp, StampOut
from chalicelib.core.synonyms import Names, Synonymous
from chalicelib.loyalty.accounts.schemas import ClientShown

Issue = Literal["automatic", "birthday", "cross_marketing", "link", "manual"]
Method = Literal["cash", "card", "transfer", "online"]


_OPTIONAL = ("price_rub", "payment_method", "expires_at", "valid_until")


def _stripped(said: object) -> object:
    return said.strip() if isinstance(said, str) else said


def _more_than_nothing(amount: int) -> int:
    if amount <= 0:
        raise ValueError("expected more than 0")
    return amount


class NewCertificate(Synonymous):
    """One that is made, and sold where it has a price."""

    ALSO: ClassVar[Names] = {"title": ("certificate_type",), "amount_rub": ("nominal",), "expires_at": ("valid_until",)}

    title: Annotated[str, BeforeValidator(_stripped), Seen, AfterValidator(in_one_line), Field(min_length=1, max_length=200)]
    amount_rub: Annotated[Rub, AfterValidator(_more_than_nothing)]
    issue_method: Issue = "manual"
    price_rub: Rub | None = Field(None, description="What is paid for it; none or 0 where it is given away")
    payment_method: Method | None = Field(None, description="cash by default, where there is a price")
    client_id: Whole = Field(None, ge=1, description="Whose alone it is; without it whoever has the code")
    expires_at: Stamp | None = Field(None, description="It is valid to the end of that day")
    comment: Text = Field(None, max_length=1000)

    @model_validator(mode="before")
    @classmethod
    def _blank_is_none(cls, said: object) -> object:
        if not isinstance(said, dict):
            return said
        return {
            name: None if value == "" and name in ("price_rub", "payment_method", "expires_at", "valid_until") else value
            for name, value in said.items()
        }


class CertificatesQuery(PageQuery):
    status: Literal["active", "in_progress", "redeemed", "expired", "cancelled"] | None = Field(None, description="in_progress is active")
    client_id: Whole = Field(None, ge=1)


class CertificateShown(Schema):
    id: int
    code: str = Field(
        description="Whole in the answer that makes it and to the owner; its last four letters to others", examples=["****-****-7K2M"]
    )
    title: str
    amount_rub: RubOut
    balance_rub: RubOut
    price_rub: RubOut | None
    issue_method: str
    status: Literal["active", "redeemed", "expired", "cancelled"]
    client_id: int | None
    expires_at: StampOut | None
    comment: str
    created_at: StampOut


class Certificates(PageNumbers):
    items: list[CertificateShown]


class OperationLine(Schema):
    """An operation as a client's card lists it."""

    id: int
    op_type: str
    amount_rub: RubOut
    cash_rub: RubOut
    points_spent: PtsOut
    points_earned: PtsOut
    comment: str
    created_at: StampOut


class Card(ClientShown):
    """A client with what happened last."""

    operations: list[OperationLine] = Field(description="The last ten")
    certificates: list[CertificateShown] = Field(description="The last ten that are his alone")
