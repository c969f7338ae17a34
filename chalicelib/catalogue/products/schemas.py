"""What cards of products take and show."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from chalicelib.company.schemas import Line, Name, Words
from chalicelib.core import web
from chalicelib.core.amounts import Pct, PctOut, Qty, QtyOut, Rub, RubOut
from chalicelib.core.paging import PageNumbers, PageQuery
from chalicelib.core.schemas import Schema, Text
from chalicelib.core.stamps import StampOut
from chalicelib.core.synonyms import Names, Synonymous, SynonymousQuery

ItemType = Literal["product", "service"]
Minutes = Annotated[int, Field(ge=0, le=1440)]


def _listed(value: Any) -> Any:
    """One address is a list of it, and an empty one of none."""
    return [value] if isinstance(value, str) and value.strip() else value or []


Image = Annotated[str, Field(max_length=512), AfterValidator(web.address)]
Images = Annotated[list[Image], BeforeValidator(_listed), Field(max_length=6)]


class ProductFields(Synonymous):
    """What a card says; a text that is null or empty is cleared."""

    ALSO: ClassVar[Names] = {
        "item_type": ("card_type",),
        "price_rub": ("price",),
        "cost_price_rub": ("cost_price",),
        "service_duration_min": ("duration_minutes",),
        "images": ("image_url",),
    }

    full_name: Annotated[Line, Field(max_length=255)] = ""
    receipt_name: Annotated[Line, Field(max_length=128)] = ""
    description: Annotated[Words, Field(max_length=5000)] = ""
    category: Annotated[Line, Field(max_length=100)] = ""
    unit: Annotated[Line, Field(max_length=32)] = ""
    item_type: ItemType = "product"
    track_inventory: bool = Field(True, description="Of a service nothing is tracked")
    is_promo: bool = False
    is_traceable: bool = False
    is_active: bool = True
    cost_price_rub: Rub = 0
    sku: Annotated[Line, Field(max_length=64, description="One product's alone")] = ""
    barcode: Annotated[Line, Field(max_length=64, description="One product's alone")] = ""
    manufacturer: Annotated[Line, Field(max_length=200)] = ""
    country_of_origin: Annotated[Line, Field(max_length=100)] = ""
    tax_rate_percent: Pct = 0
    service_duration_min: Minutes = 0
    critical_stock: Qty = 0
    desired_stock: Qty = 0
    comment: Annotated[Words, Field(max_length=1000)] = ""
    images: Images = []


class NewProduct(ProductFields):
    name: Name
    price_rub: Rub
    stock: Qty = Field(0, description="How much lies at the default location to begin with; of a service nothing does")


class ProductChange(ProductFields):
    """What is absent stays. Stock is changed by movements alone."""

    name: Name = ""
    price_rub: Rub = 0
    stock: Any = Field(None, description="Refused: stock is changed by movements", exclude=True)

    @model_validator(mode="after")
    def _leaves_the_stock(self) -> Self:
        if "stock" in self.model_fields_set:
            raise ValueError("expected no stock: movements change it")
        return self


class ProductsQuery(SynonymousQuery, PageQuery):
    """Which products; by the beginning of their names."""

    ALSO: ClassVar[Names] = {"item_type": ("card_type",), "q": ("search",)}

    q: Text = Field(None, max_length=100, description="How the name begins, whatever the case")
    category: Text = Field(None, max_length=100)
    item_type: ItemType | None = None
    is_active: bool | None = None


class ProductShown(Schema):
    """A good or a service."""

    id: int
    name: str
    full_name: str
    receipt_name: str
    description: str
    category: str
    unit: str
    item_type: str
    track_inventory: bool
    is_promo: bool
    is_traceable: bool
    is_active: bool
    price_rub: RubOut
    cost_price_rub: RubOut
    sku: str
    barcode: str
    manufacturer: str
    country_of_origin: str
    tax_rate_percent: PctOut
    service_duration_min: int
    stock: QtyOut = Field(description="How much there is everywhere")
    critical_stock: QtyOut
    desired_stock: QtyOut
    comment: str
    images: list[str]
    created_at: StampOut
    updated_at: StampOut


class Products(PageNumbers):
    items: list[ProductShown]


class Part(Schema):
    """So much of a product is in one of another."""

    product_id: Annotated[int, Field(ge=1, le=10**12)]
    quantity: Qty

    @model_validator(mode="after")
    def _is_something(self) -> Self:
        if not self.quantity:
            raise ValueError("expected a quantity above 0")
        return self


class NewSpecification(Synonymous):
    """What one of a product is made of; it replaces what was said before."""

    ALSO: ClassVar[Names] = {"items": ("components",)}

    items: list[Part] = Field(min_length=1, max_length=50)

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        if len({part.product_id for part in self.items}) < len(self.items):
            raise ValueError("expected each product once")
        return self


class PartShown(Schema):
    """A part, and what it is called and costs now."""

    product_id: int
    product_name: str
    quantity: QtyOut
    unit: str
    cost_price_rub: RubOut


class Specification(Schema):
    """What one of a product is made of."""

    product_id: int
    items: list[PartShown]
    cost_rub: RubOut = Field(description="What its parts cost now")
