"""How we call other companies over HTTP: time-outs, one pooled session, and errors that say what to do next.

``VendorDown`` and ``VendorBusy`` are worth another attempt later, ``VendorRefused`` is not. The outbox owns that later
attempt; here only a connection that could not be made is tried again, because then nothing can have been said twice.

No URL, body or secret reaches a log or an error's text. Some vendors carry the token in the path, and both
requests' exceptions and urllib3's warnings quote paths: failures of the wire are therefore turned into values first and
raised outside the ``except`` block, so that no traceback drags the original along.
"""

import json as json_codec
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ssl import SSLCertVerificationError
from typing import TYPE_CHECKING, Any

from chalicelib.core.patterns import pattern

if TYPE_CHECKING:  # requests costs tens of milliseconds: a door that calls nobody must not pay for it
    from requests import Response, Session

Timeout = tuple[float, float]
"""Seconds to connect, and seconds of silence while reading."""

TIMEOUT: Timeout = (3.0, 10.0)

_IDLE_SECONDS = 60.0
_SECONDS = pattern(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_REASON_LENGTH = 300
_REASON_FIELDS = ("description", "message", "error", "detail")
_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY}


class VendorError(Exception):
    """Another company did not do what we asked."""

    def __init__(self, vendor: str, reason: str) -> None:
        super().__init__(f"{vendor}: {reason}")
        self.vendor = vendor
        self.reason = reason


class VendorDown(VendorError):
    """No usable answer: worth another attempt. `sent_maybe` says that the vendor may have acted on this one."""

    def __init__(self, vendor: str, reason: str, *, sent_maybe: bool = False) -> None:
        super().__init__(vendor, reason)
        self.sent_maybe = sent_maybe


class VendorBusy(VendorError):
    """The vendor asks us to slow down: try again after `retry_after` seconds where it names them."""

    def __init__(self, vendor: str, retry_after: float | None = None) -> None:
        super().__init__(vendor, "too many requests")
        self.retry_after = retry_after


class VendorRefused(VendorError):
    """The vendor understood and will not do it, now or later: HTTP `status` and its own `reason`, cut and without secrets."""

    def __init__(self, vendor: str, status: int, reason: str) -> None:
        super().__init__(vendor, reason)
        self.status = status


@dataclass(frozen=True)
class Reply:
    """What a vendor answered: `data` is the parsed JSON, None for an empty body."""

    status: int
    headers: Mapping[str, str]
    data: Any

    def field(self, name: str) -> Any:
        """A field of a JSON object, None where there is no such thing."""
        return self.data.get(name) if isinstance(self.data, dict) else None


class Vendor:
    """A company whose JSON API we call; a subclass says how that company words its refusals."""

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        secrets: tuple[str, ...] = (),
        headers: Mapping[str, str] | None = None,
        timeout: Timeout = TIMEOUT,
    ) -> None:
        self.name = name
        self._base_url = base_url.rstrip("/")
        self._secrets = tuple(secret for secret in secrets if secret)
        self._headers = dict(headers or {})
        self._timeout = timeout

    def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        body: bytes | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """The vendor's 2xx answer; `path` may be "" for the base URL itself, `body` is sent as it is: what was signed.

        Raises `VendorDown`, `VendorBusy` or `VendorRefused`.
        """
        data = form if body is None else body
        outcome = self._attempt(method, path, json=json, data=data, params=query, headers={**self._headers, **(headers or {})})
        if isinstance(outcome, VendorError):
            raise outcome
        return outcome

    def failure(self, reply: Reply) -> VendorError:
        """The error that an answer outside 2xx stands for."""
        if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
            return VendorBusy(self.name, self.retry_after(reply))
        # Redirects are not followed: a POST would arrive as a GET, at an address nobody configured.
        if reply.status >= 500 or reply.status < 400 or reply.status in _PASSING:
            return self._down(f"HTTP {reply.status}", sent_maybe=reply.status == HTTPStatus.GATEWAY_TIMEOUT)
        return self.refusal(reply)

    def refusal(self, reply: Reply) -> VendorError:
        """The error that a permanent 4xx stands for."""
        return VendorRefused(self.name, reply.status, self.reason(reply))

    def retry_after(self, reply: Reply) -> float | None:
        """Seconds to wait as the answer names them; a date or nonsense names none."""
        return seconds(reply.headers.get("Retry-After"))

    def reason(self, reply: Reply) -> str:
        """The vendor's own words where it has any; they may quote what we sent, so they are for operators, not for logs."""
        words = (reply.field(name) for name in _REASON_FIELDS)
        return self.clean(next((word for word in words if isinstance(word, str) and word), f"HTTP {reply.status}"))

    def clean(self, text: str) -> str:
        """Foreign text that is safe to keep: without our secrets, cut."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text[:_REASON_LENGTH]

    def _attempt(self, method: str, path: str, **request: Any) -> Reply | VendorError:
        response = self._send(method, path, request)
        if isinstance(response, VendorDown) and not response.sent_maybe:
            response = self._send(method, path, request)
        return response if isinstance(response, VendorError) else self._read(response)

    def _send(self, method: str, path: str, request: dict[str, Any]) -> "Response | VendorDown":
        from requests import RequestException

        url = f"{self._base_url}/{path}" if path else self._base_url
        try:
            return _pool.session().request(method, url, timeout=self._timeout, allow_redirects=False, **request)
        except RequestException as error:
            return self._down(f"no answer ({type(error).__name__})", sent_maybe=not _never_left(error))

    def _read(self, response: "Response") -> Reply | VendorError:
        try:
            data = json_codec.loads(response.content) if response.content.strip() else None
        except (ValueError, RecursionError):
            return self.unreadable(response.status_code, response.content)
        reply = Reply(response.status_code, response.headers, data)
        return reply if 200 <= reply.status < 300 else self.failure(reply)

    def unreadable(self, status: int, content: bytes) -> VendorError:
        """The error that an answer without JSON stands for."""
        # A page is somebody else's voice (a proxy, a provider's block, a maintenance notice); it proves nothing about
        # the request, whatever its status, but for a proxy that waited in vain. JSON that breaks off after a 2xx is the
        # vendor's own, and it has acted.
        acted = status < 400 and not content.lstrip().startswith(b"<")
        return self._down(f"HTTP {status} without JSON", sent_maybe=acted or status == HTTPStatus.GATEWAY_TIMEOUT)

    def _down(self, reason: str, *, sent_maybe: bool = False) -> VendorDown:
        return VendorDown(self.name, reason, sent_maybe=sent_maybe)


def seconds(value: object) -> float | None:
    """A non-negative number of seconds given as a number or as digits; None for anything else."""
    text = str(value)
    return float(text) if _SECONDS.fullmatch(text) else None


class _Pool:
    """One session a process, opened anew after a pause.

    Lambda freezes between calls. A network address translator that forgot the connection meanwhile turns the next
    request into a reset that looks as if the vendor might have taken it.
    """

    def __init__(self) -> None:
        self._session: Session | None = None
        self._used = 0.0

    def session(self) -> "Session":
        moment = time.monotonic()
        if self._session is None or moment - self._used > _IDLE_SECONDS:
            self._session = _open_session()
        self._used = moment
        return self._session


_pool = _Pool()


def _open_session() -> "Session":
    from http.cookiejar import DefaultCookiePolicy

    from requests import Session

    # urllib3 logs every path at DEBUG and, for odd answers, at WARNING. What matters of it becomes a VendorError.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)
    session = Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # one vendor's cookies are no other's business
    return session


def _never_left(error: Exception) -> bool:
    """True where no byte of the request can have reached the vendor."""
    from requests.exceptions import ConnectTimeout
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    unsent = (ConnectTimeout, ConnectTimeoutError, NewConnectionError, SSLCertVerificationError)
    unbuilt = isinstance(error, ValueError)  # a malformed URL or header
    return unbuilt or any(isinstance(cause, unsent) for cause in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
