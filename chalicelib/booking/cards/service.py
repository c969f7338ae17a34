"""The site's cards, read from the store once in some seconds by each warm worker."""

from chalicelib.booking.cards.schemas import Card, Cards, Diploma, Diplomas
from chalicelib.booking.specialists import cards, roster
from chalicelib.core import briefly


def everybody() -> list[cards.Card]:
    """All that the site may know of those who work here, by name."""
    return briefly.remembered(lambda: cards.shown("live", roster.LARGE), "cards")


def shown() -> Cards:
    """Everybody's card. What a card has no field for is left out here too."""
    return Cards.model_construct([Card.model_construct(**{name: one[name] for name in Card.model_fields}) for one in everybody()])


def diplomas() -> Diplomas:
    """Everybody's education."""
    return Diplomas([_diploma(one["name"], said) for one in everybody() for said in one["education"]])


def _diploma(name: str, said: dict[str, str | None]) -> Diploma:
    return Diploma(psychologist="_".join(name.split()), **said)
