"""Followers on the deployed stack: faults of our own, a restored Chatwoot, answers that are files, a 1C with an unticked set."""

import time
from datetime import UTC, datetime, timedelta

from tests.builders import SERVICE
from tests.e2e.test_consultations import asked, documents_of, hooked, in_both, state, ticket
from tests.standins.consulting import CLIENTS, DOCUMENTS


def troubles(front):
    return [one["what"] for one in front.get("/health").ok()["troubles"]]


def until(cloud, holds, *ticks):
    """Run the ticks until it holds: the stream may be faster or slower than they are."""
    deadline, later = time.monotonic() + 40, datetime.now(UTC)
    while not holds():
        assert time.monotonic() < deadline
        for name in ticks:
            cloud.tick(name, later)
        time.sleep(0.2)


def test_a_rotated_token_holds_all_is_told_once_and_all_move_by_themselves(cloud, deployed_front, chatwoot):
    admin = cloud.settings["TELEGRAM_ADMIN_CHAT_ID"]
    chatwoot.token_revoked = True
    try:
        made = [asked(deployed_front, f"Сменили токен {n}", {"email": f"token{n}@example.uz"}) for n in range(3)]
        until(cloud, lambda: "chatwoot_token" in troubles(deployed_front), "deferred_sync")
        cloud.tick("sweep", datetime.now(UTC) + timedelta(days=9))
        cloud.tick("sweep", datetime.now(UTC))
        assert "Возьмите новый токен" in cloud.heard(admin, "CHATWOOT_TOKEN").text
        (shown,) = [one for one in deployed_front.get("/api/health").ok()["troubles"] if one["what"] == "chatwoot_token"]
        assert "впишите его в настройки" in shown["todo"]
        assert {state(deployed_front, one)["chatwoot"]["state"] for one in made} == {"waiting"}
    finally:
        chatwoot.token_revoked = False
    until(cloud, lambda: all(in_both(deployed_front, one) for one in made), "deferred_sync", "sweep")
    assert troubles(deployed_front) == []
    cloud.heard(admin, "CHATWOOT_TOKEN")
    said = [words for talk in chatwoot.conversations for words in chatwoot.said(talk) if words.startswith("Сменили токен")]
    assert sorted(said) == [f"Сменили токен {n}" for n in range(3)]


def test_an_unticked_entity_waits_and_is_named(cloud, deployed_front, onec):
    onec.unticked |= {CLIENTS, DOCUMENTS}
    try:
        made = asked(deployed_front, "Сняли галочку", {"email": "tick@example.uz"})
        until(cloud, lambda: "onec_entity" in troubles(deployed_front), "deferred_sync")
        cloud.tick("sweep", datetime.now(UTC))
        cloud.heard(cloud.settings["TELEGRAM_ADMIN_CHAT_ID"], "не отмечен в составе")
    finally:
        onec.unticked.clear()
    until(cloud, lambda: in_both(deployed_front, made), "deferred_sync")
    assert len(documents_of(onec, "Сняли галочку")) == 1
    until(cloud, lambda: troubles(deployed_front) == [], "deferred_sync")


def test_a_chatwoot_restored_from_a_backup_loses_nobodys_question(cloud, deployed_front, chatwoot):
    saved = chatwoot.backup()
    lost = asked(deployed_front, "Пропал при откате", {"email": "lost-in-backup@example.uz"})
    number = int(cloud.comes(lambda: in_both(deployed_front, lost))["cons_id"])
    # What still had to be shown there would be looked for after the restoring, and the lost one asked again before the new one.
    until(cloud, lambda: not cloud.tables.rows("outbox", kind="consultation_chatwoot"), "deferred_sync")
    chatwoot.restore(saved)
    new = asked(deployed_front, "Спросил после отката", {"email": "after-backup@example.uz"})
    until(cloud, lambda: in_both(deployed_front, new) and in_both(deployed_front, lost), "deferred_sync")
    again = ticket(deployed_front, lost["consultation"]["cons_id"])
    assert int(ticket(deployed_front, new["consultation"]["cons_id"])["cons_id"]) == number != int(again["cons_id"])
    assert chatwoot.said(number) == ["Спросил после отката"]
    assert chatwoot.said(int(again["cons_id"])) == ["Пропал при откате"]
    hooked(deployed_front, chatwoot, chatwoot.agent_replies(number, "Ответ новому")).ok()
    for made, answers in ((lost, []), (new, ["Ответ новому"])):
        rows = deployed_front.get("/messages", SERVICE, client_id=made["client_id"]).ok()["messages"]
        told = [row for row in rows if row["template"] == "client_consultation_reply"]
        assert len(told) == len(answers)


def test_a_file_and_a_rules_answer_reach_the_client_and_a_note_does_not(cloud, deployed_front, chatwoot):
    made = asked(deployed_front, "Пришлите счёт", {"email": "file@example.uz"})
    number = int(cloud.comes(lambda: in_both(deployed_front, made))["cons_id"])
    link = "https://chat.example/x/schet.pdf"
    assert hooked(deployed_front, chatwoot, chatwoot.agent_sends(number, link)).ok()["kept"] is True
    assert hooked(deployed_front, chatwoot, chatwoot.automation_replies(number, "Оцените ответ")).ok()["kept"] is True
    assert hooked(deployed_front, chatwoot, chatwoot.agent_sends(number, link, private=True)).ok()["kept"] is False

    def replies():
        rows = deployed_front.get("/messages", SERVICE, client_id=made["client_id"]).ok()["messages"]
        done = [row["text"] for row in rows if row["template"] == "client_consultation_reply" and row["state"] != "queued"]
        return done if len(done) == 2 else None

    cloud.comes(replies)


def test_what_1c_refused_is_sent_again_in_bulk(cloud, deployed_front, onec):
    onec.day_limit = 0
    try:
        made = [asked(deployed_front, f"Оптом {n}", {"email": f"bulk{n}@example.uz"}) for n in range(2)]
        cloud.comes(lambda: all(state(deployed_front, one)["onec"]["state"] == "refused" for one in made))
    finally:
        onec.day_limit = None
    body = {"kind": "consultation_onec", "reason": "Превышен лимит"}
    assert deployed_front.post("/outbox/replay", body, SERVICE).ok()["replayed"] >= 2
    assert deployed_front.post("/outbox/replay", body, SERVICE).ok()["more"] is False
    until(cloud, lambda: all(in_both(deployed_front, one) for one in made), "sweep", "deferred_sync")
    assert len(documents_of(onec, "Оптом 0", "Оптом 1")) == 2
