"""What can go wrong with an event."""

from chalicelib.core.errors import Busy, Conflict, Gone, NotFound, TooMany


class EventNotFound(NotFound):
    code = "event_not_found"
    message = "No event is known by this id or name at that time."


class EventPast(Gone):
    code = "event_past"
    message = "The event has already begun."


class EventHasMembers(Conflict):
    code = "event_has_members"
    message = "Others have joined the event: they must leave first."


class TooManyEvents(TooMany):
    code = "too_many_events"
    message = "Too many events were made today; please repeat tomorrow."


class EventRaced(Busy):
    """Somebody joined, left or removed the event meanwhile: look again."""
