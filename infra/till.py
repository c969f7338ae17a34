"""The till, played once and told: a client whom another brought buys with points; goods, his points, the reward and today follow.

It is played with two sample clients and one sample product, which are made at the first telling and found at the next.
"""

import json
from collections.abc import Callable
from typing import Any

from infra.loopback import Api, Refused
from infra.telling import comes, lines, title

ADMIN = "/api/v1/admin"
TEA = {"name": "Чай с облепихой, 100 г", "sku": "SAMPLE-TEA", "price_rub": 500, "cost_price_rub": 200, "stock": 10}
BROUGHT_BY = {"full_name": "Вера Примерова", "phone": "+79035550171"}
BUYER = {"full_name": "Глеб Примеров", "phone": "+79035550172"}
PROGRAMME = {
    "is_active": True,
    "reward_unit": "points",
    "max_generations": 1,
    "generation_rules": [{"generation": 1, "reward_percent": 10, "is_enabled": True}],
    "force": True,
    "reason": "пример",
}
GIFT, PIECES = 200, 3


def play(api: Api) -> None:
    """Sell once, and show what came of it. Raises RuntimeError where the reward or the figures do not follow."""
    tea, vera = _tea(api), _client(api, BROUGHT_BY)
    gleb = _client(api, BUYER | {"referrer_client_id": vera})
    if not api.get(f"{ADMIN}/referral-programs/config")["is_active"]:
        api.put(f"{ADMIN}/referral-programs/config", PROGRAMME)
    rewarded, today = _client_now(api, vera)["points_balance"], _today(api)
    bought = _buys(api, gleb, tea)
    title("Within a second whoever brought him is rewarded, and today's figures follow", f"GET {ADMIN}/dashboard/summary")
    reward = _grown(lambda: _client_now(api, vera)["points_balance"], rewarded)
    turnover = _grown(lambda: _today(api)["finance"]["turnover_rub"], today["finance"]["turnover_rub"])
    left = api.get(f"{ADMIN}/products/{tea}/stock")["total_stock"]
    lines([f"{BROUGHT_BY['full_name']} has {reward - rewarded:g} points more, {left:g} pieces are left"])
    lines([f"today's turnover is {turnover:g} roubles, {bought['amount_rub']:g} of it this purchase"])


def _buys(api: Api, client: int, product: int) -> Any:
    api.post(f"{ADMIN}/operations", {"client_id": client, "op_type": "points_accrual", "points": GIFT, "comment": "в подарок"})
    items = [{"product_id": product, "quantity": PIECES}]
    sale = {"client_id": client, "op_type": "purchase", "items": items, "points": GIFT, "payment_method": "card"}
    title(f"At the till a client who was brought by another buys {PIECES} pieces, partly for points", f"POST {ADMIN}/operations")
    bought = api.post(f"{ADMIN}/operations", sale)
    paid = f"{bought['cash_rub']:g} by card and {bought['points_spent']:g} in points"
    lines([f"{bought['amount_rub']:g} roubles: {paid}; {bought['points_earned']:g} points earned ({bought['accrual_percent']:g} %)"])
    return bought


def _tea(api: Api) -> int:
    """The sample product's number; enough of it lies there."""
    found = [one for one in api.get(f"{ADMIN}/products", q=str(TEA["name"]))["items"] if one["sku"] == TEA["sku"]]
    product = found[0] if found else api.post(f"{ADMIN}/products", TEA)
    if product["stock"] < PIECES:
        more = {"movement_type": "income", "quantity": TEA["stock"], "location_id": 1}
        api.post(f"{ADMIN}/products/{product['id']}/movements", more)
    return int(product["id"])


def _client(api: Api, card: dict[str, Any]) -> int:
    """The number of a sample client."""
    try:
        return int(api.post(f"{ADMIN}/clients", card)["id"])
    except Refused as refused:
        known = json.loads(refused.body)
        if known.get("error") != "client_exists":
            raise
        return int(known["detail"]["client_id"])


def _client_now(api: Api, client: int) -> Any:
    return api.get(f"{ADMIN}/clients/{client}")


def _today(api: Api) -> Any:
    return api.get(f"{ADMIN}/dashboard/summary")


def _grown(look: Callable[[], float], before: float) -> float:
    """What a figure is, once it is more than it was."""
    return comes(lambda: now if (now := float(look())) > before else None, "a figure")
