"""What can go wrong with what the assistant is asked for."""

from chalicelib.core.errors import Conflict


class NoTranscript(Conflict):
    """Nobody has written down what was said in this call, or it is being heard still."""

    code = "no_transcript"
    message = "This call has no transcript yet."
