"""What can go wrong with taking somebody who waits."""

from chalicelib.core.errors import Conflict, NotFound


class HelpNotFound(NotFound):
    code = "help_not_found"
    message = "Nobody who waits is known by this; he may have been found a specialist."


class HelpTaken(Conflict):
    code = "help_taken"
    message = "Another specialist was faster, or the request was closed."
