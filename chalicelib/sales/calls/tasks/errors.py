"""What can go wrong with tasks."""

from chalicelib.core.errors import Busy, NotFound


class TaskNotFound(NotFound):
    code = "task_not_found"
    message = "There is no task with this id."


class TaskRaced(Busy):
    """Another change of the same task was faster: decided anew from what now stands."""
