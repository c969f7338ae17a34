"""One bucket of Amazon S3 on loopback: what is signed is checked to the letter, by SigV4 as its own page has it."""

import hashlib
import hmac
import os
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from tests.standins.server import Asked, Refusal, StandIn

SCOPE = re.compile(r"(\w+)/(\d{8})/([\w-]+)/s3/aws4_request")
HEADER = re.compile(r"AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})")


class S3StandIn(StandIn):
    """`files` are (content type, content) by key; `clock` is what it takes for now."""

    def __init__(self, bucket: str = "files-of-tests") -> None:
        super().__init__()
        self.bucket = bucket
        self.files: dict[str, tuple[str, bytes]] = {}
        self.later = timedelta()

    def serve(self, asked: Asked) -> tuple[int, bytes, dict[str, str]] | None:
        with self._lock:
            self.asked.append(asked)
            planned = self._planned(f"{asked.method} {asked.path}")
            if isinstance(planned, Refusal):
                return planned.status, b"<Error/>", {"Content-Type": "application/xml"}
            try:
                return self._found(asked)
            except Refusal as refusal:
                return refusal.status, f"<Error><Code>{refusal.body}</Code></Error>".encode(), {"Content-Type": "application/xml"}

    def _found(self, asked: Asked) -> tuple[int, bytes, dict[str, str]]:
        key = asked.path.removeprefix(f"/{self.bucket}/")
        self.require(key != asked.path and bool(key), f"path {asked.path}", 404, "NoSuchBucket")
        self._check(asked)
        if asked.method == "PUT":
            self.files[key] = (asked.headers.get("content-type", ""), asked.body)
            return 200, b"", {}
        self.require(asked.method in ("GET", "HEAD"), f"{asked.method}", 405, "MethodNotAllowed")
        if key not in self.files:
            raise Refusal(404, "NoSuchKey")
        kind, content = self.files[key]
        return 200, content, {"Content-Type": kind}

    def _check(self, asked: Asked) -> None:
        """Raises for a signature that is not of this very request."""
        if "X-Amz-Signature" in asked.query:
            said = {name: value for name, value in asked.query.items() if name != "X-Amz-Signature"}
            credential, names, signature, at = (
                *(asked.query[f"X-Amz-{one}"] for one in ("Credential", "SignedHeaders", "Signature")),
                asked.query["X-Amz-Date"],
            )
            began = datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            if datetime.now(UTC) + self.later > began + timedelta(seconds=int(asked.query["X-Amz-Expires"])):
                raise Refusal(403, "AccessDenied")
            payload = "UNSIGNED-PAYLOAD"
        else:
            found = HEADER.fullmatch(asked.headers.get("authorization", ""))
            self.require(found is not None, "no signature", 403, "AccessDenied")
            credential, names, signature = found.groups()
            said, at, payload = asked.query, asked.headers["x-amz-date"], asked.headers["x-amz-content-sha256"]
            self.require(payload == hashlib.sha256(asked.body).hexdigest(), "another body", 400, "XAmzContentSHA256Mismatch")
        if signature != _signature(asked, said, credential, names.split(";"), at, payload):
            raise Refusal(403, "SignatureDoesNotMatch")


def _signature(asked: Asked, said: dict[str, str], credential: str, names: list[str], at: str, payload: str) -> str:
    query = "&".join(f"{quote(name, safe='-_.~')}={quote(said[name], safe='-_.~')}" for name in sorted(said))
    headers = "".join(f"{name}:{' '.join(asked.headers.get(name, '').split())}\n" for name in names)
    request = "\n".join([asked.method, asked.path, query, headers, ";".join(names), payload])
    _, day, region = SCOPE.fullmatch(credential).groups()
    text = "\n".join(["AWS4-HMAC-SHA256", at, credential.partition("/")[2], hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{os.environ['AWS_SECRET_ACCESS_KEY']}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), "sha256").digest()
    return hmac.new(key, text.encode(), "sha256").hexdigest()
