"""What can go wrong with a questionnaire's row."""


class RowRaced(Exception):
    """The same visitor was given a row a moment ago: look again."""
