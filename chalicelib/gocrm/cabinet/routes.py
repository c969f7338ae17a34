"""The parents' doors."""

from chalicelib.core.errors import TooMany
from chalicelib.core.http import Api, message
from chalicelib.core.schemas import Message
from chalicelib.core.security import Caller
from chalicelib.core.sender import Sender
from chalicelib.gocrm.cabinet import service, signin
from chalicelib.gocrm.cabinet.errors import (
    ChildNotFound,
    GoCrmRefused,
    GoCrmUnavailable,
    PriceUnknown,
    SessionOver,
    SubscriptionNotFound,
    WindowTaken,
    WrongCode,
)
from chalicelib.gocrm.cabinet.policies import CABINET, PARENT
from chalicelib.gocrm.cabinet.schemas import (
    Booked,
    BookingRequest,
    Children,
    Debts,
    Lessons,
    LessonsQuery,
    Link,
    LinkRequest,
    Payments,
    ProfileAnswer,
    ProfileChange,
    SignedIn,
    SignIn,
    Subscriptions,
    Windows,
    WindowsQuery,
)

api = Api("gocrm.cabinet")
TROUBLE = [SessionOver, GoCrmUnavailable, GoCrmRefused]


@api.post("/gocrm/sign-in", auth=CABINET, errors=[WrongCode, TooMany, GoCrmUnavailable, GoCrmRefused])
def gocrm_sign_in(body: SignIn, sender: Sender) -> SignedIn:
    """Phone alone: a code is sent, with the same answer for any phone. Phone and code: a token for an hour."""
    return signin.sign_in(body, sender=sender)


@api.delete("/gocrm/sign-in", auth=PARENT)
def gocrm_sign_out(caller: Caller) -> Message:
    """End the session."""
    signin.sign_out(caller)
    return message("Вы вышли.")


@api.get("/gocrm/profile", auth=PARENT, errors=TROUBLE)
def gocrm_profile(caller: Caller) -> ProfileAnswer:
    """The parent's own data."""
    return service.profile(caller)


@api.put("/gocrm/profile", auth=PARENT, errors=TROUBLE)
def gocrm_change_profile(body: ProfileChange, caller: Caller) -> ProfileAnswer:
    """Change name, e-mail or birthday; what is absent stays."""
    return service.change_profile(caller, body)


@api.get("/gocrm/children", auth=PARENT, errors=TROUBLE)
def gocrm_children(caller: Caller) -> Children:
    """The parent's children."""
    return service.children(caller)


@api.get("/gocrm/subscriptions", auth=PARENT, errors=TROUBLE)
def gocrm_subscriptions(caller: Caller) -> Subscriptions:
    """Subscriptions: lessons in all, left and used, with totals for each child."""
    return service.subscriptions(caller)


@api.get("/gocrm/lessons", auth=PARENT, errors=TROUBLE)
def gocrm_lessons(query: LessonsQuery, caller: Caller) -> Lessons:
    """Past lessons or those to come."""
    return service.lessons(caller, query)


@api.post("/gocrm/lessons", auth=PARENT, errors=[*TROUBLE, ChildNotFound, WindowTaken])
def gocrm_book_lesson(body: BookingRequest, caller: Caller) -> Booked:
    """Put a child into a free window; a repeat books once."""
    return service.book(caller, body)


@api.get("/gocrm/windows", auth=PARENT, errors=[*TROUBLE, ChildNotFound])
def gocrm_windows(query: WindowsQuery, caller: Caller) -> Windows:
    """Windows of the schedule that can be booked, the next first."""
    return service.windows(caller, query)


@api.get("/gocrm/payments", auth=PARENT, errors=TROUBLE)
def gocrm_payments(caller: Caller) -> Payments:
    """What was paid."""
    return service.payments(caller)


@api.get("/gocrm/debts", auth=PARENT, errors=TROUBLE)
def gocrm_debts(caller: Caller) -> Debts:
    """What is owed."""
    return service.debts(caller)


@api.post("/gocrm/payment-links", auth=PARENT, errors=[*TROUBLE, SubscriptionNotFound, PriceUnknown])
def gocrm_payment_link(body: LinkRequest, caller: Caller) -> Link:
    """Where to pay a subscription, at the club's own price; a repeat gives the same link while it lives."""
    return service.payment_link(caller, body)
