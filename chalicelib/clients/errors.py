"""What can go wrong with who somebody is."""

from chalicelib.core.errors import Busy, Conflict, NotFound


class ClientNotFound(NotFound):
    code = "client_not_found"
    message = "No client is known by this id or lead number."


class IdentityRaced(Busy):
    """Another request made this person a moment ago: look again."""


class NotAlone(Exception):
    """A ticket's client is not this ticket's alone: who follows its link must say first who he is."""


class ContactTaken(Conflict):
    code = "contact_taken"
    message = "This contact is another client's."


class MergeRefused(Conflict):
    code = "merge_refused"
    message = "These two clients cannot be merged."
