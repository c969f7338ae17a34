"""Whose token it is: a person's, a back end's by its scopes, a machine's without any; and what a refusal says to a standard client."""

import pytest

from chalicelib.consultations import bearers
from chalicelib.core import oidc
from chalicelib.core.errors import ScopeNeeded, Unauthorized
from chalicelib.core.settings import Settings
from tests.standins.oidc import IssuerStandIn

CLAIMS = {"iss": "https://login.example", "sub": "u-1"}


@pytest.mark.parametrize(
    ("said", "scopes"),
    [
        ({}, set()),
        ({"scope": "openid profile email"}, set()),
        ({"scope": "openid clients:read"}, {"clients:read"}),
        ({"scope": "clients:read clients:write consultations:create"}, set(bearers.SCOPES)),
        ({"scp": ["clients:write", "openid"]}, {"clients:write"}),
        ({"scp": "clients:write clients:read"}, {"clients:write", "clients:read"}),
        ({"scope": ["clients:read"]}, {"clients:read"}),
        ({"scope": "clients:read", "scp": ["clients:write"]}, {"clients:read", "clients:write"}),
        ({"scope": "Clients:Read clients:* clients:readwrite clients:read,clients:write"}, set()),
        ({"scope": "clients:read\u00a0clients:write\tclients:read"}, set()),
        ({"scope": {"clients:read": True}, "scp": 7}, set()),
        ({"scp": [["clients:read"], {"clients:read": 1}, None]}, set()),
        ({"permissions": ["clients:read"], "roles": "clients:read"}, set()),
    ],
)
def test_a_scope_of_ours_makes_a_back_end_and_nothing_else_does(said, scopes):
    caller = bearers.caller_of({**CLAIMS, **said})
    assert (caller.kind, caller.scopes) == ("backend" if scopes else "person", scopes)


@pytest.mark.parametrize("said", [{"client_id": "u-1"}, {"azp": "u-1"}, {"gty": "client-credentials"}])
def test_a_machine_without_a_scope_is_nobody_in_particular(said):
    caller = bearers.caller_of({**CLAIMS, **said})
    assert (caller.kind, caller.scopes) == ("backend", frozenset())


def test_one_person_is_one_subject_and_two_are_two():
    one = bearers.subject_of(CLAIMS)
    assert one == bearers.subject_of({"iss": "https://login.example/", "sub": "u-1", "name": "x"})
    others = [{**CLAIMS, "sub": "u-2"}, {**CLAIMS, "iss": "https://login.example/other"}, {"iss": "https://login.exampl", "sub": "eu-1"}]
    assert len({one, *(bearers.subject_of(claims) for claims in others)}) == 4
    assert "u-1" not in one and len(one) == 64


@pytest.fixture
def issuer():
    oidc.forget_all()
    with IssuerStandIn() as stand_in:
        yield stand_in
    oidc.forget_all()


def settings_of(issuer):
    return Settings(stage="prod", oidc_issuer=issuer.issuer, oidc_audience=issuer.audience)


def admitted(issuer, token, scope="clients:read"):
    return bearers.admitted(f"Bearer {token}", settings_of(issuer), scope=scope)


def test_a_back_end_may_do_what_its_scopes_say_and_is_told_what_is_missing(issuer):
    token = issuer.token(sub="crm", scope="clients:read consultations:create")
    assert admitted(issuer, token).kind == "backend"
    with pytest.raises(ScopeNeeded) as caught:
        admitted(issuer, token, "clients:write")
    assert (caught.value.status, caught.value.code) == (403, "insufficient_scope")
    assert caught.value.headers == {"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="clients:write"'}
    with pytest.raises(ScopeNeeded):
        admitted(issuer, issuer.token(sub="crm", client_id="crm"))


def test_a_person_needs_no_scope(issuer):
    caller = admitted(issuer, issuer.token(sub="aziza", azp="the-site", scope="openid profile"))
    assert (caller.kind, len(caller.subject), caller.scopes) == ("person", 64, frozenset())


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer  ", "Basic eDp5", "tma x", "bearer"])
def test_who_shows_no_token_is_asked_for_one(issuer, header):
    with pytest.raises(Unauthorized) as caught:
        bearers.admitted(header, settings_of(issuer), scope="clients:read")
    assert caught.value.headers == {"WWW-Authenticate": "Bearer"}


@pytest.mark.parametrize("token", ["x", "a.b.c", "а.б.в", "Bearer x", "x" * 9000])
def test_who_shows_a_wrong_one_is_told_so(issuer, token):
    with pytest.raises(Unauthorized) as caught:
        admitted(issuer, token)
    assert caught.value.headers == {"WWW-Authenticate": 'Bearer error="invalid_token"'}
