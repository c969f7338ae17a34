"""What the doors of tasks ask and answer."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from chalicelib.core.lines import in_lines, in_one_line
from chalicelib.core.listing import Numbered, Numbers
from chalicelib.core.schemas import AS_TEXT, Headed, Schema, Whole, blank_is_none
from chalicelib.sales.calls.schemas import Blank, LeadId, Past, UserId
from chalicelib.sales.calls.tasks.rules import Priority, Status, Type
from chalicelib.sales.leads.schemas import lead_named

Line = Annotated[Annotated[str, Field(max_length=255)] | None, AS_TEXT, AfterValidator(in_one_line)]
Lines = Annotated[Annotated[str, Field(max_length=5_000)] | None, AS_TEXT, AfterValidator(in_lines)]


class TaskChange(Schema):
    """What is absent stays, null clears. What is suggested is taken up by `pending` or `in_progress`, or dropped by `cancelled`."""

    task_type: Annotated[Type | None, Blank] = None
    reason: Line = Field(None, examples=["Просил перезвонить после отпуска"])
    priority: Annotated[Priority | None, Blank] = None
    due_at: Past = Field(None, description="A moment that has passed is taken, and the task is overdue")
    assigned_to: Whole = Field(None, ge=1, description="An active manager, operator, admin or owner; null is nobody")
    status: Annotated[Status | None, Blank] = None
    notes: Lines = None
    version: int | None = Field(None, description="The version that was read: another one now is refused")

    NEVER_NULL: ClassVar[tuple[str, ...]] = ("task_type", "priority", "status")

    @model_validator(mode="after")
    def _says_what_must_be(self) -> Self:
        empty = [name for name in self.NEVER_NULL if name in self.model_fields_set and getattr(self, name) is None]
        if empty:
            raise ValueError(f"expected a value of {empty[0]}")
        return self


class NewTask(TaskChange):
    call_id: Whole = Field(None, ge=1, le=10**12, description="After which call; or of which lead")
    lead_id: LeadId = None
    task_type: Type
    due_at: Past
    priority: Priority = "medium"
    status: Literal["pending", "in_progress"] = "pending"

    @model_validator(mode="after")
    def _is_about_somebody(self) -> Self:
        if self.call_id is None and self.lead_id is None:
            raise ValueError("expected call_id or lead_id")
        if self.due_at is None:
            raise ValueError("expected a value of due_at")
        return self


class TaskShown(Headed):
    id: int
    call_id: int | None
    lead_id: int | None
    task_type: Type
    reason: str | None
    priority: Priority
    due_at: str | None
    overdue: bool = Field(description="Taken up, not done, and its moment has passed")
    assigned_to: int | None
    status: Status
    quote: str | None = Field(description="The words of the talk by which it was suggested")
    start: float | None = Field(description="Seconds from the call's beginning at which they were said")
    created_by: int | None = Field(description="Who wrote it down; null for what the analysis suggests")
    completed_at: str | None
    notes: str | None
    created_at: str
    updated_at: str | None
    version: int


class Tasks(Numbers):
    items: list[TaskShown]


class TasksQuery(Numbered):
    """Filters that are all true of each task; days are those on which they are due."""

    status: Status | None = None
    assigned_to: UserId = Field(None, description="Whose they are to do; 0 is nobody's")
    lead_id: Annotated[int | None, Field(ge=1, le=10**12), BeforeValidator(lead_named), BeforeValidator(blank_is_none)] = None
    call_id: Annotated[int | None, Field(ge=1, le=10**12), Blank] = None
    overdue: Annotated[bool | None, Blank] = None
    order_by: Literal["due_at", "created_at"] = "created_at"
