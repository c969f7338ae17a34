"""initData: two vectors published by other libraries, everything forged from them, and what those libraries get wrong."""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.integrations.telegram.init_data import BadInitData, InitData, validate_init_data

# Public test data of Telegram-Mini-Apps/init-data-golang and of aiogram; neither token is anybody's secret.
FULL_TOKEN = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8"
FULL = (
    "query_id=AAHdF6IQAAAAAN0XohDhrOrc"
    "&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username"
    "%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D"
    "&auth_date=1662771648&hash=c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2"
)
FULL_AT = datetime.fromtimestamp(1662771648, UTC)
SHORT_TOKEN = "42:TEST"
SHORT = (
    "auth_date=1650385342&user=%7B%22id%22%3A42%2C%22first_name%22%3A%22Test%22%7D&query_id=test"
    "&hash=46d2ea5e32911ec8d30999b56247654460c0d20949b6277af519e76271182803"
)
SHORT_AT = datetime.fromtimestamp(1650385342, UTC)


def signed(token: str = SHORT_TOKEN, **fields: str) -> str:
    """initData as Telegram would sign it."""
    lines = "\n".join(f"{key}={value}" for key, value in sorted(fields.items()))
    secret = hmac.digest(b"WebAppData", token.encode(), sha256)
    return urlencode({**fields, "hash": hmac.new(secret, lines.encode(), sha256).hexdigest()})


def refusal(raw: str, token: str = SHORT_TOKEN, now: datetime = SHORT_AT) -> str:
    with pytest.raises(BadInitData) as caught:
        validate_init_data(raw, token, now)
    assert caught.value.status == 401
    return str(caught.value.detail)


def test_the_full_vector() -> None:
    assert validate_init_data(FULL, FULL_TOKEN, FULL_AT) == InitData("279058397", "vdkfrost", "Vladislav", "ru")


def test_the_short_vector() -> None:
    assert validate_init_data(SHORT, SHORT_TOKEN, SHORT_AT) == InitData("42", None, "Test", None)


def test_the_signature_is_part_of_what_is_signed() -> None:
    raw = signed(auth_date="1650385342", signature="c2lnbmVk", user='{"id":42}')
    assert validate_init_data(raw, SHORT_TOKEN, SHORT_AT).user_id == "42"
    assert refusal(raw.replace("c2lnbmVk", "b3RoZXI")) == "forged"
    assert refusal(raw.replace("signature=c2lnbmVk&", "")) == "forged"
    assert refusal(SHORT + "&signature=c2lnbmVk") == "forged"


def test_values_are_compared_as_they_came() -> None:
    user = r'{"id":42,"first_name":"Анна + Ко","photo_url":"https:\/\/t.me\/i\/1.svg"}'
    raw = signed(auth_date="1650385342", user=user, start_param="")
    assert validate_init_data(raw, SHORT_TOKEN, SHORT_AT).first_name == "Анна + Ко"


@pytest.mark.parametrize(
    "raw",
    [
        SHORT.replace("Test", "Best"),
        SHORT.replace("hash=46", "hash=47"),
        SHORT.replace("46d2ea", "46D2EA"),
        SHORT.partition("&hash=")[0],
        SHORT.partition("&hash=")[0] + "&hash=",
        SHORT.partition("&hash=")[0] + "&hash=%D1%8F",
        SHORT.partition("&hash=")[0] + "&hash=\ud83d",
        SHORT + "&chat_type=private",
        SHORT.replace("query_id=test&", ""),
        "",
    ],
)
def test_what_telegram_did_not_sign_is_forged(raw: str) -> None:
    assert refusal(raw) == "forged"


def test_another_bots_token_does_not_open_ours() -> None:
    assert refusal(SHORT, token=FULL_TOKEN) == "forged"
    assert refusal(FULL, now=FULL_AT) == "forged"


def test_without_a_token_the_door_is_closed() -> None:
    assert refusal(signed(token="", auth_date="1650385342", user='{"id":42}'), token="") == "forged"


@pytest.mark.parametrize(
    "raw",
    [
        SHORT + "&query_id=test",
        SHORT + "&user=%7B%22id%22%3A43%7D",
        SHORT + "&" + SHORT.rpartition("&")[2],
    ],
)
def test_duplicate_keys_are_refused(raw: str) -> None:
    assert refusal(raw) == "duplicate_key"


@pytest.mark.parametrize(
    "raw",
    [
        "no pairs",
        "a=1&&b=2",
        "a=%FF",
        "&".join(f"k{number}=1" for number in range(40)),
        "a=" + "x" * 9000,
    ],
)
def test_what_is_no_query_string_is_malformed(raw: str) -> None:
    assert refusal(raw) == "malformed"


@pytest.mark.parametrize("auth_date", ["", "tomorrow", "-1", "1650385342.5", "١٦٥٠٣٨٥٣٤٢", "9" * 5000])
def test_a_date_that_is_none_is_malformed(auth_date: str) -> None:
    assert refusal(signed(auth_date=auth_date, user='{"id":42}')) == "malformed"


def test_a_missing_date_is_malformed() -> None:
    assert refusal(signed(user='{"id":42}')) == "malformed"


def test_age_is_limited_to_the_second() -> None:
    assert validate_init_data(SHORT, SHORT_TOKEN, SHORT_AT + timedelta(hours=24))
    assert refusal(SHORT, now=SHORT_AT + timedelta(hours=24, seconds=1)) == "expired"
    with pytest.raises(BadInitData):
        validate_init_data(SHORT, SHORT_TOKEN, SHORT_AT + timedelta(seconds=11), max_age=timedelta(seconds=10))


def test_a_clock_may_be_a_minute_behind_and_no_more() -> None:
    assert validate_init_data(SHORT, SHORT_TOKEN, SHORT_AT - timedelta(seconds=60))
    assert refusal(SHORT, now=SHORT_AT - timedelta(seconds=61)) == "future"


@pytest.mark.parametrize("user", ["", "null", "42", "{}", '{"id":"x"}', '{"id":true}', "[" * 2000])
def test_signed_data_without_a_user_proves_nobody(user: str) -> None:
    assert refusal(signed(auth_date="1650385342", user=user)) == "no_user"


@given(st.text() | st.builds(urlencode, st.dictionaries(st.sampled_from(["hash", "user", "auth_date", "x"]), st.text())))
def test_nothing_unsigned_gets_in_or_breaks_the_door(raw: str) -> None:
    assert refusal(raw) in {"forged", "malformed", "duplicate_key"}
