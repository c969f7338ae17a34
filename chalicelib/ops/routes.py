"""The operators' doors."""

from typing import Annotated
from urllib.parse import unquote

from chalicelib.core import security
from chalicelib.core.errors import NotFound
from chalicelib.core.http import Api, Page, page
from chalicelib.ops import service
from chalicelib.ops.errors import EffectNotFound, InboxRowNotFound, ReplayFailed
from chalicelib.ops.files import asset
from chalicelib.ops.pages import described, docs_page
from chalicelib.ops.schemas import (
    ApiHealth,
    BulkReplay,
    BulkReplayed,
    Health,
    InboxPage,
    InboxQuery,
    OutboxEntry,
    OutboxPage,
    OutboxQuery,
    Replayed,
)

api = Api("ops")


@api.get("/health", auth=security.PUBLIC)
def health() -> Health:
    """Version, whether the store answers, and the age of the oldest undelivered effect."""
    return service.health()


@api.get("/api/health", auth=security.PUBLIC)
def api_health() -> ApiHealth:
    """Whether the consultations API answers, and whether its door is open."""
    return service.api_health()


@api.get("/docs", auth=security.PUBLIC)
def docs() -> Annotated[Page, "text/html"]:
    """This page."""
    return page(docs_page(), "text/html; charset=utf-8")


@api.get("/docs/{file}", auth=security.PUBLIC, errors=[NotFound])
def docs_file(file: str) -> Annotated[Page, "text/css", "text/javascript", "image/svg+xml", "text/plain"]:
    """A file of the docs page."""
    return page(*asset(file))


@api.get("/openapi.json", auth=security.PUBLIC)
def openapi_json() -> Annotated[Page, "application/json"]:
    """This description."""
    return page(described(), "application/json; charset=utf-8")


@api.get("/inbox", auth=security.SERVICE)
def list_inbox(query: InboxQuery) -> InboxPage:
    """Events that could not be understood, or whose work is not finished."""
    return service.list_inbox(query)


@api.post("/inbox/{inbox_id}/replay", auth=security.SERVICE, errors=[InboxRowNotFound, ReplayFailed])
def replay_inbox(inbox_id: str) -> Replayed:
    """Decide a stored event again."""
    return service.replay_inbox(unquote(inbox_id))


@api.get("/outbox", auth=security.SERVICE)
def list_outbox(query: OutboxQuery) -> OutboxPage:
    """Effects that died, or that wait."""
    return service.list_outbox(query)


@api.post("/outbox/replay", auth=security.SERVICE)
def replay_outbox_in_bulk(body: BulkReplay) -> BulkReplayed:
    """Make dead effects of a kind, or that died for a reason, wait again: a hundred at once, the oldest first."""
    return service.replay_many(body)


@api.post("/outbox/{effect_id}/replay", auth=security.SERVICE, errors=[EffectNotFound])
def replay_outbox(effect_id: str) -> OutboxEntry:
    """Make a dead effect wait again."""
    return service.replay_outbox(effect_id)
