"""What movements and balances take and show."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from chalicelib.catalogue.stock.rules import MovementType
from chalicelib.company.schemas import Words
from chalicelib.core.amounts import Qty, QtyOut, Rub, RubOut
from chalicelib.core.paging import PageNumbers, PageQuery
from chalicelib.core.schemas import Schema
from chalicelib.core.stamps import Days, Stamp, StampOut
from chalicelib.core.synonyms import Names, Synonymous, SynonymousQuery

_ALSO = {"receipt": "income", "write_off": "expense"}
Number = Annotated[int, Field(ge=1, le=10**12)]


def _named(value: Any) -> Any:
    return _ALSO.get(value, value) if isinstance(value, str) else value


Kind = Annotated[MovementType, BeforeValidator(_named)]


class MovementsQuery(SynonymousQuery, PageQuery, Days):
    """Which movements; of one product all that ever were where no days are named, of all of them the last 92 days."""

    ALSO: ClassVar[Names] = {"movement_type": ("type",)}

    product_id: Number | None = None
    location_id: Number | None = None
    movement_type: Kind | None = None


class NewMovement(Synonymous):
    """One movement: `adjustment` says what was counted, `transfer` names both locations."""

    ALSO: ClassVar[Names] = {"movement_type": ("type",)}

    movement_type: Kind
    quantity: Qty = Field(description="More than 0, but for an adjustment: what was counted")
    location_id: Number
    to_location_id: Number | None = None
    unit_cost_rub: Rub | None = Field(None, description="What a piece cost; an income with it moves the product's average cost")
    counterparty: Annotated[Words, Field(max_length=200)] = ""
    comment: Annotated[Words, Field(max_length=1000)] = ""
    occurred_at: Stamp | None = Field(None, description="A note alone: it counts when it is said")

    @model_validator(mode="after")
    def _says_what_moves_where(self) -> Self:
        if not self.quantity and self.movement_type != "adjustment":
            raise ValueError("expected a quantity above 0")
        if (self.to_location_id is None) == (self.movement_type == "transfer"):
            raise ValueError("expected to_location_id of a transfer, and of a transfer alone")
        if self.to_location_id == self.location_id:
            raise ValueError("expected another location as to_location_id")
        return self


class MovementShown(Schema):
    """One movement of one product at one location."""

    id: int
    product_id: int
    product_name: str
    location_id: int
    location_name: str
    to_location_id: int | None = Field(description="Of a transfer, in both of its legs: where to")
    transfer_id: int | None = Field(description="What the two legs of a transfer share")
    movement_type: str
    quantity: QtyOut = Field(description="As it was said")
    delta: QtyOut
    balance_after: QtyOut | None = Field(description="null of sales, which do not wait for each other to know it")
    unit_cost_rub: RubOut | None
    total_cost_rub: RubOut | None
    counterparty: str
    comment: str
    occurred_at: StampOut
    created_at: StampOut
    actor: str
    operation_id: int | None


class Movements(PageNumbers):
    items: list[MovementShown]


class Lying(Schema):
    """How much lies at one location."""

    location_id: int
    location_name: str
    quantity: QtyOut


class StockShown(Schema):
    """How much of a product lies where."""

    product_id: int
    total_stock: QtyOut
    by_location: list[Lying]
    items: list[Lying] = Field(description="The same as by_location")
    total_quantity: QtyOut = Field(description="The same as total_stock")
