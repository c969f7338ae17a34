"""What the importers of other tills share: clients in an order in which who brought whom can be said, and their operations as history."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from chalicelib.clients.index.rules import number_of
from chalicelib.clients.rules import signs as signs_of
from chalicelib.clients.service import Known
from chalicelib.core.amounts import KOPECKS
from chalicelib.core.batches import batched
from chalicelib.core.errors import AppError
from chalicelib.loyalty.imports import rules, service
from chalicelib.loyalty.imports.rules import Newcomer, Past
from scripts.importing.report import Kind, Outcome, Report, refusal
from scripts.importing.table import BadCell

Row = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A client of the other till as its row says: what he and who brought him are called there. `note` is worth a look."""

    line: int
    name: str
    parent: str | None
    one: Newcomer
    note: str = ""


@dataclass
class People:
    """The other till's clients: who they are here, as far as that is known."""

    dry_run: bool
    here: dict[str, Known | None] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)
    signs: set[str] = field(default_factory=set)

    def take(self, arrivals: Sequence[Arrival], report: Report) -> None:
        """Bring them, whoever brought others first."""
        for one in parents_first({one.name: one for one in arrivals}):
            try:
                report.add(one.line, self._brought(one))
            except AppError as error:
                report.add(one.line, refusal(error))

    def _brought(self, arrival: Arrival) -> Outcome:
        why, one = [arrival.note], arrival.one
        parent = self.here.get(arrival.parent) if arrival.parent else None
        if parent is not None:
            one = replace(one, referrer=number_of(parent.lead_number))
        elif arrival.parent and arrival.parent not in self.here:
            why.append("who brought him is not among the clients, or was brought by him")
        brought = service.bring(one, dry_run=self.dry_run)
        self.here[arrival.name], self.points[arrival.name] = brought.known, one.points
        if brought.kind == "unchanged":
            return Outcome("unchanged")
        signs = {sign.key(service.CONTOUR) for sign in signs_of(one.person) if not sign.weak}
        kind: Kind = "changed" if brought.kind == "new" and signs & self.signs else brought.kind  # a dry run has not kept those before him
        self.signs |= signs
        return Outcome(kind, why="; ".join(part for part in [*why, brought.why] if part))

    def mapped(self) -> list[str]:
        """What each is called there and here."""
        return [f"  {name} -> {known.lead_number}" for name, known in self.here.items() if known is not None]


def parents_first(arrivals: Mapping[str, Arrival]) -> Iterable[Arrival]:
    """Each after who brought him; in a circle, whoever comes first in the file. No recursion: a chain may be as long as the file."""
    done: set[str] = set()
    for start in arrivals:
        chain: list[str] = []
        name: str | None = start
        while name is not None and name in arrivals and name not in done:
            done.add(name)
            chain.append(name)
            name = arrivals[name].parent
        yield from (arrivals[one] for one in reversed(chain))


def take_history(people: People, found: Iterable[tuple[int, str, Past]], report: Report) -> None:
    """Write operations (line, whose, what) as history, a client's in the order of their moments."""
    by_client: defaultdict[str, list[tuple[int, Past]]] = defaultdict(list)
    for line, name, one in found:
        if name not in people.here:
            report.add(line, Outcome("refused", "client_id", "its client is not among the clients that were taken"))
        elif not rules.adds_up(one):
            report.add(line, Outcome("refused", "total", "is less than what was paid, or below zero"))
        else:
            by_client[name].append((line, one))
    for name, all_of_his in by_client.items():
        known = people.here[name]
        for some in batched(sorted(all_of_his, key=lambda pair: (pair[1].at, pair[1].source)), rules.TOGETHER):
            for (line, _), is_new in zip(some, _written(people, known, [one for _, one in some]), strict=True):
                report.add(line, Outcome("new" if is_new else "unchanged"))


def _written(people: People, known: Known | None, some: list[Past]) -> list[bool]:
    if known is None:  # a dry run that has not made him
        return [True] * len(some)
    return service.past(known, some, dry_run=people.dry_run)


def compared(points: Mapping[str, int], moved: Mapping[str, int]) -> str:
    """What the operations' points come to beside what clients have: said, and not made to agree."""
    apart = sum(points.get(name, 0) != moved.get(name, 0) for name in {*points, *moved})
    have, come = sum(points.values()), sum(moved.values())
    sums = f"clients have {have / KOPECKS:.2f}, their operations come to {come / KOPECKS:.2f}"
    return f"points: {sums}, {(have - come) / KOPECKS:+.2f} apart; of {apart} clients they differ"


def read_each(rows: Iterable[Row], read: Callable[[int, Row], T | Outcome], report: Report) -> list[T]:
    """What `read` makes of each row, by its place; one that cannot be read is refused, one that is left out says why."""
    found: list[T] = []
    for line, row in enumerate(rows, 1):
        try:
            one = read(line, row)
        except BadCell as error:
            one = refusal(error)
        if isinstance(one, Outcome):
            report.add(line, one)
        else:
            found.append(one)
    return found
