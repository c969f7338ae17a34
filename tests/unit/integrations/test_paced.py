"""Places in a row: one account is asked no faster than its vendor allows, another does not wait for it."""

from chalicelib.core import clock
from chalicelib.integrations import paced


def test_one_account_waits_and_another_does_not(monkeypatch):
    waited = []
    monkeypatch.setattr(clock, "pause", waited.append)
    monkeypatch.setattr(paced.time, "monotonic", lambda: 1_000_000.0)
    for _ in range(3):
        paced.wait("amocrm", "https://a.test-pace")
    paced.wait("amocrm", "https://b.test-pace")
    assert [round(one, 3) for one in waited] == [0, 0.2, 0.4, 0]


def test_paces_are_below_what_vendors_allow():
    allowed = {"amocrm": 7, "bitrix24": 2, "hubspot": 10, "hubspot search": 4}
    assert all(0 < paced.PER_SECOND[name] <= most for name, most in allowed.items()) and paced.PER_SECOND.keys() == allowed.keys()


def test_filters_of_several_values():
    assert paced.indexed("filter[id]", ["5", "7"]) == {"filter[id][0]": "5", "filter[id][1]": "7"}
