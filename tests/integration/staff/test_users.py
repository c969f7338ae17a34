"""The users' doors: who may do what to whom, what is refused, and that somebody who runs the house is always left."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.core import storage
from chalicelib.staff.models import StaffUser
from tests.builders import SERVICE
from tests.integration.staff.conftest import PASSWORD, USERS, from_address
from tests.standins.store import OneAtATime

ME = f"{USERS}/me"
NEW = {"email": "new@example.org", "password": PASSWORD}


def place(house, name):
    return f"{USERS}/{house.ids[name]}"


def listed(house, header=SERVICE, **query):
    return house.front.get(USERS, header, **query).ok()


def names(answer):
    return [user["full_name"] for user in answer["items"]]


@pytest.fixture
def staffed(house):
    """One of each."""
    for name, role in (("olga", "owner"), ("adam", "admin"), ("anna", "analyst"), ("maria", "manager"), ("mark", "master")):
        house.hire(name, role)
    return house


class TestMaking:
    def test_nobody_a_wrong_role_what_is_wrong_and_the_same_again(self, staffed):
        assert staffed.front.post(USERS, NEW).status == 401
        answer = staffed.front.post(USERS, {}, staffed.of("maria"))
        assert (answer.status, answer.body["error"], answer.body["detail"]) == (403, "role_needed", "Roles: owner, admin")
        assert staffed.front.post(USERS, {"email": "no"}, staffed.of("adam")).status == 422
        made = staffed.front.post(USERS, {**NEW, "full_name": "Новая"}, staffed.of("adam"))
        assert (made.status, made.headers["Location"]) == (201, f"{USERS}/{made.body['id']}")
        again = staffed.front.post(USERS, {**NEW, "email": "NEW@example.org"}, staffed.of("adam"))
        assert (again.status, again.body["error"]) == (409, "email_taken")

    def test_a_user_is_answered_whole_but_for_the_password(self, house):
        made = house.front.post(USERS, {**NEW, "role": "sales_rep", "phone": "8 904 550-15-67", "username": "New.One"}, SERVICE).body
        moments = {name: made.pop(name) for name in ("created_at", "id")}
        assert moments["created_at"].endswith("Z")
        assert made == {
            "email": "new@example.org",
            "username": "New.One",
            "full_name": None,
            "role": "manager",
            "phone": "+79045501567",
            "timezone": "Europe/Moscow",
            "language": "ru",
            "email_notifications": True,
            "sms_notifications": False,
            "telegram_id": None,
            "is_active": True,
            "updated_at": None,
            "last_login": None,
            "version": 1,
            "by": "service",
        }

    @pytest.mark.parametrize(
        ("said", "where"),
        [
            ({"password": "short"}, "password"),
            ({"password": "x" * 257}, "password"),
            ({"password": "new@example.org"}, "password"),
            ({"email": "some-mailbox@example.org", "password": "Some-Mailbox"}, "password"),
            ({"password": "P@ssw0rd2026!"}, "password"),
            ({"password": "1234567890"}, "password"),
            ({"password": "пароль123"}, "password"),
            ({"role": "boss"}, "role"),
            ({"role": None}, "role"),
            ({"timezone": "Mars/Base"}, "timezone"),
            ({"timezone": "../etc/passwd"}, "timezone"),
            ({"language": "fr"}, "language"),
            ({"phone": "12"}, "phone"),
            ({"telegram_id": "@anna"}, "telegram_id"),
            ({"username": "a b"}, "username"),
            ({"is_active": None}, "is_active"),
        ],
    )
    def test_a_wrong_field_is_named_and_not_echoed(self, house, said, where):
        answer = house.front.post(USERS, {**NEW, **said}, SERVICE)
        assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", where])
        assert not any(str(value) in answer.text for value in said.values() if value and len(str(value)) > 4)

    def test_who_could_not_sign_in_is_not_made(self, house):
        for body in ({"email": "a@example.org"}, {"password": PASSWORD}, {"full_name": "Никто"}):
            assert house.front.post(USERS, body, SERVICE).status == 422
        assert house.front.post(USERS, {"telegram_id": 7012345678}, SERVICE).status == 201

    def test_names_are_one_user_s_without_case(self, house):
        house.hire("maria", username="Maria", telegram_id="7012345678")
        for said, error in (({"username": "mARIA"}, "email_taken"), ({"telegram_id": "7012345678"}, "telegram_taken")):
            answer = house.front.post(USERS, {**NEW, **said}, SERVICE).body
            assert (answer["error"], answer["detail"]) == (error, {"field": next(iter(said))})
        assert names(listed(house)) == ["maria"]

    def test_two_at_once_make_one(self, house):
        with OneAtATime(), ThreadPoolExecutor(4) as pool:
            statuses = sorted(answer.status for answer in pool.map(lambda _: house.front.post(USERS, NEW, SERVICE), range(4)))
        assert statuses == [201, 409, 409, 409]
        assert listed(house)["total"] == 1

    def test_a_key_gives_the_same_user_again_and_never_another_body_s(self, house):
        key = {**SERVICE, "Idempotency-Key": "once"}
        first, again = house.front.post(USERS, NEW, key), house.front.post(USERS, NEW, key)
        assert (again.status, again.body) == (201, first.body)
        other = house.front.post(USERS, {**NEW, "full_name": "Другая"}, key)
        assert (other.status, other.body["error"]) == (409, "key_reused")
        with OneAtATime(), ThreadPoolExecutor(4) as pool:
            body, more = {**NEW, "email": "two@example.org"}, {**SERVICE, "Idempotency-Key": "at once"}
            made = {answer.body["id"] for answer in pool.map(lambda _: house.front.post(USERS, body, more), range(4))}
        assert len(made) == 1


class TestWhoMayDoWhatToWhom:
    @pytest.mark.parametrize("role", ["owner", "admin"])
    def test_an_admin_makes_nobody_like_himself_or_above(self, staffed, role):
        answer = staffed.front.post(USERS, {**NEW, "role": role}, staffed.of("adam"))
        assert (answer.status, answer.body["error"]) == (403, "owner_only")
        assert staffed.front.post(USERS, {**NEW, "role": role}, staffed.of("olga")).status == 201

    @pytest.mark.parametrize(
        "said", [{"password": "another-fine-phrase"}, {"telegram_id": "7012345678"}, {"role": "manager"}, {"full_name": "Я"}]
    )
    def test_an_admin_changes_nothing_of_an_owner(self, staffed, said):
        answer = staffed.front.put(place(staffed, "olga"), said, staffed.of("adam"))
        assert (answer.status, answer.body["error"]) == (403, "owner_only")

    def test_an_admin_gives_and_takes_no_admin(self, staffed):
        staffed.hire("alex", "admin")
        tried = [("maria", {"role": "admin"}), ("alex", {"role": "manager"}), ("alex", {"is_active": False}), ("maria", {"role": "owner"})]
        for who, said in tried:
            assert staffed.front.put(place(staffed, who), said, staffed.of("adam")).body["error"] == "owner_only"
        assert staffed.front.delete(place(staffed, "alex"), staffed.of("adam")).body["error"] == "owner_only"
        assert staffed.front.put(place(staffed, "alex"), {"full_name": "Саша"}, staffed.of("adam")).status == 200
        changed = staffed.front.put(place(staffed, "maria"), {"role": "operator"}, staffed.of("adam")).ok()
        assert (changed["role"], changed["by"]) == ("operator", f"staff#{staffed.ids['adam']}")

    @pytest.mark.parametrize("name", ["anna", "maria", "mark"])
    def test_others_read_their_colleagues_in_short_and_change_nobody(self, staffed, name):
        header = staffed.of(name)
        assert staffed.front.get(place(staffed, "olga"), header).ok() == {
            "id": staffed.ids["olga"],
            "full_name": "olga",
            "role": "owner",
            "is_active": True,
        }
        assert staffed.front.get(place(staffed, name), header).ok()["email"] == f"{name}@example.org"
        for answer in (
            staffed.front.get(USERS, header),
            staffed.front.put(place(staffed, "olga"), {"full_name": "Ой"}, header),
            staffed.front.delete(place(staffed, "mark"), header),
        ):
            assert (answer.status, answer.body["error"]) == (403, "role_needed")

    def test_nobody_is_let_in_without_a_token(self, staffed):
        for method in ("GET", "PUT", "DELETE"):
            assert staffed.front.call(method, place(staffed, "maria"), body=b"{}").status == 401

    @pytest.mark.parametrize("part", ["0", "-1", "abc", "1.5", "9" * 30])
    def test_what_is_no_id_is_named(self, staffed, part):
        for method in ("GET", "PUT", "DELETE"):
            answer = staffed.front.call(method, f"{USERS}/{part}", body=b"{}", headers=SERVICE)
            assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["path", "user_id"])

    def test_a_path_may_end_in_a_slash(self, staffed):
        assert staffed.front.get(f"{USERS}/", SERVICE).ok()["total"] == 5


class TestChanging:
    def test_what_is_absent_stays_and_null_clears(self, house):
        house.hire("maria", phone="+79045501567", username="mary")
        changed = house.front.put(place(house, "maria"), {"phone": None, "timezone": "Asia/Tashkent"}, SERVICE).ok()
        assert (changed["phone"], changed["timezone"], changed["username"], changed["version"]) == (None, "Asia/Tashkent", "mary", 2)
        assert house.front.put(place(house, "maria"), {"timezone": "Asia/Tashkent"}, SERVICE).ok()["version"] == 2, "nothing differs"

    def test_a_version_that_is_no_more_is_refused(self, house):
        house.hire("maria")
        assert house.front.put(place(house, "maria"), {"full_name": "Раз", "version": 1}, SERVICE).status == 200
        answer = house.front.put(place(house, "maria"), {"full_name": "Два", "version": 1}, SERVICE)
        assert (answer.status, answer.body["error"]) == (409, "changed_meanwhile")

    def test_changes_of_different_fields_at_once_all_count(self, house):
        house.hire("maria")
        said = [{"full_name": "Мария"}, {"language": "uz"}, {"sms_notifications": True}]
        with OneAtATime(), ThreadPoolExecutor(3) as pool:
            assert {one.status for one in pool.map(lambda one: house.front.put(place(house, "maria"), one, SERVICE), said)} == {200}
        user = house.front.get(place(house, "maria"), SERVICE).ok()
        assert (user["full_name"], user["language"], user["sms_notifications"], user["version"]) == ("Мария", "uz", True, 4)

    def test_an_old_name_is_free_and_a_taken_one_changes_nothing(self, house):
        house.hire("maria", username="mary")
        house.hire("oleg")
        taken = house.front.put(place(house, "oleg"), {"email": "Maria@example.org", "full_name": "Х"}, SERVICE)
        assert (taken.status, taken.body["error"]) == (409, "email_taken")
        house.front.put(place(house, "maria"), {"email": "m@example.org", "username": "MARY"}, SERVICE).ok()
        assert house.front.put(place(house, "oleg"), {"email": "maria@example.org"}, SERVICE).ok()["full_name"] == "oleg"
        assert house.sign_in("maria").status == 200, "it is Oleg's address now"
        assert house.front.put(place(house, "oleg"), {"username": "mary"}, SERVICE).status == 409

    def test_unknown_ones_are_not_found(self, house):
        for method in ("GET", "PUT", "DELETE"):
            assert house.front.call(method, f"{USERS}/77", body=b"{}", headers=SERVICE).status == 404


class TestOwnProfile:
    def test_everybody_reads_and_changes_his_own(self, house):
        house.hire("maria")
        header = house.of("maria")
        changed = house.front.put(ME, {"full_name": "Мария", "role": "manager", "email": "maria@example.org"}, header).ok()
        assert house.front.get(ME, header).ok() == changed
        assert (changed["full_name"], changed["by"]) == ("Мария", f"staff#{house.ids['maria']}")

    @pytest.mark.parametrize("said", [{"role": "owner"}, {"is_active": False}, {"email": "other@example.org"}, {"email": None}])
    def test_but_for_what_an_admin_gives(self, house, said):
        house.hire("maria")
        answer = house.front.put(ME, said, house.of("maria"))
        assert (answer.status, answer.body["error"]) == (403, "not_yours_to_change")

    def test_a_new_password_ends_all_other_sessions(self, house):
        house.hire("maria")
        here, there = house.of("maria"), house.sign_in("maria").ok()
        said = {"password": "another-fine-phrase", "current_password": PASSWORD}
        house.front.put(ME, said, here).ok()
        assert house.front.get(ME, here).status == 200
        assert house.front.post("/api/v1/auth/refresh", {"refresh_token": house.tokens["maria"]["refresh_token"]}).status == 200
        assert house.front.post("/api/v1/auth/refresh", {"refresh_token": there["refresh_token"]}).status == 401
        assert house.sign_in("maria").status == 401
        assert house.sign_in("maria", "another-fine-phrase").status == 200

    def test_the_old_one_must_be_shown_and_guesses_are_counted(self, house):
        house.hire("maria")
        header = house.of("maria")
        assert house.front.put(ME, {"password": "another-fine-phrase"}, header).status == 422
        wrong = {"password": "another-fine-phrase", "current_password": "not-this-one"}
        statuses = [from_address("PUT", ME, wrong, headers=header).status for _ in range(6)]
        assert statuses == [422] * 5 + [429]
        assert house.front.get(ME, header).ok()["version"] == 1

    def test_an_account_to_sign_in_by_needs_the_password_too(self, house):
        house.hire("maria")
        header = house.of("maria")
        answer = house.front.put(ME, {"telegram_id": "7012345678"}, header)
        assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", "current_password"])
        assert house.front.put(ME, {"telegram_id": None, "full_name": "Мария"}, header).status == 200, "it is none already"
        said = {"telegram_id": "7012345678", "current_password": PASSWORD}
        assert house.front.put(ME, said, header).ok()["telegram_id"] == "7012345678"

    def test_the_service_is_nobody_s_account(self, house):
        assert house.front.get(ME, SERVICE).ok()["id"] == 0
        assert house.front.put(ME, {"full_name": "Х"}, SERVICE).body["error"] == "no_profile"


class TestDeleting:
    def test_the_deleted_are_gone_and_their_address_is_free(self, staffed):
        header = staffed.of("maria")
        assert staffed.front.delete(place(staffed, "maria"), staffed.of("adam")).ok()["success"] is True
        assert staffed.front.get(ME, header).status == 401
        assert staffed.sign_in("maria").status == 401
        assert staffed.front.get(place(staffed, "maria"), SERVICE).status == 404
        assert staffed.front.delete(place(staffed, "maria"), SERVICE).status == 404
        assert names(listed(staffed, status="deleted")) == ["maria"]
        staffed.hire("maria")

    def test_nobody_deletes_himself(self, staffed):
        assert staffed.front.delete(place(staffed, "olga"), staffed.of("olga")).body["error"] == "yourself"

    def test_an_heir_must_be_somebody_else_who_is_active(self, staffed):
        for heir in (77, staffed.ids["maria"]):
            answer = staffed.front.delete(f"{place(staffed, 'maria')}?reassign_to={heir}", SERVICE)
            assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["query", "reassign_to"])
        assert staffed.front.delete(f"{place(staffed, 'maria')}?reassign_to={staffed.ids['adam']}", SERVICE).status == 200

    @pytest.mark.parametrize("role", ["analyst", "master"])
    def test_an_heir_is_one_whose_leads_may_be(self, house, role):
        gone, heir = house.hire("maria"), house.hire("anna", role)
        answer = house.front.delete(f"{USERS}/{gone}?reassign_to={heir}", SERVICE)
        assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["query", "reassign_to"])
        assert answer.body["detail"][0]["msg"] == "expected an active manager, operator, admin or owner"
        assert house.front.get(f"{USERS}/{gone}", SERVICE).status == 200

    def test_of_two_who_are_each_others_heirs_one_stays(self, house):
        pair = house.hire("maria"), house.hire("mark")
        with OneAtATime(), ThreadPoolExecutor(2) as pool:
            ways = [f"{USERS}/{gone}?reassign_to={heir}" for gone, heir in (pair, pair[::-1])]
            statuses = sorted(answer.status for answer in pool.map(lambda way: house.front.delete(way, SERVICE), ways))
        assert statuses == [200, 422]


class TestSomebodyIsLeft:
    @pytest.mark.parametrize("said", [{"role": "manager"}, {"role": "admin"}, {"is_active": False}])
    def test_the_last_owner_stays_one(self, staffed, said):
        answer = staffed.front.put(place(staffed, "olga"), said, staffed.of("olga"))
        assert (answer.status, answer.body["error"]) == (409, "last_owner")
        assert staffed.front.delete(place(staffed, "olga"), SERVICE).body["error"] == "last_owner"

    def test_the_last_of_all_heads_is_called_so(self, house):
        house.hire("olga", "owner")
        assert house.front.put(place(house, "olga"), {"role": "manager"}, SERVICE).body["error"] == "last_admin"
        assert house.front.delete(place(house, "olga"), SERVICE).body["error"] == "last_admin"

    @pytest.mark.parametrize("round_", range(3))
    @pytest.mark.parametrize("how", ["demote", "switch off", "delete"])
    def test_two_owners_who_remove_each_other_leave_one(self, house, how, round_):
        house.hire("olga", "owner")
        house.hire("oleg", "owner")
        headers = {name: house.of(name) for name in ("olga", "oleg")}

        def remove(by, whom):
            if how == "delete":
                return house.front.delete(place(house, whom), headers[by])
            return house.front.put(place(house, whom), {"role": "manager"} if how == "demote" else {"is_active": False}, headers[by])

        with OneAtATime(), ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda pair: remove(*pair), [("olga", "oleg"), ("oleg", "olga")]))
        assert sum(answer.status == 200 for answer in answers) == 1, [answer.text for answer in answers]
        assert [user["role"] for user in listed(house, role="owner", status="active")["items"]] == ["owner"]

    def test_who_comes_back_counts_again(self, house):
        house.hire("olga", "owner")
        house.hire("oleg", "owner", is_active=False)
        assert house.front.put(place(house, "olga"), {"role": "admin"}, SERVICE).status == 409
        house.front.put(place(house, "oleg"), {"is_active": True}, SERVICE).ok()
        assert house.front.put(place(house, "olga"), {"role": "admin"}, SERVICE).status == 200
        assert house.front.delete(place(house, "oleg"), SERVICE).body["error"] == "last_owner"


class TestLists:
    def test_pages_totals_and_orders(self, staffed):
        answer = listed(staffed, limit=2, order_by="full_name", sort="asc")
        assert names(answer) == ["adam", "anna"]
        assert {name: answer[name] for name in ("total", "page", "size", "pages", "total_is_exact")} == {
            "total": 5,
            "page": 1,
            "size": 2,
            "pages": 3,
            "total_is_exact": True,
        }
        assert names(listed(staffed, page=3, size=2, order_by="full_name", sort="asc")) == ["olga"]
        assert listed(staffed, skip=50)["items"] == []
        assert names(listed(staffed)) == ["mark", "maria", "anna", "adam", "olga"]

    def test_filters_and_words(self, staffed):
        staffed.hire("fyodor", full_name="Фёдор Ильич", is_active=False)
        assert names(listed(staffed, search="федор иль")) == ["Фёдор Ильич"]
        assert names(listed(staffed, search="ANNA@")) == ["anna"]
        assert names(listed(staffed, status="inactive")) == ["Фёдор Ильич"]
        assert names(listed(staffed, role="admin", status="active")) == ["adam"]
        assert listed(staffed, role="sales_rep")["total"] == 2
        assert listed(staffed, date_to="2020-01-01") == {"items": [], "total": 0, "page": 1, "size": 20, "pages": 0, "total_is_exact": True}

    @pytest.mark.parametrize(
        "query",
        [
            {"limit": 0},
            {"limit": 201},
            {"skip": -1},
            {"skip": 0, "page": 1},
            {"search": "a"},
            {"search": "a b c d e f"},
            {"status": "asleep"},
            {"role": "boss"},
            {"order_by": "password"},
            {"date_from": "2026-02-02", "date_to": "2026-02-01"},
            {"date_from": "yesterday"},
        ],
    )
    def test_what_is_no_list_is_refused(self, house, query):
        assert house.front.get(USERS, SERVICE, **query).status == 422

    def test_nothing_of_a_password_is_ever_shown(self, staffed):
        kept = [row.password for row in storage.query(StaffUser, "staff").rows]
        assert all(kept)
        shown = staffed.front.get(USERS, SERVICE).text + staffed.front.get(ME, staffed.of("maria")).text
        assert "argon2" not in shown
        assert PASSWORD not in shown
