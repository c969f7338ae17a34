"""The leads' doors: the site's, each funnel's, and the operators' view of what was sent."""

from chalicelib.core import security
from chalicelib.core.http import Api, Source
from chalicelib.core.inbox import Receipt
from chalicelib.core.schemas import Message
from chalicelib.core.sender import Sender
from chalicelib.gocrm.leads import deliveries, rules, service
from chalicelib.gocrm.leads.errors import FunnelUnknown, LeadNotFound, LeadNotRefused, LeadsClosed, LeadsWriteOnly
from chalicelib.gocrm.leads.schemas import Corrections, Deliveries, DeliveriesQuery, LeadForm, LeadTaken, Replayed
from chalicelib.integrations.tilda.forms import is_probe
from chalicelib.integrations.tilda.policy import PUBLIC_FORM

api = Api("gocrm.leads")
LEADS = Source(service.SOURCE, key=rules.key_of, is_probe=is_probe)
REFUSALS = (LeadsClosed, FunnelUnknown)


@api.post("/gocrm/leads", auth=PUBLIC_FORM, webhook=True, source=LEADS, errors=REFUSALS)
def create_gocrm_lead(body: LeadForm, receipt: Receipt) -> LeadTaken:
    """Leave a lead for Go-CRM, as JSON or as a Tilda form.

    It is stored at once and sent in the order it came. A repeat within a day is one lead; one that says
    anything else is a lead of its own.
    """
    return service.take(body, receipt=receipt)


@api.post("/gocrm/funnels/{funnel}/leads", auth=PUBLIC_FORM, webhook=True, errors=REFUSALS)
def create_funnel_lead(funnel: str, body: LeadForm, sender: Sender) -> LeadTaken:
    """Leave a lead for one of Go-CRM's funnels, as JSON or as a Tilda form."""
    return service.take_into(funnel, body, sender=sender)


@api.get("/gocrm/leads", auth=PUBLIC_FORM, errors=[LeadsWriteOnly])
def list_gocrm_leads() -> Message:
    """Refused: Go-CRM's public API cannot show leads. Our own deliveries stand under `/gocrm/deliveries`."""
    raise LeadsWriteOnly


@api.get("/gocrm/deliveries", auth=security.SERVICE)
def list_lead_deliveries(query: DeliveriesQuery) -> Deliveries:
    """Leads of ours that wait, were sent or were refused, with Go-CRM's objections by field; the newest first."""
    return deliveries.page(query)


@api.post("/gocrm/deliveries/{lead_id}/replay", auth=security.SERVICE, errors=[LeadNotFound, LeadNotRefused])
def replay_lead_delivery(lead_id: str, body: Corrections) -> Replayed:
    """Send a refused lead again, with corrected fields where the body has any; one that waits is tried at once."""
    return deliveries.replay(lead_id, body)
