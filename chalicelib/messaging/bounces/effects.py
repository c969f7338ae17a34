"""What a bounced mail was: its letter, which was sent, has not arrived, and whoever keeps an account of it hears so.

An effect, for the door that hears of it has none of the packages that keep accounts.
"""

from chalicelib.core import clock, outbox, storage
from chalicelib.messaging import repository
from chalicelib.messaging import service as messaging
from chalicelib.messaging.bounces.service import CAME_BACK, EMAIL

NEWEST = 50
"""Letters of a client among which one is looked for: bounces come within days."""

REASON = "the mail came back: no such mailbox"


@outbox.handles(CAME_BACK)
def came_back(effect: outbox.Effect, tx: storage.Transaction) -> None:
    """Have the ledger say that a mail never arrived; one that it does not know, or that says so already, stays as it is."""
    recipient = messaging.client(effect.payload["client_id"]).lane
    for row in storage.whole(repository.named(recipient, limit=NEWEST)):
        if (row.remote_id, row.channel, row.state) == (effect.payload["mail_id"], EMAIL, "sent"):
            repository.settle(tx, row, state="dead", channel=EMAIL, text=None, reason=REASON, at=clock.wall())
