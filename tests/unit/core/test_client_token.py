"""A client's token: whose it is, and everything that is not one."""

import base64
import json
from datetime import timedelta

import jwt
import pytest
import time_machine

from chalicelib.access.policies import CODE_HOLDER
from chalicelib.clients.policies import SERVICE_OR_CLIENT, TICKET_HOLDER
from chalicelib.core import client_token, clock
from chalicelib.core.client_token import BadToken
from chalicelib.core.errors import Unauthorized
from chalicelib.core.settings import Settings
from chalicelib.core.wire import Incoming

SECRET = "a secret of thirty-two characters or more"
POLICIES = [SERVICE_OR_CLIENT, TICKET_HOLDER]
HOUSE = Settings(client_token_secret=SECRET, service_api_key="service-key")


def asked(token, scheme="Bearer", **headers):
    return Incoming(method="GET", headers={"Authorization": f"{scheme} {token}", **headers})


def made(secret=SECRET, algorithm="HS256", leave_out="", **claims):
    at = clock.wall()
    said = {"sub": "C1", "aud": "frontdesk-client", "iat": at, "exp": at + timedelta(hours=1), **claims}
    return jwt.encode({name: value for name, value in said.items() if name != leave_out}, secret, algorithm=algorithm)


def unsigned():
    parts = ({"alg": "none", "typ": "JWT"}, {"sub": "C1", "aud": "frontdesk-client", "iat": 1, "exp": 9_999_999_999})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


def test_a_token_names_its_client_for_a_day():
    token = client_token.issue("C1", SECRET)
    assert client_token.client_of(token, SECRET) == "C1"
    with time_machine.travel(clock.wall() + timedelta(hours=23, minutes=59)):
        assert client_token.client_of(token, SECRET) == "C1"
    with time_machine.travel(clock.wall() + timedelta(hours=24, seconds=1)), pytest.raises(BadToken) as late:
        client_token.client_of(token, SECRET)
    assert late.value.detail == "expired"


FORGED = {
    "another secret": lambda: made(secret="another secret of thirty-two characters"),
    "another algorithm": lambda: made(algorithm="HS512", secret=SECRET + SECRET),
    "no signature": unsigned,
    "another audience": lambda: made(aud="staff"),
    "no audience": lambda: made(leave_out="aud"),
    "no client": lambda: made(leave_out="sub"),
    "no end": lambda: made(leave_out="exp"),
    "a number for a client": lambda: made(sub=7),
    "cut": lambda: client_token.issue("C1", SECRET)[:-2],
    "nothing": lambda: "",
    "words": lambda: "token",
    "half a pair": lambda: "\ud800.\ud800.\ud800",
    "endless": lambda: "a" * 10_000,
}


@pytest.mark.parametrize("forged", FORGED)
def test_anything_else_is_no_token(forged):
    token = FORGED[forged]()
    with pytest.raises(BadToken):
        client_token.client_of(token, SECRET)
    for policy in POLICIES:
        with pytest.raises(Unauthorized):
            policy.admit(asked(token), HOUSE)


def test_an_empty_secret_opens_nothing():
    with pytest.raises(BadToken):
        client_token.client_of(client_token.issue("C1", SECRET), "")


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_its_bearer_is_that_client(policy, scheme):
    caller = policy.admit(asked(client_token.issue("C1", SECRET), scheme), HOUSE)
    assert (caller.kind, caller.client_id, caller.account) == ("client", "C1", None)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("secret", [None, "", " "])
def test_without_a_secret_the_door_is_shut(policy, secret):
    with pytest.raises(Unauthorized):
        policy.admit(asked(client_token.issue("C1", SECRET)), Settings(client_token_secret=secret, service_api_key="service-key"))
    with pytest.raises(Unauthorized):
        CODE_HOLDER.admit(asked(""), Settings(client_token_secret=secret))


def test_a_wrong_key_beside_a_right_token_is_still_wrong_at_a_ticket_s_door():
    with pytest.raises(Unauthorized):
        TICKET_HOLDER.admit(asked(client_token.issue("C1", SECRET), **{"X-Api-Key": "wrong"}), HOUSE)
