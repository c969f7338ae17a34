"""What a specialist changes of himself: his card, his prices, what he works with. Everything else of him is the office's."""

from collections.abc import Mapping
from typing import Any

from chalicelib.booking.specialists import repository
from chalicelib.booking.specialists.errors import SpecialistNotFound
from chalicelib.booking.specialists.models import Specialist
from chalicelib.booking.specialists.profile import Profile, unpacked
from chalicelib.core import clock, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.schemas import validated

SHOWN_TOPICS = {"queries", "works_with"}


def change_profile_in(
    tx: storage.Transaction,
    old: Specialist,
    changes: Mapping[str, Any],
    *,
    price_min: int | None = None,
    price_max: int | None = None,
    loc: tuple[str, ...] = ("body",),
) -> Profile:
    """Change those fields of a card, and prices (kopecks) where they are given; what is not named stays.

    Raises Invalid that names the field under `loc`; the commit raises ConditionFailed where somebody else wrote him meanwhile.
    """
    profile = validated(Profile, {**unpacked(old.profile).packed(), **changes}, *loc)
    lowest, highest = (new if new is not None else standing for new, standing in ((price_min, old.price_min), (price_max, old.price_max)))
    if lowest is not None and highest is not None and lowest > highest:
        raise Invalid.field(*loc, "price_max", msg="expected no less than price_min")
    values: dict[str, Any] = {"price_min": lowest, "price_max": highest, "profile": profile.packed(), "updated_at": clock.wall()}
    if SHOWN_TOPICS & set(changes):
        values["specialisations"] = list(dict.fromkeys([*profile.queries, *profile.works_with]))[:100]
    repository.change(tx, old, values)
    return profile


@storage.again(storage.ConditionFailed)
def change_profile(
    specialist_id: str, changes: Mapping[str, Any], *, price_min: int | None = None, price_max: int | None = None
) -> Profile:
    """The same as a decision of its own. Raises SpecialistNotFound, or Invalid."""
    (old,) = storage.read(Specialist.at(specialist_id))
    if old is None:
        raise SpecialistNotFound
    tx = storage.Transaction()
    profile = change_profile_in(tx, old, changes, price_min=price_min, price_max=price_max)
    tx.commit()
    return profile
