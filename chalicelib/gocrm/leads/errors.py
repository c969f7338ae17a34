"""What can go wrong with a lead."""

from collections.abc import Iterable

from chalicelib.core.errors import AppError, Conflict, NotFound


class LeadsClosed(Conflict):
    code = "gocrm_closed"
    message = "Leads are not taken here: the setting that says where to send them is missing."


class FunnelUnknown(NotFound):
    code = "funnel_unknown"
    message = "No funnel has this name."

    def __init__(self, known: Iterable[str] = ()) -> None:
        super().__init__({"funnels": sorted(known)})


class LeadsWriteOnly(AppError):
    status = 405
    code = "leads_write_only"
    message = "Go-CRM's public API takes leads and cannot show them: the common base needs a manager's access."

    def __init__(self) -> None:
        super().__init__({"own_leads": "GET /gocrm/deliveries"}, headers={"Allow": "POST, OPTIONS"})


class LeadNotFound(NotFound):
    code = "lead_not_found"
    message = "No lead of ours has this id."


class LeadNotRefused(Conflict):
    code = "lead_not_refused"
    message = "Only a lead that Go-CRM refused can be corrected and sent again."
