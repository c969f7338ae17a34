"""A lead's timeline and score at their doors."""

import pytest

import chalicelib.ops.jobs  # noqa: F401  registers who follows the log
from chalicelib.core import storage
from chalicelib.sales.following import service as following
from tests.builders import SERVICE, apply_for
from tests.integration.sales.following.test_following import happens, lead, read_on
from tests.integration.staff.conftest import house, staff_sign_in  # noqa: F401

LEAD = "/api/v1/leads/1"


@pytest.fixture
def staff(front, house):  # noqa: F811
    """A lead, and those who work with leads."""
    for name, role in (("olga", "manager"), ("ivan", "manager"), ("nina", "analyst"), ("mila", "master")):
        house.hire(name, role)
    apply_for(front)
    read_on()
    return house


def owned_by(name: str, house) -> None:  # noqa: F811
    tx = storage.Transaction()
    who = following.standing(lead().client_id)
    said = {"assigned_to": house.ids[name]}
    following.deciding.change_in(tx, lead(), who, said, by="service", at=lead().updated_at, events=None)
    tx.commit()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", f"{LEAD}/interactions", None),
        ("post", f"{LEAD}/interactions", {"message": "Перезвонить"}),
        ("post", f"{LEAD}/score", {}),
        ("post", "/api/v1/ai/score-lead", {"lead_id": "br0001"}),
    ],
)
def test_who_may(front, staff, method, path, body):
    def ask(headers):
        return getattr(front, method)(path, *([body] if body is not None else []), headers).status

    made = 201 if "message" in (body or {}) else 200
    assert ask({}) == 401
    assert ask(staff.of("mila")) == 403
    assert ask(staff.of("nina")) == (200 if method == "get" else 403)
    assert ask(SERVICE) == made
    assert ask(staff.of("olga")) == made, "nobody's lead is everybody's"
    owned_by("olga", staff)
    assert (ask(staff.of("olga")), ask(staff.of("ivan"))) == (made, 404), "another manager's lead is none"


def test_a_lead_that_is_not_there_and_a_number_that_is_none(front, staff):
    for path in ("/api/v1/leads/99/interactions", "/api/v1/leads/99/score"):
        assert front.post(path, {"message": "…"}, SERVICE).body["error"] == "lead_not_found"
    assert front.post("/api/v1/leads/br0001/score", {}, SERVICE).ok()["lead_id"] == 1
    refused = front.post("/api/v1/leads/x/score", {}, SERVICE)
    assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["path", "lead_id"])
    for lead_id in ("x", 0, None, True):
        refused = front.post("/api/v1/ai/score-lead", {"lead_id": lead_id}, SERVICE)
        assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["body", "lead_id"])
    assert front.post(f"{LEAD}/interactions", {"message": ""}, SERVICE).status == 422
    context = {f"n{place}": 1 for place in range(31)}
    assert front.post(f"{LEAD}/interactions", {"message": "…", "context": context}, SERVICE).status == 422
    assert front.post(f"{LEAD}/interactions", {"message": "…", "author_type": "robot"}, SERVICE).status == 422


def test_a_note_stands_in_the_timeline_with_messages_and_facts(front, staff):
    said = {"message": "Интересует группа.", "author_type": "client", "context": {"channel": "звонок"}}
    made = front.post(f"{LEAD}/interactions", said, {**staff.of("olga"), "Idempotency-Key": "k1"})
    assert (made.status, made.headers["Location"]) == (201, f"{LEAD}/interactions")
    again = front.post(f"{LEAD}/interactions", said, {**staff.of("olga"), "Idempotency-Key": "k1"})
    assert again.body == made.body
    other = front.post(f"{LEAD}/interactions", {"message": "другое"}, {**staff.of("olga"), "Idempotency-Key": "k1"})
    assert (other.status, other.body["error"]) == (409, "key_reused")
    assert lead().last_contacted is None, "he spoke, not we"
    listed = front.get(f"{LEAD}/interactions", SERVICE).ok()
    note = listed["items"][0]
    assert note["actor"] == f"staff#{staff.ids['olga']}"
    assert {name: note[name] for name in said} == said
    assert [one["kind"] for one in listed["items"]][-1] == "application_made"
    assert {one["source"] for one in listed["items"]} == {"fact", "note"}


def test_a_managers_note_is_a_contact_and_no_answer_and_may_be_a_call(front, staff):
    said = {"message": "Дозвонился.", "context": {"kind": "call"}}
    made = front.post(f"{LEAD}/interactions", said, staff.of("olga")).body
    assert (made["what"], made["context"], made["message"]) == ("звонок", {"kind": "call"}, "Дозвонился.")
    assert lead().last_contacted is not None
    assert lead().first_response_at is None, "what is written down for ourselves is no answer to him"
    assert front.get("/clients/br0001/timeline", SERVICE).ok()["events"][0]["what"] == "звонок"


def rows(front, who) -> list[tuple[str, str]]:
    return [(one["who"], one["what"]) for one in front.get(f"{LEAD}/interactions", who).ok()["items"]]


def test_a_change_of_a_deal_is_told_in_words_with_names_and_sums(front, staff):
    olga, ivan = (front.get("/api/v1/users/me", staff.of(name)).ok()["full_name"] for name in ("olga", "ivan"))
    first = len(rows(front, SERVICE))
    for said in ({"assigned_to": staff.ids["olga"]}, {"stage": "contacted"}, {"phone": "+79045501568", "city": "Тверь"}):
        front.put(LEAD, said, staff.of("olga")).ok()
    front.put(LEAD, {"stage": "won", "amount": 3500.5}, staff.of("olga")).ok()
    front.put(LEAD, {"assigned_to": staff.ids["ivan"]}, SERVICE).ok()
    told = rows(front, SERVICE)[:-first]
    assert told == [
        ("Администратор", f"передан: {ivan}"),
        (olga, "стадия: в работе → выиграна, 3 500,50 ₽"),
        (olga, "изменено: город"),
        (olga, "изменена карточка клиента: телефон"),
        (olga, "стадия: новый → в работе"),
        (olga, f"передан: {olga}"),
    ]
    by_number = [one["what"] for one in front.get("/clients/br0001/timeline", SERVICE).ok()["events"]]
    assert by_number[0] == f"передан: менеджер № {staff.ids['ivan']}"
    won = front.get(f"{LEAD}/interactions", SERVICE).ok()["items"][1]["context"]
    assert (won["stage"], won["amount"], won["now"]["amount"]) == ("won", 3500.5, 3500.5)


def test_a_purchase_says_how_much_in_roubles(front, staff):
    happens("operation_made", ref="7", op_type="purchase", number=1, net=350_050, amount=400_000)
    row = front.get(f"{LEAD}/interactions", SERVICE).ok()["items"][0]
    assert (row["what"], row["context"]["net"], row["context"]["amount"]) == ("покупка на 3 500,50 ₽", 3500.5, 4000)


def test_what_is_no_row_of_its_own_leaves_no_hole_in_a_page(front, staff):
    held = {"source": "website", "furthest": "new", "opened_at": "2026-11-23T07:00:00+00:00"}
    for count in range(1, 4):
        happens("link_followed", ref=str(count))
        happens("lead_changed", ref="1", deal=1, was=held, now=held | {"contacts": count})
    page = front.get(f"{LEAD}/interactions", SERVICE, limit=3).ok()
    assert [one["ref"] for one in page["items"]] == ["3", "2", "1"]
    rest = front.get(f"{LEAD}/interactions", SERVICE, limit=200, cursor=page["next_cursor"]).ok()
    whole = front.get(f"{LEAD}/interactions", SERVICE, limit=200).ok()["items"]
    assert [*page["items"], *rest["items"]] == whole


def test_pages_go_on_and_a_cursor_of_another_is_refused(front, staff):
    for text in ("раз", "два", "три"):
        front.post(f"{LEAD}/interactions", {"message": text}, SERVICE)
    whole = [one["id"] for one in front.get(f"{LEAD}/interactions", SERVICE, limit=200).ok()["items"]]
    found, cursor = [], None
    while True:
        page = front.get(f"{LEAD}/interactions", SERVICE, limit=2, **({"cursor": cursor} if cursor else {})).ok()
        found += [one["id"] for one in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
        last = cursor
    assert found == whole == sorted(whole, reverse=True)
    apply_for(front, contact={"type": "phone", "value": "+79045501999"}, name="Другая")
    read_on()
    assert front.get("/api/v1/leads/2/interactions", SERVICE, cursor=last).status == 422


def test_the_words_of_a_message_are_its_clients_alone(front, staff):
    from chalicelib.messaging import service as messaging

    for client, message_id in ((lead().client_id, "mine"), ("somebody", "anothers")):
        tx = storage.Transaction()
        messaging.hear(tx, messaging.Recipient("client", client), "Здравствуйте!", contour="live", message_id=message_id)
        tx.commit()
    happens("message_received", ref="anothers", state="received")
    found = {one["ref"]: one for one in front.get(f"{LEAD}/interactions", SERVICE).ok()["items"] if one["kind"] == "message_received"}
    assert (found["mine"]["message"], found["mine"]["direction"], found["mine"]["source"]) == ("Здравствуйте!", "in", "message")
    assert (found["anothers"]["message"], found["anothers"]["source"]) == (None, "fact")


def test_a_score_says_why_in_the_callers_language(front, staff):
    said = front.post(f"{LEAD}/score", {"force_rescore": True}, SERVICE).ok()
    assert (said["lead_id"], said["score"], said["score_category"], said["job"]) == (1, 28, "cold", None)
    assert said["factors"] == {"fit": 25, "engagement": 30}
    assert said["reasoning"].startswith("Холодный: 28 из 100")
    assert [reason["text"] for reason in said["reasons"]] == ["Оставил заявку", "Известен телефон"]
    staff.hire("john", "manager", language="en")
    english = front.post("/api/v1/ai/score-lead", {"lead_id": 1, "explain": False}, staff.of("john")).ok()
    assert [reason["text"] for reason in english["reasons"]] == ["Applied", "Telephone is known"]
    assert english["reasoning"] is None
    happens("link_followed", ref="t")
    asked = {**staff.of("john"), "Idempotency-Key": "k"}
    first = front.post(f"{LEAD}/score", {}, asked).ok()
    assert first["engagement"] == 45
    happens("message_received", ref="m", state="received")
    assert front.post(f"{LEAD}/score", {}, asked).ok() == first
    assert front.post(f"{LEAD}/score", {}, SERVICE).ok()["engagement"] == 55
