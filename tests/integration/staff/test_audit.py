"""Who of the house did what: the staff by name, the office's key, and nobody else."""

import json

import pytest
import time_machine

from chalicelib.core import facts, storage
from chalicelib.core.facts import Fact
from chalicelib.staff.audit import service
from tests.builders import SERVICE
from tests.integration.staff.conftest import PASSWORD, USERS

AUDIT, PANELS = "/audit", "/api/v1/admin/audit-log"


@pytest.fixture
def staffed(house):
    """An owner, an admin and a manager, whom the service key made."""
    for name, role in (("olga", "owner"), ("adam", "admin"), ("maria", "manager")):
        house.hire(name, role)
    return house


def read(house, header=SERVICE, path=AUDIT, **query):
    return house.front.get(path, header, **query).ok()


def told(answer):
    return [(one["actor"], one["kind"]) for one in answer["items"]]


def test_what_the_staff_do_bears_their_names_and_what_others_do_is_not_there(staffed):
    front, adam = staffed.front, staffed.ids["adam"]
    new = front.post(USERS, {"email": "new@example.org", "password": PASSWORD}, staffed.of("adam")).body["id"]
    front.put(f"{USERS}/{new}", {"full_name": "Новая", "password": PASSWORD + "!"}, staffed.of("adam")).ok()
    front.delete(f"{USERS}/{new}", staffed.of("olga")).ok()
    front.post("/api/v1/auth/login", {"email": "new@example.org", "password": "wrong"})
    answer = read(staffed, staffed.of("olga"))
    assert told(answer)[:3] == [
        (f"staff#{staffed.ids['olga']}", "staff_user_removed"),
        (f"staff#{adam}", "staff_user_changed"),
        (f"staff#{adam}", "staff_user_made"),
    ]
    assert {actor for actor, _ in told(answer)[3:]} == {"office"}, "the service key hired the others"
    changed = answer["items"][1]
    assert changed["what"] == "изменён сотрудник (менеджер): полное имя, пароль"
    assert (changed["subject"], changed["ref"], changed["who"]) == (f"staff#{new}", str(new), f"Сотрудник № {adam}")
    assert changed["name"] and answer["items"][-1]["name"] is None
    said = json.dumps(answer, ensure_ascii=False)
    assert PASSWORD not in said and "new@example.org" not in said


def test_filters_and_the_panels_own_name(staffed):
    adam = f"staff#{staffed.ids['adam']}"
    staffed.front.put(f"{USERS}/{staffed.ids['maria']}", {"full_name": "Мария"}, staffed.of("adam")).ok()
    assert told(read(staffed, actor=adam)) == [(adam, "staff_user_changed")]
    assert read(staffed, path=PANELS, actor=adam) == read(staffed, actor=adam)
    assert {kind for _, kind in told(read(staffed, kind="staff_user_made"))} == {"staff_user_made"}
    assert told(read(staffed, date_to="2020-01-01")) == told(read(staffed, date_from="2099-01-01")) == []
    assert read(staffed, actor="", kind=" ") == read(staffed, path=PANELS, kind="") == read(staffed)
    assert told(read(staffed, kind="nothing_of_ours")) == []
    assert staffed.front.get(AUDIT, SERVICE, actor="boss").status == 422
    for wrong in ({"actor": "adam"}, {"kind": "x y"}, {"date_from": "2026-02-02", "date_to": "2026-02-01"}, {"cursor": "e30"}):
        assert staffed.front.get(AUDIT, SERVICE, **wrong).status == 422, wrong


def test_only_who_runs_the_house_reads_it(staffed):
    assert staffed.front.get(AUDIT).status == 401
    assert staffed.front.get(PANELS, staffed.of("maria")).status == 403


class _Noted(Fact, abstract=True):
    """A doing."""


def _do(number, actor):
    tx = storage.Transaction()
    with facts.acting(actor):
        facts.record(tx, _Noted(subject="-", contour="live", ref=str(number)))
    tx.commit()


def test_pages_hold_each_doing_once_and_days_are_the_business_own(house, monkeypatch):
    with time_machine.travel("2027-03-09T20:59:59.900Z") as now:  # a blink before Moscow's midnight
        for number in range(9):
            _do(number, ("staff#7", "client", "office")[number % 3])
            now.shift(0.03)
        seen, cursor = [], None
        while True:
            page = read(house, limit=2, **({"cursor": cursor} if cursor else {}))
            seen += [one["ref"] for one in page["items"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        assert seen == ["8", "6", "5", "3", "2", "0"]
        day = [
            {one["ref"] for one in read(house, **{name: at})["items"]}
            for name, at in (("date_to", "2027-03-09"), ("date_from", "2027-03-10"))
        ]
        assert day[0] | day[1] == set(seen) and not day[0] & day[1] and day[0]
        monkeypatch.setattr(service, "MOST", 3)  # what a page looks through
        first = read(house, actor="staff#7", limit=3)
        rest = read(house, actor="staff#7", limit=3, cursor=first["next_cursor"])
        assert [one["ref"] for one in [*first["items"], *rest["items"]]] == ["6", "3", "0"]
