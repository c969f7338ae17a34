"""News made, changed and listed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.catalogue.products import repository as products
from chalicelib.catalogue.stock.errors import ProductNotFound
from chalicelib.company import facts
from chalicelib.core import clock, once, paging, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.once import AskedAtOnce
from chalicelib.engagement.news import repository
from chalicelib.engagement.news.errors import NewsNotFound, NewsRaced
from chalicelib.engagement.news.models import NewsPost
from chalicelib.engagement.news.schemas import NewPost, News, NewsFields, NewsQuery, PostChange, PostShown

CARD = "news"
PLAIN = ("title", "body", "cover_image_url", "link_url", "status", "published_at", "created_at", "updated_at")


def shown(row: NewsPost) -> PostShown:
    """A post as panels show it."""
    product = None if row.product_id is None else int(row.product_id)
    return PostShown(id=row.number, product_id=product, **{name: getattr(row, name) for name in PLAIN})


def listed(query: NewsQuery) -> News:
    """A page of posts, the newest first. Raises UseCursor, Invalid."""

    def rows(after: str | None) -> Iterator[Any]:
        return (row for row in repository.newest(after) if query.status in (None, row.status))

    page = paging.part(query, rows, lambda row: str(row.place))
    return News(items=[shown(row) for row in storage.whole(page.rows)], **page.numbers)


@storage.again(AskedAtOnce)
def create(body: NewPost, *, key: str | None, actor: str) -> PostShown:
    """A new post. Raises ProductNotFound, KeyReused."""
    request = once.request(actor, "POST /api/v1/admin/news", key, body)
    before, goods = storage.read_lists(request.keys, _goods(body))
    made = request.made(before)
    if made is not None:
        return shown(standing(int(made)))
    _check(body, goods)
    number, at, tx = repository.number(), clock.now(), storage.Transaction()
    said = _dated(body.model_dump(), None, at)
    row = NewsPost(place=repository.place(number), by=actor, created_at=at, updated_at=at, **said)
    tx.create(row)
    facts.made(tx, CARD, number)
    request.done(tx, str(number))
    tx.commit()
    return shown(row)


def _goods(body: NewsFields) -> list[storage.Key]:
    return [products.key(body.product_id)] if body.product_id else []


def _check(body: NewsFields, goods: list[Any]) -> None:
    if body.product_id and goods[0] is None:
        raise ProductNotFound({"field": "product_id"})


def _dated(said: dict[str, Any], row: NewsPost | None, at: datetime) -> dict[str, Any]:
    """The same with when it was published, once it is: what was said or stands already, else now."""
    if said.get("status") != "active" or said.get("published_at") or (row is not None and row.published_at and "published_at" not in said):
        return said
    return said | {"published_at": at}


def standing(number: int) -> NewsPost:
    """A post as it stands. Raises NewsNotFound."""
    return found(storage.read(repository.key(number))[0])


def found(row: NewsPost | None) -> NewsPost:
    """The row at a post's key. Raises NewsNotFound."""
    if row is None:
        raise NewsNotFound({"field": "news_post_id"})
    return row


@storage.again(NewsRaced)
def change(number: int, body: PostChange, *, actor: str) -> PostShown:
    """Change what a post says; what is absent stays. Raises NewsNotFound, ProductNotFound."""
    rows, goods = storage.read_lists([repository.key(number)], _goods(body))
    row, at = found(rows[0]), clock.now()
    _check(body, goods)
    said = {name: getattr(body, name) for name in body.model_fields_set if name != "id"}
    differs = {name: value for name, value in _dated(said, row, at).items() if value != getattr(row, name)}
    if not differs:
        return shown(row)
    tx = storage.Transaction()
    repository.change(tx, row, differs, by=actor, at=at)
    facts.changed(tx, CARD, number, differs)
    tx.commit()
    for name, value in (differs | {"updated_at": at}).items():
        setattr(row, name, value)
    return shown(row)


def named(*said: int | None) -> int:
    """The post that a body or a query names. Raises Invalid where none does, or they name two."""
    numbers = {one for one in said if one is not None}
    if len(numbers) != 1:
        raise Invalid.field("body", "id", msg="expected the post's id")
    return numbers.pop()
