"""Google Calendar v3: events with a Meet conference.

An event's id is ours, so that making it twice makes one. The conference inside is made in Google's own time: ask again.
"""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from chalicelib.core.schemas import utc_text
from chalicelib.core.vendors import TIMEOUT, Reply, Timeout, VendorRefused
from chalicelib.integrations.google.auth import GoogleApi, ServiceAccount, unreadable
from chalicelib.integrations.google.schemas import Event

PUBLIC_API = "https://www.googleapis.com/calendar/v3"
SCOPE = "https://www.googleapis.com/auth/calendar"
ASK = {"conferenceDataVersion": "1", "sendUpdates": "none"}
"""Without the version Google silently leaves the conference out; people are told by us."""

_OVER = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


class CalendarClient:
    """One calendar. Every call raises `VendorDown`, `VendorBusy` or `VendorRefused`."""

    def __init__(self, account: ServiceAccount, calendar_id: str, api_url: str = PUBLIC_API, *, timeout: Timeout = TIMEOUT) -> None:
        self._api = GoogleApi(account, api_url, SCOPE, timeout=timeout)
        self._events = f"calendars/{quote(calendar_id, safe='')}/events"

    def insert(self, event_id: str, summary: str, start_at: datetime, minutes: int) -> Event:
        """Make an event (id of a-v and 0-9) and ask for its conference; the one that has the id already is given as it is."""
        body = {"id": event_id, "summary": summary, **_when(start_at, minutes), **_conference(f"{event_id}-1")}
        try:
            return _read(self._api.authorised("POST", self._events, json=body, query=ASK))
        except VendorRefused as refused:
            if refused.status != HTTPStatus.CONFLICT:
                raise
        return self.get(event_id)

    def get(self, event_id: str) -> Event:
        """An event as it stands."""
        return _read(self._api.authorised("GET", f"{self._events}/{event_id}"))

    def ask_again(self, event: Event) -> Event:
        """Ask anew for a conference that failed: the same request id would be ignored."""
        _, _, number = event.conference.request.request_id.rpartition("-")
        body = _conference(f"{event.id}-{int(number) + 1 if number.isdecimal() else 2}")
        return _read(self._api.authorised("PATCH", f"{self._events}/{event.id}", json=body, query=ASK))

    def move(self, event_id: str, start_at: datetime, minutes: int) -> bool:
        """Give an event another time; its conference stays. False when there is no such event."""
        return self._changed("PATCH", event_id, json=_when(start_at, minutes), query=ASK)

    def delete(self, event_id: str) -> bool:
        """Remove an event and its conference. False when there was none."""
        return self._changed("DELETE", event_id, query={"sendUpdates": "none"})

    def _changed(self, method: str, event_id: str, **request: Any) -> bool:
        try:
            self._api.authorised(method, f"{self._events}/{event_id}", **request)
        except VendorRefused as refused:
            if refused.status not in _OVER:
                raise
            return False
        return True


def _when(start_at: datetime, minutes: int) -> dict[str, Any]:
    end_at = start_at + timedelta(minutes=minutes)
    return {name: {"dateTime": utc_text(moment), "timeZone": "UTC"} for name, moment in (("start", start_at), ("end", end_at))}


def _conference(request_id: str) -> dict[str, Any]:
    return {"conferenceData": {"createRequest": {"requestId": request_id, "conferenceSolutionKey": {"type": "hangoutsMeet"}}}}


def _read(reply: Reply) -> Event:
    try:
        return Event.model_validate(reply.data)
    except ValidationError:
        pass
    raise unreadable("event")
