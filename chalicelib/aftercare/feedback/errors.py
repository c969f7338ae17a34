"""What can go wrong with a feedback form."""

from chalicelib.core.errors import Busy


class FeedbackRaced(Busy):
    """The same form came twice at once: look again."""
