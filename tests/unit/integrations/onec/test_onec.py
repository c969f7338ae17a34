"""1C's literals at their borders, its client against a strict stand-in, its refusals."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.core.vendors import VendorBusy, VendorDown, VendorRefused
from chalicelib.integrations.onec import literals
from chalicelib.integrations.onec.client import OneCChanged, OneCClient, OneCRefused, at_least, both, eq
from tests.standins.consulting import CLIENTS, DOCUMENTS, onec
from tests.standins.onec import error

TASHKENT = ZoneInfo("Asia/Tashkent")
REF = "6f0d1f2a-0b1c-4d5e-8f90-a1b2c3d4e5f6"
QUICK = (0.5, 0.5)


@pytest.fixture
def base():
    with onec() as stand_in:
        yield stand_in


@pytest.fixture
def client(base):
    return OneCClient(f"{base.address}/base/", base.user, base.password, zone=TASHKENT, timeout=QUICK)


@pytest.mark.parametrize(
    ("moment", "wall"),
    [
        (datetime(2026, 12, 31, 19, 0, tzinfo=UTC), "2027-01-01T00:00:00"),
        (datetime(2026, 12, 31, 18, 59, 59, 999_999, tzinfo=UTC), "2026-12-31T23:59:59"),
        (datetime(2028, 2, 28, 19, 30, tzinfo=UTC), "2028-02-29T00:30:00"),
    ],
)
def test_moments_are_wall_time_without_offset(moment, wall):
    assert literals.wall_text(moment, TASHKENT) == wall
    assert literals.datetime_literal(moment, TASHKENT) == f"datetime'{wall}'"
    assert literals.moment(wall, TASHKENT) == moment.replace(microsecond=0)


@pytest.mark.parametrize("nothing", ["0001-01-01T00:00:00", "", " ", None, 5, "вчера", "2026-13-01T00:00:00"])
def test_an_empty_date_is_none(nothing):
    assert literals.moment(nothing, TASHKENT) is None


@pytest.mark.parametrize("told", ["2026-03-20T05:00:00.5", "2026-03-20T00:00:00.5Z", "2026-03-20T05:00:00.5+05:00"])
def test_a_fraction_or_an_offset_is_read_where_one_comes(told):
    assert literals.moment(told, TASHKENT) == datetime(2026, 3, 20, 0, 0, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize("nothing", [literals.ZERO, "", None, 7, "uuid-from-1c", REF + "0", REF.replace("-", "")])
def test_what_is_no_reference(nothing):
    assert literals.reference(nothing) is None


def test_a_reference_is_folded():
    assert literals.reference(f" {REF.upper()} ") == REF


def test_strings_double_their_quotes():
    assert literals.string("Кафе 'Угол' о''да") == "'Кафе ''Угол'' о''''да'"


def test_addresses_are_encoded_the_way_1c_reads_them(base, client):
    client.first(CLIENTS, both(eq("ИНН", literals.string("a' b&c=d+e%20")), at_least("Ref_Key", literals.guid(REF))))
    (asked,) = base.asked
    assert asked.path.endswith("/odata/standard.odata/Catalog_%D0%9A%D0%BE%D0%BD%D1%82%D1%80%D0%B0%D0%B3%D0%B5%D0%BD%D1%82%D1%8B")
    assert asked.query == {"$format": "json", "$filter": f"ИНН eq 'a'' b&c=d+e%20' and Ref_Key ge guid'{REF}'", "$top": "1"}
    assert base.wrong == []


def test_rows_are_made_found_changed_and_listed(base, client):
    made = client.create(DOCUMENTS, {"Date": "2026-12-01T10:00:00", "Тема": "Учёт", "ВнешнийКод": "c-1"})
    assert (len(made["Number"]), made["Number"][:6]) == (11, "000000")
    ref = made["Ref_Key"]
    assert client.get(DOCUMENTS, ref)["Тема"] == "Учёт"
    assert client.first(DOCUMENTS, eq("ВнешнийКод", literals.string("c-1")))["Ref_Key"] == ref
    assert client.first(DOCUMENTS, eq("ВнешнийКод", literals.string("c-2"))) is None
    assert client.change(DOCUMENTS, ref, {"Тема": "Налоги"}, version=made["DataVersion"])["Тема"] == "Налоги"
    with pytest.raises(OneCChanged):
        client.change(DOCUMENTS, ref, {"Тема": "x"}, version=made["DataVersion"])
    client.create(DOCUMENTS, {"Date": "2026-12-02T10:00:00"})
    pages = [client.rows(DOCUMENTS, at_least("Date", "datetime'2026-01-01T00:00:00'"), top=1, order="Date", skip=n) for n in range(3)]
    assert [len(page) for page in pages] == [1, 1, 0]
    assert client.get(DOCUMENTS, REF) is None
    assert base.wrong == []


def test_a_set_that_is_not_published_is_no_missing_row(client):
    with pytest.raises(OneCRefused) as caught:
        client.get("Document_Чужой", REF)
    assert "не опубликована" in caught.value.reason


def test_the_days_limit_is_a_refusal_in_1cs_words(base, client):
    base.day_limit = 0
    with pytest.raises(OneCRefused) as caught:
        client.create(DOCUMENTS, {"Date": "2026-12-01T10:00:00"})
    assert "лимит" in caught.value.reason
    assert caught.value.status == 500


@pytest.mark.parametrize(
    "words", ["Конфликт блокировок при выполнении", "Не обнаружено свободной лицензии!", "Сеанс завершён администратором"]
)
def test_trouble_that_passes_is_no_refusal(base, client, words):
    base.fail_next(500, error(words))
    with pytest.raises(VendorDown):
        client.rows(CLIENTS, eq("ИНН", "'1'"), top=1)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_without_words_is_down(base, client, status):
    base.fail_next(status)
    with pytest.raises(VendorDown):
        client.rows(CLIENTS, eq("ИНН", "'1'"), top=1)


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><h1>404</h1>", b"\xef\xbb\xbf<html/>", b"", b'{"value": 7}', b'{"value": [1]}', b"[]"])
def test_an_answer_that_is_no_list_is_down(base, client, page):
    base.page_next(page)
    with pytest.raises(VendorDown):
        client.rows(CLIENTS, eq("ИНН", "'1'"), top=1)


@pytest.mark.parametrize(("status", "kind"), [(401, VendorRefused), (403, VendorRefused), (400, OneCRefused), (429, VendorBusy)])
def test_other_refusals(base, client, status, kind):
    base.fail_next(status, error("Недостаточно прав"), headers={"Retry-After": "7"})
    with pytest.raises(kind):
        client.rows(CLIENTS, eq("ИНН", "'1'"), top=1)


def test_xml_is_1cs_own_voice_too(base, client):
    page = "<?xml version='1.0'?><m:error><m:code>-1</m:code><m:message xml:lang='ru'>Неверный фильтр</m:message></m:error>"
    base.page_next(page.encode())
    with pytest.raises(OneCRefused) as caught:
        client.rows(CLIENTS, eq("ИНН", "'1'"), top=1)
    assert caught.value.reason == "Неверный фильтр"


def test_a_mark_of_byte_order_is_read_over(base, client):
    base.page_next(b'\xef\xbb\xbf{"value": []}')
    assert client.rows(CLIENTS, eq("ИНН", "'1'"), top=1) == []


def test_an_answer_that_was_lost_may_have_been_carried_out(base, client):
    base.drop_next()
    with pytest.raises(VendorDown) as caught:
        client.create(CLIENTS, {"Description": "Азиза"})
    assert caught.value.sent_maybe
    assert len(base.rows(CLIENTS)) == 1


def test_the_password_is_in_no_error(base, client):
    base.fail_next(400, error(f"нет доступа для {base.user} с паролем {base.password}"))
    with pytest.raises(VendorRefused) as caught:
        client.rows(CLIENTS, eq("ИНН", "'1'"), top=1)
    assert base.password not in f"{caught.value} {caught.value.reason}"
    stranger = OneCClient(f"{base.address}/base", base.user, "wrong-pass", zone=TASHKENT, timeout=QUICK)
    with pytest.raises(VendorRefused) as caught:
        stranger.rows(CLIENTS, eq("ИНН", "'1'"), top=1)
    assert caught.value.status == 401
