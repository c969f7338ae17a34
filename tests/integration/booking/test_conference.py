"""Video meetings: one for each session, in Zoom or in Google Meet, made, moved and removed behind it."""

from datetime import timedelta

import pytest

from chalicelib.booking.conference import repository, service
from chalicelib.booking.conference.models import RoomQuarter
from chalicelib.booking.conference.rooms import ZoomRoom
from chalicelib.booking.conference.rules import Plan
from chalicelib.booking.sessions.models import Session
from chalicelib.core import outbox, storage
from chalicelib.core.outbox import EPOCH, OutboxRow
from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorDown
from chalicelib.integrations import tokens
from chalicelib.integrations.zoom.client import ZoomClient
from tests.builders import SERVICE, ledger, moscow, sample, slot, specialist, tomorrow
from tests.integration.booking.desk import ANNA, BORIS, applied, booked, cancel, confirm, followed, move, reserved, session
from tests.standins.google import GoogleStandIn
from tests.standins.google import error as google_error
from tests.standins.zoom import ZoomStandIn

PATH = "/generate-conference-link"


@pytest.fixture
def zoom():
    with ZoomStandIn() as stand_in:
        yield stand_in
        assert stand_in.wrong == []


@pytest.fixture
def google():
    with GoogleStandIn(subject="desk@clinic.example") as stand_in:
        yield stand_in
        assert stand_in.wrong == []


@pytest.fixture
def configure(monkeypatch):
    """Name vendors in the settings, as a stage does."""

    def name(zoom=None, google=None, **more):
        tokens.forget_all()
        if zoom:
            account = {"ACCOUNT_ID": zoom.app.account_id, "CLIENT_ID": zoom.app.client_id, "CLIENT_SECRET": zoom.app.client_secret}
            more |= {f"ZOOM_{key}": value for key, value in account.items()}
            more |= {"ZOOM_API_URL": zoom.api_url, "ZOOM_OAUTH_URL": zoom.oauth_url}
        if google:
            more |= {"GOOGLE_SERVICE_ACCOUNT": google.key_file, "GOOGLE_CALENDAR_ID": google.calendar_id}
            more |= {"GOOGLE_CALENDAR_URL": google.calendar_url, "GOOGLE_SUBJECT": google.subject or ""}
        for key, value in more.items():
            monkeypatch.setenv(key, value)
        settings.cache_clear()

    yield name
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def both(configure, zoom, google):
    configure(zoom, google)


def ask(front, **body):
    return front.post(PATH, body, SERVICE)


def link(front, ticket_id):
    return ask(front, ticket_id=ticket_id).ok()


def hurry(tick):
    """The outbox's next tries, without their pauses."""
    for row in OutboxRow.scan():
        storage.change(row, [OutboxRow.not_before.set(EPOCH)], condition=OutboxRow.state == "waiting")
    return tick("sweep")


def waiting(kind="conference"):
    return [row for row in OutboxRow.scan() if row.kind == kind and row.state == "waiting"]


def quarters():
    return [row.quarter for row in RoomQuarter.scan()]


def one_booked(front, hour=12, user_id=ANNA, name="Мария Орлова", telegram_id="5550001", days=1, **said):
    person = specialist(front, name, telegram_id=telegram_id)
    return booked(front, slot(front, person, tomorrow(hour, days=days), **said), user_id)


# --- the door ---------------------------------------------------------------------------------------------------------


def test_nobody_without_the_service_key_may_ask(front, both):
    ticket_id = one_booked(front)
    assert front.post(PATH, {"ticket_id": ticket_id}).status == 401
    assert front.post(PATH, {"ticket_id": ticket_id}, {"X-Api-Key": "guess"}).status == 401


@pytest.mark.parametrize("body", [{}, {"ticket_id": ""}, {"slot_id": None}, {"ticket_id": "x" * 201}, None])
def test_a_request_that_names_nothing_is_refused(front, body):
    assert front.post(PATH, body, SERVICE).status == 422


@pytest.mark.parametrize(("body", "code"), [({"ticket_id": "nope"}, "session_not_found"), ({"slot_id": "nope"}, "slot_not_found")])
def test_unknown_ids_are_told_apart(front, body, code):
    answer = ask(front, **body)
    assert (answer.status, answer.body["error"]) == (404, code)


def test_a_free_slot_has_no_session(front, both):
    answer = ask(front, slot_id=slot(front, specialist(front), tomorrow()))
    assert (answer.status, answer.body["error"]) == (404, "session_not_found")


def test_the_link_is_pending_and_then_ready_by_ticket_and_by_slot(front, tick, both):
    ticket_id = one_booked(front)
    assert link(front, ticket_id) == {"success": True, "status": "pending", "link": None, "provider": None}
    tick("sweep")
    ready = link(front, ticket_id)
    assert (ready["status"], ready["provider"]) == ("ready", "zoom")
    assert ready["link"].startswith("https://us05web.zoom.us/j/")
    assert ask(front, slot_id=session(ticket_id).slot_id).ok() == ready


@pytest.mark.parametrize("name", ["generate_conference_link.json", "generate_conference_link.by_slot.json"])
def test_the_samples_are_understood(front, both, name):
    assert ask(front, **sample(f"booking/{name}")).status == 404


def test_one_link_however_often_it_is_asked_for(front, tick, both, zoom):
    ticket_id = one_booked(front)
    for _ in range(20):
        link(front, ticket_id)
    tick("sweep")
    links = {link(front, ticket_id)["link"] for _ in range(5)}
    tick("sweep")
    assert len(links) == 1 and len(zoom.standing()) == 1
    assert waiting() == []


def test_without_vendors_nothing_is_asked(front, tick):
    ticket_id = one_booked(front)
    answer = ask(front, ticket_id=ticket_id)
    assert (answer.status, answer.body["error"]) == (409, "conference_off")
    assert waiting() == []


def test_a_session_of_the_test_contour_gets_no_real_meeting(front, tick, both, zoom):
    moment = tomorrow()
    slot(front, specialist(front, contour="test"), moment)
    body = {"name": "Анна", "contact": {"type": "phone", "value": "+79045501567"}, "selected_slots": [moscow(moment)]}
    ticket_id = front.post("/submit-application-test-contur", body).ok()["ticket_id"]
    front.post("/process-link", {"user_id": ANNA, "ticket_id": ticket_id}, SERVICE).ok()
    assert ask(front, ticket_id=ticket_id).body["error"] == "conference_off"
    tick("sweep")
    assert zoom.asked == []


def test_a_session_that_ended_gets_none(front, both):
    ticket_id = one_booked(front)
    cancel(front, ticket_id).ok()
    answer = ask(front, ticket_id=ticket_id)
    assert (answer.status, answer.body["error"]) == (409, "session_ended")


def test_a_session_that_is_over_gets_none(front, tick, both, zoom):
    ticket_id = one_booked(front)
    past = tomorrow(days=-1)
    storage.change(session(ticket_id), [Session.start_at.set(past), Session.end_at.set(past + timedelta(hours=1))])
    assert ask(front, ticket_id=ticket_id).body["error"] == "session_past"
    tick("sweep")
    assert zoom.standing() == [] and waiting() == []


def test_an_unpaid_session_waits_for_its_payment(front, tick, both, zoom):
    person = specialist(front)
    slot_id = slot(front, person, tomorrow())
    ticket_id = reserved(front, person, slot_id)
    assert ask(front, ticket_id=ticket_id).body["error"] == "payment_awaited"
    tick("sweep")
    assert zoom.standing() == []
    reserved(front, person, slot_id, paid=True)
    tick("sweep")
    assert len(zoom.standing()) == 1


# --- who reads it -----------------------------------------------------------------------------------------------------


def test_both_sides_read_the_link_and_nobody_else(front, tick, both, sent):
    ticket_id = one_booked(front)
    tick("sweep")
    tick("sweep")
    url = link(front, ticket_id)["link"]
    assert url in sent.messages(ANNA)[-1].text and url in sent.messages("5550001")[-1].text
    info = front.get("/get-ticket-info", ticket_id=ticket_id).text
    history = front.get("/client-sessions-history", SERVICE, client_telegram=ANNA).text
    assert url not in info + history + front.get("/get-available-slots").text
    assert "zoom" not in (info + history).lower()


def test_confirmation_move_and_reminder_repeat_the_link(front, tick, both, sent):
    ticket_id = one_booked(front)
    tick("sweep")
    url = link(front, ticket_id)["link"]
    confirm(front, ticket_id, moscow(tomorrow(12))).ok()
    slot(front, session(ticket_id).specialist_id, tomorrow(15))
    tick("sweep")
    assert url in sent.messages(ANNA)[-1].text
    move(front, ticket_id, moscow(tomorrow(15))).ok()
    tick("sweep")
    assert url in sent.messages(ANNA)[-1].text
    tick("session_reminder", tomorrow(14))
    tick("sweep")
    for chat in (ANNA, "5550001"):
        assert "Ссылка на встречу: " + url in sent.messages(chat)[-1].text


def test_without_a_link_the_messages_have_no_line_for_it(front, tick, sent):
    ticket_id = one_booked(front)
    confirm(front, ticket_id, moscow(tomorrow(12))).ok()
    tick("sweep")
    told = [message.text for chat in (ANNA, "5550001") for message in sent.messages(chat)]
    assert told and not any("Ссылка" in text or "? " in text for text in told)


def test_the_link_reaches_the_client_who_moved_meanwhile(front, tick, both, sent):
    ticket_id = one_booked(front)
    slot(front, session(ticket_id).specialist_id, tomorrow(15))
    row = session(ticket_id)
    service.align(row.ticket_id, row.session_id, attempt=1)
    move(front, ticket_id, moscow(tomorrow(15))).ok()
    tick("sweep")
    assert [row.state for row in ledger(f"client#{row.client_id}", "client_meeting_link")] == ["sent"]


def test_the_specialist_and_client_are_told_once(front, tick, both):
    ticket_id = one_booked(front)
    row = session(ticket_id)
    for _ in range(3):
        service.align(row.ticket_id, row.session_id, attempt=1)
    tick("sweep")
    assert len(ledger(f"client#{row.client_id}", "client_meeting_link")) == 1
    assert len(ledger(f"specialist#{row.specialist_id}", "specialist_meeting_link")) == 1


# --- which room -------------------------------------------------------------------------------------------------------


def test_a_busy_account_leaves_the_session_to_meet(front, tick, both, zoom, google):
    zoom.busy(tomorrow(11), 90)
    ticket_id = one_booked(front)
    tick("sweep")
    assert link(front, ticket_id)["provider"] == "meet"
    assert len(zoom.standing()) == 1 and quarters() == []
    assert next(iter(google.events.values()))["start"]["dateTime"] == f"{tomorrow(12):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize("hour", [10, 13])
def test_a_neighbouring_meeting_is_not_in_the_way(front, tick, both, zoom, hour):
    zoom.busy(tomorrow(hour), 60)
    ticket_id = one_booked(front, minutes=60)
    tick("sweep")
    assert link(front, ticket_id)["provider"] == "zoom"


def test_two_sessions_at_one_time_do_not_share_the_account(front, tick, configure, zoom, google):
    configure(zoom, google, ZOOM_BUSY_LIST="none")
    first = one_booked(front)
    second = one_booked(front, user_id=BORIS, name="Олег Ветров", telegram_id="5550002")
    tick("sweep")
    assert {link(front, one)["provider"] for one in (first, second)} == {"zoom", "meet"}
    assert zoom.calls("GET") == []


def test_only_meet_is_configured(front, tick, configure, google):
    configure(google=google)
    ticket_id = one_booked(front)
    tick("sweep")
    assert link(front, ticket_id)["link"].startswith("https://meet.google.com/")


def test_a_conference_in_the_making_is_waited_for(front, tick, configure, google):
    configure(google=google)
    google.meet = "later"
    ticket_id = one_booked(front)
    tick("sweep")
    assert link(front, ticket_id)["status"] == "pending"
    assert ledger("admin", "admin_meeting_trouble") == []
    google.meet = "at once"
    hurry(tick)
    assert link(front, ticket_id)["status"] == "ready"
    assert len(google.events) == 1


def test_a_conference_begun_in_one_room_is_not_begun_in_another(front, tick, configure, zoom, google):
    zoom.busy(tomorrow(12))
    google.meet = "later"
    configure(zoom, google)
    ticket_id = one_booked(front)
    tick("sweep")
    zoom.meetings.clear()
    google.meet = "at once"
    hurry(tick)
    assert link(front, ticket_id)["provider"] == "meet"
    assert zoom.standing() == []


def test_a_conference_that_failed_is_asked_for_again(front, tick, configure, google):
    configure(google=google)
    google.meet = "failure"
    ticket_id = one_booked(front)
    tick("sweep")
    google.meet = "at once"
    hurry(tick)
    assert link(front, ticket_id)["status"] == "ready"


def test_an_event_deleted_by_hand_in_the_making_goes_to_an_operator(front, tick, configure, google):
    configure(google=google)
    google.meet = "later"
    one_booked(front)
    tick("sweep")
    next(iter(google.events.values()))["status"] = "cancelled"
    hurry(tick)
    assert [row.state for row in OutboxRow.scan() if row.kind == "conference"] == ["dead"]
    assert "deleted in the calendar" in ledger("admin", "admin_meeting_trouble")[0].values["reason"]


# --- bad days ---------------------------------------------------------------------------------------------------------


def test_both_down_the_session_stays_the_admin_is_told_once_and_the_link_comes_later(front, tick, both, zoom, google, sent):
    zoom.fail_next(503, n=3, path="meetings")
    google.fail_next(503, n=3, path="events")
    ticket_id = one_booked(front)
    tick("sweep")
    hurry(tick)
    hurry(tick)
    assert link(front, ticket_id)["status"] == "pending"
    told = [message.text for message in sent.messages("900100") if "видеовстречей" in message.text]
    assert len(told) == 1 and "Zoom: не отвечает; Google Meet: не отвечает" in told[0]
    hurry(tick)
    assert link(front, ticket_id)["status"] == "ready"
    assert front.get("/get-ticket-info", ticket_id=ticket_id).ok()["ticket"]["status"] == "pending"


def test_zoom_down_is_meets_work(front, tick, both, zoom, google):
    zoom.fail_next(503, n=9, path="meetings")
    ticket_id = one_booked(front)
    tick("sweep")
    assert link(front, ticket_id)["provider"] == "meet"
    assert ledger("admin", "admin_meeting_trouble") == [] and quarters() == []


def test_both_refuse_an_operator_mends_and_asks_again(front, tick, both, zoom, google):
    zoom.fail_next(403, {"code": 4711, "message": "Invalid access token, does not contain scopes."}, path="meetings")
    google.fail_next(403, google_error(403, "Not shared", "forbidden"), path="events")
    ticket_id = one_booked(front)
    tick("sweep")
    reason = ledger("admin", "admin_meeting_trouble")[0].values["reason"]
    assert "scopes" in reason and "Not shared" in reason
    assert [row.state for row in OutboxRow.scan() if row.kind == "conference"] == ["dead"]
    link(front, ticket_id)
    tick("sweep")
    assert link(front, ticket_id)["status"] == "ready"


def test_a_busy_account_with_nobody_else_is_waited_for(front, tick, configure, zoom):
    configure(zoom)
    zoom.busy(tomorrow(12))
    ticket_id = one_booked(front)
    tick("sweep")
    assert "занят" in ledger("admin", "admin_meeting_trouble")[0].values["reason"]
    zoom.meetings.clear()
    hurry(tick)
    assert link(front, ticket_id)["provider"] == "zoom"


def test_a_broken_key_file_does_not_stop_zoom(front, tick, configure, zoom):
    configure(zoom, GOOGLE_SERVICE_ACCOUNT="{}", GOOGLE_CALENDAR_ID="desk")
    ticket_id = one_booked(front)
    tick("sweep")
    assert link(front, ticket_id)["provider"] == "zoom"


def test_a_broken_key_file_alone_is_an_operators_work(front, tick, configure):
    configure(GOOGLE_SERVICE_ACCOUNT="{}", GOOGLE_CALENDAR_ID="desk")
    one_booked(front)
    tick("sweep")
    assert "key file" in ledger("admin", "admin_meeting_trouble")[0].values["reason"]


def test_a_vendor_that_asks_to_wait_is_passed_over(front, tick, both, zoom):
    zoom.fail_next(429, {"code": 429, "message": "rate"}, path="meetings")
    ticket_id = one_booked(front)
    tick("sweep")
    assert link(front, ticket_id)["provider"] == "meet"


def test_an_answer_that_never_came_is_looked_into_and_found(front, tick, both, zoom, google):
    zoom.drop_next(path="POST /v2")
    ticket_id = one_booked(front)
    tick("sweep")
    assert link(front, ticket_id)["status"] == "pending"
    hurry(tick)
    assert link(front, ticket_id)["provider"] == "zoom"
    assert len(zoom.standing()) == 1 and google.events == {}


def test_answers_that_never_come_are_given_up_for_meet(front, tick, both, zoom):
    zoom.drop_next(n=4, path="GET /v2")
    ticket_id = one_booked(front)
    tick("sweep")
    for _ in range(service.UNCLEAR_TRIES):
        hurry(tick)
    assert link(front, ticket_id)["provider"] == "meet"


def test_a_meeting_that_a_killed_worker_made_is_found(front, tick, both, zoom):
    ticket_id = one_booked(front)
    row = session(ticket_id)
    plan = Plan(row.session_id, row.specialist_name, row.start_at, int(row.minutes))
    killed = ZoomClient(zoom.app, api_url=zoom.api_url, oauth_url=zoom.oauth_url).create(plan.topic, plan.start_at - timedelta(hours=1), 60)
    tick("sweep")
    assert link(front, ticket_id)["link"] == killed.join_url
    assert [one["start_time"] for one in zoom.standing()] == [f"{plan.start_at:%Y-%m-%dT%H:%M:%SZ}"]


def test_of_two_workers_at_once_the_losers_meeting_is_removed(front, tick, configure, zoom, google):
    configure(zoom, google, ZOOM_BUSY_LIST="none")
    ticket_id = one_booked(front)
    row = session(ticket_id)

    def other_worker(asked):
        if asked.method == "POST" and asked.path.endswith("/meetings"):
            zoom.before = lambda asked: None
            service.align(row.ticket_id, row.session_id, attempt=1)

    zoom.before = other_worker
    tick("sweep")
    tick("sweep")
    assert [one["join_url"] for one in zoom.standing()] == [link(front, ticket_id)["link"]]
    assert len(zoom.calls("POST", "/meetings")) == 2
    assert len(quarters()) == 4
    assert len(ledger(f"client#{row.client_id}", "client_meeting_link")) == 1


def test_of_two_workers_at_google_both_have_the_same(front, tick, configure, google):
    configure(google=google)
    ticket_id = one_booked(front)
    row = session(ticket_id)

    def other_worker(asked):
        if asked.path.endswith("/events"):
            google.before = lambda asked: None
            service.align(row.ticket_id, row.session_id, attempt=1)

    google.before = other_worker
    tick("sweep")
    assert [event["status"] for event in google.events.values()] == ["confirmed"]
    assert waiting("conference_drop") == []
    assert link(front, ticket_id)["status"] == "ready"


def test_a_session_cancelled_while_its_meeting_is_made_keeps_none(front, tick, both, zoom, google):
    ticket_id = one_booked(front)

    def cancelled(asked):
        if asked.method == "POST" and asked.path.endswith("/meetings"):
            cancel(front, ticket_id).ok()

    zoom.before = cancelled
    tick("sweep")
    tick("sweep")
    assert zoom.standing() == [] and quarters() == [] and google.events == {}
    assert ledger("admin", "admin_meeting_trouble") == []


def test_a_meeting_too_many_is_removed_when_its_vendor_is_up_again(front, tick, both, zoom):
    zoom.busy(tomorrow(9))
    number = next(iter(zoom.meetings))
    tx = storage.Transaction()
    outbox.send(tx, "conference_drop", {"provider": "zoom", "meeting_id": str(number)}, lane="conference#x")
    tx.commit()
    zoom.fail_next(429, {"code": 429}, headers={"Retry-After": "1"}, path="DELETE")
    zoom.fail_next(503, path="DELETE")
    tick("sweep")
    hurry(tick)
    assert len(zoom.standing()) == 1
    hurry(tick)
    assert zoom.standing() == []


# --- moved and cancelled ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", ["zoom", "meet"])
def test_the_meeting_moves_with_its_session_and_keeps_its_link(front, tick, configure, zoom, google, provider):
    configure(zoom if provider == "zoom" else None, google)
    ticket_id = one_booked(front)
    tick("sweep")
    url = link(front, ticket_id)["link"]
    slot(front, session(ticket_id).specialist_id, tomorrow(16), minutes=90)
    move(front, ticket_id, moscow(tomorrow(16))).ok()
    tick("sweep")
    tick("sweep")
    assert link(front, ticket_id)["link"] == url
    if provider == "zoom":
        assert [(one["start_time"], one["duration"]) for one in zoom.standing()] == [(f"{tomorrow(16):%Y-%m-%dT%H:%M:%SZ}", 90)]
        assert len(quarters()) == 6
        assert len(zoom.calls("PATCH")) == 1
    else:
        (event,) = google.events.values()
        assert event["end"]["dateTime"] == f"{tomorrow(17) + timedelta(minutes=30):%Y-%m-%dT%H:%M:%SZ}"


def test_a_meeting_that_may_not_be_moved_is_told_to_the_admin(front, tick, configure, zoom):
    configure(zoom)
    ticket_id = one_booked(front)
    tick("sweep")
    slot(front, session(ticket_id).specialist_id, tomorrow(16))
    move(front, ticket_id, moscow(tomorrow(16))).ok()
    zoom.fail_next(403, {"code": 4711, "message": "does not contain scopes"}, path="meetings")
    tick("sweep")
    tick("sweep")
    (told,) = ledger("admin", "admin_meeting_trouble")
    assert "scopes" in told.values["reason"] and told.values["lead_number"] == "br0001"


def test_a_meeting_begun_at_google_moves_before_it_is_given(front, tick, configure, google):
    configure(google=google)
    google.meet = "later"
    ticket_id = one_booked(front)
    tick("sweep")
    slot(front, session(ticket_id).specialist_id, tomorrow(16))
    move(front, ticket_id, moscow(tomorrow(16))).ok()
    google.meet = "at once"
    hurry(tick)
    (event,) = google.events.values()
    assert event["start"]["dateTime"] == f"{tomorrow(16):%Y-%m-%dT%H:%M:%SZ}"
    assert link(front, ticket_id)["status"] == "ready"


def test_a_meeting_removed_by_hand_is_made_anew_when_its_session_moves(front, tick, both, zoom):
    ticket_id = one_booked(front)
    tick("sweep")
    old = link(front, ticket_id)["link"]
    zoom.meetings.clear()
    slot(front, session(ticket_id).specialist_id, tomorrow(16))
    move(front, ticket_id, moscow(tomorrow(16))).ok()
    hurry(tick)
    hurry(tick)
    assert link(front, ticket_id)["link"] not in (None, old)
    assert len(zoom.standing()) == 1


def test_a_move_into_the_accounts_busy_time_warns_the_admin(front, tick, both, zoom):
    ticket_id = one_booked(front)
    one_booked(front, hour=16, user_id=BORIS, name="Олег Ветров", telegram_id="5550002")
    tick("sweep")
    url = link(front, ticket_id)["link"]
    slot(front, session(ticket_id).specialist_id, tomorrow(16))
    move(front, ticket_id, moscow(tomorrow(16))).ok()
    hurry(tick)
    assert link(front, ticket_id)["link"] == url
    assert len({one["start_time"] for one in zoom.standing()}) == 1
    assert "занят" in ledger("admin", "admin_meeting_trouble")[0].values["reason"]
    cancel(front, ticket_id).ok()
    hurry(tick)
    assert len(quarters()) == 4, "the other session's time is its own"


@pytest.mark.parametrize("provider", ["zoom", "meet"])
def test_a_cancelled_sessions_meeting_is_removed(front, tick, configure, zoom, google, provider):
    configure(zoom if provider == "zoom" else None, google)
    ticket_id = one_booked(front)
    tick("sweep")
    cancel(front, ticket_id).ok()
    tick("sweep")
    assert zoom.standing() == [] and quarters() == []
    assert all(event["status"] == "cancelled" for event in google.events.values())
    assert session(ticket_id).conference_url is None
    assert len(google.calls("DELETE") + zoom.calls("DELETE")) == 1


def test_the_freed_time_of_the_account_serves_the_next_session(front, tick, both):
    ticket_id = one_booked(front)
    tick("sweep")
    cancel(front, ticket_id).ok()
    tick("sweep")
    again = followed(front, applied(front, session(ticket_id).slot_id, user_id=BORIS), BORIS)
    tick("sweep")
    assert link(front, again)["provider"] == "zoom"


def test_a_cancelled_meeting_is_removed_when_its_vendor_is_up_again(front, tick, both, zoom):
    ticket_id = one_booked(front)
    tick("sweep")
    cancel(front, ticket_id).ok()
    zoom.fail_next(503, path="DELETE")
    tick("sweep")
    assert len(zoom.standing()) == 1
    hurry(tick)
    assert zoom.standing() == []


def test_a_meeting_of_a_vendor_configured_no_more_is_an_operators_work(front, tick, configure, zoom, google):
    configure(zoom, google)
    ticket_id = one_booked(front)
    tick("sweep")
    configure(google=google, ZOOM_CLIENT_SECRET="")
    cancel(front, ticket_id).ok()
    tick("sweep")
    dead = [row for row in OutboxRow.scan() if row.state == "dead"]
    assert [row.last_error for row in dead] == ["zoom is configured no more"]


def test_a_session_that_is_gone_asks_for_nothing(front, tick, both, zoom):
    tx = storage.Transaction()
    outbox.send(tx, "conference", {"ticket_id": "none", "session_id": "none"}, lane="conference#none")
    tx.commit()
    tick("sweep")
    assert zoom.asked == [] and waiting() == []


def test_the_accounts_time_is_taken_whole_or_not_at_all(tables):
    plan = Plan("s1", "Мария Орлова", tomorrow(12), 60)
    late = Plan("s2", "Олег Ветров", tomorrow(12) + timedelta(minutes=45), 60)
    repository.take_time("zoom#me", plan)
    repository.take_time("zoom#me", plan)
    with pytest.raises(repository.Occupied):
        repository.take_time("zoom#me", late)
    assert len(quarters()) == 4
    repository.give_time_back("zoom#me", late)
    assert len(quarters()) == 4


def test_an_outage_gives_the_accounts_time_back(tables, zoom):
    zoom.fail_next(503)
    room = ZoomRoom(ZoomClient(zoom.app, api_url=zoom.api_url, oauth_url=zoom.oauth_url), "me", "upcoming")
    tokens.forget_all()
    with pytest.raises(VendorDown):
        service._try(room, Plan("s1", "Мария Орлова", tomorrow(12), 60))
    assert quarters() == []
