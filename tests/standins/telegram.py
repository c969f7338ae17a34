"""A Bot API on loopback: checks every request as Telegram would, remembers what it was told, misbehaves on demand.

with TelegramStandIn() as telegram:
    client = TelegramClient(telegram.token, telegram.api_url)
    client.send_message("7", "Hello", [[("Yes", "y:1")]])
    assert telegram.messages("7")[0].action("Yes") == "y:1"
"""

import json
import re
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self

BLOCKED = "Forbidden: bot was blocked by the user"
CHAT_NOT_FOUND = "Bad Request: chat not found"
MIGRATED = "Bad Request: group chat was upgraded to a supergroup chat"

_ACTIONS = {"url", "callback_data", "web_app", "login_url", "copy_text", "switch_inline_query", "pay"}
_JSON = "application/json"
_BAD_BUTTON = "Bad Request: can't parse inline keyboard button"


@dataclass(frozen=True)
class SentMessage:
    """A message as the chat sees it: buttons are rows of (label, callback data or URL)."""

    chat_id: str
    message_id: str
    text: str
    buttons: tuple[tuple[tuple[str, str], ...], ...] = ()

    def action(self, label: str) -> str:
        """What pressing the button whose label contains `label` does."""
        return next(action for row in self.buttons for text, action in row if label in text)


@dataclass(frozen=True)
class Answered:
    """A pressed button's answer."""

    callback_query_id: str
    text: str


@dataclass(frozen=True)
class Webhook:
    """Where the bot asked its updates to be sent."""

    url: str
    secret_token: str
    allowed_updates: tuple[str, ...]


@dataclass(eq=False)
class Refusal(Exception):
    """An answer that is not ok."""

    status: int
    description: str
    parameters: dict[str, Any] | None = None

    def body(self) -> dict[str, Any]:
        extra = {"parameters": self.parameters} if self.parameters else {}
        return {"ok": False, "error_code": self.status, "description": self.description, **extra}


@dataclass(frozen=True)
class _Silence:
    """The request is carried out and the answer never comes; `held` keeps the caller waiting instead of hanging up."""

    held: bool


class TelegramStandIn:
    """The server. `wrong` lists what a strict Bot API refused in our requests: it should stay empty."""

    def __init__(self, token: str = "110201543:STAND-IN_ajd7K2mQx0PzLr4vW") -> None:
        self.token = token
        self.sent: list[SentMessage] = []
        self.answered: list[Answered] = []
        self.webhook: Webhook | None = None
        self.wrong: list[str] = []
        self.calls = 0
        self._lock = Lock()
        self._message_ids = count(101)
        self._plan: deque[Refusal | _Silence | bytes | None] = deque()
        self._deaf: dict[str, Refusal] = {}
        self._token_over: Refusal | None = None
        self._server = _Server(self, port=0)
        self.port: int = self._server.server_address[1]
        self.api_url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._server.listen()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.stop()

    def messages(self, chat_id: str | int) -> list[SentMessage]:
        """What one chat was told, in order."""
        with self._lock:
            return [message for message in self.sent if message.chat_id == str(chat_id)]

    def forget(self) -> None:
        """Clear the record of what arrived; message ids go on growing."""
        with self._lock:
            self.sent, self.answered, self.wrong = [], [], []

    # --- misbehaviour -------------------------------------------------------------------------------------------------

    @property
    def down(self) -> bool:
        """While True, live connections are dropped and new ones refused; the port stays ours."""
        return not self._server.listening

    @down.setter
    def down(self, value: bool) -> None:
        if value and self._server.listening:
            self._server.stop()
            self._server = _Server(self, port=self.port)
        elif not value and not self._server.listening:
            self._server.listen()

    def pass_next(self, n: int = 1) -> None:
        """Serve the next `n` requests as they are: what is planned after them comes later."""
        self._plan.extend([None] * n)

    def fail_next(
        self, n: int = 1, *, status: int = 500, description: str = "Failed on demand", parameters: dict[str, Any] | None = None
    ) -> None:
        """Refuse the next `n` requests."""
        self._plan.extend([Refusal(status, description, parameters)] * n)

    def too_many(self, retry_after: int, n: int = 1) -> None:
        """Answer the next `n` requests with 429."""
        description = f"Too Many Requests: retry after {retry_after}"
        self.fail_next(n, status=429, description=description, parameters={"retry_after": retry_after})

    def page_next(self, page: bytes = b"<html>Bad Gateway</html>", n: int = 1) -> None:
        """Answer the next `n` requests with raw bytes and status 200."""
        self._plan.extend([page] * n)

    def accept_then_timeout(self, n: int = 1) -> None:
        """Carry out the next `n` requests and never answer: the caller waits for its read time-out."""
        self._plan.extend([_Silence(held=True)] * n)

    def accept_then_drop(self, n: int = 1) -> None:
        """Carry out the next `n` requests and hang up without an answer: as unclear as a time-out, at once."""
        self._plan.extend([_Silence(held=False)] * n)

    def block(self, chat_id: str | int, *, status: int = 403, description: str = BLOCKED) -> None:
        """Refuse every message to this chat until `unblock`."""
        self._deaf[str(chat_id)] = Refusal(status, description)

    def unblock(self, chat_id: str | int) -> None:
        """The chat takes messages again."""
        self._deaf.pop(str(chat_id), None)

    def migrate(self, old: str | int, new: str | int) -> None:
        """The group became a supergroup: its old id names the new one from now on."""
        self.block(old, status=400, description=MIGRATED)
        self._deaf[str(old)].parameters = {"migrate_to_chat_id": int(new)}

    def rotate(self) -> None:
        """The token was taken back: every call is refused until `restore`."""
        self._token_over = Refusal(401, "Unauthorized")

    def restore(self) -> None:
        """The token is good again."""
        self._token_over = None

    # --- the Bot API --------------------------------------------------------------------------------------------------

    def serve(self, path: str, content_type: str, raw: bytes) -> tuple[int, bytes] | _Silence:
        """The answer to one POST: status and body, or silence."""
        with self._lock:
            self.calls += 1
            planned = self._plan.popleft() if self._plan else None
            if isinstance(planned, bytes):
                return 200, planned
            planned = planned or self._token_over
            if isinstance(planned, Refusal):
                return planned.status, json.dumps(planned.body()).encode()
            status, body = self._answer(path, content_type, raw)
            return planned or (status, json.dumps(body).encode())

    def _answer(self, path: str, content_type: str, raw: bytes) -> tuple[int, dict[str, Any]]:
        try:
            result = self._method(path)(_arguments(content_type, raw))
        except Refusal as refusal:
            if refusal not in self._deaf.values():  # a deaf chat is the test's doing, not a mistake of ours
                self.wrong.append(f"{path.rsplit('/', 1)[-1]}: {refusal.description}")
            return refusal.status, refusal.body()
        return 200, {"ok": True, "result": result}

    def _method(self, path: str) -> Callable[[dict[str, Any]], Any]:
        match = re.fullmatch(r"/bot([0-9]+:[A-Za-z0-9_-]+)/([A-Za-z]+)", path)
        methods = {
            "sendMessage": self._send_message,
            "answerCallbackQuery": self._answer_callback,
            "setWebhook": self._set_webhook,
        }
        _require(match is not None, "Not Found", status=404)
        token, name = match.groups() if match else ("", "")
        _require(token == self.token, "Unauthorized", status=401)
        _require(name in methods, "Not Found: method not found", status=404)
        return methods[name]

    def _send_message(self, arguments: dict[str, Any]) -> dict[str, Any]:
        chat_id, text = _chat(arguments), _text(arguments)
        buttons = _markup(arguments.get("reply_markup"), private=isinstance(arguments["chat_id"], int) and arguments["chat_id"] > 0)
        if chat_id in self._deaf:
            raise self._deaf[chat_id]
        message = SentMessage(chat_id, str(next(self._message_ids)), text, buttons)
        self.sent.append(message)
        return {"message_id": int(message.message_id), "chat": {"id": arguments["chat_id"]}, "text": text}

    def _answer_callback(self, arguments: dict[str, Any]) -> bool:
        query, text = arguments.get("callback_query_id"), arguments.get("text", "")
        _require(isinstance(query, str) and bool(query), "Bad Request: query ID is invalid")
        _require(isinstance(text, str) and _units(text) <= 200, "Bad Request: MESSAGE_TOO_LONG")
        self.answered.append(Answered(str(query), text))
        return True

    def _set_webhook(self, arguments: dict[str, Any]) -> bool:
        url, secret = arguments.get("url"), arguments.get("secret_token", "")
        ours = re.fullmatch(r"https://[^/:]+(:(443|80|88|8443))?(/.*)?", str(url))
        _require(ours is not None, "Bad Request: bad webhook: an HTTPS URL on port 443, 80, 88 or 8443 is expected")
        _require(re.fullmatch(r"[A-Za-z0-9_-]{0,256}", str(secret)) is not None, "Bad Request: secret token is invalid")
        self.webhook = Webhook(str(url), str(secret), tuple(arguments.get("allowed_updates", ())))
        return True


def _require(holds: bool, description: str, *, status: int = 400) -> None:
    if not holds:
        raise Refusal(status, description)


def _arguments(content_type: str, raw: bytes) -> dict[str, Any]:
    _require(content_type.partition(";")[0].strip().lower() == _JSON, "Bad Request: a JSON content type is expected")
    try:
        arguments = json.loads(raw.decode("utf-8"))
    except ValueError:
        raise Refusal(400, "Bad Request: can't parse JSON object") from None
    _require(isinstance(arguments, dict), "Bad Request: can't parse JSON object")
    return dict(arguments)


def _chat(arguments: dict[str, Any]) -> str:
    chat_id = arguments.get("chat_id", "")
    number = isinstance(chat_id, int) and not isinstance(chat_id, bool) and abs(chat_id) < 2**52
    _require(chat_id != "", "Bad Request: chat_id is empty")
    _require(number or bool(re.fullmatch(r"@\w{4,}", str(chat_id))), CHAT_NOT_FOUND)
    return str(chat_id)


def _text(arguments: dict[str, Any]) -> str:
    text = arguments.get("text")
    _require(isinstance(text, str) and bool(text.strip()), "Bad Request: message text is empty")
    _require(_units(str(text)) <= 4096, "Bad Request: message is too long")
    return str(text)


def _units(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _markup(markup: Any, *, private: bool) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The buttons of a message: those under it, or the keyboard in the text field's place; never both."""
    if isinstance(markup, dict) and "keyboard" in markup:
        _require("inline_keyboard" not in markup, "Bad Request: object expected as reply markup")
        return _keyboard(markup, private=private)
    return _buttons(markup)


def _keyboard(markup: dict[str, Any], *, private: bool) -> tuple[tuple[tuple[str, str], ...], ...]:
    rows, options = markup["keyboard"], {name: value for name, value in markup.items() if name != "keyboard"}
    known = {"is_persistent", "resize_keyboard", "one_time_keyboard", "selective"}
    _require(isinstance(rows, list) and bool(rows) and all(isinstance(row, list) and row for row in rows), "Bad Request: keyboard expected")
    _require(set(options) <= known and all(isinstance(value, bool) for value in options.values()), "Bad Request: bad reply keyboard")
    return tuple(tuple(_key(key, private=private) for key in row) for row in rows)


def _key(key: Any, *, private: bool) -> tuple[str, str]:
    """A key's label and what it does: ``request_contact`` shares the phone (in private chats alone), any other says its label."""
    _require(isinstance(key, dict) and isinstance(key.get("text"), str) and bool(key["text"].strip()), "Bad Request: text is expected")
    _require(set(key) <= {"text", "request_contact"}, "Bad Request: can't parse keyboard button")
    asks = key.get("request_contact", False)
    _require(isinstance(asks, bool), "Bad Request: field request_contact must be a Boolean")
    _require(private or not asks, "Bad Request: phone number can be requested in private chats only")
    return key["text"], "request_contact" if asks else "say"


def _buttons(markup: Any) -> tuple[tuple[tuple[str, str], ...], ...]:
    if markup is None:
        return ()
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Refusal(400, "Bad Request: object expected as reply markup")
    return tuple(tuple(_button(button) for button in row) for row in rows)


def _button(button: Any) -> tuple[str, str]:
    _require(isinstance(button, dict) and bool(button.get("text")), f"{_BAD_BUTTON}: text is expected")
    actions = [key for key in button if key in _ACTIONS]
    _require(len(actions) == 1 and len(button) == 2, f"{_BAD_BUTTON}: exactly one action is expected")
    action = button[actions[0]]
    if actions == ["callback_data"]:
        _require(isinstance(action, str) and 1 <= len(action.encode()) <= 64, "Bad Request: BUTTON_DATA_INVALID")
    if actions == ["url"]:
        _require(bool(re.fullmatch(r"(https?|tg)://\S+", str(action))), "Bad Request: inline keyboard button URL is invalid")
    return str(button["text"]), str(action)


class _Server(ThreadingHTTPServer):
    """Bound at once, so that the port is known and kept; listening, and so reachable, only after `listen`."""

    request_queue_size = 128

    def __init__(self, stand_in: TelegramStandIn, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler, bind_and_activate=False)
        self.stand_in = stand_in
        self.stopping = Event()
        self.connections: set[socket.socket] = set()
        self.listening = False
        self.server_bind()

    def listen(self) -> None:
        self.server_activate()
        self.listening = True
        Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            self.serve_forever(poll_interval=0.02)
        except (OSError, ValueError):
            if not self.stopping.is_set():  # stopped before it had begun: its socket is gone
                raise

    def stop(self) -> None:
        self.stopping.set()
        if self.listening:
            self.shutdown()
        self.listening = False
        self.server_close()
        for connection in list(self.connections):  # kept-alive ones would outlive the server
            _hang_up(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers that go away mid-answer are the point of this server."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes; Nagle would add 40 ms to each answer
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        super().finish()

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.server.stand_in.serve(self.path, self.headers.get("Content-Type", ""), raw)
        if isinstance(answer, _Silence):
            self._stay_silent(answer)
        else:
            self._reply(*answer)

    def do_GET(self) -> None:
        self._reply(404, json.dumps(Refusal(404, "Not Found").body()).encode())

    def _reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", _JSON)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stay_silent(self, silence: _Silence) -> None:
        if silence.held:
            self.server.stopping.wait(60)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class names it so
        """The path holds the token: nothing is logged, not even in tests."""


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # already gone
        connection.close()
