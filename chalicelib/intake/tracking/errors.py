"""What can go wrong with a tracker."""


class TrackRaced(Exception):
    """Another step of the same form came at once: look again."""
