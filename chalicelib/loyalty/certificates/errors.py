"""Why a certificate pays for nothing."""

from chalicelib.core.errors import Busy, Conflict, NotFound


class CertificateUnknown(NotFound):
    """No certificate has this code."""

    code = "certificate_unknown"
    message = "No certificate has this code."


class CertificateShort(Conflict):
    """There is less on it than was asked of it; `detail.balance` says how much, in roubles."""

    code = "certificate_short"
    message = "There is less on this certificate."


class CertificateExpired(Conflict):
    """Its day is over, or its sale was taken back."""

    code = "certificate_expired"
    message = "This certificate is not valid any more."


class CertificateNotYours(Conflict):
    """It was made for one client, and another brought it."""

    code = "certificate_not_yours"
    message = "This certificate is another client's."


class CertificateUsed(Conflict):
    """Something of it was spent: its sale is not taken back."""

    code = "certificate_used"
    message = "Something of this certificate was spent already."


class CertificateRaced(Busy):
    """Another bill was paid by it meanwhile: look again."""
