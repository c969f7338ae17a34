"""Specialist rows of the old database."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.booking.specialists import secret
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.errors import SecretRaced, SpecialistExists
from chalicelib.booking.specialists.models import SpecialistSecret
from chalicelib.booking.specialists.profile import unpacked
from chalicelib.booking.specialists.service import Specialist, SpecialistName, gender_of
from chalicelib.core import clock, inbox, storage
from chalicelib.core.inbox import Receipt
from chalicelib.core.schemas import validated
from chalicelib.intake.rows.case import QUIET, change_mark
from chalicelib.intake.rows.rules import Verdict
from chalicelib.intake.rows.schemas import ChangeAnswer
from chalicelib.integrations.supabase.schemas import CardRow, Change, SpecialistRow
from chalicelib.integrations.supabase.values import topics as cut_topics

if TYPE_CHECKING:
    from chalicelib.booking.specialists.schemas import SpecialistInput

CONTOUR = "live"


@storage.again(storage.ConditionFailed, SpecialistExists, SecretRaced)
def apply(change: Change, receipt: Receipt) -> ChangeAnswer:
    """Keep a specialist as the old database has him; a deleted row stops him being offered, his sessions stay."""
    place = "record" if change.record else "old_record"
    row = validated(SpecialistRow, change.row, "body", place)
    key = specialists.name_key(row.name, CONTOUR)
    old, named, opens = storage.read(Specialist.at(row.id), SpecialistName.at(key), SpecialistSecret.at(row.id))
    given = row.secret if change.type != "DELETE" and secret.is_news(row.secret, opens) else None
    if old is not None:  # what the row said before is no news: ours may be newer
        row = validated(SpecialistRow, _news(change, old), "body", place)
    source_at = _moment(row.updated_at) if row.updated_at else None
    said, seen = _said(row, old, change), _seen(old, change)
    told = [*row.warnings, *(specialists.homonyms(named, row.id) if specialists.name_key(said.name, CONTOUR) == key else ())]
    if (
        seen
        or _late(old, source_at)
        or (old is None and change.type == "DELETE")
        or (old is not None and not given and _same(old, said, change))
    ):
        answer = seen or ChangeAnswer(result=Verdict.IGNORE, warnings=told)
        inbox.done(receipt, answer)
        return answer
    tx = storage.Transaction()
    if change.type == "DELETE" and old is not None:
        answer = ChangeAnswer(result=Verdict.DELETE, warnings=row.warnings)
        specialists.deactivate(tx, old, source_at, _mark(change, answer))
    else:
        answer = ChangeAnswer(result=Verdict.UPDATE if old else Verdict.ADD, warnings=told)
        specialists.upsert(tx, row.id, CONTOUR, said, old, source_at, _mark(change, answer))
        if given:
            secret.take_in(tx, row.id, said.name, given, opens)
    receipt.complete(tx, answer)
    tx.commit()
    return answer


COUNTED = ("number_of_clients_provided",)
"""What we count ourselves: the row's number counts where it is seen to have changed there, and for who is new."""


def _news(change: Change, old: Specialist) -> dict[str, Any]:
    """What of the row is news; a name that was not changed there is ours, perhaps changed here, and so is what we count."""
    before, news = change.old_record or {}, dict(change.news)
    if "name" in before and before["name"] == change.row.get("name"):
        news["name"] = old.name
    return {name: value for name, value in news.items() if name not in COUNTED or name in before}


def _mark(change: Change, answer: ChangeAnswer) -> dict[str, str]:
    return {"change": change_mark(change), "answer": answer.model_dump_json(), "at": clock.wall().isoformat()}


def _seen(old: Specialist | None, change: Change) -> ChangeAnswer | None:
    """The first answer, when this very change was the last one this specialist saw, a moment ago."""
    mark = old.source_mark if old is not None else None
    if not mark or mark["change"] != change_mark(change) or clock.wall() - datetime.fromisoformat(mark["at"]) > QUIET:
        return None
    return ChangeAnswer.model_validate_json(mark["answer"])


def _moment(at: datetime) -> str:
    """A time of the other database, comparable as text: it prints times in the zone of whoever edits."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="microseconds")


def _late(old: Specialist | None, source_at: str | None) -> bool:
    return bool(old is not None and old.source_at and source_at and source_at < old.source_at)


def _same(old: Specialist, said: "SpecialistInput", change: Change) -> bool:
    if change.type == "DELETE":
        return not old.active
    shown = said.profile is None or said.profile.packed() == unpacked(old.profile).packed()
    told = said.model_dump(exclude={"profile"})
    return shown and all((getattr(old, name) or None) == (value or None) for name, value in told.items())


def _said(row: SpecialistRow, old: Specialist | None, change: Change) -> "SpecialistInput":
    """The row in our terms; what it leaves out stays as it was. A row says nothing of who works: only a new one does."""
    from chalicelib.booking.specialists.schemas import SpecialistInput  # only the doors that show specialists pay for it

    lowest, highest = _kopecks(row.min_price, old.price_min if old else None), _kopecks(row.max_price, old.price_max if old else None)
    if lowest is not None and highest is not None and lowest > highest:
        lowest, highest = highest, lowest  # one column was changed before the other
    return validated(
        SpecialistInput,
        {
            "name": row.name,
            "telegram_id": row.telegram_id or (old.telegram_id if old else None),
            "phone": old.phone if old else None,
            "email": old.email if old else None,
            "gender": gender_of(row.sex) or (old.gender if old else None),
            "age": row.age or (old.age if old else None),
            "price_min": lowest,
            "price_max": highest,
            "specialisations": _topics(row) or (old.specialisations if old else None) or [],
            "debt": row.debt if row.debt is not None else (int(old.debt) if old else 0),
            "number_of_clients_provided": row.number_of_clients_provided
            if row.number_of_clients_provided is not None
            else (int(old.number_of_clients_provided) if old else 0),
            "active": old.active if old and change.type == "UPDATE" else True,
            "profile": _profile(row, old, change),
        },
        "body",
        "record",
    )


CARD = frozenset(CardRow.model_fields)
"""Columns that the card alone shows, under the names that the profile has."""


def _profile(row: SpecialistRow, old: Specialist | None, change: Change) -> dict[str, Any]:
    """What the card says after a row: what it leaves out stays, what was taken out of it there is taken out here."""
    emptied = {name for name in CARD & set(change.news) if change.old_record and change.old_record.get(name) and not change.row.get(name)}
    standing = {name: value for name, value in unpacked(old.profile if old else None).packed().items() if name not in emptied}
    said = {name: value for name in CARD & row.model_fields_set if (value := getattr(row, name)) not in (None, [])}
    if row.topics or row.works_with:
        standing |= {"queries": cut_topics(row.topics), "works_with": cut_topics(row.works_with)}
    profile = {**standing, **said}
    youngest, oldest = profile.get("min_client_age"), profile.get("max_client_age")
    if youngest is not None and oldest is not None and youngest > oldest:  # one column was changed before the other
        profile |= {"min_client_age": oldest, "max_client_age": youngest}
    return profile


def _topics(row: SpecialistRow) -> list[str]:
    return cut_topics([*row.topics, *row.works_with])


def _kopecks(roubles: float | None, standing: float | None) -> int | None:
    if roubles is not None:
        return round(roubles * 100)
    return int(standing) if standing is not None else None
