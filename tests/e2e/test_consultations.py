"""Consultations on the deployed stack, with a Chatwoot and a 1C that check every request."""

import json
import shutil
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import SERVICE, TELEGRAM, Front, contact, start
from tests.e2e.conftest import CHATWOOT_SECRET
from tests.e2e.crowd import post
from tests.standins.consulting import CLIENTS, CLOSED, DOCUMENTS

TOKEN = {"Authorization": "Bearer token-of-the-site"}
CREATE = "/api/consultations/create"


def asked(front, comment, client=None, **said):
    body = {"client": client or {"email": "nodira@example.uz"}, "consultation": {"comment": comment, **said}, "source": "SITE"}
    return front.post(CREATE, body, TOKEN).ok()


def ticket(front, cons_id):
    return front.get(f"/api/tickets/{cons_id}", TOKEN).ok()


def state(front, made):
    """Where the followers of a consultation stand."""
    (line,) = front.get("/consultations/sync", SERVICE, cons_id=made["consultation"]["cons_id"]).ok()["consultations"]
    return line


def in_both(front, made):
    """The ticket, once both followers have it and show each other's ids."""
    line = state(front, made)
    both = line["chatwoot"]["state"] == line["onec"]["state"] == "done" and line["number"]
    return ticket(front, made["consultation"]["cons_id"]) if both else None


def documents_of(onec, *comments):
    return [row for row in onec.rows(DOCUMENTS) if row["ТекстОбращения"] in comments]


def hooked(front, chatwoot, event, secret=CHATWOOT_SECRET, at=None):
    body = json.dumps(event).encode()
    headers = {"Content-Type": "application/json", **chatwoot.sign(secret, body, at or datetime.now(UTC))}
    return front.call("POST", "/webhooks/chatwoot", body=body, headers=headers)


def test_a_question_reaches_both_and_its_answer_comes_back(cloud, deployed_front, chatwoot, onec):
    made = asked(deployed_front, "Можно ли вернуть налог?", {"email": "nodira@example.uz", "phone_number": "90 765 43 21"}, lang="uz")
    shown = cloud.comes(lambda: in_both(deployed_front, made))
    (document,) = documents_of(onec, "Можно ли вернуть налог?")
    assert (shown["number"], shown["cl_ref_key"]) == (document["Number"], document["Ref_Key"])
    talk = chatwoot.conversations[int(shown["cons_id"])]
    assert cloud.comes(lambda: talk["custom_attributes"].get("number")) == document["Number"]
    assert document["НомерДиалога"] == shown["cons_id"]

    hooked(deployed_front, chatwoot, chatwoot.agent_replies(talk["id"], "Да, подайте уточнённый отчёт.")).ok()
    event = chatwoot.status_changed(talk["id"], "resolved")
    assert hooked(deployed_front, chatwoot, event, secret="forged").status == 401
    assert hooked(deployed_front, chatwoot, event, at=datetime.now(UTC) - timedelta(minutes=6)).status == 401
    first = hooked(deployed_front, chatwoot, event).ok()
    assert hooked(deployed_front, chatwoot, event).ok() == first
    assert ticket(deployed_front, shown["cons_id"])["status"] == "closed"
    cloud.comes(lambda: documents_of(onec, "Можно ли вернуть налог?")[0]["ВидОбращения"] == CLOSED)
    templates = [row["template"] for row in deployed_front.get("/messages", SERVICE, client_id=made["client_id"]).ok()["messages"]]
    assert sorted(templates) == ["client_consultation_closed", "client_consultation_received", "client_consultation_reply"]


def test_both_down_for_three_days_and_back(cloud, deployed_front, chatwoot, onec):
    chatwoot.down = onec.down = True
    try:
        made = [asked(deployed_front, f"Вопрос в простой {number}", {"email": f"down{number % 2}@example.uz"}) for number in range(4)]
        begun = datetime.now(UTC)
        for hours in range(0, 73, 12):
            cloud.tick("deferred_sync", begun + timedelta(hours=hours))
            cloud.tick("sweep", begun + timedelta(hours=hours))
        own = {one["consultation"]["cons_id"] for one in made}
        waiting = [
            line for line in deployed_front.get("/consultations/sync", SERVICE).ok()["consultations"] if line["consultation_id"] in own
        ]
        assert len(waiting) == 4
        for name in ("chatwoot", "onec"):
            assert all(line[name]["state"] == "waiting" and line[name]["next_try"] for line in waiting)
            assert any(line[name]["last_error"] for line in waiting), "who is down is asked once a tick"
    finally:
        chatwoot.down = onec.down = False
    cloud.tick("deferred_sync", begun + timedelta(hours=73))
    shown = [cloud.comes(lambda one=one: in_both(deployed_front, one)) for one in made]
    documents = documents_of(onec, *(one["comment"] for one in shown))
    assert sorted(row["Number"] for row in documents) == sorted(one["number"] for one in shown)
    talks = [talk for talk in chatwoot.conversations.values() if "Вопрос в простой" in " ".join(chatwoot.said(talk["id"]))]
    assert sorted(str(talk["id"]) for talk in talks) == sorted(one["cons_id"] for one in shown)
    assert len({talk["contact_id"] for talk in talks} if "contact_id" in talks[0] else {0, 1}) == 2
    emails = [row["email"] for row in chatwoot.contacts.values() if (row["email"] or "").startswith("down")]
    assert sorted(emails) == ["down0@example.uz", "down1@example.uz"]
    assert len([row for row in onec.rows(CLIENTS) if row.get("ЭлектроннаяПочта", "").startswith("down")]) == 2


def test_an_answer_lost_after_it_was_taken_makes_nothing_twice(cloud, deployed_front, chatwoot, onec):
    chatwoot.drop_next(path="POST /api/v1/accounts/7/conversations")
    onec.drop_next(path="POST /base/odata/standard.odata/Document")
    made = asked(deployed_front, "Ответ потерялся", {"email": "lost@example.uz"})
    cloud.comes(lambda: documents_of(onec, "Ответ потерялся"))
    deadline = time.monotonic() + 30
    while not (shown := in_both(deployed_front, made)):
        assert time.monotonic() < deadline
        cloud.tick("deferred_sync", datetime.now(UTC))
    assert len(documents_of(onec, "Ответ потерялся")) == 1
    assert [talk["id"] for talk in chatwoot.conversations.values() if "Ответ потерялся" in chatwoot.said(talk["id"])] == [
        int(shown["cons_id"])
    ]


def test_the_days_limit_is_told_and_sent_again_by_hand(cloud, deployed_front, onec):
    onec.day_limit = 0
    try:
        made = asked(deployed_front, "Сверх лимита", {"email": "limit@example.uz"})["consultation"]["cons_id"]
        cloud.comes(lambda: "warnings" in ticket(deployed_front, made))
    finally:
        onec.day_limit = None
    assert "лимит" in cloud.heard(cloud.settings["TELEGRAM_ADMIN_CHAT_ID"], "не принимает консультацию").text
    deployed_front.post(f"/consultations/sync/{made}/replay", {}, SERVICE).ok()
    assert cloud.comes(lambda: ticket(deployed_front, made)["number"])


def test_fifty_at_once_make_one_of_everything(crowd, crowd_tables, chatwoot, onec):
    call = post(CREATE, {"client": {"phone_number": "+998935550011"}, "consultation": {"comment": "Все разом"}}, TOKEN)
    answers = [answer.ok() for answer in crowd.at_once([call] * 50)]
    assert len({answer["consultation"]["cons_id"] for answer in answers}) == 1
    for _ in range(3):
        crowd.tick("deferred_sync", datetime.now(UTC))
    (row,) = [row for row in crowd_tables.rows("consultations") if row["comment"] == "Все разом"]
    assert (row["chatwoot"], row["onec"]) == ("done", "done")
    assert len(documents_of(onec, "Все разом")) == 1
    assert len([talk for talk in chatwoot.conversations.values() if "Все разом" in chatwoot.said(talk["id"])]) == 1
    assert len([row for row in chatwoot.contacts.values() if row["phone_number"] == "+998935550011"]) == 1


def test_an_operators_answer_reaches_a_client_who_has_the_bot(cloud, deployed_front, chatwoot):
    deployed_front.post("/telegram", start("hello", 7_012_000_777, update_id=455_501), TELEGRAM).ok()
    form = {"name": "Нодир", "contact": {"type": "telegram", "value": "7012000777"}, "phone": "+998935550022"}
    ticket_id = deployed_front.post("/submit-application", form).ok()["ticket_id"]
    deployed_front.post("/telegram", start(ticket_id, 7_012_000_777, update_id=455_502), TELEGRAM).ok()
    deployed_front.post("/telegram", contact("+998935550022", 7_012_000_777, update_id=455_503), TELEGRAM).ok()
    made = asked(
        deployed_front, "Qanday hisobot topshiraman?", {"phone_number": "+998935550022"}, lang="uz", scheduled_at="2027-01-31T20:00:00Z"
    )
    assert "1-fevral (du) soat 01:00 Toshkent vaqti" in cloud.heard(7_012_000_777, "Savolingizni qabul qildik").text
    shown = cloud.comes(lambda: in_both(deployed_front, made))
    hooked(deployed_front, chatwoot, chatwoot.agent_replies(int(shown["cons_id"]), "Chorak yakunida.")).ok()
    assert "Chorak yakunida." in cloud.heard(7_012_000_777, "savolingizga javob").text


CURL = r"""curl -sS -X POST "{url}/consultations/create" \
  -H "Authorization: Bearer YOUR_TOKEN" \
  -H "Content-Type: application/json" \
  -d '{body}'"""


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")
def test_the_command_line_of_the_sources_guide_works(cloud):
    body = json.dumps({"client": {"email": "curl@example.uz"}, "consultation": {"comment": "Из консоли", "lang": "ru"}, "source": "SITE"})
    done = subprocess.run(["bash", "-c", CURL.format(url=f"{cloud.base_url}/api", body=body)], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["message"] == "Consultation created successfully"


BROWSER = """
const token = "any";
async function create(client, consultation) {
  const response = await fetch(`${process.env.BASE}/consultations/create`, {
    method: "POST",
    headers: { "Authorization": `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ client, consultation, source: "SITE" }),
  });
  if (!response.ok) { const error = await response.json(); throw new Error(error.detail); }
  return await response.json();
}
(async () => {
  const made = await create({ email: "fetch@example.uz" }, { comment: "Из браузера", lang: "uz" });
  let refused = "";
  try { await create({}, { comment: "x" }); } catch (error) { refused = error.message; }
  console.log(JSON.stringify({ id: made.consultation.cons_id, client: made.client_id, refused }));
})();
"""


@pytest.mark.skipif(not shutil.which("node"), reason="no node here")
def test_a_browsers_fetch_works_and_shows_the_sentence(cloud):
    done = subprocess.run(
        ["node", "-e", BROWSER],
        env={"BASE": f"{cloud.base_url}/api", "PATH": "/usr/bin:/bin:/usr/local/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["id"]
    assert told["client"]
    assert told["refused"] == "Client data or client_id is required"


def test_a_browser_may_ask_from_any_page(deployed_front):
    answer = deployed_front.call("OPTIONS", CREATE)
    assert answer.status == 204
    allowed = answer.headers["Access-Control-Allow-Headers"]
    assert "Authorization" in allowed
    assert "Idempotency-Key" in allowed


def test_the_docs_show_the_api_and_its_bearer(deployed_front: Front):
    document = deployed_front.get("/openapi.json").ok()
    assert document["paths"][CREATE]["post"]["security"] == [{"Bearer": []}, {"BackEnd": ["consultations:create"]}, {}]
    assert deployed_front.get("/api/health").ok()["bearer"] == "any"
    assert deployed_front.get("/docs").status == 200
