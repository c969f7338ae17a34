"""An hour has one owner: everybody who can make, move, choose, book or take time does so at once, in hours that overlap.

Whatever was answered, the store says that no minute of a specialist, nor of a client, has two live owners.
"""

from collections import defaultdict
from datetime import datetime, timedelta

from chalicelib.booking.calendar import rules
from tests.builders import SERVICE, SUPABASE, TELEGRAM, Front, application, book, change, moscow, press, slot, specialist, start, tomorrow
from tests.e2e.crowd import post
from tests.e2e.test_races import booking, registration
from tests.proofs import size

LIVE = {"pending", "confirmed"}
STANDING = {"free", "held", "booked", "taken"}
HALF = timedelta(minutes=30)
BOOKERS = size(20, full=60)
"""Of each of two hours; half of those who want the first one want the second too."""
FREE = "Свободен"


def span(row, length="minutes"):
    begin = datetime.fromisoformat(row["start_at"].replace("Z", "+00:00"))
    return begin, begin + timedelta(minutes=int(row[length]))


def clashes(rows, who):
    """Pairs of one specialist or client that share a minute."""
    theirs = defaultdict(list)
    for row in rows:
        theirs[row[who]].append((*span(row), row.get("slot_id")))
    return [
        (one, other) for spans in theirs.values() for one, other in zip(sorted(spans), sorted(spans)[1:], strict=False) if other[0] < one[1]
    ]


def one_owner_of_every_minute(tables, *people):
    """Asked of the store: slots that stand, live sessions, and the days that say whose time it is."""
    slots = [row for row in tables.rows("slots") if row["specialist_id"] in people]
    live = [row for row in tables.rows("sessions") if row["status"] in LIVE and row["specialist_id"] in people]
    standing = [row for row in slots if row["state"] in STANDING]
    assert clashes(standing, "specialist_id") == []
    assert clashes(live, "specialist_id") == []
    kept = defaultdict(set)
    for row in tables.rows("days"):
        kept[row["day_id"].rpartition("#")[0]] |= {one.ref for one in rules.unpack(row.get("standing"))}
    for person in people:
        assert kept[f"specialist#{person}"] == {row["slot_id"] for row in standing if row["specialist_id"] == person}
    owners = {row["slot_id"]: row["session_id"] for row in live}
    assert {row["slot_id"]: row["session_id"] for row in slots if row.get("session_id")} == owners
    return live


def row_of(name, person, moment, **columns):
    local = moment + timedelta(hours=3)
    said = {"id": name, "psychologist": person, "date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
    return {**said, "state": FREE, "ticket": None, "client_id": None, **columns}


def inserted(name, person, moment, **columns):
    return post("/notify-update", change("INSERT", row_of(name, person, moment, **columns)), SUPABASE)


def made(person, moment, **said):
    return post("/slots", {"slots": [{"specialist_id": person, "start_at": moment.isoformat(), **said}]}, SERVICE)


def fine(answers):
    wrong = [answer.text for answer in answers if answer.status not in (200, 409, 429)]
    assert wrong == []


def test_slots_made_by_the_desk_and_by_the_database_at_once_never_overlap(crowd, crowd_tables):
    front, moment = Front(crowd), tomorrow(9, days=60)
    person = specialist(front, "Ника Часова")
    steps = [moment + number * timedelta(minutes=10) for number in range(24)]

    answers = crowd.at_once(
        [made(person, step) for step in steps]
        + [inserted(f"hour-{number}", person, step) for number, step in enumerate(steps)]
        + [inserted(f"taken-{number}", person, step, state="Занят", client_id=f"out-{number}") for number, step in enumerate(steps[:8])]
    )

    fine(answers)
    one_owner_of_every_minute(crowd_tables, person)


def test_all_want_hours_that_overlap_through_every_door(crowd, crowd_tables):
    front, noon = Front(crowd), tomorrow(12, days=62)
    person, other = specialist(front, "Роза Ветрова"), specialist(front, "Лада Речная")
    wanted = slot(front, person, noon)
    side = slot(front, other, noon + HALF)
    phones = [{"type": "phone", "value": f"+7 916 510-00-{number:02}"} for number in range(40)]
    movers, pressers = [], []
    for number in range(8):
        old = noon + timedelta(hours=2 + number)
        slot(front, person, old)
        ticket = book(front, old, 7_510_000_000 + number, update_id=54_000 + number, contact=phones[number])
        (movers if number % 2 else pressers).append((ticket, 7_510_000_000 + number))
    clients = [answer.ok()["client_id"] for answer in crowd.at_once([registration(number) for number in range(500, 500 + 2 * BOOKERS)])]
    forms = [application(wanted if number % 2 else moscow(noon), contact=phones[number]) for number in range(10, 26)]
    held = [answer.body["ticket_id"] for answer in crowd.in_turn([post("/submit-application", form) for form in forms])]
    taken = row_of(wanted, person, noon, state="Занят", client_id="77")
    minutes, when = int(noon.timestamp()) // 60, ""
    while minutes:
        minutes, digit = divmod(minutes, 36)
        when = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + when

    def button(place, ticket, user):
        session = crowd_tables.row("sessions", ticket_id=ticket)["session_id"]
        return post("/telegram", press(f"to:{when}:{ticket}:{session}", user, update_id=52_000 + place), TELEGRAM)

    lead = crowd_tables.row("sessions", ticket_id=movers[0][0])["lead_number"]
    again = {"lead_number": lead, "filtered_psychologists": "", "slots": moscow(noon), "_queries": ""}

    answers = crowd.at_once(
        [post("/process-diagnostic-session-request", booking(one, person, wanted), SERVICE) for one in clients[:BOOKERS]]
        + [
            post("/process-diagnostic-session-request", booking(one, other, side), SERVICE)
            for one in clients[BOOKERS // 2 : BOOKERS * 3 // 2]
        ]
        + [
            post("/telegram", start(ticket, 7_610_000_000 + place, update_id=53_000 + place, username=None), TELEGRAM)
            for place, ticket in enumerate(held)
        ]
        + [post("/submit-application", application(wanted, contact=phone)) for phone in phones[26:38]]
        + [post("/reschedule-session", {"ticket_id": ticket, "new_slot_time": moscow(noon)}) for ticket, _ in movers[1:]]
        + [button(place, ticket, user) for place, (ticket, user) in enumerate(pressers)]
        + [post("/reassign", again, SERVICE)]
        + [post("/notify-update", change("UPDATE", taken, {**taken, "state": FREE, "client_id": None}), SUPABASE)] * 4
        + [inserted(f"over-{number}", person, noon + number * timedelta(minutes=7), state="Занят", client_id="88") for number in range(8)]
        + [made(person, noon - HALF), made(person, noon + HALF), made(person, noon + timedelta(minutes=5), minutes=20)] * 4
    )

    fine(answers)
    live = one_owner_of_every_minute(crowd_tables, person, other)
    assert clashes([row for row in live if row["client_id"] in clients], "client_id") == []


def test_one_client_books_himself_through_several_doors_at_once_and_sits_in_one_session(crowd, crowd_tables):
    front, noon = Front(crowd), tomorrow(12, days=64)
    people = [specialist(front, f"Вера {name}") for name in ("Первая", "Вторая", "Третья", "Четвёртая")]
    wanted = [slot(front, person, noon + number * timedelta(minutes=15)) for number, person in enumerate(people)]
    client = front.post("/client-registration", {"user_id": "7700000001"}, SERVICE).ok()["client_id"]

    answers = crowd.at_once(
        [
            post("/process-diagnostic-session-request", booking(client, person, one), SERVICE)
            for person, one in zip(people, wanted, strict=True)
        ]
        * 5
    )

    fine(answers)
    live = one_owner_of_every_minute(crowd_tables, *people)
    assert len(live) == 1
    assert {answer.body["error"] for answer in answers if answer.status == 409} == {"client_busy"}


def test_slots_that_come_move_and_go_at_once_leave_days_that_agree(crowd, crowd_tables):
    front, moment = Front(crowd), tomorrow(9, days=66)
    person = specialist(front, "Дина Озёрная")
    hours = [moment + number * timedelta(hours=1) for number in range(6)]
    crowd.in_turn([inserted(f"row-{number}", person, hour) for number, hour in enumerate(hours)])
    rows = [row_of(f"row-{number}", person, hour) for number, hour in enumerate(hours)]
    moved = [row_of(f"row-{number}", person, hours[(number + 1) % 6] + HALF) for number in range(6)]
    gone = [post("/notify-update", change("DELETE", None, row), SUPABASE) for row in rows[4:]]

    answers = crowd.at_once(
        [post("/notify-update", change("UPDATE", new, old), SUPABASE) for new, old in zip(moved[:4], rows[:4], strict=True)]
        + gone
        + [made(person, hour + timedelta(minutes=20), minutes=30) for hour in hours]
    )

    fine(answers)
    one_owner_of_every_minute(crowd_tables, person)


def test_two_rows_of_one_hour_on_the_deployed_stack(cloud, deployed_front):
    """The field case: both were booked, confirmed and reminded."""
    noon, name = tomorrow(12, days=70), "Игорь Селиванов-Южный"
    specialist(deployed_front, name)
    for number in ("c101", "c102"):
        deployed_front.post("/notify-update", change("INSERT", row_of(number, name, noon)), SUPABASE).ok()
    forms = [
        {"Name": who, "Phone": phone, "slots": moscow(noon), "psychologist": name, "tranid": f"7654321:10500000{phone[-2:]}"}
        for who, phone in (("Раз", "+79045501511"), ("Два", "+79045501512"))
    ]

    first, second = (deployed_front.form("/submit-application", form).ok() for form in forms)

    assert [[row["id"] for row in answer["held_slots"]] for answer in (first, second)] == [["c101"], []]
    assert second["taken_slots"][0]["reason"] == "taken"
    assert cloud.heard(cloud.settings["TELEGRAM_ADMIN_CHAT_ID"], "Слот: c102")
