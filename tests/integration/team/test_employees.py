"""Cards of employees: who may do what to them, what is one card's alone, and who signs in as whom."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.booking.specialists.models import Specialist
from chalicelib.core import storage
from chalicelib.ops import service as ops
from tests.builders import SERVICE, specialist
from tests.integration.staff.conftest import USERS
from tests.integration.team.conftest import EMPLOYEES, told
from tests.standins.store import OneAtATime, Wire

CATEGORIES = f"{EMPLOYEES}/categories"


def person(specialist_id):
    return storage.read(Specialist.at(specialist_id))[0]


def user(team, number):
    return team.front.get(f"{USERS}/{number}", SERVICE).ok()


class TestCards:
    def test_a_card_is_answered_whole(self, team):
        made = team.card(
            " Мария Орлова ", pay_type="piecework", piece_rate="350,50", hourly_rate=None, hired_at="2026-03-01", phone="89045501567"
        )
        assert made.pop("created_at") == made.pop("updated_at")
        assert made == {
            "id": 1,
            "full_name": "Мария Орлова",
            **dict.fromkeys(["category_id", "category_name", "specialist_id", "user_id", "access_role", "tg_id"]),
            **dict.fromkeys(["position", "email"], ""),
            "phone": "+79045501567",
            "status": "active",
            "is_archived": False,
            "payment_type": "piecework",
            "hourly_rate": 0,
            "piece_rate": 350.5,
            "is_bookable": False,
            "hired_at": "2026-03-01",
        }
        assert team.events(1) == [("created", "", None, None, "service")]

    @pytest.mark.parametrize(
        ("said", "where"),
        [
            ({"full_name": " "}, "full_name"),
            ({"full_name": "x" * 201}, "full_name"),
            ({"payment_type": "daily"}, "payment_type"),
            ({"hourly_rate": -1}, "hourly_rate"),
            ({"hourly_rate": 1.005}, "hourly_rate"),
            ({"email": "no"}, "email"),
            ({"phone": "12"}, "phone"),
            ({"hired_at": "soon"}, "hired_at"),
            ({"access_role": "boss"}, "access_role"),
            ({"access_role": "master"}, "tg_id"),
        ],
    )
    def test_a_wrong_field_is_named(self, team, said, where):
        answer = team.front.post(EMPLOYEES, {"full_name": "Мария", "is_bookable": False, **said}, SERVICE)
        assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", where])
        assert team.names() == []

    def test_who_may_not_and_what_is_not_there(self, team):
        number, mark = team.master()
        place = f"{EMPLOYEES}/{number}"
        asked = [("get", EMPLOYEES), ("get", place), ("get", f"{place}/history"), ("get", CATEGORIES), ("delete", place)]
        for method, path in asked:
            ask = getattr(team.front, method)
            assert (ask(path).status, ask(path, mark).status) == (401, 403), (method, path)
        assert team.front.post(EMPLOYEES, {"full_name": "Х"}, team.as_staff("anna", "manager")).status == 403
        for answer in (team.change(99, position="х"), team.archive(99), team.front.get(f"{EMPLOYEES}/99/history", SERVICE)):
            assert told(answer) == (404, "not_found", {"field": "employee_id"})
        assert told(team.change(number, category_id=7)) == (404, "not_found", {"field": "category_id"})
        assert team.front.get(f"{EMPLOYEES}/first", SERVICE).status == 422

    def test_a_key_makes_one_and_a_list_is_a_query_and_a_read(self, team):
        keyed, body = {**SERVICE, "Idempotency-Key": "k"}, {"full_name": "Анна Ким"}
        first = team.front.post(EMPLOYEES, body, keyed).ok()
        assert team.front.post(EMPLOYEES, body, keyed).ok() == first
        assert told(team.front.post(EMPLOYEES, {**body, "position": "х"}, keyed))[:2] == (409, "key_reused")
        team.card("Ёлкина Вера", position="мастер")
        team.archive(team.card("Борис Иванов", email="boris@example.org")["id"])
        with Wire() as wire:
            assert team.names() == ["Анна Ким", "Ёлкина Вера"]
        assert [call.operation for call in wire.calls] == ["Query", "BatchGetItem"]
        assert team.names(q="ЕЛК мас") == ["Ёлкина Вера"]
        assert team.names(is_archived="true") == team.names(status="archived") == ["Борис Иванов"]
        page = team.front.get(EMPLOYEES, SERVICE, page_size=1).ok()
        rest = team.front.get(EMPLOYEES, SERVICE, page_size=1, cursor=page["next_cursor"]).ok()
        assert (page["total"], [one["full_name"] for one in rest["items"]], rest["next_cursor"]) == (2, ["Ёлкина Вера"], None)

    def test_a_change_tells_what_it_was_and_by_whom(self, team):
        number = team.card(hourly_rate=300)["id"]
        changed = team.change(number, team.as_staff("olga", "owner"), hourly_rate=350.5, position="старший").ok()
        assert (changed["hourly_rate"], changed["full_name"]) == (350.5, "Мария Орлова")
        by = f"staff#{team.ids['olga']}"
        expected = {("changed", "hourly_rate", "300", "350.5", by), ("changed", "position", "", "старший", by)}
        assert {*team.events(number)[:-1]} == expected
        team.change(number, position="старший").ok()
        assert len(team.events(number)) == 3, "the same again is no event"
        assert team.front.put(EMPLOYEES, {"id": number, "position": ""}, SERVICE).ok()["position"] == ""
        assert team.front.put(f"{EMPLOYEES}?id={number}", {"id": 99}, SERVICE).status == 422
        asked = [team.front.put(EMPLOYEES, {}, SERVICE), team.front.delete(EMPLOYEES, SERVICE), team.front.delete(CATEGORIES, SERVICE)]
        told_of = [(answer.body["detail"][0]["loc"][0], answer.body["detail"][0]["msg"]) for answer in asked]
        assert told_of == [
            (where, f"expected the {whose}'s id") for where, whose in (("body", "employee"), ("query", "employee"), ("query", "category"))
        ]
        assert told(team.change(number, status="active", is_archived=True))[0] == 422

    def test_somebody_leaves_and_comes_back(self, team):
        number = team.card()["id"]
        gone = {"success": True, "employee_id": number, "is_archived": True}
        assert (team.archive(number).ok(), team.front.delete(f"{EMPLOYEES}?id={number}", SERVICE).ok()) == (gone, gone)
        assert team.change(number, is_archived=False).ok()["status"] == "active"
        assert team.change(number, status="dismissed").ok()["is_archived"]
        assert [kind for kind, *_ in team.events(number)] == ["archived", "restored", "archived", "created"]

    def test_changes_at_once_are_all_made(self, team):
        number = team.card()["id"]
        fields = [{"position": "х"}, {"hourly_rate": 5}, {"piece_rate": 6}]
        with OneAtATime(), ThreadPoolExecutor(3) as pool:
            assert [answer.status for answer in pool.map(lambda said: team.change(number, **said), fields)] == [200] * 3
        after = team.one(number)
        assert (after["position"], after["hourly_rate"], after["piece_rate"], len(team.events(number))) == ("х", 5, 6, 4)


class TestCategories:
    def test_they_are_one_name_s_and_go_when_nobody_stands_in_them(self, team):
        masters = team.front.post(CATEGORIES, {"name": "Мастера"}, SERVICE).ok()
        assert told(team.front.post(CATEGORIES, {"name": " мастера"}, SERVICE)) == (409, "name_taken", {"field": "name"})
        number = team.card(category_id=masters["id"])["id"]
        assert team.one(number)["category_name"] == "Мастера"
        (shown,) = team.front.get(CATEGORIES, SERVICE).ok()
        assert shown == {**masters, "employees_count": 1}
        place = f"{CATEGORIES}/{masters['id']}"
        assert told(team.front.delete(place, SERVICE)) == (409, "category_in_use", {"employees": [number]})
        team.change(number, category_id=None).ok()
        assert team.front.delete(f"{CATEGORIES}?id={masters['id']}", SERVICE).ok() == {"success": True}
        assert told(team.front.delete(place, SERVICE)) == (404, "not_found", {"field": "category_id"})
        assert team.front.post(CATEGORIES, {"name": "мастера"}, SERVICE).ok()["id"] != masters["id"]

    def test_one_that_is_chosen_while_it_is_removed_stays_or_was_never_chosen(self, team):
        category, number = team.front.post(CATEGORIES, {"name": "Мастера"}, SERVICE).ok()["id"], team.card()["id"]
        choose = lambda: team.change(number, category_id=category).status  # noqa: E731
        remove = lambda: team.front.delete(f"{CATEGORIES}/{category}", SERVICE).status  # noqa: E731
        with OneAtATime(), ThreadPoolExecutor(2) as pool:
            statuses = tuple(one.result() for one in [pool.submit(choose), pool.submit(remove)])
        assert statuses in ((200, 409), (404, 200))


class TestAccess:
    def test_an_owner_makes_a_user_and_archiving_ends_him(self, team):
        olga, adam = team.as_staff("olga", "owner"), team.as_staff("adam", "admin")
        number = team.card(tg_id=7012345678)["id"]
        assert told(team.change(number, adam, access_role="master", tg_id=5)) == (403, "owner_only", {"fields": ["access_role", "tg_id"]})
        shown = team.change(number, olga, access_role="master").ok()
        made = user(team, shown["user_id"])
        assert (made["role"], made["telegram_id"], made["full_name"], made["is_active"]) == ("master", "7012345678", "Мария Орлова", True)
        assert team.change(number, adam, access_role="master", position="х").status == 200, "the same again is no change"
        team.archive(number, adam).ok()
        assert (user(team, made["id"])["is_active"], team.one(number)["access_role"]) == (False, None)
        assert told(team.change(number, olga, access_role="master")) == (409, "employee_archived", {"field": "access_role"})
        back = team.change(number, olga, status="active").ok()
        assert (back["access_role"], back["user_id"]) == (None, made["id"])
        assert team.change(number, olga, access_role="manager").ok()["access_role"] == user(team, made["id"])["role"] == "manager"
        assert team.change(number, olga, access_role=None).ok()["access_role"] is None

    def test_nobody_but_an_owner_says_what_he_himself_is_paid(self, team):
        adam, olga = team.as_staff("adam", "admin"), team.as_staff("olga", "owner")
        his, hers = team.card("Адам", user_id=team.ids["adam"])["id"], team.card("Ольга", user_id=team.ids["olga"])["id"]
        refused = team.change(his, adam, hourly_rate=5, payment_type="piecework", position="х")
        assert told(refused) == (403, "owner_only", {"fields": ["hourly_rate", "payment_type"]})
        assert team.change(his, adam, hourly_rate=0, piece_rate="0", payment_type="hourly", position="х").status == 200, "the same again"
        assert (team.change(hers, adam, hourly_rate=5).status, team.change(hers, olga, hourly_rate=6).status) == (200, 200)
        assert team.change(his, olga, hourly_rate=5).ok()["hourly_rate"] == 5

    def test_a_panel_that_names_a_user_and_sends_back_what_it_read_leaves_him_as_he_was(self, team):
        olga, anna = team.as_staff("olga", "owner"), team.hire("anna", "manager", telegram_id="5551234")
        card = team.card()
        linked = team.change(card["id"], olga, **{**card, "user_id": anna}).ok()
        assert (linked["access_role"], linked["tg_id"], user(team, anna)["is_active"]) == ("manager", 5551234, True)
        assert team.change(card["id"], olga, **linked).ok() == linked
        assert team.change(card["id"], olga, **{**linked, "access_role": None}).ok()["access_role"] is None

    @pytest.mark.parametrize(
        "end",
        [
            lambda team, number, header: team.archive(number, header),
            lambda team, number, header: team.change(number, header, access_role=None),
        ],
    )
    def test_whom_the_calendar_has_rested_signs_in_until_that_is_ended_too(self, team, end):
        number, mark = team.master(is_bookable=True)
        olga = team.as_staff("olga", "owner")
        team.front.put(f"/specialists/{team.one(number)['specialist_id']}", {"name": "Марк", "active": False}, SERVICE).ok()
        ops.sweep()
        shown = team.one(number)
        assert (team.change(number, olga, **shown).ok(), shown["access_role"]) == (shown, "master"), "what was read changes nothing"
        assert end(team, number, olga).status == 200
        assert (team.front.get(f"{USERS}/me", mark).status, team.one(number)["access_role"]) == (401, None)
        events = team.events(number)
        assert end(team, number, olga).status == 200
        assert team.events(number) == events, "again it is the same"

    def test_archiving_ends_his_sessions_at_once(self, team):
        number, mark = team.master()
        me = f"{USERS}/me"
        assert team.front.get(me, mark).status == 200
        team.archive(number).ok()
        assert team.front.get(me, mark).status == 401

    def test_a_user_is_one_card_s_and_must_be_there(self, team):
        number, _ = team.master()
        body = {"full_name": "Другой", "is_bookable": False}
        assert told(team.front.post(EMPLOYEES, {**body, "user_id": team.ids["mark"]}, SERVICE)) == (409, "name_taken", {"field": "user_id"})
        assert told(team.front.post(EMPLOYEES, {**body, "user_id": 99}, SERVICE)) == (404, "user_not_found", {"field": "user_id"})
        team.change(number, user_id=None).ok()
        assert team.front.post(EMPLOYEES, {**body, "user_id": team.ids["mark"]}, SERVICE).ok()["access_role"] == "master"

    def test_the_last_owner_stays_and_is_no_admin_s_to_archive(self, team):
        team.hire("olga", "owner")
        adam = team.as_staff("adam", "admin")
        number = team.card(user_id=team.ids["olga"])["id"]
        assert told(team.archive(number, adam))[:2] == (403, "owner_only")
        assert told(team.archive(number))[:2] == (409, "last_owner")
        assert told(team.change(number, access_role="admin"))[:2] == (409, "last_owner")
        assert team.one(number)["status"] == "active"
        shown = team.one(number)
        assert team.change(number, adam, **{**shown, "position": "владелица"}).ok()["position"] == "владелица", "what was read is no change"

    def test_an_account_or_an_address_that_is_another_user_s_is_named(self, team):
        olga = team.as_staff("olga", "owner")
        team.card(tg_id=5, email="same@example.org", access_role="master", header=olga)
        for said, error, field in (
            ({"tg_id": 5}, "telegram_taken", "telegram_id"),
            ({"tg_id": 6, "email": "SAME@example.org"}, "email_taken", "email"),
        ):
            number = team.card("Другой", **said)["id"]
            assert told(team.change(number, olga, access_role="master")) == (409, error, {"field": field})
            assert team.one(number)["user_id"] is None


class TestCalendar:
    def test_whom_clients_come_to_is_a_specialist_who_goes_by_the_card(self, team):
        made = team.card(is_bookable=True, phone="+79045501567")
        who = person(made["specialist_id"])
        assert (who.name, who.active, who.phone) == ("Мария Орлова", True, "+79045501567")
        team.change(made["id"], full_name="Мария Ким").ok()
        team.archive(made["id"]).ok()
        who = person(made["specialist_id"])
        assert (who.name, who.active) == ("Мария Ким", False)
        team.change(made["id"], status="active").ok()
        assert person(made["specialist_id"]).active
        assert team.change(made["id"], is_bookable=False).ok()["specialist_id"] == made["specialist_id"]
        assert not person(made["specialist_id"]).active

    def test_one_who_is_there_already_is_one_card_s(self, team):
        known = specialist(team.front)
        made = team.card(is_bookable=True, specialist_id=known)
        assert made["specialist_id"] == known
        body = {"full_name": "Другая", "specialist_id": known}
        assert told(team.front.post(EMPLOYEES, body, SERVICE)) == (409, "name_taken", {"field": "specialist_id"})
        answer = team.front.post(EMPLOYEES, {**body, "specialist_id": "nobody"}, SERVICE)
        assert told(answer) == (404, "specialist_not_found", {"field": "specialist_id"})

    def test_what_the_calendar_says_of_him_is_said_of_the_card(self, team):
        number, mark = team.master(is_bookable=True)
        place = f"/specialists/{team.one(number)['specialist_id']}"
        team.front.put(place, {"name": "Марк Дин", "active": False}, SERVICE).ok()
        ops.sweep()
        after = team.one(number)
        assert (after["full_name"], after["status"], after["access_role"]) == ("Марк Дин", "archived", "master")
        assert team.front.get(f"{USERS}/me", mark).status == 200, "who signs in is not the calendar's to say"
        team.front.put(place, {"name": "Марк Дин"}, SERVICE).ok()
        ops.sweep()
        assert team.one(number)["status"] == "active"
        assert [one[0] for one in team.events(number)] == ["restored", "archived", "changed", "created"]
        assert {one[4] for one in team.events(number)[:-1]} == {"system"}

    def test_sessions_ahead_stay_and_are_told_of(self, team):
        made = team.card(is_bookable=True)
        storage.change(person(made["specialist_id"]), [Specialist.assigned_days.set(["2020-01-01", "2999-01-01"])])
        assert team.archive(made["id"]).ok()["warnings"] == ["sessions ahead stay, on 2999-01-01"]
