"""What can go wrong with a questionnaire's row."""

from chalicelib.core.errors import Busy


class RowRaced(Busy):
    """The same visitor was given a row a moment ago: look again."""
