"""An employee as a panel writes, lists and shows him."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, RootModel, model_validator

from chalicelib.company.schemas import Line
from chalicelib.core.amounts import Rub, RubOut
from chalicelib.core.errors import WrongField
from chalicelib.core.paging import PageNumbers, PageQuery
from chalicelib.core.schemas import Query, Schema, Text, Warned, Whole, blank_is_none
from chalicelib.core.stamps import OptionalDay, StampOut
from chalicelib.core.synonyms import Names, Synonymous, SynonymousQuery
from chalicelib.staff.rules import Role
from chalicelib.staff.schemas import Email, Phone, RoleName

Status = Literal["active", "dismissed", "archived"]
PaymentType = Literal["hourly", "piecework"]
Rate = Annotated[Rub, BeforeValidator(lambda value: 0 if blank_is_none(value) is None else value)]
Access = Annotated[RoleName | None, BeforeValidator(blank_is_none)]
FullName = Annotated[Line, Field(min_length=1, max_length=200)]


class EmployeeFields(Synonymous):
    """What a card says; a text that is null or empty is cleared."""

    ALSO: ClassVar[Names] = {"payment_type": ("pay_type",)}

    category_id: Whole = Field(None, ge=1)
    position: Annotated[Line, Field(max_length=200)] = ""
    email: Email = None
    phone: Phone = None
    payment_type: PaymentType = "hourly"
    hourly_rate: Rate = 0
    piece_rate: Rate = 0
    is_bookable: bool = Field(True, description="Clients can come to him: he is a specialist of the calendar")
    specialist_id: Text = Field(None, max_length=200, description="The specialist that he is already; one is made where none is named")
    user_id: Whole = Field(None, ge=1, description="Who signs in as him; said by owners")
    access_role: Access = Field(None, description="As what he signs in: makes his user, or changes it; null ends it. Said by owners")
    tg_id: Whole = Field(None, ge=1, lt=10**16, description="His Telegram account, by which he signs in")
    hired_at: OptionalDay = None


class NewEmployee(EmployeeFields):
    full_name: FullName


class EmployeeChange(EmployeeFields):
    """What is absent stays."""

    full_name: FullName = ""
    status: Status | None = Field(None, description="`active` brings somebody back; access is given anew by `access_role`")
    is_archived: bool | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "EmployeeChange":
        if self.status is not None and self.is_archived is not None and self.is_archived == (self.status == "active"):
            raise WrongField("is_archived", "expected status or is_archived, not two meanings")
        return self


class NamedEmployee(EmployeeChange):
    """The same with the id beside it, where the query does not say it."""

    id: Whole = Field(None, ge=1)


class ById(Query):
    """Which one, where the path does not say it."""

    id: Whole = Field(None, ge=1)


class EmployeesQuery(SynonymousQuery, PageQuery):
    """Which cards; of those who work here now, where nothing else is said."""

    ALSO: ClassVar[Names] = {"q": ("search",)}

    q: Text = Field(None, max_length=100, description="Words of the name, the position, the e-mail or the telephone number, 5 at most")
    category_id: Whole = Field(None, ge=1)
    status: Annotated[Status | None, BeforeValidator(blank_is_none)] = None
    is_archived: bool | None = None


class EmployeeShown(Warned):
    """One who works here, or did."""

    id: int
    full_name: str
    category_id: int | None
    category_name: str | None
    position: str
    email: str
    phone: str
    status: Status
    is_archived: bool
    payment_type: PaymentType
    hourly_rate: RubOut
    piece_rate: RubOut
    is_bookable: bool
    specialist_id: str | None
    user_id: int | None
    access_role: Role | None = Field(description="As what he may sign in now")
    tg_id: int | None
    hired_at: str | None
    created_at: StampOut
    updated_at: StampOut


class Employees(PageNumbers):
    items: list[EmployeeShown]


class Archived(Warned):
    success: Literal[True] = True
    employee_id: int
    is_archived: bool


class NewCategory(Schema):
    name: Annotated[Line, Field(min_length=1, max_length=120)]


class Category(Schema):
    """A group of employees."""

    id: int
    name: str
    is_active: bool
    employees_count: int = Field(description="Cards that stand in it, of those who have left too")
    created_at: StampOut


class Categories(RootModel[list[Category]]):
    """Categories in the order of their numbers."""


class EventShown(Schema):
    """One thing that was changed of him, or accrued to him."""

    id: int
    event_type: str = Field(examples=["created", "changed", "archived", "restored", "accrued", "recalculated"])
    field: str
    old_value: str | None
    new_value: str | None
    changed_by: str
    payload_json: dict[str, Any] | None
    created_at: StampOut


class History(PageNumbers):
    employee_id: int
    items: list[EventShown]
