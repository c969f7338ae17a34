"""What can go wrong with a comparison."""

from chalicelib.core.errors import AppError


class SourceUnavailable(AppError):
    status = 503
    code = "source_unavailable"
    message = "The old database does not answer, or refuses the key."
