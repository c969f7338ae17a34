"""The bot sends a specialist the link to her page, and nothing but the message that leaves ever holds it."""

import pytest

from chalicelib.core.settings import settings
from chalicelib.messaging.models import MessageRow
from tests.builders import SERVICE, SPECIALIST_CHAT, TELEGRAM, ledger, specialist, start
from tests.integration.ownpage.page import Page


@pytest.fixture
def page(front):
    return Page(front, specialist(front))


@pytest.fixture
def address(monkeypatch, sent):
    monkeypatch.setenv("SPECIALIST_PAGE_URL", "https://site.example/me?from=bot")
    settings.cache_clear()


def link(secret):
    return f"https://site.example/me?from=bot&secret={secret}"


def test_start_is_answered_with_the_link_which_no_row_holds(front, page, address, sent, tick):
    front.post("/telegram", start("", int(SPECIALIST_CHAT)), TELEGRAM).ok()
    (waiting,) = ledger(f"specialist#{page.specialist_id}", "specialist_page")
    assert page.secret not in str(waiting.attribute_values)
    tick("sweep")
    assert link(page.secret) in sent.messages(SPECIALIST_CHAT)[-1].text
    assert not any(page.secret in str(row.attribute_values) for row in MessageRow.scan())


def test_a_renewal_sends_the_new_link(front, page, address, sent, tick):
    new = front.post(f"/specialists/{page.specialist_id}/secret", None, SERVICE).ok()["secret"]
    tick("sweep")
    assert link(new) in sent.messages(SPECIALIST_CHAT)[-1].text


def test_without_a_page_nothing_is_sent(front, page):
    front.post("/telegram", start("", int(SPECIALIST_CHAT)), TELEGRAM).ok()
    front.post(f"/specialists/{page.specialist_id}/secret", None, SERVICE).ok()
    assert ledger(f"specialist#{page.specialist_id}", "specialist_page") == []
