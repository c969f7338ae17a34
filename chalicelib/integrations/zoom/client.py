"""Zoom by server-to-server OAuth: meetings of one account are made, moved, removed and listed.

Making a meeting is not idempotent: after `VendorDown.sent_maybe` it may stand there; look for it in the list.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from chalicelib.core.schemas import utc_text
from chalicelib.core.vendors import TIMEOUT, Reply, Timeout, Vendor, VendorDown, VendorError, VendorRefused
from chalicelib.integrations.tokens import TokenVendor
from chalicelib.integrations.zoom.schemas import Meeting, MeetingList

PUBLIC_API = "https://api.zoom.us/v2"
PUBLIC_OAUTH = "https://zoom.us/oauth/token"
PAGE = 300
"""The longest page of a list."""

MOST_PAGES = 50
SCHEDULED = 2
"""The type of a meeting with one time of its own."""

OPEN_DOOR = {"join_before_host": True, "waiting_room": False, "auto_recording": "none"}
"""The app's owner is never there: the two people let themselves in."""

_VENDOR = "zoom"
M = TypeVar("M", bound=BaseModel)


class ZoomRefused(VendorRefused):
    """Zoom will not do it; `code` is its own number of the reason (300 wrong fields, 1001 no such user, 3001 no such meeting)."""

    def __init__(self, status: int, reason: str, code: int | None) -> None:
        super().__init__(_VENDOR, status, reason)
        self.code = code


@dataclass(frozen=True, slots=True)
class ZoomApp:
    """A server-to-server OAuth app of an account."""

    account_id: str
    client_id: str
    client_secret: str = field(repr=False)


class ZoomClient:
    """One user's meetings. Every call raises `VendorDown`, `VendorBusy` or `ZoomRefused`."""

    def __init__(
        self, app: ZoomApp, user_id: str = "me", *, api_url: str = PUBLIC_API, oauth_url: str = PUBLIC_OAUTH, timeout: Timeout = TIMEOUT
    ) -> None:
        self._user = quote(user_id, safe="")
        self._api = _ZoomApi(app, api_url, oauth_url, timeout)

    def create(self, topic: str, start_at: datetime, minutes: int) -> Meeting:
        """Make a meeting."""
        body = {"topic": topic, "type": SCHEDULED, **_when(start_at, minutes), "settings": OPEN_DOOR}
        meeting = _read(Meeting, self._api.authorised("POST", f"users/{self._user}/meetings", json=body))
        if not meeting.join_url:
            raise VendorDown(_VENDOR, "a meeting without its link", sent_maybe=True)
        return meeting

    def move(self, meeting_id: str, start_at: datetime, minutes: int) -> bool:
        """Give a meeting another time; its link stays. False when there is no such meeting."""
        return self._changed("PATCH", meeting_id, json=_when(start_at, minutes))

    def delete(self, meeting_id: str) -> bool:
        """Remove a meeting. False when there was none."""
        return self._changed("DELETE", meeting_id)

    def meetings(self, kind: str = "upcoming") -> Iterator[Meeting]:
        """The user's meetings of one of Zoom's lists, page after page."""
        token = ""
        for _ in range(MOST_PAGES):
            query = {"type": kind, "page_size": str(PAGE), **({"next_page_token": token} if token else {})}
            page = _read(MeetingList, self._api.authorised("GET", f"users/{self._user}/meetings", query=query))
            yield from page.meetings
            token = page.next_page_token
            if not token:
                return

    def _changed(self, method: str, meeting_id: str, **request: Any) -> bool:
        try:
            self._api.authorised(method, f"meetings/{quote(meeting_id, safe='')}", **request)
        except ZoomRefused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise
            return False
        return True


class _ZoomApi(TokenVendor):
    """Zoom's manners: ``{code, message, errors}`` for the API, ``{reason, error}`` for tokens."""

    def __init__(self, app: ZoomApp, api_url: str, oauth_url: str, timeout: Timeout) -> None:
        super().__init__(_VENDOR, api_url, secrets=(app.client_secret,), timeout=timeout)
        self._app = app
        self._oauth = _ZoomOAuth(_VENDOR, oauth_url, secrets=(app.client_secret,), timeout=timeout)
        self.whose = (_VENDOR, oauth_url, app.account_id, app.client_id)

    def fetch(self) -> Reply:
        pair = base64.b64encode(f"{self._app.client_id}:{self._app.client_secret}".encode()).decode()
        form = {"grant_type": "account_credentials", "account_id": self._app.account_id}
        return self._oauth.call("POST", "", form=form, headers={"Authorization": f"Basic {pair}"})

    def refusal(self, reply: Reply) -> VendorError:
        code = reply.field("code")
        return ZoomRefused(reply.status, self.reason(reply), code if isinstance(code, int) else None)

    def reason(self, reply: Reply) -> str:
        found = reply.field("errors")
        fields = [str(one.get("field")) for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        return self.clean(" ".join([super().reason(reply), *fields]))


class _ZoomOAuth(Vendor):
    """The token's door. Refused credentials are refused for good: no token renews them."""

    def refusal(self, reply: Reply) -> VendorError:
        words = [reply.field(name) for name in ("error", "reason")]
        told = ": ".join(word for word in words if isinstance(word, str) and word)
        return ZoomRefused(HTTPStatus.FORBIDDEN, self.clean(f"no token: {told or f'HTTP {reply.status}'}"), None)


def _when(start_at: datetime, minutes: int) -> dict[str, Any]:
    """The trailing Z makes it UTC, whatever zone the account lives in."""
    return {"start_time": utc_text(start_at), "timezone": "UTC", "duration": minutes}


def _read(model: type[M], reply: Reply) -> M:
    try:
        return model.model_validate(reply.data)
    except ValidationError:
        unread = f"an answer that is no {model.__name__}"
    raise VendorDown(_VENDOR, unread, sent_maybe=True)
