"""What the site shows of everybody who works here, in few reads: the rows of a small house, the pages of a large one.

A card is made of a row by naming what it shows, so that what is not named here never leaves. Pages are kept by the sweep, as
ranking's are (see `roster`), and are a minute old at most.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.booking.specialists import repository
from chalicelib.booking.specialists.models import Specialist
from chalicelib.booking.specialists.profile import Profile, unpacked

PAGES = 16
"""A card is some hundred packed bytes, and the store takes 400 KB a row: enough for as many as one answer can hold."""

SEXES = {"female": "Женщина", "male": "Мужчина"}
AS_THEY_ARE = (
    *("group", "experience", "link_photo", "link_video", "main_modal", "additional_modals", "short_description"),
    *("in_community", "verified", "is_married", "has_children", "personal_therapy_type", "personal_therapy_duration"),
    *("help_hand", "first_free", "all_with_price", "min_client_age", "max_client_age", "telegram", "vk", "site"),
)
"""Fields that a card has as the profile has them."""

Card = dict[str, Any]


def card(row: Specialist) -> Card:
    """All that anybody may know of a specialist: his card, and his education."""
    profile = unpacked(row.profile)
    return {
        "id": row.specialist_id,
        "name": row.name,
        "age": None if row.age is None else int(row.age),
        "sex": SEXES.get(row.gender or ""),
        "min_session_price": _roubles(row.price_min),
        "max_session_price": _roubles(row.price_max),
        "queries": "; ".join(_queries(row, profile)),
        "works_with": "; ".join(profile.works_with),
        **{name: getattr(profile, name) for name in AS_THEY_ARE},
        "education": [one.model_dump() for one in profile.education],
    }


def _queries(row: Specialist, profile: Profile) -> Sequence[str]:
    """His own list, unless the office has written other topics since: then theirs. No topics at all are no other ones."""
    topics = row.specialisations or []
    return profile.queries if profile.queries and (not topics or set(profile.queries) <= set(topics)) else topics


def _roubles(kopecks: float | None) -> int | float | None:
    roubles = None if kopecks is None else kopecks / 100
    return int(roubles) if roubles is not None and roubles == int(roubles) else roubles


def shown(contour: str, large: int) -> list[Card]:
    """The cards of those who work, by name: one query, or two where there are more than `large`."""
    some, more = repository.some_of(contour, large)
    if more and (pages := repository.pages(_place(contour))):
        return sorted((one for page in pages for one in _unpacked(page.packed)), key=lambda one: (one["name"], one["id"]))
    return [card(row) for row in (repository.all_of(contour) if more else some) if row.active]


def kept(contour: str) -> dict[str, bytes]:
    """The pages that `shown` reads, packed."""
    return {page.page: page.packed for page in repository.pages(_place(contour))}


def keep(contour: str, people: Sequence[Specialist], standing: Mapping[str, bytes]) -> int:
    """Bring the pages of a large contour in line with those who work; how many changed. Raises ConditionFailed where others stand."""
    fresh: dict[str, list[Card]] = {f"{number:02}": [] for number in range(PAGES)}
    for row in people:
        fresh[f"{zlib.crc32(row.specialist_id.encode()) % PAGES:02}"].append(card(row))
    new = {page: _packed(cards) for page, cards in fresh.items()}
    changed = [page for page in new if standing.get(page) != new[page]]
    for page in changed:
        repository.keep_page(_place(contour), page, new[page], standing=standing.get(page))
    return len(changed)


def _place(contour: str) -> str:
    return f"{contour}#cards"


def _packed(cards: Sequence[Card]) -> bytes:
    """The same bytes for the same cards, in whatever order they were read."""
    import bz2  # only the sweep and a large house's site pay for it

    ordered = sorted(cards, key=lambda one: str(one["id"]))
    return bz2.compress(json.dumps(ordered, ensure_ascii=False, separators=(",", ":")).encode())


def _unpacked(page: bytes) -> list[Card]:
    import bz2

    found: list[Card] = json.loads(bz2.decompress(page))
    return found
