"""The public site's evening in one process: every call is answered, and nobody reads in its answers what is somebody else's."""

import pytest

from chalicelib.core import briefly
from tests import site
from tests.builders import Answer, Front, client_row
from tests.conftest import SETTINGS


@pytest.fixture
def stage(front: Front) -> site.Stage:
    briefly.forget_all()
    return site.built(front, lambda lead: client_row(lead).client_id, SETTINGS["CLIENT_TOKEN_SECRET"])


def test_every_call_of_the_evening_is_answered_and_tells_no_stranger_anything(front: Front, stage: site.Stage) -> None:
    answers = {call: _asked(front, call) for call in site.calls(stage.words)}
    assert {call.name: (answer.status, answer.text) for call, answer in answers.items() if answer.status != 200} == {}
    assert {call.name for call, answer in answers.items() if answer.headers["Access-Control-Allow-Origin"] != "*"} == set()
    assert {call.name for call, answer in answers.items() if "unauthored" in answer.text} == set()
    told = {call: f"{answer.text} {answer.headers}" for call, answer in answers.items() if call.is_strangers}
    assert len(told) > 20
    said = {call.name: [what for what, value in stage.planted.items() if value in text] for call, text in told.items()}
    assert {name: learned for name, learned in said.items() if learned} == {}


def _asked(front: Front, call: site.Call) -> Answer:
    return front.call(call.method, call.path, body=call.body or "", headers={"Content-Type": "application/json"})
