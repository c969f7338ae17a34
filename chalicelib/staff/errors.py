"""What can go wrong with the staff and their sessions."""

from chalicelib.core.errors import Busy, Conflict, Forbidden, NotFound, TooMany, Unauthorized


class BadToken(Unauthorized):
    """A token or a cookie that opens no session (any more)."""

    code = "bad_token"
    message = "The token is not valid, or its session is over."


class TokenReused(Unauthorized):
    """A refresh token that was used up long ago: somebody has a copy, so the session ends for both."""

    code = "token_reused"
    message = "This refresh token was used before; the session is over."


class WrongCredentials(Unauthorized):
    code = "wrong_credentials"
    message = "The e-mail or the password is wrong."


class TooManyAttempts(TooMany):
    code = "too_many_attempts"
    message = "Too many attempts to sign in; please repeat later."


class RoleNeeded(Forbidden):
    code = "role_needed"
    message = "Your role does not allow that."


class AnotherKindOfToken(Forbidden):
    """A right token of a client: his word, at a door of the staff."""

    code = "not_staff"
    message = "This is a client's token; the staff alone may do that."


class OwnerOnly(Forbidden):
    code = "owner_only"
    message = "Only an owner may do that."


class OwnProfileOnly(Forbidden):
    code = "not_yours_to_change"
    message = "Role, e-mail and activity are changed by an admin."


class NobodysProfile(Forbidden):
    code = "no_profile"
    message = "The service key is nobody's account."


class UserNotFound(NotFound):
    code = "user_not_found"
    message = "There is no user with this id."


class EmailTaken(Conflict):
    code = "email_taken"
    message = "Another user has this e-mail or username."


class TelegramTaken(Conflict):
    code = "telegram_taken"
    message = "Another user has this Telegram account."


class LastAdmin(Conflict):
    code = "last_admin"
    message = "This is the last active owner or admin."


class LastOwner(Conflict):
    code = "last_owner"
    message = "This is the last active owner."


class Yourself(Conflict):
    code = "yourself"
    message = "Nobody deletes himself."


class ChangedMeanwhile(Conflict):
    code = "changed_meanwhile"
    message = "Somebody else has changed this meanwhile."


class Raced(Busy):
    """Another request was faster: decided anew from what now stands."""
