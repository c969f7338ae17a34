"""What the stock refuses."""

from chalicelib.core.errors import Conflict, NotFound


class ProductNotFound(NotFound):
    """A product that nobody made; `detail.field` says where it was named."""

    message = "No product has this id."


class OutOfStock(Conflict):
    """More is taken than lies there: `detail` is `{product_id, available}`."""

    code = "out_of_stock"
    message = "There is not enough of this at the location."


class StockOfService(Conflict):
    """A service, and a product whose stock is not kept, lies nowhere."""

    code = "stock_of_service"
    message = "No stock is kept of this."
