"""A message leaves once, by its own channel, in its own words; what becomes of its letter and what it says of itself are one write."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest

from chalicelib.clients.models import Client
from chalicelib.core import clock, outbox, storage
from chalicelib.core.facts import FactRow
from chalicelib.core.outbox import OutboxRow
from chalicelib.core.outbox.lanes import LEASE
from chalicelib.messaging import service as messaging
from chalicelib.messaging.channels.base import Address
from tests.builders import SERVICE
from tests.integration.messaging.test_channels import later, sms, smtp  # noqa: F401
from tests.integration.messaging.test_taking_back import claims, once, reads, settles
from tests.integration.sales.messages.conftest import WORDS, client_of, lead_of, letters, row_of, told
from tests.standins.store import Killed, OneAtATime, Wire

MAIL, PHONE, CHAT = "anna@example.org", "+79045501567", "7012345678"


@pytest.fixture
def anna(sales):
    """A lead of Maria's who can be reached everywhere."""
    return sales.lead(email=MAIL, phone=PHONE, tg_id=CHAT)


def deliver():
    """What the outbox's stream does; a message passes to its carrier's lane first."""
    for _ in range(2):
        outbox.deliver_lanes({row.lane for row in OutboxRow.scan()}, within=timedelta(seconds=20))


@pytest.fixture
def ended(sales):
    """Have what waits leave; how a message stands then."""

    def run(number):
        deliver()
        return sales.get(number).ok()

    return run


def test_without_any_carrier_it_is_sent_and_the_ledger_is_its_channel(sales, anna, tick):
    number = sales.write(anna)
    queued = sales.send(number)
    assert (queued.status, queued.body["status"], queued.body["version"]) == (202, "queued", 2)
    assert queued.body == sales.get(number).ok()
    tick("sweep")
    message = sales.get(number).ok()
    assert (message["status"], message["channel"], message["reason"], message["error_message"]) == ("sent", "ledger", None, None)
    assert message["sent_at"].endswith("Z") and message["ledger_id"] == letters()[0].message_id
    again = sales.send(number)
    assert (again.status, again.body) == (200, message), "a repeat answers it as it stands"
    assert told(sales.put(number, body="Иначе")) == told(sales.delete(number)) == (409, "message_sent")
    assert sales.found(status="sent") == [number] and sales.found(status="queued") == []


def test_each_channel_says_it_letter_by_letter_and_a_mail_has_its_subject(sales, anna, ended, smtp, sms, sent):  # noqa: F811
    mail, short, chat = (sales.write(anna, message_type=kind) for kind in ("email", "sms", "telegram"))
    assert [sales.send(one).status for one in (mail, short, chat)] == [202] * 3
    deliver()
    stands = [sales.get(one).ok() for one in (mail, short, chat)]
    assert [(one["status"], one["channel"]) for one in stands] == [("sent", "email"), ("sent", "sms"), ("sent", "telegram")]
    (arrived,) = smtp.to(MAIL)
    assert (arrived["Subject"], arrived.get_content().strip(), arrived["List-Unsubscribe"]) == ("Здравствуйте", WORDS, None)
    assert sms[0].to(PHONE) == [WORDS]
    assert [one.text for one in sent.messages(CHAT)] == [WORDS]
    assert sales.get(short).ok()["external_id"]


@pytest.mark.parametrize(("language", "subject"), [("ru", "Сообщение для вас"), ("en", "A message for you"), ("uz", "Siz uchun xabar")])
def test_a_mail_without_a_subject_has_its_languages_own(sales, anna, ended, smtp, language, subject):  # noqa: F811
    number = sales.write(anna, subject=None, language=language)
    sales.send(number)
    assert ended(number)["status"] == "sent"
    assert [mail["Subject"] for mail in smtp.to(MAIL)] == [subject]


def test_a_hundred_sends_at_once_make_one_letter(sales, anna):
    number = sales.write(anna)
    with OneAtATime(), ThreadPoolExecutor(20) as workers:
        answers = list(workers.map(lambda _: sales.send(number, "service"), range(100)))
    assert {answer.status for answer in answers} <= {202, 429} and sum(answer.status == 202 for answer in answers) > 1
    assert len(letters()) == 1 and row_of(number).attempt == 1
    assert [row.kind for row in OutboxRow.scan()] == [messaging.EFFECT]


@pytest.mark.parametrize("call", range(1, 7))
def test_whoever_dies_while_it_is_sent_leaves_a_draft_or_one_letter(sales, anna, call):
    number, seen = sales.write(anna), [0]

    def die(_):
        seen[0] += 1
        if seen[0] == call:
            raise Killed

    with Wire() as wire:
        wire.after = die
        with suppress(Killed):
            sales.send(number, "service")
    assert (row_of(number).status, len(letters())) in (("draft", 0), ("queued", 1))
    assert (sales.send(number).status, len(letters())) == (202, 1)


def test_whoever_dies_while_it_is_delivered_loses_nothing_and_says_no_two_things(sales, anna, ended, sent):
    """Said twice is what the house allows in one place: between the carrier's yes and our writing it down."""
    said = []
    for call in range(1, 9):
        number, seen = sales.write(anna, message_type="telegram", body=f"Слово {call}"), [0]
        sales.send(number)
        lane = f"client#{client_of(anna)}"

        def die(_, call=call, seen=seen):
            seen[0] += 1
            if seen[0] == call:
                raise Killed

        with Wire() as wire:
            wire.before = die
            with suppress(Killed):
                outbox.deliver_lanes([lane], within=timedelta(seconds=20))
        letter = next(one for one in letters() if one.message_id == row_of(number).ledger_id)
        assert (row_of(number).status, letter.state) in (("queued", "queued"), ("sent", "sent")), "one write says both"
        for row in OutboxRow.scan():
            storage.change(row, [OutboxRow.not_before.set(outbox.EPOCH)])  # the lease has run out
        assert ended(number)["status"] == "sent"
        said.append(len([one for one in sent.messages(CHAT) if one.text == f"Слово {call}"]))
    assert min(said) == 1 and max(said) <= 2 and said.count(2) <= 2


def test_what_is_known_to_be_in_the_way_is_said_before_anything_is_queued(sales, anna, smtp):  # noqa: F811
    nobody = sales.lead("Нина Лис")
    kinds = ("whatsapp", "linkedin", "call", "sms")
    assert [told(sales.send(sales.write(anna, message_type=kind))) for kind in kinds] == [(409, "channel_unavailable")] * 4
    assert [told(sales.send(sales.write(nobody, message_type=kind))) for kind in ("email", "telegram")] == [(409, "nowhere_to_send")] * 2
    mail = sales.write(anna)
    storage.change(Client.row(client_of(anna)), [Client.dead_channels.add({Address(MAIL).mark("email")})])
    assert told(sales.send(mail)) == (409, "nowhere_to_send")
    storage.change(Client.row(client_of(anna)), [Client.dead_channels.remove(), Client.paused_at.set(clock.now())])
    assert told(sales.send(mail)) == (409, "client_paused")
    assert (letters(), row_of(mail).status, [*OutboxRow.scan()]) == ([], "draft", [])


def test_marketing_needs_a_yes_and_nothing_goes_against_a_no(sales, anna, smtp):  # noqa: F811
    news, words = sales.write(anna, purpose="marketing"), sales.write(anna)
    for answers in ({}, {"personal_data": "yes", "marketing": "yes"}, {"personal_data": "yes", "email": "yes"}):
        sales.agree(anna, **answers)
        assert told(sales.send(news)) == (409, "no_consent"), answers
    sales.agree(anna, email="no")
    assert told(sales.send(words)) == (409, "no_consent")
    sales.agree(anna, personal_data="yes", marketing="yes", email="yes")
    assert [sales.send(one).status for one in (news, words)] == [202, 202]


def test_marketing_leaves_with_its_way_out_by_day(later, sales, anna, ended, smtp):  # noqa: F811
    sales.agree(anna, personal_data="yes", marketing="yes", email="yes")
    number = sales.write(anna, purpose="marketing")
    sales.send(number)
    assert ended(number)["status"] == "sent"
    (mail,) = smtp.to(MAIL)
    assert mail["List-Unsubscribe"] and mail.get_content().startswith(WORDS)


def test_what_changed_before_it_left_keeps_it_back_and_it_may_be_sent_anew(sales, anna, ended, sent):
    number = sales.write(anna, message_type="telegram")
    sales.send(number)
    whose = Client.row(client_of(anna))
    storage.change(whose, [Client.paused_at.set(clock.now())])
    failed = ended(number)
    assert (failed["status"], failed["reason"]) == ("failed", "withheld") and "look at this client" in failed["error_message"]
    storage.change(whose, [Client.paused_at.remove()])
    changed = sales.put(number, body="Теперь можно").ok()
    assert changed["status"] == "failed"
    assert sales.send(number).status == 202
    message = ended(number)
    assert (message["status"], message["reason"], message["error_message"]) == ("sent", None, None)
    assert [one.text for one in sent.messages(CHAT)] == ["Теперь можно"]
    assert sorted(one.state for one in letters()) == ["sent", "skipped"]


def test_a_repeat_of_one_sending_does_not_send_what_failed_since(sales, anna, ended, sent):
    number = sales.write(anna, message_type="telegram")
    sales.send(number, **{"Idempotency-Key": "one"})
    sent.block(CHAT)
    assert ended(number)["reason"] == "address_dead"
    assert sales.send(number, **{"Idempotency-Key": "one"}).body["status"] == "failed"
    assert len(letters()) == 1


def test_what_waits_is_taken_back_and_stays_so(sales, anna, ended, sent):
    number = sales.write(anna, message_type="telegram")
    sales.send(number)
    assert sales.delete(number).ok()["message"] == sales.delete(number).ok()["message"] == "Отправка отменена."
    cancelled = sales.get(number).ok()
    assert (cancelled["status"], cancelled["reason"]) == ("cancelled", "taken_back")
    assert told(sales.put(number, body="Иначе")) == (409, "message_sent")
    assert (sales.send(number).status, ended(number), sent.messages(CHAT)) == (200, cancelled, [])


@pytest.mark.parametrize(("when", "where", "status"), [("before", claims, 200), ("after", reads, 409), ("before", settles, 409)])
@pytest.mark.parametrize("kind", ["telegram", "email"])
def test_one_that_is_deleted_as_it_leaves_is_cancelled_or_sent(sales, anna, sent, smtp, when, where, status, kind):  # noqa: F811
    """In the client's own lane, and in the carrier's that a mail has passed to."""
    number, answers = sales.write(anna, message_type=kind), []
    sales.send(number)
    lane = f"client#{client_of(anna)}"
    if kind == "email":
        outbox.deliver_lanes([lane], within=timedelta(seconds=20))
        (lane,) = {row.lane for row in OutboxRow.scan()}
    with Wire() as wire:
        setattr(wire, when, once(lambda: answers.append(sales.delete(number)), where))
        outbox.deliver_lanes([lane], within=timedelta(seconds=20))
    (answer,), (letter,) = answers, letters()
    assert (answer.status, len(sent.messages(CHAT)) + len(smtp.to(MAIL))) == (status, 0 if status == 200 else 1)
    if status == 409:
        assert (answer.body["error"], answer.body["detail"]) == ("message_sent", {"status": "queued"})
        assert "leaving at this moment" in answer.body["message"]
    taken_back = ["cancelled", "taken_back", "skipped", "taken back before it left"]
    stands = [row_of(number).status, row_of(number).reason, letter.state, letter.reason]
    assert stands == (taken_back if status == 200 else ["sent", None, "sent", None])


def test_one_that_passes_to_its_carrier_as_it_is_deleted_is_taken_back_there(sales, anna, smtp):  # noqa: F811
    number = sales.write(anna)
    sales.send(number)
    lane = f"client#{client_of(anna)}"
    with Wire() as wire, ThreadPoolExecutor(1) as another:
        passing = lambda: another.submit(outbox.deliver_lanes, [lane], within=timedelta(seconds=20)).result()  # noqa: E731
        wire.before = once(passing, lambda call: call.operation == "TransactWriteItems")
        assert sales.delete(number).status == 200
    deliver()
    assert (row_of(number).status, letters()[0].state, smtp.to(MAIL)) == ("cancelled", "skipped", [])


def test_a_deliverer_who_outlives_his_lease_passes_nothing_on_that_another_has_passed_on(later, sales, anna, smtp):  # noqa: F811
    """Two letters would be said, and one of them taken back."""
    number = sales.write(anna)
    sales.send(number)
    lane = f"client#{client_of(anna)}"

    def another():
        later.shift(LEASE * 2)
        outbox.deliver_lanes([lane], within=timedelta(seconds=20))

    with Wire() as wire:
        wire.before = once(another, settles)
        assert outbox.deliver_lanes([lane], within=timedelta(seconds=20)) == 0
    (effect,) = OutboxRow.scan()
    assert ([effect.lane, effect.effect_id], sales.delete(number).status) == (letters()[0].effect, 200)
    deliver()
    assert (row_of(number).status, smtp.to(MAIL)) == ("cancelled", [])


def test_a_mail_that_came_back_says_so_and_its_address_is_dead(sales, anna, ended):
    number, other = sales.write(anna), sales.write(anna)
    for one in (number, other):
        sales.send(one)
    deliver()
    letter = messaging.MessageRow.row(row_of(number).ledger_id)
    storage.change(letter, [messaging.MessageRow.remote_id.set("ses-7"), messaging.MessageRow.channel.set("email")])
    storage.change(letter, [messaging.MessageRow.state.set("sent")])
    bounce = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": MAIL}]}
    for again in range(2):
        event = {"eventType": "Bounce", "mail": {"messageId": "ses-7"}, "bounce": bounce, "again": again}
        assert sales.front.post("/webhooks/mail", event, SERVICE).ok()["marked"] == 1 - again
        message = ended(number)
        assert (message["status"], message["reason"], message["sent_at"]) == ("failed", "address_dead", None)
        assert "came back" in message["error_message"]
    assert sales.get(other).ok()["status"] == "sent"
    facts = [fact for fact in FactRow.scan() if fact.kind == "message_withheld"]
    assert [(fact.data["was"], fact.data["state"]) for fact in facts] == [("sent", "dead")]
    assert told(sales.send(number)) == (409, "nowhere_to_send")


def test_an_operator_has_it_tried_again_unless_it_was_sent_anew_or_is_gone(sales, anna, ended, smtp, sent):  # noqa: F811
    first, second = sales.write(anna, message_type="telegram"), sales.write(anna, message_type="telegram", body="Второе")
    sent.fail_next(2, status=400, description="Bad Request: message is too strange")
    for number in (first, second):
        sales.send(number)
    deliver()
    assert [(row_of(number).status, row_of(number).reason) for number in (first, second)] == [("failed", "given_up")] * 2
    sales.delete(second)
    dead = [row for row in OutboxRow.scan() if row.state == outbox.DEAD]
    for row in dead:
        sales.front.post(f"/outbox/{row.effect_id}/replay", {}, SERVICE).ok()
    assert (row_of(first).status, row_of(second).status) == ("queued", "failed")
    assert ended(first)["status"] == "sent"
    assert [one.text for one in sent.messages(CHAT)] == [WORDS]


def test_a_lead_who_was_written_to_is_answered_once_for_each_letter(sales, anna, ended):
    first, second = sales.write(anna), sales.write(anna)
    for number in (first, second):
        sales.send(number)
    ended(first)
    sales.follow()
    sales.follow()
    lead = lead_of(anna)
    assert int(lead.contacts) == 2
    rows = sales.front.get(f"/api/v1/leads/{anna}/interactions", sales.of("maria")).ok()["items"]
    name = sales.front.get("/api/v1/users/me", sales.of("maria")).ok()["full_name"]
    assert [(row["who"], row["actor"], row["message"]) for row in rows if row["kind"] == "message_sent"] == [
        (name, f"staff#{sales.house.ids['maria']}", WORDS)
    ] * 2
    assert "lead_changed" not in [row["kind"] for row in rows], "the message is the row, not that it was counted"
    assert lead.first_response_at == min(row_of(first).sent_at, row_of(second).sent_at) <= lead.last_contacted
