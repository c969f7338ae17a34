"""The link of a letter: looking changes nothing, one press ends marketing, and nothing else."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.clients import consents
from chalicelib.clients.facts import Unsubscribed
from chalicelib.clients.service import Client
from chalicelib.core import clock, ids, storage
from chalicelib.core.facts import FactRow
from chalicelib.messaging.unsubscribing import service, tokens
from chalicelib.messaging.unsubscribing.tokens import Claims
from tests.standins.store import OneAtATime

YES = {"given": "yes", "at": "2026-11-01T10:00:00+00:00", "source": "form", "version": "1"}


def person(**said) -> Client:
    client = Client(client_id=ids.new(), contour="live", lead_number="br0001", created_at=clock.now(), **said)
    tx = storage.Transaction()
    tx.create(client)
    tx.commit()
    return client


def card(client_id: str) -> Client:
    return storage.read(Client.at(client_id))[0]


def path(client: Client, channel: str = "email") -> str:
    return f"/u/{tokens.issue(Claims(client.client_id, channel))}"


def facts_of(client_id: str) -> list[str]:
    return [row.kind for row in storage.query(FactRow, client_id).rows]


@pytest.fixture
def anna(front) -> Client:
    return person(agreements={"personal_data": YES, "marketing": YES, "email": YES})


def test_looking_shows_a_button_and_changes_nothing(front, anna):
    shown = front.get(path(anna))
    assert shown.status == 200 and '<form method="post">' in shown.text
    assert card(anna.client_id).consents["marketing"] == YES and facts_of(anna.client_id) == []


def test_a_press_ends_marketing_and_nothing_else(front, anna):
    done = front.post(path(anna), None)
    assert done.status == 200 and "Вы отписаны" in done.text
    said = card(anna.client_id).consents
    assert (said["marketing"]["given"], said["marketing"]["source"]) == ("no", "link:email")
    assert said["personal_data"] == said["email"] == YES
    assert facts_of(anna.client_id) == ["unsubscribed"]


def test_one_click_of_a_mail_program_is_a_press(front, anna):
    front.form(path(anna), {"List-Unsubscribe": "One-Click"})
    assert card(anna.client_id).consents["marketing"]["given"] == "no"


def test_pressed_again_it_is_the_same(front, anna):
    first, second = (front.post(path(anna), None) for _ in range(2))
    assert first.text == second.text and facts_of(anna.client_id) == ["unsubscribed"]


def test_pressed_twice_at_once_it_is_said_once(front, anna):
    with OneAtATime(), ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda _: consents.unsubscribe(anna.client_id, "marketing", channel="email"), range(2)))
    assert sorted(said) == [False, True] and facts_of(anna.client_id) == ["unsubscribed"]


def test_who_was_never_asked_says_no_too(front):
    nobody = person()
    front.post(path(nobody), None)
    assert card(nobody.client_id).consents["marketing"]["given"] == "no"


def test_a_merged_clients_link_speaks_for_whom_he_became(front, anna):
    old = person(merged_into=anna.client_id)
    front.post(path(old), None)
    assert card(anna.client_id).consents["marketing"]["given"] == "no" and card(old.client_id).agreements is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_none_of_ours_is_not_found(front, anna, method):
    from chalicelib.core import client_token
    from chalicelib.core.settings import settings

    foreign = [client_token.issue(anna.client_id, settings().secret_of_clients), path(anna)[3:-2] + "xx", "e30.e30.", "x" * 3000]
    for token in foreign:
        said = front.get(f"/u/{token}") if method == "get" else front.post(f"/u/{token}", None)
        assert said.status == 404 and "Ссылка не найдена" in said.text
    assert card(anna.client_id).consents["marketing"] == YES


def test_without_a_secret_no_link_is_good_or_made(front, anna, monkeypatch):
    from chalicelib.core.settings import settings

    there = path(anna)
    monkeypatch.setenv("PUBLIC_URL", "https://desk.example/")
    settings.cache_clear()
    assert service.is_set() and service.link("1", "email").startswith("https://desk.example/u/")
    monkeypatch.delenv("CLIENT_TOKEN_SECRET")
    settings.cache_clear()
    assert not service.is_set()
    assert front.post(there, None).status == 404


def test_the_page_is_kept_nowhere_and_says_nobody_who_he_is(front, anna):
    shown = front.get(path(anna))
    assert (shown.headers["Cache-Control"], shown.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert not re.search(anna.client_id + "|br0001", shown.text) and Unsubscribed
