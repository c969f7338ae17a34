"""What a number names, and what a client has booked by himself."""

from pynamodb.attributes import UnicodeAttribute, UnicodeSetAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class Appointment(storage.Table):
    """The session of an appointment, by the number that callers know. A ticket's id opens doors, so no number may be it.

    `by` is who made it; `reason` why it stands where a schedule or another session of the client speaks against it.
    """

    Meta = storage.meta("appointments")

    number = UnicodeAttribute(hash_key=True)
    ticket_id = UnicodeAttribute()
    session_id = UnicodeAttribute()
    by = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    created_at = UTCDateTimeAttribute()


class AppBookings(storage.Table):
    """Sessions that a client booked in the Mini App and that may still live: every one that does is here, see `limits`."""

    Meta = storage.meta("app-bookings")

    client_id = UnicodeAttribute(hash_key=True)
    live = UnicodeSetAttribute(null=True)
