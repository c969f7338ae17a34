"""What is done at the panels' doors is found in the audit, by whoever did it, and says which fields changed, never to what."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.builders import SERVICE

ADMIN = "/api/v1/admin"
RULES = [{"generation": 1, "reward_percent": 10, "is_enabled": True}]


@dataclass(frozen=True)
class Act:
    """A request, and the facts that it leaves, newest first: their kinds and what they say."""

    method: str
    path: str
    body: dict[str, Any]
    facts: list[tuple[str, dict[str, Any] | str]]
    by_key: bool = False


ACTS = {
    "settings": Act(
        "put",
        f"{ADMIN}/system-settings",
        {"company_name": "Тайна", "loyalty": {"points_step": 0.01, "accrual_delay_days": 0}},
        [("setting_changed", "изменены настройки: название компании, шаг баллов")],
    ),
    "referrals": Act(
        "put",
        f"{ADMIN}/referral-programs/config",
        {"is_active": True, "reward_unit": "points", "max_generations": 3, "generation_rules": RULES},
        [("setting_changed", "изменены настройки: награды по поколениям, активность")],
    ),
    "location": Act("post", f"{ADMIN}/products/locations", {"name": "Тайна"}, [("card_made", "новая карточка: место хранения")]),
    "channel": Act(
        "post", f"{ADMIN}/traffic-channels", {"name": "Тайна", "channel_type": "vk"}, [("card_made", "новая карточка: источник клиентов")]
    ),
    "product": Act("post", f"{ADMIN}/products", {"name": "Тайна", "price_rub": 1}, [("card_made", "новая карточка: товар или услуга")]),
    "product anew": Act(
        "put",
        f"{ADMIN}/products/1",
        {"name": "Тайна", "cost_price_rub": 7, "sku": "", "images": []},
        [("card_changed", "изменена карточка (товар или услуга): себестоимость, имя")],
    ),
    "specification": Act(
        "post",
        f"{ADMIN}/products/1/specification",
        {"items": [{"product_id": 2, "quantity": 1}]},
        [("card_changed", "изменена карточка (товар или услуга): состав")],
    ),
    "gift": Act(
        "post",
        f"{ADMIN}/certificates",
        {"title": "Тайна", "amount_rub": 100, "price_rub": 0, "client_id": 1},
        [("card_made", "новая карточка: сертификат")],
    ),
    "sale": Act(
        "post",
        f"{ADMIN}/certificates",
        {"title": "Тайна", "amount_rub": 100, "price_rub": 100},
        [("operation_made", "продажа сертификата на 100 ₽")],
    ),
    "client": Act("post", f"{ADMIN}/clients", {"full_name": "Тайна"}, [("client_made", "клиент записан")]),
    "client anew": Act(
        "put",
        f"{ADMIN}/clients/1",
        {"status": "blocked", "level": "gold", "phone": "+79161112233", "full_name": "Анна Ким", "notes": "Тайна", "tags": ["Тайна"]},
        [("client_changed", "изменена карточка клиента: уровень, заметки, телефон, состояние, метки")],
    ),
    "export": Act("get", f"{ADMIN}/clients/export.csv", {}, [("base_exported", "выгружена таблица клиентов, строк: 1")]),
    "confirmed": Act(
        "post",
        "/clients/br0001/contacts/confirm",
        {"email": "taina@example.org"},
        [("contacts_confirmed", "контакты подтверждены: почта")],
        True,
    ),
    "resumed": Act("post", "/clients/br0001/resume", {}, [("client_resumed", "автоматические сообщения клиенту возобновлены")], True),
    "specialist": Act("post", "/specialists", {"id": "other", "name": "Тайна"}, [("specialist_made", "новый специалист")], True),
    "specialist anew": Act(
        "put", "/specialists/maria", {"name": "Тайна", "debt": 3}, [("specialist_changed", "изменён специалист: долг, имя")], True
    ),
    "specialist gone": Act("delete", "/specialists/maria", {}, [("specialist_removed", "специалист удалён")], True),
}


@pytest.fixture
def standing(house):
    """A client, two products and a specialist; and whoever runs the house."""
    house.hire("olga", "owner")
    front = house.front
    front.post(f"{ADMIN}/clients", {"full_name": "Анна Ким"}, SERVICE).ok()
    for name in ("Чай", "Мёд"):
        front.post(f"{ADMIN}/products", {"name": name, "price_rub": 1}, SERVICE).ok()
    front.post("/specialists", {"id": "maria", "name": "Мария Орлова"}, SERVICE).ok()
    return house


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_is_done_is_in_the_audit_and_a_repeat_changes_nothing(standing, act):
    front, header = standing.front, SERVICE if act.by_key else standing.of("olga")
    actor = "office" if act.by_key else f"staff#{standing.ids['olga']}"
    before = {one["fact_id"] for one in _audit(front, actor)}
    said = (act.body, header) if act.method in ("post", "put") else (header,)
    answer = getattr(front, act.method)(act.path, *said)
    assert answer.status in (200, 201), answer.text
    if act.method == "put":
        getattr(front, act.method)(act.path, *said)
    found = [one for one in _audit(front, actor) if one["fact_id"] not in before]
    assert [(one["kind"], one["what"]) for one in found] == act.facts
    assert not any(secret in json.dumps(found, ensure_ascii=False).casefold() for secret in ("тайна", "9161112233", "@example"))


def _audit(front, actor):
    return front.get("/audit", SERVICE, actor=actor, limit=200).ok()["items"]
