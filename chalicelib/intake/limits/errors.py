"""What can go wrong with somebody who asks for much."""

from chalicelib.core.errors import Busy, TooMany


class TooManyForms(TooMany):
    code = "too_many_forms"
    message = "Too many forms from this address; please repeat a little later."


class FootprintRaced(Busy):
    """Another form of the same contact or address was faster: look again."""
