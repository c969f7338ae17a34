"""A week of an office in Yekaterinburg on a stack of its own: all that goes wrong around it, and a book that accounts for every event.

The days are played in their order, for each leaves the office as the next one finds it.
"""

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import SERVICE, application, messages, press, start, write
from tests.e2e.conftest import CHATWOOT_SECRET
from tests.e2e.daybook import HEARD
from tests.e2e.office import ZONE, here, opened
from tests.e2e.test_consultations import TOKEN, hooked, in_both
from tests.standins.consulting import CLIENTS, DOCUMENTS

GROUP, SUPERGROUP = -900_700, -1_002_471_352_452
ANNA, IGOR, OLGA = 7_012_620_001, "5550620", "5550621"
STAFF = 7_012_620_900
NEW_TOKEN = "110201543:ROTATED_bq81LmP0sTzUy52Kd"


@pytest.fixture(scope="module")
def office(cloud_home, cloud_settings):
    settings = cloud_settings | {"TELEGRAM_ADMIN_CHAT_ID": str(GROUP), "CHATWOOT_WEBHOOK_SECRET": CHATWOOT_SECRET}
    without = ("GOCRM_URL", "GOCRM_APP_TOKEN", "GOCRM_FUNNELS")
    with opened(cloud_home / "week", {name: value for name, value in settings.items() if name not in without}) as office:
        yield office


def noon(days=3):
    """Twelve o'clock of a coming day where the office is."""
    return (datetime.now(ZONE) + timedelta(days=days)).replace(hour=12, minute=0, second=0, microsecond=0)


def applied(office, name, phone, *moments, **said):
    """A form of the site, sent twice: whoever did not hear our answer sends it again."""
    form = application(*map(here, moments), name=name, contact={"type": "phone", "value": phone}, **said)
    first, again = (office.front.post("/submit-application", form, SERVICE) for _ in range(2))
    assert again.text == first.text
    return office.book.answer("forms", first, "admin_application")


def in_group(office, line, *promises, chat=GROUP, reason=None):
    """A line that somebody of the office writes in the admin chat."""
    office.update(write(line, STAFF, chat_id=chat, chat_type="supergroup" if chat == SUPERGROUP else "group"), *promises, reason=reason)


def by_anna(office, *promises, **what):
    """Something that Anna sends to the bot."""
    update = write("", ANNA)
    del update["message"]["text"]
    office.update({**update, "message": update["message"] | what}, *promises)


def asked(office, comment, email, *promises):
    body = {"client": {"email": email, "full_name": comment}, "consultation": {"comment": comment}, "source": "SITE"}
    made = office.front.post("/api/consultations/create", body, TOKEN).ok()
    office.book.promise("client_consultation_received:skipped", "admin_unreachable", *promises)
    return made


def refused(office, door, answer, field, **how):
    """An event that cannot be read: the inbox names the field, and ten minutes later the admin hears of it."""
    office.book.refuse(door, answer, field, **how)
    office.book.promise("admin_inbox_digest")
    office.cloud.tick("sweep", datetime.now(UTC) + timedelta(minutes=20))


def told(office, words, chat=GROUP):
    return office.cloud.told(chat, words)


def test_a_week_is_accounted_for(office):
    moment = noon()
    monday_an_old_database_full_of_half_filled_rows(office, moment)
    tuesday_a_site_in_yekaterinburg(office, moment)
    wednesday_a_client_without_telegram(office, moment + timedelta(hours=3))
    thursday_a_receipt_and_a_block(office)
    friday_the_group_became_a_supergroup(office)
    saturday_a_restored_chatwoot_and_an_unticked_entity(office)
    sunday_the_token_was_rotated(office, moment)
    office.until(lambda: not office.book.stands(), "sweep")
    office.book.accounts_for_all()
    faults = office.cloud.logged('"level":"ERROR"')
    assert len(faults) == 2 and all("our own configuration is at fault" in line for line in faults)


def monday_an_old_database_full_of_half_filled_rows(office, moment):
    book, row = office.book, office.row
    igor = {"id": 1, "name": "Игорь Селиванов", "telegram_id": f" {IGOR} ", "age": "35 лет", "sex": "", "queries": ["Тревога", None]}
    igor |= {"works_with": "Сон; Пары", "price_min": "3 500", "price_max": None, "debt": "", "updated_at": "infinity"}
    answer = book.answer("supabase", row("psychologists", igor), result="added")
    assert [one.partition(":")[0] for one in answer["warnings"]] == ["updated_at"]
    olga = {"id": 2, "name": "Ольга Белова", "telegram_id": float(OLGA), "age": "не скажу", "min_price": 4000, "queries": '["a", null]'}
    book.answer("supabase", row("psychologists", olga), result="added")
    igor_then = office.front.get("/specialists/1", SERVICE).ok()["specialist"]
    assert (igor_then["age"], igor_then["price_min"], igor_then["specialisations"]) == (35, 350_000, ["Тревога", "Сон", "Пары"])

    free = {"psychologist": "Игорь Селиванов", "state": "Свободен", "ticket": "", "client_id": None, "confirmed": "", "minutes": 0}
    times = [(f"{moment:%d.%m.%y}", "12:00:00"), (f"{moment:%Y-%m-%d}T00:00:00", "15:00:00+05"), (f"{moment:%d.%m.%Y}", "18:00")]
    for number, (date, time) in enumerate(times, 101):
        book.answer("supabase", row("slots", {"id": number, **free, "date": date, "time": time}), result="added")
    yesterday = f"{noon(-1):%d.%m}"
    book.answer("supabase", row("slots", {"id": 104, **free, "date": yesterday, "time": "12:00"}), result="ignored", reason="past")
    refused(office, "supabase", row("slots", {"id": 105, **free, "date": "когда-нибудь", "time": "12:00"}), "body.record.date")
    book.answer("supabase", row("settings", {"id": 1}), result="ignored", reason="unknown table")


def tuesday_a_site_in_yekaterinburg(office, moment):
    free = office.front.get("/get-available-slots").ok()["slots"]
    starts = [f"{(moment + timedelta(hours=hours)).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for hours in (0, 3, 6)]
    assert [(one["time"], one["start_at"], one["minutes"]) for one in free] == [
        (time, starts[place], 60) for place, time in enumerate(("12:00", "15:00", "18:00"))
    ]
    made = applied(office, "Анна Лебедева", "+79046620001", moment)
    assert [one["time"] for one in made["held_slots"]] == ["12:00"]
    follow = start(made["ticket_id"], ANNA)
    office.update(follow, "client_session_booked", "specialist_session_booked")
    office.settled()
    for chat, words in ((ANNA, "вы записаны"), (IGOR, "Новая запись")):
        assert "в 12:00 МСК+2" in office.cloud.heard(chat, words).text
    for hours in (3, 1, 1):
        office.cloud.tick("session_reminder", moment - timedelta(hours=hours))
    office.book.promise("client_confirm_session", "specialist_session_reminder")
    office.settled()
    assert ["в 12:00 МСК+2" in one.text for one in office.telegram.messages(ANNA)] == [True, True]
    pressed = press(office.cloud.heard(ANNA, "подтвердите встречу.\n\nСпециалист").action("Подтвердить"), ANNA)
    answer = office.update(pressed, "client_session_confirmed", "specialist_session_confirmed")
    assert answer["text"] == f"Сессия подтверждена: {here(moment)} МСК+2."


def wednesday_a_client_without_telegram(office, moment):
    vera = applied(office, "Вера Тихая", "+79046620002")
    row = {"id": 102, "psychologist": "Игорь Селиванов", "date": f"{moment:%Y-%m-%d}", "time": "15:00", "state": "Свободен", "ticket": None}
    taken = row | {"state": "Занят", "client_id": vera["client_id"]}
    office.book.answer("supabase", office.row("slots", taken, row), result="booked")
    office.book.promise("client_session_booked:skipped", "specialist_session_booked", "admin_unreachable")
    office.settled()
    office.cloud.tick("session_reminder", moment - timedelta(hours=1))
    office.book.promise("client_confirm_session:skipped", "specialist_session_reminder")
    office.settled()
    (once,) = told(office, "не доставлено")
    for words in ("Вера Тихая", "+79046620002", "вы записаны к специалисту Игорь Селиванов", "в 15:00 МСК+2"):
        assert words in once.text
    (week, *_) = [text for text in office.front.get("/get-schedule", SERVICE, psychologist="1").ok() if "занято" in text]
    assert "12:00 — занято: Анна Лебедева (br0001)\n15:00 — занято: Вера Тихая (br0002)\n18:00 — свободно" in week


def thursday_a_receipt_and_a_block(office):
    receipt = {"photo": [{"file_id": "A", "file_unique_id": "x", "width": 90, "height": 90}], "caption": "Чек об оплате, перевела 3500"}
    by_anna(office, HEARD, "admin_client_wrote", **receipt)
    office.settled()
    (shown,) = told(office, "Чек об оплате, перевела 3500")
    assert "Анна Лебедева (br0001) пишет" in shown.text and "фото (в чате бота с @anna_l)" in shown.text
    (kept,) = [row["text"] for row in messages(office.front) if row["state"] == "received"]
    assert kept == "фото (в чате бота с @anna_l): Чек об оплате, перевела 3500"

    office.telegram.block(ANNA)
    in_group(office, "br0001: Перенесём?", "client_words_of_staff:dead", "admin_line_passed", "admin_unreachable")
    office.settled()
    in_group(office, "br0001: Ау?", "admin_line_refused")
    office.telegram.unblock(ANNA)
    by_anna(office, HEARD, "admin_client_wrote", text="Я вернулась")
    in_group(office, "br0001: С возвращением", "client_words_of_staff", "admin_line_passed")
    office.settled()
    office.cloud.heard(ANNA, "С возвращением")
    assert told(office, "Перенесём?", ANNA) == []
    assert len(told(office, "не доставлено")) == 2
    in_group(office, "Кто сегодня дежурит?", reason="talk of a group")
    unread = office.updated({"message": {"message_id": 1, "text": "чат не назван"}})
    refused(office, "telegram", unread, "body.message.chat", insistent=True)


def friday_the_group_became_a_supergroup(office):
    before = len(office.telegram.messages(GROUP))
    office.telegram.migrate(GROUP, SUPERGROUP)
    applied(office, "Первый После Переезда", "+79046620003")
    office.settled()
    for chat, moved in ((GROUP, {"migrate_to_chat_id": SUPERGROUP}), (SUPERGROUP, {"migrate_from_chat_id": GROUP})):
        said = write("", STAFF, chat_id=chat, chat_type="group" if chat == GROUP else "supergroup")["message"]
        office.update({"message": said | moved})
    applied(office, "Второй После Переезда", "+79046620004")
    in_group(office, "br0001: Мы переехали", "client_words_of_staff", "admin_line_passed", chat=SUPERGROUP)
    office.settled()
    office.cloud.heard(ANNA, "Мы переехали")
    assert len(office.telegram.messages(GROUP)) == before
    assert len(told(office, "После Переезда", SUPERGROUP)) == 2


def saturday_a_restored_chatwoot_and_an_unticked_entity(office):
    front, chatwoot, book = office.front, office.chatwoot, office.book
    saved = chatwoot.backup()
    lost = asked(office, "Пропал при откате", "lost@example.uz")
    number = int(office.until(lambda: None if book.stands() else in_both(front, lost), "sweep")["cons_id"])
    chatwoot.restore(saved)
    new = asked(office, "Спросил после отката", "new@example.uz")
    shown = [office.until(lambda one=one: in_both(front, one), "deferred_sync") for one in (new, lost)]
    assert int(shown[0]["cons_id"]) == number != int(shown[1]["cons_id"])
    office.settled()
    for name, words in (("lost", "Пропал при откате"), ("new", "Спросил после отката")):
        assert f"Почта: {name}@example.uz" in office.cloud.heard(SUPERGROUP, words).text
    reply = chatwoot.agent_replies(number, "Ответ новому")
    foreign = {**reply, "account": {"id": 8, "name": "Другая фирма"}}
    book.answer("chatwoot", hooked(front, chatwoot, foreign), kept=False, reason="another account")
    book.answer("chatwoot", hooked(front, chatwoot, reply), "client_consultation_reply:skipped", kept=True)

    office.onec.unticked |= {CLIENTS, DOCUMENTS}
    unticked = asked(office, "Сняли галочку", "tick@example.uz", "admin_trouble_onec_entity")
    office.until(lambda: book.troubles() == ["onec_entity"], "deferred_sync")
    for _ in range(2):
        office.cloud.tick("sweep", datetime.now(UTC))
    office.settled()
    assert [one["kind"] for one in book.waiting()] == ["consultation_onec"]
    office.onec.unticked.clear()
    office.until(lambda: in_both(front, unticked) and book.troubles() == [], "deferred_sync")


def sunday_the_token_was_rotated(office, moment):
    book = office.book
    office.telegram.rotate()
    before = len(office.telegram.sent)
    applied(office, "Пришла Без Токена", "+79046620005", moment + timedelta(hours=6))
    office.until(lambda: book.troubles() == ["telegram_token"], "sweep")
    by_anna(office, HEARD, "admin_client_wrote", voice={"file_id": "V", "duration": 4})
    in_group(office, "br0001: Это дойдёт позже", "client_words_of_staff", "admin_line_passed", chat=SUPERGROUP)
    office.cloud.tick("sweep", datetime.now(UTC))
    waits = ("admin_application", "admin_client_wrote", "admin_line_passed", "client_words_of_staff")
    assert book.said() - book.promised == {f"{template}:queued": 1 for template in waits}
    assert [one["kind"] for one in book.waiting()] == ["message"] * len(waits)
    assert office.front.get("/health").ok()["oldest_undelivered_seconds"] > 0
    assert len(office.telegram.sent) == before

    office.deploy(TELEGRAM_BOT_TOKEN=NEW_TOKEN)
    office.telegram.token = NEW_TOKEN
    office.telegram.restore()
    office.settled()
    office.cloud.heard(ANNA, "Это дойдёт позже")
    office.cloud.heard(SUPERGROUP, "Telegram не принимает токен бота")
