"""Google on loopback: the token's door that checks the signed assertion, a calendar with Meet, and spreadsheets.

with GoogleStandIn() as google:
    client = CalendarClient(google.account, google.calendar_id, google.calendar_url)
    client.insert("a1b2c3", "Встреча", start_at, 60)
    assert google.events["a1b2c3"]["summary"] == "Встреча"
"""

import base64
import json
import re
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import quote, unquote

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from chalicelib.integrations.google.auth import ServiceAccount
from tests.standins.server import Answer, Asked, Refusal, StandIn, match

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPES = {"https://www.googleapis.com/auth/calendar", "https://www.googleapis.com/auth/spreadsheets"}
DETAILS = {
    "majorDimension": {"ROWS"},
    "valueRenderOption": {"FORMATTED_VALUE", "UNFORMATTED_VALUE"},
    "dateTimeRenderOption": {"FORMATTED_STRING"},
}


@cache
def key() -> rsa.RSAPrivateKey:
    """One key for all tests: making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class GoogleStandIn(StandIn):
    """`meet` says how conferences come: at once, only when asked again ("later"), or never ("failure")."""

    def __init__(self, calendar_id: str = "desk@group.calendar.google.com", subject: str | None = None) -> None:
        super().__init__()
        self.calendar_id, self.subject = calendar_id, subject
        self.calendar_url, self.sheets_url = f"{self.address}/calendar/v3", f"{self.address}/v4"
        self.events: dict[str, dict[str, Any]] = {}
        self.sheets: dict[tuple[str, str], list[list[Any]]] = {}
        self.tokens: dict[str, str] = {}
        self.given = 0
        self.meet = "at once"
        self.requests: set[str] = set()
        self._links = count(1)

    @property
    def key_file(self) -> str:
        """The service account's JSON."""
        pem = key().private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
        return json.dumps(
            {
                "type": "service_account",
                "client_email": "desk@project.iam.gserviceaccount.com",
                "private_key_id": "kid-1",
                "private_key": pem,
                "token_uri": f"{self.address}/token",
            }
        )

    @property
    def account(self) -> ServiceAccount:
        return ServiceAccount.from_json(self.key_file, self.subject)

    def revoke(self) -> None:
        self.tokens.clear()

    def cells(self, spreadsheet_id: str, sheet: str) -> list[list[Any]]:
        """What a sheet holds, without trailing empty rows and cells."""
        return _ragged(self.sheets.get((spreadsheet_id, sheet), []))

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/token":
            return self._token(asked)
        scope = self.tokens.get(asked.headers.get("authorization", "")[7:])
        self.require(scope is not None, f"token: {asked.path}", 401, error(401, "Invalid Credentials", "authError"))
        if asked.path.startswith("/calendar/v3/"):
            self.require(str(scope).endswith("calendar"), "scope", 403, error(403, "Insufficient Permission", "insufficientPermissions"))
            return self._calendar(asked)
        self.require(str(scope).endswith("spreadsheets"), "scope", 403, error(403, "Insufficient Permission", "insufficientPermissions"))
        return self._values(asked)

    # --- tokens -------------------------------------------------------------------------------------------------------

    def _token(self, asked: Asked) -> Answer:
        wrong = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
        form = asked.form
        self.require(
            asked.method == "POST" and set(form) == {"grant_type", "assertion"} and form["grant_type"] == GRANT, "grant", 400, wrong
        )
        claims = self._claims(form["assertion"], wrong)
        now = datetime.now(UTC).timestamp()
        names = {"iss", "scope", "aud", "iat", "exp"} | ({"sub"} if self.subject and "calendar" in claims["scope"] else set())
        self.require(set(claims) == names and claims.get("sub", self.subject) == self.subject, f"claims {sorted(claims)}", 400, wrong)
        self.require(claims["iss"] == self.account.client_email and claims["aud"] == f"{self.address}/token", "iss and aud", 400, wrong)
        self.require(claims["scope"] in SCOPES and claims["exp"] - claims["iat"] == 3600, "scope and lifetime", 400, wrong)
        self.require(abs(claims["iat"] - now) < 60, "iat is now", 400, wrong)
        self.given += 1
        self.tokens[f"google-token-{self.given}"] = claims["scope"]
        return 200, {"access_token": f"google-token-{self.given}", "expires_in": 3599, "token_type": "Bearer"}

    def _claims(self, assertion: str, wrong: dict[str, Any]) -> dict[str, Any]:
        head, body, signature = assertion.split(".")
        self.require(_decoded(head) == {"alg": "RS256", "typ": "JWT", "kid": "kid-1"}, "header", 400, wrong)
        try:
            key().public_key().verify(_bytes(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())
        except Exception:
            raise self.mistake("signature", 400, wrong) from None
        return dict(_decoded(body))

    # --- calendar -----------------------------------------------------------------------------------------------------

    def _calendar(self, asked: Asked) -> Answer:
        base = f"/calendar/v3/calendars/{quote(self.calendar_id, safe='')}/events"
        if asked.path == base and asked.method == "POST":
            return self._insert(asked)
        event_id = asked.path.removeprefix(f"{base}/")
        self.require(
            bool(re.fullmatch(r"[a-v0-9]{5,1024}", event_id)), f"{asked.method} {asked.path}", 404, error(404, "Not Found", "notFound")
        )
        event = self.events.get(event_id)
        if event is None:
            raise Refusal(404, error(404, "Not Found", "notFound"))
        if asked.method == "GET":
            return 200, self._settled(event)
        if event["status"] == "cancelled":
            raise Refusal(410, error(410, "Resource has been deleted", "deleted"))
        return self._patch(asked, event) if asked.method == "PATCH" else self._delete(asked, event)

    def _insert(self, asked: Asked) -> Answer:
        body = asked.json
        bad = error(400, "Invalid resource", "invalid")
        self.require(set(body) == {"id", "summary", "start", "end", "conferenceData"}, f"fields {sorted(body)}", 400, bad)
        self.require(bool(re.fullmatch(r"[a-v0-9]{5,1024}", body["id"])), "id", 400, bad)
        self._check_times(body)
        if body["id"] in self.events:
            raise Refusal(409, error(409, "The requested identifier already exists.", "duplicate"))
        self.events[body["id"]] = {"kind": "calendar#event", "status": "confirmed", **body, "conferenceData": {}}
        return 200, self._conference(asked, self.events[body["id"]])

    def _patch(self, asked: Asked, event: dict[str, Any]) -> Answer:
        body = asked.json
        self.require(set(body) <= {"start", "end", "conferenceData"} and bool(body), f"fields {sorted(body)}")
        if "start" in body:
            self._check_times(body)
        event.update({name: value for name, value in body.items() if name != "conferenceData"})
        return 200, self._conference(asked, event) if "conferenceData" in body else event

    def _delete(self, asked: Asked, event: dict[str, Any]) -> Answer:
        self.require(asked.method == "DELETE" and not asked.body, asked.method, 405)
        event["status"] = "cancelled"
        return 204, None

    def _check_times(self, body: dict[str, Any]) -> None:
        moments = [body.get(name, {}).get("dateTime", "") for name in ("start", "end")]
        right = all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", moment) for moment in moments)
        self.require(right and moments[0] < moments[1], f"times {moments}", 400, error(400, "Bad Request", "timeRangeEmpty"))

    def _conference(self, asked: Asked, event: dict[str, Any]) -> dict[str, Any]:
        """Ignored without the version; a request id that was seen is ignored too."""
        wanted = asked.json["conferenceData"].get("createRequest", {})
        self.require(asked.query.get("conferenceDataVersion") == "1", "conferenceDataVersion=1")
        self.require(asked.query.get("sendUpdates") == "none", "sendUpdates=none")
        bad = error(400, "Invalid conference type value.", "invalid")
        self.require(wanted.get("conferenceSolutionKey") == {"type": "hangoutsMeet"} and bool(wanted.get("requestId")), "request", 400, bad)
        if wanted["requestId"] in self.requests:
            return event
        self.requests.add(wanted["requestId"])
        status = {"at once": "success", "later": "pending", "failure": "failure"}[self.meet]
        event["conferenceData"] = {"createRequest": {**wanted, "status": {"statusCode": status}}}
        if status == "success":
            self._link(event)
        return event

    def _settled(self, event: dict[str, Any]) -> dict[str, Any]:
        """A conference that was pending is there by the time it is asked for, once `meet` allows."""
        request = event["conferenceData"].get("createRequest", {})
        if request.get("status") == {"statusCode": "pending"} and self.meet == "at once":
            request["status"] = {"statusCode": "success"}
            self._link(event)
        return event

    def _link(self, event: dict[str, Any]) -> None:
        uri = f"https://meet.google.com/abc-defg-{next(self._links):03d}"
        event["hangoutLink"] = uri
        phone = {"entryPointType": "phone", "uri": "tel:+1-000"}
        event["conferenceData"]["entryPoints"] = [phone, {"entryPointType": "video", "uri": uri}]

    # --- sheets -------------------------------------------------------------------------------------------------------

    def _values(self, asked: Asked) -> Answer:
        found = match(r"/v4/spreadsheets/([^/]+)/values/([^/:]+)(:append)?", asked.path)
        self.require(found is not None, asked.path, 404, error(404, "Requested entity was not found."))
        book, where, append = found or ("", "", None)
        self.require("!" not in where and " " not in where, f"encoding of {where}")
        wanted = unquote(where)
        sheet, first = self._range(wanted)
        if asked.method == "GET":
            return self._get(asked, unquote(book), wanted, sheet)
        body = asked.json
        self.require(asked.query.get("valueInputOption") == "RAW", "RAW", 400, error(400, "'valueInputOption' is required"))
        self.require(
            body.get("range", wanted) == wanted and body.get("majorDimension") == "ROWS", "range", 400, error(400, "range differs")
        )
        rows = self.sheets.setdefault((unquote(book), sheet), [])
        if append:
            self.require(asked.method == "POST" and asked.query.get("insertDataOption") == "INSERT_ROWS", "INSERT_ROWS")
            start = len(rows)
        else:
            self.require(asked.method == "PUT" and set(asked.query) == {"valueInputOption"}, "PUT")
            start = first
        return 200, self._write(rows, start, body["values"], unquote(book), wanted, bool(append))

    def _range(self, wanted: str) -> tuple[str, int]:
        found = re.fullmatch(r"(?:('(?:[^']|'')+'|\w+)!)?([A-Z]+)?(\d+)?(?::([A-Z]+)(\d+)?)?|('(?:[^']|'')+')", wanted)
        bad = error(400, f"Unable to parse range: {wanted}", status="INVALID_ARGUMENT")
        self.require(found is not None, f"range {wanted}", 400, bad)
        name, _, row, *_, whole = found.groups() if found else (None,) * 6
        sheet = whole or name or "Sheet1"
        return sheet.strip("'").replace("''", "'"), int(row or 1) - 1

    def _write(self, rows: list[list[Any]], start: int, values: list[list[Any]], book: str, wanted: str, append: bool) -> dict[str, Any]:
        allowed = all(cell is None or isinstance(cell, str | int | float | bool) for row in values for cell in row)
        self.require(allowed and len(json.dumps(values)) < 2_000_000, "cells", 400, error(400, "Invalid values"))
        while len(rows) < start + len(values):
            rows.append([])
        for number, cells in enumerate(values, start):
            old = rows[number] if not append else []
            width = max(len(old), len(cells))
            rows[number] = [_cell(cells, old, place) for place in range(width)]
        sheet = wanted.split("!")[0]
        last = chr(ord("A") + max((len(row) for row in values), default=1) - 1)
        done = f"{sheet}!A{start + 1}:{last}{start + len(values)}" if len(values) > 1 or last != "A" else f"{sheet}!A{start + 1}"
        updates = {"spreadsheetId": book, "updatedRange": done, "updatedRows": len(values)}
        return {"spreadsheetId": book, "updates": updates} if append else updates

    def _get(self, asked: Asked, book: str, wanted: str, sheet: str) -> Answer:
        self.require(all(value in DETAILS.get(name, ()) for name, value in asked.query.items()), f"query {asked.query}")
        if (book, sheet) not in self.sheets:
            raise Refusal(400, error(400, f"Unable to parse range: {wanted}", status="INVALID_ARGUMENT"))
        rows = self.cells(book, sheet)
        columns = re.search(r"!([A-Z]):\1$", wanted)
        if columns:
            place = ord(columns.group(1)) - ord("A")
            rows = _ragged([row[place : place + 1] for row in rows])
        return 200, {"range": wanted, "majorDimension": "ROWS", **({"values": rows} if rows else {})}


def error(code: int, message: str, reason: str | None = None, status: str | None = None) -> dict[str, Any]:
    """Google's body of an error."""
    errors = {"errors": [{"domain": "global", "reason": reason, "message": message}]} if reason else {}
    return {"error": {"code": code, "message": message, **errors, **({"status": status} if status else {})}}


def _cell(new: list[Any], old: list[Any], place: int) -> Any:
    cell = new[place] if place < len(new) else None
    return cell if cell is not None else old[place] if place < len(old) else ""


def _ragged(rows: list[list[Any]]) -> list[list[Any]]:
    cut = [row[: max((place + 1 for place, cell in enumerate(row) if cell != ""), default=0)] for row in rows]
    return cut[: max((place + 1 for place, row in enumerate(cut) if row), default=0)]


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _decoded(text: str) -> Any:
    return json.loads(_bytes(text))
