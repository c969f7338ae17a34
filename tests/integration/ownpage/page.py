"""A specialist at her own page, in a line each."""

from typing import Any

from tests.builders import SERVICE, Answer, Front


class Page:
    """The page that a specialist's secret opens."""

    def __init__(self, front: Front, specialist_id: str) -> None:
        self.front, self.specialist_id = front, specialist_id
        self.secret = str(front.get(f"/specialists/{specialist_id}", SERVICE).ok()["secret"])

    def get(self, path: str, **query: Any) -> Answer:
        return self.front.get(path, secret=self.secret, **query)

    def post(self, path: str, **body: Any) -> Answer:
        return self.front.post(path, {"secret": self.secret, **body})

    def week(self, **query: Any) -> dict[str, list[dict[str, Any]]]:
        """What stands in the asked days: ``DD.MM HH:00`` to what begins in that hour."""
        (shown,) = self.get("/get-slot", **query).ok()
        hours = {f"{day['pretty_date']} {hour}": slots for day in shown["items"] for hour, slots in day["slots"].items()}
        return {hour: slots for hour, slots in hours.items() if slots}
