"""What can go wrong between a consultation and its followers."""


class Overtaken(Exception):
    """Somebody changed this consultation a moment ago: look again."""
