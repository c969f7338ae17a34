"""A bearer token: what its issuer signed for us, and everything that is not that; whose keys, and how often we ask for them."""

import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.core import oidc
from chalicelib.core.errors import AppError, Unauthorized
from chalicelib.core.oidc import BadBearer, IssuerUnavailable
from tests.standins.oidc import DISCOVERY, JWKS, IssuerStandIn, base64url, curve_key, jwk, private_key, signed

NOON = datetime(2027, 3, 14, 12, 0, tzinfo=UTC)
ELSEWHERE = "https://login.elsewhere.example"


@pytest.fixture
def issuer():
    oidc.forget_all()
    with IssuerStandIn() as stand_in:
        yield stand_in
        assert stand_in.wrong == []
    oidc.forget_all()


def verify(issuer, token, /, **said):
    return oidc.verify(token, **{"issuer": issuer.issuer, "audience": issuer.audience, "jwks_url": None, **said})


def refusal(issuer, token, /, **said):
    with pytest.raises(BadBearer) as caught:
        verify(issuer, token, **said)
    return caught.value.detail


def forged(issuer):
    """A token of a key that the issuer has never had."""
    return signed({"alg": "RS256", "kid": "forged"}, issuer.claims(), private_key(9))


HASHES = {"RS256": "SHA-256", "RS384": "SHA-384", "RS512": "SHA-512"}


def public_pem(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def later(issuer, token):
    """After how many seconds a token that cannot be judged now may be shown again."""
    with pytest.raises(IssuerUnavailable) as caught:
        verify(issuer, token)
    return int(caught.value.headers["Retry-After"])


def hmac_signed(header, claims, secret, digest=hashlib.sha256):
    message = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
    return f"{message}.{base64url(hmac.new(secret, message.encode(), digest).digest())}"


def altered(token, **claims):
    header, _, signature = token.split(".")
    return f"{header}.{base64url(json.dumps(claims).encode())}.{signature}"


def test_a_token_of_the_issuer_gives_its_claims(issuer):
    claims = verify(issuer, issuer.token(sub="u-7", name="Ёлка Шарова", scope="book"))
    assert (claims["sub"], claims["name"], claims["scope"], claims["iss"]) == ("u-7", "Ёлка Шарова", "book", issuer.issuer)
    assert [asked.path.removeprefix("/realms/desk/") for asked in issuer.asked] == [DISCOVERY, JWKS]


def test_keys_at_a_known_address_need_no_discovery(issuer):
    verify(issuer, issuer.token(), jwks_url=issuer.jwks_url)
    assert issuer.calls("GET", DISCOVERY) == []


@pytest.mark.parametrize(("alg", "hash_name"), HASHES.items())
def test_three_algorithms_are_known(issuer, alg, hash_name):
    issuer.published = [jwk(issuer.key, issuer.kid, alg=None)]
    assert verify(issuer, signed({"alg": alg, "kid": issuer.kid}, issuer.claims(), issuer.key, hash_name))["sub"] == "u-1"


@pytest.mark.parametrize("alg", HASHES)
def test_another_library_signs_alike(issuer, alg):
    issuer.published = [jwk(issuer.key, issuer.kid, alg=alg)]
    token = jwt.encode(issuer.claims(), issuer.key, algorithm=alg, headers={"kid": issuer.kid})
    assert verify(issuer, token)["sub"] == "u-1"


def test_a_curve_serves_as_well_as_a_modulus(issuer):
    issuer.published.append(jwk(curve_key(), "curve"))
    header = {"alg": "ES256", "kid": "curve", "typ": "at+jwt"}
    assert verify(issuer, signed(header, issuer.claims(), curve_key()))["sub"] == "u-1"
    assert verify(issuer, jwt.encode(issuer.claims(), curve_key(), algorithm="ES256", headers={"kid": "curve"}))["sub"] == "u-1"
    assert refusal(issuer, signed(header, issuer.claims(), curve_key(1))) == oidc.SIGNATURE
    assert refusal(issuer, signed(header, issuer.claims(), private_key(9))) == oidc.SIGNATURE
    head, claims, _ = signed(header, issuer.claims(), curve_key()).split(".")
    for zeros in (b"", b"\x00" * 63, b"\x00" * 64, b"\xff" * 64, b"\x00" * 65):
        assert refusal(issuer, f"{head}.{claims}.{base64url(zeros)}") == oidc.SIGNATURE


@pytest.mark.parametrize("curve", [ec.SECP384R1, ec.SECP521R1])
def test_another_curve_is_no_key(issuer, curve):
    key = curve_key(0, curve)
    issuer.published.append(jwk(key, "curve", alg=None))
    assert refusal(issuer, signed({"alg": "ES256", "kid": "curve"}, issuer.claims(), key)) == oidc.UNKNOWN_KEY


@pytest.mark.parametrize(
    "change", [{"x": None}, {"y": "AA"}, {"x": "!"}, {"x": 7}, {"crv": "P-384"}, {"crv": None}, {"kty": "RSA"}, {"alg": "ES384"}]
)
def test_half_a_point_is_no_key(issuer, change):
    issuer.published.append(jwk(curve_key(), "curve", **change))
    assert refusal(issuer, signed({"alg": "ES256", "kid": "curve"}, issuer.claims(), curve_key())) == oidc.UNKNOWN_KEY


def test_a_keys_type_says_what_it_may_sign_whatever_the_token_says(issuer):
    issuer.published = [jwk(issuer.key, issuer.kid, alg=None), jwk(curve_key(), "curve", alg=None)]
    for alg, kid, key in (("ES256", issuer.kid, issuer.key), ("RS256", "curve", curve_key()), ("RS512", "curve", curve_key())):
        assert refusal(issuer, signed({"alg": alg, "kid": kid}, issuer.claims(), key)) == oidc.UNKNOWN_KEY


def test_no_algorithm_with_a_shared_secret_is_known():
    assert sorted(oidc._signatures.get_algorithms()) == ["ES256", "RS256", "RS384", "RS512"]


# Tokens that the issuer signed for something else


@pytest.mark.parametrize("typ", ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"])
def test_an_access_token_may_name_its_type(issuer, typ):
    assert verify(issuer, signed({"alg": "RS256", "kid": issuer.kid, "typ": typ}, issuer.claims(), issuer.key))


@pytest.mark.parametrize("typ", ["logout+jwt", "secevent+jwt", "dpop+jwt", "id_token+jwt", "ID", "", None, 7, ["JWT"], {"at+jwt": 1}])
def test_a_token_of_another_type_opens_nothing(issuer, typ):
    assert refusal(issuer, signed({"alg": "RS256", "kid": issuer.kid, "typ": typ}, issuer.claims(), issuer.key)) == oidc.NO_ACCESS_TOKEN


@pytest.mark.parametrize(
    "marks",
    [
        {"nonce": "n-0S6"},
        {"nonce": ""},
        {"at_hash": "77Qm"},
        {"c_hash": "LDkt"},
        {"s_hash": "LDkt", "scope": "clients:read"},
        {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
        {"token_use": "id"},
        {"token_use": ["access"]},
        {"typ": "ID"},
        {"typ": "Refresh"},
        {"typ": "Logout", "scope": "clients:read"},
        {"azp": "frontdesk-of-tests"},
        {"azp": "frontdesk-of-tests", "aud": ["frontdesk-of-tests"]},
    ],
)
def test_an_id_token_is_no_access_token(issuer, marks):
    assert refusal(issuer, issuer.token(**marks)) == oidc.NO_ACCESS_TOKEN


@pytest.mark.parametrize(
    "marks",
    [
        {"token_use": "access"},
        {"typ": "Bearer", "azp": "frontdesk-of-tests"},
        {"azp": "frontdesk-of-tests", "scope": "openid profile"},
        {"azp": "frontdesk-of-tests", "scp": ["clients:read"]},
        {"azp": "the-site"},
        {"azp": "frontdesk-of-tests", "aud": ["frontdesk-of-tests", "other"]},
    ],
)
def test_what_only_resembles_one_passes(issuer, marks):
    assert verify(issuer, issuer.token(**marks))


@pytest.mark.parametrize("cnf", [{"jkt": "x"}, {"x5t#S256": "x"}, {}, None])
def test_a_token_that_is_bound_to_a_key_is_no_bearers(issuer, cnf):
    claims = issuer.claims() | {"cnf": cnf}
    assert refusal(issuer, signed({"alg": "RS256", "kid": issuer.kid}, claims, issuer.key)) == oidc.BOUND


def test_errors_are_told_in_the_houses_shape(issuer):
    token = issuer.token(exp=1)
    with pytest.raises(Unauthorized) as caught:
        verify(issuer, token)
    body = caught.value.body()
    assert (caught.value.status, body["error"], body["detail"]) == (401, "bad_token", oidc.EXPIRED)
    assert caught.value.headers == {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    assert not any(part in json.dumps(body) for part in token.split("."))


# Signatures


@pytest.mark.parametrize(
    "alg",
    ["none", "None", "", "HS256", "PS256", "ES384", "ES512", "ES256K", "EdDSA", "rs256", "es256", "RS1", None, 7, ["RS256"], {"RS256": 1}],
)
def test_other_algorithms_are_refused(issuer, alg):
    assert refusal(issuer, signed({"alg": alg, "kid": issuer.kid}, issuer.claims(), issuer.key)) == oidc.ALGORITHM
    assert refusal(issuer, signed({"kid": issuer.kid}, issuer.claims(), issuer.key)) == oidc.ALGORITHM


def test_an_unsigned_token_is_refused(issuer):
    header, claims, _ = signed({"alg": "none", "kid": issuer.kid}, issuer.claims(), issuer.key).split(".")
    assert refusal(issuer, f"{header}.{claims}.") == oidc.ALGORITHM
    header, claims, _ = issuer.token().split(".")
    assert refusal(issuer, f"{header}.{claims}.") == oidc.SIGNATURE


@pytest.mark.parametrize("alg", ["HS256", "RS256"])
def test_a_public_key_is_no_secret_to_sign_with(issuer, alg):
    verify(issuer, issuer.token())
    for secret in (public_pem(issuer.key), json.dumps(issuer.published[0]).encode()):
        token = hmac_signed({"alg": alg, "kid": issuer.kid}, issuer.claims(), secret)
        assert refusal(issuer, token) == (oidc.SIGNATURE if alg == "RS256" else oidc.ALGORITHM)


@pytest.mark.parametrize("hash_name", ["SHA-1", "SHA-224", "SHA-384", "SHA-512"])
def test_the_signatures_hash_is_the_one_that_alg_names(issuer, hash_name):
    issuer.published = [jwk(issuer.key, issuer.kid, alg=None)]
    assert refusal(issuer, signed({"alg": "RS256", "kid": issuer.kid}, issuer.claims(), issuer.key, hash_name)) == oidc.SIGNATURE


def test_a_keys_own_algorithm_is_the_only_one_it_serves(issuer):
    token = signed({"alg": "RS512", "kid": issuer.kid}, issuer.claims(), issuer.key, "SHA-512")
    assert refusal(issuer, token) == oidc.UNKNOWN_KEY


def test_an_altered_payload_is_refused(issuer):
    assert refusal(issuer, altered(issuer.token(), **issuer.claims(sub="u-2"))) == oidc.SIGNATURE


def test_an_altered_header_is_refused(issuer):
    _, claims, signature = issuer.token().split(".")
    header = base64url(json.dumps({"alg": "RS256", "kid": issuer.kid, "extra": 1}).encode())
    assert refusal(issuer, f"{header}.{claims}.{signature}") == oidc.SIGNATURE


def test_somebody_elses_signature_under_our_keys_name_is_refused(issuer):
    assert refusal(issuer, signed({"alg": "RS256", "kid": issuer.kid}, issuer.claims(), private_key(9))) == oidc.SIGNATURE


@pytest.mark.parametrize("signature", [b"\x00", b"\x00" * 256, b"\xff" * 256, b"\x01" * 257, b"\x01" * 2000])
def test_a_signature_of_any_length_is_only_wrong(issuer, signature):
    header, claims, _ = issuer.token().split(".")
    assert refusal(issuer, f"{header}.{claims}.{base64url(signature)}") == oidc.SIGNATURE


def test_a_token_brings_no_keys_of_its_own(issuer):
    stranger = private_key(9)
    header = {"alg": "RS256", "kid": issuer.kid, "jwk": jwk(stranger, issuer.kid), "jku": f"{ELSEWHERE}/keys", "x5u": f"{ELSEWHERE}/x"}
    assert refusal(issuer, signed(header, issuer.claims(), stranger)) == oidc.SIGNATURE


# Shape

SHAPES = {
    "nothing": "",
    "words": "token",
    "two parts": "e30.e30",
    "four parts": "e30.e30.e30.e30",
    "dots": "..",
    "Cyrillic": "жетон.жетон.жетон",
    "half a pair": "\ud800.\ud800.\ud800",
    "a null": "\x00.\x00.\x00",
    "a line break": "e30.\n.e30",
    "emoji": "e30.🙂.e30",
    "too long": "a" * 8193,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_no_token_is_malformed(issuer, shape):
    assert refusal(issuer, SHAPES[shape]) == oidc.MALFORMED
    assert issuer.asked == []


HEADERS = [
    b"",
    b"[]",
    b"null",
    b"{",
    b"\xff\xfe",
    b'"RS256"',
    b"[" * 3000,
    b'{"alg":"RS256","kid":7}',
    b'{"alg":"RS256","kid":null}',
    b'{"alg":"RS256","crit":["exp"],"exp":1}',
    b'{"alg":"RS256","b64":false,"crit":["b64"]}',
]


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_that_is_none_is_malformed(issuer, header):
    assert refusal(issuer, signed(header, issuer.claims(), issuer.key)) == oidc.MALFORMED


PAYLOADS = [b"", b"[]", b"null", b"7", b"{", b"\xff", b'{"exp":NaN}', b'{"sub":"\\ud800"}', b"[" * 3000, b'{"exp":' + b"9" * 5000 + b"}"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_that_is_none_is_malformed_even_when_it_is_signed(issuer, payload):
    assert refusal(issuer, signed({"alg": "RS256", "kid": issuer.kid}, payload, issuer.key)) == oidc.MALFORMED


def test_a_token_may_have_eight_kilobytes_and_no_more(issuer):
    room = oidc.MAX_TOKEN - len(issuer.token(pad=""))
    assert len(verify(issuer, issuer.token(pad="p" * (room * 3 // 4 - 3)))["pad"]) > 5000
    assert refusal(issuer, issuer.token(pad="p" * (room * 3 // 4 + 3))) == oidc.MALFORMED


# Claims


@pytest.mark.parametrize("seen", ["", "/"])
@pytest.mark.parametrize("ours", ["", "/"])
def test_a_trailing_slash_makes_no_other_issuer(issuer, seen, ours):
    issuer.document["issuer"] += seen
    assert verify(issuer, issuer.token(iss=issuer.issuer + seen), issuer=issuer.issuer + ours)


@pytest.mark.parametrize(
    "iss",
    [
        None,
        "",
        "/",
        7,
        [],
        ELSEWHERE,
        lambda ours: ours.upper(),
        lambda ours: ours + "//",
        lambda ours: ours + "/x",
        lambda ours: ours[:-1],
        lambda ours: [ours],
    ],
)
def test_another_issuer_is_refused_and_asked_for_nothing(issuer, iss):
    assert refusal(issuer, issuer.token(iss=iss(issuer.issuer) if callable(iss) else iss)) == oidc.ISSUER
    assert issuer.asked == []


@pytest.mark.parametrize("aud", [["frontdesk-of-tests"], ["other", "frontdesk-of-tests"], "frontdesk-of-tests"])
def test_one_audience_of_several_may_be_ours(issuer, aud):
    assert verify(issuer, issuer.token(aud=aud))


@pytest.mark.parametrize(
    "aud", ["other", "", "frontdesk-of-tests2", "frontdesk", [], ["other"], [["frontdesk-of-tests"]], 7, True, {"frontdesk-of-tests": 1}]
)
def test_another_audience_is_refused_whoever_asked_for_the_token(issuer, aud):
    assert refusal(issuer, issuer.token(aud=aud, azp=issuer.audience)) == oidc.AUDIENCE


def test_who_asked_for_the_token_counts_where_no_audience_is_named(issuer):
    assert verify(issuer, issuer.token(aud=None, azp=issuer.audience))
    for azp in (None, "other", [issuer.audience], 7):
        assert refusal(issuer, issuer.token(aud=None, azp=azp)) == oidc.AUDIENCE


def test_a_null_audience_is_not_an_absent_one(issuer):
    claims = json.dumps(issuer.claims(azp=issuer.audience) | {"aud": None}).encode()
    assert refusal(issuer, signed({"alg": "RS256", "kid": issuer.kid}, claims, issuer.key)) == oidc.AUDIENCE


@pytest.mark.parametrize("aud", [None, "other", ["other"]])
def test_without_an_audience_of_ours_none_is_checked(issuer, aud):
    assert verify(issuer, issuer.token(aud=aud), audience=None)


def test_an_empty_audience_of_ours_is_no_leave_for_everyone(issuer):
    assert refusal(issuer, issuer.token(), audience="") == oidc.AUDIENCE


@pytest.mark.parametrize("sub", [None, "", "  ", 7, ["u-1"], "u" * 256])
def test_a_token_names_somebody(issuer, sub):
    assert "sub" in refusal(issuer, issuer.token(sub=sub))


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("value", ["soon", "1805025600", True, -1, [], {}, 1805025600000, 10**300])
def test_a_moment_is_a_number_of_seconds(issuer, name, value):
    assert name in refusal(issuer, issuer.token(**{name: value}))


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("value", [b"1e999", b"-1e999", b"null"])
def test_no_moment_is_endless_or_empty(issuer, name, value):
    claims = json.dumps(issuer.claims() | {name: "@"}).encode().replace(b'"@"', value)
    assert name in refusal(issuer, signed({"alg": "RS256", "kid": issuer.kid}, claims, issuer.key))


def test_an_end_is_required_and_a_beginning_is_not(issuer):
    assert "exp" in refusal(issuer, issuer.token(exp=None))
    assert verify(issuer, issuer.token(iat=None, nbf=None))


@pytest.mark.parametrize("end", [NOON, datetime(2028, 1, 1, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)])
def test_a_token_ends_a_minute_after_its_second(issuer, end):
    with time_machine.travel(end - timedelta(hours=1), tick=False):
        token = issuer.token(exp=int(end.timestamp()))
        exact = issuer.token(exp=end.timestamp() + 0.5)
    with time_machine.travel(end + timedelta(seconds=59.5), tick=False) as clock:
        assert verify(issuer, token)
        clock.move_to(end + timedelta(seconds=60))
        assert refusal(issuer, token) == oidc.EXPIRED
        assert verify(issuer, exact)
        clock.shift(timedelta(seconds=0.5))
        assert refusal(issuer, exact) == oidc.EXPIRED


@pytest.mark.parametrize("name", ["nbf", "iat"])
def test_the_issuers_clock_may_be_a_minute_ahead(issuer, name):
    with time_machine.travel(NOON, tick=False):
        now = int(NOON.timestamp())
        assert verify(issuer, issuer.token(**{name: now + 60}))
        assert refusal(issuer, issuer.token(**{name: now + 61})) == oidc.EARLY


# Keys


@pytest.mark.parametrize(
    "change",
    [
        {"use": "enc"},
        {"use": ""},
        {"use": ["sig"]},
        {"kty": "EC"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": None},
        {"alg": "PS256"},
        {"alg": "RSA-OAEP"},
        {"alg": 7},
        {"kid": 0},
        {"n": None},
        {"n": 7},
        {"n": "жж"},
        {"n": "!"},
        {"e": None},
        {"e": "AQ"},
        {"e": "AQAA"},
        {"e": []},
    ],
)
def test_a_key_for_something_else_is_no_key(issuer, change):
    issuer.published = [jwk(issuer.key, issuer.kid, **change)]
    assert refusal(issuer, issuer.token()) == oidc.UNKNOWN_KEY


def test_half_a_character_is_no_number(issuer):
    issuer.page_next(json.dumps({"keys": [jwk(issuer.key, issuer.kid, n="\ud800")]}).encode(), path=JWKS)
    assert refusal(issuer, issuer.token()) == oidc.UNKNOWN_KEY


def test_a_key_may_leave_its_use_and_algorithm_open(issuer):
    issuer.published = [jwk(issuer.key, issuer.kid, use=None, alg=None)]
    assert verify(issuer, issuer.token())


def test_a_short_key_is_no_key(issuer):
    short = private_key(0, bits=1024)
    issuer.published.append(jwk(short, "short"))
    assert refusal(issuer, signed({"alg": "RS256", "kid": "short"}, issuer.claims(), short)) == oidc.UNKNOWN_KEY
    assert verify(issuer, issuer.token())


@pytest.mark.parametrize("rest", [[], [None, 7, "key", [], {}]])
def test_a_token_without_a_kid_means_the_only_key(issuer, rest):
    issuer.published += [*rest, jwk(private_key(9), "for-secrets", use="enc")]
    assert verify(issuer, signed({"alg": "RS256"}, issuer.claims(), issuer.key))


def test_a_token_without_a_kid_means_none_of_several(issuer):
    issuer.published.append(jwk(private_key(9), "other"))
    assert refusal(issuer, signed({"alg": "RS256"}, issuer.claims(), issuer.key)) == oidc.UNKNOWN_KEY


def test_a_key_without_a_name_is_not_found_by_one(issuer):
    issuer.published = [jwk(issuer.key, None)]
    assert refusal(issuer, issuer.token()) == oidc.UNKNOWN_KEY


def test_an_issuer_may_have_withdrawn_every_key(issuer):
    with time_machine.travel(NOON, tick=False) as clock:
        token = issuer.token()
        verify(issuer, token)
        issuer.published = []
        clock.shift(timedelta(minutes=11))
        assert refusal(issuer, token) == oidc.UNKNOWN_KEY
        assert refusal(issuer, signed({"alg": "RS256"}, issuer.claims(), issuer.key)) == oidc.UNKNOWN_KEY


def test_keys_are_read_once_in_ten_minutes(issuer):
    with time_machine.travel(NOON, tick=False) as clock:
        token = issuer.token()
        for _ in range(3):
            verify(issuer, token)
        clock.shift(timedelta(minutes=10))
        verify(issuer, token)
        assert len(issuer.calls("GET", JWKS)) == 1
        clock.shift(timedelta(seconds=1))
        verify(issuer, token)
        assert len(issuer.calls("GET", JWKS)) == 2


def test_rotation_is_noticed_at_once_and_the_old_key_is_forgotten(issuer):
    old = issuer.token()
    verify(issuer, old)
    issuer.rotate()
    assert verify(issuer, issuer.token())
    assert refusal(issuer, old) == oidc.UNKNOWN_KEY
    assert len(issuer.calls("GET", JWKS)) == 2


def test_forged_names_of_keys_make_us_ask_once_in_thirty_seconds(issuer):
    with time_machine.travel(NOON, tick=False) as clock:
        verify(issuer, issuer.token())
        assert refusal(issuer, forged(issuer)) == oidc.UNKNOWN_KEY
        for _ in range(4):
            assert later(issuer, forged(issuer)) == 30
        assert len(issuer.calls("GET", JWKS)) == 2
        issuer.rotate()
        clock.shift(timedelta(seconds=29))
        assert later(issuer, issuer.token()) == 1, "its key may be one that the issuer has just begun to use"
        assert len(issuer.calls("GET", JWKS)) == 2
        clock.shift(timedelta(seconds=1))
        assert verify(issuer, issuer.token())
        assert later(issuer, forged(issuer)) == 30
        assert len(issuer.calls("GET", JWKS)) == 3


def test_keys_that_were_read_for_a_forged_token_are_not_read_again_for_it(issuer):
    assert refusal(issuer, forged(issuer)) == oidc.UNKNOWN_KEY
    assert len(issuer.calls("GET", JWKS)) == 1


def test_forged_signatures_make_us_ask_for_nothing(issuer):
    for _ in range(3):
        assert refusal(issuer, altered(issuer.token(), **issuer.claims(sub="u-2"))) == oidc.SIGNATURE
    assert len(issuer.calls("GET", JWKS)) == 1


def test_known_keys_serve_a_day_while_the_issuer_is_down(issuer):
    with time_machine.travel(NOON, tick=False) as clock:
        verify(issuer, issuer.token())
        issuer.down = True
        clock.shift(timedelta(hours=24))
        assert verify(issuer, issuer.token())
        clock.shift(timedelta(seconds=31))
        with pytest.raises(IssuerUnavailable):
            verify(issuer, issuer.token())
        issuer.down = False
        clock.shift(timedelta(seconds=31))
        assert verify(issuer, issuer.token())


def test_an_issuer_that_is_down_is_asked_once_in_thirty_seconds(issuer):
    with time_machine.travel(NOON, tick=False) as clock:
        verify(issuer, issuer.token())
        issuer.down = True
        clock.shift(timedelta(minutes=11))
        for _ in range(3):
            assert verify(issuer, issuer.token())
            assert later(issuer, forged(issuer)) == 30
        assert len(issuer.asked) == 3
        clock.shift(timedelta(seconds=29))
        assert verify(issuer, issuer.token())
        assert len(issuer.asked) == 3
        clock.shift(timedelta(seconds=1))
        assert verify(issuer, issuer.token())
        assert len(issuer.asked) == 4


def test_no_keys_and_no_issuer_is_an_outage_and_not_a_bad_token(issuer):
    issuer.down = True
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(3):
            with pytest.raises(IssuerUnavailable) as caught:
                verify(issuer, issuer.token())
        assert len(issuer.asked) == 1
        issuer.down = False
        clock.shift(timedelta(seconds=5))
        assert verify(issuer, issuer.token())
    error = caught.value
    assert isinstance(error, AppError) and not isinstance(error, Unauthorized)
    assert (error.status, error.code, error.headers) == (503, "issuer_unavailable", {"Retry-After": "5"})
    assert error.text and error.detail is None


WRECKS = [b"<html>Sorry</html>", b"{", b"", b"[]", b"null", b"7", b'"keys"', b"{}", b'{"keys":{}}', b'{"keys":null}']


@pytest.mark.parametrize("wreck", WRECKS)
@pytest.mark.parametrize("path", [DISCOVERY, JWKS])
def test_an_answer_without_keys_is_an_outage(issuer, wreck, path):
    issuer.page_next(wreck, path=path)
    with pytest.raises(IssuerUnavailable):
        verify(issuer, issuer.token())


@pytest.mark.parametrize("wreck", WRECKS)
def test_an_answer_without_keys_replaces_none(issuer, wreck):
    with time_machine.travel(NOON, tick=False) as clock:
        verify(issuer, issuer.token())
        clock.shift(timedelta(minutes=11))
        issuer.page_next(wreck, path=JWKS)
        assert verify(issuer, issuer.token())


@pytest.mark.parametrize("status", [301, 400, 404, 429, 500])
def test_a_refusal_of_the_issuer_is_an_outage(issuer, status):
    issuer.fail_next(status, {"error": "no"}, path=JWKS, headers={"Location": issuer.jwks_url})
    with pytest.raises(IssuerUnavailable):
        verify(issuer, issuer.token())


def test_a_connection_that_breaks_is_an_outage(issuer):
    issuer.drop_next(n=2, path=DISCOVERY)
    with pytest.raises(IssuerUnavailable):
        verify(issuer, issuer.token())


def test_a_byte_order_mark_is_no_obstacle(issuer):
    issuer.page_next(b"\xef\xbb\xbf" + json.dumps({"keys": issuer.published}).encode(), path=JWKS)
    assert verify(issuer, issuer.token())


@pytest.mark.parametrize("said", [ELSEWHERE, None, 7, ""])
def test_a_discovery_document_of_another_issuer_is_not_believed(issuer, said):
    issuer.document["issuer"] = said
    with pytest.raises(IssuerUnavailable):
        verify(issuer, issuer.token())
    assert issuer.calls("GET", JWKS) == []


ADDRESSES = [
    None,
    7,
    "",
    "keys",
    "/realms/desk/keys",
    "http://keys.example/keys",
    "http://127.0.0.1.keys.example/keys",
    "http://127.0.0.1@keys.example/keys",
    "http://localhost.example/keys",
    "ftp://127.0.0.1/keys",
    "file:///etc/passwd",
    "https://[bad/keys",
    "https://",
    "https://127.0.0.1:notaport/keys",
    "https://a..b/keys",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_keys_come_by_https_only(issuer, address):
    issuer.document["jwks_uri"] = address
    with pytest.raises(IssuerUnavailable):
        verify(issuer, issuer.token())
    assert issuer.calls("GET", JWKS) == []


@pytest.mark.parametrize("address", [one for one in ADDRESSES if one and isinstance(one, str)])
def test_nor_from_another_place_by_our_own_setting(issuer, address):
    with pytest.raises(IssuerUnavailable):
        verify(issuer, issuer.token(), jwks_url=address)
    assert issuer.asked == []


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1@0.0.0.0", "127.0.0.1:1@0.0.0.0"])
def test_only_loopback_may_do_without_https(issuer, host):
    reachable = issuer.jwks_url.replace("127.0.0.1", host)
    with pytest.raises(IssuerUnavailable):
        verify(issuer, issuer.token(), jwks_url=reachable)
    assert issuer.asked == []
    assert verify(issuer, issuer.token(), jwks_url=issuer.jwks_url.replace("127.0.0.1", "localhost"))


def test_the_keys_address_is_asked_as_it_is_written(issuer):
    issuer.page_next(json.dumps({"keys": issuer.published}).encode(), path=f"{JWKS}/")
    assert verify(issuer, issuer.token(), jwks_url=issuer.jwks_url.replace("http:", "HTTP:") + "/?tenant=desk&v=2")
    assert [(one.path, one.query) for one in issuer.asked] == [(f"/realms/desk/{JWKS}/", {"tenant": "desk", "v": "2"})]


def test_an_issuer_without_https_is_never_asked(issuer):
    plain = "http://login.elsewhere.example"
    with pytest.raises(IssuerUnavailable):
        verify(issuer, issuer.token(iss=plain), issuer=plain)


def test_two_issuers_keys_are_kept_apart(issuer):
    with IssuerStandIn() as other:
        other.rotate()
        assert verify(issuer, issuer.token()) and verify(other, other.token())
        mixed = signed({"alg": "RS256", "kid": other.kid}, issuer.claims(), other.key)
        assert refusal(issuer, mixed) == oidc.UNKNOWN_KEY


def test_threads_share_one_reading(issuer):
    token = issuer.token()
    with ThreadPoolExecutor(8) as pool:
        subjects = [claims["sub"] for claims in pool.map(lambda _: verify(issuer, token), range(24))]
    assert subjects == ["u-1"] * 24
    assert len(issuer.calls("GET", JWKS)) == 1
