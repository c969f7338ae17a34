"""What can go wrong with forecasts."""

from chalicelib.core.errors import Busy, Conflict, NotFound


class ForecastNotFound(NotFound):
    code = "forecast_not_found"
    message = "There is no forecast with this id."


class PeriodClosed(Conflict):
    """What a period brought is known once it is over: nothing is forecast of it any more."""

    code = "period_closed"
    message = "The period is over."


class ForecastRaced(Busy):
    """Another change of the same forecast was faster: decided anew from what now stands."""
