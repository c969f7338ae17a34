"""Go-CRM's three ways in: the public API, a plugin's secret link, and the cabinet of one signed-in parent.

Nothing here knows a path or a field's spelling: those are `data/gocrm.json`. Making a lead, a booking and a payment link
is not idempotent, and leads cannot be read back: after `VendorDown.sent_maybe` a second attempt may be a second lead.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Literal

from pydantic import ValidationError

from chalicelib.core import clock
from chalicelib.core.vendors import TIMEOUT, Reply, Timeout, VendorDown
from chalicelib.integrations.gocrm import mapping
from chalicelib.integrations.gocrm.api import MOSCOW, Api
from chalicelib.integrations.gocrm.errors import VENDOR, GoCrmInvalid
from chalicelib.integrations.gocrm.mapping import Manual, Zones
from chalicelib.integrations.gocrm.schemas import (
    Center,
    Child,
    City,
    Debt,
    Lead,
    Lesson,
    Payment,
    PaymentLink,
    Profile,
    StaffMember,
    Subscription,
    Window,
)

When = Literal["past", "upcoming"]


class PublicGoCrm:
    """The public API of a club (`https://<club>.go-crm.ru/api/v3`), without a key.

    Every call raises `VendorDown`, `VendorBusy`, `GoCrmInvalid` or another `VendorRefused`.
    """

    def __init__(self, base_url: str, *, book: Manual | None = None, timeout: Timeout = TIMEOUT) -> None:
        self._api = Api(base_url, "public", book or mapping.manual(), timeout=timeout)

    def cities(self) -> list[City]:
        """All cities."""
        return list(self._api.rows(City, "cities"))

    def centers(self, city_id: str | None = None) -> list[Center]:
        """The branches of a city, or of all: one call a city. A city that fails fails them all, so that none seems closed."""
        cities = [city_id] if city_id else [city.id for city in self.cities()]
        return [center for one in cities for center in self._api.rows(Center, "centers", {"city_id": one})]

    def staff(self, center_id: str | None = None) -> list[StaffMember]:
        """Who works in a branch, but for those whom the club hides. Known to answer 500: `VendorDown`."""
        return [one for one in self._api.rows(StaffMember, "staff", {"center_id": center_id}) if one.shown]

    def create_lead(self, lead: Lead) -> str | None:
        """Leave a lead; its id where Go-CRM tells it."""
        return self._api.single("create_lead", lead.model_dump()).get("id")


class PluginHook:
    """A plugin's link into one funnel. The URL is the key: no error tells it."""

    def __init__(self, url: str, *, book: Manual | None = None, timeout: Timeout = TIMEOUT) -> None:
        self._api = Api(url, "plugin", book or mapping.manual(), secrets=_quotable(url), timeout=timeout)

    def send(self, fields: Mapping[str, str]) -> str | None:
        """Leave a lead as form data; its id where Go-CRM tells it. Fields with names of ours are renamed, others go as they are."""
        return self._api.single("send_lead", fields).get("id")


class ClientGoCrm:
    """The cabinet of one parent (`https://<club>.go-crm.ru/api`): whoever `access_token` was given to.

    Calls raise what the public ones do, and `GoCrmSessionOver` once the token has ended. Times are of `zones`' clocks.
    """

    def __init__(
        self,
        base_url: str,
        app_token: str,
        access_token: str | None = None,
        *,
        zones: Zones = MOSCOW,
        book: Manual | None = None,
        timeout: Timeout = TIMEOUT,
    ) -> None:
        secrets = (app_token, access_token or "")
        self._book = book or mapping.manual()
        self._zones = zones
        self._api = Api(base_url, "client", self._book, secrets=secrets, token=access_token, zones=zones, timeout=timeout)
        self._api.authorise(app_token)

    def ask_code(self, phone: str) -> None:
        """Have a code sent by SMS. `GoCrmInvalid` may stand for a phone that nobody has: say nothing of it to the caller."""
        self._api.ask("ask_code", {"phone": phone})

    def sign_in(self, phone: str, code: str) -> str:
        """The access token that phone and code give, else `GoCrmWrongCode`."""
        token: str | None = self._api.single("sign_in", {"phone": phone, "code": code}).get("access_token")
        if not token:
            raise VendorDown(VENDOR, "a sign-in without a token")
        return token

    def profile(self) -> Profile:
        """The parent's own data."""
        return self._own(self._api.ask("profile"))

    def update_profile(self, fields: Mapping[str, Any]) -> Profile:
        """Change `full_name`, `email`, `phone` or `birthday`; the profile as it is afterwards."""
        return self._own(self._api.ask("update_profile", fields), sent=True)

    def children(self) -> list[Child]:
        """The parent's children."""
        return list(self._api.rows(Child, "children"))

    def subscriptions(self) -> list[Subscription]:
        """What was bought."""
        return list(self._api.rows(Subscription, "subscriptions"))

    def lessons(self, when: When, *, child_ids: Iterable[str] | None = None) -> list[Lesson]:
        """Past lessons, the latest first, or those to come, the next first; of all children, or of those named: a call each."""
        now = clock.now()
        since = now - timedelta(days=self._book.past_days if when == "past" else 1)
        wanted = [child.id for child in self.children()] if child_ids is None else list(child_ids)
        asked = {child: list(self._api.rows(Lesson, "lessons", {"child_id": child, "since": since})) for child in wanted}
        chosen = [lesson for lesson in _attributed(asked) if _is_over(lesson, now) == (when == "past")]
        return sorted(chosen, key=lambda lesson: lesson.starts_at or now, reverse=when == "past")

    def free_windows(
        self, *, center_id: str | None = None, child_id: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> list[Window]:
        """What can be booked from `since` (now) until `until` (two weeks on), the next first."""
        start = since or clock.now()
        end = until or start + timedelta(days=self._book.window_days)
        asked = {"center_id": center_id, "child_id": child_id, "since": start, "until": end}
        found = [one for one in self._api.rows(Window, "free_windows", asked) if start < one.starts_at <= end and one.free_places != 0]
        return sorted(found, key=lambda one: one.starts_at)

    def book_lesson(self, child_id: str, window_id: str) -> Lesson | None:
        """Put a child into a window of `free_windows`, else `GoCrmTaken`. The lesson where the answer shows it."""
        parts = mapping.window_parts(window_id)
        if parts is None:
            raise GoCrmInvalid(HTTPStatus.UNPROCESSABLE_ENTITY, "", {"window_id": "no such window"})
        given = {"child_id": child_id, **parts}
        return self._api.record(Lesson, "book_lesson", self._api.ask("book_lesson", given), {"child_id": child_id})

    def payments(self) -> list[Payment]:
        """What was paid."""
        return list(self._api.rows(Payment, "payments"))

    def debts(self) -> list[Debt]:
        """What is owed."""
        return list(self._api.rows(Debt, "debts"))

    def payment_link(self, subscription_id: str, amount_kopecks: int, key: str) -> PaymentLink:
        """Where to pay a subscription. As documented Go-CRM takes neither amount nor key: each call makes another link."""
        told = self._api.single("payment_link", {"subscription_id": subscription_id, "amount_kopecks": amount_kopecks, "key": key})
        try:
            return PaymentLink.model_validate({our: value for our, value in told.items() if value is not None})
        except ValidationError:
            unread = VendorDown(VENDOR, "a payment without its link")
        raise unread

    def _own(self, reply: Reply, *, sent: bool = False) -> Profile:
        own = self._api.record(Profile, "profile", reply)
        if own is None or not (own.full_name or own.phone or own.email):
            raise VendorDown(VENDOR, "an answer that is no profile", sent_maybe=sent)
        return own


def _attributed(asked: Mapping[str, list[Lesson]]) -> list[Lesson]:
    """Each lesson once. One that came for two children is of neither: Go-CRM did not look at whose lessons were asked for."""
    seen: dict[str, Lesson] = {}
    for lessons in asked.values():
        for lesson in lessons:
            known = seen.setdefault(lesson.id, lesson)
            if known.child_id != lesson.child_id:
                seen[lesson.id] = lesson.model_copy(update={"child_id": None})
    return list(seen.values())


def _is_over(lesson: Lesson, now: datetime) -> bool:
    end = lesson.ends_at or lesson.starts_at
    return end <= now if end else lesson.state != "planned"


def _quotable(url: str) -> tuple[str, ...]:
    """A secret link, and the parts of it that a server's own words may quote."""
    place = url.partition("://")[2].partition("/")[2]
    return (url, *(f"/{part}" for part in (place, place.partition("?")[0]) if part))
