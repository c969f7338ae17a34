"""A fact in words: deals, sums and fields as people call them."""

from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from chalicelib.clients.channels_schemas import ChannelsChange
from chalicelib.clients.timeline import deals, rules
from chalicelib.sales.leads.rules import STAGES, TOLD
from chalicelib.sales.leads.schemas import LeadChange

ZONE = ZoneInfo("Europe/Moscow")
NEW = {"source": "website", "furthest": "new", "opened_at": "2026-11-23T07:00:00+00:00"}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"changed": "stage", "was_stage": "new", "stage": "contacted"}, "стадия: новый → в работе"),
        (
            {"changed": "stage, amount", "was_stage": "agreed", "stage": "won", "amount": 350_050},
            "стадия: договорились → выиграна, 3 500,50 ₽",
        ),
        ({"changed": "stage, lost_reason", "was_stage": "new", "stage": "lost"}, "стадия: новый → проиграна; изменено: причина отказа"),
        ({"now": NEW | {"owner": 7}}, "передан: менеджер № 7"),
        ({"was": NEW | {"owner": 7}, "now": NEW | {"owner": 8}}, "передан: Ольга"),
        ({"was": NEW | {"owner": 7}}, "больше ни за кем не закреплён"),
        ({"was": NEW | {"amount": 500}, "now": NEW | {"amount": 0}, "changed": "amount"}, "сумма: 5 ₽ → 0 ₽"),
        ({"changed": "amount, next_follow_up"}, "изменено: сумма, следующий контакт"),
        ({"now": NEW | {"source": "call"}}, "изменено: источник"),
        ({"now": NEW | {"contacts": 1, "answered": 60}}, ""),
    ],
)
def test_a_change_of_a_deal_says_what_became_of_it(said, words):
    assert deals.what({"deal": 1, "was": NEW, "now": NEW} | said, {8: "Ольга"}) == words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"op_type": "purchase", "net": 350_050, "amount": 400_000}, "покупка на 3 500,50 ₽"),
        ({"op_type": "refund", "net": 1_234_567_00}, "возврат на 1 234 567 ₽"),
        ({"op_type": "certificate_sale", "amount": 500_000, "net": 0}, "продажа сертификата на 5 000 ₽"),
        ({"op_type": "points_writeoff", "points": 2_550}, "списание баллов: 25,50"),
        ({"op_type": "points_expiry", "balance": -1_000}, "баллы сгорели: 10"),
        ({"op_type": "merge"}, "объединение карточек"),
    ],
)
def test_what_moved_at_the_till_says_how_much(said, words):
    assert rules.what("operation_made", {"number": 1, **said}, ZONE) == words


def test_a_payment_says_how_much_where_that_is_known():
    at = {"start_at": "2026-12-01T09:00:00+00:00"}
    assert rules.what("session_paid", {**at, "amount": 200_000}, ZONE) == "запись на 01.12.2026 12:00 оплачена: 2 000 ₽"
    assert rules.what("session_paid", at, ZONE) == "запись на 01.12.2026 12:00 оплачена"


def test_an_older_fact_that_says_less_leaves_no_gap():
    said = [(kind, rules.what(kind, {"op_type": "purchase"} if kind == "operation_made" else {}, ZONE)) for kind in rules.words()["what"]]
    assert [one for one in said if set("…{}") & set(one[1]) or one[1].rstrip() != one[1] or one[1].endswith((":", ","))] == []


def test_the_last_way_to_say_a_thing_needs_nothing():
    last = [said if isinstance(said, str) else said[-1] for said in rules.words()["what"].values()]
    assert [one for one in last if any(name for _, name, _, _ in Formatter().parse(one))] == []


def test_who_did_it_is_called_by_his_name_where_it_is_known():
    assert [rules.who("staff#7", {7: "Ольга"}), rules.who("staff#7"), rules.who("system", {7: "Ольга"})] == [
        "Ольга",
        "Сотрудник № 7",
        "Система",
    ]


def test_every_stage_and_field_of_a_lead_and_his_card_has_a_russian_name():
    assert set(rules.words()["stages"]) == set(STAGES)
    contacts = {"phone", "email", "telegram_username", "telegram_id", "telegram", "vk", "max", "name"}
    wanted = {*TOLD, *LeadChange.model_fields, *ChannelsChange.model_fields, *contacts} - {
        "status",
        "outcome",
        "assigned_to",
        "forecast_category",
    }
    assert wanted - set(rules.words()["fields"]) == set()
    assert rules.fields("phone, preferred_channel") == "телефон, предпочтительный канал"
    assert rules.fields("loyalty.levels") == "уровни лояльности"
