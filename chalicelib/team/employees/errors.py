"""What cards and their categories refuse."""

from chalicelib.core.errors import Busy, Conflict, NotFound


class EmployeeNotFound(NotFound):
    """A card that nobody made, or, for a master, another's; `detail.field` says where it was named."""

    message = "No employee has this id."


class CategoryNotFound(NotFound):
    """A category that nobody made, or that was removed."""

    message = "No category has this id."


class CategoryInUse(Conflict):
    """Cards stand in this category, of people who are gone too: `detail.employees` are the ids of some."""

    code = "category_in_use"
    message = "Employees stand in this category."


class EmployeeArchived(Conflict):
    """Of somebody who has left nothing is written but that he is back."""

    code = "employee_archived"
    message = "This employee is archived."


class EmployeeRaced(Busy):
    """A card has changed since it was read: decide anew."""
