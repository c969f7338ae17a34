"""Proposals, and how many of a specialist's are open."""

from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core import storage


class ByState(GlobalSecondaryIndex[Any]):
    """A contour's proposals by how they stand, in time."""

    class Meta:
        index_name = "by_state"
        projection = KeysOnlyProjection()

    state_in = UnicodeAttribute(hash_key=True)
    made_at = UTCDateTimeAttribute(range_key=True)


class Proposal(storage.Table):
    """What somebody wants of a specialist's things. `kind`: profile, words (after a session), cancel (a session of a slot).

    `by` is who says so: the specialist herself, or nobody knows who. `state`: open, accepted, rejected; words of the specialist
    herself are accepted as they come. `ticket_id` and `session_id` are of the session that is to be cancelled.
    """

    Meta = storage.meta("proposals")

    proposal_id = UnicodeAttribute(hash_key=True)
    contour = UnicodeAttribute()
    specialist_id = UnicodeAttribute()
    specialist_name = UnicodeAttribute()
    kind = UnicodeAttribute()
    by = UnicodeAttribute()
    said = storage.PackedJSON(null=True)
    state = UnicodeAttribute()
    state_in = UnicodeAttribute()
    made_at = UTCDateTimeAttribute()
    decided_at = UTCDateTimeAttribute(null=True)
    decided_by = UnicodeAttribute(null=True)
    ticket_id = UnicodeAttribute(null=True)
    session_id = UnicodeAttribute(null=True)
    by_state = ByState()


class OpenProposals(storage.Table):
    """How many proposals without a proof wait for the office, of one specialist: so many may be open and no more."""

    Meta = storage.meta("open-proposals")

    specialist_id = UnicodeAttribute(hash_key=True)
    number = NumberAttribute(default=0)
