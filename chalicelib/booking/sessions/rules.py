"""Which moves a session's status allows, and what is due when. Pure: no store, no clock."""

from datetime import datetime, timedelta

LIVE = ("pending", "confirmed")
"""A session that still owns its slot."""

COUNTED = (*LIVE, "completed")
"""A session that counts as a specialist's work: given to him, and neither cancelled nor missed."""

REMIND_BEFORE = timedelta(hours=2)
ASK_AFTER = timedelta(hours=1)
ASK_OFFICE = (timedelta(), timedelta(days=1))


def is_live(status: str) -> bool:
    """Whether a session in this status owns its slot."""
    return status in LIVE


def reminder_due(start_at: datetime, reminded_for: datetime | None, status: str, now: datetime) -> bool:
    """A live session that starts within two hours, has not begun, and was not reminded of for that start."""
    return is_live(status) and now < start_at <= now + REMIND_BEFORE and reminded_for != start_at


REMIND, RULED, CLOSE = "remind", "rules", "close"
"""What a tick may have to do with a session. `RULED`: it is reminded of by the house's own rules, which a package above keeps."""

BY_RULES = "crm"
"""Whose sessions the rules remind of: those that the office or the Mini App made."""


def next_notice(
    status: str, start_at: datetime, end_at: datetime, *, reminded: bool, unpaid: bool, asked: int, by_rules: bool, now: datetime
) -> tuple[str, datetime] | None:
    """What a tick has to do next with a session, and when; None where nothing is due any more. Rules look at theirs at once."""
    if not is_live(status):
        return None
    if now < start_at and not (reminded or unpaid):
        return (RULED, now) if by_rules else (REMIND, start_at - REMIND_BEFORE)
    if status == "confirmed":
        return CLOSE, end_at + ASK_AFTER
    return (CLOSE, end_at + ASK_OFFICE[asked]) if asked < len(ASK_OFFICE) else None


def outcome(status: str, end_at: datetime, now: datetime) -> str | None:
    """What a session becomes by itself once it is over: one that was confirmed is completed an hour after its end.

    One that nobody confirmed is what the office says it was: silence does not decide.
    """
    return "completed" if status == "confirmed" and end_at + ASK_AFTER <= now else None


def office_asked(status: str, end_at: datetime, asked: int, now: datetime) -> bool:
    """Whether the office is to be asked now how an unconfirmed session ended: at its end, and once more a day later."""
    return status == "pending" and asked < len(ASK_OFFICE) and end_at + ASK_OFFICE[asked] <= now
