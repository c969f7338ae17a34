"""The till's clients: whose contact it is, who brought whom, and that a list is what the accounts say."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from bench.wire import recorded
from chalicelib.clients.index import service as index
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.models import Client, Identity
from chalicelib.company.models import Entry
from chalicelib.core import briefly, clock, storage
from chalicelib.core.bitmaps import folding
from chalicelib.loyalty.accounts import repository
from chalicelib.loyalty.accounts.models import Account
from tests.builders import SERVICE, application
from tests.integration.loyalty.conftest import CLIENTS, account, person, told
from tests.standins.store import OneAtATime

PHONE, OTHER = "+79045501567", "+79045501502"


def fold():
    """A tick, a minute after the one before."""
    for row in storage.query(PersonRow.by_pending, "live").rows:
        if row.written_at:
            storage.change(row, [PersonRow.written_at.set(clock.wall() - folding.SETTLED)])
    return index.fold()


def spend(number, kopecks, day="2026-03-12"):
    """What a purchase writes of a client."""
    where, tx = f"live#{number:010d}", storage.Transaction()
    said = [Account.spent.add(kopecks), Account.visits.add(1), Account.last_purchase.set({"operation": 1, "day": day})]
    repository.change(tx, where, said)
    repository.note_purchase_in(tx, where, kopecks, day)
    tx.commit()


class TestMaking:
    def test_a_client_is_shown_as_he_was_written_down_and_a_repeat_makes_no_other(self, till):
        said = {
            "full_name": "Анна Ким", "phone": "8 904 550-15-67", "email": "Anna@Lotos.ru", "birth_date": "1990-02-28", "gender": "female",
            "tags": ["VIP", "vip", "чай"], "traffic_channel_id": 2, "consent_marketing": True, "vk_contact": "anna", "level": "gold",
        }  # fmt: skip
        with recorded() as calls:
            made = till.front.post(CLIENTS, said, {**SERVICE, "Idempotency-Key": "one"}).ok()
        assert len(calls.calls) == 3
        again = till.front.post(CLIENTS, said, {**SERVICE, "Idempotency-Key": "one"}).ok()
        assert again == till.of(made["id"]) == made
        assert (made["phone"], made["email"], made["birth_year"], made["tags"]) == (PHONE, "anna@lotos.ru", 1990, ["VIP", "чай"])
        assert (made["level"]["code"], made["level"]["pinned"], made["acquisition_channel_id"]) == ("gold", True, 2)
        consents = {name: value for name, value in made.items() if name.startswith("consent_")}
        assert [name for name, value in consents.items() if value] == ["consent_marketing"] and len(consents) == 5
        other = till.front.post(CLIENTS, {**said, "full_name": "Анна"}, {**SERVICE, "Idempotency-Key": "one"})
        assert (other.status, other.body["error"]) == (409, "key_reused")
        assert till.found() == [made["id"]]

    @pytest.mark.parametrize(
        "said",
        [{"full_name": ""}, {"phone": "123"}, {"email": "no"}, {"birthday": "2999-01-01"}, {"birthday": "1990-02-30"}, {"level": "silk"},
         {"tags": ["a" * 51]}, {"gender": "x"}, {"birthday": "1990-01-01", "birth_date": "1990-01-02"}],
    )  # fmt: skip
    def test_what_is_wrong_is_refused(self, till, said):
        assert till.make(**said).status == 422

    def test_what_is_nobodys_is_404_and_names_the_field(self, till):
        assert told(till.make(acquisition_channel_id=77))[0::2] == (404, {"field": "acquisition_channel_id"})
        assert told(till.make(referrer_client_id=77))[0::2] == (404, {"field": "referrer_client_id"})
        assert till.change(77, notes="x").status == till.front.get(f"{CLIENTS}/77", SERVICE).status == 404

    def test_a_contact_that_is_proven_of_another_is_his_and_what_was_typed_is_taken_over_and_flagged(self, till, front):
        anna = till.come(phone=PHONE)
        assert told(till.make(phone=PHONE)) == (409, "client_exists", {"client_id": anna, "by": "phone"})
        front.post("/submit-application", application(name="Борис", contact={"type": "phone", "value": OTHER})).ok()
        boris = 2
        vera = till.come("Вера", phone=OTHER)
        assert vera != boris and till.of(vera)["phone"] == OTHER
        (identity,) = storage.read(Identity.at(f"phone#{OTHER}"))
        assert (identity.lead_number, identity.proven, identity.proven_by) == (f"br{vera:04d}", True, "office")
        assert till.of(vera)["possible_duplicates"] == [boris]

    def test_two_at_once_with_one_phone_are_one_client(self, till):
        with OneAtATime(), ThreadPoolExecutor(2) as workers:
            answers = list(workers.map(lambda name: till.make(full_name=name, phone=PHONE), ("Анна", "Вера")))
        assert sorted(answer.status for answer in answers) == [200, 409]


class TestChanging:
    def test_absent_stays_null_clears_and_lists_follow(self, till):
        anna = till.come(phone=PHONE, notes="чай", tags=["vip"], whatsapp_phone=PHONE)
        said = till.change(anna, tags=["чай"], notes=None, status="blocked").ok()
        assert (said["phone"], said["notes"], said["tags"], said["status"]) == (PHONE, "", ["чай"], "blocked")
        assert till.found(tag="ЧАЙ", status="blocked") == [anna] and till.found(tag="vip") == []
        assert till.change(anna, status="active", full_name="Анна Лис").ok()["full_name"] == "Анна Лис"
        assert till.found(q="лис", status="active") == [anna]
        assert till.change(anna, full_name=None).status == 422

    @pytest.mark.parametrize("status", ["", None, "free"])
    def test_nothing_but_a_word_for_it_unblocks_him(self, till, status):
        anna = till.come(status="blocked")
        answer = till.change(anna, status=status)
        assert answer.status == 422 and "'active' or 'blocked'" in answer.body["detail"][0]["msg"]
        assert till.of(anna)["status"] == "blocked"
        assert till.change(anna, status="active").ok()["status"] == "active"

    def test_a_changed_phone_finds_him_and_the_old_one_is_nobodys(self, till):
        anna = till.come(phone=PHONE)
        assert till.change(anna, phone=OTHER).ok()["phone"] == OTHER
        assert till.found(q=OTHER) == [anna] and till.found(q=PHONE) == []
        vera = till.come("Вера", phone=PHONE)
        assert told(till.change(vera, phone=OTHER)) == (409, "client_exists", {"client_id": anna, "by": "phone"})
        assert till.change(anna, phone="").ok()["phone"] == ""
        assert till.change(vera, phone=OTHER).ok()["phone"] == OTHER
        card = storage.read(Client.at(person(anna).client_id))[0]
        assert (card.phone, card.phone_proven) == (None, None)

    def test_an_answer_is_appended_and_what_nobody_was_asked_stays_so(self, till):
        anna = till.come(consent_marketing=True)
        till.change(anna, consent_marketing=False, consent_sms=False, consent_email=True).ok()
        card = storage.read(Client.at(person(anna).client_id))[0]
        assert {purpose: said["given"] for purpose, said in card.consents.items()} == {"marketing": "no", "channel:email": "yes"}
        assert till.found(consent_marketing="false", consent_email="true") == [anna]

    def test_the_collections_line_takes_the_id_from_body_or_query(self, till):
        anna = till.come()
        assert till.front.put(CLIENTS, {"id": anna, "notes": "a"}, SERVICE).ok()["notes"] == "a"
        assert till.front.put(f"{CLIENTS}?id={anna}", {"notes": "b"}, SERVICE).ok()["notes"] == "b"
        assert till.front.put(CLIENTS, {"notes": "b"}, SERVICE).status == 422

    def test_two_who_take_one_phone_at_once_one_gets_it(self, till):
        anna, vera = till.come(), till.come("Вера")
        with OneAtATime(), ThreadPoolExecutor(2) as workers:
            answers = list(workers.map(lambda one: till.change(one, phone=PHONE), (anna, vera)))
        assert sorted(answer.status for answer in answers) == [200, 409]


class TestReferrers:
    def test_who_brought_him_is_said_once_and_never_round_in_a_circle(self, till):
        anna = till.come()
        vera = till.come("Вера", referrer_client_id=anna)
        assert till.of(anna)["referrals_count"] == 1
        assert told(till.change(anna, referrer_client_id=anna))[:2] == (409, "referral_self")
        assert told(till.change(anna, referrer_client_id=vera))[:2] == (409, "referral_cycle")
        boris = till.come("Борис")
        assert told(till.change(anna, referrer_client_id=boris))[:2] == (409, "referrer_fixed")
        assert told(till.change(vera, referrer_client_id=boris))[:2] == (409, "referrer_fixed")
        assert told(till.change(vera, referrer_client_id=None))[:2] == (409, "referrer_fixed")
        assert till.change(vera, referrer_client_id=anna).ok()["referrer_client_id"] == anna
        assert till.of(anna)["referrals_count"] == 1
        assert till.change(boris, referrer_client_id=vera).ok()["referrer_client_id"] == vera

    def test_of_two_who_name_each_other_at_once_one_wins(self, till):
        anna, vera = till.come(), till.come("Вера")
        with OneAtATime(), ThreadPoolExecutor(2) as workers:
            pairs = [(anna, vera), (vera, anna)]
            answers = list(workers.map(lambda pair: till.change(pair[0], referrer_client_id=pair[1]), pairs))
        assert sorted(answer.status for answer in answers) == [200, 409]
        assert sorted(bool(account(one).referrer) for one in (anna, vera)) == [False, True]


NAMES, TAGS = ("Анна Ким", "Фёдор Лис", "Анна Лис"), ("vip", "чай#2", "B 52%")


def grow(till, chance, made):
    """A random client, with a random past."""
    number = till.come(
        chance.choice(NAMES), tags=chance.sample(TAGS, chance.randrange(3)), gender=chance.choice(["male", "female", "unknown"]),
        acquisition_channel_id=chance.choice([None, 1, 2]), consent_marketing=chance.random() < 0.5,
        level=chance.choice([None, None, "gold"]),
        status=chance.choice(["active", "active", "blocked"]), phone=f"+7904550{1000 + len(made)}",
    )  # fmt: skip
    made.append(number)
    if chance.random() < 0.7:
        spend(number, chance.choice([500_000, 1_999_999, 2_000_000, 6_000_000]))


def ask(chance):
    """Some filters, and what of a shown client they mean."""
    asked = {
        "q": (
            ("анн", "лис", "br00"),
            lambda client, said: said in f"{client['full_name']} {client['lead_number']}".lower().replace("ё", "е"),
        ),
        "level": (("base", "silver", "gold", "silk"), lambda client, said: client["level"]["code"] == said),
        "status": (("active", "blocked"), lambda client, said: client["status"] == said),
        "tag": (("VIP", "чай#2", "b 52%", "чай"), lambda client, said: said.lower() in [tag.lower() for tag in client["tags"]]),
        "acquisition_channel_id": ((1, 2, 5), lambda client, said: client["acquisition_channel_id"] == said),
        "gender": (("male", "female", "unknown"), lambda client, said: client["gender"] == said),
        "consent_marketing": (("true", "false"), lambda client, said: client["consent_marketing"] is (said == "true")),
    }
    picked = {name: chance.choice(asked[name][0]) for name in chance.sample([*asked], chance.randrange(1, 4))}
    return picked, lambda client: all(asked[name][1](client, said) for name, said in picked.items())


def compare(till, chance, made, times):
    everybody = [till.of(number) for number in made]
    for _ in range(times):
        query, fits = ask(chance)
        assert till.found(**query) == sorted((client["id"] for client in everybody if fits(client)), reverse=True), query


def set_levels(*thresholds):
    levels = [
        {"code": code, "title": code, "threshold": at * 100, "accrual": 300, "most_writeoff": 5000}
        for code, at in zip(("base", "silver", "gold"), thresholds, strict=True)
    ]
    tx, at = storage.Transaction(), datetime(2026, 3, 1, tzinfo=UTC)
    tx.put(Entry(directory="settings", place="system", said={"loyalty": {"levels": levels}}, by="t", created_at=at, updated_at=at))
    tx.commit()
    briefly.forget_all()


class TestLists:
    def test_it_equals_a_look_at_every_client_folded_half_folded_and_after_the_levels_changed(self, till):
        chance, made = random.Random(7), []
        for _ in range(14):
            grow(till, chance, made)
        compare(till, chance, made, 30)
        fold()
        for number in made[:6]:
            till.change(number, tags=["vip"], status="blocked").ok()
        compare(till, chance, made, 30)
        fold()
        fold()
        assert storage.query(PersonRow.by_pending, "live").rows == [] and index.check() == 0
        set_levels(0, 4_000, 15_500)
        for _ in range(2):
            fold()
            compare(till, chance, made, 20)
        assert storage.query(PersonRow.by_pending, "live").rows == [] and index.check() == 0

    def test_a_settled_row_follows_levels_that_changed_before_it_settled(self, till):
        anna = till.come()
        spend(anna, 500_000)
        index.fold()
        set_levels(0, 4_000, 15_500)
        for _ in range(3):
            fold()
        assert till.found(level="silver") == [anna] and till.found(level="base") == [] and index.check() == 0

    def test_digits_are_an_id_or_the_end_of_a_phone(self, till):
        anna = till.come(phone="+79045500002")
        vera = till.come("Вера", phone="+79045500009")
        assert till.found(q=str(vera)) == [vera]
        assert till.found(q="0002") == [vera, anna]
        assert till.found(q=f"br{anna:04d}") == [anna] and till.found(q="9999") == []

    def test_pages_by_number_and_by_cursor_and_their_calls(self, till):
        made = [till.come(f"Анна {number}") for number in range(5)]
        fold()
        filters = {"status": "active", "gender": "unknown"}
        with recorded() as calls:
            first = till.front.get(CLIENTS, SERVICE, page_size=2, **filters).ok()
        assert len(calls.calls) == 3 + 2
        rest = till.front.get(CLIENTS, SERVICE, page_size=2, cursor=first["next_cursor"], **filters).ok()
        last = till.front.get(CLIENTS, SERVICE, page_size=2, page=3).ok()
        assert [client["id"] for page in (first, rest, last) for client in page["items"]] == made[::-1]
        assert (rest["total"], rest["page"], last["next_cursor"]) == (5, 2, None)
        for cursor in ("no", first["next_cursor"]):
            assert till.front.get(CLIENTS, SERVICE, cursor=cursor).status == 422, "nor does another list go on there"

    def test_a_row_that_does_not_say_what_the_account_says_is_found_and_written_anew(self, till):
        anna = till.come(tags=["vip"])
        storage.change(Account.row(f"live#{anna:010d}"), [Account.tags.set({"чай"}), Account.spent.set(5)])
        assert index.check() == 1
        index.fill("live")
        assert index.check() == 0 and till.found(tag="чай") == [anna] and person(anna).others["loyalty_spent"] == 5


def test_the_table_opens_in_office_programs_and_is_never_too_long(till, monkeypatch):
    till.come('=1+1;"', notes="a\nb", phone=PHONE)
    answer = till.front.get(f"{CLIENTS}/export.csv", SERVICE)
    assert (answer.status, answer.text[0]) == (200, "\ufeff")
    heading, row = answer.text[1:].split("\r\n", 1)
    assert heading.startswith("id;lead_number;full_name;phone") and """'=1+1;""" in row and f"'{PHONE}" in row
    monkeypatch.setattr("chalicelib.loyalty.accounts.listing.MOST_EXPORTED", 0)
    answer = till.front.get(f"{CLIENTS}/export.csv", SERVICE)
    assert (answer.status, answer.body["error"]) == (422, "narrow")
