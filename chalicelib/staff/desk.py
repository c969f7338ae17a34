"""The desk's session in a browser: a cookie in place of tokens, of the same rows and with the same ends."""

from chalicelib.core import ids
from chalicelib.core.http import ROLES
from chalicelib.core.sender import Sender
from chalicelib.core.settings import settings
from chalicelib.staff import members, repository, rules, signin, telegram
from chalicelib.staff.errors import WrongCredentials
from chalicelib.staff.members import COOKIE, Member
from chalicelib.staff.models import StaffSession, StaffUser
from chalicelib.staff.schemas import Business, Desk, DeskSignIn

LANGUAGES = ["ru", "uz"]
ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Strict"


def open_session(body: DeskSignIn, *, sender: Sender) -> Desk:
    """What the desk shows, and the cookie that opens it. Raises WrongCredentials, BadInitData or TooManyAttempts."""
    random = ids.token()
    session = _opened(body, members.browser_session(random), sender)
    who = repository.user(int(session.user_id))
    if who is None:
        raise WrongCredentials
    lasts = int(rules.LONGEST["browser"].total_seconds())
    return _desk(who).saying(Set_Cookie=f"{COOKIE}={int(who.user_id)}.{random}; Max-Age={lasts}; {ATTRIBUTES}", Cache_Control="no-store")


def _opened(body: DeskSignIn, session_id: str, sender: Sender) -> StaffSession:
    if not body.init_data:
        return signin.opened(str(body.email), str(body.password), "browser", sender=sender, session_id=session_id)
    who = telegram.user_of(telegram.proven(body.init_data))
    if who is None:
        raise WrongCredentials(message="This Telegram account is nobody's of the staff.")
    return telegram.opened(who, "browser", session_id)


def shown(member: Member) -> Desk:
    """Whose session it is, and what he may do."""
    return _desk(member.user)


def _desk(who: StaffUser | None) -> Desk:
    user = signin.me_of(who) if who else signin.SYSTEM
    may = sorted(name for name, roles in ROLES.items() if user.role in roles)
    business = Business(zone=settings().business_timezone, languages=LANGUAGES)
    return Desk(user=user, roles=[user.role], may=may, business=business, features=_features())


def _features() -> dict[str, bool]:
    config = settings()
    connected = {"telegram": config.telegram_bot_token, "chatwoot": config.has_chatwoot, "onec": config.has_onec}
    return {name: bool(one) for name, one in {**connected, "gocrm": config.gocrm_url}.items()} | {"loyalty": False, "sales": False}


def forget_cookie() -> dict[str, str]:
    """What has a browser drop the cookie."""
    return {"Set_Cookie": f"{COOKIE}=; Max-Age=0; {ATTRIBUTES}"}
