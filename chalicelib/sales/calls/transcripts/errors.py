"""What can go wrong with transcripts."""

from chalicelib.core.errors import Conflict, NotFound


class TranscriptNotFound(NotFound):
    code = "transcript_not_found"
    message = "This call has no transcript."


class TranscriptExists(Conflict):
    """Another one stands; `replace: true` has it replaced."""

    code = "transcript_exists"
    message = "This call has another transcript already."
