"""Who can be chosen in the Mini App, and what for."""

from chalicelib.appointments.booking import choosing
from chalicelib.appointments.booking.finding import USUAL
from chalicelib.appointments.times.schemas import BookingOptions, MasterShown, ServiceShown
from chalicelib.catalogue.products import repository as products
from chalicelib.catalogue.products.models import Product
from chalicelib.core import storage


def options() -> BookingOptions:
    """All of it: two queries, and a read of services' cards."""
    masters = [MasterShown(id=card.number, full_name=card.full_name, position=card.position) for card in choosing.bookable()]
    services = [_shown(row) for row in storage.whole(_services())] if masters else []
    if not masters:
        return BookingOptions(mode="closed", steps=[], masters=[], services=[])
    if not services:
        return BookingOptions(mode="masters", steps=["master", "time"], masters=masters, services=[])
    return BookingOptions(mode="services_and_masters", steps=["service", "master", "time"], masters=masters, services=services)


def _services() -> list[Product]:
    """Services that are sold now, by name, as the list's index names them."""
    return [row for row in products.listed(None, None) if row.item_type == "service" and row.is_active]


def _shown(row: Product) -> ServiceShown:
    return ServiceShown(id=row.number, name=row.name, duration_minutes=int(row.minutes) or USUAL, price_rub=int(row.price))
