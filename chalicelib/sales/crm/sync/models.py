"""Which lead here is which lead there."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class Link(storage.Table):
    """Half of a link: `side` is the connection and ``there`` or ``here``, `name` the lead's id on that side, `other` the one on the other.

    Ids are in digits of one length, so that links stand in their order. The half of there keeps `seen`, the values that they last had,
    and `told`, what ours were then: only a difference from these is news. `state` is ``linked``; ``beside`` for another deal of somebody
    who is linked already; ``dropped`` where he is no lead here any more; ``making`` (here) while it is being made there. On the side
    ``told`` stands which of theirs a hook named: ``waiting`` until it is read back, and when that was last (`read_at`).
    """

    Meta = storage.meta("crm-links")

    side = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True)
    other = UnicodeAttribute(null=True)
    state = UnicodeAttribute(default="linked")
    seen = storage.PackedJSON(null=True)
    told = storage.PackedJSON(null=True)
    revision = NumberAttribute(default=1)
    read_at = UTCDateTimeAttribute(null=True)
