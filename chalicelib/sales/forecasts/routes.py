"""The doors of forecasts."""

from chalicelib.core.http import Api, message
from chalicelib.core.once import KeyReused
from chalicelib.core.schemas import Message
from chalicelib.sales.forecasts import generating, service
from chalicelib.sales.forecasts.errors import ForecastNotFound, PeriodClosed
from chalicelib.sales.forecasts.schemas import (
    Asked,
    AskedQuery,
    ForecastChange,
    Forecasts,
    ForecastShown,
    ForecastsQuery,
    NewForecast,
)
from chalicelib.sales.leads.access import READERS
from chalicelib.staff.errors import ChangedMeanwhile
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN, staff
from chalicelib.staff.rules import HEADS

api = Api("sales.forecasts")
PLANNERS = staff(*HEADS, "analyst")


@api.get("/api/v1/forecasts", auth=READERS)
def forecasts_list(query: ForecastsQuery, caller: Member) -> Forecasts:
    """Forecasts, those of the latest period first. Managers see those of their own deals."""
    return service.listed(query, caller)


@api.post("/api/v1/forecasts", auth=PLANNERS, status=201, errors=[PeriodClosed, KeyReused])
def forecasts_create(body: NewForecast, caller: Member, idempotency_key: str | None) -> ForecastShown:
    """Write a forecast down by hand."""
    return service.create(body, caller, idempotency_key)


@api.post("/api/v1/forecasts/generate", auth=PLANNERS, status=201, also=(200,), errors=[PeriodClosed, KeyReused])
def forecasts_generate(body: Asked, query: AskedQuery, caller: Member, idempotency_key: str | None) -> ForecastShown:
    """Work a forecast out of the open deals, of what is won already and of what new business brought in the periods before.

    What happened until now is counted first; 200 with the forecast of the last hour where nothing has changed since.
    """
    return generating.generate(body, query, caller, idempotency_key)


@api.get("/api/v1/forecasts/{forecast_id}", auth=READERS, errors=[ForecastNotFound])
def forecasts_get(forecast_id: int, caller: Member) -> ForecastShown:
    """A forecast, what it was made of, and what came."""
    return service.one(forecast_id, caller)


@api.put("/api/v1/forecasts/{forecast_id}", auth=PLANNERS, errors=[ForecastNotFound, PeriodClosed, ChangedMeanwhile])
def forecasts_update(forecast_id: int, body: ForecastChange, caller: Member) -> ForecastShown:
    """Change what is predicted, with a `note`; or what came, also once the period is over."""
    return service.change(forecast_id, body, caller)


@api.delete("/api/v1/forecasts/{forecast_id}", auth=ADMIN, errors=[ForecastNotFound])
def forecasts_delete(forecast_id: int) -> Message:
    """Delete a forecast."""
    service.delete(forecast_id)
    return message("Прогноз удалён.")
