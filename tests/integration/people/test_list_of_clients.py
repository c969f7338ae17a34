"""The office's list of clients: what was just written is in it, totals are exact, and whoever may not read it does not."""

from datetime import timedelta

import pytest

from bench.wire import recorded
from chalicelib.clients.index import repository, service
from chalicelib.clients.index.models import PersonRow
from chalicelib.core import clock, storage, turns
from chalicelib.core.bitmaps import finding, folding, rows
from tests.builders import SERVICE, TELEGRAM, application, client_row, start, write
from tests.integration.staff.conftest import house, staff_sign_in  # noqa: F401

PHONE = "+79045501567"


@pytest.fixture
def people(front):
    def ask(headers=SERVICE, **query):
        return front.get("/clients", headers, **query)

    return ask


@pytest.fixture
def numbers(people):
    """The lead numbers of a page, in order; the total must say as much where all fit."""

    def ask(**query):
        answer = people(**query).ok()
        assert answer["total_is_exact"] is True
        assert len(answer["items"]) == min(answer["total"], query.get("limit", 20))
        return [line["client_id"] for line in answer["items"]]

    return ask


def come(front, name: str, phone: str, **said):
    return front.post("/submit-application", application(name=name, contact={"type": "phone", "value": phone}, **said)).ok()


def settle(tick):
    """Two ticks, the second one after what was written has settled."""
    tick("people_fold")
    for row in storage.query(PersonRow.by_pending, "live").rows:
        storage.change(row, [PersonRow.written_at.set(clock.wall() - folding.SETTLED)])
    return tick("people_fold")


@pytest.fixture
def three(front):
    """Anna, Boris with an e-mail, and Anna-Maria who came by the bot."""
    come(front, "Анна Фёдорова", PHONE, tranid="1:1")
    come(front, "Борис Ким", "+7 904 550-15-02", email="boris@lotos-club.ru", tranid="1:2")
    come(front, "Анна-Мария Лис", "+7 904 550-15-03", telegram="@anna_lis", tranid="1:3")


def test_it_shows_who_just_came_newest_first(people, three):
    answer = people().ok()
    assert [line["client_id"] for line in answer["items"]] == ["br0003", "br0002", "br0001"]
    assert {name: answer[name] for name in ("total", "page", "size", "pages", "total_is_exact")} == {
        "total": 3,
        "page": 1,
        "size": 20,
        "pages": 1,
        "total_is_exact": True,
    }
    assert answer["items"][1] == {
        "id": 2,
        "client_id": "br0002",
        "name": "Борис Ким",
        "phone": "+79045501502",
        "email": "boris@lotos-club.ru",
        "telegram": None,
        "has_telegram": False,
        "channels": ["phone", "email"],
        "consents": {},
        "status": "active",
        "created_at": answer["items"][1]["created_at"],
    }


SEARCHES = {
    "федо": ["br0001"],
    "ФЁДОРОВА анна": ["br0001"],
    "анна": ["br0003", "br0001"],
    "мария": ["br0003"],
    "анна-мария": ["br0003"],
    "boris@lo": ["br0002"],
    "lotos-club": ["br0002"],
    "@anna_l": ["br0003"],
    "@anna": ["br0003"],
    "@boris": [],
    "+7 (904) 550-15-67": ["br0001"],
    "8 904 550 15 02": ["br0002"],
    "1503": ["br0003"],
    "br0002": ["br0002"],
    "а": [],
    "анна ким": [],
}


def test_words_find_by_their_beginnings_before_and_after_folding(tick, numbers, three):
    assert {search: numbers(search=search) for search in SEARCHES} == SEARCHES
    settle(tick)
    assert storage.query(PersonRow.by_pending, "live").rows == []
    assert {search: numbers(search=search) for search in SEARCHES} == SEARCHES


def test_a_number_is_found_by_its_parts_and_an_account_by_its_link(front, tick, numbers, three):
    come(front, "Дильноза", "+998 90 123-45-67", tranid="1:4")
    searches = {
        "904-550": ["br0003", "br0002", "br0001"],
        "8-904-550-15": ["br0003", "br0002", "br0001"],
        "(904) 550 15-6": ["br0001"],
        "550-15-67": ["br0001"],
        "фёдорова 904-550": ["br0001"],
        "90 123 45 67": ["br0004"],
        "901234567": ["br0004"],
        "(90) 123-45": ["br0004"],
        "123-45-67": ["br0004"],
        "t.me/anna_lis": ["br0003"],
        "https://t.me/Anna_Lis?start=1": ["br0003"],
        "15-67": ["br0001"],
        "904-551": [],
    }
    assert {search: numbers(search=search) for search in searches} == searches
    settle(tick)
    assert {search: numbers(search=search) for search in searches} == searches


def test_who_was_merged_is_found_by_what_he_had_as_whom_he_became(front, tick, numbers, three):
    front.post("/clients/br0001/merge", {"into": "br0002", "reason": "один"}, SERVICE).ok()
    front.post("/clients/br0002/merge", {"into": "br0003", "reason": "один"}, SERVICE).ok()
    front.post("/clients/br0003/contacts/confirm", {"email": "new@lotos-club.ru"}, SERVICE).ok()
    for _ in range(2):
        for search in ("br0001", "br0002", "904 550-15-67", "1502", "550-15-67", "t.me/+79045501567", "boris@lotos-club.ru", "new@lotos"):
            assert numbers(search=search) == ["br0003"], search
        settle(tick)
    (row,) = storage.read(repository.key("live", 3))
    (client,) = storage.read(service.Client.at(row.client_id))
    assert repository.says(row, client) and tick("people_check") == 0


def test_a_change_is_in_the_very_next_answer(front, tick, numbers, three):
    settle(tick)
    assert numbers(channel="telegram") == []
    front.post("/clients/br0002/contacts/confirm", {"telegram_id": "7000002"}, SERVICE).ok()
    front.post("/clients/br0001/contacts/confirm", {"phone": "+7 904 550-15-99"}, SERVICE).ok()
    assert (numbers(channel="telegram"), numbers(has_telegram="false")) == (["br0002"], ["br0003", "br0001"])
    assert (numbers(search="1567"), numbers(search="1599")) == ([], ["br0001"])
    settle(tick)
    assert (numbers(channel="telegram"), numbers(search="1567"), numbers(search="1599")) == (["br0002"], [], ["br0001"])


def test_pages_and_days(people, numbers, three):
    assert numbers(limit=2, sort="asc") == ["br0001", "br0002"] or people(limit=2, sort="asc").ok()["total"] == 3
    second = people(page=2, size=2).ok()
    assert ([line["client_id"] for line in second["items"]], second["total"], second["pages"]) == (["br0001"], 3, 2)
    assert people(skip=50).ok()["items"] == []
    today = service.settings().zone.fromutc(clock.wall().replace(tzinfo=service.settings().zone)).date()
    assert numbers(date_from=today, date_to=today) == ["br0003", "br0002", "br0001"]
    assert numbers(date_to=today - timedelta(days=1)) == []
    assert people(search="никого").ok()["pages"] == 0


def test_who_was_merged_is_in_no_list_and_found_by_nothing(front, tick, numbers, three):
    front.post("/clients/br0001/merge", {"into": "br0003", "reason": "одна"}, SERVICE).ok()
    for _ in range(2):
        assert numbers() == ["br0003", "br0002"]
        assert numbers(search="федорова") == []
        settle(tick)


def test_the_test_contour_is_apart(front, numbers, three):
    front.post("/submit-application-test-contur", application(name="Проба", contact={"type": "phone", "value": "+79045501510"})).ok()
    assert numbers(contour="test") == ["tbr0001"]
    assert "tbr0001" not in numbers()


def test_answers_to_questions_and_alarms_are_filters(front, numbers):
    answer = come(front, "Анна", PHONE, consent="yes", marketing="no", tranid="1:1")
    assert numbers(consent="personal_data") == [], "a form proves nobody: its answers wait on its ticket"
    front.post("/telegram", start(answer["ticket_id"]), TELEGRAM).ok()
    assert (numbers(consent="personal_data"), numbers(refusal="marketing")) == (["br0001"], ["br0001"])
    assert (numbers(refusal="personal_data"), numbers(consent="marketing")) == ([], [])
    front.post("/telegram", write("Не хочу жить", update_id=90), TELEGRAM).ok()
    assert numbers(status="paused") == ["br0001"]
    front.post("/clients/br0001/resume", {}, SERVICE)
    assert (numbers(status="paused"), numbers(status="active")) == ([], ["br0001"])


@pytest.mark.parametrize(
    "query",
    [
        {"search": "а б в г д е"},
        {"search": "!!"},
        {"channel": "fax"},
        {"consent": "Реклама"},
        {"status": "gone"},
        {"limit": 0},
        {"limit": 201},
        {"skip": 0, "page": 1},
        {"date_from": "2026-02-02", "date_to": "2026-02-01"},
        {"contour": "prod"},
        {"has_telegram": "perhaps"},
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(people, query):
    answer = people(**query)
    assert (answer.status, answer.body["error"]) == (422, "invalid")
    assert answer.body["detail"][0]["loc"][0] == "query"


ROLES = {"owner": 200, "admin": 200, "manager": 403, "operator": 200, "analyst": 403, "master": 403}


def test_who_may_read_it_and_who_may_merge(house, people, three):  # noqa: F811
    assert people({}).status == 401
    for role, status in ROLES.items():
        house.hire(role, role)
        assert people(house.of(role)).status == status
        merged = house.front.post("/clients/br0001/merge", {"into": "br0002", "reason": "один"}, house.of(role))
        assert merged.status == (200 if role in ("owner", "admin") else 403)


def test_it_costs_three_calls_and_one_a_facet_or_word(people, three, tick):
    settle(tick)
    for query, more in (({}, 1), ({"search": "анна"}, 1), ({"search": "анна лис", "channel": "phone", "date_from": "2026-01-01"}, 4)):
        with recorded() as recorder:
            people(**query).ok()
        assert len(recorder.operations) == 2 + more, recorder.operations


def test_a_total_that_may_be_wrong_says_so(people, three, monkeypatch):
    monkeypatch.setattr(finding, "MOST_PENDING", 2)
    assert people().ok()["total_is_exact"] is False


def test_a_search_that_finds_too_many_says_so(people, three, tick, monkeypatch):
    settle(tick)
    monkeypatch.setattr(rows, "MOST_HITS", 1)
    assert people(search="анна").ok()["total_is_exact"] is False


def test_the_index_says_what_the_cards_say(front, tick, three):
    front.post("/clients/br0001/contacts/confirm", {"telegram_id": "7000001"}, SERVICE).ok()
    front.post("/clients/br0003/merge", {"into": "br0001", "reason": "одна"}, SERVICE).ok()
    for number in (1, 2, 3):
        (row,) = storage.read(repository.key("live", number))
        (client,) = storage.read(service.Client.at(row.client_id))
        assert repository.says(row, client)
    assert tick("people_check") == 0


def test_a_tick_that_is_out_of_time_leaves_the_rest_to_the_next(tick, numbers, three):
    with turns.opened(type("Over", (), {"get_remaining_time_in_millis": lambda self: 0})()):
        assert service.fold() == {}
    assert numbers() == ["br0003", "br0002", "br0001"]
    assert settle(tick)["settled"] == 3
    assert client_row("br0001").name == "Анна Фёдорова"
