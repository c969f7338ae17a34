"""What can go wrong with a diagnostic session."""

from chalicelib.core.errors import Conflict


class WrongSpecialist(Conflict):
    code = "wrong_specialist"
    message = "The slot is another specialist's."
