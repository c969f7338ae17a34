"""How much a stranger may take at once. Counted in the operation's own read and transaction, so that limits cost no call."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from chalicelib.core import clock, storage
from chalicelib.core.sender import Sender
from chalicelib.core.settings import settings
from chalicelib.intake.limits import repository, rules
from chalicelib.intake.limits.errors import FootprintRaced, TooManyForms
from chalicelib.intake.limits.models import Footprint
from chalicelib.intake.limits.rules import Asked

__all__ = ["Asked", "FootprintRaced", "Footprints", "TooManyForms"]

Hold = tuple[str, str]
"""A slot, and the ticket that holds it."""


@dataclass(slots=True)
class Footprints:
    """What a contact (a hash) and an address asked for lately, from the rows at `keys`. A proven sender's address counts for nothing."""

    contact: str | None
    address: str | None
    asked: list[Asked] = field(default_factory=list)
    of_address: list[Asked] = field(default_factory=list)
    _rows: dict[str, Footprint | None] = field(default_factory=dict)

    @classmethod
    def of(cls, sender: Sender, contact: str | None = None) -> "Footprints":
        """Those of a sender, and of the contact that he named where holds are at stake."""
        address = f"address#{sender.address}" if sender.address and not sender.is_proven else None
        return cls(f"contact#{contact}" if contact else None, address)

    @property
    def keys(self) -> list[storage.Key]:
        """The rows to read, in the order `seen` takes them."""
        return [Footprint.at(who) for who in (self.contact, self.address) if who]

    def seen(self, rows: Sequence[Footprint | None]) -> None:
        """Take in the rows. Raises TooManyForms where the address has sent too many."""
        self._rows = {key.hash: row for key, row in zip(self.keys, rows, strict=True)}
        self.asked, self.of_address = self._lately(self.contact), self._lately(self.address)
        row, now = self._rows.get(self.address or ""), clock.now()
        if row is not None and row.stretch == rules.stretch_of(now) and row.forms >= _most_forms():
            raise TooManyForms(rules.ends_in(now))

    def _lately(self, who: str | None) -> list[Asked]:
        row = self._rows.get(who or "")
        return rules.lately([rules.unpacked(one) for one in row.asked or ()], clock.now()) if row else []

    @property
    def held(self) -> list[Hold]:
        """Every hold that is written down here."""
        return list(dict.fromkeys([*rules.held(self.asked), *rules.held(self.of_address)]))

    def room(self, *, passed_on: Collection[Hold] = ()) -> int:
        """How many slots may be held, once these holds are given up: the person's limit and the address's."""
        free = settings().holds_a_person - len(set(rules.held(self.asked)) - set(passed_on))
        if self.address:
            free = min(free, settings().holds_an_address - len(set(rules.held(self.of_address)) - set(passed_on)))
        return max(free, 0)

    def forget(self, holds: Collection[Hold]) -> None:
        """These holds are over."""
        self.asked, self.of_address = rules.without(self.asked, holds), rules.without(self.of_address, holds)

    def leave(self, tx: storage.Transaction, asked: Asked | None = None, *, passed_on: Collection[Hold] = ()) -> None:
        """Write down one more form, which takes `passed_on` over; the commit raises FootprintRaced when another was faster."""
        now, more = clock.now(), [asked] if asked else []
        self.forget(passed_on)
        if self.contact:
            repository.write(tx, self.contact, self._rows[self.contact], at=now, asked=[*self.asked, *more])
        if self.address:
            changed = bool(passed_on or (asked and asked.holds))
            holds = [*self.of_address, *more] if changed else None
            stretch, most = rules.stretch_of(now), _most_forms()
            repository.write(tx, self.address, self._rows[self.address], at=now, asked=holds, stretch=stretch, most=most)


def _most_forms() -> int:
    return settings().forms_a_minute * int(rules.STRETCH.total_seconds()) // 60
