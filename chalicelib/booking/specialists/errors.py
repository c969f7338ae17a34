"""What can go wrong with a specialist."""

from chalicelib.core.errors import Busy, Conflict, NotFound, TooMany


class SpecialistNotFound(NotFound):
    code = "specialist_not_found"
    message = "No specialist is known by this id or name."


class NameAmbiguous(Conflict):
    code = "name_ambiguous"
    message = "Several specialists bear this name; use an id."


class SpecialistExists(Conflict):
    code = "specialist_exists"
    message = "A specialist with this id exists already."


class SpecialistHasSessions(Conflict):
    code = "specialist_has_sessions"
    message = "Sessions ahead belong to this specialist: cancel or move them first."


class TooManySecrets(TooMany):
    code = "too_many_attempts"
    message = "Too many wrong secrets from this address; please repeat later."


class SecretRaced(Busy):
    """Another request wrote the secret, or counted a try, at the same moment: look again."""
