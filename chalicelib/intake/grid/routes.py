"""The grid under the six names that the public site knows it by."""

from chalicelib.core import security
from chalicelib.core.http import Api
from chalicelib.intake.grid import service
from chalicelib.intake.grid.schemas import Ask, Criteria, FilteredAnswer, Grid

api = Api("intake.grid")


@api.post("/get-agregated-schedule-v2", auth=security.PUBLIC, site=True)
def get_agregated_schedule_v2(body: Ask) -> Grid:
    """Free hours by the visitor's clock, and who fits his form best."""
    return service.fitting(body)


@api.post("/schedule-diagnosis-v2", auth=security.PUBLIC, site=True)
def schedule_diagnosis_v2(body: Ask) -> Grid:
    """The same, as the diagnostic form calls it."""
    return service.fitting(body)


@api.post("/get-agregated-schedule-cards", auth=security.PUBLIC, site=True)
def get_agregated_schedule_cards(body: Ask) -> Grid:
    """The same, as the page of cards calls it."""
    return service.fitting(body)


@api.post("/get-agregated-schedule-helpful-hand", auth=security.PUBLIC, site=True)
def get_agregated_schedule_helpful_hand(body: Ask) -> Grid:
    """The same, as the helping-hand form calls it."""
    return service.fitting(body)


@api.post("/get-aggregated-all", auth=security.PUBLIC, site=True)
def get_aggregated_all(body: Ask) -> Grid:
    """The same, whatever the form says: for whoever has said nothing yet."""
    return service.indifferent(body)


@api.post("/convert-schedule-timezone/{offset}", auth=security.PUBLIC, site=True)
def convert_schedule_timezone(offset: str, body: Ask) -> Grid:
    """The same on the clock of an offset from Moscow in hours."""
    return service.elsewhere(body, offset)


@api.post("/get-filtered-psychologists-names-new", auth=security.PUBLIC, site=True)
def get_filtered_psychologists_names_new(body: Criteria) -> FilteredAnswer:
    """Everybody who works here, the best-fitting first, with what introduces them."""
    return service.filtered(body)
