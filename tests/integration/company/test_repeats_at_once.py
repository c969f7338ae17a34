"""The same request at once: it is done once, and whoever was slower is told what it made, not that its own name is taken."""

import pytest

from chalicelib.core import storage
from tests.builders import SERVICE

ADMIN = "/api/v1/admin"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("traffic-channels", {"name": "Радио", "promo_code": "FM"}),
        ("products/locations", {"name": "Бар"}),
        ("products", {"name": "Чай", "price_rub": 10, "stock": 2, "sku": "T-1", "barcode": "4600000000001"}),
        ("clients", {"full_name": "Анна Ким", "phone": "+79045501567"}),
        ("certificates", {"title": "Подарок", "amount_rub": 100, "price_rub": 100}),
    ],
)
def test_five_at_once_under_one_key_make_one(front, monkeypatch, path, said):
    """Each has read what stood before any of them wrote: the others come between its read and its write."""
    keyed, commit, answers = {**SERVICE, "Idempotency-Key": "one"}, storage.Transaction.commit, []

    def ask():
        answers.append(front.post(f"{ADMIN}/{path}", said, keyed))

    begun = []

    def overtaken(tx):
        if len(begun) < 4:
            begun.append(tx)
            ask()
        return commit(tx)

    monkeypatch.setattr(storage.Transaction, "commit", overtaken)
    ask()
    assert [(one.status, one.body.get("id")) for one in answers] == [(200, answers[0].body["id"])] * 5
