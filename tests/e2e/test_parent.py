"""A parent's story on the deployed stack: sign in, look, book, pay; and leads that wait for the club's system."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import SERVICE

PHONE = "79167770011"


@pytest.fixture(scope="module")
def family(gocrm):
    parent = gocrm.add_parent(PHONE, name="Ветрова Анна", children=["Тимур"])
    gocrm.add_parent("79167770022", name="Чужой", children=["Злата"])
    return parent


@pytest.fixture(scope="module")
def header(cloud, deployed_front, gocrm, family):
    asked = deployed_front.post("/gocrm/sign-in", {"phone": "8 916 777-00-11"}).ok()
    assert asked["token"] is None
    code = cloud.comes(lambda: gocrm.codes.get(PHONE))
    assert deployed_front.post("/gocrm/sign-in", {"phone": f"+{PHONE}", "code": "0"}).status == 401
    token = deployed_front.post("/gocrm/sign-in", {"phone": f"+{PHONE}", "code": code}).ok()["token"]
    return {"Authorization": f"Bearer {token}"}


def test_a_parent_signs_in_looks_books_and_gets_a_link_to_pay(deployed_front, gocrm, family, header):
    (child,) = deployed_front.get("/gocrm/children", header).ok()["children"]
    own = gocrm.add_subscription(family, int(child["id"]), total=8, balance=5)
    balance = deployed_front.get("/gocrm/subscriptions", header).ok()
    assert (balance["total"], balance["by_child"][0]["child_id"]) == ({"numberExercise": 8, "balance": 5, "used": 3}, child["id"])
    gocrm.add_window((datetime.now(UTC) + timedelta(days=2)).replace(minute=0, second=0, microsecond=0))
    (window,) = deployed_front.get("/gocrm/windows", header, child_id=child["id"]).ok()["windows"]
    wanted = {"child_id": child["id"], "window_id": window["id"]}
    booked = deployed_front.post("/gocrm/lessons", wanted, header).ok()
    assert deployed_front.post("/gocrm/lessons", wanted, header).ok() == booked
    (lesson,) = deployed_front.get("/gocrm/lessons", header, when="upcoming").ok()["lessons"]
    assert lesson["starts_at"] == window["starts_at"]
    link = deployed_front.post("/gocrm/payment-links", {"subscription_id": own}, header).ok()
    assert (link["url"][:8], link["amount_kopecks"]) == ("https://", 300_000)
    assert deployed_front.post("/gocrm/payment-links", {"subscription_id": own}, header).ok() == link


def test_another_parents_child_is_nobodys(deployed_front, gocrm, header):
    stranger = str(gocrm.parents["79167770022"].children[0]["id"])
    assert deployed_front.post("/gocrm/lessons", {"child_id": stranger, "window_id": "1:1:0"}, header).status == 404


def test_a_session_that_ended_there_is_over_here(deployed_front, gocrm, header):
    gocrm.expire_tokens()
    for _ in range(2):
        answer = deployed_front.get("/gocrm/children", header)
        assert (answer.status, answer.body["error"]) == (401, "session_over")


def test_lists_come_from_the_last_good_copy_whatever_the_club_does(cloud, deployed_front, gocrm):
    city = gocrm.add_city("Уфа")
    gocrm.add_center(city, "Проспект Октября, 4", name="На проспекте")
    cloud.tick("mirror_gocrm", datetime.now(UTC))
    assert [one["name"] for one in deployed_front.get("/gocrm/cities").ok()["cities"]] == ["Уфа"]
    (center,) = deployed_front.get("/gocrm/centers", city_id=city).ok()["centers"]
    assert center["address"] == "Проспект Октября, 4"
    assert center["coordinates"] == {"lat": 54.7351, "lng": 55.9587}
    staff = deployed_front.get("/gocrm/staff").ok()
    assert (staff["staff"], staff["stale"]) == ([], True)
    gocrm.down = True
    try:
        cloud.tick("mirror_gocrm", datetime.now(UTC))
    finally:
        gocrm.down = False
    again = deployed_front.get("/gocrm/cities").ok()
    assert ([one["name"] for one in again["cities"]], again["stale"]) == (["Уфа"], True)
    assert again["as_of"]


def test_leads_left_while_the_club_was_down_arrive_once_and_in_order(cloud, deployed_front, gocrm):
    gocrm.required = set()
    before = len(gocrm.leads)
    gocrm.down = True
    try:
        for number in range(3):
            body = {"name": f"Заявка {number}", "phone": f"+7916777100{number}"}
            first = deployed_front.post("/gocrm/leads", body).ok()
            assert deployed_front.post("/gocrm/leads", body).ok()["lead_id"] == first["lead_id"]
        deployed_front.form("/gocrm/funnels/trial/leads", {"Name": "Воронка", "Phone": "+7 916 777-20-00", "tranid": "1:7"}).ok()
        cloud.tick("sweep", datetime.now(UTC))
    finally:
        gocrm.down = False
    for _ in range(8):
        if len(gocrm.leads) - before >= 4:
            break
        waiting = deployed_front.get("/gocrm/deliveries", SERVICE, state="waiting").ok()["deliveries"]
        for one in waiting[-1:]:
            deployed_front.post(f"/gocrm/deliveries/{one['lead_id']}/replay", {}, SERVICE).ok()
        cloud.tick("sweep", datetime.now(UTC))
    arrived = gocrm.leads[before:]
    assert [lead["name"] for lead in arrived] == ["Заявка 0", "Заявка 1", "Заявка 2", "Воронка"]
    assert [lead["via"] for lead in arrived] == ["public"] * 3 + [5]


def test_leads_cannot_be_read_back_and_refusals_are_shown_with_their_field(cloud, deployed_front, gocrm):
    gocrm.required = {"birthday"}
    try:
        lead = deployed_front.post("/gocrm/leads", {"name": "Без даты", "phone": "+79167773000"}).ok()["lead_id"]
        shown = cloud.comes(lambda: [one for one in _refused(deployed_front) if one["lead_id"] == lead])
    finally:
        gocrm.required = set()
    assert "birthday" in shown[0]["fields"]
    assert deployed_front.get("/gocrm/leads").body["error"] == "leads_write_only"


def _refused(front):
    return front.get("/gocrm/deliveries", SERVICE, state="refused").ok()["deliveries"]


def test_the_docs_show_the_cabinet_with_its_security(deployed_front):
    paths = deployed_front.get("/openapi.json").ok()["paths"]
    assert paths["/gocrm/children"]["get"]["security"] == [{"CabinetToken": []}]
    assert paths["/gocrm/sign-in"]["post"]["security"] == []
