"""One slot, many who want it: it has one owner, and everybody else reads a clean refusal."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.builders import SERVICE, SUPABASE, Front, application, book, change, confirm, moscow, slot, specialist, tomorrow
from tests.e2e.crowd import post
from tests.proofs import size

MANY = size(60, full=200)
OVER_HTTP, IN_FLIGHT = size(24, full=60), size(8, full=16)
"""A caller in flight is a process of the local cloud, which can bear sixteen."""

LIVE = {"pending", "confirmed"}


def registration(number):
    return post("/client-registration", {"user_id": str(7_100_000_000 + number)}, SERVICE)


def booking(client_id, person, slot_id):
    return {"client_id": client_id, "psychologist_id": person, "slot_id": slot_id, "payment_info": {"amount": 0, "status": "completed"}}


def one_owner(tables, slot_id):
    """The live session of a slot; the slot and the session name each other, and nobody else names the slot."""
    (session,) = [row for row in tables.rows("sessions", slot_id=slot_id) if row["status"] in LIVE]
    held = tables.row("slots", slot_id=slot_id)
    assert (held["state"], held["session_id"], held["ticket_id"]) == ("booked", session["session_id"], session["ticket_id"])
    assert held["client_id"] == session["client_id"]
    assert "free_in" not in held
    return session


def one_winner(answers):
    """The one booking among the answers; every other is a refusal that names what is free instead."""
    (won,) = [answer.body for answer in answers if answer.status == 200]
    refusals = [answer.body for answer in answers if answer.status != 200]
    assert {(answer.status, answer.body["error"]) for answer in answers if answer.status != 200} == {(409, "slot_taken")}
    assert all(won["slot_time"] != f"{one['date']} {one['time']}" for body in refusals for one in body["detail"]["alternatives"])
    assert all(body["detail"]["alternatives"] for body in refusals)
    return won


def test_all_who_register_at_once_are_clients_of_their_own(crowd):
    answers = crowd.at_once([registration(number) for number in range(MANY)])

    assert len({answer.ok()["client_id"] for answer in answers}) == MANY


def test_one_of_all_who_book_at_once_gets_the_slot(crowd, crowd_tables):
    front, moment = Front(crowd), tomorrow(12)
    person = specialist(front)
    wanted = slot(front, person, moment)
    slot(front, person, moment + timedelta(hours=1))
    clients = [answer.ok()["client_id"] for answer in crowd.at_once([registration(number) for number in range(MANY)])]

    answers = crowd.at_once([post("/process-diagnostic-session-request", booking(one, person, wanted), SERVICE) for one in clients])

    assert one_owner(crowd_tables, wanted)["session_id"] == one_winner(answers)["session_id"]


def test_one_of_all_who_book_at_once_over_http_gets_the_slot(cloud, deployed_front):
    moment = tomorrow(12, days=40)
    person = specialist(deployed_front, "Ирина Воронова")
    wanted = slot(deployed_front, person, moment)
    slot(deployed_front, person, moment + timedelta(hours=1))
    clients = [
        deployed_front.post("/client-registration", {"user_id": str(7_200_000_000 + number)}, SERVICE).ok() for number in range(OVER_HTTP)
    ]

    def try_to_book(client):
        return deployed_front.post("/process-diagnostic-session-request", booking(client["client_id"], person, wanted), SERVICE)

    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        answers = list(pool.map(try_to_book, clients))

    assert one_owner(cloud.tables, wanted)["session_id"] == one_winner(answers)["session_id"]


def test_a_slot_that_is_chosen_booked_moved_to_and_taken_in_the_old_database_at_once_has_one_owner(crowd, crowd_tables):
    front, moment = Front(crowd), tomorrow(12, days=3)
    person = specialist(front, "Олег Снегирёв")
    wanted = slot(front, person, moment)
    movers = []
    for number in range(8):
        old = moment + timedelta(hours=1 + number)
        standing = slot(front, person, old)
        phone = {"type": "phone", "value": f"+7 916 200-00-{number:02}"}
        movers.append((book(front, old, 7_300_000_000 + number, update_id=30_000 + number, contact=phone), standing))
    clients = [answer.ok()["client_id"] for answer in crowd.in_turn([registration(number) for number in range(300, 308)])]
    row = {"id": wanted, "psychologist": "Олег Снегирёв", "date": f"{moment:%Y-%m-%d}", "time": moscow(moment)[-5:], "ticket": None}
    taken = change("UPDATE", row | {"state": "Занят", "client_id": "77"}, row | {"state": "Свободен"})
    forms = [application(wanted, contact={"type": "phone", "value": f"+7 916 300-00-{number:02}"}) for number in range(8)]

    answers = crowd.at_once(
        [post("/process-diagnostic-session-request", booking(one, person, wanted), SERVICE) for one in clients]
        + [post("/reschedule-session", {"ticket_id": ticket, "new_slot_time": moscow(moment)}) for ticket, _ in movers]
        + [post("/submit-application", form) for form in forms]
        + [post("/notify-update", taken, SUPABASE)] * 8
    )

    assert {answer.status for answer in answers} <= {200, 409}, [answer.text for answer in answers if answer.status not in (200, 409)]
    owners = [row for row in crowd_tables.rows("sessions", slot_id=wanted) if row["status"] in LIVE]
    holders = [answer.body["ticket_id"] for answer in answers[16:24] if answer.body["held_slots"]]
    assert len(owners) + len(holders) <= 1
    standing = crowd_tables.row("slots", slot_id=wanted)
    assert (standing.get("session_id"), standing["state"]) in {
        *((owner["session_id"], "booked") for owner in owners),
        *((None, state) for state in ("held", "taken") if not owners),
    }
    for (ticket, old), answer in zip(movers, answers[8:16], strict=True):
        assert crowd_tables.row("sessions", ticket_id=ticket)["slot_id"] == (wanted if answer.status == 200 else old)


@pytest.mark.parametrize("verbs", [("confirm", "cancel"), ("cancel", "reschedule")], ids=" and ".join)
def test_what_happens_at_once_to_one_session_leaves_slot_and_session_agreeing(crowd, crowd_tables, verbs):
    front, moment = Front(crowd), tomorrow(9, days=5 + len(verbs[0]))
    person = specialist(front, f"Вера {'Лугова' if 'confirm' in verbs else 'Полевая'}")
    first, second = slot(front, person, moment), slot(front, person, moment + timedelta(hours=2))
    phone = {"type": "phone", "value": f"+7 916 400-00-{len(verbs[1]):02}"}
    ticket = book(front, moment, 7_400_000_000 + len(verbs[1]), update_id=40_000 + len(verbs[1]), contact=phone)
    if "confirm" not in verbs:
        confirm(front, ticket, moment)
    calls = {
        "confirm": post("/confirm-session-by-client", {"ticket_id": ticket, "slot_time": moscow(moment)}),
        "cancel": post("/cancel-session", {"ticket_id": ticket}),
        "reschedule": post("/reschedule-session", {"ticket_id": ticket, "new_slot_time": moscow(moment + timedelta(hours=2))}),
    }

    answers = crowd.at_once([calls[verb] for verb in verbs] * 10)

    assert {answer.status for answer in answers} <= {200, 409}
    session = crowd_tables.row("sessions", ticket_id=ticket)
    assert session["status"] == "cancelled"
    assert {crowd_tables.row("slots", slot_id=one)["state"] for one in (first, second)} == {"free"}
