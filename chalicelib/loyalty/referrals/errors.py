"""What can go wrong with the programme."""

from chalicelib.core.errors import Busy, Conflict


class MarginGuard(Conflict):
    """More is promised than goods earn; `detail` says both, in percent. `force` with a `reason` passes."""

    code = "margin_guard"
    message = "More is promised than is earned on what is sold."


class RewardRaced(Busy):
    """A purchase, or whoever is rewarded for it, changed meanwhile: reckon anew."""


class ConfigRaced(Busy):
    """The programme was changed meanwhile: look again."""
