"""News posts, who has read them, and how many."""

from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.core import storage

LISTED = "all"


class ByNumber(GlobalSecondaryIndex[Any]):
    """All posts in the order in which they were made: a house has hundreds, and one key is enough for that."""

    class Meta:
        index_name = "by_number"
        projection = IncludeProjection(["status"])

    listed_in = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class NewsPost(storage.Table):
    """One post, by its number. `status` is `active`, `draft` or `archived`; who reads it is counted while it is active."""

    Meta = storage.meta("news")

    place = UnicodeAttribute(hash_key=True)
    listed_in = UnicodeAttribute(default=LISTED)
    title = UnicodeAttribute()
    body = UnicodeAttribute()
    cover_image_url = UnicodeAttribute(default="")
    link_url = UnicodeAttribute(default="")
    product_id = NumberAttribute(null=True)
    status = UnicodeAttribute()
    published_at = UTCDateTimeAttribute(null=True)
    version = NumberAttribute(default=1)
    by = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    by_number = ByNumber()

    @property
    def number(self) -> int:
        """What callers know it by."""
        return int(self.place)


class NewsReader(storage.Table):
    """One client and one post (`<post>#<client>`): that the row is there makes him one of its distinct clients.

    `counted` are the days, `view#2026-03-12`, of what counts once a day, as far back as such an event may still come. `source` is
    where he came from last.
    """

    Meta = storage.meta("news-readers")

    reader = UnicodeAttribute(hash_key=True)
    counted: Any = ListAttribute(null=True)
    source = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)


class NewsCount(storage.Table):
    """How many events of each kind a post had on a day, over a few rows of each: readers of one post come at once.

    `clients` are those who came for the first time, `revenue` kopecks.
    """

    Meta = storage.meta("news-counts")

    post = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    view = NumberAttribute(default=0)
    transition = NumberAttribute(default=0)
    click = NumberAttribute(default=0)
    add_to_cart = NumberAttribute(default=0)
    booking = NumberAttribute(default=0)
    purchase = NumberAttribute(default=0)
    clients = NumberAttribute(default=0)
    revenue = NumberAttribute(default=0)
