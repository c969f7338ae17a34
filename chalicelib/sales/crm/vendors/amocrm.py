"""amoCRM's leads by our fields: price, stage and who answers stand on the lead, name and contacts on its main contact.

Pages of changes are asked for from the moment that the last one ended with, never by the next number: whatever is changed meanwhile moves
to the end, and would pull a row from the next page into one that was read. Of one moment there may be more than a page: these are numbered.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from chalicelib.core import clock
from chalicelib.integrations.amocrm.client import PAGE, AmoBlocked, AmoCrm, Row
from chalicelib.sales.crm.vendors import reading
from chalicelib.sales.crm.vendors.reading import Words
from chalicelib.sales.crm.vendors.shape import Page, Remote, Shut, Values

STAGES: Final = {"142": "won", "143": "lost"}
"""The two stages that every funnel has under the same ids."""

LEADS, CONTACTS = "leads", "contacts"
SKEW = 600
"""Seconds by which an account's clock may differ from ours."""

WITH = {"with": "contacts"}


class Amo:
    """An account, as `Crm`."""

    def __init__(self, client: AmoCrm, mapping: Mapping[str, Any] | None) -> None:
        self._client, self._words = client, Words(mapping, STAGES)
        self._own = {field: said["theirs"] for field, said in (mapping or {}).items() if said.get("theirs")}

    def check(self) -> str:
        """What the account is called."""
        try:
            return reading.text(self._client.account().get("name")) or "amoCRM"
        except AmoBlocked as blocked:
            raise Shut(blocked.reason) from blocked

    def changed(self, since: int, cursor: Any) -> Page:
        """Leads that changed; then those whose contacts did, for a contact's change leaves its leads as they were.

        Up to when changes are known, leads alone say: one that changes while contacts are read is the next run's. Where everything is asked
        for, contacts are those that changed since this walk began, by however much the two clocks may differ.
        """
        part, begins, number, first = cursor or (LEADS, since, 1, since or int(clock.wall().timestamp()) - SKEW)
        asked = {"order[updated_at]": "asc", **({"filter[updated_at][from]": str(begins)} if begins else {})}
        rows = self._page(part, number, **asked, **(WITH if part == LEADS else {"with": LEADS}))
        last = max((_at(row) for row in rows), default=begins)
        leads = rows if part == LEADS else self._of_contacts(rows)
        then = self._then(part, begins, number, last) if len(rows) == PAGE else ((CONTACTS, first, 1) if part == LEADS else None)
        return Page(self._whole(leads), [*then, first] if then else None, last if part == LEADS else 0)

    @staticmethod
    def _then(part: str, begins: int, number: int, last: int) -> tuple[str, int, int]:
        """Where the next page begins: at the moment of the last row; within one moment by its number."""
        return (part, last, 1) if last > begins else (part, begins, number + 1)

    def _of_contacts(self, contacts: list[Row]) -> list[Row]:
        ids = [str(one["id"]) for contact in contacts for one in _embedded(contact, LEADS)]
        return list(self._by_ids(LEADS, ids, **WITH)) if ids else []

    def all(self, cursor: Any) -> Page:
        """Everything, by ascending ids: what is made meanwhile comes at the end."""
        number = int(cursor or 1)
        rows = self._page(LEADS, number, **{"order[id]": "asc"}, **WITH)
        return Page(self._whole(rows), number + 1 if len(rows) == PAGE else None, max((_at(row) for row in rows), default=0))

    def some(self, ids: list[str]) -> list[Remote]:
        """Those of these that there are."""
        return self._whole(list(self._by_ids(LEADS, ids, **WITH)))

    def kept(self, values: Values) -> Values:
        """Prices are whole roubles there."""
        return {**values, "amount": int(values["amount"]) // 100 * 100 or None} if values.get("amount") else values

    def find(self, mark: str) -> str | None:
        """The lead whose name bears the mark."""
        rows = self._page(LEADS, 1, query=mark, **WITH)
        return next((str(row["id"]) for row in rows if f"({mark})" in str(row.get("name"))), None)

    def make(self, values: Mapping[str, Any], mark: str) -> str:
        """A lead with its contact and company, in one call."""
        contact = {"name": values.get("name") or mark, "custom_fields_values": _contacts(values, {})}
        if not contact["custom_fields_values"]:
            del contact["custom_fields_values"]
        inside: Row = {"contacts": [contact], "tags": [{"name": "frontdesk"}]}
        if values.get("company") and "company" not in self._own:
            inside["companies"] = [{"name": values["company"]}]
        lead = {"name": f"{values.get('name') or 'Заявка'} ({mark})", "request_id": mark, **self._lead(values), "_embedded": inside}
        return self._asked(self._client.make, lead)

    def change(self, number: str, values: Mapping[str, Any]) -> None:
        """What stands on the lead and what on its contact are two calls."""
        lead = next(iter(self._by_ids(LEADS, [number], **WITH)), None)
        if lead is None:
            return
        if said := self._lead(values):
            self._asked(self._client.change, LEADS, number, said)
        contact_id = _main(lead)
        if contact_id and any(values.get(name) for name in ("name", "phone", "email")):
            contact = next(iter(self._by_ids(CONTACTS, [contact_id])), {})
            fields = {"name": values["name"]} if values.get("name") else {}
            cards = _contacts(values, contact)
            self._asked(self._client.change, CONTACTS, contact_id, fields | ({"custom_fields_values": cards} if cards else {}))

    def _lead(self, values: Mapping[str, Any]) -> Row:
        said: Row = {}
        if values.get("amount") is not None:
            said["price"] = int(values["amount"]) // 100
        stage, user = self._words.their_stage(values.get("stage")), self._words.their_user(values.get("assigned_to"))
        said |= {"status_id": int(stage)} if stage else {}
        said |= {"responsible_user_id": int(user)} if user else {}
        own = [(self._own[name], values[name]) for name in self._own if name == "company" and values.get(name)]
        if own:
            said["custom_fields_values"] = [{"field_id": int(field), "values": [{"value": value}]} for field, value in own]
        return said

    def _whole(self, leads: list[Row]) -> list[Remote]:
        """Leads with what hangs on them: a call for a hundred contacts, and one for companies."""
        ids = [one for one in map(_main, leads) if one]
        contacts = {str(row["id"]): row for row in self._by_ids(CONTACTS, ids)} if ids else {}
        firms = [str(one["id"]) for lead in leads for one in _embedded(lead, "companies")[:1]] if "company" not in self._own else []
        companies = {str(row["id"]): row for row in self._by_ids("companies", firms)} if firms else {}
        return [self._remote(lead, contacts.get(_main(lead) or "", {}), companies) for lead in leads]

    def _remote(self, lead: Row, contact: Row, companies: Mapping[str, Row]) -> Remote:
        firm = next((companies.get(str(one["id"]), {}) for one in _embedded(lead, "companies")[:1]), {})
        company = _field(lead, self._own["company"]) if "company" in self._own else firm.get("name")
        values: Values = {
            "name": reading.text(contact.get("name")) or reading.text(lead.get("name")),
            "phone": reading.phone(_field(contact, "PHONE")),
            "email": reading.email(_field(contact, "EMAIL")),
            "company": reading.text(company),
            "stage": self._words.stage(lead.get("status_id")),
            "amount": reading.kopecks(lead.get("price")),
            "assigned_to": self._words.user(lead.get("responsible_user_id")),
        }
        return Remote(str(lead["id"]), values, max(_at(lead), _at(contact)))

    def _page(self, what: str, number: int, **query: str) -> list[Row]:
        found: list[Row] = self._asked(self._client.page, what, number, **query)
        return found

    def _by_ids(self, what: str, ids: list[str], **query: str) -> Iterable[Row]:
        found: list[Row] = self._asked(lambda: list(self._client.by_ids(what, ids, **query)))
        return found

    def _asked(self, ask: Any, *said: Any, **query: Any) -> Any:
        try:
            return ask(*said, **query)
        except AmoBlocked as blocked:
            raise Shut(blocked.reason) from blocked


def _at(row: Mapping[str, Any]) -> int:
    said = row.get("updated_at")
    return said if isinstance(said, int) else 0


def _embedded(row: Mapping[str, Any], what: str) -> list[Row]:
    inside = row.get("_embedded")
    rows = inside.get(what) if isinstance(inside, dict) else None
    return [one for one in rows if isinstance(one, dict) and one.get("id")] if isinstance(rows, list) else []


def _main(lead: Mapping[str, Any]) -> str | None:
    """A lead's main contact, else its first."""
    found = sorted(_embedded(lead, CONTACTS), key=lambda one: not one.get("is_main"))
    return str(found[0]["id"]) if found else None


def _values(row: Mapping[str, Any], field: str) -> list[Row]:
    """What an own field holds, by its id or its code."""
    fields = row.get("custom_fields_values") or []
    return next((one.get("values") or [] for one in fields if field in (one.get("field_code"), str(one.get("field_id")))), [])


def _field(row: Mapping[str, Any], field: str) -> Any:
    return next((one.get("value") for one in _values(row, field)), None)


def _contacts(values: Mapping[str, Any], contact: Mapping[str, Any]) -> list[Row]:
    """Contacts as fields: the first is ours, what else the contact has stays, for a field is written whole."""
    written = []
    for name, code in (("phone", "PHONE"), ("email", "EMAIL")):
        if values.get(name):
            rest = [{key: one[key] for key in ("value", "enum_code") if key in one} for one in _values(contact, code)[1:]]
            written.append({"field_code": code, "values": [{"value": values[name], "enum_code": "WORK"}, *rest]})
    return written
