"""What can go wrong with a client's card at the till."""

from chalicelib.core.errors import Busy, Conflict


class ClientExists(Conflict):
    """A contact that was given is proven of another client; `detail` says whose, and which."""

    code = "client_exists"
    message = "This contact is another client's."


class ReferralSelf(Conflict):
    """Nobody brings himself."""

    code = "referral_self"
    message = "A client cannot have brought himself."


class ReferralCycle(Conflict):
    """He brought, himself or by others, whoever is said to have brought him."""

    code = "referral_cycle"
    message = "This client brought, himself or by others, the one who is said to have brought him."


class ReferrerFixed(Conflict):
    """Who brought a client is said once, before he buys or brings anybody."""

    code = "referrer_fixed"
    message = "Who brought this client is known, or he has bought or brought others already."


class AccountRaced(Busy):
    """Another change of the same client was faster: look again."""
