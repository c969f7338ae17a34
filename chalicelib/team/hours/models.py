"""What was worked and what is planned."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class Entry(storage.Table):
    """One entry of a timesheet (`time#<day>#<number>`) or of a schedule (`plan#<day>#<number>`); or the `guard`, whose `version`
    each moves.

    Hours are hundredths, units thousandths, rates kopecks: those of the day on which it was written. `begins` and `until` are seconds.
    """

    Meta = storage.meta("employee-hours")

    employee = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    version = NumberAttribute(null=True)
    number = NumberAttribute(null=True)
    work_date = UnicodeAttribute(null=True)
    starts = UnicodeAttribute(null=True)
    ends = UnicodeAttribute(null=True)
    begins = NumberAttribute(null=True)
    until = NumberAttribute(null=True)
    hours = NumberAttribute(default=0)
    units = NumberAttribute(default=0)
    hourly_rate = NumberAttribute(default=0)
    piece_rate = NumberAttribute(default=0)
    note = UnicodeAttribute(default="")
    break_minutes = NumberAttribute(default=0)
    location = NumberAttribute(null=True)
    by = UnicodeAttribute(null=True)
    created_at = UTCDateTimeAttribute(null=True)
