"""An alarming word: hotlines at once, an alarm to the admin, nothing by the clock until a person lifts it."""

from datetime import timedelta

import pytest

from tests.builders import (
    ADMIN_CHAT,
    CLIENT,
    SERVICE,
    TELEGRAM,
    application,
    apply_for,
    book,
    client_row,
    confirm,
    ledger,
    moscow,
    slot,
    specialist,
    start,
    tomorrow,
    write,
)

WORDS = "Мне 34 года, живу в Твери. Не хочу больше жить, диагноз F32"
HOTLINE = "8-800-2000-122"


def alarms():
    return ledger("admin", "admin_risky_words")


def hotlines(reference="br0001", contour="live"):
    return ledger(f"client#{client_row(reference, contour).client_id}", "client_hotline")


def paused(reference="br0001", contour="live"):
    row = client_row(reference, contour)
    return (row.paused_at is not None, row.paused_reason)


def alarm(front, *, update_id=60):
    front.post("/telegram", write(WORDS, update_id=update_id), TELEGRAM).ok()


@pytest.fixture
def hours(front):
    """A specialist with three free hours tomorrow; their starts."""
    person = specialist(front)
    starts = [tomorrow(hour) for hour in (12, 13, 14)]
    for start_at in starts:
        slot(front, person, start_at)
    return starts


class TestAMessage:
    def test_brings_hotlines_an_alarm_and_a_pause_once(self, front, tick, sent):
        alarm(front)
        alarm(front)
        tick("sweep")
        (told,) = [message.text for message in sent.messages(CLIENT)]
        assert HOTLINE in told
        assert "112" in told
        (alert,) = [message.text for message in sent.messages(ADMIN_CHAT) if "Тревога" in message.text]
        assert "Анна (br0001)" in alert
        assert "«не хочу … жить»" in alert
        assert not [detail for detail in ("34", "Твери", "F32") if detail in alert]
        assert paused() == (True, "не хочу … жить")

    def test_passed_on_by_the_back_office_does_the_same_once(self, front, tick, sent):
        front.post("/telegram", write("Здравствуйте"), TELEGRAM).ok()
        for _ in range(2):
            front.post("/send_user_message_to_admin", {"client_id": "br0001", "text": WORDS}, SERVICE).ok()
        tick("sweep")
        assert (len(alarms()), len(hotlines()), paused()[0]) == (1, 1, True)
        assert HOTLINE in sent.messages(CLIENT)[-1].text

    def test_of_a_new_account_does_the_same(self, front):
        front.post("/send_user_message_to_admin", {"user_id": CLIENT, "text": WORDS}, SERVICE).ok()
        assert (len(alarms()), len(hotlines()), paused()[0]) == (1, 1, True)

    def test_each_new_one_is_an_alarm_of_its_own_but_the_first_reason_stays(self, front):
        alarm(front)
        front.post("/telegram", write("суицид", update_id=61), TELEGRAM).ok()
        assert len(alarms()) == len(hotlines()) == 2
        assert paused() == (True, "не хочу … жить")

    def test_without_such_words_is_only_a_message(self, front):
        front.post("/telegram", write("Не хочу жить в Твери, ищу психолога"), TELEGRAM).ok()
        assert (alarms(), hotlines(), paused()) == ([], [], (False, None))


class TestAForm:
    def test_raises_the_alarm_once_however_often_it_is_sent(self, front, tick, sent):
        form = application(request_text=WORDS)
        first = front.post("/submit-application", form).ok()
        assert front.post("/submit-application", form).ok() == first
        assert (len(alarms()), hotlines(), paused()) == (1, [], (False, None)), "a form proves nobody"
        assert alarms()[0].ticket_id == first["ticket_id"]
        assert HOTLINE in first["message"]
        front.post("/telegram", start(first["ticket_id"]), TELEGRAM).ok()
        tick("sweep")
        assert (len(alarms()), paused()) == (1, (True, "не хочу … жить"))
        assert [row.state for row in hotlines()] == ["sent"]

    @pytest.mark.parametrize(
        "answers",
        [
            {"clientStates": ["Апатия", "Селфхарм"]},
            {"Бывают ли мысли о самоубийстве?": "иногда"},
            {"form": {"customState": "муж меня бьёт"}},
            {"anxieties": ["Суицидальные мысли"]},
        ],
    )
    def test_is_read_in_every_answer(self, front, answers):
        front.post("/submit-application", application(**answers)).ok()
        assert len(alarms()) == 1

    def test_that_names_a_known_client_reaches_him_when_he_follows_it(self, front, tick, sent):
        front.post("/telegram", write("Здравствуйте"), TELEGRAM).ok()
        form = application(contact={"type": "telegram", "value": "@anna_l"}, request_text=WORDS)
        applied = front.post("/submit-application", form).ok()
        tick("sweep")
        assert (sent.messages(CLIENT), paused()) == ([], (False, None))
        front.post("/telegram", start(applied["ticket_id"]), TELEGRAM).ok()
        tick("sweep")
        assert HOTLINE in "".join(message.text for message in sent.messages(CLIENT))
        assert paused()[0]

    def test_for_a_diagnostic_session_is_read_too(self, front):
        body = {"client_name": "Анна", "client_phone": "+7 904 550-15-67", "request_text": WORDS}
        for _ in range(2):
            front.post("/webhook/diagnostic-session-request", body).ok()
        assert (len(alarms()), hotlines(), paused()[0]) == (1, [], False)

    def test_of_the_test_contour_alarms_nobody_live(self, front, tick, sent):
        front.post("/submit-application-test-contur", application(request_text=WORDS)).ok()
        tick("sweep")
        assert alarms() == []
        assert len(ledger("admin-test", "admin_risky_words")) == 1
        assert not paused("tbr0001", "test")[0]
        assert sent.messages(ADMIN_CHAT) == []

    def test_that_books_still_books(self, front, hours):
        ticket_id = apply_for(front, hours[0], request_text=WORDS)
        front.post("/telegram", start(ticket_id), TELEGRAM).ok()
        assert front.get("/get-ticket-info", ticket_id=ticket_id).ok()["ticket"]["status"] == "pending"


class TestFeedback:
    def test_on_a_session_is_read_and_the_same_again_is_no_news(self, front, tick, hours):
        ticket_id = book(front, hours[0])
        confirm(front, ticket_id, hours[0])
        tick("feedback_reminder", hours[0] + timedelta(hours=3))
        for rating in (4, 5):
            front.post("/rate-session", {"ticket_id": ticket_id, "rating": rating, "feedback": WORDS}, SERVICE).ok()
        assert (len(alarms()), len(hotlines()), paused()[0]) == (1, 1, True)
        assert alarms()[0].ticket_id == ticket_id

    @pytest.mark.parametrize(("proof", "is_proven"), [(SERVICE, True), ({}, False)])
    def test_by_which_a_session_is_cancelled_is_read_once(self, front, hours, proof, is_proven):
        ticket = book(front, hours[0])
        for _ in range(2):
            front.post("/cancel-session", {"ticket_id": ticket, "cancellation_reason": WORDS}, proof).ok()
        assert [row.values["where"] for row in alarms()] == ["в причине отмены"]
        assert (len(hotlines()), paused()[0]) == (int(is_proven), is_proven), "whoever holds a ticket's id may have typed another's phone"

    def test_form_is_read_and_the_same_again_is_no_news(self, front):
        front.post("/telegram", write("Здравствуйте"), TELEGRAM).ok()
        answers = {
            "mark": "5",
            "feelings": WORDS,
            "questions": "",
            "needs": "",
            "status": "",
            "wantOtherPschologist": "",
            "secondSessionTime": "",
        }
        form = {"anketa": answers, "telegram_id": str(CLIENT), "utm_client": "br0001", "client_name": "Анна", "psychologist_name": "Мария"}
        for _ in range(2):
            front.post("/client-os", form, SERVICE).ok()
        assert (len(alarms()), len(hotlines()), paused()[0]) == (1, 1, True)


class TestWhilePaused:
    @pytest.fixture
    def ticket(self, front, hours):
        """A confirmed session of a client whose words have raised an alarm."""
        ticket_id = book(front, hours[0])
        confirm(front, ticket_id, hours[0])
        alarm(front)
        return ticket_id

    def reminders(self):
        return [(row.state, row.reason) for row in ledger(f"client#{client_row('br0001').client_id}", "client_session_reminder")]

    def test_reminders_are_skipped_and_the_ledger_says_why(self, front, tick, sent, hours, ticket):
        tick("session_reminder", hours[0] - timedelta(hours=1))
        tick("sweep", hours[0] - timedelta(hours=1))
        assert self.reminders() == [("skipped", "automation for this client is paused until a person lifts it")]
        assert not [message for message in sent.messages(CLIENT) if "Напоминаем" in message.text]
        assert [message for message in sent.messages("5550001") if "Скоро встреча" in message.text]

    def test_feedback_is_not_asked_for(self, tick, sent, hours, ticket):
        tick("feedback_reminder", hours[0] + timedelta(hours=3))
        tick("sweep", hours[0] + timedelta(hours=3))
        assert not [message for message in sent.messages(CLIENT) if "Как прошла" in message.text]

    def test_what_he_asked_for_and_what_people_say_still_goes(self, front, tick, sent, hours, ticket):
        front.post("/reschedule-session", {"ticket_id": ticket, "new_slot_time": moscow(hours[1])}).ok()
        front.post("/send_admin_message_to_user", {"command": "br0001: Я рядом, напишите мне"}, SERVICE).ok()
        tick("sweep")
        front.post("/cancel-session", {"ticket_id": ticket}).ok()
        tick("sweep")
        told = [message.text for message in sent.messages(CLIENT)]
        for part in (HOTLINE, "Встреча перенесена", "Я рядом, напишите мне", "Встреча отменена"):
            assert [text for text in told if part in text]

    def test_a_person_lifts_it_and_reminders_go_again(self, front, tick, sent, hours, ticket):
        tick("sweep")
        answer = front.post("/clients/br0001/resume", None, SERVICE).ok()
        assert answer["client_id"] == "br0001"
        tick("session_reminder", hours[0] - timedelta(hours=1))
        tick("sweep", hours[0] - timedelta(hours=1))
        assert [state for state, _ in self.reminders()] == ["sent"]


class TestLiftingAPause:
    def test_is_the_back_office_s(self, front):
        alarm(front)
        assert front.post("/clients/br0001/resume").status == 401
        assert front.post("/clients/br0001/resume", None, {"X-Api-Key": "wrong"}).status == 401
        assert paused()[0]

    @pytest.mark.parametrize("reference", ["br9999", "nobody", "%20"])
    def test_of_nobody_is_refused(self, front, reference):
        refused = front.post(f"/clients/{reference}/resume", None, SERVICE)
        assert (refused.status, refused.body["error"]) == (404, "client_not_found")

    def test_may_be_repeated_and_takes_an_id_too(self, front):
        alarm(front)
        first = front.post("/clients/br0001/resume", None, SERVICE).ok()
        assert front.post(f"/clients/{client_row('br0001').client_id}/resume", None, SERVICE).ok() == first
        assert paused() == (False, None)

    def test_does_not_stop_the_next_alarm(self, front):
        alarm(front)
        front.post("/clients/br0001/resume", None, SERVICE).ok()
        front.post("/telegram", write("суицид", update_id=62), TELEGRAM).ok()
        assert paused() == (True, "суицид")

    def test_works_in_the_test_contour(self, front):
        front.post("/submit-application-test-contur", application(request_text=WORDS)).ok()
        front.post("/clients/tbr0001/resume", None, SERVICE).ok()
        assert paused("tbr0001", "test") == (False, None)


def test_every_automated_message_has_a_template():
    from pathlib import Path

    from chalicelib.messaging import rules

    templates = {path.stem for path in (Path(rules.__file__).parent / "templates" / "ru").glob("*.txt")}
    assert templates >= rules.AUTOMATED


def test_the_hotlines_are_in_the_forms_own_answer_too(front):
    calm = front.post("/submit-application", application(request_text="хочу лучше спать")).ok()
    assert "112" not in calm["message"]
    alarmed = front.post("/submit-application", application(request_text="я не хочу жить")).ok()
    assert "112" in alarmed["message"]
    assert "Заявка принята" in alarmed["message"]
