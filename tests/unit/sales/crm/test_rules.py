"""What becomes of a field that both sides know; which addresses may be called; what hooks name."""

import pytest

from chalicelib.sales.crm.connections import rules as connections
from chalicelib.sales.crm.hooks import rules as hooks
from chalicelib.sales.crm.sync import rules
from chalicelib.sales.crm.sync.rules import Merge, Ways
from chalicelib.sales.crm.vendors import reading


def ways(owner="newest", *, pulls=True, pushes=True, newer="theirs"):
    return Ways(("amount", "phone"), lambda field: owner, pulls, pushes, newer)


SEEN, TOLD = {"amount": 1, "phone": "a"}, {"amount": 1, "phone": "a"}


@pytest.mark.parametrize(
    ("theirs", "ours", "how", "expected"),
    [
        (1, 1, {}, Merge({}, {}, {})),
        (2, 1, {}, Merge({"amount": 2}, {}, {})),
        (1, 2, {}, Merge({}, {"amount": 2}, {})),
        (1, 2, {"pushes": False}, Merge({}, {}, {})),
        (2, 1, {"pulls": False}, Merge({}, {}, {})),
        (2, 2, {}, Merge({}, {}, {})),
        (2, 3, {"owner": "theirs"}, Merge({"amount": 2}, {}, {"amount": "ours"})),
        (2, 3, {"owner": "ours"}, Merge({}, {"amount": 3}, {"amount": "theirs"})),
        (2, 3, {"newer": "ours"}, Merge({}, {"amount": 3}, {"amount": "theirs"})),
        (2, 1, {"owner": "ours"}, Merge({}, {"amount": 1}, {})),
        (None, 1, {"owner": "theirs"}, Merge({"amount": None}, {}, {})),
    ],
)
def test_whose_word_counts(theirs, ours, how, expected):
    found = rules.merged({"amount": theirs, "phone": "a"}, {"amount": ours, "phone": "a"}, SEEN, TOLD, ways(**how))
    assert found == expected


def test_a_contact_is_never_emptied_and_a_first_meeting_fills_what_is_empty():
    assert rules.merged({"phone": None, "amount": 1}, TOLD, SEEN, TOLD, ways()) == Merge({}, {}, {})
    met = rules.merged({"phone": None, "amount": 5}, {"phone": "a", "amount": None}, None, None, ways())
    assert met == Merge({"amount": 5}, {"phone": "a"}, {})


def test_what_lost_once_is_no_news():
    assert rules.merged({"amount": 7}, {"amount": 9}, {"amount": 7}, {"amount": 9}, ways()) == Merge({}, {}, {})


def test_mending_looks_at_nothing_but_what_both_say():
    assert rules.mending({"amount": 7}, {"amount": 9}, ways("theirs")) == Merge({"amount": 7}, {}, {})
    assert rules.mending({"amount": 7}, {"amount": 9}, ways("ours")) == Merge({}, {"amount": 9}, {})
    assert rules.mending({"amount": 7}, {"amount": 9}, ways("ours", pushes=False)) == Merge({"amount": 7}, {}, {})


def test_ids_stand_in_their_order():
    assert sorted(map(rules.name, ["9", "10", "1001"])) == [rules.name(one) for one in ("9", "10", "1001")]
    assert [rules.number(rules.name(one)) for one in ("7", "10", "abc")] == ["7", "10", "abc"]


@pytest.mark.parametrize(
    ("crm", "url", "may"),
    [
        ("amocrm", "https://a.amocrm.ru", True),
        ("amocrm", "https://a.kommo.com/", True),
        ("amocrm", "https://a.amocrm.ru:8443", False),
        ("amocrm", "https://a.amocrm.ru@evil.example", False),
        ("amocrm", "https://a.bitrix24.ru", False),
        ("bitrix24", "https://p.bitrix24.ru/rest/1/secret/", True),
        ("hubspot", "https://api.hubapi.com", True),
        ("hubspot", "https://x.api.hubapi.com", False),
        ("amocrm", "https://crm.example", True),
        ("amocrm", "http://127.0.0.1:9", False),
        ("amocrm", "https://10.0.0.1", False),
    ],
)
def test_which_addresses_may_be_called(crm, url, may):
    assert (connections.address_fault(crm, url, hosts={"crm.example"}, loopback=False) is None) is may


def test_loopback_is_for_developers():
    assert connections.address_fault("amocrm", "http://127.0.0.1:9", hosts=(), loopback=True) is None


def test_what_hooks_name():
    assert hooks.named("amocrm", {"leads[update][0][id]": "5", "leads[status][1][id]": "5", "leads[x][0][id]": "6"}).leads == ["5"]
    assert hooks.named("amocrm", {"contacts[update][0][id]": "5"}) == hooks.Named([], True)
    assert hooks.named("bitrix24", {"event": "ONCRMLEADADD", "data[FIELDS][ID]": "7"}).leads == ["7"]
    assert hooks.named("bitrix24", {"event": "ONTASKADD", "data[FIELDS][ID]": "7"}).leads == []
    assert hooks.named("hubspot", {"events": [{"subscriptionType": "contact.creation", "objectId": 9}, "x", None]}).leads == ["9"]
    assert hooks.named("amocrm", {f"leads[add][{n}][id]": str(n) for n in range(1, 40)}) == hooks.Named(
        [str(n) for n in range(1, 21)], True
    )
    assert hooks.named("amocrm", {"leads[add][0][id]": "../7"}).leads == []


def test_foreign_values():
    assert [reading.kopecks(one) for one in ("12.50", 7, "0", None, "many", "1e99")] == [1250, 700, None, None, None, None]
    assert (reading.roubles(1250), reading.roubles(700), reading.text("  Анна \n Ким "), reading.text(True)) == (12.5, 7, "Анна Ким", None)
    words = reading.Words(
        {"stage": {"values": {"40": "new", "41": "nonsense"}}, "assigned_to": {"values": {"7": 3, "8": "x"}}}, {"142": "won"}
    )
    assert (words.stage(40), words.stage(41), words.stage(142), words.user("7"), words.user("8")) == ("new", None, None, 3, None)
    assert (words.their_stage("new"), words.their_stage("won"), words.their_user(3)) == ("40", None, "7")


def test_a_hook_s_token_is_its_connection_s():
    made = {connections.hook_token("key", number, nonce) for number in (1, 2) for nonce in ("a", "b")}
    assert len(made) == 4 and all(len(one) == 40 for one in made)
