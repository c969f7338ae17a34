"""What a CRM is to whoever keeps leads in step with it."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

Values = dict[str, Any]
"""A lead by our fields: `name, phone, email, company, stage, amount` (kopecks) and `assigned_to`; None for what is not said."""


class Remote(NamedTuple):
    """One lead as it stands there. `at` is when it changed last, in whole seconds by the CRM's own clock."""

    id: str
    values: Values
    at: int


class Page(NamedTuple):
    """Some of what is there. `cursor` is where the next page begins, None at the end; `reached` up to when changes are known with it."""

    rows: list[Remote]
    cursor: Any = None
    reached: int = 0


class Crm(Protocol):
    """Calls raise `VendorDown`, `VendorBusy` or `VendorRefused`; `Shut` where nothing may be asked for a while."""

    def check(self) -> str:
        """What the account is called."""

    def changed(self, since: int, cursor: Any) -> Page:
        """What changed from a moment on, oldest first; some of it may come again."""

    def all(self, cursor: Any) -> Page:
        """Everything, by ascending ids."""

    def some(self, ids: list[str]) -> list[Remote]:
        """Those of these that there are."""

    def kept(self, values: Values) -> Values:
        """Values of ours as this CRM can hold them."""

    def find(self, mark: str) -> str | None:
        """Which lead bears a mark of ours: what an earlier try made."""

    def make(self, values: Mapping[str, Any], mark: str) -> str:
        """A new lead that bears a mark of ours; its id."""

    def change(self, number: str, values: Mapping[str, Any]) -> None:
        """Have a lead say these; what is None says nothing."""


class Shut(Exception):
    """The CRM has shut us out for a while, whoever asks."""
