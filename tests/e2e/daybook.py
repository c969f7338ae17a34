"""The book of a deployed office: every event that was sent in with the verdict it must have, compared with what the stack says.

What comes by a webhook must stand in the inbox with the very answer its sender got, or refused with the field named. What an
event makes us say must stand in the ledger, ended as promised, and Telegram must have got each message that left, once.
"""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from chalicelib.core.storage.attributes import PackedText
from tests.builders import SERVICE, Answer, Front, messages
from tests.e2e.tables import Tables
from tests.standins.telegram import TelegramStandIn

HEARD = "heard:received"
"""What a person wrote to us, kept in his dialogue."""


class Daybook:
    """Events and their verdicts. Promises are counted by ``template`` (which must be sent) or ``template:state``."""

    def __init__(self, front: Front, tables: Tables, telegram: TelegramStandIn) -> None:
        self._front, self._tables, self._telegram = front, tables, telegram
        self.answered: list[tuple[str, str]] = []
        self.refused: list[tuple[str, str]] = []
        self.promised: Counter[str] = Counter()

    def answer(self, door: str, got: Answer, *promises: str, **expected: Any) -> Any:
        """An event that was decided: its answer says how, in the expected words, or something is said because of it."""
        assert promises or expected, "an event without a verdict"
        body = got.ok()
        assert {name: body.get(name) for name in expected} == expected, body
        self.answered.append((door, _text(body)))
        self.promise(*promises)
        return body

    def refuse(self, door: str, got: Answer, field: str, *, insistent: bool = False) -> None:
        """An event that cannot be read: the sender is told which field, unless he would repeat it for a day; the inbox is anyway."""
        assert got.status == (200 if insistent else 422), got.text
        assert insistent or field in _named(got.body), got.text
        self.refused.append((door, field))

    def promise(self, *promises: str) -> None:
        """What was sent in past the inbox, or happens by the clock, has these said."""
        self.promised.update(one if ":" in one else f"{one}:sent" for one in promises)

    # What the stack says

    def is_quiet(self) -> bool:
        """Whether everything that was promised has ended in its way, and nothing else was said."""
        return self.said() == self.promised

    def said(self) -> Counter[str]:
        """The whole ledger: how often each template ended how."""
        return Counter(f"{row.get('template') or 'heard'}:{row['state']}" for row in self._tables.rows("messages"))

    def waiting(self) -> list[dict[str, Any]]:
        """What the back office reads of the outbox as due by now."""
        return [one for one in self._listed("/outbox", "waiting") if datetime.fromisoformat(one["due_at"]) <= datetime.now(UTC)]

    def stands(self) -> list[dict[str, Any]]:
        """The whole outbox."""
        return self._tables.rows("outbox")

    def troubles(self) -> list[str]:
        """What `/health` says is wrong."""
        return [one["what"] for one in self._front.get("/health").ok()["troubles"]]

    def accounts_for_all(self) -> None:
        """Nothing came without a verdict, nothing was promised and not said, nothing said twice; nothing waits."""
        self._inbox()
        _equal(self.said(), self.promised)
        self._back_office_reads_it()
        self._telegram_got_it()
        health = self._front.get("/health").ok()
        assert (health["store"], health["oldest_undelivered_seconds"], health["troubles"]) == ("ok", 0, [])
        assert self._listed("/outbox", "waiting") == self._listed("/outbox", "dead") == self.stands() == []

    def _inbox(self) -> None:
        rows = [row for row in self._tables.rows("inbox") if row["source"] != "claim"]
        assert {row["state"] for row in rows} == {"done", "refused"}
        done = [(row["source"], _text(json.loads(_unpacked(row["answer"])))) for row in rows if row["state"] == "done"]
        _equal(Counter(done), Counter(self.answered))
        assert self._listed("/inbox", "received") == []
        listed = self._listed("/inbox", "refused")
        assert len(listed) == len(self.refused)
        for door, field in self.refused:
            assert [one for one in listed if one["source"] == door and field in _named(one["error"])], (field, listed)

    def _back_office_reads_it(self) -> None:
        """Every client's dialogue as it is listed is what stands in the ledger."""
        stands = [row["message_id"] for row in self._tables.rows("messages") if row["recipient"].startswith("client#")]
        leads = [row["lead_number"] for row in self._tables.rows("clients") if row.get("lead_number")]
        assert sorted(stands) == sorted(row["message_id"] for lead in leads for row in messages(self._front, lead, limit=100))

    def _telegram_got_it(self) -> None:
        """Each message that the ledger calls sent is one of those that Telegram took, with its words."""
        left = [(row["remote_id"], _unpacked(row["text"])) for row in self._tables.rows("messages", state="sent")]
        _equal(Counter(left), Counter((one.message_id, one.text) for one in self._telegram.sent))

    def _listed(self, path: str, state: str) -> list[dict[str, Any]]:
        page = self._front.get(path, SERVICE, state=state, limit=200).ok()
        assert page["next_cursor"] is None
        return list(page[path.strip("/")])


def _equal(stands: Counter[Any], expected: Counter[Any]) -> None:
    assert stands == expected, {"not expected": stands - expected, "missing": expected - stands}


def _named(error: dict[str, Any]) -> list[str]:
    """The fields that an error names."""
    return [".".join(map(str, one["loc"])) for one in error["detail"]]


def _text(body: Any) -> str:
    return json.dumps(body, sort_keys=True, ensure_ascii=False)


def _unpacked(kept: Any) -> str:
    """A text as its table keeps it."""
    return str(PackedText().deserialize(bytes(kept)))
