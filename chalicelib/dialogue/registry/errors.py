"""What can be wrong with a search among all messages."""

from chalicelib.core.sheet import Narrow


class NarrowName(Narrow):
    """Messages are read person by person."""

    message = "More than 25 clients have such a name: narrow it."
