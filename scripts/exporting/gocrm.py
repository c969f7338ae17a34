"""Go-CRM's lists and leads as spreadsheets: a row for each city, centre, member of staff and lead, a column for each thing said."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from boto3.dynamodb.types import TypeSerializer

from chalicelib.gocrm.directories.models import Mirror
from chalicelib.gocrm.leads.models import LeadRow
from chalicelib.gocrm.leads.schemas import Said
from chalicelib.integrations.gocrm.schemas import Center, City, StaffMember
from scripts.exporting.tables import columns, rows

Row = dict[str, Any]
_stored = TypeSerializer().serialize


class Sheet(NamedTuple):
    """One file: its columns, the attributes that say how a cell is shown, and its rows as the store would hold them."""

    name: str
    columns: list[str]
    attributes: Mapping[str, Any]
    rows: Iterator[Row]


def sheets(model: type[Any]) -> list[Sheet]:
    """The files of a table that holds whole lists or forms in one cell; none for any other, which is one file as it is."""
    if model is Mirror:
        return [_list("cities", City), _list("centers", Center), _list("staff", StaffMember)]
    return [_leads()] if model is LeadRow else []


def _list(name: str, schema: type[City | Center | StaffMember]) -> Sheet:
    fields = [column for field in schema.model_fields for column in (("latitude", "longitude") if field == "coordinates" else (field,))]
    return Sheet(f"gocrm-{name}", fields, {}, (_row(_placed(one)) for one in _mirrored(name)))


def _mirrored(name: str) -> Iterator[Row]:
    """The lists of a kind: staff has one for each centre."""
    for raw in rows(Mirror):
        if raw["name"]["S"].partition("#")[0] == name and "rows" in raw:
            yield from Mirror.from_raw_data(raw).rows or []


def _placed(one: Row) -> Row:
    point = one.get("coordinates") or {}
    return {**one, "latitude": point.get("lat"), "longitude": point.get("lng"), "coordinates": None}


def _leads() -> Sheet:
    own = [name for name in columns(LeadRow) if name != "said"]
    said = [name for name in Said.model_fields if name not in own]
    return Sheet("gocrm-leads", own + said, LeadRow.get_attributes(), (_spread(raw, said) for raw in rows(LeadRow)))


def _spread(raw: Row, said: list[str]) -> Row:
    whole = LeadRow.from_raw_data(raw).said or {}
    return {name: value for name, value in raw.items() if name != "said"} | _row({name: whole.get(name) for name in said})


def _row(values: Row) -> Row:
    """Without what is not there; floats as the store has numbers."""
    return {
        name: _stored(value) if not isinstance(value, float) else {"N": str(value)}
        for name, value in values.items()
        if value not in (None, {})
    }
