"""Bitrix24's leads by our fields. Pages go by ascending ids alone: any other order loses rows while they are changed.

What changed is asked for by its moment, and paged within by ids; counting is turned off (`start=-1`), which is far cheaper there.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from chalicelib.core import clock
from chalicelib.integrations.bitrix24.client import PAGE, Bitrix24, BitrixBlocked, Row
from chalicelib.sales.crm.vendors import reading
from chalicelib.sales.crm.vendors.reading import Words
from chalicelib.sales.crm.vendors.shape import Page, Remote, Shut, Values

STAGES: Final = {"NEW": "new", "IN_PROCESS": "contacted", "PROCESSED": "qualified", "CONVERTED": "won", "JUNK": "lost"}
"""The stages that every portal has."""

ORIGIN: Final = "frontdesk"
SELECT: Final = (
    *("ID", "TITLE", "NAME", "LAST_NAME", "PHONE", "EMAIL", "COMPANY_TITLE", "STATUS_ID", "OPPORTUNITY", "ASSIGNED_BY_ID", "DATE_MODIFY"),
    "ORIGIN_ID",
)
SAME = timedelta(seconds=1)
"""Its filter knows no "from": a second earlier, what is later than that."""


SKEW = 600
"""Seconds by which a portal's clock may differ from ours."""


class Bitrix:
    """A portal, as `Crm`."""

    def __init__(self, client: Bitrix24, mapping: Mapping[str, Any] | None) -> None:
        self._client, self._words = client, Words(mapping, STAGES)
        self._own = {field: said["theirs"] for field, said in (mapping or {}).items() if said.get("theirs")}

    def check(self) -> str:
        """Whose webhook it is; raises what says that it may not see the CRM."""
        who = self._ask("profile") or {}
        self._ask("crm.lead.fields")
        return reading.text(f"{who.get('NAME') or ''} {who.get('LAST_NAME') or ''}") or "Bitrix24"

    def changed(self, since: int, cursor: Any) -> Page:
        """What changed from a moment on, by ids. What changes behind our back while later ids are read is the next run's: up to when all is
        known is never later than the beginning of this walk, by however much the two clocks may differ."""
        after, latest, begun = cursor or ("0", since, int(clock.wall().timestamp()) - SKEW)
        begins = datetime.fromtimestamp(since, UTC) - SAME
        rows = self._rows(after, {">DATE_MODIFY": begins.isoformat(timespec="seconds")} if since else {})
        latest = max([latest, *map(_at, rows)])
        remotes = [self._remote(row) for row in rows]
        if len(rows) == PAGE:
            return Page(remotes, [str(rows[-1]["ID"]), latest, begun], since)
        return Page(remotes, None, max(since, min(latest, begun)))

    def all(self, cursor: Any) -> Page:
        """Everything, by ascending ids."""
        rows = self._rows(str(cursor or "0"), {})
        return Page([self._remote(row) for row in rows], str(rows[-1]["ID"]) if len(rows) == PAGE else None)

    def some(self, ids: list[str]) -> list[Remote]:
        """Those of these that there are, fifty a call."""
        found: list[Remote] = []
        for start in range(0, len(ids), PAGE):
            found += [self._remote(row) for row in self._rows("0", {"@ID": ids[start : start + PAGE]})]
        return found

    def kept(self, values: Values) -> Values:
        """As they are."""
        return values

    def find(self, mark: str) -> str | None:
        """The lead that bears our number as its origin."""
        rows = self._rows("0", {"=ORIGINATOR_ID": ORIGIN, "=ORIGIN_ID": mark})
        return next((str(row["ID"]) for row in rows), None)

    def make(self, values: Mapping[str, Any], mark: str) -> str:
        """A new lead with our number as its origin."""
        fields = {"TITLE": values.get("name") or mark, "ORIGINATOR_ID": ORIGIN, "ORIGIN_ID": mark, **self._fields(values, {})}
        return str(self._ask("crm.lead.add", {"fields": fields, "params": {"REGISTER_SONET_EVENT": "N"}}))

    def change(self, number: str, values: Mapping[str, Any]) -> None:
        """Say these of a lead; of several contacts the first is ours."""
        row = next(iter(self._rows("0", {"@ID": [number]})), None)
        if row is not None and (fields := self._fields(values, row)):
            self._ask("crm.lead.update", {"id": number, "fields": fields})

    def _rows(self, after: str, where: Mapping[str, Any]) -> list[Row]:
        select = [*SELECT, *self._own.values()]
        asked = {"order": {"ID": "ASC"}, "filter": {">ID": after, **where}, "select": select, "start": -1}
        try:
            return self._client.rows("crm.lead.list", asked)
        except BitrixBlocked as blocked:
            raise Shut(blocked.reason) from blocked

    def _ask(self, method: str, said: Mapping[str, Any] | None = None) -> Any:
        try:
            return self._client.ask(method, said)
        except BitrixBlocked as blocked:
            raise Shut(blocked.reason) from blocked

    def _fields(self, values: Mapping[str, Any], row: Mapping[str, Any]) -> Row:
        stage, user = self._words.their_stage(values.get("stage")), self._words.their_user(values.get("assigned_to"))
        said: Row = {"STATUS_ID": stage, "ASSIGNED_BY_ID": user, self._own.get("company", "COMPANY_TITLE"): values.get("company")}
        if values.get("name"):
            said |= {"NAME": values["name"], "LAST_NAME": ""}
        if values.get("amount") is not None:
            said["OPPORTUNITY"] = str(reading.roubles(values["amount"]))
        for name, code in (("phone", "PHONE"), ("email", "EMAIL")):
            if values.get(name):
                first = next(iter(_list(row, code)), {})
                said[code] = [{**({"ID": first["ID"]} if first.get("ID") else {}), "VALUE": values[name], "VALUE_TYPE": "WORK"}]
        return {name: value for name, value in said.items() if value is not None}

    def _remote(self, row: Row) -> Remote:
        whole = " ".join(str(row.get(name) or "") for name in ("NAME", "LAST_NAME"))
        values: Values = {
            "name": reading.text(whole) or reading.text(row.get("TITLE")),
            "phone": reading.phone(next((one.get("VALUE") for one in _list(row, "PHONE")), None)),
            "email": reading.email(next((one.get("VALUE") for one in _list(row, "EMAIL")), None)),
            "company": reading.text(row.get(self._own.get("company", "COMPANY_TITLE"))),
            "stage": self._words.stage(row.get("STATUS_ID")),
            "amount": reading.kopecks(row.get("OPPORTUNITY")),
            "assigned_to": self._words.user(row.get("ASSIGNED_BY_ID")),
        }
        return Remote(str(row["ID"]), values, _at(row))


def _at(row: Mapping[str, Any]) -> int:
    try:
        return int(datetime.fromisoformat(str(row.get("DATE_MODIFY"))).timestamp())
    except ValueError:
        return 0


def _list(row: Mapping[str, Any], code: str) -> list[Row]:
    found = row.get(code)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
