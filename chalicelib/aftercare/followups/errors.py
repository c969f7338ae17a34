"""What can go wrong with a follow-up."""


class FollowUpRaced(Exception):
    """The same plan was made or carried out a moment ago: look again."""
