"""Go-CRM's three ways in against a strict stand-in: every operation, every refusal, no secret in any error."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core import clock
from chalicelib.core.vendors import VendorBusy, VendorDown, VendorRefused
from chalicelib.integrations.gocrm import mapping
from chalicelib.integrations.gocrm.client import ClientGoCrm, PluginHook, PublicGoCrm
from chalicelib.integrations.gocrm.errors import GoCrmInvalid, GoCrmSessionOver, GoCrmTaken, GoCrmWrongCode
from chalicelib.integrations.gocrm.schemas import Lead
from tests.standins.gocrm import GoCrmStandIn

QUICK = (0.5, 0.5)
PHONE = "79160001122"


@pytest.fixture
def gocrm():
    with GoCrmStandIn() as stand_in:
        yield stand_in
        assert not stand_in.wrong, "Go-CRM would have refused these requests"


@pytest.fixture
def public(gocrm):
    return PublicGoCrm(gocrm.public_url, timeout=QUICK)


@pytest.fixture
def parent(gocrm):
    return gocrm.add_parent(PHONE, children=["Ася", "Лев"])


@pytest.fixture
def cabinet(gocrm, parent):
    stranger = ClientGoCrm(gocrm.client_url, gocrm.app_token, timeout=QUICK)
    stranger.ask_code(PHONE)
    return ClientGoCrm(gocrm.client_url, gocrm.app_token, stranger.sign_in(PHONE, gocrm.codes[PHONE]), timeout=QUICK)


def lead(**said):
    return Lead(**{"name": "Ася Орлова", "phone": f"+{PHONE}", **said})


def test_directories_are_read_under_our_names(gocrm, public):
    ufa, kazan = gocrm.add_city("Уфа"), gocrm.add_city("Казань")
    gocrm.add_center(ufa, "Октября, 4")
    gocrm.add_center(kazan, "Баумана, 1", latitude=None, longitude=None)
    assert [city.name for city in public.cities()] == ["Уфа", "Казань"]
    first, second = public.centers()
    assert (first.address, first.phone, first.coordinates.lat) == ("Октября, 4", "+73470000001", 54.7351)
    assert second.coordinates is None
    assert [center.id for center in public.centers(str(kazan))] == [second.id]


def test_lists_that_come_in_pages_are_read_to_their_end():
    with GoCrmStandIn(page_size=2) as gocrm:
        for number in range(5):
            gocrm.add_city(f"Город {number}")
        assert len(PublicGoCrm(gocrm.public_url, timeout=QUICK).cities()) == 5


def test_the_staff_list_fails_as_it_is_known_to_and_leaves_out_who_is_hidden(gocrm, public):
    with pytest.raises(VendorDown):
        public.staff()
    gocrm.staff_down = False
    gocrm.add_staff(1, "Ольга")
    gocrm.add_staff(1, "Тайная", isDisplay=False)
    assert [one.name for one in public.staff("1")] == ["Ольга"]


def test_a_lead_is_sent_as_go_crm_writes_it(gocrm, public):
    center = gocrm.add_center(gocrm.add_city("Уфа"), "Октября, 4")
    remote_id = public.create_lead(lead(center_id=str(center), birthday="2019-05-04", comment="Позвоните; вечером"))
    (kept,) = gocrm.leads
    assert str(kept["id"]) == remote_id
    assert (kept["birthday"], kept["center_id"], kept["phone"]) == ("04.05.2019", center, f"+{PHONE}")


@pytest.mark.parametrize("inside_200", [False, True])
def test_objections_come_back_under_our_names(gocrm, public, inside_200):
    gocrm.errors_inside_200 = inside_200
    with pytest.raises(GoCrmInvalid) as caught:
        public.create_lead(lead(center_id="999"))
    assert set(caught.value.fields) == {"center_id", "birthday"}


def test_a_plugin_takes_a_form_at_a_link_that_no_error_tells(gocrm):
    url = gocrm.plugin_url(5)
    PluginHook(url, timeout=QUICK).send({"name": "Ася", "phone": f"+{PHONE}", "utm_source": "vk"})
    assert (gocrm.leads[0]["via"], gocrm.leads[0]["utm_source"]) == (5, "vk")
    gocrm.fail_next(404, {"message": f"No route {url}"})
    with pytest.raises(VendorRefused) as caught:
        PluginHook(url, timeout=QUICK).send({"phone": f"+{PHONE}"})
    assert "plugins/5" not in f"{caught.value!r} {caught.value.reason}"


def test_a_wrong_code_signs_nobody_in_and_a_strangers_phone_is_not_told(gocrm, parent):
    stranger = ClientGoCrm(gocrm.client_url, gocrm.app_token, timeout=QUICK)
    stranger.ask_code(PHONE)
    with pytest.raises(GoCrmWrongCode):
        stranger.sign_in(PHONE, "0000")
    with pytest.raises(VendorRefused) as caught:
        stranger.ask_code("79169999999")
    assert "79169999999" not in f"{caught.value} {caught.value.reason} {getattr(caught.value, 'fields', '')}"


def test_the_cabinet_is_read_under_our_names(gocrm, parent, cabinet):
    asya = parent.children[0]["id"]
    gocrm.add_subscription(parent, asya, total=8, balance=3)
    gocrm.add_lesson(parent, asya, datetime.now(UTC) + timedelta(days=2))
    gocrm.add_lesson(parent, asya, datetime.now(UTC) - timedelta(days=2), visited="+")
    parent.debts.append({"centerId": 1, "sum": "1500,50"})
    assert (cabinet.profile().full_name, cabinet.profile().email) == ("Орлова Мария", "orlova@example.com")
    assert [child.name for child in cabinet.children()] == ["Ася", "Лев"]
    (bought,) = cabinet.subscriptions()
    assert (bought.used, bought.price_kopecks, bought.child_id) == (5, 300_000, str(asya))
    assert len(cabinet.lessons("past")) == len(cabinet.lessons("upcoming")) == 1
    assert cabinet.update_profile({"email": "new@example.com"}).email == "new@example.com"


def test_a_window_is_booked_and_taken(gocrm, parent, cabinet):
    gocrm.add_window(clock.wall() + timedelta(days=2))
    (window,) = cabinet.free_windows()
    one, two = (str(child["id"]) for child in parent.children)
    cabinet.book_lesson(one, window.id)
    for child in (one, two):
        with pytest.raises(GoCrmTaken):
            cabinet.book_lesson(child, window.id)
    gocrm.taken_status = 409
    with pytest.raises(GoCrmTaken):
        cabinet.book_lesson(two, window.id)
    assert cabinet.free_windows() == []


@pytest.mark.parametrize("window", ["", "x", "1:1", "1:1:0:2", "../1", "９:1:0"])
def test_a_window_that_was_never_given_is_not_asked_for(gocrm, cabinet, window):
    before = len(gocrm.asked)
    with pytest.raises(GoCrmInvalid):
        cabinet.book_lesson("1", window)
    assert len(gocrm.asked) == before


def test_a_link_to_pay_is_a_link(gocrm, parent, cabinet):
    own = gocrm.add_subscription(parent, parent.children[0]["id"])
    assert cabinet.payment_link(str(own), 300_000, "key").url.startswith("https://pay.example/")
    gocrm.page_next(b'{"paymentUrl": "javascript:alert(1)"}')
    with pytest.raises(VendorDown):
        cabinet.payment_link(str(own), 300_000, "key")


def test_a_session_that_ended_says_so(gocrm, cabinet):
    gocrm.expire_tokens()
    with pytest.raises(GoCrmSessionOver):
        cabinet.children()
    with pytest.raises(GoCrmSessionOver):
        ClientGoCrm(gocrm.client_url, gocrm.app_token, timeout=QUICK).children()


TROUBLE = [(500, VendorDown), (502, VendorDown), (503, VendorDown), (504, VendorDown), (429, VendorBusy), (403, VendorRefused)]


@pytest.mark.parametrize(("status", "kind"), TROUBLE)
@pytest.mark.parametrize("call", ["cities", "create_lead", "children", "subscriptions", "payments", "debts", "profile"])
def test_trouble_has_a_name(gocrm, public, cabinet, call, status, kind):
    gocrm.fail_next(status, {"message": f"trouble with {gocrm.app_token}"}, headers={"Retry-After": "9"})
    with pytest.raises(kind) as caught:
        public.create_lead(lead()) if call == "create_lead" else getattr(public if call == "cities" else cabinet, call)()
    assert call in ("cities", "create_lead") or gocrm.app_token not in f"{caught.value} {caught.value.reason}"
    assert not isinstance(caught.value, VendorBusy) or caught.value.retry_after == 9


@pytest.mark.parametrize(
    "page", [b"<html>maintenance</html>", b"", b"null", b'"x"', b"7", b'{"data": 7}', b'{"data": [7]}', b'{"data": [{}]}', b"\xff\xfe"]
)
def test_odd_answers_are_no_lists_and_no_crash(gocrm, public, page):
    gocrm.page_next(page)
    with suppress(VendorDown):
        assert public.cities() == []


def test_an_answer_that_was_lost_may_have_been_carried_out(gocrm, public):
    gocrm.required = set()
    gocrm.drop_next()
    with pytest.raises(VendorDown) as caught:
        public.create_lead(lead())
    assert caught.value.sent_maybe
    assert len(gocrm.leads) == 1


def test_the_settings_file_says_where_it_is_unsure():
    book = mapping.manual()
    assert set(book.operations) >= {"cities", "centers", "staff", "create_lead", "send_lead", "sign_in", "book_lesson", "payment_link"}
    assert {operation.method for operation in book.operations.values()} <= {"GET", "POST", "PUT"}
