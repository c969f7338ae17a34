"""What nobody sees says nothing: where something must be said it is refused, and elsewhere it is none."""

import pytest
from pydantic import ValidationError

from chalicelib.booking.specialists.schemas import SpecialistInput
from chalicelib.clients.schemas import Merge
from chalicelib.company.schemas import NewLocation
from chalicelib.core import lines, web
from chalicelib.core.schemas import Schema, Text
from chalicelib.intake.surveys.schemas import StepItem
from chalicelib.loyalty.accounts.schemas import ClientChange, NewClient
from chalicelib.loyalty.certificates.schemas import NewCertificate
from chalicelib.ownpage.events.schemas import NewEvent
from chalicelib.sales.interactions.schemas import Note
from chalicelib.sales.leads.schemas import LeadChange, LeadPatch, NewLead
from chalicelib.sales.messages.schemas import MessageChange, NewMessage

BLANKS = [" ", "\n\t", "\u200b", " \u2060\ufeff ", "\u3164", "\u2800\ufe0f", "\u200d", "\u00ad"]

SAID = [
    (NewLead, {"name": "?"}),
    (NewLead, {"name": "Анна", "tags": ["?"]}),
    (Note, {"message": "?"}),
    (NewMessage, {"lead_id": 1, "message_type": "email", "body": "?"}),
    (MessageChange, {"body": "?"}),
    (NewClient, {"full_name": "?"}),
    (ClientChange, {"tags": ["?"]}),
    (NewCertificate, {"title": "?", "amount_rub": 1}),
    (NewLocation, {"name": "?"}),
    (NewEvent, {"event": "?", "slot": "1", "type": "own"}),
    (Merge, {"into": "br0001", "reason": "?"}),
    (StepItem, {"title": "?", "coins": 1}),
    (SpecialistInput, {"name": "?"}),
]


def filled(said, with_what):
    return {name: with_what if value == "?" else [with_what] if value == ["?"] else value for name, value in said.items()}


@pytest.mark.parametrize(("model", "said"), SAID, ids=lambda one: getattr(one, "__name__", ""))
def test_it_is_refused_where_something_must_be_said(model, said):
    field = next(name for name, value in said.items() if value in ("?", ["?"]))
    for blank in BLANKS:
        with pytest.raises(ValidationError) as refused:
            model.model_validate(filled(said, blank))
        assert {one["loc"][0] for one in refused.value.errors()} & {field}, blank


class Payload(Schema):
    text: Text = None


@pytest.mark.parametrize("blank", BLANKS)
def test_it_is_none_where_nothing_need_be_said(blank):
    assert Payload(text=blank).text is None
    assert LeadChange(website=blank, company=blank).website is None
    assert NewLocation(name="Склад", address=blank).address == ""


@pytest.mark.parametrize("seen", ["я", "0", ".", "👩\u200d🔬", "❤️", "\u0301", "\ue000", "\x00"])
def test_what_is_seen_is_no_blank_and_a_control_is_for_others_to_refuse(seen):
    assert not lines.is_blank(f" {seen} ")


@pytest.mark.parametrize(
    "said",
    [
        "http://", "https:///a", "http://?a", "http://a b", "http://a b\"onload", "http://a\"onload=x", "http://a/<b>", "http://a:x", "http://a:99999",
        "ftp://a.ru", "javascript:alert(1)", "http:a.ru", "http://a\0.ru", "http://a.ru/\u3000b", "http://.", "http://a..ru", "http://[::1",
    ],
)  # fmt: skip
def test_what_no_browser_would_open_is_no_web_address(said):
    with pytest.raises(ValueError, match="http"):
        web.address(said)
    with pytest.raises(ValidationError):
        LeadPatch(website=said)


@pytest.mark.parametrize(
    "said", ["http://a.ru", "HTTPS://Лотос.рф/чай?q=1#a", "https://a.ru:8080/b_(c)", "http://127.0.0.1", "http://[::1]/"]
)
def test_a_web_address_is_kept_as_it_was_said(said):
    assert LeadPatch(website=said).website == said
