"""What news refuse."""

from chalicelib.core.errors import Busy, Conflict, NotFound


class NewsNotFound(NotFound):
    """A post that nobody made."""

    message = "No news post has this id."


class NewsNotShown(Conflict):
    """A draft, or a post that was archived: nobody can have read it; `detail` is `{status}`."""

    code = "news_not_shown"
    message = "This news post is not shown to anybody."


class NewsRaced(Busy):
    """A post has changed since it was read: decide anew."""


class ReaderRaced(Busy):
    """Another event of the same client and post was faster: count anew."""
