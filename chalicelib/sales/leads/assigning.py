"""Whose a lead is."""

from chalicelib.clients.index import service as index
from chalicelib.core import storage
from chalicelib.core.bitmaps import finding
from chalicelib.core.settings import settings
from chalicelib.sales.leads import rules
from chalicelib.staff import repository as staff
from chalicelib.staff.rules import may_have_leads


def owner_of_new() -> int | None:
    """Whose a new lead is where nobody says: nobody's, or by `SALES_ASSIGN` the manager's who has the fewest open ones (four calls)."""
    if settings().sales_assign != "fewest_open":
        return None
    managers = [int(user.user_id) for user in staff.everyone() if may_have_leads(user) and user.role in rules.NARROWED]
    if not managers:
        return None
    behind = finding.late(index.PEOPLE, "live")
    found = finding.values(index.PEOPLE, "live", rules.OWNER, rules.STATUS, behind=behind)
    is_open = found[rules.STATUS].get("new", 0) | found[rules.STATUS].get("in_progress", 0)
    return min(managers, key=lambda one: ((found[rules.OWNER].get(str(one), 0) & is_open).bit_count(), one))


def still(owner: int | None) -> int | None:
    """Whoever had somebody's deal before, while leads may be his: a read."""
    if not owner:
        return None
    (user,) = storage.read(staff.key(int(owner)))
    return int(owner) if may_have_leads(user) else None
