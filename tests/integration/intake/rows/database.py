"""The old database's side: rows as it keeps them, triggers as it fires them."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.core import clock, inbox, outbox
from tests.builders import SERVICE, SUPABASE, Answer, Front, change, moscow, slot, tomorrow
from tests.integration.booking import desk

FREE = "Свободен"


def sample(name: str) -> Any:
    """A payload kept in ``events/supabase``."""
    return json.loads(Path(f"events/supabase/{name}.json").read_text(encoding="utf-8"))


def fire(front: Front, kind: str, record: Any, old: Any = None, table: str = "hraniteli_slots") -> Answer:
    """One trigger's call."""
    return front.post("/notify-update", change(kind, record, old, table), SUPABASE)


def told(answer: Answer) -> tuple[str, str | None]:
    body = answer.ok()
    return body["result"], body["reason"]


class Row:
    """One slot row there. Each verb edits it and fires its trigger; columns edited before stay as they are."""

    def __init__(self, front: Front, **columns: Any) -> None:
        self.front = front
        self.columns = {**sample("slot_inserted")["record"], "updated_at": None, **columns}

    def edit(self, **columns: Any) -> dict[str, Any]:
        """The trigger's payload of an UPDATE, not yet fired."""
        old, self.columns = self.columns, {**self.columns, **columns}
        return change("UPDATE", self.columns, old)

    def update(self, **columns: Any) -> Answer:
        return self.front.post("/notify-update", self.edit(**columns), SUPABASE)

    def take(self, client_id: Any = 90417, **columns: Any) -> Answer:
        return self.update(state="Занят", client_id=client_id, **columns)

    def release(self, **columns: Any) -> Answer:
        return self.update(state=FREE, client_id=None, ticket=None, **columns)

    def insert(self) -> Answer:
        return fire(self.front, "INSERT", self.columns)

    def delete(self) -> Answer:
        return fire(self.front, "DELETE", None, self.columns)


def abandoned(payload: Any) -> None:
    """A trigger's call that was stored just now, and whose worker died before deciding it."""
    raw = json.dumps(payload).encode()
    inbox.receive(inbox.Mail("supabase", f"abandoned-{clock.wall().timestamp()}", "POST /notify-update", raw, "application/json"))


LATER = timedelta(minutes=6)
"""When a repeat is no repeat any more, and an abandoned event is taken up."""


def ours(front: Front, person: str, when: datetime | None = None, **said: Any) -> tuple[str, Row]:
    """A slot of ours and the row by which the old database knows it."""
    when = when or tomorrow(12)
    slot_id = slot(front, person, when)
    date, time = moscow(when).split()
    return slot_id, Row(front, id=slot_id, date=date, time=time, **said)


def lead(front: Front, user_id: str = desk.ANNA) -> str:
    """A client's number here."""
    return str(front.post("/client-registration", {"user_id": user_id}, SERVICE).ok()["client_id"])


NAME = "Вера Ёлкина"
"""Whom the rows name before he is here."""


def early(front: Front, name: str = "301", hour: int = 12, person: str = NAME, **columns: Any) -> Row:
    """A row of a coming hour whose specialist nobody is yet; not told yet."""
    date, time = moscow(tomorrow(hour, days=3)).split()
    return Row(front, id=name, **{"psychologist": person, "date": date, "time": time, **columns})


def effects() -> int:
    """Everything due leaves, without the sweep's own look at what waits."""
    return outbox.deliver_due(within=timedelta(seconds=40)).delivered


def listed(front: Front, state: str = "waiting") -> list[dict[str, Any]]:
    """The operators' list of the inbox."""
    return list(front.get("/inbox", SERVICE, state=state).ok()["inbox"])


def offered(front: Front) -> list[str]:
    """What the site shows of his time."""
    return desk.free(front, psychologist=NAME)
