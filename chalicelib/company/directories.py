"""Short lists that the owner keeps: where goods lie and where clients come from.

What a list begins with is shipped, not written: two who look at once make nothing twice. Numbers of what is made go on behind it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from chalicelib.company import facts, repository
from chalicelib.company.errors import ChannelNotFound, LocationNotFound, NameTaken
from chalicelib.company.models import Entry
from chalicelib.company.repository import EntryRaced
from chalicelib.core import clock, storage
from chalicelib.core.errors import NotFound
from chalicelib.core.once import AskedAtOnce, Request

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
"""When what is shipped began to stand."""


@dataclass(frozen=True)
class Directory:
    """One of the lists: its name in the store, what it begins with, which fields are one entry's alone, and whose absence is an error."""

    name: str
    shipped: tuple[Mapping[str, Any], ...]
    unique: tuple[str, ...]
    unknown: type[NotFound]
    signs: dict[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        taken = {name: {repository.sign(one[name]) for one in self.shipped if one[name]} for name in self.unique}
        object.__setattr__(self, "signs", taken)

    def key(self, number: int) -> storage.Key:
        """What to read for `standing`."""
        return repository.key(self.name, number)

    def standing(self, number: int, row: Entry | None, *, where: str) -> Entry:
        """An entry by its number and the row at its `key`. Raises the directory's NotFound that names the field `where` it was said."""
        found = row or self._shipped_as(number)
        if found is None:
            raise self.unknown({"field": where})
        return found

    def named(self, number: int, row: Entry | None) -> str:
        """The name of an entry by its number and the row at its `key`; empty where there is none."""
        found = row or self._shipped_as(number)
        return str(found.said["name"]) if found is not None else ""

    def everything(self) -> list[Entry]:
        """Every entry in the order of its number: one query."""
        return [self._entry(number) for number in range(1, len(self.shipped) + 1)] + repository.entries(self.name)

    def _shipped_as(self, number: int) -> Entry | None:
        return self._entry(number) if 1 <= number <= len(self.shipped) else None

    def _entry(self, number: int) -> Entry:
        said = dict(self.shipped[number - 1])
        return Entry(directory=self.name, place=repository.place(number), said=said, by="system", created_at=SINCE, updated_at=SINCE)


LOCATIONS = Directory(
    "locations", ({"name": "Основной склад", "location_type": "warehouse", "address": "", "is_active": True},), ("name",), LocationNotFound
)
CHANNELS = Directory(
    "channels",
    tuple(
        {"name": name, "channel_type": kind, "promo_code": "", "costs": [], "is_active": True}
        for name, kind in (
            ("Instagram", "instagram"),
            ("Telegram", "telegram"),
            ("Google", "google"),
            ("Рекомендации", "referral"),
            ("Прохожие", "walk_in"),
        )
    ),
    ("name", "promo_code"),
    ChannelNotFound,
)


@storage.again(AskedAtOnce)
def make(directory: Directory, said: Mapping[str, Any], *, request: Request, actor: str) -> Entry:
    """A new entry, or the one that the same request made before. Raises NameTaken, KeyReused."""
    before = request.made(storage.read(*request.keys))
    if before is not None:
        return directory.standing(int(before), *storage.read(directory.key(int(before))), where="id")
    tx = storage.Transaction()
    number, row = _made_in(tx, directory, said, actor)
    facts.made(tx, directory.name.removesuffix("s"), number)
    request.done(tx, str(number))
    tx.commit()
    return row


def _made_in(tx: storage.Transaction, directory: Directory, said: Mapping[str, Any], actor: str) -> tuple[int, Entry]:
    """A new entry and its number, added to the transaction that makes it. Raises NameTaken, by the commit too."""
    for name in directory.unique:
        if repository.sign(said[name]) in directory.signs[name]:
            raise NameTaken({"field": name})
    number, at = len(directory.shipped) + storage.next_number(f"crm-{directory.name}"), clock.now()
    row = repository.create(tx, directory.name, number, said, by=actor, at=at)
    for name in directory.unique:
        if said[name]:
            repository.claim(tx, directory.name, name, said[name], by=actor, at=at)
    return number, row


@storage.again(EntryRaced)
def bring(directory: Directory, source: str, said: Mapping[str, Any], *, actor: str, dry_run: bool = False) -> tuple[int | None, bool]:
    """The number here of another system's entry, and whether it is new: the one of its name where there is one. `source` is what it is
    called there; a repeat finds it by that, whatever it is called here meanwhile. None where only a dry run knows it. Raises NameTaken.
    """
    (mark,) = storage.read(repository.brought_key(directory.name, source))
    if mark is not None:
        return int(mark.said["number"]), False
    wanted = repository.sign(said["name"])
    named = next((entry for entry in directory.everything() if repository.sign(entry.said["name"]) == wanted), None)
    if dry_run:
        return (int(named.place), False) if named else (None, True)
    tx = storage.Transaction()
    number = int(named.place) if named else _made_in(tx, directory, said, actor)[0]
    repository.brought(tx, directory.name, source, number, by=actor, at=clock.now())
    tx.commit()
    return number, named is None


def use_in(tx: storage.Transaction, directory: Directory, number: int, *, where: str) -> None:
    """Have an entry that somebody made stand for this decision, which names it; the commit raises the directory's NotFound."""
    repository.touch(tx, directory.name, number, directory.unknown({"field": where}))


def remove_in(tx: storage.Transaction, directory: Directory, row: Entry) -> None:
    """Remove an entry with the names that were its alone; the commit raises EntryRaced where it was changed, or named, meanwhile."""
    repository.remove(tx, row, {name: row.said[name] for name in directory.unique if row.said[name]})
    facts.removed(tx, directory.name.removesuffix("s"), int(row.place))
