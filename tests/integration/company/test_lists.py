"""Locations and traffic channels: what is there from the beginning, and names that are one entry's alone."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from chalicelib.analytics.counts import repository as counts
from chalicelib.company.directories import CHANNELS, LOCATIONS
from chalicelib.company.lists import FAMILY
from chalicelib.core import storage
from tests.builders import SERVICE
from tests.standins.store import OneAtATime, Wire

LOCATED, CHANNELLED = "/api/v1/admin/products/locations", "/api/v1/admin/traffic-channels"


def made(front, path, **said):
    return front.post(path, said, SERVICE)


class TestLocations:
    def test_there_is_one_from_the_beginning_whoever_looks_first(self, front):
        with OneAtATime(), ThreadPoolExecutor(4) as pool:
            lists = [answer.ok() for answer in pool.map(lambda _: front.get(LOCATED, SERVICE), range(4))]
        assert all(len(one) == 1 for one in lists)
        (first,) = lists[0]
        assert {first.pop("created_at"), first.pop("updated_at")} == {1767225600}
        assert first == {"id": 1, "name": "Основной склад", "location_type": "warehouse", "address": "", "is_active": True}

    def test_names_are_one_location_s_alone_without_case(self, front):
        hall = made(front, LOCATED, name=" Зал №1 ", type="outlet", address="Ленина, 1").ok()
        assert (hall["id"], hall["name"], hall["location_type"]) == (2, "Зал №1", "point")
        for name in ("зал  №1", "ОСНОВНОЙ СКЛАД"):
            answer = made(front, LOCATED, name=name)
            assert (answer.status, answer.body["error"], answer.body["detail"]) == (409, "name_taken", {"field": "name"})
        with OneAtATime(), ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(lambda _: made(front, LOCATED, name="Бар").status, range(4))) == [200, 409, 409, 409]
        assert [one["name"] for one in front.get(LOCATED, SERVICE).ok()] == ["Основной склад", "Зал №1", "Бар"]

    def test_a_key_makes_one(self, front):
        keyed = {**SERVICE, "Idempotency-Key": "k"}
        first = front.post(LOCATED, {"name": "Зал"}, keyed).ok()
        assert front.post(LOCATED, {"name": "Зал"}, keyed).ok() == first
        assert front.post(LOCATED, {"name": "Бар"}, keyed).body["error"] == "key_reused"

    def test_closed_ones_are_shown_where_they_are_asked_for(self, front):
        made(front, LOCATED, name="Старый", location_type="store", is_active=False).ok()
        assert [one["id"] for one in front.get(LOCATED, SERVICE).ok()] == [1]
        assert [one["id"] for one in front.get(LOCATED, SERVICE, include_archived="true").ok()] == [1, 2]
        assert front.get(LOCATED, SERVICE, location_type="point").ok() == []

    @pytest.mark.parametrize("said", [{}, {"name": ""}, {"name": "x" * 101}, {"name": "Зал", "location_type": "moon"}, {"name": ["Зал"]}])
    def test_what_is_no_location_is_refused(self, front, said):
        assert front.post(LOCATED, said, SERVICE).status == 422


class TestChannels:
    def test_five_are_there_from_the_beginning_and_new_ones_come_first(self, front):
        new = made(front, CHANNELLED, name="Радио", channel_type="radio", promo_code="FM", cost_rub=3000.5).ok()
        assert {name: value for name, value in new.items() if name != "created_at"} == {
            "id": 6,
            "name": "Радио",
            "channel_type": "radio",
            "promo_code": "FM",
            "cost_rub": 3000.5,
            "is_active": True,
            "clients_count": 0,
            "buyers_count": 0,
            "revenue_rub": 0,
        }
        page = front.get(CHANNELLED, SERVICE, page_size=4).ok()
        assert (page["total"], [one["id"] for one in page["items"]]) == (6, [6, 5, 4, 3])
        rest = front.get(CHANNELLED, SERVICE, cursor=page["next_cursor"]).ok()["items"]
        assert [(one["id"], one["cost_rub"]) for one in rest] == [(2, None), (1, None)]

    def test_what_came_of_its_clients_is_counted_elsewhere_and_read_at_once(self, front):
        tx = storage.Transaction()
        counts.add(tx, SimpleNamespace(hash_key=FAMILY, range_key="2"), {"clients": 7, "buyers": 3, "revenue": 150050})
        tx.commit()
        with Wire() as wire:
            rows = front.get(CHANNELLED, SERVICE).ok()["items"]
        assert [call.operation for call in wire.calls] == ["Query", "BatchGetItem"]
        telegram = next(one for one in rows if one["id"] == 2)
        assert (telegram["clients_count"], telegram["buyers_count"], telegram["revenue_rub"]) == (7, 3, 1500.5)

    def test_a_code_is_one_channel_s_alone_and_none_is_everybody_s(self, front):
        made(front, CHANNELLED, name="Радио", promo_code="FM").ok()
        made(front, CHANNELLED, name="Газета").ok()
        made(front, CHANNELLED, name="Афиша").ok()
        answer = made(front, CHANNELLED, name="Радио 2", promo_code="fm")
        assert (answer.status, answer.body["detail"]) == (409, {"field": "promo_code"})
        assert made(front, CHANNELLED, name="INSTAGRAM").body["detail"] == {"field": "name"}

    @pytest.mark.parametrize(
        "said", [{}, {"name": " "}, {"cost_rub": -1}, {"cost_rub": 1.005}, {"promo_code": "x" * 65}, {"is_active": "да"}]
    )
    def test_what_is_no_channel_is_refused(self, front, said):
        assert front.post(CHANNELLED, {"name": "Радио", **said} if said else {}, SERVICE).status == 422


@pytest.mark.parametrize("directory", [LOCATIONS, CHANNELS])
def test_what_is_shipped_stands_without_a_row_and_nobody_else_does(directory):
    assert directory.standing(1, None, where="id").said["name"]
    with pytest.raises(directory.unknown) as unknown:
        directory.standing(len(directory.shipped) + 1, None, where="location_id")
    assert unknown.value.detail == {"field": "location_id"}
