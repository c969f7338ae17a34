"""1C's literals at their borders, its client against a strict stand-in, its refusals."""

import base64
import socket
import traceback
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from chalicelib.core.vendors import VendorBusy, VendorDown, VendorRefused
from chalicelib.integrations.onec import literals
from chalicelib.integrations.onec.client import OneCChanged, OneCClient, OneCNotPublished, OneCRefused, at_least, both, eq
from tests.standins.consulting import CLIENTS, DOCUMENTS, onec
from tests.standins.onec import OneCStandIn, error
from tests.standins.server import StandIn


class WebServer(StandIn):
    """What stands before 1C and answers in its place."""

    def __init__(self, status, page):
        super().__init__()
        self.status, self.page = status, page

    def serve(self, asked):
        return self.status, self.page, {"Content-Type": "text/html; charset=utf-8"}


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


GOODS = {"Название": "string", "Сумма": "number", "Метка": "number", "Когда": "datetime"}


@contextmanager
def stored():
    with OneCStandIn({"Catalog_Товар": GOODS}) as base:
        client = OneCClient(f"{base.address}/base", base.user, base.password, zone=TASHKENT, timeout=QUICK)
        for fields in ({"Сумма": 9, "Метка": 9}, {"Сумма": 10, "Метка": 10}, {"Название": "a and b", "Метка": 1, "Сумма": 100}):
            client.create("Catalog_Товар", fields)
        client.create("Catalog_Товар", {"Название": "'", "Метка": 2, "Сумма": 100})
        yield base, client


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
    assert literals.moment(nothing, ZoneInfo("America/New_York")) is None


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


def test_what_stands_on_the_wire_byte_for_byte():
    heads = []

    def answer(server):
        caller, _ = server.accept()
        with caller:
            heads.append(caller.recv(65536))
            caller.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close\r\n\r\n{"value":[]}')

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=answer, args=(server,))
        thread.start()
        client = OneCClient(f"http://127.0.0.1:{server.getsockname()[1]}/base", "Обмен", "ключ", zone=TASHKENT, timeout=(1, 5))
        where = both(eq("ИНН", literals.string("a' &+%#$,()")), eq("Ref_Key", literals.guid(REF)))
        client.rows("Catalog_Я", where, top=2, order="Date desc", skip=4)
        thread.join()
    line, *headers = heads[0].decode("ascii").split("\r\n")
    text = "%D0%98%D0%9D%D0%9D%20eq%20'a''%20%26%2B%25%23$,()'"
    query = f"$format=json&$filter={text}%20and%20Ref_Key%20eq%20guid'{REF}'&$top=2&$orderby=Date%20desc&$skip=4"
    assert line == f"GET /base/odata/standard.odata/Catalog_%D0%AF?{query} HTTP/1.1"
    assert f"Authorization: Basic {base64.b64encode('Обмен:ключ'.encode()).decode()}" in headers


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


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.get(CLIENTS, REF),
        lambda client: client.rows(CLIENTS, eq("ИНН", "'1'"), top=1),
        lambda client: client.create(CLIENTS, {"Description": "x"}),
        lambda client: client.change(CLIENTS, REF, {"Description": "x"}),
    ],
)
def test_a_set_that_is_unticked_is_no_rows_fault(base, client, call):
    base.unticked.add(CLIENTS)
    with pytest.raises(OneCNotPublished):
        call(client)


def test_a_row_that_is_gone_is_no_set_that_is_unticked(client):
    with pytest.raises(OneCRefused) as caught:
        client.change(CLIENTS, REF, {"Description": "x"})
    assert type(caught.value) is OneCRefused


def test_strings_of_a_fixed_length_lose_their_padding(base, client):
    base.padded = {"ИНН": 12, "Code": 20}
    made = client.create(CLIENTS, {"ИНН": "7701"})
    assert made["ИНН"] == client.get(CLIENTS, made["Ref_Key"])["ИНН"] == client.first(CLIENTS, eq("ИНН", "'7701'"))["ИНН"] == "7701"


def test_the_days_limit_is_a_refusal_in_1cs_words(base, client):
    base.day_limit = 0
    with pytest.raises(OneCRefused) as caught:
        client.create(DOCUMENTS, {"Date": "2026-12-01T10:00:00"})
    assert "лимит" in caught.value.reason
    assert caught.value.status == 500


@pytest.mark.parametrize(
    "words",
    [
        "Конфликт блокировок при выполнении",
        "Ошибка блокировки объекта. Объект уже заблокирован",
        "Не обнаружено свободной лицензии!",
        "Не найдена лицензия. Не обнаружен ключ защиты программы",
        "Сеанс завершён администратором",
        "Соединение с сервером баз данных разорвано",
        "Сервис занят, повторите попытку позже",
    ],
)
def test_trouble_that_passes_is_no_refusal(base, client, words):
    base.fail_next(500, error(words))
    with pytest.raises(VendorDown):
        client.rows(CLIENTS, eq("ИНН", "'1'"), top=1)


@pytest.mark.parametrize(
    "words",
    [
        "Контрагент заблокирован",
        "У клиента нет лицензии на консультации",
        "Заполните реквизит и повторите",
        "Сеанс не может длиться меньше часа",
        "Окончание не может быть позже срока",
    ],
)
@pytest.mark.parametrize("status", [400, 500])
def test_a_rule_of_the_base_is_no_outage(base, client, words, status):
    base.fail_next(status, error(words))
    with pytest.raises(OneCRefused) as caught:
        client.create(DOCUMENTS, {"Date": "2026-12-01T10:00:00"})
    assert (caught.value.status, caught.value.reason) == (status, words)


def test_the_words_that_pass_are_the_callers_to_name(base):
    client = OneCClient(f"{base.address}/base", base.user, base.password, zone=TASHKENT, timeout=QUICK, passing_words=("обед",))
    base.fail_next(500, error("Обед до двух"))
    with pytest.raises(VendorDown, match="Обед"):
        client.get(CLIENTS, REF)
    base.fail_next(500, error("Конфликт блокировок"))
    with pytest.raises(OneCRefused):
        client.get(CLIENTS, REF)


def test_rights_stay_refused_whatever_the_words(base, client):
    base.fail_next(403, error("Начало сеанса с информационной базой запрещено"))
    with pytest.raises(VendorRefused) as caught:
        client.get(CLIENTS, REF)
    assert caught.value.status == 403


@pytest.mark.parametrize("answer", [None, {}, {"odata.error": "x"}, {"odata.error": {"message": "x"}}])
def test_a_404_that_is_not_1cs_is_no_missing_row(base, client, answer):
    base.fail_next(404, answer)
    with pytest.raises(VendorRefused) as caught:
        client.get(CLIENTS, REF)
    assert (type(caught.value), caught.value.status) == (VendorRefused, 404)


def test_an_error_without_words(base, client):
    base.fail_next(500, error(" "))
    with pytest.raises(VendorDown):
        client.get(CLIENTS, REF)
    base.fail_next(400, error(""))
    with pytest.raises(OneCRefused) as caught:
        client.get(CLIENTS, REF)
    assert caught.value.reason == "HTTP 400"


def test_maintenance_is_down(base, client):
    base.down = True
    with pytest.raises(VendorDown) as caught:
        client.create(CLIENTS, {"Description": "Азиза"})
    assert not caught.value.sent_maybe
    assert base.rows(CLIENTS) == []


def test_silence_may_have_been_carried_out():
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = OneCClient(f"http://127.0.0.1:{server.getsockname()[1]}/base", "u", "p", zone=TASHKENT, timeout=(1, 0.2))
        with pytest.raises(VendorDown) as caught:
            client.create(CLIENTS, {"Description": "Азиза"})
    assert caught.value.sent_maybe


def test_a_refused_connection_was_not_acted_upon():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(VendorDown) as caught:
        OneCClient(f"http://127.0.0.1:{port}/base", "u", "p", zone=TASHKENT, timeout=QUICK).get(CLIENTS, REF)
    assert not caught.value.sent_maybe


@pytest.mark.parametrize(
    ("status", "kind", "sent_maybe"),
    [
        (400, VendorDown, False),
        (401, VendorRefused, None),
        (403, VendorRefused, None),
        (404, VendorDown, False),
        (412, OneCChanged, None),
        (500, VendorDown, False),
        (502, VendorDown, False),
        (504, VendorDown, True),
    ],
)
def test_a_page_of_the_web_server(status, kind, sent_maybe):
    with WebServer(status, "<!DOCTYPE html><h1>Что-то не так</h1>".encode()) as server:
        client = OneCClient(f"{server.address}/base", "u", "p", zone=TASHKENT, timeout=QUICK)
        for call in (lambda: client.get(CLIENTS, REF), lambda: client.change(CLIENTS, REF, {"Description": "x"}, version="AAA=")):
            with pytest.raises(kind) as caught:
                call()
            assert getattr(caught.value, "sent_maybe", None) is sent_maybe
            assert "<" not in str(caught.value)


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


@pytest.mark.parametrize(
    ("status", "words", "kind", "reason"),
    [
        (500, "Нет &quot;Темы&quot; &amp; даты &unknown;", OneCRefused, 'Нет "Темы" & даты &unknown;'),
        (500, "Длинно " * 500, OneCRefused, ("Длинно " * 500)[:300]),
        (500, "Конфликт блокировок", VendorDown, "Конфликт блокировок"),
        (403, "Нет прав", VendorRefused, "Нет прав"),
        (404, "Нет сущности", OneCNotPublished, "Нет сущности"),
    ],
)
def test_xml_refuses_as_json_does(status, words, kind, reason):
    page = f'<?xml version="1.0"?><m:error xmlns:m="x"><m:code>-1</m:code><m:message xml:lang="ru">{words}</m:message></m:error>'
    with WebServer(status, page.encode()) as server, pytest.raises(kind) as caught:
        OneCClient(f"{server.address}/base", "u", "p", zone=TASHKENT, timeout=QUICK).rows(CLIENTS, eq("ИНН", "'1'"), top=1)
    assert type(caught.value) is kind
    assert caught.value.reason == reason


def test_a_mark_of_byte_order_is_read_over(base, client):
    base.page_next(b'\xef\xbb\xbf{"value": []}')
    assert client.rows(CLIENTS, eq("ИНН", "'1'"), top=1) == []


def test_an_answer_that_was_lost_may_have_been_carried_out(base, client):
    base.drop_next()
    with pytest.raises(VendorDown) as caught:
        client.create(CLIENTS, {"Description": "Азиза"})
    assert caught.value.sent_maybe
    assert len(base.rows(CLIENTS)) == 1


def test_neither_password_nor_header_is_in_a_traceback(base, client):
    pair = base64.b64encode(f"{base.user}:{base.password}".encode()).decode()
    base.fail_next(500, error(f"Заголовок Basic {pair}, пароль {base.password}"))
    base.fail_next(500, error(f"Соединение с {pair} разорвано"))
    base.drop_next()
    for _ in range(3):
        with pytest.raises((VendorRefused, VendorDown)) as caught:
            client.get(CLIENTS, REF)
        told = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
        assert pair not in told and base.password not in told


@pytest.mark.parametrize("answer", [{}, {"Ref_Key": literals.ZERO}, {"Ref_Key": 5}, [], None])
def test_a_row_without_its_reference_may_stand_there(base, client, answer):
    base.fail_next(201, answer)
    with pytest.raises(VendorDown) as caught:
        client.create(CLIENTS, {"Description": "Азиза"})
    assert caught.value.sent_maybe


def test_a_repeated_post_makes_a_second_row(base, client):
    for _ in range(2):
        client.create(CLIENTS, {"Description": "Азиза"})
    assert len({row["Ref_Key"] for row in base.rows(CLIENTS)}) == 2


def test_an_operators_edit_moves_the_version_and_the_time_of_change(base, client):
    made = client.create(CLIENTS, {"Description": "Азиза"})
    base.clock = lambda: datetime(2026, 12, 31, 19, 0, tzinfo=UTC)
    base.change(CLIENTS, made["Ref_Key"], Description="Азиза К.")
    read = client.get(CLIENTS, made["Ref_Key"])
    assert (read["Description"], read["ДатаИзменения"]) == ("Азиза К.", "2027-01-01T00:00:00")
    assert read["DataVersion"] != made["DataVersion"]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Название eq 'a and b'", [1]),
        ("Название eq ''''", [2]),
        ("Название ne ''", [1, 2]),
        ("Сумма gt 9 and Сумма lt 100", [10]),
        ("Сумма le 9", [9]),
        ("DeletionMark eq false", [9, 10, 1, 2]),
        ("DeletionMark eq true", []),
        ("Когда eq datetime'0001-01-01T00:00:00'", [9, 10, 1, 2]),
    ],
)
def test_the_stand_in_compares_as_the_types_do(where, found):
    with stored() as (_, client):
        rows = client.rows("Catalog_Товар", where, top=9)
        assert [row["Метка"] for row in rows] == found


@pytest.mark.parametrize(
    "where",
    [
        "Нет eq 'x'",
        "Сумма eq 'x'",
        "Название eq 5",
        "Ref_Key eq 'x'",
        "Ref_Key eq guid'x'",
        "DeletionMark eq 1",
        "Когда ge datetime'2026-01-01'",
        "Название eq 'a' or Сумма eq 1",
        "Название eq 'it's'",
        "and",
    ],
)
def test_the_stand_in_refuses_a_filter_even_over_no_rows(where):
    with OneCStandIn({"Catalog_Товар": GOODS}) as base:
        client = OneCClient(f"{base.address}/base", base.user, base.password, zone=TASHKENT, timeout=QUICK)
        with pytest.raises(OneCRefused) as caught:
            client.rows("Catalog_Товар", where, top=1)
        assert caught.value.status == 400 and len(base.wrong) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"Date": "2026-12-01"},
        {"Date": "2026-12-01T10:00:00Z"},
        {"Date": "2026-12-01T10:00:00.5"},
        {"Тема": "x"},
        {"Date": "2026-12-01T10:00:00", "Posted": True},
        {"Date": "2026-12-01T10:00:00", "Чужое": "x"},
        {"Date": "2026-12-01T10:00:00", "Контрагент_Key": "ABC"},
        {"Date": "2026-12-01T10:00:00", "Тема": 5},
    ],
)
def test_the_stand_in_refuses_a_body_that_1c_would_not_take(base, client, fields):
    with pytest.raises(OneCRefused) as caught:
        client.create(DOCUMENTS, fields)
    assert caught.value.status == 400 and len(base.wrong) == 1 and base.documents == []


def test_the_password_is_in_no_error(base, client):
    base.fail_next(400, error(f"нет доступа для {base.user} с паролем {base.password}"))
    with pytest.raises(VendorRefused) as caught:
        client.rows(CLIENTS, eq("ИНН", "'1'"), top=1)
    assert base.password not in f"{caught.value} {caught.value.reason}"
    stranger = OneCClient(f"{base.address}/base", base.user, "wrong-pass", zone=TASHKENT, timeout=QUICK)
    with pytest.raises(VendorRefused) as caught:
        stranger.rows(CLIENTS, eq("ИНН", "'1'"), top=1)
    assert caught.value.status == 401
