"""Where meetings are held: Zoom when its one account is free at that time, else Google Meet, which is never full."""

from http import HTTPStatus
from typing import Protocol

from chalicelib.booking.conference.errors import Occupied
from chalicelib.booking.conference.rules import Meeting, Plan
from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorDown, VendorRefused
from chalicelib.integrations.google.auth import BadServiceAccount, ServiceAccount
from chalicelib.integrations.google.calendar import CalendarClient
from chalicelib.integrations.zoom.client import ZoomApp, ZoomClient


class Room(Protocol):
    """A vendor's meetings. `account` names one that holds a single meeting at once; empty where that is no matter."""

    name: str
    title: str
    account: str

    def open(self, plan: Plan) -> Meeting:
        """Make the meeting, or find the one made before. Raises Occupied or `VendorError`."""

    def move(self, meeting_id: str, plan: Plan) -> bool:
        """Give it the plan's time; False when the vendor has no such meeting."""

    def close(self, meeting_id: str) -> None:
        """Remove it; one that is gone is no trouble."""


class ZoomRoom:
    """Zoom. Making a meeting is not idempotent there: the list tells of one that stands already, and of others' time."""

    name, title = "zoom", "Zoom"

    def __init__(self, client: ZoomClient, account: str, busy_list: str) -> None:
        self._client, self._busy_list = client, busy_list
        self.account = f"zoom#{account}"

    def open(self, plan: Plan) -> Meeting:
        """See `Room.open`."""
        standing = [] if self._busy_list == "none" else list(self._client.meetings(self._busy_list))
        found = next((one for one in standing if one.topic == plan.topic and one.join_url), None)
        if found is None and any(one.overlaps(plan.start_at, plan.end_at) for one in standing if one.topic != plan.topic):
            raise Occupied
        made = found or self._client.create(plan.topic, plan.start_at, plan.minutes)
        if found is not None and found.start_at != plan.start_at:
            self._client.move(found.id, plan.start_at, plan.minutes)
        return Meeting(self.name, made.id, made.join_url, plan.start_at, plan.minutes)

    def move(self, meeting_id: str, plan: Plan) -> bool:
        """See `Room.move`."""
        return self._client.move(meeting_id, plan.start_at, plan.minutes)

    def close(self, meeting_id: str) -> None:
        """See `Room.close`."""
        self._client.delete(meeting_id)


class MeetRoom:
    """Google Meet: an event of the calendar whose id is the session's, with a conference that Google makes in its own time."""

    name, title, account = "meet", "Google Meet", ""

    def __init__(self, key: str, subject: str | None, calendar_id: str, api_url: str) -> None:
        self._key, self._subject, self._place = key, subject, (calendar_id, api_url)

    @property
    def _client(self) -> CalendarClient:
        """Made when it is needed: a broken key file is this room's trouble, not the other's."""
        try:
            return CalendarClient(ServiceAccount.from_json(self._key, self._subject), *self._place)
        except BadServiceAccount as error:
            raise VendorRefused("google", HTTPStatus.FORBIDDEN, f"GOOGLE_SERVICE_ACCOUNT: {error}") from None

    def open(self, plan: Plan) -> Meeting:
        """See `Room.open`."""
        calendar = self._client
        event = calendar.insert(plan.event_id, plan.topic, plan.start_at, plan.minutes)
        if event.status == "cancelled":
            raise VendorRefused("google", HTTPStatus.GONE, "the session's event was deleted in the calendar")
        if event.failed:
            event = calendar.ask_again(event)
        if event.starts_at != plan.start_at and not calendar.move(event.id, plan.start_at, plan.minutes):
            raise VendorDown("google", "the event went while it was being moved")
        return Meeting(self.name, event.id, event.link, plan.start_at, plan.minutes)

    def move(self, meeting_id: str, plan: Plan) -> bool:
        """See `Room.move`."""
        return self._client.move(meeting_id, plan.start_at, plan.minutes)

    def close(self, meeting_id: str) -> None:
        """See `Room.close`."""
        self._client.delete(meeting_id)


def configured() -> list[Room]:
    """The rooms that the settings name, in the order in which they are tried."""
    found: list[Room] = []
    if settings().has_zoom:
        found.append(_zoom())
    if settings().has_meet:
        found.append(_meet())
    return found


def possible() -> bool:
    """Whether any room is configured."""
    return settings().has_zoom or settings().has_meet


def _zoom() -> ZoomRoom:
    told, secret = settings(), settings().zoom_client_secret
    app = ZoomApp(told.zoom_account_id or "", told.zoom_client_id or "", secret.get_secret_value() if secret else "")
    client = ZoomClient(app, told.zoom_user_id, api_url=told.zoom_api_url, oauth_url=told.zoom_oauth_url)
    return ZoomRoom(client, told.zoom_user_id, told.zoom_busy_list)


def _meet() -> MeetRoom:
    told, key = settings(), settings().google_service_account
    text = key.get_secret_value() if key else ""
    return MeetRoom(text, told.google_subject, told.google_calendar_id or "", told.google_calendar_url)
