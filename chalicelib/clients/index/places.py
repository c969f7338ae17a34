"""Where a client stands in the people index. Apart from what is said of him there: whoever changes a card writes, and searches nothing."""

from chalicelib.clients.rules import contour_of

_NUMBER = 10


def number_of(lead_number: str) -> int:
    """The id of a client: the digits of his lead number."""
    return int("".join(mark for mark in lead_number if mark.isdigit()))


def place(contour: str, number: int) -> str:
    """Where his row stands; each contour has numbers of its own."""
    return f"{contour}#{number:0{_NUMBER}d}"


def place_of(lead_number: str) -> str:
    """The same by the number as people write it."""
    return place(contour_of(lead_number), number_of(lead_number))


def contour(place: str) -> str:
    """The contour of whose row stands there."""
    return place.partition("#")[0]
