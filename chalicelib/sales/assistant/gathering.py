"""What a model may know of a lead: his card, why he is scored so, and what was last said, without what is nobody's business.

Nothing of a questionnaire is read, no free field of a card, no text in which a risk is found, and nothing at all of a client whom a person
has to look at first.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from chalicelib.ai.masking import Known, Mask
from chalicelib.ai.purposes import Withheld
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.models import Client
from chalicelib.clients.timeline import service as timeline
from chalicelib.core import storage
from chalicelib.core.settings import settings
from chalicelib.safety import rules as safety
from chalicelib.sales.interactions import repository as interactions
from chalicelib.sales.leads import service as leads
from chalicelib.sales.leads.errors import LeadNotFound
from chalicelib.sales.leads.models import Lead, Past
from chalicelib.sales.scoring import wording

LAST: Final = 12
"""Facts of the past whose words are looked at."""

LONGEST: Final = 600


class Ground(NamedTuple):
    """A lead as a model may know him."""

    lead: Lead
    person: PersonRow
    client: Client
    said: list[str]

    def mask(self, *others: str | None) -> Mask:
        """What hides who he is, and who `others` are."""
        card = self.client
        words = (self.person.name, card.name, *others)
        contacts = (self.person.phone, self.person.email, card.phone, card.email, card.telegram_username, card.telegram_id, card.vk_id)
        values = (*contacts, card.max_id, self.lead.website, self.lead.address, self.person.lead_number, *(card.raw_contacts or ()))
        return Mask(Known(words, (self.lead.company,), (*values, *(card.was or ()))))


def of_lead(number: int) -> Ground:
    """What may be said of a lead: his rows, his timeline, its words. Raises Withheld."""
    try:
        lead, person = leads.read(number)
    except LeadNotFound:
        raise Withheld("lead_gone") from None
    (client,) = storage.read(Client.at(lead.client_id))
    if client is None:
        raise Withheld("lead_gone")
    if client.paused_at:
        raise Withheld("client_paused")
    return Ground(lead, person, client, _said(lead.client_id))


def _said(client_id: str) -> list[str]:
    """What was last written between him and us, the newest first."""
    if settings().ai_sees == "nothing":
        return []
    facts = timeline.happened(client_id, limit=LAST, start=None).rows
    words = interactions.words(facts)
    found = (_words(words.get(fact.fact_id), client_id) for fact in facts)
    return [text[:LONGEST] for text in found if text and safety.found(text) is None]


def _words(row: Any, client_id: str) -> str | None:
    if isinstance(row, Past):
        return str(row.said["message"])
    return row.text if row is not None and row.recipient == f"client#{client_id}" else None


def reasons(detail: dict[str, Any], language: str) -> list[str]:
    """Why he is scored so, in our own words."""
    said = wording.worded(detail, language)
    head = wording.reasoning({**said, "missing": []}, language)
    return [head, *(_dated(reason) for name in ("reasons", "counter_reasons") for reason in said[name] if reason["source"] != "rules")]


def _dated(reason: dict[str, Any]) -> str:
    return f"{reason['text']} ({str(reason['at'])[:10]})" if reason["at"] else str(reason["text"])


def card(lead: Lead, names: Sequence[str] = ("company", "position", "industry", "company_size", "city")) -> list[str]:
    """What his card says of him."""
    return [f"{name}: {value}" for name in names if (value := getattr(lead, name))]
