"""What can go wrong with a feedback form."""


class FeedbackRaced(Exception):
    """The same form came twice at once: look again."""
