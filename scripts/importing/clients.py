"""Clients, by `clients.find_or_create`: who is known stays one person, what is new about him is added, nothing is wiped."""

from dataclasses import replace

from chalicelib.clients import rules, service
from chalicelib.clients.service import Client, Identity, IdentityRaced, Person, Proof
from chalicelib.core import ids, storage
from chalicelib.core.settings import settings
from scripts.importing.report import Outcome
from scripts.importing.table import BadCell, Line

NAMES = {
    "id": ("client_id", "номер", "lead_number", "номер_лида"),
    "name": ("имя", "фио", "клиент"),
    "phone": ("телефон", "тел"),
    "email": ("e-mail", "почта", "эл._почта"),
    "telegram": ("telegram_id", "телеграм", "ник"),
    "age": ("возраст",),
    "timezone": ("часовой_пояс",),
}
REQUIRED = ("phone|email|telegram",)
CONTOUR, SOURCE, DATABASE = "live", "import", "supabase"
KEPT = ("name", "age", "phone", "email", "telegram_id", "telegram_username", "timezone")


class Clients:
    """The file's clients."""

    def __init__(self, *, dry_run: bool) -> None:
        self._dry_run = dry_run
        self._lines: dict[str, int] = {}
        self._ids: set[str] = set()

    def names(self, reference: str) -> bool:
        """Whether a line that was taken has this id: it may not be stored yet."""
        return reference in self._ids

    def take(self, line: Line) -> Outcome:
        """Find or make one client. Raises AppError or BadCell."""
        named = _standing(line)
        person = _person(line, stands=named is not None)
        signs = [sign.key(CONTOUR) for sign in rules.signs(person) if not sign.weak]
        first = next((self._lines[sign] for sign in signs if sign in self._lines), None)
        outcome = self._write(person, named)
        self._lines |= {sign: line.number for sign in signs if sign not in self._lines}
        self._ids |= {line.text("id") or ""} - {""}
        if first is not None and self._dry_run and outcome.kind == "new":
            return Outcome("unchanged", why=f"the person of line {first}")
        return outcome if outcome.why else _noted(line, person, outcome)

    @storage.again(IdentityRaced)
    def _write(self, person: Person, named: Client | None) -> Outcome:
        rows = storage.read(*service.keys(person, CONTOUR))
        outcome = _foreseen(person, rows, named)
        if outcome.kind != "unchanged" and not self._dry_run:
            tx, new_id = storage.Transaction(), ids.new()
            service.find_or_note(
                tx, person=person, rows=rows, contour=CONTOUR, new_id=new_id, source=SOURCE, proof=Proof.RECORDED, named=named
            )
            tx.commit()
        return outcome


def _standing(line: Line) -> Client | None:
    """The client of this store whom a line of its own export names: what he typed once may find nobody any more."""
    number = line.text("id")
    (client,) = storage.read(Client.at(number)) if line.ours and number else (None,)
    return client


def _person(line: Line, *, stands: bool) -> Person:
    number = line.text("id")
    if stands:  # his own id here: he is found by his phone or mail, and needs no other names
        number = None
    utm = {field: value for field, value in line.cells.items() if field.startswith("utm_")}
    person = service.person_from(
        phone=line.text("phone"),
        email=line.text("email"),
        telegram=None if stands and (line.text("phone") or line.text("email")) else line.text("telegram"),
        name=line.text("name"),
        age=line.text("age"),
        timezone=line.text("timezone"),
        external=(DATABASE, number) if number else None,
        utm=utm,
    )
    if line.ours:
        person = replace(person, raw_contacts=tuple(line.words("raw_contacts")))
    if not (person.phone or person.email or person.telegram_id or person.telegram_username):
        field = next((field for field in ("phone", "email", "telegram") if line.text(field)), "phone")
        raise BadCell(field, "is nobody's phone, e-mail or Telegram account" if line.text(field) else "no contact is given")
    return person


def _foreseen(person: Person, rows: list[Identity | None], named: Client | None) -> Outcome:
    """What `find_or_create` will do with these rows."""
    signs = rules.signs(person)
    chosen, others = rules.pick(signs, rules.look(signs, rows, CONTOUR).owners, named.client_id if named else None)
    if chosen is None:
        return Outcome("new")
    (known,) = storage.read(Client.at(chosen))
    why = f"may be the same person as {', '.join(sorted(others))}" if others else ""
    return Outcome("changed" if _adds(person, known, others, rows) else "unchanged", why=why)


def _adds(person: Person, known: Client, others: set[str], rows: list[Identity | None]) -> bool:
    """Whether anything about the client is news. A typed sign is none of a client of whom something is proven."""
    filled = any(getattr(person, field) and not getattr(known, field) for field in KEPT)
    taken = rules.claims(rules.signs(person), rows, known.client_id, Proof.RECORDED, may_type=not known.is_proven)
    signed = any(claim for claim in taken if not known.is_proven or claim.sign.kind == "external")
    contacts = set(person.raw_contacts) - set(known.raw_contacts or ())
    return filled or signed or bool(contacts) or bool(others - set(known.possible_duplicates or ()))


def _noted(line: Line, person: Person, outcome: Outcome) -> Outcome:
    """A contact that makes no sense is kept as text, and said."""
    phone = line.text("phone")
    if phone and rules.phone_of(phone, settings().regions) is None:
        return Outcome(outcome.kind, "phone", "is no valid number; kept as text")
    if line.text("email") and person.email is None:
        return Outcome(outcome.kind, "email", "is no e-mail address; kept as text")
    return outcome
