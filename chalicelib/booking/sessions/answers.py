"""What a change of a session is answered with: apart from what the doors ask, for other packages change sessions too."""

from chalicelib.core.schemas import Message


class Done(Message):
    """The session's answer to a change."""
