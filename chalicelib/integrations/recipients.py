"""What carriers of messages say of one whom they do not reach."""

from chalicelib.core.vendors import VendorBusy, VendorRefused


class RecipientRefused(VendorRefused):
    """The carrier will not take this message, now or later.

    `unreachable`: this address takes none, whatever is said: it is dead. `ours`: our account or its settings are at fault, no message.
    Where neither, it is the message itself.
    """

    def __init__(self, vendor: str, status: int, reason: str, *, unreachable: bool = False, ours: bool = False) -> None:
        super().__init__(vendor, status, reason)
        self.unreachable, self.ours = unreachable, ours


class RecipientBusy(VendorBusy):
    """This address alone takes nothing now (a full mailbox, a server that wants to be asked again); others may."""
