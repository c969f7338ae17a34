"""Leads: stored first, once, in order; what Go-CRM refuses is shown with its field."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from bench.wire import recorded
from chalicelib.clients.models import Client
from chalicelib.core import clock, replays, storage
from chalicelib.core.inbox import InboxRow
from chalicelib.core.outbox import OutboxRow
from chalicelib.core.settings import settings
from chalicelib.gocrm.leads.models import LeadRow
from tests.builders import SERVICE, client_row, ledger, sample
from tests.proofs import size
from tests.standins.gocrm import PAGE
from tests.standins.store import OneAtATime, Wire

DOOR, FUNNEL, OURS = "/gocrm/leads", "/gocrm/funnels/trial/leads", "/gocrm/deliveries"
TILDA = {"X-Api-Key": "tilda-key-of-tests"}
LEAD = {"name": "Ася Орлова", "phone": "8 (916) 000-11-22", "birthday": "04.05.2019", "comment": "Можно в субботу?"}
LATER = timedelta(minutes=11)
"""Longer than any backoff."""


@pytest.fixture
def branch(gocrm):
    return str(gocrm.add_center(gocrm.add_city("Уфа"), "ул. Мира, 5"))


@pytest.fixture
def lead(branch):
    """A lead that Go-CRM would take."""
    return lambda **said: {**LEAD, "center_id": branch, **said}


def leave(front, body, path=DOOR):
    return front.post(path, body).ok()["lead_id"]


def ours(front, state):
    return front.get(OURS, SERVICE, state=state).ok()["deliveries"]


def refused(front):
    (one,) = ours(front, "refused")
    return one


# --- taking -----------------------------------------------------------------------------------------------------------


def test_a_lead_arrives_with_all_that_was_said(front, gocrm, branch, tick):
    answer = front.post(DOOR, {**sample("gocrm/create_gocrm_lead.json"), "center_id": branch}).ok()
    assert gocrm.asked == [], "no vendor in the request"
    assert [one["lead_id"] for one in ours(front, "waiting")] == [answer["lead_id"]]
    tick("sweep")
    (there,) = gocrm.leads
    assert (there["name"], there["fio"], there["phone"]) == ("Лёва Журавлёв", "Ирина Журавлёва", "+79275551042")
    assert (there["center_id"], there["birthday"], there["mail"], there["utm"]) == (
        int(branch),
        "17.08.2020",
        "irina.zhuravleva@example.org",
        "vk",
    )
    assert there["comment"].splitlines() == [
        f"Заявка {answer['lead_id']}",
        "Метки: source=vk, campaign=osen",
        "Хотим на пробное в субботу",
    ]
    (sent,) = ours(front, "sent")
    assert (sent["remote_id"], sent["reason"], sent["fields"], sent["birthday"]) == (str(there["id"]), None, {}, "2020-08-17")
    assert list(OutboxRow.scan()) == []


def test_a_tilda_form_arrives_with_its_branch_and_its_tags(front, club, tick):
    tick("mirror_gocrm")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    front.call("POST", DOOR, body=sample("gocrm/create_gocrm_lead.tilda.form"), headers={**form, **TILDA})
    tick("sweep")
    (there,) = club.leads
    assert (there["name"], there["fio"], there["birthday"]) == ("Амина", "Тимур Галеев", "09.11.2018")
    assert there["center_id"] == club.centers[0]["id"], "named by its address"
    assert "source=yandex, medium=cpc, campaign=скидка весна" in there["comment"]
    person = client_row("br0001")
    assert (person.name, person.phone, person.email) == ("Тимур Галеев", "+79174442036", "timur.galeev@example.org")
    assert (person.first_utm, person.consents) == (None, {}), "a form proves nobody"
    (lead,) = storage.whole(storage.query(LeadRow.of_state, "sent").rows)
    assert lead.said["utm"]["utm_source"] == "yandex"
    assert lead.consents == [["personal_data", True, "form"]]


def test_a_branch_that_nobody_knows_goes_along_as_words(front, gocrm, tick):
    gocrm.required = {"name", "phone"}
    leave(front, {**LEAD, "center": "у парка"})
    tick("sweep")
    (there,) = gocrm.leads
    assert "center_id" not in there and "Филиал: у парка" in there["comment"]


@pytest.mark.parametrize("path", [DOOR, FUNNEL])
def test_tildas_connection_test_is_no_lead(front, gocrm, path):
    assert front.form(path, {"test": "test"}, TILDA).ok()["message"] == "ok"
    assert list(InboxRow.scan()) == list(LeadRow.scan()) == []


@pytest.mark.parametrize("path", [DOOR, FUNNEL])
def test_a_key_that_is_sent_must_be_right(front, gocrm, lead, path):
    assert front.post(path, lead(), {"X-Api-Key": "wrong"}).status == 401
    assert front.post(path, lead(), TILDA).status == 200


@pytest.mark.parametrize("path", [DOOR, FUNNEL])
@pytest.mark.parametrize("phone", [None, "", "нет", "123", "+7 000", "+" * 400, ["+7"], {"a": 1}])
def test_a_phone_that_is_nobodys_is_named_and_the_lead_is_kept(front, gocrm, lead, path, phone):
    answer = front.post(path, lead(phone=phone))
    assert (answer.status, answer.body["error"], answer.body["detail"][0]["loc"]) == (422, "invalid", ["body", "phone"])
    (kept,) = front.get("/inbox", SERVICE, state="refused").ok()["inbox"]
    assert (kept["source"], kept["error"]["detail"][0]["loc"]) == ("gocrm-leads", ["body", "phone"])
    assert list(LeadRow.scan()) == []


@pytest.mark.parametrize(("path", "via"), [(DOOR, "public"), (FUNNEL, 5)])
def test_a_tilda_form_that_was_refused_is_replayed_by_an_operator(front, gocrm, tick, monkeypatch, path, via):
    gocrm.required = {"phone"}
    assert front.form(path, {"Name": "Анна", "Phone": "020 7183 8750", "tranid": "1:1"}, TILDA).status == 422
    monkeypatch.setenv("PHONE_REGIONS", "RU,GB")
    settings.cache_clear()
    replay_kept(front)
    tick("sweep")
    assert [(there["phone"], there["via"]) for there in gocrm.leads] == [("+442071838750", via)]


def replay_kept(front):
    """An operator has the one refused event decided again."""
    (kept,) = front.get("/inbox", SERVICE, state="refused").ok()["inbox"]
    front.post(f"/inbox/{quote(kept['inbox_id'], safe='')}/replay", None, SERVICE).ok()


@pytest.mark.parametrize("said", ["вчера", "31.02.2019", "2019-13-01", "04.05.2099", "1800-01-01", "🎂"])
def test_a_birthday_that_nobody_can_read_goes_along_as_words(front, gocrm, lead, tick, said):
    answer = front.post(DOOR, lead(birthday=said)).ok()
    assert answer["warnings"] == ["birthday is no date that can be read; it goes along as text"]
    gocrm.required = {"name", "phone"}
    tick("sweep")
    assert f"Дата рождения: {said}" in gocrm.leads[0]["comment"]


def test_who_gives_no_name_is_called_by_the_phone(front, gocrm, tick):
    gocrm.required = {"phone", "name"}
    first = leave(front, {"phone": "89160001122"})
    assert leave(front, {"phone": "+7 916 000 11 22"}) == first
    tick("sweep")
    assert [one["name"] for one in gocrm.leads] == ["+79160001122"]


def test_a_lead_is_three_calls_and_four_for_somebody_new(front, gocrm, lead):
    with recorded() as first:
        leave(front, lead())
    with recorded() as second:
        leave(front, lead(name="Ева Орлова"))
    assert first.operations == ["PutItem", "BatchGetItem", "UpdateItem", "TransactWriteItems"]
    assert second.operations == ["PutItem", "BatchGetItem", "TransactWriteItems"]


# --- funnels ----------------------------------------------------------------------------------------------------------


def test_a_funnel_gets_form_data_by_its_link(front, gocrm, tick):
    for funnel in ("trial", "camp"):
        leave(front, {**sample("gocrm/create_funnel_lead.json"), "utm_source": "vk"}, f"/gocrm/funnels/{funnel}/leads")
    tick("sweep")
    assert [there["via"] for there in gocrm.leads] == [5, 6], "two funnels are two leads"
    there = gocrm.leads[0]
    assert (there["name"], there["phone"], there["birthday"], there["utm_source"]) == (
        "Вера Соколовская",
        "+79275557703",
        "28.02.2019",
        "vk",
    )
    assert {one["funnel"] for one in ours(front, "sent")} == {"trial", "camp"}


@pytest.mark.parametrize("funnel", ["nobody", "Trial", "%D0%B0", "a" * 300, "..", "trial%20"])
def test_an_unknown_funnel_names_the_known_ones_and_never_their_links(front, gocrm, funnel):
    answer = front.post(f"/gocrm/funnels/{funnel}/leads", LEAD)
    assert (answer.status, answer.body["error"], answer.body["detail"]) == (404, "funnel_unknown", {"funnels": ["camp", "trial"]})
    assert gocrm.address not in answer.text
    (kept,) = front.get("/inbox", SERVICE, state="refused").ok()["inbox"]
    assert kept["error"]["error"] == "funnel_unknown"


def test_a_lead_of_a_funnel_that_is_added_later_is_replayed_into_it(front, gocrm, tick, monkeypatch):
    front.post("/gocrm/funnels/summer/leads", LEAD)
    monkeypatch.setenv("GOCRM_FUNNELS", json.dumps({"summer": gocrm.plugin_url(6)}))
    settings.cache_clear()
    replay_kept(front)
    tick("sweep")
    assert [there["via"] for there in gocrm.leads] == [6]


def test_a_funnels_lead_whose_worker_died_is_taken_up_by_the_sweep(front, gocrm, tick):
    leave(front, LEAD, FUNNEL)
    (row,) = InboxRow.scan(InboxRow.source == "gocrm-leads")
    for table in (LeadRow, OutboxRow):
        for one in table.scan():
            one.delete()
    for one in InboxRow.scan(InboxRow.source == "claim"):
        one.delete()
    row.update(actions=[InboxRow.state.set("received"), InboxRow.open.set("received"), InboxRow.answer.remove()])
    with time_machine.travel(clock.wall() + timedelta(minutes=1)):
        tick("sweep")
    assert [there["via"] for there in gocrm.leads] == [5]


@pytest.mark.parametrize("setting", ["GOCRM_URL", "GOCRM_FUNNELS"])
def test_a_door_without_its_setting_is_closed_and_keeps_what_came(front, gocrm, monkeypatch, setting):
    monkeypatch.delenv(setting)
    settings.cache_clear()
    closed, open_ = (DOOR, FUNNEL) if setting == "GOCRM_URL" else (FUNNEL, DOOR)
    answer = front.post(closed, LEAD)
    assert (answer.status, answer.body["error"], answer.body["detail"]) == (409, "gocrm_closed", f"{setting} is not set")
    assert len(front.get("/inbox", SERVICE, state="refused").ok()["inbox"]) == 1
    assert front.post(open_, LEAD).status == 200


@pytest.mark.parametrize("setting", ["nonsense", "[]", '{"trial": 5}', '"x"', "{"])
def test_funnels_that_cannot_be_read_are_none(front, gocrm, monkeypatch, setting):
    monkeypatch.setenv("GOCRM_FUNNELS", setting)
    settings.cache_clear()
    assert front.post(FUNNEL, LEAD).body["error"] == "gocrm_closed"


# --- once -------------------------------------------------------------------------------------------------------------

SAME = [{"phone": "+79160001122"}, {"name": "  ася   ОРЛОВА "}, {"utm_source": "vk"}, {"birthday": "2019-05-04"}]


@pytest.mark.parametrize(("headers", "other"), [(None, other) for other in SAME] + [(TILDA, {"comment": "Ещё раз"})])
@pytest.mark.parametrize("path", [DOOR, FUNNEL])
def test_the_same_lead_within_a_day_is_one(front, gocrm, lead, tick, path, headers, other):
    first = front.post(path, lead(), headers)
    again = front.post(path, lead(**other), headers)
    assert again.ok() == first.ok()
    tick("sweep")
    assert len(gocrm.leads) == len(list(LeadRow.scan())) == 1


@pytest.mark.parametrize("headers", [None, TILDA])
@pytest.mark.parametrize("path", [DOOR, FUNNEL])
def test_a_stranger_who_sends_first_swallows_no_family_s_lead(front, gocrm, branch, lead, tick, path, headers):
    planted = front.post(path, {"name": "Ася Орлова", "phone": LEAD["phone"], "center_id": branch, "comment": "спам"}, {"User-Agent": "x"})
    real = front.post(path, lead(), headers)
    assert real.ok()["lead_id"] != planted.ok()["lead_id"]
    gocrm.required = {"name", "phone"}
    tick("sweep")
    assert [(there.get("birthday"), there["comment"].splitlines()[-1]) for there in gocrm.leads][1:] == [("04.05.2019", LEAD["comment"])]


@pytest.mark.parametrize("headers", [None, TILDA])
def test_a_corrected_birthday_is_not_lost(front, gocrm, lead, tick, headers):
    first = front.post(DOOR, lead(birthday="04.05.2018"), headers).ok()
    assert front.post(DOOR, lead(), headers).ok()["lead_id"] != first["lead_id"]
    tick("sweep")
    assert [there["birthday"] for there in gocrm.leads] == ["04.05.2018", "04.05.2019"]


def test_the_same_words_of_somebody_else_are_one_lead_and_tell_him_nothing(front, gocrm, lead):
    first = front.post(DOOR, lead(birthday="весной")).ok()
    again = front.post(DOOR, lead(birthday="весной"), {"User-Agent": "another"}).ok()
    assert again["lead_id"] != first["lead_id"]
    assert {**again, "lead_id": None} == {**first, "lead_id": None}
    assert len(ours(front, "waiting")) == 1


@pytest.mark.parametrize("other", [{"phone": "+79160001123"}, {"name": "Ева Орлова"}, {"center_id": "2"}])
def test_another_child_phone_or_branch_is_another_lead(front, gocrm, lead, other):
    assert leave(front, lead()) != leave(front, lead(**other))


def test_a_day_later_it_is_another_lead(front, gocrm, lead):
    first = leave(front, lead())
    with time_machine.travel(clock.wall() + timedelta(hours=23)):
        assert leave(front, lead()) == first
    with time_machine.travel(clock.wall() + timedelta(hours=25)):
        assert leave(front, lead()) != first


def test_tildas_repeat_is_one_lead_for_good(front, gocrm):
    fields = {"Name": "Анна", "Phone": "+7 916 000 11 22", "tranid": "1:77"}
    first = front.form(DOOR, fields, TILDA).ok()
    with time_machine.travel(clock.wall() + timedelta(days=3)):
        assert front.form(DOOR, {**fields, "COOKIES": "x=1"}, TILDA).ok() == first


@pytest.mark.parametrize("path", [DOOR, FUNNEL])
def test_twenty_at_once_in_different_wrappings_are_one(front, gocrm, lead, tick, path):
    bodies = [lead(utm_term=f"{number}", phone=("+79160001122", "8 916 000 11 22")[number % 2]) for number in range(20)]
    with OneAtATime(), ThreadPoolExecutor(20) as crowd:
        answers = {answer.ok()["lead_id"] for answer in crowd.map(lambda body: front.post(path, body), bodies)}
    assert len(answers) == 1
    tick("sweep")
    assert len(gocrm.leads) == len(list(Client.scan())) == 1


def test_twenty_of_one_person_at_once_are_one_client(front, gocrm, lead):
    with OneAtATime(), ThreadPoolExecutor(20) as crowd:
        statuses = set(crowd.map(lambda number: front.post(DOOR, lead(name=f"Ребёнок {number}")).status, range(20)))
    assert statuses <= {200, 429}
    assert len(list(Client.scan())) == 1


def test_the_person_joins_the_one_client_base(front, gocrm, lead):
    leave(front, lead(parent_name="Мария Орлова", child_name="Ася"))
    leave(front, lead(parent_name="Мария Орлова", child_name="Ева"))
    (person,) = Client.scan()
    assert (person.name, person.phone, person.lead_number) == ("Мария Орлова", "+79160001122", "br0001")
    assert {one["client_id"] for one in ours(front, "waiting")} == {"br0001"}


def test_contacts_of_two_people_are_flagged_and_the_admin_is_told(front, gocrm, lead):
    leave(front, lead())
    leave(front, lead(phone="+79160001199", email="maria@example.org"))
    leave(front, lead(name="Ева", email="maria@example.org"))
    assert len(list(Client.scan())) == 2
    assert len(ledger("admin", "admin_duplicates")) == 1


# --- what goes wrong there --------------------------------------------------------------------------------------------


def trouble(gocrm, how, path="leads"):
    if how == "page":
        gocrm.page_next(PAGE, path=path)
    elif how == "broken off":
        gocrm.page_next(b'{"status": "succ', path=path)
    elif how == "hang up":
        gocrm.drop_next(path=path)
    else:
        gocrm.fail_next(how, {"message": "нет"}, path=path)


@pytest.mark.parametrize("how", [500, 502, 503, 504, 429, 401, 403, 302, "page"])
@pytest.mark.parametrize("path", [DOOR, FUNNEL])
def test_what_passes_is_waited_for(front, gocrm, lead, tick, how, path):
    trouble(gocrm, how, "POST")
    lead_id = leave(front, lead(), path)
    tick("sweep")
    assert gocrm.leads == []
    (waiting,) = ours(front, "waiting")
    assert (waiting["lead_id"], waiting["attempts"]) == (lead_id, 1)
    assert waiting["reason"] and waiting["next_try"]
    with time_machine.travel(clock.wall() + LATER):
        tick("sweep")
    assert len(gocrm.leads) == 1
    assert [one["lead_id"] for one in ours(front, "sent")] == [lead_id]


@pytest.mark.parametrize("path", [DOOR, FUNNEL])
def test_a_door_that_is_shut_to_us_is_shown_until_it_opens(front, gocrm, lead, tick, path):
    trouble(gocrm, 403, "POST")
    leave(front, lead(), path)
    tick("sweep")
    assert [one["what"] for one in front.get("/health").ok()["troubles"]] == ["gocrm_user"]
    with time_machine.travel(clock.wall() + LATER):
        tick("sweep")
    assert (len(gocrm.leads), front.get("/health").ok()["troubles"]) == (1, [])


@pytest.mark.parametrize("how", ["hang up", "broken off"])
@pytest.mark.parametrize("path", [DOOR, FUNNEL])
def test_after_a_lost_answer_it_is_sent_again_under_the_same_number(front, gocrm, lead, tick, how, path):
    trouble(gocrm, how, "POST")
    lead_id = leave(front, lead(), path)
    tick("sweep")
    with time_machine.travel(clock.wall() + LATER):
        tick("sweep")
    assert len(gocrm.calls("POST")) == 2
    assert {there["comment"].splitlines()[0] for there in gocrm.leads} == {f"Заявка {lead_id}"}
    assert [one["lead_id"] for one in ours(front, "sent")] == [lead_id]


def test_leads_left_while_it_was_down_arrive_once_and_in_order(front, gocrm, lead, tick):
    gocrm.down = True
    names = [f"Ребёнок {number}" for number in range(12)]
    start = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
    with time_machine.travel(start) as clock_:
        for number, name in enumerate(names):
            leave(front, lead(name=name), FUNNEL if number % 3 == 0 else DOOR)
            tick("sweep")
            clock_.shift(90)
        asked = len(gocrm.calls("POST"))
        clock_.shift(timedelta(hours=30))
        tick("sweep")
        assert len(gocrm.calls("POST")) == asked + 1, "one lead asks for all"
        gocrm.down = False
        clock_.shift(LATER)
        for _ in range(3):
            tick("sweep")
    assert [there["name"] for there in gocrm.leads] == names
    assert len(ours(front, "sent")) == 12


def test_a_429_is_waited_for_as_long_as_it_says_but_not_for_ever(front, gocrm, lead, tick):
    gocrm.fail_next(429, headers={"Retry-After": "120"})
    gocrm.fail_next(429, headers={"Retry-After": "999999999"})
    with time_machine.travel(datetime(2027, 3, 9, 9, 0, tzinfo=UTC), tick=False) as clock_:
        leave(front, lead())
        for wait in (0, 119, 1, 3599, 1):
            clock_.shift(wait)
            tick("sweep")
    assert [len(gocrm.calls("POST")), len(gocrm.leads)] == [3, 1]


REFUSALS = [({"birthday": "2019-05-04", "center_id": "999"}, "center_id"), ({"birthday": None}, "birthday")]


@pytest.mark.parametrize("inside_200", [False, True])
@pytest.mark.parametrize(("said", "field"), REFUSALS)
def test_what_go_crm_refuses_is_shown_with_its_field_and_the_lane_goes_on(front, gocrm, lead, tick, said, field, inside_200):
    gocrm.errors_inside_200 = inside_200
    lead_id = leave(front, lead(**said))
    leave(front, lead(name="Следующая"))
    tick("sweep")
    assert [there["name"] for there in gocrm.leads] == ["Следующая"]
    one = refused(front)
    assert (one["lead_id"], list(one["fields"]), one["name"], one["phone"]) == (lead_id, [field], "Ася Орлова", "+79160001122")
    (told,) = ledger("admin", "admin_lead_refused")
    assert [line.partition(":")[0] for line in told.values["problems"]] == [field]
    assert (told.values["lead_id"], told.values["lead_number"]) == (lead_id, "br0001")
    assert "9160001122" not in json.dumps(told.values), "an operator reads whose it is in our own list"
    for _ in range(2):
        with time_machine.travel(clock.wall() + timedelta(days=1)):
            tick("sweep")
    assert len(gocrm.calls("POST")) == 2 and len(ledger("admin", "admin_lead_refused")) == 1


@pytest.mark.parametrize("status", [400, 404, 405, 409, 410, 413])
@pytest.mark.parametrize("path", [DOOR, FUNNEL])
def test_any_other_refusal_is_shown_with_its_reason(front, gocrm, lead, tick, status, path):
    gocrm.fail_next(status, {"message": "Воронка закрыта"}, path="POST")
    leave(front, lead(), path)
    tick("sweep")
    assert (refused(front)["reason"], refused(front)["fields"]) == ("Воронка закрыта", {})
    assert ledger("admin", "admin_lead_refused")[0].values["problems"] == ["Воронка закрыта"]


def test_a_funnels_refusal_never_tells_its_link(front, gocrm, tick):
    gocrm.funnels.clear()
    leave(front, LEAD, FUNNEL)
    tick("sweep")
    one = refused(front)
    assert "plugins" not in json.dumps(one) and gocrm.address not in json.dumps(one)
    assert "plugins" not in json.dumps(ledger("admin", "admin_lead_refused")[0].values)
    gocrm.wrong.clear()  # the link is the operator's to mend, and not our mistake


def test_a_poisoned_lead_steps_aside_for_the_others(front, gocrm, lead, tick):
    def poison(asked):
        if asked.method == "POST" and asked.json["name"] == "Отрава":
            gocrm.fail_next(500, path="POST")

    gocrm.before = poison
    with time_machine.travel(datetime(2027, 3, 9, 9, 0, tzinfo=UTC)) as clock_:
        bad = leave(front, lead(name="Отрава"))
        leave(front, lead(name="Здоровая"))
        for _ in range(7):
            tick("sweep")
            clock_.shift(LATER)
        assert gocrm.leads == [], "until then the order is kept"
        for _ in range(3):
            tick("sweep")
            clock_.shift(LATER)
        assert [there["name"] for there in gocrm.leads] == ["Здоровая"]
        assert [one["lead_id"] for one in ours(front, "waiting")] == [bad]
        gocrm.before = lambda asked: None
        clock_.shift(LATER)
        tick("sweep")
    assert [there["name"] for there in gocrm.leads] == ["Здоровая", "Отрава"]


def test_a_week_without_go_crm_leaves_it_to_a_person(front, gocrm, lead, tick):
    gocrm.down = True
    start = clock.wall()
    lead_id = leave(front, lead())
    with time_machine.travel(start + timedelta(days=7, hours=1)):
        tick("sweep")
        assert refused(front)["lead_id"] == lead_id
        assert len(ledger("admin", "admin_lead_refused")) == 1
        gocrm.down = False
        (dead,) = OutboxRow.scan(OutboxRow.kind == "gocrm_lead")
        front.post(f"{OURS}/{lead_id}/replay", {}, SERVICE).ok()
        assert dead.effect_id not in {row.effect_id for row in OutboxRow.scan()}, "nobody sends it a second time"
        tick("sweep")
    assert len(gocrm.leads) == 1


def test_a_dead_effect_that_is_replayed_by_the_outbox_is_sent_once(front, gocrm, lead, tick):
    gocrm.down = True
    lead_id = leave(front, lead())
    with time_machine.travel(clock.wall() + timedelta(days=7, hours=1)):
        tick("sweep")
        gocrm.down = False
        (dead,) = OutboxRow.scan(OutboxRow.kind == "gocrm_lead")
        replays.one(dead.effect_id)
        assert front.post(f"{OURS}/{lead_id}/replay", {}, SERVICE).body["error"] == "lead_not_refused"
        tick("sweep")
    assert [len(gocrm.leads), len(ours(front, "sent"))] == [1, 1]


def test_settings_that_vanish_keep_leads_waiting(front, gocrm, lead, tick, monkeypatch):
    leave(front, lead())
    leave(front, lead(), FUNNEL)
    with monkeypatch.context() as without:
        without.delenv("GOCRM_URL")
        without.delenv("GOCRM_FUNNELS")
        settings.cache_clear()
        tick("sweep")
    settings.cache_clear()
    assert len(ours(front, "waiting")) == 2
    for _ in range(2):
        with time_machine.travel(clock.wall() + LATER):
            tick("sweep")
    assert len(gocrm.leads) == 2


# --- operators --------------------------------------------------------------------------------------------------------


def test_leads_cannot_be_read_back_and_the_reason_is_told(front, gocrm):
    answer = front.get(DOOR)
    assert (answer.status, answer.body["error"], answer.headers["Allow"]) == (405, "leads_write_only", "POST, OPTIONS")
    assert front.get(DOOR, {"X-Api-Key": "wrong"}).status == 401
    assert front.get(DOOR, SERVICE).status == 405


@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "wrong"}, TILDA])
def test_only_the_back_office_sees_leads(front, gocrm, headers):
    assert front.get(OURS, headers).status == 401
    assert front.post(f"{OURS}/any/replay", {}, headers).status == 401


def test_pages_are_newest_first(front, gocrm, lead):
    for number in range(5):
        leave(front, lead(name=f"Ребёнок {number}"))
    seen, cursor = [], ""
    while cursor is not None:
        page = front.get(OURS, SERVICE, state="waiting", limit=2, cursor=cursor).ok()
        seen += [one["name"] for one in page["deliveries"]]
        cursor = page["next_cursor"]
    assert seen == [f"Ребёнок {number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("query", [{"state": "all"}, {"limit": 0}, {"limit": 101}, {"cursor": "x"}, {"cursor": "e30"}])
def test_a_query_that_makes_no_sense_is_refused(front, gocrm, query):
    assert front.get(OURS, SERVICE, **query).status == 422


def test_a_refused_lead_is_corrected_and_sent_again(front, gocrm, branch, lead, tick):
    lead_id = leave(front, lead(center_id="999", birthday="когда-то"))
    tick("sweep")
    assert set(refused(front)["fields"]) == {"center_id", "birthday"}
    answer = front.post(f"{OURS}/{lead_id}/replay", {"center_id": branch, "birthday": "4 мая 2019", "phone": "8 916 000-11-33"}, SERVICE)
    assert answer.ok()["delivery"]["state"] == "waiting"
    assert (answer.body["delivery"]["fields"], answer.body["delivery"]["reason"]) == ({}, None)
    again = front.post(f"{OURS}/{lead_id}/replay", {}, SERVICE)
    assert again.ok()["delivery"]["state"] == "waiting", "a repeat sends nothing twice"
    tick("sweep")
    (there,) = gocrm.leads
    assert (there["center_id"], there["birthday"], there["phone"]) == (int(branch), "04.05.2019", "+79160001133")
    assert "Дата рождения" not in there["comment"]
    assert (ours(front, "refused"), len(ours(front, "sent"))) == ([], 1)


def test_a_lead_that_waits_is_tried_at_once(front, gocrm, lead, tick):
    gocrm.fail_next(503)
    lead_id = leave(front, lead())
    tick("sweep")
    front.call("POST", f"{OURS}/{lead_id}/replay", headers=SERVICE).ok()
    tick("sweep")
    assert len(gocrm.leads) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [({"phone": "12"}, "phone"), ({"birthday": "вчера"}, "birthday"), ({"name": "я" * 201}, "name"), ({"name": {}}, "name")],
)
def test_a_correction_that_is_none_is_named(front, gocrm, lead, tick, body, field):
    lead_id = leave(front, lead(center_id="999"))
    tick("sweep")
    answer = front.post(f"{OURS}/{lead_id}/replay", body, SERVICE)
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", field])
    assert refused(front)["lead_id"] == lead_id


def test_only_refused_leads_are_sent_again(front, gocrm, lead, tick):
    lead_id = leave(front, lead())
    assert front.post(f"{OURS}/{lead_id}/replay", {"name": "Другая"}, SERVICE).body["error"] == "lead_not_refused"
    tick("sweep")
    assert front.post(f"{OURS}/{lead_id}/replay", {}, SERVICE).status == 409
    assert front.post(f"{OURS}/nobody/replay", {}, SERVICE).body["error"] == "lead_not_found"
    tick("sweep")
    assert len(gocrm.leads) == 1


def test_ten_operators_at_once_send_a_lead_once(front, gocrm, branch, lead, tick):
    lead_id = leave(front, lead(center_id="999"))
    tick("sweep")
    with OneAtATime(), ThreadPoolExecutor(10) as crowd:
        statuses = list(crowd.map(lambda _: front.post(f"{OURS}/{lead_id}/replay", {"center_id": branch}, SERVICE).status, range(10)))
    assert statuses.count(200) == 1 and set(statuses) == {200, 409}
    tick("sweep")
    assert len(gocrm.leads) == 1


def test_an_operator_who_was_overtaken_sends_nothing(front, gocrm, branch, lead, tick):
    lead_id = leave(front, lead(center_id="999"))
    tick("sweep")
    faster = []

    def overtake(call):
        if call.operation == "TransactWriteItems" and not faster:
            faster.append(None)
            faster[0] = front.post(f"{OURS}/{lead_id}/replay", {"center_id": branch}, SERVICE).status

    with Wire() as wire:
        wire.before = overtake
        slower = front.post(f"{OURS}/{lead_id}/replay", {"center_id": "1"}, SERVICE)
    assert (faster, slower.status, slower.body["error"]) == ([200], 409, "lead_not_refused")
    tick("sweep")
    assert [there["center_id"] for there in gocrm.leads] == [int(branch)]


@pytest.mark.parametrize("change", [{"state": "sent"}, {"effect_id": "another"}, None])
def test_an_effect_that_has_no_say_any_more_sends_nothing(front, gocrm, lead, tick, change):
    leave(front, lead())
    (row,) = LeadRow.scan()
    row.update(actions=[getattr(LeadRow, name).set(value) for name, value in change.items()]) if change else row.delete()
    tick("sweep")
    assert gocrm.asked == [] and list(OutboxRow.scan()) == []


# --- hostile input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [DOOR, FUNNEL])
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"phone": 1e999}', b"phone=%FF%FE", "телефон".encode("utf-16"), b"<html>"]
)
def test_what_is_no_form_is_refused_and_never_an_error_of_ours(front, gocrm, path, body):
    assert front.call("POST", path, body=body).status == 422


def test_a_body_that_is_too_large_is_refused(front, gocrm):
    assert front.post(DOOR, {**LEAD, "comment": "я" * 200_000}).status == 413


def test_what_is_too_long_is_cut_and_still_arrives(front, gocrm, lead, tick):
    lead_id = leave(front, lead(name="я" * 3000, comment="ж" * 30_000, email="e" * 400, utm_source="u" * 900))
    tick("sweep")
    (there,) = gocrm.leads
    assert len(there["name"]) == 200 and there["comment"].startswith(f"Заявка {lead_id}\n") and len(there["comment"]) <= 1000


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["name", "Имя", "center", "center_id", "birthday", "comment", "email", "form", "utm", "COOKIES", "given", "tranid", "consent"]
)


@hypothesis(max_examples=size(12, full=40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(FIELDS | st.text(max_size=6), VALUES, max_size=6))
def test_whatever_stands_beside_a_phone_the_lead_is_taken_and_sent(front, gocrm, tick, said):
    said.pop("phone", None)
    said.pop("funnel", None)
    gocrm.required = set()
    answer = front.post(DOOR, {**said, "phone": "+79160001122"})
    assert answer.status == 200, answer.text
    gocrm.wrong.clear()
    tick("sweep")
    assert ours(front, "waiting") == []
