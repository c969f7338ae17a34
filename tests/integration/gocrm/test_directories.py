"""The club's lists: shown from the last good copy, whatever Go-CRM answers."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from bench.wire import recorded
from chalicelib.core import clock
from chalicelib.gocrm.directories import refreshing
from chalicelib.gocrm.directories.models import Mirror
from chalicelib.integrations.gocrm.client import PublicGoCrm
from tests.standins.gocrm import PAGE

CITIES, CENTERS, STAFF = "/gocrm/cities", "/gocrm/centers", "/gocrm/staff"
NOON = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
LISTS = {CITIES: "cities", CENTERS: "centers", STAFF: "staff"}


def shown(front):
    """Every list as anybody reads it."""
    return {path: front.get(path).ok() for path in LISTS}


def stale(front):
    return [path for path, answer in shown(front).items() if answer["stale"]]


def test_before_the_first_refresh_lists_are_empty_and_stale(front):
    for path, name in LISTS.items():
        assert front.get(path).ok() == {"success": True, name: [], "stale": True, "as_of": None}


def test_without_a_club_the_tick_does_nothing(front, tick):
    assert tick("mirror_gocrm") == {"configured": 0}
    assert stale(front) == list(LISTS)


def test_anybody_reads_the_club_as_it_was_at_the_tick(front, club, tick):
    with time_machine.travel(NOON, tick=False):
        assert tick("mirror_gocrm")["refreshed"] == 4
        answers = shown(front)
    assert {(answer["stale"], answer["as_of"]) for answer in answers.values()} == {(False, "2027-03-09T09:00:00Z")}
    assert [city["name"] for city in answers[CITIES]["cities"]] == ["Уфа", "Казань"]
    first = answers[CENTERS]["centers"][0]
    assert (first["address"], first["phone"], first["coordinates"]) == ("ул. Мира, 5", "+73470000001", {"lat": 54.7351, "lng": 55.9587})
    assert [(one["name"], one["position"]) for one in answers[STAFF]["staff"]] == [
        ("Тренер из города Уфа", "Инструктор"),
        ("Тренер из города Казань", "Инструктор"),
    ]


def test_lists_are_narrowed(front, club, tick):
    tick("mirror_gocrm")
    cities = front.get(CITIES).ok()["cities"]
    (center,) = front.get(CENTERS, city_id=cities[1]["id"]).ok()["centers"]
    assert center["address"] == "пр. Победы, 40"
    (person,) = front.get(STAFF, center_id=center["id"]).ok()["staff"]
    assert (person["name"], person["center_id"]) == ("Тренер из города Казань", center["id"])
    assert front.get(CENTERS, city_id="").ok() == front.get(CENTERS).ok(), "a blank filter is none"


@pytest.mark.parametrize("number", ["0", "nobody", "'; --", "staff#1", "ы" * 60, "-1", "\x00"])
def test_a_filter_that_fits_nothing_is_an_empty_list(front, club, tick, number):
    tick("mirror_gocrm")
    assert front.get(CENTERS, city_id=number).ok()["centers"] == []
    nobody = front.get(STAFF, center_id=number).ok()
    assert (nobody["staff"], nobody["stale"], nobody["as_of"]) == ([], True, None)


def test_a_filter_that_is_no_id_is_refused_with_its_name(front):
    answer = front.get(STAFF, center_id="7" * 5000)
    assert (answer.status, answer.body["error"], answer.body["detail"][0]["loc"]) == (422, "invalid", ["query", "center_id"])


def test_what_the_club_hides_is_not_shown_nor_who_works_there(front, club, tick):
    hidden = club.add_center(club.cities[0]["id"], "Склад", siteStatus=0)
    club.add_staff(hidden, "Кладовщик")
    club.add_staff(club.centers[0]["id"], "Скромный", isDisplay=False)
    tick("mirror_gocrm")
    assert [one["address"] for one in front.get(CENTERS).ok()["centers"]] == ["ул. Мира, 5", "пр. Победы, 40"]
    assert len(front.get(STAFF).ok()["staff"]) == 2
    assert front.get(STAFF, center_id=hidden).ok()["staff"] == []


def test_an_answer_is_one_read_and_asks_nobody(front, club, tick):
    tick("mirror_gocrm")
    club.asked.clear()
    center = front.get(CENTERS).ok()["centers"][0]["id"]
    for path, query in ((CITIES, {}), (CENTERS, {}), (STAFF, {"center_id": center})):
        with recorded() as recorder:
            front.get(path, **query).ok()
        assert recorder.operations == ["BatchGetItem"], path
    assert club.asked == []


# --- what goes wrong --------------------------------------------------------------------------------------------------


def broken(club, how, path):
    """Go-CRM misbehaves once at a path."""
    if how == "page":
        return club.page_next(PAGE, path=path)
    if how == "hang up":
        return club.drop_next(path=path)
    return club.fail_next(how, {"message": "нет"}, path=path, headers={"Retry-After": "30"})


@pytest.mark.parametrize("how", [500, 503, 429, 401, 403, 404, 422, "page", "hang up"])
@pytest.mark.parametrize("path", [CITIES, CENTERS])
def test_a_list_that_cannot_be_read_is_shown_as_it_was(front, club, tick, how, path):
    with time_machine.travel(NOON, tick=False) as clock_:
        tick("mirror_gocrm")
        before = front.get(path).ok()
        clock_.shift(3600)
        broken(club, how, "/cities" if path == CITIES else "/centers")
        assert tick("mirror_gocrm")["failed"] == 1
        assert front.get(path).ok() == {**before, "stale": True}
        clock_.shift(3600)
        tick("mirror_gocrm")
        assert front.get(path).ok() == {**before, "as_of": "2027-03-09T11:00:00Z"}


def test_a_list_that_is_too_slow_is_a_failure_too(front, club, tick):
    tick("mirror_gocrm")
    club.before = lambda asked: clock.pause(0.6 if asked.path.endswith("/cities") else 0)
    assert refreshing.refresh(PublicGoCrm(club.public_url, timeout=(1, 0.2)))["failed"] == 1
    assert stale(front) == [CITIES]


def test_the_staff_lists_standing_500_is_counted_and_nothing_else_suffers(front, club, tick):
    club.staff_down = True
    assert tick("mirror_gocrm") == {"refreshed": 2, "failed": 0, "staff_failed": 2, "left": 0}
    assert stale(front) == [STAFF]
    club.staff_down = False
    tick("mirror_gocrm")
    assert stale(front) == []


def test_one_branchs_staff_fails_alone(front, club, tick):
    tick("mirror_gocrm")
    club.fail_next(500, path="/users")
    assert tick("mirror_gocrm")["staff_failed"] == 1
    assert len(front.get(STAFF).ok()["staff"]) == 2
    states = [front.get(STAFF, center_id=one["id"]).ok()["stale"] for one in front.get(CENTERS).ok()["centers"]]
    assert sorted(states) == [False, True]


def test_a_club_that_is_down_shows_all_it_had(front, club, tick):
    tick("mirror_gocrm")
    before = shown(front)
    club.down = True
    assert tick("mirror_gocrm")["refreshed"] == 0
    assert shown(front) == {path: {**answer, "stale": True} for path, answer in before.items()}


def test_a_club_that_was_never_up_is_no_error(front, club, tick):
    club.down = True
    tick("mirror_gocrm")
    assert stale(front) == list(LISTS)
    assert front.get(CENTERS).ok()["as_of"] is None


@pytest.mark.parametrize("what", ["cities", "centers", "staff"])
def test_an_empty_list_wipes_nothing(front, club, tick, what):
    tick("mirror_gocrm")
    before = shown(front)
    getattr(club, what).clear()
    tick("mirror_gocrm")
    path = next(path for path, name in LISTS.items() if name == what)
    assert shown(front)[path] == {**before[path], "stale": True}


def test_a_branch_that_closes_is_gone_with_the_next_tick(front, club, tick):
    tick("mirror_gocrm")
    club.centers.pop()
    tick("mirror_gocrm")
    assert [one["address"] for one in front.get(CENTERS).ok()["centers"]] == ["ул. Мира, 5"]
    assert len(front.get(STAFF).ok()["staff"]) == 1


def test_a_copy_of_over_two_hours_is_stale(front, club, tick):
    with time_machine.travel(NOON, tick=False) as clock_:
        tick("mirror_gocrm")
        clock_.shift(timedelta(hours=2))
        assert stale(front) == []
        clock_.shift(1)
        assert stale(front) == list(LISTS)


def test_a_late_tick_does_not_put_the_clock_back(front, club, tick):
    tick("mirror_gocrm", NOON)
    tick("mirror_gocrm", NOON - timedelta(hours=1))
    assert front.get(CITIES).ok()["as_of"] == "2027-03-09T09:00:00Z"


def test_a_429_ends_the_tick(front, club, tick):
    club.fail_next(429, path="/users")
    done = tick("mirror_gocrm")
    assert (done["staff_failed"], done["left"]) == (1, 1)
    assert len(club.calls("GET", "/users")) == 1


def test_who_was_not_asked_for_in_time_comes_first_in_the_next_tick(front, club, tick):
    assert refreshing.refresh(within=timedelta(seconds=-1))["left"] == 2
    with time_machine.travel(NOON, tick=False) as clock_:
        for center in club.centers:
            club.asked.clear()
            club.fail_next(429, path="/users")
            tick("mirror_gocrm")
            assert [asked.query["centerId"] for asked in club.calls("GET", "/users")] == [str(center["id"])]
            clock_.shift(60)


def test_lists_in_pages_are_read_to_their_end(front, tick, gocrm):
    gocrm.page_size, gocrm.staff_down = 2, False
    city = gocrm.add_city("Уфа")
    for number in range(5):
        gocrm.add_center(city, f"Дом {number}")
    tick("mirror_gocrm")
    assert len(front.get(CENTERS).ok()["centers"]) == 5


def test_hundreds_of_branches_fit(front, tick, gocrm):
    gocrm.staff_down = False
    city = gocrm.add_city("Уфа")
    for number in range(120):
        gocrm.add_center(city, f"Дом {number}")
    assert tick("mirror_gocrm")["refreshed"] == 122
    assert front.get(STAFF).ok() == {"success": True, "staff": [], "stale": False, "as_of": front.get(CITIES).ok()["as_of"]}
    assert len(list(Mirror.scan())) == 122
