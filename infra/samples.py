"""Sample specialists and their coming week, so that a stack that was just deployed has something to show.

Loading again changes nothing that is there: who is missing is added, and days that have come closer get their slots.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from infra.loopback import Api, Refused

MOSCOW = ZoneInfo("Europe/Moscow")
DAYS = 7
HOURS = (10, 12, 15, 18)

SPECIALISTS: list[dict[str, Any]] = [
    {
        "id": "sample-maria",
        "name": "Мария Орлова",
        "gender": "female",
        "age": 38,
        "price_min": 350_000,
        "price_max": 450_000,
        "specialisations": ["Тревога", "Сон", "Выгорание"],
        "debt": 3,
    },
    {
        "id": "sample-igor",
        "name": "Игорь Селиванов",
        "gender": "male",
        "age": 45,
        "price_min": 500_000,
        "price_max": 600_000,
        "specialisations": ["Отношения", "Утрата"],
        "debt": 1,
    },
    {
        "id": "sample-alyona",
        "name": "Алёна Кузьмина",
        "gender": "female",
        "age": 31,
        "price_min": 250_000,
        "price_max": 300_000,
        "specialisations": ["Самооценка", "Отношения"],
        "debt": 2,
    },
    {
        "id": "sample-vera",
        "name": "Вера Тихонова",
        "gender": "female",
        "age": 42,
        "price_min": 400_000,
        "price_max": 400_000,
        "specialisations": ["Тревога", "Отношения", "Сон"],
        "debt": 2,
        "contour": "test",
    },
]
"""The last one works in the test contour, where the story is played. Prices are kopecks."""


def load(api: Api) -> tuple[int, int]:
    """Add what is missing; how many specialists and slots that were."""
    missing = [person for person in SPECIALISTS if not _is_there(api, person)]
    for person in missing:
        api.post("/specialists", person)
    return len(missing), sum(_add_days(api, person) for person in SPECIALISTS)


def _is_there(api: Api, person: dict[str, Any]) -> bool:
    try:
        api.get(f"/specialists/{person['id']}")
    except Refused as refused:
        if refused.status != 404:
            raise
        return False
    return True


def _add_days(api: Api, person: dict[str, Any]) -> int:
    """Slots for the coming days on which he has none free."""
    shown = free_slots(api, person.get("contour", "live"), psychologist=person["id"], limit=500)
    listed = {slot["date"] for slot in shown}
    today = datetime.now(MOSCOW).date()
    coming = (today + timedelta(days=number) for number in range(1, DAYS + 1))
    return sum(_add_day(api, person["id"], day) for day in coming if f"{day:%d.%m}" not in listed)


def _add_day(api: Api, specialist_id: str, day: date) -> int:
    starts = [datetime(day.year, day.month, day.day, hour, tzinfo=MOSCOW) for hour in HOURS]
    try:
        api.post("/slots", {"slots": [{"specialist_id": specialist_id, "start_at": start.isoformat()} for start in starts]})
    except Refused as refused:
        if refused.status != 409:
            raise
        return 0  # the day was loaded before, and every hour of it is booked
    return len(starts)


def free_slots(api: Api, contour: str, **query: str | int) -> list[dict[str, Any]]:
    """Slots that a client of the contour could choose, soonest first."""
    path = "/get-available-slots" if contour == "live" else "/get-available-slots-test-contur"
    return list(api.get(path, **query)["slots"])
