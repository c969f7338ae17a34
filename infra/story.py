"""The main job, played once and told: a site form becomes a booked, confirmed, reminded and rated session.

It is played in the test contour: its messages go to the ledger and never to Telegram, whatever token is set, and its
time is moved forward for its own ticket alone, so that nothing a person has booked is touched.
"""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from infra import samples, selling, till
from infra.loopback import Api
from infra.samples import MOSCOW
from infra.telling import comes, lines, title

FORM = Path(__file__).resolve().parent.parent / "events" / "intake" / "submit_application.tilda.form"
TELEGRAM_ID = "7012345678"


def main(base_url: str, settings: dict[str, str], password: str | None = None) -> None:
    """Load the samples, play the story, print both. `password` is the one that the first owner was made with."""
    api = Api(base_url, settings["SERVICE_API_KEY"])
    print("  sample specialists and slots …", end=" ", flush=True)
    people, slots = samples.load(api)
    print(f"{people} and {slots} added")
    free = samples.free_slots(api, "test", limit=2)
    if len(free) < 2:
        print("  All the sample time is booked; the story goes on when tomorrow's is loaded.")
        return
    _play(api, free, settings["TILDA_API_KEY"])
    till.play(api)
    selling.play(api, settings["TILDA_API_KEY"], password)


def _play(api: Api, chosen: list[dict[str, Any]], tilda_key: str) -> None:
    print("  the main job, played in the test contour: its messages stay in the ledger, Telegram hears nothing")
    applied = _form_comes_in(api, chosen, tilda_key)
    ticket_id, slot = applied["ticket_id"], applied["held_slots"][0]
    _link_is_opened(api, applied)
    _session_is_confirmed(api, applied, f"{slot['date']} {slot['time']}")
    _time_passes(api, ticket_id, slot)
    _session_is_rated(api, applied)


def _form_comes_in(api: Api, chosen: list[dict[str, Any]], key: str) -> Any:
    fields = dict(parse_qsl(FORM.read_text(encoding="utf-8").strip()))
    fields["Слоты"] = "; ".join(f"{slot['date']} {slot['time']}" for slot in chosen)
    fields["tranid"] = f"story:{time.time_ns()}"
    title("A form comes in from Tilda", "POST /submit-application-test-contur")
    lines(f"{name:<15}{value if len(value) < 80 else value[:79] + '…'}" for name, value in fields.items())
    applied = api.form("/submit-application-test-contur", fields, key)
    title("It is a ticket now, the chosen time is held, the best specialist is found")
    lines([f"ticket   {applied['ticket_id']}", f"client   {applied['client_id']}", f"link     {applied['link']}"])
    lines(
        f"held     {slot['date']} {slot['time']}, {slot['psychologist']}, until {_clock(slot['held_until'])}"
        for slot in applied["held_slots"]
    )
    lines(f"match    {match['psychologist']}: {', '.join(match['reasons'])}" for match in applied["matches"])
    return applied


def _link_is_opened(api: Api, applied: Any) -> None:
    title("The client opens the link: the first time is booked, the other is free again", "POST /process-link")
    answer = api.post("/process-link", {"user_id": TELEGRAM_ID, "ticket_id": applied["ticket_id"]})
    lines([f"«{answer['message']}»"])
    _show(_message(api, applied, "client_session_booked"))


def _session_is_confirmed(api: Api, applied: Any, slot_time: str) -> None:
    title("The client confirms", "POST /confirm-session-by-client")
    answer = api.post("/confirm-session-by-client", {"ticket_id": applied["ticket_id"], "slot_time": slot_time})
    lines([f"«{answer['message']}»"])
    _show(_message(api, applied, "client_session_confirmed"))


def _time_passes(api: Api, ticket_id: str, slot: dict[str, Any]) -> None:
    """To an hour after the session's end, when its feedback is asked for."""
    asked_at = datetime.fromisoformat(slot["start_at"]) + timedelta(minutes=slot["minutes"], hours=1)
    ahead = asked_at + timedelta(minutes=1) - datetime.now(UTC)
    title("Time passes, for this ticket alone: the session is reminded of, takes place and is asked about", "POST /test-contur/advance")
    played = api.post("/test-contur/advance", {"ticket_id": ticket_id, "by": f"PT{int(ahead.total_seconds())}S"})
    lines(_happening(moment) for moment in played["timeline"])


def _happening(moment: dict[str, Any]) -> str:
    when = _clock(moment["at"])
    if moment["kind"] == "state":
        return f"{when}  {moment['of']}: {moment['before']} → {moment['after']}"
    return f"{when}  to the {moment['recipient']}: {' '.join((moment['text'] or '').split())}"


def _session_is_rated(api: Api, applied: Any) -> None:
    title("The client answers", "POST /rate-session")
    _show(_message(api, applied, "client_feedback"))
    answer = api.post("/rate-session", {"ticket_id": applied["ticket_id"], "rating": 5, "feedback": "Стало легче, спасибо."})
    status = api.get("/get-ticket-info", ticket_id=applied["ticket_id"])["ticket"]["status"]
    lines(["5 of 5", f"«{answer['message']}»", f"the session is {status}"])


def _message(api: Api, applied: Any, template: str) -> dict[str, Any]:
    """The ticket's message in the ledger, once it has left us."""
    return comes(lambda: _left(api, applied, template), template)


def _left(api: Api, applied: Any, template: str) -> dict[str, Any] | None:
    for row in api.get("/messages", client_id=applied["client_id"])["messages"]:
        if (row["ticket_id"], row["template"]) == (applied["ticket_id"], template) and row["state"] != "queued":
            return dict(row)
    return None


def _show(message: dict[str, Any]) -> None:
    """A message as its reader sees it, buttons below."""
    lines(f"│ {line}" for line in message["text"].splitlines())
    lines("│ " + " ".join(f"[ {button['label']} ]" for button in row) for row in message["buttons"])


def _clock(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(MOSCOW):%d.%m %H:%M}"
