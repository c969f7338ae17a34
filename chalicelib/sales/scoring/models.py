"""What was learned of leads' scores."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core import storage


class Learned(storage.Table):
    """The model (`kind` model, `day` now), and what it is learned from (`examples`, by the day on which their deals were opened)."""

    Meta = storage.meta("sales-learning")

    kind = UnicodeAttribute(hash_key=True)
    day = UnicodeAttribute(range_key=True)
    said = storage.PackedJSON()
