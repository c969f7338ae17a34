"""What can go wrong with jobs of models."""

from chalicelib.core.errors import Busy, NotFound


class JobNotFound(NotFound):
    code = "job_not_found"
    message = "There is no job with this id."


class JobRaced(Busy):
    """The same was asked for at the same moment: that job is this one's, too."""


class OverBudget(Exception):
    """What a call can cost at most is more than is left of a day or a month."""


class CallRaced(Exception):
    """Another worker has this call, or it has lapsed."""
