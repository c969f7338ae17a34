"""The doors of news: the office writes them, clients read them."""

from chalicelib.catalogue.stock.errors import ProductNotFound
from chalicelib.clients.errors import ClientNotFound
from chalicelib.core.http import Api
from chalicelib.core.once import KeyReused
from chalicelib.core.paging import UseCursor
from chalicelib.core.security import Caller
from chalicelib.engagement.news import service, tracking
from chalicelib.engagement.news.errors import NewsNotFound, NewsNotShown
from chalicelib.engagement.news.schemas import ById, NamedPost, NewPost, News, NewsQuery, NewsStats, PostChange, PostShown, Tracked
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN, OFFICE, OFFICE_OR_APP

api = Api("engagement.news")
NEWS = "/api/v1/admin/news"


@api.get(NEWS, auth=OFFICE, errors=[UseCursor])
def list_news(query: NewsQuery) -> News:
    """News, the newest first."""
    return service.listed(query)


@api.post(NEWS, auth=ADMIN, errors=[ProductNotFound, KeyReused])
def create_news(body: NewPost, caller: Member, idempotency_key: str | None) -> PostShown:
    """A new post."""
    return service.create(body, key=idempotency_key, actor=caller.actor)


@api.put(NEWS, auth=ADMIN, errors=[NewsNotFound, ProductNotFound])
def update_named_news(body: NamedPost, query: ById, caller: Member) -> PostShown:
    """Change the post that the body or the query names by `id`."""
    return service.change(service.named(body.id, query.id), body, actor=caller.actor)


@api.put(f"{NEWS}/{{news_post_id}}", auth=ADMIN, errors=[NewsNotFound, ProductNotFound])
def update_news(news_post_id: int, body: PostChange, caller: Member) -> PostShown:
    """Change what a post says; what is absent stays."""
    return service.change(news_post_id, body, actor=caller.actor)


@api.post(f"{NEWS}/track", auth=OFFICE_OR_APP, errors=[NewsNotFound, NewsNotShown, ClientNotFound, KeyReused])
def track_news_event(body: Tracked, caller: Caller, idempotency_key: str | None) -> NewsStats:
    """Count what a client did with a post; in the app it is his own. A purchase or a booking counts once an `Idempotency-Key`."""
    return tracking.track(body, caller, key=idempotency_key)


@api.get(f"{NEWS}/{{news_post_id}}/stats", auth=OFFICE, errors=[NewsNotFound])
def get_news_stats(news_post_id: int) -> NewsStats:
    """What came of a post, by kind."""
    return tracking.shown(news_post_id)
