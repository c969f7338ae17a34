"""What roles may do to each other, what a refresh token means, what a good password is."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

import chalicelib.staff.routes
from chalicelib.core import cors
from chalicelib.core.errors import Invalid
from chalicelib.core.http import OPERATIONS
from chalicelib.core.listing import Numbered, part
from chalicelib.core.openapi import document
from chalicelib.core.schemas import validated
from chalicelib.staff import passwords, rules
from chalicelib.staff.models import StaffUser
from chalicelib.staff.rules import NOBODY, Standing
from scripts.exporting import tables

assert chalicelib.staff.routes.api.package == "staff"

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after", "owners_alone"),
    [
        (NOBODY, Standing("manager", True), False),
        (NOBODY, Standing("admin", True), True),
        (NOBODY, Standing("owner", False), True),
        (Standing("admin", True), Standing("admin", True), False),
        (Standing("admin", True), Standing("admin", False), True),
        (Standing("admin", True), NOBODY, True),
        (Standing("owner", True), Standing("owner", True), True),
        (Standing("manager", True), Standing("master", False), False),
    ],
)
def test_owners_alone_make_and_unmake_those_who_run_the_house(before, after, owners_alone):
    assert rules.is_for_owners(before, after) is owners_alone


def test_who_is_switched_off_runs_nothing():
    assert [(one.owns, one.heads) for one in (Standing("owner", True), Standing("admin", True), Standing("owner", False), NOBODY)] == [
        (True, True),
        (False, True),
        (False, False),
        (False, False),
    ]


@pytest.mark.parametrize(
    ("shown", "after", "means"),
    [(3, 0, "next"), (2, 0, "again"), (2, 30, "again"), (2, 31, "reused"), (1, 0, "reused"), (4, 0, "reused")],
)
def test_a_refresh_token_is_good_once_and_half_a_minute_more(shown, after, means):
    session = SimpleNamespace(turn=3, renewed_at=NOW)
    assert rules.turn(shown, session, NOW + timedelta(seconds=after)) == means


@pytest.mark.parametrize(
    "change",
    [{"user_id": "2"}, {"is_active": False}, {"deleted_at": NOW}, {"epoch": 1}, {"ends_at": NOW}],
    ids=lambda change: next(iter(change)),
)
def test_a_session_lives_while_nothing_ended_it(change):
    session = {"user_id": "1", "epoch": 0, "ends_at": NOW + timedelta(seconds=1)}
    user = {"user_id": "1", "epoch": 0, "is_active": True, "deleted_at": None}
    assert rules.is_alive(SimpleNamespace(**session), SimpleNamespace(**user), NOW)
    changed = {name: {**row, **{key: value for key, value in change.items() if key in row}} for name, row in (("s", session), ("u", user))}
    if "user_id" in change or "epoch" in change:
        changed["s"] = session
    assert not rules.is_alive(SimpleNamespace(**changed["s"]), SimpleNamespace(**changed["u"]), NOW)
    assert not rules.is_alive(None, SimpleNamespace(**user), NOW)
    assert not rules.is_alive(SimpleNamespace(**session), None, NOW)


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "x" * 257,
        "Password",
        "Password123!",
        "P@ssw0rd",
        "qwerty2026",
        "qwertyuiop",
        "87654321",
        "aaaaaaaaaa",
        "abababab",
        "12341234",
        "йцукенгш",
        "наташа2001",
        "ghbdtn123",
        "iloveyou!!",
        "maria@example.org",
        "Some.Mailbox",
    ],
)
def test_what_everybody_tries_first_is_no_password(password):
    email = "some.mailbox@example.org" if password == "Some.Mailbox" else "maria@example.org"
    with pytest.raises(Invalid) as refused:
        passwords.checked(password, email)
    assert password not in str(refused.value.body())


@pytest.mark.parametrize("password", ["correct-horse-battery", "синий слон у окна", "Xk7#mQ2vR9", "тихая заводь 1974"])
def test_a_phrase_of_one_s_own_is_one(password):
    assert passwords.checked(password, "maria@example.org") == password


def test_the_same_letters_are_the_same_password_however_they_are_composed():
    kept = passwords.hashed("пароль Й7 étage")
    assert passwords.matches("пароль Й7 étage", kept)
    assert not passwords.matches("пароль и7 etage", kept)
    assert passwords.hashed("x") != passwords.hashed("x")
    assert not passwords.matches("x", None)


def test_a_list_by_number_begins_where_it_is_asked_to():
    rows = list(range(45))
    assert part(rows, validated(Numbered, {"skip": "40"})) == ([40, 41, 42, 43, 44], {"total": 45, "page": 3, "size": 20, "pages": 3})
    assert part(rows, validated(Numbered, {"page": "2", "size": "30"}))[0] == rows[30:]
    assert part([], validated(Numbered, {})) == ([], {"total": 0, "page": 1, "size": 20, "pages": 0})


def test_no_export_holds_what_is_kept_of_a_password():
    assert "password" not in tables.columns(StaffUser)
    assert {"staff-sessions", "staff-names"} <= tables.MACHINERY


def test_the_document_names_the_roles_of_a_door():
    described = document([one for one in OPERATIONS if one.package == "staff"])["paths"]["/api/v1/users"]["get"]
    assert {"StaffToken": ["owner", "admin"]} in described["security"]
    assert "Roles: owner, admin." in described["description"]


def test_no_page_of_another_origin_may_send_what_makes_the_cookie_count():
    asked = {"access-control-request-headers": "content-type, X-Frontdesk-Desk, x-requested-with"}
    assert cors.preflight(asked)["Access-Control-Allow-Headers"].endswith("X-Api-Key,x-requested-with")
