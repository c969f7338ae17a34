"""Reads and writes of the people index' rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.clients.errors import ClientNotFound
from chalicelib.clients.index import places
from chalicelib.clients.index.models import CONSENT, PersonRow
from chalicelib.clients.models import Client
from chalicelib.core import shards, storage, turns, unfolded

MIRRORED = ("name", "phone", "email", "telegram_id", "telegram_username", "paused_at", "merged_into", "was")
"""What a row holds of a client's card, under the same names: what changes one changes the other in the same words."""


def follow(tx: storage.Transaction, client_id: str, lead_number: str, actions: Iterable[Action]) -> None:
    """Have the index say what these changes of a client's card say; nothing where they are none of its business."""
    same = mirrored(actions)
    if same:
        note_in(tx, places.place_of(lead_number), [*same, *_who(client_id, lead_number)])


def add(tx: storage.Transaction, client: Client) -> None:
    """A new client's row."""
    note_in(tx, places.place_of(client.lead_number), [*_whole(client), *_who(client.client_id, client.lead_number)])


def note_in(tx: storage.Transaction, place: str, actions: Iterable[Action]) -> None:
    """Have a person's row say this too: the card's part and other packages' attributes of one decision are one write of it.

    What is said of an attribute last is what stands. A row that is not there yet is made; lists show it once its card's part is written.
    """
    tx.join(PersonRow.row(place), [*actions, *unfolded.changed(PersonRow, _pending_in(place))])


def _who(client_id: str, lead_number: str) -> list[Action]:
    return [PersonRow.client_id.set(client_id), PersonRow.lead_number.set(lead_number)]


def mirrored(actions: Iterable[Action]) -> list[Action]:
    """Those of a card's changes that the index follows: names and meaning are the same in both rows."""
    found: list[Action] = []
    for action in actions:
        path: Any = action.values[0]
        if path.path[0] in MIRRORED:
            found.append(action)
        elif path.path[0] == "agreements":
            found += _answers(path.path[1:], action.values[1])
    return found


def _answers(purpose: Sequence[str], said: Any) -> list[Action]:
    """Answers to questions of consent, each an attribute of its own: a row that has no map yet takes them too."""
    answers = {purpose[0]: said.value} if purpose else said.value["M"]
    return [Path([CONSENT + name]).set(answer["M"]["given"]["S"]) for name, answer in answers.items()]


def _whole(client: Client) -> list[Action]:
    """All that a row holds of a card, what is absent there absent here."""
    attributes = PersonRow.get_attributes()
    said = {name: getattr(client, name) for name in MIRRORED}
    card = [attributes[name].remove() if value is None else attributes[name].set(value) for name, value in said.items()]
    answers = [Path([CONSENT + purpose]).set(answer["given"]) for purpose, answer in client.consents.items()]
    return [PersonRow.created_at.set(client.created_at), *card, *answers]


def says(row: PersonRow | None, client: Client) -> bool:
    """Whether a row says what the card says."""
    if row is None:
        return False
    same = all(getattr(row, name) == getattr(client, name) for name in (*MIRRORED, "client_id", "lead_number", "created_at"))
    return same and row.consents == {purpose: answer["given"] for purpose, answer in client.consents.items()}


def write(seen: PersonRow | None, client: Client, others: Sequence[Action] = ()) -> bool:
    """Write a card's row, and what `others` say of him, over what was seen before those were read; False where it has changed since."""
    same = PersonRow.revision.does_not_exist() if seen is None else PersonRow.revision == seen.revision
    who, place = _who(client.client_id, client.lead_number), places.place_of(client.lead_number)
    said = [*_whole(client), *others, *who, *unfolded.changed(PersonRow, _pending_in(place))]
    return storage.make_or_change(PersonRow.row(place), said, condition=same)


def _pending_in(place: str) -> str:
    return shards.key(places.contour(place), place)


def key(contour: str, number: int) -> storage.Key:
    """Where a client's row stands."""
    return PersonRow.at(places.place(contour, number))


def standing(row: PersonRow | None) -> PersonRow:
    """The row of a client whom a caller named by his number. Raises ClientNotFound where nobody has it, or he is another one by now."""
    if row is None or not row.created_at or row.merged_into:
        raise ClientNotFound({"field": "client_id"})
    return row


def pending(contour: str, most: int) -> storage.Page:
    """Rows that sets may be behind, as the index shows them."""
    return shards.page(PersonRow.by_pending, contour, most=most)


def waiting(contour: str) -> list[turns.Part]:
    """The same for a tick, which reads each as it stands."""
    return [turns.Part(PersonRow.by_pending, key) for key in shards.keys(contour)]


def change(row: PersonRow, said: list[Any]) -> bool:
    """Change what the index keeps in a row, while it has the revision that was read."""
    return storage.change(row, said, condition=PersonRow.revision == row.revision)


def look_again(row: PersonRow) -> bool:
    """Have sets brought up to a row that is described otherwise than it was, though nothing of it changed."""
    return change(row, unfolded.changed(PersonRow, _pending_in(row.place)))
