"""The house's settings: the owner's to change, a part at a time."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.company import rules, service
from chalicelib.core import storage
from tests.builders import SERVICE
from tests.standins.store import OneAtATime

SETTINGS = "/api/v1/admin/system-settings"
LEVELS = [
    {"code": "one", "title": "Первый", "threshold_rub": 0, "accrual_percent": 2.5, "max_writeoff_percent": 100},
    {"code": "two", "title": "Второй", "threshold_rub": 1000.5, "accrual_percent": 5, "max_writeoff_percent": 0},
]


def put(front, said):
    return front.put(SETTINGS, said, SERVICE)


def loyalty():
    return service.loyalty_of(storage.read(*service.keys()))


def test_what_was_never_set_is_as_it_is_shipped(front):
    shown = front.get(SETTINGS, SERVICE).ok()
    assert (shown["timezone"], shown["currency"], shown["language"], shown["reminder_scope"]) == ("Europe/Moscow", "RUB", "ru", "crm")
    assert (shown["updated_at"], shown["company_name"], shown["notification_channels"], shown["channel_costs_rub"]) == (None, "", [], {})
    points = shown["loyalty"]
    assert [(one["code"], one["threshold_rub"], one["accrual_percent"]) for one in points.pop("levels")] == [
        ("base", 0, 3),
        ("silver", 20000, 5),
        ("gold", 50000, 7),
    ]
    assert points == {
        "points_step": 1,
        "points_life_months": None,
        "accrual_delay_days": 0,
        "attribution_days": 7,
        "gross_margin_percent": None,
        "default_location_id": None,
    }
    assert loyalty() == rules.DEFAULT


def test_a_part_is_set_and_the_rest_stays(front):
    put(front, {"company_name": " Ромашка ", "channel_costs_rub": {"sms": 4.5}, "loyalty": {"points_step": 0.01, "levels": LEVELS}}).ok()
    shown = put(front, {"avg_purchases_per_day": 12, "timezone": "Europe/Moscow", "loyalty": {"points_life_months": 12}}).ok()
    assert shown == front.get(SETTINGS, SERVICE).ok()
    assert (shown["company_name"], shown["avg_purchases_per_day"], shown["channel_costs_rub"]) == ("Ромашка", 12, {"sms": 4.5})
    assert shown["loyalty"]["levels"] == LEVELS
    kept = loyalty()
    assert (kept.step, kept.life, kept.levels[1]) == (1, 12, rules.Level("two", "Второй", 100050, 500, 0))
    assert put(front, {"company_name": None, "loyalty": {"points_life_months": None}}).ok()["company_name"] == ""
    assert loyalty().life is None


def test_the_zone_is_the_deployment_s(front):
    answer = put(front, {"timezone": "Asia/Tashkent", "company_name": "Х"})
    assert (answer.status, answer.body["error"]) == (409, "timezone_fixed")
    assert "BUSINESS_TIMEZONE" in answer.body["message"]
    assert put(front, {"timezone": "Mars/Base"}).status == 422
    assert front.get(SETTINGS, SERVICE).ok()["company_name"] == ""


def test_the_default_location_must_stand_and_be_open(front):
    closed = front.post("/api/v1/admin/products/locations", {"name": "Старый", "is_active": False}, SERVICE).ok()["id"]
    assert put(front, {"loyalty": {"default_location_id": closed}}).body["error"] == "location_closed"
    unknown = put(front, {"loyalty": {"default_location_id": 77}})
    assert (unknown.status, unknown.body["detail"]) == (404, {"field": "loyalty.default_location_id"})
    assert put(front, {"loyalty": {"default_location_id": 1}}).ok()["loyalty"]["default_location_id"] == 1


def test_parts_that_are_set_at_once_all_count(front):
    said = [{"company_name": "Ромашка"}, {"vertical": "салон"}, {"loyalty": {"accrual_delay_days": 3}}]
    with OneAtATime(), ThreadPoolExecutor(3) as pool:
        assert {answer.status for answer in pool.map(lambda one: put(front, one), said)} == {200}
    shown = front.get(SETTINGS, SERVICE).ok()
    assert (shown["company_name"], shown["vertical"], shown["loyalty"]["accrual_delay_days"]) == ("Ромашка", "салон", 3)


@pytest.mark.parametrize(
    "said",
    [
        {"currency": "USD"},
        {"language": None},
        {"notification_channels": ["pigeon"]},
        {"notification_channels": ["sms", "sms"]},
        {"channel_costs_rub": {"pigeon": 1}},
        {"channel_costs_rub": {"sms": -1}},
        {"avg_purchases_per_day": True},
        {"weekly_report_enabled": None},
        {"loyalty": None},
        {"loyalty": {"points_step": 0.5}},
        {"loyalty": {"points_life_months": 2}},
        {"loyalty": {"accrual_delay_days": 16}},
        {"loyalty": {"levels": []}},
        {"loyalty": {"levels": [{**LEVELS[0], "threshold_rub": 1}]}},
        {"loyalty": {"levels": [LEVELS[0], {**LEVELS[1], "threshold_rub": 0}]}},
        {"loyalty": {"levels": [LEVELS[0], {**LEVELS[1], "code": "one"}]}},
        {"loyalty": {"levels": [{**LEVELS[0], "accrual_percent": 101}]}},
        {"loyalty": {"gross_margin_percent": -1}},
        {"company_name": "x" * 201},
    ],
)
def test_what_cannot_be_set_is_refused(front, said):
    assert put(front, said).status == 422
    assert front.get(SETTINGS, SERVICE).ok()["updated_at"] is None


def test_fields_of_loyalty_may_stand_beside_it(front):
    shown = put(front, {"accrual_delay_days": 5, "attribution_days": 9, "loyalty": {"points_life_months": 6, "attribution_days": 9}}).ok()
    points = shown["loyalty"]
    assert (points["accrual_delay_days"], points["attribution_days"], points["points_life_months"]) == (5, 9, 6)
    assert put(front, {"attribution_days": 9, "loyalty": {"attribution_days": 8}}).status == 422
    assert put(front, shown).ok()["loyalty"] == points


def test_what_nothing_is_known_of_is_refused_by_name(front):
    answer = put(front, {"unknown": 1, "other": 2, "company_name": "Ромашка", "loyalty": {"delay": 3}})
    assert answer.status == 422
    assert {one["loc"][-1] for one in answer.body["detail"]} == {"unknown", "other", "delay"}
    assert front.get(SETTINGS, SERVICE).ok()["company_name"] == ""
