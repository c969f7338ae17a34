"""Chatwoot on loopback: one account with one API inbox, and the webhooks it speaks.

with ChatwootStandIn() as chatwoot:
    client = ChatwootClient(chatwoot.address, chatwoot.account_id, chatwoot.inbox_id, chatwoot.token)
    contact = client.create_contact(identifier="cl-1", name="Анна", phone="+79045501567", email=None)
    talk = client.create_conversation(contact_id=contact.id, source_id=contact.source_id_in(chatwoot.inbox_id))
    body = json.dumps(chatwoot.agent_replies(talk.id, "Добрый день")).encode()
    headers = chatwoot.sign("webhook-secret", body, at)  # at: a datetime or unix seconds
"""

import hmac
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from tests.standins.server import Answer, Asked, Refusal, StandIn, match

CONTACT_FIELDS = {"inbox_id", "name", "email", "phone_number", "identifier", "blocked", "avatar_url", "source_id"}
BAGS = {"additional_attributes", "custom_attributes"}
CONVERSATION_FIELDS = {"source_id", "inbox_id", "contact_id", "status", "assignee_id", "team_id", "snoozed_until", "message"}
MESSAGE_FIELDS = {"content", "message_type", "private", "content_type", "content_attributes", "template_params"}
CONTENT_TYPES = {"text", "input_email", "cards", "input_select", "form", "article"}
STATUSES = {"open", "resolved", "pending", "snoozed"}
SORTS = {f"{sign}{name}" for sign in ("", "-") for name in ("name", "email", "phone_number", "last_activity_at", "created_at")}
TYPES = {"incoming": 0, "outgoing": 1, "activity": 2, "template": 3}
CLASSES = {"contact": "Contact", "user": "User", "agent_bot": "AgentBot", "captain_assistant": "Captain::Assistant"}
UNIQUE = {"email": "Email", "phone_number": "Phone number", "identifier": "Identifier"}

MESSAGES_PAGE = 20
CONVERSATIONS_OF_CONTACT = 20
NOT_FOUND = {"error": "Resource could not be found"}
MAINTENANCE = b"<!DOCTYPE html><html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"

Row = dict[str, Any]


class ChatwootStandIn(StandIn):
    """`down` makes it a page of maintenance; `clock` may be a test's own.

    `token_revoked` and `account_gone` refuse what was right before. `locked`: the inbox keeps one conversation a contact;
    `bot_active`: a bot goes first, so that conversations begin pending.

    Older versions have `knows_merge` off (attributes are replaced) and `keeps_content_attributes` off (a message's are dropped).

    Bots have no way in here: the token is an agent's. `agent` is who replies.
    """

    def __init__(self, *, contacts_page: int = 15, conversations_page: int = 25) -> None:
        super().__init__()
        self.account_id, self.inbox_id, self.token = "7", 3, "agent-token-81"
        self.contacts_page, self.conversations_page = contacts_page, conversations_page
        self.down = self.token_revoked = self.account_gone = self.locked = self.bot_active = False
        self.knows_merge = self.keeps_content_attributes = True
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.agent: Row = {"id": 41, "name": "Ольга Руденко", "available_name": "Ольга", "type": "user", "thumbnail": ""}
        self.contacts: dict[int, Row] = {}
        self.conversations: dict[int, Row] = {}
        self.messages: dict[int, list[Row]] = {}
        self._contact_ids, self._conversation_ids, self._message_ids = count(501), count(11), count(9001)

    # What a test arranges and reads

    def add_contact(self, *, inbox: bool = True, **fields: Any) -> Row:
        """A contact that is there already; without `inbox` it came by another one."""
        with self._lock:
            return self._new_contact(fields, self.inbox_id if inbox else None)

    def add_conversation(self, contact_id: int, *, inbox_id: int | None = None, **fields: Any) -> Row:
        """A conversation that is there already."""
        with self._lock:
            return self._new_conversation(self.contacts[contact_id], {"inbox_id": inbox_id or self.inbox_id, **fields})

    def said(self, conversation_id: int, *, private: bool | None = None) -> list[str]:
        """What people said in a conversation."""
        rows = [one for one in self.messages[conversation_id] if one["message_type"] in ("incoming", "outgoing")]
        return [one["content"] or "" for one in rows if private in (None, one["private"])]

    # What Chatwoot posts to webhooks

    def created_event(self, conversation_id: int) -> Row:
        with self._lock:
            return self._conversation_event("conversation_created", conversation_id)

    def status_changed(self, conversation_id: int, status: str) -> Row:
        """An agent opens, resolves or snoozes a conversation."""
        with self._lock:
            before = self.conversations[conversation_id]["status"]
            self._set_status(conversation_id, status)
            changed = [{"status": {"previous_value": before, "current_value": status}}]
            return self._conversation_event("conversation_status_changed", conversation_id, changed_attributes=changed)

    def assigned(self, conversation_id: int, agent: Row | None) -> Row:
        """A conversation is given to an agent, or to nobody."""
        with self._lock:
            talk = self.conversations[conversation_id]
            before, talk["assignee"], talk["updated_at"] = talk["assignee"], agent, self.clock()
            ids = [one["id"] if one else None for one in (before, agent)]
            changed = [{"assignee_id": {"previous_value": ids[0], "current_value": ids[1]}}]
            return self._conversation_event("conversation_updated", conversation_id, changed_attributes=changed)

    def agent_replies(self, conversation_id: int, text: str, private: bool = False) -> Row:
        """The agent answers the client, or leaves a note for other agents."""
        with self._lock:
            fields = {"content": text, "message_type": "outgoing", "private": private}
            return self._message_event("message_created", self._new_message(conversation_id, fields, self.agent))

    def contact_writes(self, conversation_id: int, text: str) -> Row:
        """The client writes where Chatwoot hears him itself."""
        with self._lock:
            fields = {"content": text, "message_type": "incoming"}
            return self._message_event("message_created", self._new_message(conversation_id, fields, self._contact_of(conversation_id)))

    def agent_sends(self, conversation_id: int, *files: str | None, text: str | None = None, private: bool = False) -> Row:
        """The agent answers with files, `None` for one that has no link yet."""
        with self._lock:
            attachments = [{"id": number, "file_type": "file", "account_id": int(self.account_id)} for number in range(1, len(files) + 1)]
            attachments = [{**one, **({"data_url": url} if url else {})} for one, url in zip(attachments, files, strict=True)]
            fields = {"content": text, "message_type": "outgoing", "private": private, "attachments": attachments}
            return self._message_event("message_created", self._new_message(conversation_id, fields, self.agent))

    def automation_replies(self, conversation_id: int, text: str, sender: Row | None = None) -> Row:
        """A rule answers (nobody is its sender), or a bot, or the AI."""
        with self._lock:
            fields = {"content": text, "message_type": "outgoing", "content_attributes": {} if sender else {"automation_rule_id": 7}}
            return self._message_event("message_created", self._new_message(conversation_id, fields, sender))

    def deleted(self, conversation_id: int, message_id: int) -> Row:
        """An agent takes a message back: what stands in it then are Chatwoot's own words."""
        with self._lock:
            message = next(one for one in self.messages[conversation_id] if one["id"] == message_id)
            message |= {"content": "Это сообщение удалено", "content_attributes": {"deleted": True}}
            message.pop("attachments", None)
            return self._message_event("message_updated", message)

    def backup(self) -> Any:
        """What a copy of the database holds now: rows, and the numbers that are given next."""
        with self._lock:
            counters = [next(one) for one in (self._contact_ids, self._conversation_ids, self._message_ids)]
            self._contact_ids, self._conversation_ids, self._message_ids = map(count, counters)
            return deepcopy((self.contacts, self.conversations, self.messages)), counters

    def restore(self, saved: Any) -> None:
        """The copy is put back: what came after it is gone, and its numbers are given anew."""
        with self._lock:
            rows, counters = deepcopy(saved)
            self.contacts, self.conversations, self.messages = rows
            self._contact_ids, self._conversation_ids, self._message_ids = map(count, counters)

    def edited(self, conversation_id: int, message_id: int, text: str) -> Row:
        """A message gets another text."""
        with self._lock:
            message = next(one for one in self.messages[conversation_id] if one["id"] == message_id)
            message["content"] = text
            return self._message_event("message_updated", message)

    @staticmethod
    def sign(secret: str, body: bytes, at: datetime | int) -> dict[str, str]:
        """The headers of a signed webhook."""
        stamp = str(int(at.timestamp()) if isinstance(at, datetime) else at)
        digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, "sha256").hexdigest()
        return {"X-Chatwoot-Signature": f"sha256={digest}", "X-Chatwoot-Timestamp": stamp, "X-Chatwoot-Delivery": str(uuid4())}

    # The API

    def serve(self, asked: Asked) -> tuple[int, bytes, dict[str, str]] | None:
        if not self.down:
            return super().serve(asked)
        with self._lock:
            self.asked.append(asked)
        return 503, MAINTENANCE, {"Content-Type": "text/html"}

    def answer(self, asked: Asked) -> Answer:
        if self.token_revoked:
            raise Refusal(401, {"error": "Invalid Access Token"})
        if self.account_gone:
            raise Refusal(404, NOT_FOUND)
        self.require(asked.headers.get("api_access_token") == self.token, "token", 401, {"error": "Invalid Access Token"})
        base = f"/api/v1/accounts/{self.account_id}/"
        self.require(asked.path.startswith(base), f"account: {asked.path}", 404, NOT_FOUND)
        if asked.method == "GET":
            self.require(not asked.body, "a GET has no body")
        else:
            self._check_json(asked)
        for pattern, method, view in self._views():
            found = match(pattern, asked.path.removeprefix(base))
            if found is not None and method == asked.method:
                return view(asked, *map(int, found))
        raise self.mistake(f"{asked.method} {asked.path}", 404, NOT_FOUND)

    def _views(self) -> list[tuple[str, str, Callable[..., Answer]]]:
        return [
            (r"inboxes/(\d+)", "GET", self._show_inbox),
            (r"contacts/(\d+)", "GET", self._show_contact),
            (r"conversations/(\d+)", "GET", self._show_conversation),
            ("contacts/search", "GET", self._search),
            ("contacts", "POST", self._create_contact),
            (r"contacts/(\d+)", "PUT", self._update_contact),
            (r"contacts/(\d+)/conversations", "GET", self._conversations_of),
            ("conversations", "GET", self._list_conversations),
            ("conversations", "POST", self._create_conversation),
            (r"conversations/(\d+)/messages", "GET", self._list_messages),
            (r"conversations/(\d+)/messages", "POST", self._create_message),
            (r"conversations/(\d+)/toggle_status", "POST", self._toggle_status),
            (r"conversations/(\d+)/custom_attributes", "POST", self._custom_attributes),
        ]

    def _show_inbox(self, asked: Asked, inbox_id: int) -> Answer:
        if inbox_id != self.inbox_id:
            raise Refusal(404, NOT_FOUND)
        return 200, {"id": inbox_id, "channel_type": "Channel::Api", "lock_to_single_conversation": self.locked}

    def _show_contact(self, asked: Asked, contact_id: int) -> Answer:
        self._check_query(asked, set())
        return 200, {"payload": self._shown_contact(self._one(self.contacts, contact_id))}

    def _show_conversation(self, asked: Asked, conversation_id: int) -> Answer:
        self._check_query(asked, set())
        self._one(self.conversations, conversation_id)
        return 200, self._shown(conversation_id)

    def _search(self, asked: Asked) -> Answer:
        self._check_query(asked, {"q", "page", "sort"})
        q = asked.query.get("q", "")
        self.require(bool(q.strip()), "blank q", 422, {"error": "Specify search string with parameter q"})
        self.require(q == q.strip(), "a plus that came as a space")
        self.require(asked.query.get("sort", "name") in SORTS, "sort")
        fields = ("name", "email", "phone_number", "identifier")
        rows = [row for row in self.contacts.values() if any(q.lower() in (row[name] or "").lower() for name in fields)]
        number, size = self._page(asked), self.contacts_page
        shown = rows[(number - 1) * size : number * size]
        meta = {"count": len(shown), "current_page": number, "has_more": number * size < len(rows)}
        return 200, {"meta": meta, "payload": [self._shown_contact(row) for row in shown]}

    def _create_contact(self, asked: Asked) -> Answer:
        body = asked.json
        self._check_fields(body, CONTACT_FIELDS | BAGS)
        self.require("inbox_id" in body, "inbox_id is required")
        if body["inbox_id"] != self.inbox_id:
            raise Refusal(404, NOT_FOUND)
        self._check_contact(body, None)
        contact = self._new_contact(body, self.inbox_id)
        return 200, {"payload": {"contact": self._shown_contact(contact), "contact_inbox": contact["contact_inboxes"][0]}}

    def _update_contact(self, asked: Asked, contact_id: int) -> Answer:
        contact, body = self._one(self.contacts, contact_id), asked.json
        self._check_fields(body, CONTACT_FIELDS - {"inbox_id", "source_id"} | BAGS)
        self._check_contact(body, contact_id)
        for name, value in body.items():
            contact[name] = {**contact[name], **value} if name in BAGS else value
        return 200, {"payload": self._shown_contact(contact)}

    def _conversations_of(self, asked: Asked, contact_id: int) -> Answer:
        self._check_query(asked, set())
        self._one(self.contacts, contact_id)
        rows = [number for number, row in self.conversations.items() if row["contact_id"] == contact_id]
        return 200, {"payload": [self._shown(number) for number in sorted(rows, reverse=True)[:CONVERSATIONS_OF_CONTACT]]}

    def _list_conversations(self, asked: Asked) -> Answer:
        query = asked.query
        self._check_query(asked, {"status", "inbox_id", "assignee_type", "sort_by", "page"})
        self.require(query.get("status", "open") in STATUSES | {"all"}, "status of a list")
        self.require(query.get("assignee_type", "all") in {"me", "unassigned", "all", "assigned"}, "assignee_type")
        self.require(query.get("sort_by", "last_activity_at_desc") == "last_activity_at_desc", "sort_by")
        rows = sorted(self.conversations.items(), key=lambda item: item[1]["last_activity_at"], reverse=True)
        wanted = query.get("status", "open")
        rows = [item for item in rows if wanted in ("all", item[1]["status"])]
        rows = [item for item in rows if query.get("inbox_id", str(item[1]["inbox_id"])) == str(item[1]["inbox_id"])]
        number, size = self._page(asked), self.conversations_page
        meta = {"mine_count": 0, "assigned_count": 0, "unassigned_count": len(rows), "all_count": len(rows)}
        return 200, {"data": {"meta": meta, "payload": [self._shown(one) for one, _ in rows[(number - 1) * size : number * size]]}}

    def _create_conversation(self, asked: Asked) -> Answer:
        body = asked.json
        self._check_fields(body, CONVERSATION_FIELDS | BAGS)
        self.require(bool(body.get("source_id")), "without source_id the contact gets another name each time", 422, {"error": "source_id"})
        self.require(body.get("status", "open") in STATUSES - {"snoozed"}, "status of a new conversation", 422, {"error": "status"})
        if body.get("inbox_id", self.inbox_id) != self.inbox_id:
            raise Refusal(404, NOT_FOUND)
        contact = self._whose(body)
        standing = [row for row in self.conversations.values() if row["source_id"] == body["source_id"]] if self.locked else []
        if standing:
            return 200, self._shown(standing[-1]["id"])
        talk = self._new_conversation(contact, {"status": "pending" if self.bot_active else "open", **body})
        if body.get("message"):
            self._new_message(talk["id"], {"message_type": "outgoing", **body["message"]}, self.agent)
        return 200, self._shown(talk["id"])

    def _whose(self, body: Row) -> Row:
        """The contact by its own id in this inbox, else by its name in any inbox."""
        if {"inbox_id", "contact_id"} <= set(body):
            contact = self._one(self.contacts, body["contact_id"])
            names = [one["source_id"] for one in contact["contact_inboxes"]]
            if body.get("source_id") not in names:
                contact["contact_inboxes"].append(self._named_in(self.inbox_id, body.get("source_id")))
            return contact
        named = [row for row in self.contacts.values() if body.get("source_id") in [one["source_id"] for one in row["contact_inboxes"]]]
        if not named:
            raise Refusal(404, NOT_FOUND)
        return named[0]

    def _list_messages(self, asked: Asked, conversation_id: int) -> Answer:
        self._check_query(asked, {"after", "before"})
        talk = self._one(self.conversations, conversation_id)
        rows = self.messages[conversation_id]
        if asked.query.get("after"):
            first, last = int(asked.query["after"]), int(asked.query.get("before") or 2**62)
            rows = [row for row in rows if first < row["id"] < last][:100]
        else:
            rows = [row for row in rows if row["id"] < int(asked.query.get("before") or 2**62)][-MESSAGES_PAGE:]
        meta = {"labels": [], "additional_attributes": {}, "contact": self._person(talk["contact_id"]), "assignee": talk["assignee"]}
        return 200, {"meta": meta, "payload": [self._shown_message(row) for row in rows]}

    def _create_message(self, asked: Asked, conversation_id: int) -> Answer:
        self._one(self.conversations, conversation_id)
        body = asked.json
        self._check_fields(body, MESSAGE_FIELDS)
        text = body.get("content")
        self.require(isinstance(text, str) and 0 < len(text.strip()) <= 150_000, "content", 422, {"error": "Content is invalid"})
        self.require(body.get("message_type", "outgoing") in ("incoming", "outgoing"), "message_type", 422, {"error": "message_type"})
        self.require(isinstance(body.get("private", False), bool), "private is a boolean", 422, {"error": "private"})
        self.require(body.get("content_type", "text") in CONTENT_TYPES, "content_type", 422, {"error": "content_type"})
        self.require(isinstance(body.get("content_attributes", {}), dict), "content_attributes", 422, {"error": "content_attributes"})
        body = body if self.keeps_content_attributes else {**body, "content_attributes": {}}
        incoming = body.get("message_type") == "incoming"
        sender = self._contact_of(conversation_id) if incoming else self.agent
        return 200, self._shown_message(self._new_message(conversation_id, body, sender))

    def _toggle_status(self, asked: Asked, conversation_id: int) -> Answer:
        self._one(self.conversations, conversation_id)
        self._check_fields(asked.json, {"status", "snoozed_until"})
        status = asked.json.get("status")
        self.require(status in STATUSES, "without a status it toggles", 422, {"error": "status"})
        self._set_status(conversation_id, status)
        return 200, {"meta": {}, "payload": {"success": True, "current_status": status, "conversation_id": conversation_id}}

    def _custom_attributes(self, asked: Asked, conversation_id: int) -> Answer:
        talk = self._one(self.conversations, conversation_id)
        self._check_fields(asked.json, {"custom_attributes", "merge"})
        self.require(isinstance(asked.json.get("custom_attributes"), dict), "custom_attributes", 422, {"error": "custom_attributes"})
        kept = talk["custom_attributes"] if self.knows_merge and asked.json.get("merge") is True else {}
        talk["custom_attributes"] = {**kept, **asked.json["custom_attributes"]}
        talk["updated_at"] = self.clock()
        return 200, {"custom_attributes": talk["custom_attributes"]}

    # What a request must be

    def _check_json(self, asked: Asked) -> None:
        self.require(asked.headers.get("content-type") == "application/json", "content type", 400, {"error": "Bad request"})
        self.require(isinstance(asked.json, dict), "an object", 400, {"error": "Bad request"})
        storable = all("\0" not in text and _is_whole(text) for text in _texts(asked.json))
        self.require(storable, "a text that PostgreSQL cannot hold", 500, {"status": 500, "error": "Internal Server Error"})

    def _check_fields(self, body: Row, known: set[str]) -> None:
        self.require(set(body) <= known, f"unknown fields {set(body) - known}", 422, {"error": "unknown fields"})
        self.require("" not in body.values(), f"blank fields: {body}", 422, {"error": "blank"})
        for name in BAGS & set(body):
            self.require(isinstance(body[name], dict), name, 422, {"error": name})

    def _check_query(self, asked: Asked, known: set[str]) -> None:
        self.require(set(asked.query) <= known, f"unknown parameters {set(asked.query) - known}", 422, {"error": "unknown parameters"})

    def _page(self, asked: Asked) -> int:
        number = asked.query.get("page", "1")
        self.require(number.isdigit() and int(number) > 0, f"page {number}")
        return int(number)

    def _check_contact(self, body: Row, own: int | None) -> None:
        phone, email = body.get("phone_number"), body.get("email")
        right = phone is None or re.fullmatch(r"\+[1-9]\d{1,14}", phone) is not None
        self.require(right, f"phone {phone}", 422, _invalid("Phone number should be in e164 format", "phone_number"))
        right = email is None or re.fullmatch(r"[^@\s]+@[^@\s]+", email) is not None
        self.require(right, f"e-mail {email}", 422, _invalid("Email Invalid email", "email"))
        others = [row for number, row in self.contacts.items() if number != own]
        taken = [name for name in UNIQUE if body.get(name) and _folded(body, name) in {_folded(row, name) for row in others}]
        if taken:
            raise Refusal(422, _invalid(", ".join(f"{UNIQUE[name]} has already been taken" for name in taken), *taken))

    def _one(self, rows: dict[int, Row], number: Any) -> Row:
        if number not in rows:
            raise Refusal(404, NOT_FOUND)
        return rows[number]

    # What happens

    def _new_contact(self, fields: Row, inbox_id: int | None) -> Row:
        number = next(self._contact_ids)
        blank: Row = {"name": "", "email": None, "phone_number": None, "identifier": None, "blocked": False}
        given = {name: value for name, value in fields.items() if name not in ("inbox_id", "source_id")}
        contact = {**blank, "additional_attributes": {}, "custom_attributes": {}, **given, "id": number, "contact_inboxes": []}
        contact["email"] = contact["email"] and contact["email"].lower()
        if inbox_id:
            contact["contact_inboxes"].append(self._named_in(inbox_id, fields.get("source_id")))
        self.contacts[number] = contact
        return contact

    def _named_in(self, inbox_id: int, source_id: str | None) -> Row:
        inbox = {"id": inbox_id, "name": "Консультации", "channel_type": "Channel::Api"}
        return {"source_id": source_id or str(uuid4()), "inbox": inbox}

    def _new_conversation(self, contact: Row, fields: Row) -> Row:
        number, at = next(self._conversation_ids), self.clock()
        named = fields.get("source_id") or (contact["contact_inboxes"][-1]["source_id"] if contact["contact_inboxes"] else str(uuid4()))
        talk = {"id": number, "contact_id": contact["id"], "source_id": named, "inbox_id": fields.get("inbox_id", self.inbox_id)}
        talk |= {"status": fields.get("status", "open"), "custom_attributes": dict(fields.get("custom_attributes", {}))}
        talk |= {"assignee": None, "created_at": at, "updated_at": at, "last_activity_at": fields.get("last_activity_at", at)}
        self.conversations[number], self.messages[number] = talk, []
        return talk

    def _new_message(self, conversation_id: int, fields: Row, sender: Row | None) -> Row:
        talk, at = self.conversations[conversation_id], self.clock()
        message = {"private": False, "content_type": "text", "content_attributes": {}, "message_type": "outgoing", **fields}
        message |= {"id": next(self._message_ids), "conversation_id": conversation_id, "created_at": at, "sender": sender}
        self.messages[conversation_id].append(message)
        talk["last_activity_at"] = talk["updated_at"] = at
        if message["message_type"] == "incoming" and talk["status"] in ("resolved", "snoozed"):
            talk["status"] = "open"
        return message

    def _set_status(self, conversation_id: int, status: str) -> None:
        talk = self.conversations[conversation_id]
        if talk["status"] != status:
            talk["status"] = status
            line = {"content": f"Статус: {status}, {self.agent['name']}", "message_type": "activity"}
            self._new_message(conversation_id, line, None)

    # How Chatwoot shows it: REST answers, then webhooks

    def _shown_contact(self, contact: Row) -> Row:
        return {"availability_status": "offline", "thumbnail": "", **contact, "last_activity_at": int(self.clock().timestamp())}

    def _person(self, contact_id: int) -> Row:
        contact = self.contacts[contact_id]
        names = ("id", "name", "email", "phone_number", "identifier", "custom_attributes", "additional_attributes")
        return {**{name: contact[name] for name in names}, "thumbnail": ""}

    def _contact_of(self, conversation_id: int) -> Row:
        return {**self._person(self.conversations[conversation_id]["contact_id"]), "type": "contact"}

    def _parts(self, conversation_id: int) -> Row:
        talk = self.conversations[conversation_id]
        said = [self._inner(one) for one in self.messages[conversation_id] if one["message_type"] != "activity" and not one["private"]]
        last, unread = int(talk["last_activity_at"].timestamp()), len([one for one in said if one["message_type"] == 0])
        same = {name: talk[name] for name in ("id", "inbox_id", "status", "custom_attributes")}
        times = {"agent_last_seen_at": 0, "contact_last_seen_at": 0, "waiting_since": 0, "last_activity_at": last, "timestamp": last}
        times |= {"created_at": int(talk["created_at"].timestamp()), "updated_at": talk["updated_at"].timestamp()}
        rest = {"can_reply": True, "labels": [], "additional_attributes": {}, "snoozed_until": None, "priority": None}
        return {**same, **rest, **times, "unread_count": unread, "messages": said[-1:]}

    def _shown(self, conversation_id: int) -> Row:
        """A conversation in an answer."""
        talk = self.conversations[conversation_id]
        meta = {"sender": self._person(talk["contact_id"]), "channel": "Channel::Api", "hmac_verified": False}
        meta |= {"assignee": talk["assignee"]} if talk["assignee"] else {}
        parts = {**self._parts(conversation_id), "first_reply_created_at": 0, "uuid": str(uuid4()), "muted": False}
        return {**parts, "meta": meta, "account_id": int(self.account_id)}

    def _told(self, conversation_id: int) -> Row:
        """A conversation in a webhook."""
        talk = self.conversations[conversation_id]
        meta = {"sender": self._contact_of(conversation_id), "assignee": talk["assignee"], "team": None, "hmac_verified": False}
        link = {"id": 1000 + talk["contact_id"], "contact_id": talk["contact_id"], "inbox_id": talk["inbox_id"], "hmac_verified": False}
        link |= {"source_id": talk["source_id"], "created_at": _iso(talk["created_at"])}
        parts = {**self._parts(conversation_id), "channel": "Channel::Api", "first_reply_created_at": None}
        return {**parts, "contact_inbox": link, "meta": meta}

    def _shown_message(self, message: Row) -> Row:
        """A message in an answer."""
        inbox = self.conversations[message["conversation_id"]]["inbox_id"]
        told = {**message, "inbox_id": inbox, "status": "sent", "source_id": None}
        return {**told, "message_type": TYPES[message["message_type"]], "created_at": int(message["created_at"].timestamp())}

    def _inner(self, message: Row) -> Row:
        """A message inside a conversation."""
        sender = message["sender"] or {}
        kind = {"contact": "Contact", "user": "User", "agent_bot": "AgentBot", "captain_assistant": "Captain::Assistant"}.get(
            sender.get("type", "")
        )
        return {**self._shown_message(message), "account_id": int(self.account_id), "sender_type": kind, "sender_id": sender.get("id")}

    def _conversation_event(self, event: str, conversation_id: int, **more: Any) -> Row:
        return deepcopy({"event": event, **self._told(conversation_id), **more})

    def _message_event(self, event: str, message: Row) -> Row:
        names = ("id", "content", "message_type", "content_type", "private", "content_attributes", "sender", "attachments")
        same = {name: message[name] for name in names if name in message}
        talk = self._told(message["conversation_id"])
        whose = {"account": {"id": int(self.account_id), "name": "Клуб"}, "inbox": {"id": talk["inbox_id"], "name": "Консультации"}}
        told = {"event": event, **same, "created_at": _iso(message["created_at"]), "source_id": None, **whose, "conversation": talk}
        return deepcopy(told)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from _texts(one)


def _is_whole(text: str) -> bool:
    """False for half a surrogate pair, which is no UTF-8."""
    return text.encode(errors="ignore").decode() == text


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _folded(row: Row, name: str) -> str | None:
    value = row.get(name)
    return value.casefold() if name == "email" and value else value


def _invalid(words: str, *attributes: str) -> Row:
    return {"message": words, "attributes": list(attributes)}
