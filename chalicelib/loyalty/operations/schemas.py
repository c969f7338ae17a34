"""What the till is told, and what it answers."""

from typing import Annotated, ClassVar, Final, Literal

from pydantic import AfterValidator, Field

from chalicelib.core.amounts import PctOut, Pts, PtsOut, Qty, QtyOut, Rub, RubOut
from chalicelib.core.lines import in_lines, in_one_line
from chalicelib.core.paging import PageNumbers, PageQuery
from chalicelib.core.schemas import Schema, Text, Whole
from chalicelib.core.stamps import Days, StampOut
from chalicelib.core.synonyms import Names, Synonymous, SynonymousQuery

Number = Annotated[int, Field(strict=True, ge=1, le=10**12)]
"""An id of a payload: a whole number from 1 on, and no text."""

OpType = Literal["purchase", "order", "refund", "points_accrual", "points_writeoff", "reward_payout"]
Method = Literal["cash", "card", "transfer", "online"]
REFERENCE: Final = 64

Line = Annotated[Text, AfterValidator(in_one_line)]
Words = Annotated[Text, AfterValidator(in_lines)]


class NewItem(Synonymous):
    """One line of a bill."""

    ALSO: ClassVar[Names] = {"price_rub": ("price",)}

    product_id: Number = Field(examples=[12])
    quantity: Annotated[Qty, Field(gt=0)] = Field(examples=[2])
    price_rub: Rub | None = Field(None, description="The card's price where nothing is said", examples=[450])


class NewOperation(Synonymous):
    ALSO: ClassVar[Names] = {"op_type": ("type",), "amount_rub": ("amount",), "points": ("points_spent",)}

    client_id: Number = Field(0, description="Needed but for the refund of a certificate that was sold to nobody", examples=[722])
    op_type: OpType
    amount_rub: Rub | None = Field(None, description="The bill before anything; may be absent where `items` say it", examples=[1500])
    discount_rub: Rub = 0
    referral_discount_rub: Rub = 0
    points: Pts | None = Field(None, description="Points that pay a part of the bill, or are given or taken by hand", examples=[100])
    certificate_code: Text = Field(None, max_length=40)
    certificate_rub: Rub | None = Field(None, description="Without it the certificate pays what it can")
    cash_rub: Rub | None = Field(None, description="What the till gets, or gives back, as the caller counted it; refused if it differs")
    items: list[NewItem] | None = Field(None, max_length=100)
    product_id: Number | None = Field(None, description="Instead of `items`, with `quantity`")
    quantity: Annotated[Qty, Field(gt=0)] | None = None
    payment_method: Method | None = Field(None, description="cash by default, online of an order")
    operation_id: Number | None = Field(None, description="What is refunded; else the newest purchase of 90 days that holds the amount")
    location_id: Number | None = Field(None, description="Where the goods are taken from; else the default location")
    employee_id: Number | None = None
    appointment_id: Line = Field(None, max_length=REFERENCE)
    receipt_number: Line = Field(None, max_length=REFERENCE, description="One operation's for ever")
    comment: Words = Field(None, max_length=1000)
    notify: bool = Field(False, description="Tell the client what he bought and what he has now")

    @property
    def lines(self) -> list[NewItem]:
        """The bill's lines, however they were said."""
        if self.product_id is None:
            return self.items or []
        return [*(self.items or []), NewItem.model_construct(product_id=self.product_id, quantity=self.quantity or 1000, price_rub=None)]


class SoldItem(Schema):
    product_id: int
    name: str
    quantity: QtyOut
    price_rub: RubOut
    amount_rub: RubOut


class Reward(Schema):
    generation: int
    client_id: int
    percent: PctOut
    amount: PtsOut
    unit: str


class OperationShown(Schema):
    id: int
    client_id: int
    op_type: str
    amount_rub: RubOut = Field(
        description="The bill; of a refund what was given back of it; of a money reward that was taken back, below zero"
    )
    discount_rub: RubOut
    referral_discount_rub: RubOut
    comment: str
    created_at: StampOut
    cash_rub: RubOut = Field(description="What the till got; of a refund what it gave back")
    points_spent: PtsOut
    points_earned: PtsOut = Field(description="Less what refunds took back")
    points_earned_first: PtsOut = Field(description="What it earned at first")
    certificate_rub: RubOut
    payment_method: str
    items: list[SoldItem]
    location_id: int | None
    employee_id: int | None
    appointment_id: str | None
    receipt_number: str
    level_code: str
    accrual_percent: PctOut
    refund_of: int | None = Field(description="What a refund gave back of")
    purchase_id: int | None = Field(description="For which purchase somebody was rewarded, or gave a reward back")
    refunded_rub: RubOut
    refundable_rub: RubOut
    points_returned: PtsOut
    points_taken_back: PtsOut
    points_balance_after: PtsOut = Field(description="As it was seen: operations of the same moment are not in it")
    referral_state: str = Field(description="none, pending or done")
    referral: list[Reward]
    imported: bool
    actor: str


class OperationsQuery(SynonymousQuery, Days, PageQuery):
    ALSO: ClassVar[Names] = {"op_type": ("type",)}

    client_id: Whole = Field(None, ge=1)
    op_type: Text = Field(None, max_length=REFERENCE)


class Operations(PageNumbers):
    items: list[OperationShown]
