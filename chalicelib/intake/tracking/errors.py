"""What can go wrong with a tracker."""

from chalicelib.core.errors import Busy


class TrackRaced(Busy):
    """Another step of the same form came at once: look again."""
