"""/submit-application-test-contur works the same on test data, and nobody hears of it in Telegram."""

from tests.builders import SERVICE, application, client_row, free_slots, lead_of, ledger, moscow, slot, specialist, ticket_row, tomorrow

DOOR = "/submit-application-test-contur"


def test_it_holds_test_slots_and_makes_test_people(front):
    moment = tomorrow(10)
    tested, live = specialist(front, contour="test"), specialist(front)
    chosen, other = slot(front, tested, moment), slot(front, live, moment)
    answer = front.post(DOOR, application(moscow(moment))).ok()
    assert [row["id"] for row in answer["held_slots"]] == [chosen]
    assert [row["psychologist_id"] for row in answer["matches"]] == [tested]
    assert (lead_of(answer), client_row("tbr0001", "test").contour) == ("tbr0001", "test")
    assert (free_slots(front, "test"), free_slots(front)) == ([], [other])


def test_live_slots_are_unknown_there_and_test_slots_here(front):
    moment = tomorrow(10)
    tested, live = slot(front, specialist(front, contour="test"), moment), slot(front, specialist(front), moment)
    assert front.post(DOOR, application(live)).ok()["taken_slots"][0]["reason"] == "unknown"
    assert front.post("/submit-application", application(tested)).ok()["taken_slots"][0]["reason"] == "unknown"


def test_the_same_person_is_another_client_in_each_contour(front):
    live, test = front.post("/submit-application", application()).ok(), front.post(DOOR, application()).ok()
    assert (lead_of(live), lead_of(test)) == ("br0001", "tbr0001")
    assert client_row("br0001").client_id != client_row("tbr0001", "test").client_id


def test_its_whole_way_stays_in_the_ledger(front, tick, sent):
    moment = tomorrow(10)
    slot(front, specialist(front, contour="test"), moment)
    ticket_id = front.post(DOOR, application(moscow(moment))).ok()["ticket_id"]
    followed = front.post("/process-link", {"user_id": "7012345678", "ticket_id": ticket_id}, SERVICE).ok()
    assert (followed["client_id"], followed["slot_time"]) == ("tbr0001", moscow(moment))
    front.post("/confirm-session-by-client", {"ticket_id": ticket_id, "slot_time": moscow(moment)}).ok()
    tick("sweep")
    assert sent.sent == []
    told = ledger(f"client#{client_row('tbr0001', 'test').client_id}") + ledger("admin-test")
    assert {(row.template, row.state, row.channel) for row in told} == {
        ("client_session_booked", "skipped", "telegram"),
        ("client_session_confirmed", "recorded", "ledger"),
        ("admin_application", "recorded", "ledger"),
    }
    assert ledger("admin") == []


def test_what_it_refuses_is_kept_apart(front):
    assert front.post(DOOR, {"tranid": "1:1"}).status == 422
    assert front.post("/submit-application", application(tranid="1:1")).ok()["ticket_id"]
    (kept,) = front.get("/inbox", SERVICE).ok()["inbox"]
    assert kept["operation"] == f"POST {DOOR}"


def test_a_key_is_checked_there_too(front):
    assert front.post(DOOR, application(), {"X-Api-Key": "wrong"}).status == 401


def test_the_ticket_says_its_contour(front):
    assert ticket_row(front.post(DOOR, application()).ok()["ticket_id"]).contour == "test"
