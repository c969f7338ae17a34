"""Somebody without Telegram is told by mail and SMS, each by its own carrier, and the ledger says why."""

from datetime import timedelta

import pytest
import time_machine

from chalicelib.clients.service import Client
from chalicelib.core import clock, ids, storage
from chalicelib.core.settings import settings
from chalicelib.integrations import tokens
from chalicelib.messaging import rules
from chalicelib.messaging import service as messaging
from tests.builders import ADMIN_CHAT, SERVICE, ledger, slot, specialist, tomorrow
from tests.standins.eskiz import EskizStandIn
from tests.standins.max import MaxStandIn
from tests.standins.smsru import SmsRuStandIn
from tests.standins.smtp import SmtpStandIn
from tests.standins.vk import VkStandIn

PHONE, UZBEK, MAIL = "+79045501567", "+998901234567", "anna@example.org"
ABOUT = messaging.About("tests", "live")
YES = {"given": "yes", "at": "2026-11-01T10:00:00+00:00", "source": "tests", "version": "1"}


@pytest.fixture
def later(front):
    """The wall clock, at noon in Moscow, standing still until it is moved."""
    with time_machine.travel(tomorrow(12), tick=False) as clockwork:
        yield clockwork


@pytest.fixture
def leave(tick):
    """Have what is due leave: a sweep decides by what, the next is its carrier's, a third the admin's. The stream does all at once."""

    def run() -> None:
        for _ in range(3):
            tick("sweep")

    return run


@pytest.fixture
def smtp(sent, monkeypatch):
    with SmtpStandIn() as stand_in:
        monkeypatch.setenv("PUBLIC_URL", "https://desk.example/")
        said = {"BY": "smtp", "FROM": "Клуб <no-reply@club.example>"}
        server = {"HOST": "127.0.0.1", "PORT": str(stand_in.port), "SECURITY": "none", "USER": stand_in.user, "PASSWORD": stand_in.password}
        for name, value in (
            {f"EMAIL_{key}": one for key, one in said.items()} | {f"SMTP_{key}": one for key, one in server.items()}
        ).items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        yield stand_in
        assert stand_in.wrong == []


@pytest.fixture
def sms(sent, monkeypatch):
    """SMS.ru and Eskiz."""
    tokens.forget_all()
    with SmsRuStandIn() as russian, EskizStandIn() as uzbek:
        monkeypatch.setenv("SMS_BY", "smsru, eskiz")
        monkeypatch.setenv("SMSRU_API_ID", russian.api_id)
        monkeypatch.setenv("SMSRU_URL", russian.address)
        monkeypatch.setenv("ESKIZ_EMAIL", uzbek.account.email)
        monkeypatch.setenv("ESKIZ_PASSWORD", uzbek.account.password)
        monkeypatch.setenv("ESKIZ_URL", uzbek.api_url)
        settings.cache_clear()
        yield russian, uzbek
        assert russian.wrong == uzbek.wrong == []


def person(**said) -> str:
    """A client as the tests need one; his id."""
    client = Client(client_id=ids.new(), contour="live", lead_number="br0001", created_at=clock.now(), name="Анна", **said)
    tx = storage.Transaction()
    tx.create(client)
    tx.commit()
    return client.client_id


def card(client_id: str) -> Client:
    return storage.read(Client.at(client_id))[0]


def say(client_id: str, words: str = "Ждём вас завтра", template: str = "client_words_of_staff", **how) -> str:
    tx, message_id = storage.Transaction(), ids.new()
    messaging.say(tx, messaging.client(client_id), template, ABOUT, {"text": words}, message_id=message_id, **how)
    tx.commit()
    return message_id


def row(message_id: str) -> messaging.MessageRow:
    return storage.read(messaging.MessageRow.at(message_id))[0]


def ended(message_id: str) -> tuple[str, str, str | None]:
    found = row(message_id)
    return found.state, found.channel, found.reason


def test_a_client_without_telegram_is_told_by_mail(front, leave, smtp, sent):
    said = say(person(email=MAIL, email_proven=True))
    leave()
    (mail,) = smtp.to(MAIL)
    assert (mail.get_content().strip(), mail["Subject"]) == ("Ждём вас завтра", "Сообщение для вас")
    assert mail["List-Unsubscribe"] is None
    assert ended(said) == ("sent", "email", "no Telegram account is known")
    assert sent.messages(ADMIN_CHAT) == []


def test_a_number_of_each_country_has_its_own_carrier(front, leave, sms):
    russian, uzbek = sms
    said = [say(person(phone=phone, phone_proven=True)) for phone in (PHONE, UZBEK)]
    leave()
    assert (russian.to(PHONE), uzbek.to(UZBEK)) == (["Ждём вас завтра"], ["Ждём вас завтра"])
    assert [ended(one)[:2] for one in said] == [("sent", "sms")] * 2


def test_a_reminder_does_not_go_where_nobody_has_proven_anything(front, leave, smtp, sms, sent):
    said = say(person(email=MAIL, phone=PHONE), template="client_session_reminder")
    leave()
    state, _, reason = ended(said)
    assert (state, reason) == (
        "skipped",
        "no Telegram account is known; the email address was only typed; the sms address was only typed",
    )
    (told,) = sent.messages(ADMIN_CHAT)
    assert "почта не подтверждена; телефон не подтверждён" in told.text
    assert not smtp.mails and not sms[0].sent


def test_what_a_person_of_ours_sends_by_hand_goes_where_it_was_typed(front, leave, smtp):
    said = say(person(email=MAIL))
    leave()
    assert ended(said)[:2] == ("sent", "email")


def test_the_office_writes_to_who_has_no_telegram_where_a_mail_can_go(front, leave, smtp):
    """A line of the administrator's is refused where nothing could carry it, and only there."""
    from chalicelib.clients.service import Identity

    client_id, silent = person(email=MAIL), person()
    tx = storage.Transaction()
    for number, one in (("br0001", client_id), ("br0002", silent)):
        tx.create(Identity(identity=f"lead#{number}", client_id=one, lead_number=number))
    tx.commit()
    said = front.post("/send_admin_message_to_user", {"command": "br0001: Удобно ли вам завтра?"}, SERVICE).ok()
    assert said["channel"] is None and "письмом или SMS" in said["message"]
    assert front.post("/send_admin_message_to_user", {"command": "br0002: Удобно ли вам завтра?"}, SERVICE).status == 409
    leave()
    assert "Удобно ли вам завтра?" in smtp.to(MAIL)[0].get_content()


def test_a_dead_mailbox_is_passed_over_and_told_once_and_a_new_one_lives(front, leave, smtp, sms, sent):
    client_id = person(email=MAIL, email_proven=True, phone=PHONE, phone_proven=True)
    smtp.refused[MAIL] = "550 5.1.1 No such user"
    first = say(client_id)
    leave()
    assert ended(first) == ("sent", "sms", "no Telegram account is known; the e-mail address is dead")
    (told,) = sent.messages(ADMIN_CHAT)
    assert "почтовый адрес не существует" in told.text and "sms" in told.text
    assert [one for one in card(client_id).dead_channels if one.startswith("email#")]
    second = say(client_id)
    leave()
    assert ended(second)[1] == "sms" and len(sent.messages(ADMIN_CHAT)) == 1
    storage.change(Client.row(client_id), [Client.email.set("anna.new@example.org")])
    third = say(client_id)
    leave()
    assert ended(third)[:2] == ("sent", "email")


def test_a_dead_number_and_no_other_way_is_told_with_the_words(front, leave, sms, sent):
    client_id = person(phone=PHONE, phone_proven=True)
    sms[0].dead[PHONE] = 209
    said = say(client_id)
    leave()
    state, channel, reason = ended(said)
    assert (state, channel) == ("dead", "sms") and reason.startswith("209")
    (told,) = sent.messages(ADMIN_CHAT)
    assert "на этот номер SMS не доходят" in told.text and "Ждём вас завтра" in told.text
    again = say(client_id)
    leave()
    assert ended(again)[0] == "skipped" and len(sms[0].asked) == 1


def test_who_blocked_the_bot_is_told_by_mail(front, leave, smtp, sent):
    client_id = person(telegram_id="70123", email=MAIL, email_proven=True)
    sent.block("70123")
    said = say(client_id)
    leave()
    assert ended(said) == ("sent", "email", "the bot is blocked")
    assert card(client_id).dead_channels == {"telegram"}
    (told,) = sent.messages(ADMIN_CHAT)
    assert "бот заблокирован" in told.text and "email" in told.text


def test_a_carrier_that_swallows_everything_holds_nobody_else(front, leave, sms, smtp, sent, later):
    russian, _uzbek = sms
    both = person(telegram_id="70123", phone=PHONE, phone_proven=True)
    held = [say(person(phone=PHONE, phone_proven=True)), say(both, by="sms")]
    russian.fail_next(503, n=1000)
    others = [say(both), say(person(phone=UZBEK, phone_proven=True)), say(person(email=MAIL, email_proven=True))]
    leave()
    assert [ended(one)[:2] for one in others] == [("sent", "telegram"), ("sent", "sms"), ("sent", "email")]
    assert [row(one).state for one in held] == ["queued", "queued"]
    assert len(russian.asked) <= 2, "one try a tick"


def test_down_for_three_days_loses_nothing(front, leave, smtp, later):
    said = say(person(email=MAIL, email_proven=True))
    smtp.greeting = "421 Too busy"
    for _ in range(4):
        leave()
        later.shift(timedelta(hours=24))
    assert row(said).state == "queued"
    smtp.greeting = "220 Back"
    leave()
    assert ended(said)[:2] == ("sent", "email") and len(smtp.mails) == 1


def test_busy_is_obeyed(front, leave, sms, later):
    russian, _ = sms
    said = say(person(phone=PHONE, phone_proven=True))
    russian.fail_next(429, headers={"Retry-After": "90"})
    leave()
    later.shift(timedelta(seconds=80))
    leave()
    assert len(russian.asked) == 1 and row(said).state == "queued"
    later.shift(timedelta(seconds=15))
    leave()
    assert row(said).state == "sent" and russian.to(PHONE) == ["Ждём вас завтра"]


def test_a_lost_answer_is_tried_again_as_telegrams_is(front, leave, sms, later):
    russian, _ = sms
    said = say(person(phone=PHONE, phone_proven=True))
    russian.drop_next()
    leave()
    later.shift(timedelta(minutes=1))
    leave()
    assert row(said).state == "sent" and russian.to(PHONE) == ["Ждём вас завтра"] * 2


def test_without_money_at_the_carrier_its_messages_wait_and_health_says_so(front, leave, sms, sent, later):
    russian, _ = sms
    said = say(person(phone=PHONE, phone_proven=True))
    russian.next_code(201)
    leave()
    assert row(said).state == "queued"
    (trouble,) = front.get("/health").ok()["troubles"]
    assert trouble["what"] == "smsru_account" and "SMS.ru" in trouble["todo"]
    later.shift(timedelta(hours=1))
    leave()
    assert row(said).state == "sent" and front.get("/health").ok()["troubles"] == []


def test_a_specialist_without_telegram_is_told_by_mail(front, leave, smtp, sent):
    who = specialist(front, telegram_id=None, email="maria@example.org", phone="+7 921 000-11-22")
    slot(front, who, tomorrow(12))
    tx = storage.Transaction()
    messaging.say(tx, messaging.specialist(who), "specialist_welcome", ABOUT, {"specialist_name": "Мария"})
    tx.commit()
    leave()
    assert len(smtp.to("maria@example.org")) == 1 and sent.messages(ADMIN_CHAT) == []
    (said,) = ledger(messaging.specialist(who).lane)
    assert (said.state, said.channel) == ("sent", "email")


def test_a_long_text_is_several_sms_and_none_twice(front, leave, sms, later):
    russian, _ = sms
    said = say(person(phone=PHONE, phone_proven=True), "слово " * 200)
    russian.before = lambda asked: russian.next_code(220) if len(russian.asked) == 1 else None
    leave()
    assert row(said).parts_sent == 1
    later.shift(timedelta(minutes=1))
    leave()
    assert row(said).state == "sent" and "".join(russian.to(PHONE)).count("слово") == 200


def test_messengers_carry_to_accounts_that_wrote_to_us(front, leave, sent, smtp, monkeypatch):
    with VkStandIn() as vk, MaxStandIn() as bot:
        said = {"VK_TOKEN": vk.token, "VK_API_URL": vk.api_url, "MAX_TOKEN": bot.token, "MAX_API_URL": bot.address}
        for name, value in said.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        bot.dead.add("700")
        messages = [say(person(vk_id="54321")), say(person(max_id="12345")), say(person(max_id="700", vk_id="800"))]
        vk.drop_next()
        leave()
        assert (vk.to("54321"), bot.to("12345")) == (["Ждём вас завтра"], ["Ждём вас завтра"])
        assert vk.wrong == bot.wrong == []
    assert ended(messages[1]) == ("sent", "max", "no Telegram account is known")
    assert any("в MAX бот остановлен" in told.text for told in sent.messages(ADMIN_CHAT))


# --- marketing --------------------------------------------------------------------------------------------------------


def agreed(*purposes: str) -> dict:
    return {"agreements": dict.fromkeys(purposes, YES)}


def test_marketing_without_consent_does_not_leave_and_says_why(front, leave, smtp, sms, sent, later):
    said = say(person(telegram_id="70123", email=MAIL, email_proven=True), purpose=rules.MARKETING)
    partly = say(person(email=MAIL, email_proven=True, **agreed("personal_data", "marketing")), purpose=rules.MARKETING)
    leave()
    assert ended(said)[::2] == ("skipped", "never agreed to personal_data")
    assert ended(partly)[::2] == ("skipped", "no Telegram account is known; never agreed to email; no phone is known")
    assert not smtp.mails and not sent.sent, "nor is anybody alarmed"


def test_marketing_in_an_employees_words_waits_for_whoever_must_be_looked_at(front, leave, sent, later):
    client_id = person(telegram_id="70123", **agreed("personal_data", "marketing"))
    storage.change(Client.row(client_id), [Client.paused_at.set(clock.wall())])
    offered, told = say(client_id, "Скидка", purpose=rules.MARKETING), say(client_id, "Как вы?")
    leave()
    assert row(offered).state == "skipped" and "paused" in row(offered).reason
    assert row(told).state == "sent"


def test_a_marketing_mail_ends_with_one_click_and_none_leaves_without(front, leave, smtp, sent, later, monkeypatch):
    client_id = person(email=MAIL, email_proven=True, **agreed("personal_data", "marketing", "email"))
    say(client_id, "Скидка", purpose=rules.MARKETING)
    leave()
    (mail,) = smtp.to(MAIL)
    link = mail["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://desk.example/u/") and link in mail.get_content()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert front.form(link.removeprefix("https://desk.example"), {"List-Unsubscribe": "One-Click"}).status == 200
    after, service = say(client_id, "Скидка", purpose=rules.MARKETING), say(client_id)
    leave()
    assert ended(after)[::2] == ("skipped", "said no to marketing") and ended(service)[0] == "sent"
    monkeypatch.delenv("PUBLIC_URL")
    settings.cache_clear()
    other = say(
        person(email="olga@example.org", email_proven=True, **agreed("personal_data", "marketing", "email")), purpose=rules.MARKETING
    )
    leave()
    assert row(other).state == "skipped" and "nothing carries email" in row(other).reason


def test_a_marketing_sms_ends_by_its_link_and_none_leaves_without(front, leave, sms, sent, later, monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "https://desk.example/")
    monkeypatch.setenv("JWT_SECRET", "secret-of-the-tests-for-all-tokens-2026")
    settings.cache_clear()
    client_id = person(phone=PHONE, phone_proven=True, **agreed("personal_data", "marketing", "sms"))
    said, plain = say(client_id, "Скидка", purpose=rules.MARKETING), say(client_id)
    leave()
    assert sorted(sms[0].to(PHONE)) == ["Ждём вас завтра", f"Скидка\n\nОтписаться: https://desk.example/u/{said}"]
    assert front.get(f"/u/{plain}").status == front.post(f"/u/{ids.new()}", None).status == 404, "no link of these was sent"
    assert front.get(f"/u/{said}").status == 200 and card(client_id).consents["marketing"]["given"] == "yes"
    assert front.post(f"/u/{said}", None).status == 200
    assert card(client_id).consents["marketing"] | {"at": ""} == {"given": "no", "at": "", "source": "link:sms", "version": "link"}
    monkeypatch.delenv("PUBLIC_URL")
    settings.cache_clear()
    other = say(person(phone=UZBEK, phone_proven=True, **agreed("personal_data", "marketing", "sms")), purpose=rules.MARKETING)
    leave()
    assert row(other).state == "skipped" and "nothing carries sms" in row(other).reason


def test_marketing_waits_for_the_morning_and_a_service_message_behind_it_does_not(front, leave, sent, later):
    client_id = person(telegram_id="70123", **agreed("personal_data", "marketing"))
    later.shift(timedelta(hours=11))
    offered, told = say(client_id, "Скидка", purpose=rules.MARKETING), say(client_id, "Код 1234")
    leave()
    assert [row(one).state for one in (offered, told)] == ["queued", "sent"]
    assert row(offered).reason.startswith("night")
    later.shift(timedelta(hours=10))
    leave()
    assert ended(offered) == ("sent", "telegram", None)


def test_what_was_taken_back_in_the_night_is_not_said_in_the_morning(front, leave, sent, later):
    client_id = person(telegram_id="70123", **agreed("personal_data", "marketing"))
    later.shift(timedelta(hours=11))
    offered = say(client_id, "Скидка", purpose=rules.MARKETING)
    leave()
    storage.change(Client.row(client_id), [Client.agreements["marketing"].set({**YES, "given": "no"})])
    later.shift(timedelta(hours=10))
    leave()
    assert ended(offered)[::2] == ("skipped", "said no to marketing") and sent.sent == []


def test_instagram_is_accepted_and_not_sent(front, leave, sent):
    said = say(person(telegram_id="70123"), by="instagram")
    leave()
    assert ended(said)[::2] == ("skipped", "channel_not_configured")


def test_every_carrier_has_a_handler_and_every_handler_a_channel(front):
    from chalicelib.core.outbox.handlers import registry
    from chalicelib.messaging.channels.registry import of_kind

    kinds = [kind for kind in registry if kind == "message" or kind.startswith("message_")]
    assert {of_kind(kind).name for kind in kinds} == {"telegram", "max", "vk", "email", "sms"}


# --- what is typed, and what is spent ---------------------------------------------------------------------------------


def bounded(monkeypatch, **limits: int) -> None:
    for name, value in limits.items():
        monkeypatch.setenv(name, str(value))
    settings.cache_clear()


def test_sms_have_a_budget_a_day_which_a_retry_does_not_spend_twice(front, leave, sms, sent, later, monkeypatch):
    russian, _ = sms
    bounded(monkeypatch, SMS_BUDGET_DAY=2)
    first = say(person(phone=PHONE, phone_proven=True))
    russian.fail_next(503, n=3)
    for _ in range(3):
        leave()
        later.shift(timedelta(minutes=1))
    second, third = (say(person(phone=PHONE, phone_proven=True)) for _ in range(2))
    leave()
    assert sorted(row(one).state for one in (first, second, third)) == ["sent", "sent", "skipped"]
    assert any("no more SMS" in (row(one).reason or "") for one in (second, third))
    leave()
    assert any("SMS" in told.text for told in sent.messages(ADMIN_CHAT))
    later.shift(timedelta(hours=24))
    fourth = say(person(phone=PHONE, phone_proven=True))
    leave()
    assert row(fourth).state == "sent"


def test_a_long_message_is_as_many_of_a_days_sms_as_its_carrier_charges(front, leave, sms, sent, later, monkeypatch):
    bounded(monkeypatch, SMS_BUDGET_DAY=20)
    short, long, longest = (say(person(phone=PHONE, phone_proven=True), text) for text in ("ы" * 70, "ы" * 67 * 19, "ы" * 71))
    for _ in range(3):
        leave()
    assert sorted(row(one).state for one in (short, long, longest)) == ["sent", "sent", "skipped"]
    later.shift(timedelta(hours=24))
    more = say(person(phone=PHONE, phone_proven=True), "ы" * 67 * 21)
    leave()
    assert row(more).state == "skipped", "nor does the first of a day pass that is more than all"


class Typed:
    """Somebody whose application typed contacts; the ticket that it made."""

    def __init__(self, number: int, *, place: str | None = None, **contacts: str) -> None:
        from chalicelib.intake.tickets.service import Ticket

        self.client_id, self.ticket_id = person(), ids.new()
        made = {"client_id": self.client_id, "lead_number": f"br{number:04}", "created_at": clock.now(), "updated_at": clock.now()}
        tx = storage.Transaction()
        tx.create(Ticket(ticket_id=self.ticket_id, contour="live", kind="application", typed_from=place, **made, **contacts))
        tx.commit()

    def answer(self, template: str = "client_new_link") -> str:
        tx, message_id = storage.Transaction(), ids.new()
        about = messaging.About("tests", "live", self.ticket_id)
        messaging.say(tx, messaging.client(self.client_id), template, about, {}, message_id=message_id)
        tx.commit()
        return message_id


def test_the_answer_to_a_ticket_goes_where_it_was_typed_and_a_reminder_does_not(front, leave, smtp):
    somebody = Typed(1, email=MAIL)
    answer, reminder = somebody.answer(), somebody.answer("client_session_reminder")
    leave()
    assert ended(answer) == ("sent", "email", "no Telegram account is known; no e-mail is known")
    assert row(reminder).state == "skipped" and len(smtp.to(MAIL)) == 1


def test_a_typed_address_hears_so_many_answers_a_day(front, leave, smtp, sms, sent, later):
    mails = [Typed(number, email=MAIL).answer() for number in range(5)]
    texts = [Typed(number, phone=PHONE).answer() for number in range(4)]
    leave()
    assert len(smtp.to(MAIL)) == 3 and len(sms[0].to(PHONE)) == 2
    assert sum(row(one).state == "skipped" for one in mails + texts) == 4
    assert sent.sent == [], "a stranger's flood alarms nobody"
    later.shift(timedelta(hours=24))
    again = Typed(9, email=MAIL).answer()
    leave()
    assert row(again).state == "sent"


def test_one_place_causes_so_many_sms_a_day(front, leave, sms):
    said = [Typed(number, phone=f"+790455015{number:02}", place="a-mark").answer() for number in range(7)]
    leave()
    assert len(sms[0].sent) == 5 and sum(row(one).state == "skipped" for one in said) == 2


def test_a_question_is_answered_where_it_was_typed(front, leave, smtp):
    from chalicelib.consultations.accounts.service import Account

    client_id, at = person(), clock.now()
    tx = storage.Transaction()
    tx.create(Account(client_id=client_id, client_id_hash="h" * 64, email=MAIL, created_at=at, updated_at=at))
    tx.commit()
    said = say(client_id, template="client_consultation_reply")
    leave()
    (mail,) = smtp.to(MAIL)
    assert mail["Subject"] == "Ответ на ваш вопрос" and "Ждём вас завтра" in mail.get_content()
    assert ended(said)[:2] == ("sent", "email")


def test_a_strangers_form_keeps_a_mark_of_where_it_came_from(front):
    from tests.builders import Visitor, ticket_row

    ticket_id = Visitor("203.0.113.9").apply()["ticket_id"]
    assert ticket_row(ticket_id).typed_from and "203" not in ticket_row(ticket_id).typed_from
