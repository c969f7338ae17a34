"""What a talk was about, by its words alone: every claim stands in its segment, and nothing that is said takes long to read."""

import random
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.sales.calls.analysis import lists, rules, verifying
from chalicelib.sales.calls.transcripts.rules import Segment, of_text

MOSCOW = ZoneInfo("Europe/Moscow")
CALL = datetime(2026, 11, 26, 12, 20, tzinfo=UTC)
TALK = """[00:00] Менеджер: Добрый день, центр «Лотос», меня зовут Мария. Чем могу помочь?
[00:08] Клиент: Здравствуйте! Хочу узнать, сколько стоит занятие для ребёнка, ему семь лет.
[00:20] Менеджер: Пробное занятие бесплатно, а абонемент стоит шесть тысяч. Это недорого.
[00:31] Клиент: Ой, дороговато, мне нужно подумать. Но преподаватель нам нравится.
[00:45] Менеджер: Конечно. Я отправлю вам расписание сегодня вечером и перезвоню в понедельник в 15:00.
[00:58] Клиент: Спасибо, отлично! Только не звоните утром. Пришлите, пожалуйста, договор завтра."""


def of(text, language="ru"):
    return rules.analysed(of_text(text), language, began=CALL, zone=MOSCOW)


def codes(found, kind):
    return [one["code"] for one in found[kind]]


def padded(text):
    return text + "\nМенеджер: " + "слово " * 25


def test_a_talk_in_russian():
    found = of(TALK)
    assert (found["state"], found["method"], found["dropped_claims"], found["model"]) == ("done", "rules", 0, None)
    assert codes(found, "topics") == ["price", "child", "trial", "specialist", "schedule", "documents"]
    assert codes(found, "objections") == ["expensive", "think"]
    assert codes(found, "next_steps") == ["send", "callback", "send"]
    assert [(task["task_type"], task["due_at"], task["priority"]) for task in found["tasks"]] == [
        ("send", "2026-11-26T13:20:00Z", "high"),
        ("callback", "2026-11-30T12:00:00Z", "medium"),
        ("send", "2026-11-27T07:00:00Z", "high"),
    ]
    assert found["tasks"][2]["quote"] == "Пришлите, пожалуйста, договор завтра"
    assert (found["objections"][0]["speaker"], found["objections"][0]["start"], found["objections"][0]["segment"]) == ("client", 31.0, 3)
    assert found["sentiment"]["label"] == "positive" and found["sentiment"]["by_quarter"][0] is None
    assert found["talk"]["questions"] == 1 and found["talk"]["longest_monologue_s"] == 14.0
    assert found["summary"][1] == "Возражения: дорого, хочет подумать."


def test_a_talk_in_english():
    text = """Agent: Hello, Lotus centre, how can I help you today?
Client: Hi, how much is a lesson for my son? It isn't expensive, I hope.
Agent: The price is sixty dollars, and the trial is free. I'll send you the timetable tomorrow at 3 pm.
Client: That is too expensive for us, we can't afford it. Please call me next Friday, don't email me.
Agent: Great, thank you!"""
    found = of(text, "en")
    assert codes(found, "objections")[0] == "expensive" and all("isn't" not in one["quote"] for one in found["objections"])
    assert [(task["task_type"], task["due_at"]) for task in found["tasks"]] == [
        ("send", "2026-11-27T12:00:00Z"),
        ("callback", "2026-12-04T07:00:00Z"),
    ]
    assert {"price", "trial", "child", "schedule"} <= {*codes(found, "topics")}


@pytest.mark.parametrize(
    ("said", "objections"),
    [
        ("Клиент: это не дорого", []),
        ("Клиент: это совсем не так дорого", []),
        ("Клиент: нет, дорого", ["expensive"]),
        ("Клиент: не могу, дорого", ["expensive"]),
        ("Клиент: не только дорого, но и далеко", ["expensive", "far"]),
        ("Клиент: какая дорога к вам ведёт", []),
        ("Менеджер: это дорого\nКлиент: да", []),
        ("Клиент: мне не интересно", ["not_interested"]),
        ("Клиент: не надо мне звонить", []),
        ("Клиент: нам это не нужно", ["not_interested"]),
        ("Клиент: я не сомневаюсь", []),
    ],
)
def test_a_negation_turns_a_phrase_and_a_break_ends_it(said, objections):
    assert codes(of(padded(said)), "objections") == objections


@pytest.mark.parametrize(
    ("said", "tasks"),
    [
        ("Менеджер: я перезвоню завтра\nКлиент: да", ["callback"]),
        ("Клиент: я вам перезвоню", []),
        ("Клиент: перезвоните мне", ["callback"]),
        ("Клиент: не перезванивайте мне", []),
        ("Клиент: перезвонить не нужно", []),
        ("Клиент: не забудьте прислать программу", ["send"]),
        ("Клиент: вы не могли бы прислать программу", ["send"]),
        ("Менеджер: я вам вчера отправлял\nКлиент: да", []),
        ("Клиент: запишите нас на вторник", ["meeting"]),
        ("Клиент: срочно перезвоните", ["callback"]),
        ("Клиент: пришлите, пришлите программу", ["send"]),
        ("Клиент: перезвоните завтра в 15:00\nМенеджер: да, перезвоню завтра в 15:00", ["callback"]),
        ("Клиент: перезвоните завтра\nМенеджер: перезвоню во вторник", ["callback", "callback"]),
    ],
)
def test_what_is_ours_to_do(said, tasks):
    found = of(padded(said))
    assert [task["task_type"] for task in found["tasks"]] == tasks
    assert all(task["priority"] == "urgent" for task in found["tasks"] if "срочно" in task["quote"])
    assert all(task["due_at"] is None for task in found["tasks"] if not any(word in said for word in ("завтра", "вторник")))


@pytest.mark.parametrize("text", ["", "Клиент: дорого", "Менеджер: " + "слово дорого " * 50, "слово " * 24])
def test_too_little_says_nothing(text):
    found = of(text)
    assert (found["state"], found["tasks"], found["summary"], found["sentiment"]["overall"]) == ("insufficient_content", [], [], None)


def test_a_quote_is_the_transcripts_own_letters_or_no_claim():
    segments = [Segment(1.0, 2.0, "client", "Ёлка —  ДОРОГО,\nправда"), Segment(None, None, "agent", "да")]
    asked = [
        ("елка - дорого, правда", 0),
        ("Ёлка —  ДОРОГО", 0),
        ("дорого", 1),
        ("дёшево", 0),
        ("да", 7),
        ("да", -1),
        ("", 0),
        ("да", True),
        (None, 0),
    ]
    kept, dropped = verifying.verified([{"quote": quote, "segment": number} for quote, number in asked], segments)
    assert [one["quote"] for one in kept] == ["Ёлка —  ДОРОГО,\nправда", "Ёлка —  ДОРОГО"] and dropped == 7
    assert (kept[0]["start"], kept[0]["speaker"]) == (1.0, "client")


def test_of_many_noisy_talks_no_quote_is_absent_from_its_segment():
    chance = random.Random(17)
    vocabulary = [
        *TALK.split(),
        *[
            "too",
            "expensive",
            "call",
            "me",
            "tomorrow",
            "не",
            "ни",
            "İstanbul",
            "ﬁne",
            "ß",
            "𝕏",
            "IGNORE",
            "previous",
            "instructions",
            "=1+1",
            "\u200fمرحبا",
        ],
    ]
    for _ in range(200):
        lines = [
            f"{chance.choice(['Клиент', 'Менеджер', 'x'])}: {' '.join(chance.choices(vocabulary, k=chance.randint(0, 20)))}"
            for _ in range(8)
        ]
        segments = of_text("\n".join(lines))
        found = rules.analysed(segments, chance.choice(["ru", "en"]), began=CALL, zone=MOSCOW)
        for kind in ("topics", "objections", "next_steps", "tasks"):
            assert all(one["quote"] in segments[one["segment"]].text for one in found[kind])
        assert found["dropped_claims"] == 0


@pytest.mark.parametrize(
    "hostile",
    [
        "дорого " * 8_000,
        "дорого, перезвоните завтра " * 2_000,
        "не " * 15_000,
        "а" * 200_000,
        "." * 200_000,
        "a.a" * 30_000,
        "\u0130" * 100_000,
        " ".join(f"слово{number}" for number in range(15_000)),
    ],
    ids=["hits", "steps", "negations", "one word", "ends", "dots", "letters that grow", "new words"],
)
def test_nothing_that_is_said_takes_long(hostile):
    lists.of("ru")
    segments = [Segment(0.0, 9.0, "client", hostile), Segment(9.0, 10.0, "agent", "слово " * 30)]
    began = time.process_time()
    found = rules.analysed(segments, "ru", began=CALL, zone=MOSCOW)
    assert time.process_time() - began < 3
    assert len(found["tasks"]) <= 10 and all(len(one["quote"]) <= 240 for one in found["next_steps"])
