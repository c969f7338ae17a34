"""What `make run` plays: it tells the whole job, can be told again, and reaches nobody."""

import re

from infra import owner, samples, selling, story, till
from tests.builders import SERVICE

PASSWORD = "correct-horse-battery"

OF_OTHERS = ("Не удалось разобрать входящие", "Клиент не перешёл по ссылке")
"""What the admin is told, once an hour or some minutes later, of what other tests sent; and of names that their specialists bear."""


def _parts(text):
    """Messages that came to the admin as one are each heard."""
    return text.split("\n\n———\n\n")[1:] if text.startswith("Сообщения, которые пришли сразу") else [text]


def test_the_story_is_told_to_its_end_and_told_again_over_the_same_data(cloud, deployed_front, capsys):
    heard = len(cloud.telegram.sent)
    deployed_front.put("/api/v1/admin/referral-programs/config", till.PROGRAMME, SERVICE).ok()  # whatever other tests have set

    deployed_front.post(owner.USERS, {"email": owner.EMAIL, "password": PASSWORD, "role": "owner"}, SERVICE)

    story.main(cloud.base_url, cloud.settings, PASSWORD)
    first = capsys.readouterr().out
    story.main(cloud.base_url, cloud.settings, PASSWORD)
    second = capsys.readouterr().out

    scenes = [
        "Слоты",
        "client   tbr",
        "вы записаны",
        "[ Подтвердить ]",
        "Сессия подтверждена",
        "Напоминаем о встрече",
        "[ 5 ]",
        "is completed",
        "1500 roubles: 1300 by card and 200 in points; 39 points earned (3 %)",
        "130 points more",
        "of it this purchase",
        "The owner signs in and sells",
        "three leads",
        "The hottest is br",
        "of 100",
        "дорого: «Дороговато, мне надо подумать»",
        "«Ваша заявка»",
    ]
    for told in (first, second):
        places = [told.find(scene) for scene in scenes]
        assert places == sorted(places) and places[0] > 0, dict(zip(scenes, places, strict=True))
    everyone, slots = len(samples.SPECIALISTS), len(samples.SPECIALISTS) * samples.DAYS * len(samples.HOURS)
    assert f"{everyone} and {slots} added" in first
    assert "0 and 0 added" in second
    said = [part for message in cloud.telegram.sent[heard:] for part in _parts(message.text)]
    own = set(re.findall(r"^ +(?:ticket|client) +(\S+)$", first + second, re.MULTILINE))
    assert len(own) >= 3, "two tickets, and a client"
    of_others = [text for text in said if text.startswith(OF_OTHERS) and not any(one in text for one in own)]
    heard_of = [text for text in said if text not in of_others and "зовут одинаково" not in text]
    assert [text for text in heard_of if selling.SURNAME not in text] == [], "but of who came by the live site's forms"
    listed = deployed_front.get("/specialists", SERVICE).ok()["specialists"]
    assert {row["id"] for row in listed} >= {person["id"] for person in samples.SPECIALISTS if "contour" not in person}


def test_a_day_that_was_emptied_is_filled_again_and_a_booked_one_is_left_alone(cloud, deployed_front):
    from infra.loopback import Api

    api = Api(cloud.base_url, cloud.service_key)
    samples.load(api)
    rows = samples.free_slots(api, "live", psychologist="sample-maria", limit=500)
    for row in (row for row in rows if row["date"] == rows[-1]["date"]):
        deployed_front.delete(f"/slots/{row['id']}", SERVICE).ok()

    assert samples.load(api) == (0, len(samples.HOURS))
    assert samples.load(api) == (0, 0)
