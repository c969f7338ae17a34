"""What cards refuse."""

from chalicelib.core.errors import Conflict


class StockLeft(Conflict):
    """A product becomes a service only when none of it lies anywhere."""

    code = "stock_left"
    message = "Something of this still lies at a location."
