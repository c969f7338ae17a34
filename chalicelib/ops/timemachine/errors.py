"""What can go wrong with the time machine."""

from chalicelib.core.errors import Conflict


class NotATest(Conflict):
    code = "not_a_test_ticket"
    message = "Only a ticket of the test contour can be played forward."
