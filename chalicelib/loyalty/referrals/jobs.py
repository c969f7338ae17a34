"""What the outbox must know of rewards."""

from chalicelib.core import outbox, storage
from chalicelib.core.outbox import Effect
from chalicelib.loyalty.accounts import referrers
from chalicelib.loyalty.referrals import paying

EFFECT = "referral"


@outbox.handles(EFFECT)
def referral(effect: Effect, tx: storage.Transaction) -> None:
    """Reward those who brought a purchase's client, or take back what a refund took."""
    paying.settle(int(effect.payload["operation"]))


@outbox.handles(referrers.EFFECT)
def referral_brought(effect: Effect, tx: storage.Transaction) -> None:
    """Count a client who was brought with everybody above."""
    paying.count_above(effect.payload["place"], tx)
