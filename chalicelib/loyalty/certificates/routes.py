"""Certificates' doors, and a client's card, which shows what of both rooms below is his."""

from chalicelib.clients.errors import ClientNotFound
from chalicelib.core.http import Api
from chalicelib.core.once import KeyReused
from chalicelib.core.paging import UseCursor
from chalicelib.loyalty.certificates import desk
from chalicelib.loyalty.certificates.schemas import Card, Certificates, CertificateShown, CertificatesQuery, NewCertificate
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN, OFFICE

api = Api("loyalty.certificates")


@api.get("/api/v1/admin/certificates", auth=ADMIN, errors=[UseCursor])
def list_certificates(query: CertificatesQuery, caller: Member) -> Certificates:
    """Certificates, the newest first; the owner reads whole codes."""
    return desk.listed(query, whole=caller.role == "owner")


@api.post("/api/v1/admin/certificates", auth=ADMIN, errors=[ClientNotFound, KeyReused])
def create_certificate(body: NewCertificate, caller: Member, idempotency_key: str | None) -> CertificateShown:
    """Make a certificate, and sell it where it has a price: whoever knows the code pays by it, unless it is one client's alone."""
    return desk.make(body, key=idempotency_key, actor=caller.actor)


@api.get("/api/v1/admin/clients/{client_id}/card", auth=OFFICE, errors=[ClientNotFound])
def get_loyalty_card(client_id: int, caller: Member) -> Card:
    """A client with his last operations and certificates."""
    return desk.card(client_id, whole=caller.role == "owner")
