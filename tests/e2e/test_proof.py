"""What a stranger typed points at a person and gives nothing of him: the attacker's way and the honest one, on the deployed stack."""

from itertools import count

import pytest

from tests.builders import (
    ADMIN_CHAT,
    SERVICE,
    TELEGRAM,
    Front,
    application,
    contact,
    moscow,
    slot,
    specialist,
    start,
    ticket_status,
    tomorrow,
    write,
)
from tests.e2e.crowd import post
from tests.proofs import size

updates = count(410_000)
people = count(1)
DECLINE = "Не хочу делиться"


class Someone:
    """A person whom no other test knows."""

    def __init__(self, name):
        self.number = next(people)
        self.name = name
        self.telegram = 7_012_410_000 + self.number
        self.phone = f"+7904663{self.number:04}"
        self.username = f"proof_guest_{self.number}"

    def form(self, *moments, **said):
        contact_typed = {"type": "phone", "value": self.phone}
        return application(*(moscow(moment) for moment in moments), **{"name": self.name, "contact": contact_typed, **said})


@pytest.fixture(scope="module")
def hours(deployed_front):
    """Free hours of one specialist, each used once."""
    person = specialist(deployed_front, "Вера Стрельцова", telegram_id="5550410")
    starts = [tomorrow(hour, days=20 + day) for day in range(4) for hour in range(9, 18)]
    for moment in starts:
        slot(deployed_front, person, moment)
    return iter(starts)


def told(front, update):
    return front.post("/telegram", {**update, "update_id": next(updates)}, TELEGRAM).ok()


def apply(front, form):
    return front.post("/submit-application", form).ok()


def follow(front, applied, person):
    told(front, start(applied["ticket_id"], person.telegram, username=person.username))


def share(front, person, phone=None, **whose):
    told(front, contact(phone or person.phone, person.telegram, **whose))


def known(front, hours, person):
    """A client with an account, a proven phone and a session: her application and its hour."""
    moment = next(hours)
    applied = apply(front, person.form(moment))
    follow(front, applied, person)
    share(front, person)
    return applied, moment


def history(front, person):
    answer = front.get("/client-sessions-history", SERVICE, client_telegram=str(person.telegram))
    return [row["ticket_id"] for row in answer.body["sessions"]] if answer.status == 200 else []


def card(cloud, lead):
    return cloud.tables.row("clients", lead_number=lead)


def lead_of(cloud, applied):
    return cloud.tables.row("tickets", ticket_id=applied["ticket_id"])["lead_number"]


class TestAPhoneTypedByAStranger:
    def test_attacker_gets_neither_her_history_nor_her_session_nor_her_name(self, cloud, deployed_front, hours):
        front, vera, thief = deployed_front, Someone("Вера Жертвина"), Someone("Вор")
        hers, _ = known(front, hours, vera)
        lead = lead_of(cloud, hers)
        attack = apply(front, vera.form(next(hours), name="Кто-то"))
        follow(front, attack, thief)
        asked = cloud.heard(thief.telegram, "подтвердите свой номер")
        assert asked.action("Поделиться номером") == "request_contact"
        share(front, thief, vera.phone, whose=vera.telegram)
        cloud.heard(thief.telegram, "контакт не подходит")
        assert history(front, thief) == []
        told(front, write(DECLINE, thief.telegram))
        cloud.heard(thief.telegram, "вы записаны")
        assert history(front, thief) == [attack["ticket_id"]]
        assert (card(cloud, lead)["telegram_id"], history(front, vera)) == (str(vera.telegram), [hers["ticket_id"]])
        assert not [message for message in cloud.telegram.messages(thief.telegram) if "Жертвина" in message.text]
        cloud.heard(ADMIN_CHAT, f"это клиент {lead}")

    def test_attacker_who_planted_it_beside_his_own_account_never_catches_her(self, cloud, deployed_front, hours):
        front, owner, thief = deployed_front, Someone("Хозяйка Номера"), Someone("Сажатель")
        planted = apply(front, owner.form(name="Сажатель"))
        follow(front, planted, thief)
        hers = apply(front, owner.form(next(hours)))
        assert lead_of(cloud, hers) != lead_of(cloud, planted)
        follow(front, hers, owner)
        cloud.heard(owner.telegram, "вы записаны")
        assert history(front, thief) == []
        assert history(front, owner) == [hers["ticket_id"]]

    def test_honest_new_client_is_booked_at_once(self, cloud, deployed_front, hours):
        front, person = deployed_front, Someone("Новая Клиентка")
        applied = apply(front, person.form(next(hours)))
        follow(front, applied, person)
        cloud.heard(person.telegram, "вы записаны")
        assert ticket_status(front, applied["ticket_id"]) == "pending"

    def test_honest_returning_client_is_booked_at_once_as_the_same_one(self, cloud, deployed_front, hours):
        front, person = deployed_front, Someone("Постоянная Клиентка")
        first, _ = known(front, hours, person)
        second = apply(front, person.form(next(hours), request_text="ещё раз"))
        assert lead_of(cloud, second) == lead_of(cloud, first)
        follow(front, second, person)
        cloud.heard(person.telegram, "вы записаны", times=2)
        assert sorted(history(front, person)) == sorted([first["ticket_id"], second["ticket_id"]])

    def test_honest_second_of_a_family_shares_her_own_phone(self, cloud, deployed_front, hours):
        front, mother, daughter = deployed_front, Someone("Мама Семьи"), Someone("Дочь Семьи")
        hers, _ = known(front, hours, mother)
        second = apply(front, mother.form(next(hours), name=daughter.name))
        follow(front, second, daughter)
        cloud.heard(daughter.telegram, "подтвердите свой номер")
        share(front, daughter)
        cloud.heard(daughter.telegram, "вы записаны")
        assert history(front, daughter) == [second["ticket_id"]]
        assert history(front, mother) == [hers["ticket_id"]]
        assert card(cloud, lead_of(cloud, second))["phone"] == daughter.phone

    def test_honest_client_without_telegram_is_confirmed_by_the_office(self, cloud, deployed_front, hours):
        front, person = deployed_front, Someone("Без Телеграма")
        lead = lead_of(cloud, apply(front, person.form(next(hours))))
        front.post(f"/clients/{lead}/contacts/confirm", {"phone": person.phone}, SERVICE).ok()
        again = apply(front, person.form(next(hours), request_text="снова"))
        assert lead_of(cloud, again) == lead
        assert card(cloud, lead)["phone_proven"] is True

    def test_the_office_makes_two_records_of_one_person_one(self, cloud, deployed_front, hours):
        front, person = deployed_front, Someone("Двойная Запись")
        hers, _ = known(front, hours, person)
        other = apply(front, application(name=person.name, contact={"type": "email", "value": f"double{person.number}@example.org"}))
        merged = front.post(
            f"/clients/{lead_of(cloud, other)}/merge", {"into": lead_of(cloud, hers), "reason": "один человек"}, SERVICE
        ).ok()
        assert merged["client_id"] == lead_of(cloud, hers)
        cloud.comes(lambda: lead_of(cloud, other) == lead_of(cloud, hers))


class TestAFormWithANamedPersonsPhone:
    def test_attacker_silences_nothing_and_has_nothing_sent_to_her(self, cloud, deployed_front, hours):
        front, vera = deployed_front, Someone("Тихая Вера")
        applied, _ = known(front, hours, vera)
        cloud.heard(vera.telegram, "вы записаны")
        cloud.heard(vera.telegram, "номер подтверждён")
        before = len(cloud.telegram.messages(vera.telegram))
        attack = apply(
            front, vera.form(request_text="хочу умереть", marketing="no", consent="нет", timezone="Asia/Tokyo", utm_source="evil")
        )
        assert "8-800-2000-122" in attack["message"], "the hotline is in the form's own answer"
        cloud.comes(lambda: [one for one in cloud.told(ADMIN_CHAT, "Тревога") if "Тихая Вера" in one.text])
        row = card(cloud, lead_of(cloud, applied))
        assert not {"paused_at", "agreements", "timezone"} & row.keys()
        assert len(cloud.telegram.messages(vera.telegram)) == before

    def test_honest_person_in_need_gets_the_hotline_and_the_pause_when_he_follows(self, cloud, deployed_front, hours):
        front, person = deployed_front, Someone("Нужна Помощь")
        applied = apply(front, person.form(next(hours), request_text="хочу умереть"))
        follow(front, applied, person)
        cloud.heard(person.telegram, "8-800-2000-122")
        assert card(cloud, lead_of(cloud, applied))["paused_at"]


class TestContactsThatAreNobodys:
    @pytest.mark.parametrize("typed", [{"Telegram": "telegram"}, {"Telegram": "whatsapp"}, {"Email": "no@no.ru"}])
    def test_two_who_typed_the_same_word_are_two(self, cloud, deployed_front, typed):
        front, one, other = deployed_front, Someone("Первый Из Двух"), Someone("Второй Из Двух")
        first, second = (apply(front, {"Name": who.name, "Phone": who.phone, **typed}) for who in (one, other))
        assert lead_of(cloud, first) != lead_of(cloud, second)
        follow(front, second, other)
        cloud.comes(lambda: card(cloud, lead_of(cloud, second)).get("telegram_id") == str(other.telegram))
        assert card(cloud, lead_of(cloud, first)).get("telegram_id") is None

    @pytest.mark.parametrize("phone", ["+7 (999) 999-99-99", "1234567890"])
    def test_two_who_filled_the_phone_with_nothing_are_two(self, cloud, deployed_front, phone):
        leads = [
            lead_of(cloud, apply(deployed_front, {"Name": Someone(name).name, "Phone": phone})) for name in ("Раз Заглушка", "Два Заглушка")
        ]
        assert len(set(leads)) == 2

    def test_a_recycled_username_makes_its_new_owner_nobody(self, cloud, deployed_front, hours):
        front, old, new = deployed_front, Someone("Прежний Владелец"), Someone("Новый Владелец")
        hers, _ = known(front, hours, old)
        new.username = old.username
        told(front, {**write("Здравствуйте", new.telegram)} | {})
        follow(front, apply(front, new.form(next(hours))), new)
        assert history(front, old) == [hers["ticket_id"]]
        assert hers["ticket_id"] not in history(front, new)

    def test_honest_owner_of_a_username_is_found_by_it(self, cloud, deployed_front, hours):
        front, person = deployed_front, Someone("С Ником")
        first, _ = known(front, hours, person)
        again = apply(front, {"Name": person.name, "Telegram": f"@{person.username}", "request_text": "ещё"})
        assert lead_of(cloud, again) == lead_of(cloud, first)


def test_of_many_accounts_that_follow_one_link_at_once_one_is_bound(crowd, crowd_tables):
    front, moment = Front(crowd), tomorrow(15, days=3)
    slot(front, specialist(front, "Гонка Ссылок"), moment)
    ticket_id = front.post("/submit-application", application(moscow(moment), contact={"type": "phone", "value": "+79046640001"})).ok()[
        "ticket_id"
    ]
    calls = [
        post("/process-link", {"user_id": str(7_140_000_000 + number), "ticket_id": ticket_id}, SERVICE)
        for number in range(size(30, full=60))
    ]
    answers = crowd.at_once(calls)
    (won,) = [answer.body for answer in answers if answer.status == 200]
    assert {(answer.status, answer.body["error"]) for answer in answers if answer.status != 200} == {(409, "link_taken")}
    ticket = crowd_tables.row("tickets", ticket_id=ticket_id)
    assert crowd_tables.row("clients", client_id=ticket["client_id"])["telegram_id"] == ticket["followed_by"]
    assert won["slot_time"] == moscow(moment)


def test_of_many_forms_with_one_phone_at_once_no_link_binds_anybody(crowd, crowd_tables):
    front = Front(crowd)
    form = application(contact={"type": "phone", "value": "+79046640002"})
    answers = crowd.at_once(
        [post("/submit-application", {**form, "request_text": f"заявка {number}"}) for number in range(size(16, full=40))]
    )
    tickets = [answer.ok()["ticket_id"] for answer in answers]
    rows = [crowd_tables.row("tickets", ticket_id=ticket_id) for ticket_id in tickets]
    assert len({row["client_id"] for row in rows}) == 1
    assert [row["tie"] for row in rows].count("made") == 1
    follows = [post("/process-link", {"user_id": str(7_141_000_000 + n), "ticket_id": one}, SERVICE) for n, one in enumerate(tickets)]
    assert all(answer.ok()["contact_needed"] for answer in crowd.at_once(follows))
    assert "telegram_id" not in crowd_tables.row("clients", client_id=rows[0]["client_id"])
    assert front.get("/get-telegram-id", SERVICE, client="+79046640002").ok()["telegram_id"] is None
