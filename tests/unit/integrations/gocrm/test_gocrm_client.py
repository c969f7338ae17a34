"""Go-CRM's clients against a strict club on loopback."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.core import clock
from chalicelib.core.vendors import VendorBusy, VendorDown, VendorError, VendorRefused
from chalicelib.integrations.gocrm.client import ClientGoCrm, PluginHook, PublicGoCrm
from chalicelib.integrations.gocrm.errors import GoCrmInvalid, GoCrmSessionOver, GoCrmTaken, GoCrmWrongCode
from chalicelib.integrations.gocrm.mapping import Zones
from chalicelib.integrations.gocrm.schemas import Lead
from tests.standins.gocrm import GoCrmStandIn

PHONE, OTHERS = "79160001122", "79160003344"
UFA = ZoneInfo("Asia/Yekaterinburg")
NOW = datetime(2027, 3, 14, 9, 0, tzinfo=UTC)
WALL = NOW.astimezone(UFA).replace(tzinfo=None)
HOUR = timedelta(hours=1)
LEAD = Lead(name="Ася", phone="+79160001122", birthday=date(2019, 5, 4), comment="После школы")
PAGE = b"<html><body>Blocked</body></html>"


@pytest.fixture
def gocrm():
    with GoCrmStandIn() as stand_in:
        yield stand_in
        assert stand_in.wrong == []


@pytest.fixture
def public(gocrm):
    return PublicGoCrm(gocrm.public_url, timeout=(1, 5))


@pytest.fixture
def hook(gocrm):
    return PluginHook(gocrm.plugin_url(), timeout=(1, 5))


@pytest.fixture
def parent(gocrm):
    return gocrm.add_parent(PHONE, children=["Ася", "Пётр"])


def client_of(gocrm, phone=PHONE):
    token = f"access-of-{phone}"
    gocrm.tokens[token] = phone
    return ClientGoCrm(gocrm.client_url, gocrm.app_token, token, zones=Zones(UFA), timeout=(1, 5))


@pytest.fixture
def client(gocrm, parent):
    with clock.pinned(NOW):
        yield client_of(gocrm)


def ids(rows):
    return [row.id for row in rows]


def lead_in(gocrm, **more):
    return LEAD.model_copy(update={"center_id": str(gocrm.add_center(gocrm.add_city("Уфа"), "Лесная, 3")), **more})


# directories


def test_cities_and_branches_are_read(gocrm, public):
    ufa, omsk = gocrm.add_city("Уфа"), gocrm.add_city("Омск")
    gocrm.add_center(ufa, "Лесная, 3")
    gocrm.add_center(omsk, "Речная, 8", latitude="", longitude=None)
    assert [city.name for city in public.cities()] == ["Уфа", "Омск"]
    first, second = public.centers()
    assert (first.city_id, first.address, first.phone, first.timezone) == (str(ufa), "Лесная, 3", "+73470000001", "Asia/Yekaterinburg")
    assert first.coordinates.model_dump() == {"lat": 54.7351, "lng": 55.9587}
    assert (second.city_id, second.coordinates) == (str(omsk), None)
    assert len(gocrm.calls("GET", "centers")) == 2


def test_one_citys_branches_cost_one_call(gocrm, public):
    gocrm.add_center(gocrm.add_city("Уфа"), "Лесная, 3")
    assert len(public.centers(str(gocrm.cities[0]["id"]))) == 1
    assert len(gocrm.asked) == 1


def test_a_city_that_fails_fails_all_branches(gocrm, public):
    ufa, omsk = gocrm.add_city("Уфа"), gocrm.add_city("Омск")
    gocrm.add_center(ufa, "Лесная, 3")
    gocrm.fail_next(500, path=f"cities/{omsk}")
    with pytest.raises(VendorDown):
        public.centers()


def test_a_citys_id_stays_in_its_place_of_the_path(gocrm, public):
    with pytest.raises(VendorRefused):
        public.centers("1/../../leads?x=")
    assert gocrm.asked[0].path == "/api/v3/cities/1%2F..%2F..%2Fleads%3Fx%3D/centers"
    gocrm.wrong.clear()


def test_staff_answers_500_as_it_does(gocrm, public):
    with pytest.raises(VendorDown, match="HTTP 500") as caught:
        public.staff()
    assert not isinstance(caught.value, VendorRefused)


def test_staff_is_read_once_it_works(gocrm, public):
    gocrm.staff_down = False
    center = gocrm.add_center(gocrm.add_city("Уфа"), "Лесная, 3")
    gocrm.add_staff(center, "Олег", 4)
    gocrm.add_staff(center, "Скрытая", isDisplay=False)
    gocrm.add_staff(center + 1, "Из другого", 2)
    (one,) = public.staff(str(center))
    assert (one.name, one.position, one.center_id) == ("Олег", "Инструктор", str(center))
    assert [other.name for other in public.staff()] == ["Олег", "Из другого"]
    assert "login" not in repr(one)


def test_a_list_in_pages_is_read_to_its_end():
    with GoCrmStandIn(page_size=2) as gocrm:
        for number in range(5):
            gocrm.add_city(f"Город {number}")
        assert len(PublicGoCrm(gocrm.public_url).cities()) == 5
        assert len(gocrm.asked) == 3
        assert gocrm.wrong == []


def test_a_list_without_an_end_is_left(gocrm, public):
    gocrm.fail_next(200, {"data": [{"id": 1, "name": "Уфа"}], "last_page": 10**9}, n=1000, path="cities")
    assert len(public.cities()) == 50


@pytest.mark.parametrize(
    "answer", [{}, {"status": "success"}, "ok", 7, {"data": "нет"}, {"data": [{"title": "без номера"}]}, {"data": [7, None]}, None]
)
def test_an_answer_nobody_understands_is_an_outage_not_an_empty_list(gocrm, public, answer):
    gocrm.fail_next(200, answer, path="cities")
    with pytest.raises(VendorDown):
        public.cities()


@pytest.mark.parametrize(
    "answer",
    [
        [{"id": "1", "name": "Уфа"}],
        {"data": {"7": {"id": 1, "title": "Уфа"}}},
        {"data": [{"id": 1, "name": "Уфа"}, {"name": "без номера"}, 7]},
    ],
)
def test_odd_shapes_are_read(gocrm, public, answer):
    gocrm.fail_next(200, answer, path="cities")
    assert [(city.id, city.name) for city in public.cities()] == [("1", "Уфа")]


def test_a_failure_inside_a_200_is_an_outage(gocrm, public):
    gocrm.fail_next(200, {"status": "error", "message": "db", "data": []}, path="cities")
    with pytest.raises(VendorDown, match="inside HTTP 200"):
        public.cities()


# leads


def test_a_lead_arrives(gocrm, public):
    lead = lead_in(gocrm, parent_name="Орлова Мария", email="m@example.com", utm_source="yandex")
    assert public.create_lead(lead) == str(gocrm.leads[0]["id"])
    sent = gocrm.calls("POST", "/leads")[0].json
    assert sent == {
        "name": "Ася",
        "fio": "Орлова Мария",
        "phone": "+79160001122",
        "mail": "m@example.com",
        "center_id": int(lead.center_id),
        "birthday": "04.05.2019",
        "comment": "После школы",
        "utm": "yandex",
    }


@pytest.mark.parametrize(
    ("answer", "number"), [({"data": {"id": "77"}}, "77"), ({"id": 77}, "77"), ({"status": "success"}, None), (None, None), ([], None)]
)
def test_a_leads_id_where_it_is_told(gocrm, public, answer, number):
    gocrm.fail_next(201, answer, path="leads")
    assert public.create_lead(LEAD) == number


@pytest.mark.parametrize("inside_200", [False, True])
def test_what_is_wrong_with_a_lead_is_named_by_our_fields(gocrm, public, inside_200):
    gocrm.errors_inside_200 = inside_200
    with pytest.raises(GoCrmInvalid, match=r"not accepted: birthday, center_id$") as caught:
        public.create_lead(LEAD.model_copy(update={"birthday": None}))
    assert caught.value.fields == {"birthday": "The birthday field is required.", "center_id": "The center_id field is required."}
    assert caught.value.status == (200 if inside_200 else 422)
    assert gocrm.leads == []


def test_a_club_may_ask_for_less(gocrm, public):
    gocrm.required = {"phone"}
    public.create_lead(Lead(name="Ася", phone="+79160001122"))
    assert len(gocrm.leads) == 1


def test_a_phone_in_go_crms_words_is_hidden(gocrm, public):
    with pytest.raises(GoCrmInvalid) as caught:
        public.create_lead(lead_in(gocrm, phone="123456789"))
    assert caught.value.fields == {"phone": "The phone *** is not valid."}


@pytest.mark.parametrize("said", ["+7 (916) 000-11-22", "79160001122", "7.916.000.11.22", "8-916-000-11-22"])
def test_no_phone_is_in_an_errors_text(gocrm, public, said):
    gocrm.fail_next(403, {"message": f"{said} is blocked"}, path="leads")
    with pytest.raises(VendorRefused) as caught:
        public.create_lead(LEAD)
    assert str(caught.value) == "gocrm: *** is blocked"


def test_hostile_words_are_cut(gocrm, public):
    gocrm.fail_next(422, {"validation_errors": {"name": "плохо" * 90_000, "x\r\ny": "z", "79160001122": "?"}}, path="leads")
    with pytest.raises(GoCrmInvalid) as caught:
        public.create_lead(LEAD)
    assert list(caught.value.fields) == ["name", "***"]
    assert max(map(len, caught.value.fields.values())) <= 300 and len(str(caught.value)) < 300


def test_hostile_text_of_a_visitor_arrives_as_text(gocrm, public):
    lead = lead_in(gocrm, name="=HYPERLINK(1)<script>\x00", comment="'; DROP TABLE leads; --\u202e")
    public.create_lead(lead)
    assert (gocrm.leads[0]["name"], gocrm.leads[0]["comment"]) == ("=HYPERLINK(1)<script>", "'; DROP TABLE leads; --")


def test_a_lead_whose_answer_never_came_may_be_there(gocrm, public):
    lead = lead_in(gocrm)
    gocrm.drop_next(path="leads")
    with pytest.raises(VendorDown) as caught:
        public.create_lead(lead)
    assert caught.value.sent_maybe and len(gocrm.leads) == 1


# a plugin's link


def test_a_funnel_takes_form_data(gocrm, hook):
    fields = {
        "name": "Ася",
        "phone": "8 916 000-11-22",
        "parent_name": "Мария & Ко",
        "birthday": "2019-05-04",
        "utm_source": "vk",
        "comment": "",
    }
    assert hook.send(fields) == str(gocrm.leads[0]["id"])
    sent = gocrm.asked[0].form
    assert sent == {"name": "Ася", "phone": "+89160001122", "fio": "Мария & Ко", "birthday": "04.05.2019", "utm_source": "vk"}
    assert gocrm.leads[0]["via"] == 5


def test_a_funnels_refusal_names_the_field(gocrm, hook):
    with pytest.raises(GoCrmInvalid) as caught:
        hook.send({"name": "Ася"})
    assert caught.value.fields == {"phone": "The phone field is required."}


@pytest.mark.parametrize("trouble", ["gone", "down", "unreachable", "garbled"])
def test_the_link_is_in_no_error(gocrm, trouble, caplog):
    caplog.set_level("DEBUG")
    url = gocrm.plugin_url(99 if trouble == "gone" else 5)
    url = {"unreachable": "http://127.0.0.1:9/api/v1/plugins/5/lead", "garbled": "http://[secret/plugins/5/lead"}.get(trouble, url)
    gocrm.down = trouble == "down"
    with pytest.raises(VendorError) as caught:
        PluginHook(url, timeout=(1, 5)).send({"name": "Ася", "phone": "79160001122"})
    told = f"{caught.value!r} {caught.value} {caught.value.__cause__!r} {caught.value.__context__!r} {caplog.text}"
    assert "plugins" not in told and "secret" not in told and "79160001122" not in told
    gocrm.wrong.clear()


def test_go_crms_own_words_do_not_tell_the_link_either(gocrm):
    url = f"{gocrm.plugin_url(99)}?key=abc"
    gocrm.fail_next(404, {"message": f"No POST {url}, /api/v1/plugins/99/lead?key=abc, /api/v1/plugins/99/lead here"})
    with pytest.raises(VendorRefused) as caught:
        PluginHook(url).send({"name": "Ася"})
    assert str(caught.value) == "gocrm: No POST ***, ***, *** here"


# the cabinet


def test_a_parent_signs_in_by_phone_and_code(gocrm, parent):
    client = ClientGoCrm(gocrm.client_url, gocrm.app_token)
    assert client.ask_code("+7 916 000-11-22") is None
    token = client.sign_in("+7 916 000-11-22", gocrm.codes[PHONE])
    assert gocrm.tokens == {token: PHONE} and gocrm.texts == [PHONE]
    assert client_of(gocrm).profile().full_name == "Орлова Мария"


@pytest.mark.parametrize("code", ["0000", "", "' or 1=1"])
def test_a_wrong_code_signs_nobody_in(gocrm, parent, code):
    client = ClientGoCrm(gocrm.client_url, gocrm.app_token)
    client.ask_code(PHONE)
    right = gocrm.codes[PHONE]
    gocrm.fail_next(422, {"message": f"{code} and {right} differ", "errors": {"password": code}}, path="login")
    with pytest.raises(GoCrmWrongCode) as caught:
        client.sign_in(PHONE, code)
    assert str(caught.value) == "gocrm: the code is not right"


def test_a_code_works_once(gocrm, parent):
    client = ClientGoCrm(gocrm.client_url, gocrm.app_token)
    client.ask_code(PHONE)
    code = gocrm.codes[PHONE]
    client.sign_in(PHONE, code)
    with pytest.raises(GoCrmWrongCode):
        client.sign_in(PHONE, code)


def test_a_wrong_code_inside_a_200_is_one_too(gocrm):
    gocrm.fail_next(200, {"status": "fail", "message": "Неверный код"}, path="login")
    with pytest.raises(GoCrmWrongCode):
        ClientGoCrm(gocrm.client_url, gocrm.app_token).sign_in(PHONE, "1234")


@pytest.mark.parametrize("status", [422, 404, 400, 200])
def test_a_phone_nobody_has_is_told_apart_from_an_outage(gocrm, status):
    gocrm.fail_next(status, {"status": "fail", "message": f"Нет {PHONE}"}, path="login")
    with pytest.raises(GoCrmInvalid) as caught:
        ClientGoCrm(gocrm.client_url, gocrm.app_token).ask_code(PHONE)
    assert PHONE not in str(caught.value)


@pytest.mark.parametrize(
    "data", [None, {}, {"accessToken": ""}, {"accessToken": 7}, {"accessToken": "a b"}, {"accessToken": "a\r\nX: y"}, []]
)
def test_a_sign_in_without_a_usable_token_is_an_outage(gocrm, data):
    gocrm.fail_next(200, {"status": "success", "data": data}, path="login")
    with pytest.raises(VendorDown, match="without a token"):
        ClientGoCrm(gocrm.client_url, gocrm.app_token).sign_in(PHONE, "1234")


def test_a_long_token_is_kept_whole(gocrm):
    token = "j" * 3000
    gocrm.fail_next(200, {"status": "success", "data": {"accessToken": token}}, path="login")
    assert ClientGoCrm(gocrm.client_url, gocrm.app_token).sign_in(PHONE, "1234") == token


def test_a_wrong_app_token_is_refused_and_not_told(gocrm):
    for call in (lambda one: one.ask_code(PHONE), lambda one: one.sign_in(PHONE, "1234"), lambda one: one.profile()):
        gocrm.fail_next(403, {"message": "APP_TOKEN wrong-app-token with access-secret is unknown"})
        with pytest.raises(VendorRefused, match=r"APP_TOKEN \*\*\* with \*\*\* is unknown") as caught:
            call(ClientGoCrm(gocrm.client_url, "wrong-app-token", "access-secret"))
        assert caught.value.status == 403 and not isinstance(caught.value, GoCrmSessionOver | GoCrmWrongCode | GoCrmInvalid)


def test_the_stand_in_itself_refuses_a_wrong_app_token(gocrm, parent):
    with pytest.raises(VendorRefused):
        ClientGoCrm(gocrm.client_url, "other").ask_code(PHONE)
    assert gocrm.wrong == ["APP_TOKEN: /api/auth/login"]
    gocrm.wrong.clear()


SIGNED_IN = {
    "profile": lambda one: one.profile(),
    "update_profile": lambda one: one.update_profile({"email": "new@example.com"}),
    "children": lambda one: one.children(),
    "subscriptions": lambda one: one.subscriptions(),
    "lessons": lambda one: one.lessons("past", child_ids=["1"]),
    "free_windows": lambda one: one.free_windows(),
    "book_lesson": lambda one: one.book_lesson("1", "2.1.0"),
    "payments": lambda one: one.payments(),
    "debts": lambda one: one.debts(),
    "payment_link": lambda one: one.payment_link("1", 300_000, "key-1"),
}


@pytest.mark.parametrize("name", SIGNED_IN)
def test_a_session_that_ended_is_told(gocrm, client, name):
    gocrm.expire_tokens()
    with pytest.raises(GoCrmSessionOver) as caught:
        SIGNED_IN[name](client)
    assert caught.value.status == 401 and "access-of" not in str(caught.value)


@pytest.mark.parametrize("name", SIGNED_IN)
def test_without_a_session_nothing_is_asked(gocrm, name):
    with pytest.raises(GoCrmSessionOver):
        SIGNED_IN[name](ClientGoCrm(gocrm.client_url, gocrm.app_token))
    assert gocrm.asked == []


OTHER_CALLS = {
    "cities": lambda gocrm: PublicGoCrm(gocrm.public_url).cities(),
    "centers": lambda gocrm: PublicGoCrm(gocrm.public_url).centers("1"),
    "staff": lambda gocrm: PublicGoCrm(gocrm.public_url).staff(),
    "create_lead": lambda gocrm: PublicGoCrm(gocrm.public_url).create_lead(LEAD),
    "send_lead": lambda gocrm: PluginHook(gocrm.plugin_url()).send({"name": "Ася", "phone": PHONE}),
    "ask_code": lambda gocrm: ClientGoCrm(gocrm.client_url, gocrm.app_token).ask_code(PHONE),
    "sign_in": lambda gocrm: ClientGoCrm(gocrm.client_url, gocrm.app_token).sign_in(PHONE, "1234"),
}
CALLS = {**OTHER_CALLS, **{name: lambda gocrm, name=name: SIGNED_IN[name](client_of(gocrm)) for name in SIGNED_IN}}
SECRETS = ("app-token-of-the-stand-in", "access-of", PHONE, "plugins")


def refused(gocrm, name):
    with pytest.raises(VendorError) as caught:
        CALLS[name](gocrm)
    assert not [secret for secret in SECRETS if secret in f"{caught.value} {caught.value!r} {caught.value.__context__!r}"]
    return caught.value


@pytest.mark.parametrize("name", CALLS)
def test_a_500_is_worth_another_attempt(gocrm, name):
    gocrm.fail_next(500, {"message": f"SQLSTATE: {PHONE} app-token-of-the-stand-in"}, n=9)
    error = refused(gocrm, name)
    assert isinstance(error, VendorDown) and not error.sent_maybe


@pytest.mark.parametrize("name", CALLS)
def test_a_page_with_a_503_is_worth_another_attempt(gocrm, name):
    gocrm.down = True
    error = refused(gocrm, name)
    assert isinstance(error, VendorDown) and not error.sent_maybe


@pytest.mark.parametrize("name", CALLS)
def test_a_page_with_a_200_is_nobodys_answer(gocrm, name):
    gocrm.page_next(PAGE)
    error = refused(gocrm, name)
    assert isinstance(error, VendorDown) and not error.sent_maybe


@pytest.mark.parametrize("name", CALLS)
def test_too_many_requests_ask_to_wait(gocrm, name):
    gocrm.fail_next(429, {"message": "Too Many Attempts."}, headers={"Retry-After": "17"})
    error = refused(gocrm, name)
    assert isinstance(error, VendorBusy) and error.retry_after == 17.0


@pytest.mark.parametrize("name", CALLS)
def test_a_silence_after_the_request_left_is_told(gocrm, parent, name):
    gocrm.drop_next(n=9)
    error = refused(gocrm, name)
    assert isinstance(error, VendorDown) and error.sent_maybe
    gocrm.wrong.clear()


@pytest.mark.parametrize("name", CALLS)
def test_a_bom_is_no_obstacle(gocrm, name):
    gocrm.page_next(b'\xef\xbb\xbf{"status": "fail", "errors": {"name": "no"}}')
    assert "without JSON" not in str(refused(gocrm, name))


def test_the_profile_is_read_and_changed(gocrm, parent, client):
    own = client.profile()
    assert (own.full_name, own.email, own.phone, own.birthday) == ("Орлова Мария", "orlova@example.com", PHONE, date(1988, 3, 9))
    changed = client.update_profile({"full_name": "Орлова-Штерн Мария", "birthday": date(1988, 3, 10), "unknown": "x"})
    assert gocrm.calls("PUT")[0].json == {"name": "Орлова-Штерн Мария", "birthday": "1988-03-10"}
    assert (changed.full_name, changed.birthday) == ("Орлова-Штерн Мария", date(1988, 3, 10))


def test_a_wrapped_profile_is_read(gocrm, client):
    gocrm.fail_next(200, {"status": "success", "data": {"id": 3, "fio": "Орлова", "email": "a@example.com"}}, path="profile")
    own = client.profile()
    assert (own.full_name, own.email, own.phone) == ("Орлова", "a@example.com", None)


def test_a_refused_profile_names_our_field(gocrm, client):
    with pytest.raises(GoCrmInvalid) as caught:
        client.update_profile({"email": "нет"})
    assert list(caught.value.fields) == ["email"]


@pytest.mark.parametrize("answer", [{}, [], None, {"status": "success", "data": {}}, {"data": {"id": 1}}])
def test_what_is_no_profile_is_an_outage(gocrm, client, answer):
    gocrm.fail_next(200, answer, path="GET /api/profile")
    with pytest.raises(VendorDown):
        client.profile()
    gocrm.fail_next(200, answer, path="PUT /api/profile")
    with pytest.raises(VendorDown) as caught:
        client.update_profile({"email": "a@example.com"})
    assert caught.value.sent_maybe


def test_a_parent_sees_their_own_only(gocrm, parent, client):
    other = gocrm.add_parent(OTHERS, name="Чужая", children=["Лев"])
    gocrm.add_subscription(other, other.children[0]["id"])
    gocrm.add_lesson(other, other.children[0]["id"], WALL - HOUR)
    assert [child.name for child in client.children()] == ["Ася", "Пётр"]
    assert client.subscriptions() == [] and client.lessons("past") == []
    assert [child.name for child in client_of(gocrm, OTHERS).children()] == ["Лев"]


def test_subscriptions_tell_what_is_left(gocrm, parent, client):
    gocrm.add_subscription(parent, parent.children[0]["id"], total=8, balance=3)
    gocrm.add_subscription(parent, parent.children[1]["id"], total="4", balance="6", price="2 000,00", blockTypeName="Заморожен")
    first, second = client.subscriptions()
    assert (first.used, first.balance, first.price_kopecks, first.active) == (5, 3, 300_000, True)
    assert (first.child_id, first.offer_id, first.valid_until) == (str(parent.children[0]["id"]), "71", date(2027, 5, 24))
    assert (second.used, second.price_kopecks, second.active) == (0, 200_000, False)


def test_lessons_are_past_or_to_come(gocrm, parent, client):
    asya, petr = (child["id"] for child in parent.children)
    long_ago = gocrm.add_lesson(parent, asya, WALL - timedelta(days=40), missed="missed")
    yesterday = gocrm.add_lesson(parent, petr, WALL - timedelta(days=1), visited="visited")
    running = gocrm.add_lesson(parent, asya, WALL - timedelta(minutes=10))
    tomorrow = gocrm.add_lesson(parent, asya, WALL + timedelta(days=1))
    past, upcoming = client.lessons("past"), client.lessons("upcoming")
    assert ids(past) == [str(yesterday), str(long_ago)]
    assert ids(upcoming) == [str(running), str(tomorrow)]
    assert [(one.child_id, one.state) for one in past] == [(str(petr), "visited"), (str(asya), "missed")]
    assert upcoming[1].starts_at == NOW + timedelta(days=1)
    assert upcoming[1].ends_at - upcoming[1].starts_at == timedelta(minutes=45)


def test_a_childs_lessons_cost_one_call(gocrm, parent, client):
    asya, petr = (child["id"] for child in parent.children)
    gocrm.add_lesson(parent, asya, WALL + HOUR)
    gocrm.add_lesson(parent, petr, WALL + HOUR)
    assert [one.child_id for one in client.lessons("upcoming", child_ids=[str(petr)])] == [str(petr)]
    assert len(gocrm.asked) == 1
    assert gocrm.asked[0].query == {"clientId": str(petr), "dateStart": "2027-03-13 14:00:00"}


def test_the_clock_of_a_branch_decides_what_is_over(gocrm, parent):
    gocrm.add_lesson(parent, parent.children[0]["id"], WALL - HOUR)
    with clock.pinned(NOW):
        assert len(client_of(gocrm).lessons("past")) == 1
        moscow = ClientGoCrm(gocrm.client_url, gocrm.app_token, f"access-of-{PHONE}")
        assert moscow.lessons("past") == []
        branch = ClientGoCrm(gocrm.client_url, gocrm.app_token, f"access-of-{PHONE}", zones=Zones(ZoneInfo("Europe/Moscow"), {"1": UFA}))
        assert len(branch.lessons("past")) == 1


def test_a_filter_that_is_ignored_gives_no_child_anothers_lesson(gocrm, parent, client):
    row = {"id": 5, "hour": [{"datetime": f"{WALL + HOUR:%Y-%m-%d %H:%M:%S}"}]}
    gocrm.fail_next(200, {"data": [row]}, n=2, path="client-hours")
    (lesson,) = client.lessons("upcoming")
    assert lesson.child_id is None


def test_free_windows_are_those_that_can_be_booked(gocrm, client):
    gocrm.add_window(WALL - HOUR)
    later = gocrm.add_window(WALL + 2 * HOUR)
    sooner = gocrm.add_window(WALL + HOUR, center_id=2)
    gocrm.add_window(WALL + HOUR, places=0)
    gocrm.add_window(WALL + HOUR, freePlaces="0")
    gocrm.add_window(WALL + timedelta(days=30))
    assert ids(client.free_windows()) == [f"{sooner}.1.0", f"{later}.1.0"]
    assert ids(client.free_windows(center_id="2")) == [f"{sooner}.1.0"]
    assert client.free_windows(since=NOW + HOUR * 3, until=NOW + HOUR * 4) == []
    assert client.free_windows(child_id="1")[0].starts_at == NOW + HOUR


def test_a_window_is_booked_once(gocrm, parent, client):
    number = gocrm.add_window(WALL + HOUR)
    asya, petr = (str(child["id"]) for child in parent.children)
    (window,) = client.free_windows()
    lesson = client.book_lesson(asya, window.id)
    assert (lesson.child_id, lesson.state, lesson.starts_at) == (asya, "planned", NOW + HOUR)
    assert gocrm.booked[number] == [int(asya)]
    assert gocrm.calls("POST")[0].json == {"hourId": number, "individual": 0, "version": 1, "clientId": int(asya)}
    with pytest.raises(GoCrmTaken):
        client.book_lesson(petr, window.id)
    assert client.free_windows() == [] and ids(client.lessons("upcoming")) == [lesson.id]


@pytest.mark.parametrize("status", [422, 409])
def test_a_taken_window_is_told_either_way(gocrm, parent, client, status):
    gocrm.taken_status = status
    window = f"{gocrm.add_window(WALL + HOUR, places=0)}.1.0"
    with pytest.raises(GoCrmTaken) as caught:
        client.book_lesson(str(parent.children[0]["id"]), window)
    assert caught.value.status == status


def test_a_child_twice_in_one_window_is_taken(gocrm, parent, client):
    window, child = f"{gocrm.add_window(WALL + HOUR, places=5)}.1.0", str(parent.children[0]["id"])
    client.book_lesson(child, window)
    with pytest.raises(GoCrmTaken):
        client.book_lesson(child, window)


def test_a_window_that_changed_is_taken(gocrm, parent, client):
    number = gocrm.add_window(WALL + HOUR)
    (window,) = client.free_windows()
    gocrm.hours[number]["version"] = 2
    with pytest.raises(GoCrmTaken):
        client.book_lesson(str(parent.children[0]["id"]), window.id)


def test_another_parents_child_is_refused_not_taken(gocrm, client):
    other = gocrm.add_parent(OTHERS, children=["Лев"])
    window = f"{gocrm.add_window(WALL + HOUR)}.1.0"
    with pytest.raises(GoCrmInvalid) as caught:
        client.book_lesson(str(other.children[0]["id"]), window)
    assert list(caught.value.fields) == ["child_id"]


@pytest.mark.parametrize("words", ["Занятие не найдено", "Занятия отменены", "The name must be shorter", ""])
def test_other_words_about_a_lesson_are_not_taken(gocrm, client, words):
    gocrm.fail_next(422, {"message": "Error", "errors": {"hourId": words}}, path="client-hours")
    with pytest.raises(GoCrmInvalid) as caught:
        client.book_lesson("1", "2.1.0")
    assert list(caught.value.fields) == ["window_id"]


def test_a_window_we_never_gave_is_not_asked_for(gocrm, client):
    with pytest.raises(GoCrmInvalid) as caught:
        client.book_lesson("1", "2;DROP")
    assert caught.value.fields == {"window_id": "no such window"} and gocrm.asked == []


@pytest.mark.parametrize("answer", [None, {}, [], {"status": "success"}])
def test_a_booking_whose_answer_shows_no_lesson_is_booked(gocrm, client, answer):
    gocrm.fail_next(200, answer, path="client-hours")
    assert client.book_lesson("1", "2.1.0") is None


def test_a_booking_whose_answer_never_came_may_stand(gocrm, parent, client):
    number = gocrm.add_window(WALL + HOUR)
    gocrm.drop_next(path="POST")
    with pytest.raises(VendorDown) as caught:
        client.book_lesson(str(parent.children[0]["id"]), f"{number}.1.0")
    assert caught.value.sent_maybe and len(client.lessons("upcoming")) == 1


def test_payments_and_debts_are_kopecks(gocrm, parent, client):
    parent.payments.append(
        {"id": 9, "createdAt": "2027-03-01 10:00:00", "amount": "3 000,00", "seasonTicketName": "Группа", "type": "Карта"}
    )
    parent.debts.append({"centerId": 2, "city": 1, "address": "Лесная, 3", "money": 500.5, "currency": "руб."})
    (payment,), (debt,) = client.payments(), client.debts()
    assert (payment.id, payment.amount_kopecks, payment.purpose, payment.method) == ("9", 300_000, "Группа", "Карта")
    assert payment.at.isoformat() == "2027-03-01T10:00:00+05:00"
    assert (debt.id, debt.center_id, debt.amount_kopecks, debt.purpose) == ("2", "2", 50_050, "Лесная, 3")


def test_payments_nobody_understands_are_an_outage(gocrm, parent, client):
    parent.payments.append({"id": 9, "itogo": 3000})
    with pytest.raises(VendorDown):
        client.payments()


def test_a_payment_link_is_made(gocrm, parent, client):
    number = gocrm.add_subscription(parent, parent.children[0]["id"])
    link = client.payment_link(str(number), 300_000, "key-1")
    assert link.url == gocrm.links[0]["paymentUrl"] and link.payment_id == str(gocrm.links[0]["paymentId"])
    assert link.amount_kopecks is None
    assert gocrm.calls("PUT")[0].json == {"type": "", "id": number}


def test_anothers_subscription_gets_no_link(gocrm, client):
    with pytest.raises(GoCrmInvalid) as caught:
        client.payment_link("7", 300_000, "key-1")
    assert list(caught.value.fields) == ["subscription_id"]


@pytest.mark.parametrize(
    "answer",
    [
        {"errorCode": "304", "error": "Нет связи с банком", "status": "Fail"},
        {"errorCode": "304", "error": "Нет связи с банком"},
        {"paymentUrl": "javascript:alert(1)"},
        {"paymentUrl": "http://pay.example/1"},
        {"paymentUrl": "https://pay.example/1 2"},
        {"paymentUrl": 'https://pay.example/"><script>'},
        {"paymentUrl": "https://pay.example/" + "x" * 9000},
        {},
        [],
        None,
    ],
)
def test_a_payment_without_a_usable_link_is_an_outage(gocrm, client, answer):
    gocrm.fail_next(200, answer, path="payments")
    with pytest.raises(VendorDown):
        client.payment_link("7", 300_000, "key-1")


def test_what_go_crm_will_charge_is_told_where_it_says_so(gocrm, client):
    gocrm.fail_next(200, {"data": {"url": "https://pay.example/1", "sum": "3 000,00"}}, path="payments")
    assert client.payment_link("7", 300_000, "key-1").amount_kopecks == 300_000


def test_leads_sent_after_an_outage_arrive_in_order(gocrm, public):
    leads = [lead_in(gocrm, name=name) for name in ("Ася", "Пётр", "Лев")]
    gocrm.down = True
    for lead in leads:
        with pytest.raises(VendorDown):
            public.create_lead(lead)
    assert gocrm.leads == []
    gocrm.down = False
    for lead in leads:
        public.create_lead(lead)
    assert [lead["name"] for lead in gocrm.leads] == ["Ася", "Пётр", "Лев"]
