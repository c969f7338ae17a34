"""What can go wrong with a specialist."""

from chalicelib.core.errors import Conflict, NotFound


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
