"""What can come between two who say something."""

from chalicelib.core.errors import Busy


class ReviewRaced(Busy):
    """The same rating was written meanwhile: decide anew."""
