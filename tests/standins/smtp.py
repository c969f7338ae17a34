"""An SMTP server on loopback: takes mails in the protocol's order, refuses and hangs up on demand.

with SmtpStandIn() as smtp:
    SmtpClient(SmtpServer("127.0.0.1", smtp.port, "none", smtp.user, smtp.password)).send(mail)
    assert smtp.to("anna@example.org")[0]["Subject"] == "Код для входа"
"""

import base64
import re
import socket
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self

_PATH = re.compile(r"<([^<>\s]+@[^<>\s]+)>")


class SmtpStandIn:
    """`refused` are recipients and what is said to them; `rejected` what is said to the next mail; `drops` hang up after it was taken."""

    def __init__(self) -> None:
        self.user, self.password = "desk@club.example", "secret-of-smtp"
        self.mails: list[tuple[str, EmailMessage]] = []
        self.refused: dict[str, str] = {}
        self.wrong: list[str] = []
        self.greeting = "220 mail.club.example ESMTP"
        self.rejected: str | None = None
        self.drops = 0
        self._server = _Server(("127.0.0.1", 0), _handler(self), bind_and_activate=False)
        self._server.server_bind()
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        self._server.server_activate()
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for to, mail in self.mails if to == address]


class _Server(ThreadingTCPServer):
    daemon_threads = True


def _handler(stand_in: SmtpStandIn) -> type[StreamRequestHandler]:
    class Handler(StreamRequestHandler):
        disable_nagle_algorithm = True

        def handle(self) -> None:
            self.signed, self.sender, self.recipient = False, "", ""
            self._say(stand_in.greeting)
            while line := self.rfile.readline():
                verb, _, rest = line.decode("ascii").strip().partition(" ")
                if verb.upper() == "QUIT":
                    return self._say("221 Bye")
                getattr(self, f"_{verb.lower()}", self._unknown)(rest)
            return None

        def _say(self, *lines: str) -> None:
            self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

        def _unknown(self, rest: str) -> None:
            self._mistake("500 Unknown command")

        def _mistake(self, answer: str) -> None:
            stand_in.wrong.append(answer)
            self._say(answer)

        def _ehlo(self, rest: str) -> None:
            self._say("250-mail.club.example", "250-AUTH PLAIN", "250 SIZE 10485760")

        def _auth(self, rest: str) -> None:
            expected = base64.b64encode(f"\0{stand_in.user}\0{stand_in.password}".encode()).decode()
            self.signed = rest == f"PLAIN {expected}"
            self._say("235 2.7.0 Authentication successful" if self.signed else "535 5.7.8 Authentication failed")

        def _mail(self, rest: str) -> None:
            if not self.signed:
                return self._say("530 5.7.0 Authentication required")
            self.sender = self._path(rest, "FROM:")
            return self._say("250 2.1.0 Ok")

        def _rcpt(self, rest: str) -> None:
            if not self.sender:
                return self._mistake("503 5.5.1 MAIL first")
            to = self._path(rest, "TO:")
            if to in stand_in.refused:
                return self._say(stand_in.refused[to])
            self.recipient = to
            return self._say("250 2.1.5 Ok")

        def _path(self, rest: str, prefix: str) -> str:
            found = _PATH.search(rest)
            assert rest.startswith(prefix) and found, rest
            return found[1]

        def _data(self, rest: str) -> None:
            if not self.recipient:
                return self._mistake("503 5.5.1 RCPT first")
            self._say("354 End data with <CR><LF>.<CR><LF>")
            lines: list[bytes] = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.removeprefix(b"."))
            return self._take(b"".join(lines))

        def _take(self, raw: bytes) -> None:
            rejected, stand_in.rejected = stand_in.rejected, None
            if rejected:
                return self._say(rejected)
            assert all(len(line) <= 998 for line in raw.split(b"\r\n")), "a line is too long"
            mail: Any = message_from_bytes(raw, policy=policy.SMTP)
            stand_in.mails.append((self.recipient, mail))
            if stand_in.drops:
                stand_in.drops -= 1
                return self.connection.shutdown(socket.SHUT_RDWR)
            return self._say("250 2.0.0 Ok: queued")

    return Handler
