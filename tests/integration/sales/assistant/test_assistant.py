"""The assistant's doors: rules at once, a model's words later, and never what no evidence holds."""

import pytest

from chalicelib.clients.models import Client
from chalicelib.core import storage
from chalicelib.core.outbox import OutboxRow
from chalicelib.messaging.models import MessageRow
from tests.builders import SERVICE
from tests.integration.sales.assistant.conftest import work
from tests.integration.sales.messages.conftest import client_of, row_of

AI = "/api/v1/ai"
SECRETS = ("Анна", "Фёдорова", "9045501567", "904", "anna@lotos-club.example", "Лотос")
DOORS = [
    ("post", f"{AI}/score-lead", {"lead_id": 1}),
    ("post", f"{AI}/generate-email", {"lead_id": 1, "template_type": "follow_up"}),
    ("get", f"{AI}/models", None),
    ("get", f"{AI}/usage", None),
    ("get", f"{AI}/jobs/01KB1S3V6Z5T4Q9N8M7H2C1D0E", None),
]


@pytest.fixture
def lead(sales):
    number = sales.lead("Анна Фёдорова", phone="+79045501567", email="anna@lotos-club.example")
    sales.front.put(f"/api/v1/leads/{number}", {"company": "ООО Лотос", "city": "Тверь"}, sales.of("maria")).ok()
    return number


def ask(sales, path: str, who: str | None = "maria", headers: dict | None = None, **said):
    return sales.front.post(f"{AI}/{path}", said, sales.of(who) | (headers or {}))


def email(sales, lead, who: str | None = "maria", headers: dict | None = None, **said):
    return ask(sales, "generate-email", who, headers, **{"lead_id": lead, "template_type": "follow_up", **said})


def job(sales, job_id: str, who: str | None = "maria"):
    return sales.front.get(f"{AI}/jobs/{job_id}", sales.of(who))


@pytest.mark.parametrize(("method", "path", "body"), DOORS)
def test_who_may(sales, lead, method, path, body):
    def status(who):
        return getattr(sales.front, method)(path, *([body] if body is not None else []), sales.of(who)).status

    sales.house.hire("nina", "analyst")
    sales.house.hire("mila", "master")
    answered = 404 if "jobs" in path else 200
    assert (status(None), status("mila")) == (401, 403)
    assert status("nina") == (403 if method == "post" else answered)
    assert (status("maria"), status("service")) == (answered, answered)
    if method == "post":
        assert status("boris") == 404, "another manager's lead is none"


def test_what_is_not_understood(sales, lead):
    for said, field in [({"lead_id": "x"}, "lead_id"), ({"template_type": "poem"}, "template_type"), ({"tone": 7}, "tone")]:
        refused = email(sales, lead, **said)
        assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["body", field])
    assert email(sales, lead, custom_prompt="я" * 1_001).status == 422
    assert email(sales, 99).body["error"] == "lead_not_found"
    assert sales.front.get(f"{AI}/usage", sales.of("maria"), user_id=-1).status == 422


def test_without_a_model_the_rules_write_a_draft_and_a_repeat_is_the_same(sales, lead):
    key = {"Idempotency-Key": "k1"}
    made = email(sales, f"br{lead:04d}", headers=key, custom_prompt="позови на 5 мая")
    assert made.status == 200
    assert (made.body["model_used"], made.body["tokens_used"], made.body["job"]) == ("rules", 0, None)
    assert "Анна Фёдорова" in made.body["body"]
    assert "5 мая" not in made.body["body"]
    assert {"company", "city", "name", "manager", "opened_on"} <= {fact["name"] for fact in made.body["facts"]}
    draft = sales.get(made.body["message_id"]).ok()
    assert (draft["status"], draft["message_type"], draft["is_ai_generated"], draft["body"]) == ("draft", "email", False, made.body["body"])
    again = email(sales, f"br{lead:04d}", headers=key, custom_prompt="позови на 5 мая")
    assert again.body == made.body
    assert email(sales, lead, headers=key).body["error"] == "key_reused"
    assert email(sales, lead, save=False).body["message_id"] is None
    assert sales.found(lead_id=lead) == [made.body["message_id"]]
    assert [*OutboxRow.scan(filter_condition=OutboxRow.kind == "ai_job")] == []


def says(*bodies: str):
    return lambda evidence, wishes: {"variants": [{"subject": "Ваш вопрос", "body": body} for body in bodies]}


def test_a_models_letter_takes_the_drafts_place_and_tells_it_nobody(sales, lead, models):
    sales.front.put("/api/v1/users/me", {"full_name": "Мария Орлова"}, sales.of("maria")).ok()
    models.says = lambda evidence, wishes: {"variants": [{"subject": "О городе", "body": f"{evidence[0]['text'][5:]}, добрый день! Ждём."}]}
    made = email(sales, lead)
    assert (made.status, made.body["model_used"], made.body["job"]["state"]) == (202, "rules", "queued")
    waiting = job(sales, made.body["job"]["id"])
    assert (waiting.status, waiting.body["state"], waiting.headers["Retry-After"]) == (202, "queued", "2")
    work(lead)
    done = job(sales, made.body["job"]["id"]).ok()
    assert (done["state"], done["model"], done["result"]["unsupported"]) == ("done", "m-1", [])
    assert done["result"]["body"] == "Анна Фёдорова, добрый день! Ждём."
    assert done["result"]["alternative_body"] == made.body["body"], "the rules' letter is the other one"
    draft = row_of(made.body["message_id"])
    assert (draft.body, draft.is_ai_generated, draft.ai_model) == (done["result"]["body"], True, "m-1")
    assert draft.ai_tokens_used == done["tokens_used"] > 0
    assert not [secret for secret in (*SECRETS, "Орлова") if secret in models.all_bytes]


@pytest.mark.parametrize("invented", ["Скидка 30%!", "Вас ждёт Виктор.", "Приходите 7 декабря.", "Добрый день, [NAME_9]!"])
def test_what_a_model_makes_up_is_not_shown(sales, lead, models, invented):
    models.says = says(f"Здравствуйте! {invented}")
    made = email(sales, lead)
    work(lead)
    done = job(sales, made.body["job"]["id"]).ok()
    assert (done["state"], done["result"]["model_used"]) == ("insufficient_evidence", "rules")
    assert done["result"]["unsupported"]
    assert done["result"]["body"] == made.body["body"] == row_of(made.body["message_id"]).body


def test_what_the_manager_asked_for_may_stand_in_the_letter(sales, lead, models):
    models.says = says("Приходите 7 декабря к Виктору.", "Скидка 99%.")
    made = email(sales, lead, custom_prompt="Позови на 7 декабря, примет Виктор")
    work(lead)
    done = job(sales, made.body["job"]["id"]).ok()
    assert (done["state"], done["result"]["body"]) == ("done", "Приходите 7 декабря к Виктору.")
    assert done["result"]["unsupported"] == ["99"]


def test_a_draft_that_somebody_changed_or_sent_stays_his(sales, lead, models):
    models.says = says("Ждём вас.")
    made = email(sales, lead)
    sales.put(made.body["message_id"], body="Мои слова").ok()
    work(lead)
    assert job(sales, made.body["job"]["id"]).ok()["result"]["draft_replaced"] is False
    assert row_of(made.body["message_id"]).body == "Мои слова"


def test_a_letter_that_is_not_kept_is_asked_for_once(sales, lead, models):
    models.says = says("Ждём вас.")
    first = email(sales, lead, save=False)
    work(lead)
    again = email(sales, lead, save=False)
    assert (first.status, again.status, again.body["body"], again.body["model_used"]) == (202, 200, "Ждём вас.", "m-1")
    assert again.body["job"]["id"] == first.body["job"]["id"]
    forced = email(sales, lead, save=False, force=True)
    assert (forced.status, forced.body["job"]["id"] != first.body["job"]["id"]) == (202, True)


def test_a_request_that_comes_again_asks_no_model_again_whatever_it_forces(sales, lead, models):
    for path, said in (
        ("generate-email", {"template_type": "proposal", "save": False, "force": True}),
        ("score-lead", {"force_rescore": True}),
    ):
        first, again = (ask(sales, path, headers={"Idempotency-Key": "k"}, lead_id=lead, **said) for _ in range(2))
        assert again.body["job"]["id"] == first.body["job"]["id"]
        assert ask(sales, path, headers={"Idempotency-Key": "l"}, lead_id=lead, **said).body["job"]["id"] != first.body["job"]["id"]


def test_a_score_is_explained_by_what_evidence_holds_and_stays_so(sales, lead, models):
    first = ask(sales, "score-lead", lead_id=lead)
    assert (first.status, first.body["explanation"], first.body["job"]["state"]) == (202, None, "queued")
    assert ask(sales, "score-lead", lead_id=lead).body["job"]["id"] == first.body["job"]["id"]
    work(lead)
    done = job(sales, first.body["job"]["id"]).ok()
    assert (done["state"], done["result"]["dropped_claims"] > 0) == ("done", True)
    again = ask(sales, "score-lead", lead_id=lead)
    assert (again.status, again.body["explanation"], again.body["job"]) == (200, done["result"]["explanation"], None)
    shown = sales.front.get(f"/api/v1/leads/{lead}", sales.of("maria")).ok()
    assert shown["score_detail"]["explanation"] == done["result"]["explanation"]
    assert not [secret for secret in SECRETS if secret in models.all_bytes]
    assert ask(sales, "score-lead", lead_id=lead, explain=False).body["job"] is None
    forced = ask(sales, "score-lead", lead_id=lead, force_rescore=True)
    assert (forced.status, forced.body["job"]["id"] != first.body["job"]["id"]) == (202, True)


def test_a_score_that_is_another_by_then_is_not_explained(sales, lead, models):
    first = ask(sales, "score-lead", lead_id=lead)
    sales.front.put(f"/api/v1/leads/{lead}", {"position": "директор"}, sales.of("maria")).ok()
    ask(sales, "score-lead", lead_id=lead, explain=False).ok()
    work(lead)
    assert job(sales, first.body["job"]["id"]).ok()["error"] == "score_changed"
    assert models.got == []


def test_no_model_hears_of_a_paused_client_nor_of_words_in_which_a_risk_is_found(sales, lead, models):
    notes = f"/api/v1/leads/{lead}/interactions"
    for words in ("Пишет: я не хочу жить, хочу умереть", "Просила перезвонить по +7 999 123-45-67"):
        assert sales.front.post(notes, {"message": words, "author_type": "client"}, sales.of("maria")).status == 201
    models.says = says("Ждём вас.")
    email(sales, lead)
    work(lead)
    assert "перезвонить" in models.all_bytes
    assert "умереть" not in models.all_bytes
    assert "123-45-67" not in models.all_bytes
    models.got.clear()
    storage.change(Client.row(client_of(lead)), [Client.paused_at.set(row_of(1).created_at)])
    made = email(sales, lead)
    work(lead)
    assert (job(sales, made.body["job"]["id"]).ok()["error"], models.got) == ("client_paused", [])


def test_a_job_is_its_askers_and_the_heads_of_the_house(sales, lead, models):
    made = email(sales, lead)
    asked = made.body["job"]["id"]
    assert (job(sales, asked).status, job(sales, asked, "service").status, job(sales, asked, "boris").status) == (202, 202, 404)
    assert job(sales, "nobody").body["error"] == "job_not_found"


def test_over_budget_the_rules_stand_and_the_admin_hears_once(sales, lead, models, monkeypatch):
    from chalicelib.core.settings import settings

    monkeypatch.setenv("AI_BUDGET_DAY", "0.000001")
    settings.cache_clear()
    made = [email(sales, lead).body for _ in range(2)]
    work(lead)
    ended = [job(sales, one["job"]["id"]).ok() for one in made]
    assert [one["state"] for one in ended] == ["over_budget"] * 2
    assert row_of(made[0]["message_id"]).body == made[0]["body"]
    assert len([row for row in MessageRow.scan() if row.template == "admin_ai_budget"]) == 1
    assert sales.front.get(f"{AI}/usage", sales.of("maria")).ok()["budget"]["stopped"] is True


def test_usage_is_ones_own_and_everybodys_for_the_heads(sales, lead, models):
    models.says, models.usage = says("Ждём вас."), (1_000, 200)
    for who in ("maria", "service"):
        email(sales, lead, who)
    work(lead)
    own = sales.front.get(f"{AI}/usage", sales.of("maria")).ok()
    assert (own["requests_today"], own["tokens_used_month"], own["cost_today"]) == (1, 1_200, 0.0008)
    assert own["budget"] == {"day": 5, "month": 50, "left_today": 4.9984, "left_month": 49.9984, "stopped": False}
    assert ([row["model"] for row in own["by_model"]], own["by_user"]) == (["m-1"], [])
    maria = sales.house.ids["maria"]
    everybodys = sales.front.get(f"{AI}/usage", SERVICE).ok()
    assert (everybodys["user_id"], everybodys["requests_month"]) == (None, 2)
    assert [row["user_id"] for row in everybodys["by_user"]] == [0, maria]
    assert sales.front.get(f"{AI}/usage", SERVICE, user_id=maria).ok()["requests_today"] == 1
    assert sales.front.get(f"{AI}/usage", sales.of("maria"), user_id=0).status == 403


def test_models_say_why_they_are_not_asked(sales, models, monkeypatch):
    import json

    from chalicelib.core.settings import settings

    listed = sales.front.get(f"{AI}/models", sales.of("maria")).ok()
    assert (listed["total"], [one["id"] for one in listed["items"]]) == (2, ["rules", "m-1"])
    assert listed["items"][1]["for"] == ["score", "email", "call", "forecast"]
    said = [{"id": "a", "provider": "openai"}, {"id": "b", "provider": "bedrock", "input_price": 1, "output_price": 1}]
    monkeypatch.setenv("AI_MODELS", json.dumps(said))
    settings.cache_clear()
    shown = sales.front.get(f"{AI}/models", sales.of("maria")).ok()["items"]
    assert [(one["id"], one["available"], one["reason"]) for one in shown] == [
        ("rules", True, None),
        ("a", False, "no_prices"),
        ("b", False, "another_provider"),
    ]
    monkeypatch.setenv("AI_MODELS", "[{")
    settings.cache_clear()
    assert sales.front.get(f"{AI}/models", sales.of("maria")).ok()["items"][0]["reason"] == "models_unreadable"
    assert sales.front.get(f"{AI}/models", sales.of("maria"), page=2, size=1).ok()["items"] == []
