"""What can go wrong with leads."""

from chalicelib.core.errors import BadRequest, Busy, Conflict, NotFound


class LeadNotFound(NotFound):
    code = "lead_not_found"
    message = "There is no lead with this id."


class LeadExists(Conflict):
    """Whoever was written down is a lead already; `Location` says where, to who may see him."""

    code = "lead_exists"
    message = "This person is a lead already."


class SortTooDeep(BadRequest):
    code = "sort_too_deep"
    message = "This order is not walked so deep: narrow the filters, or order by created_at or score."


class LeadRaced(Busy):
    """Another change of the same lead was faster: decided anew from what now stands."""
