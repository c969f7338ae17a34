"""What can go wrong with a follow-up."""

from chalicelib.core.errors import Busy


class FollowUpRaced(Busy):
    """The same plan was made or carried out a moment ago: look again."""
