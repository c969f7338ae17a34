"""Amazon SES v2 on loopback: takes raw mails that are signed, and reads them as a mailbox would."""

import re
from base64 import b64decode
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count

from tests.standins.server import Answer, Asked, Refusal, StandIn

SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=\w+/\d{8}/[\w-]+/ses/aws4_request, SignedHeaders=[\w;-]*host[\w;-]*, Signature=[0-9a-f]{64}"
)


class SesStandIn(StandIn):
    """`mails` are (recipient, mail)."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[tuple[str, EmailMessage]] = []
        self._ids = count(1)

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for to, mail in self.mails if to == address]

    def refuse_next(self, kind: str, words: str, status: int = 400, n: int = 1, **headers: str) -> None:
        self.fail_next(status, {"message": words}, n=n, headers={"x-amzn-ErrorType": f"{kind}:http://internal.amazon.com/", **headers})

    def answer(self, asked: Asked) -> Answer:
        self.require((asked.method, asked.path) == ("POST", "/v2/email/outbound-emails"), f"{asked.method} {asked.path}", 404)
        if not SIGNED.fullmatch(asked.headers.get("authorization", "")) or "x-amz-date" not in asked.headers:
            raise Refusal(403, {"message": "The request signature we calculated does not match"})
        body = asked.json
        self.require(set(body) <= {"FromEmailAddress", "Destination", "Content", "ConfigurationSetName"}, f"fields {sorted(body)}")
        (to,) = body["Destination"]["ToAddresses"]
        self.require(to.isascii() and body["FromEmailAddress"].isascii(), "addresses in ASCII")
        mail = message_from_bytes(b64decode(body["Content"]["Raw"]["Data"], validate=True), policy=policy.SMTP)
        self.require(bool(mail["From"] and mail["To"] and mail["Subject"]), "From, To, Subject")
        self.mails.append((to, mail))
        return 200, {"MessageId": f"0100018f-{next(self._ids):012}-000000"}
