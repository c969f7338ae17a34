"""What a talk was about, by word lists: topics, objections, what comes next, how people felt. Every claim has its quote. Pure.

Rules decide; who words things by a model goes through `verifying` with what the model claims, and falls back on this.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.core.schemas import utc_text
from chalicelib.sales.calls.analysis import dates, lists, talk, verifying
from chalicelib.sales.calls.analysis import words as reading
from chalicelib.sales.calls.analysis.lists import Lists
from chalicelib.sales.calls.analysis.words import Hit, Word
from chalicelib.sales.calls.transcripts.rules import Segment

VERSION: Final = "1"
LEAST_WORDS: Final = 25
LONGEST_QUOTE, AROUND = 240, 12
"""Letters of a quote, and words around a phrase that are quoted of a sentence that is longer."""

MOST_STEPS, MOST_OF_A_CODE, MOST_KEYWORDS, SHORTEST_KEYWORD = 10, 3, 10, 5
OUTSPOKEN: Final = 0.2
DONE, TOO_LITTLE = "done", "insufficient_content"


class Heard(NamedTuple):
    """A segment with its words, and the phrases of lists that stand in it."""

    number: int
    segment: Segment
    words: Sequence[Word]
    hits: Sequence[Hit]

    def of(self, *kinds: str) -> list[Hit]:
        """The phrases of some lists."""
        return [hit for hit in self.hits if hit.kind in kinds]


def analysed(segments: Sequence[Segment], language: str, *, began: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """What was said, as claims with quotes; nothing where too little was, or where nobody but ours said a word.

    Who speaks is not always known: whoever is not one of ours may be the client.
    """
    known = lists.of(language)
    heard = [*_heard(segments, known)]
    said = {"state": TOO_LITTLE, "language": language, "talk": talk.shares(segments), "method": "rules", "model": None, "version": VERSION}
    if sum(len(one.words) for one in heard) < LEAST_WORDS or not any(one.words for one in heard if one.segment.speaker != "agent"):
        return {**said, **_nothing()}
    claims = {
        "topics": _claims(heard, known, "topics", most=1),
        "objections": _claims([one for one in heard if one.segment.speaker != "agent"], known, "objections"),
        "next_steps": [*_steps(heard, known)][:MOST_STEPS],
    }
    kept, dropped = {}, 0
    for name, found in claims.items():
        kept[name], lost = verifying.verified(found, segments)
        dropped += lost
    tasks = _single([_task(step, began.astimezone(zone), language) for step in kept["next_steps"] if step.pop("is_ours")])
    for step in kept["next_steps"]:
        for name in ("around", "near", "urgent"):
            step.pop(name)
    more = {"tasks": tasks, "sentiment": _sentiment(heard, known), "summary": _summary(kept, known), "keywords": _keywords(heard, known)}
    return {**said, **kept, **more, "state": DONE, "dropped_claims": dropped}


def _nothing() -> dict[str, Any]:
    empty: dict[str, Any] = {name: [] for name in ("summary", "topics", "objections", "next_steps", "tasks", "keywords")}
    feeling: dict[str, Any] = {"overall": None, "label": None, "by_speaker": {}, "by_quarter": [None] * 4}
    return {**empty, "sentiment": feeling, "dropped_claims": 0}


def _heard(segments: Sequence[Segment], known: Lists) -> Iterator[Heard]:
    left = reading.MOST_WORDS
    for number, segment in enumerate(segments):
        words = reading.split(segment.text)[: max(left, 0)]
        left -= len(words)
        yield Heard(number, segment, words, known.phrases.within(words))


def _claims(heard: Iterable[Heard], known: Lists, kind: str, *, most: int = MOST_OF_A_CODE) -> list[dict[str, Any]]:
    """A claim for each phrase that is not denied, in the order of the talk; of one code no more than `most`."""
    many: Counter[str] = Counter()
    found: list[dict[str, Any]] = []
    for one in heard:
        for hit in one.of(kind):
            if many[hit.code] < most and not known.negations.negate(one.words, hit):
                many[hit.code] += 1
                found.append({"code": hit.code, "text": known.texts[kind][hit.code], **_quoted(one, hit)})
    return found


def _steps(heard: Iterable[Heard], known: Lists) -> Iterator[dict[str, Any]]:
    """What one of the two will do. Ours is what we promised or the client asked for; a meeting is, whoever named it.

    One of a kind in a sentence: "send me, please send" is one.
    """
    for one in heard:
        seen: set[tuple[str, int]] = set()
        urgent = {place for hit in one.of("urgent") for place in range(hit.first, hit.last + 1)}
        for hit in one.of("ours", "asked"):
            place = (hit.code, one.words[hit.first].sentence)
            if place in seen or known.negations.negate(one.words, hit):
                continue
            seen.add(place)
            first, last = _around(one.words, hit)
            around = [word.said for word in one.words[first:last]]
            told = {"around": around, "near": hit.first - first, "urgent": not urgent.isdisjoint(range(first, last))}
            is_ours = one.segment.speaker == "other" or hit.code == "meeting" or (hit.kind == "ours") == (one.segment.speaker == "agent")
            yield {"code": hit.code, "text": known.texts["steps"][hit.code], "is_ours": is_ours, **told, **_quoted(one, hit)}


def _around(words: Sequence[Word], hit: Hit) -> tuple[int, int]:
    """From which to before which word: those of its sentence, or of a longer one those near it."""
    first, last, sentence = hit.first, hit.last + 1, words[hit.first].sentence
    while first > max(hit.first - AROUND, 0) and words[first - 1].sentence == sentence:
        first -= 1
    while last < min(hit.last + 1 + AROUND, len(words)) and words[last].sentence == sentence:
        last += 1
    return first, last


def _quoted(one: Heard, hit: Hit) -> dict[str, Any]:
    first, last = _around(one.words, hit)
    quote = one.segment.text[one.words[first].start : one.words[last - 1].end]
    if len(quote) > LONGEST_QUOTE:
        quote = one.segment.text[one.words[hit.first].start : one.words[hit.last].end]
    return {"quote": quote[:LONGEST_QUOTE], "segment": one.number}


def _single(tasks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each once: what a client asks for, and what is promised him for the same moment, is one."""
    found: dict[Any, dict[str, Any]] = {}
    for at, task in enumerate(tasks):
        found.setdefault((task["task_type"], task["due_at"] or at), task)
    return [*found.values()]


def _task(step: dict[str, Any], began: datetime, language: str) -> dict[str, Any]:
    """What we have to do, by when the words say."""
    due = dates.named(step["around"], began, language, near=step["near"])
    soon = due is not None and due - began <= timedelta(days=1)
    priority = "urgent" if step["urgent"] else "high" if soon else "medium"
    told = {name: step[name] for name in ("code", "text", "quote", "segment", "start", "end", "speaker")}
    return {**told, "task_type": step["code"], "due_at": utc_text(due) if due is not None else None, "priority": priority}


def _sentiment(heard: Sequence[Heard], known: Lists) -> dict[str, Any]:
    """From -1 to 1, over all, of either of the two, and of each quarter of the words; a quarter without a word of feeling has none."""
    total = sum(len(one.words) for one in heard)
    felt: list[tuple[str, int, int]] = []  # by whom, in which quarter, +1 or -1
    before = 0
    for one in heard:
        for hit in one.of("moods"):
            sign = 1 if (hit.code == "positive") != known.negations.negate(one.words, hit) else -1
            felt.append((one.segment.speaker, min((before + hit.first) * 4 // max(total, 1), 3), sign))
        before += len(one.words)
    overall = _mean(sign for _, _, sign in felt) or 0.0
    speakers = [speaker for speaker in ("agent", "client", "other") if any(one.segment.speaker == speaker for one in heard)]
    return {
        "overall": overall,
        "label": "positive" if overall > OUTSPOKEN else "negative" if overall < -OUTSPOKEN else "neutral",
        "by_speaker": {speaker: _mean(sign for who, _, sign in felt if who == speaker) for speaker in speakers},
        "by_quarter": [_mean(sign for _, quarter, sign in felt if quarter == wanted) for wanted in range(4)],
    }


def _mean(signs: Iterable[int]) -> float | None:
    """Drawn to nothing where few words say it."""
    found = [*signs]
    return round(sum(found) / (len(found) + 2), 3) if found else None


def _summary(kept: dict[str, list[dict[str, Any]]], known: Lists) -> list[str]:
    """A sentence for topics, objections and what comes next, where there are any."""
    said = {name: [*dict.fromkeys(one["text"] for one in kept[name])] for name in ("topics", "objections", "next_steps")}
    texts = known.texts["summary"]
    return [texts[name].format(list=", ".join(found)) for name, found in said.items() if found]


def _keywords(heard: Sequence[Heard], known: Lists) -> list[str]:
    """The words that were said most, those of one stem as one, as they were said first."""
    many: Counter[str] = Counter()
    first: dict[str, str] = {}
    for word in (word.said for one in heard for word in one.words):
        if SHORTEST_KEYWORD <= len(word) <= reading.LONGEST_STEMMED and word.isalpha() and word not in known.stop:
            stem = known.stems.of(word)
            many[stem] += 1
            first.setdefault(stem, word)
    return [first[stem] for stem, times in many.most_common(MOST_KEYWORDS) if times > 1]
