"""The doors of the staff: signing in and out, their own profile, and the users."""

from chalicelib.core.errors import Invalid, Unauthorized
from chalicelib.core.http import Api, message
from chalicelib.core.once import KeyReused
from chalicelib.core.schemas import Message
from chalicelib.core.security import Caller
from chalicelib.core.sender import Sender
from chalicelib.integrations.telegram.init_data import BadInitData
from chalicelib.staff import changing, desk, signin, telegram, users
from chalicelib.staff.errors import (
    BadToken,
    ChangedMeanwhile,
    EmailTaken,
    LastAdmin,
    LastOwner,
    OwnerOnly,
    OwnProfileOnly,
    TelegramTaken,
    TokenReused,
    TooManyAttempts,
    UserNotFound,
    WrongCredentials,
    Yourself,
)
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN, ANYBODY_HERE, MINI_APP, SIGN_IN
from chalicelib.staff.schemas import (
    DeleteQuery,
    Desk,
    DeskSignIn,
    Login,
    Logout,
    LogoutQuery,
    Me,
    NewUser,
    OwnChange,
    Refresh,
    RefreshQuery,
    Signed,
    Tokens,
    UserCard,
    UserChange,
    UserProfile,
    Users,
    UsersQuery,
    Verified,
)

api = Api("staff")
REFUSED = [Unauthorized, WrongCredentials, TooManyAttempts]
TAKEN = [EmailTaken, TelegramTaken, OwnerOnly]


@api.post("/api/v1/auth/login", auth=SIGN_IN, errors=REFUSED)
def auth_login(body: Login, sender: Sender) -> Tokens:
    """Sign in by e-mail and password: an access token for 15 minutes, a refresh token for 30 days."""
    return signin.login(body, sender=sender)


@api.post("/api/v1/auth/refresh", auth=SIGN_IN, errors=[Unauthorized, BadToken, TokenReused])
def auth_refresh(body: Refresh, query: RefreshQuery, caller: Caller) -> Tokens:
    """The next pair of tokens. A refresh token is good once; within 30 seconds a repeat gets the same pair, later it ends the session."""
    return signin.refresh(body.refresh_token, caller.subject, query.refresh_token)


@api.post("/api/v1/auth/logout", auth=ANYBODY_HERE)
def auth_logout(body: Logout, caller: Member) -> Message:
    """End this session, or with `all` every one of this user: their tokens open nothing from then on."""
    signin.logout(caller, everywhere=body.all)
    return message("Вы вышли.")


@api.get("/api/v1/auth/me", auth=ANYBODY_HERE)
def auth_me(caller: Member) -> Me:
    """Who is signed in."""
    return signin.me(caller)


@api.post("/api/v1/auth/telegram/verify", auth=MINI_APP, errors=[Unauthorized, BadInitData])
def verify_telegram_auth(body: Signed, caller: Caller) -> Verified:
    """Sign in by the Mini App's initData: the staff to a session of 12 hours, anybody else as the client of this Telegram account.

    The data may come as `Authorization: tma <initData>` too.
    """
    return telegram.verified(body.init_data or caller.subject)


@api.post("/staff/session", auth=SIGN_IN, errors=[*REFUSED, BadInitData])
def open_desk(body: DeskSignIn, sender: Sender) -> Desk:
    """Sign in to the desk in a browser: a cookie for 12 hours, which counts only together with the header `X-Frontdesk-Desk: 1`."""
    return desk.open_session(body, sender=sender)


@api.get("/staff/session", auth=ANYBODY_HERE)
def show_desk(caller: Member) -> Desk:
    """Who is signed in to the desk, and what he may do there."""
    return desk.shown(caller)


@api.delete("/staff/session", auth=ANYBODY_HERE)
def close_desk(query: LogoutQuery, caller: Member) -> Message:
    """End this session, or with `all` every one of this user, and have the browser drop the cookie."""
    signin.logout(caller, everywhere=query.all)
    return message("Вы вышли.").saying(**desk.forget_cookie())


@api.get("/api/v1/users", auth=ADMIN)
def users_list(query: UsersQuery) -> Users:
    """Those who work here."""
    return users.listed(query)


@api.post("/api/v1/users", auth=ADMIN, status=201, errors=[*TAKEN, KeyReused])
def users_create(body: NewUser, caller: Member, idempotency_key: str | None) -> UserProfile:
    """A new user. An owner makes owners and admins, an admin everybody else; the service key makes the first owner."""
    return changing.create(body, caller, idempotency_key)


@api.get("/api/v1/users/me", auth=ANYBODY_HERE)
def users_me_get(caller: Member) -> UserProfile:
    """One's own profile."""
    return users.profile(caller)


@api.put("/api/v1/users/me", auth=ANYBODY_HERE, errors=[OwnProfileOnly, EmailTaken, TelegramTaken, ChangedMeanwhile, TooManyAttempts])
def users_me_update(body: OwnChange, caller: Member, sender: Sender) -> UserProfile:
    """Change one's own profile; role, e-mail and activity are an admin's to change. A new password ends all other sessions."""
    return changing.update_profile(body, caller, sender=sender)


@api.get("/api/v1/users/{user_id}", auth=ANYBODY_HERE, errors=[UserNotFound, Invalid])
def users_get(user_id: int, caller: Member) -> UserProfile | UserCard:
    """A user: whole for himself and for owners and admins, in short for everybody else."""
    return users.one(user_id, caller)


@api.put("/api/v1/users/{user_id}", auth=ADMIN, errors=[*TAKEN, UserNotFound, ChangedMeanwhile, LastAdmin, LastOwner])
def users_update(user_id: int, body: UserChange, caller: Member) -> UserProfile:
    """Change any field of a user; what is absent stays. A new password, another Telegram account and switching off end his sessions."""
    return changing.update(user_id, body, caller)


@api.delete("/api/v1/users/{user_id}", auth=ADMIN, errors=[UserNotFound, OwnerOnly, Yourself, LastAdmin, LastOwner, ChangedMeanwhile])
def users_delete(user_id: int, query: DeleteQuery, caller: Member) -> Message:
    """Mark a user as deleted: his e-mail is free for another, his sessions are over."""
    changing.delete(user_id, caller, reassign_to=query.reassign_to)
    return message("Пользователь удалён.")
