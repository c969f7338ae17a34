"""A day at the till of the deployed stack: goods come in, a client who was brought by another buys with points, and gives all back."""

from itertools import count

import pytest
import requests

WHO = {"email": "till@example.org", "password": "correct-horse-battery"}
_phones = count(79_035_550_101)


@pytest.fixture(scope="module")
def till(cloud):
    """Calls of an owner who has signed in."""
    made = requests.post(cloud.base_url + "/api/v1/users", headers=cloud.as_service, json={**WHO, "role": "owner"}, timeout=60)
    assert made.status_code == 201, made.text
    token = requests.post(cloud.base_url + "/api/v1/auth/login", json=WHO, timeout=60).json()["access_token"]

    def ask(method, path, expected=200, **said):
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.request(method, f"{cloud.base_url}/api/v1/admin{path}", headers=headers, timeout=60, **said)
        assert answer.status_code == expected, (method, path, answer.status_code, answer.text)
        return answer.json()

    return ask


def _client(till, name, **more):
    return till("POST", "/clients", json={"full_name": name, "phone": f"+{next(_phones)}", **more})


def _points(till, who):
    return till("GET", f"/clients/{who['id']}")["points_balance"]


def _stock(till, product):
    return till("GET", f"/products/{product['id']}/stock")["total_stock"]


def test_goods_points_and_rewards_go_there_and_back(cloud, till):
    rules = [{"generation": 1, "reward_percent": 10, "is_enabled": True}]
    config = {
        "is_active": True,
        "reward_unit": "points",
        "max_generations": 1,
        "generation_rules": rules,
        "force": True,
        "reason": "начало",
    }
    till("PUT", "/referral-programs/config", json={**config, "force": True, "reason": "начало"})
    tea = till("POST", "/products", json={"name": "Чай", "price_rub": 500, "cost_price_rub": 200, "stock": 10})
    assert _stock(till, tea) == 10
    maria = _client(till, "Мария Ильина")
    oleg = _client(till, "Олег Ильин", referrer_client_id=maria["id"])
    till("POST", "/operations", json={"client_id": oleg["id"], "op_type": "points_accrual", "points": 200, "comment": "в подарок"})
    before = till("GET", "/dashboard/summary")

    items = [{"product_id": tea["id"], "quantity": 3}]
    sale = {"client_id": oleg["id"], "op_type": "purchase", "items": items, "points": 200, "payment_method": "card"}
    bought = till("POST", "/operations", json=sale)

    # 3 x 500 = 1500, of which 200 by points; 3 % of 1300 are 39 points; the reward is 10 % of 1300
    assert (bought["amount_rub"], bought["cash_rub"], bought["points_spent"], bought["points_earned"]) == (1500, 1300, 200, 39)
    assert _stock(till, tea) == 7
    assert _points(till, oleg) == 39
    cloud.comes(lambda: _points(till, maria) == 130)

    def today():
        now = till("GET", "/dashboard/summary")
        grown = {name: now["finance"][name] - before["finance"][name] for name in ("turnover_rub", "income_rub")}
        return grown == {"turnover_rub": 1500, "income_rub": 1300} and now["operations"]["purchases_count"] == (
            before["operations"]["purchases_count"] + 1
        )

    cloud.comes(today)

    # a third of it: floor(200 x 500 / 1500) = 66 points and 434 roubles
    part = till("POST", "/operations", json={"client_id": oleg["id"], "op_type": "refund", "operation_id": bought["id"], "amount_rub": 500})
    assert (part["cash_rub"], part["points_returned"]) == (434, 66)
    rest = till("POST", "/operations", json={"client_id": oleg["id"], "op_type": "refund", "operation_id": bought["id"]})
    assert (rest["amount_rub"], rest["cash_rub"]) == (1000, 866)
    again = {"client_id": oleg["id"], "op_type": "refund", "operation_id": bought["id"]}
    assert till("POST", "/operations", 409, json=again)["error"] == "nothing_to_refund"

    assert _points(till, oleg) == 200
    cloud.comes(lambda: _points(till, maria) == 0)
    assert _stock(till, tea) == 10, "goods come back with the refund that leaves nothing"
    cloud.comes(lambda: till("GET", "/dashboard/summary")["finance"]["income_rub"] == before["finance"]["income_rub"])


def test_a_stranger_and_a_client_get_nothing(cloud, till):
    for path in ("/clients", "/operations", "/products", "/certificates", "/dashboard/summary", "/system-settings"):
        answer = requests.get(f"{cloud.base_url}/api/v1/admin{path}", timeout=60)
        assert answer.status_code == 401, path
    refund = {"client_id": 1, "op_type": "refund", "amount_rub": -5}
    assert till("POST", "/operations", 422, json=refund)["detail"][0]["loc"][-1] == "amount_rub"
