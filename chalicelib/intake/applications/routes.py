"""The site forms' door."""

from chalicelib.core.http import Api, Source
from chalicelib.core.inbox import Receipt
from chalicelib.core.schemas import Contour
from chalicelib.intake.applications import rules, service
from chalicelib.intake.applications.schemas import Application, ApplicationAnswer
from chalicelib.intake.limits.errors import TooManyForms
from chalicelib.integrations.tilda.forms import is_probe
from chalicelib.integrations.tilda.policy import PUBLIC_FORM

api = Api("intake.applications")
FORMS = Source(service.SOURCE, key=rules.key_of, is_probe=is_probe)
"""One for all doors: what is sent to two of them is one application."""


@api.post("/submit-application", auth=PUBLIC_FORM, webhook=True, source=FORMS, errors=[TooManyForms], test_contour=True)
def submit_application(body: Application, receipt: Receipt, contour: Contour) -> ApplicationAnswer:
    """An application from the site: client, ticket, held slots and ranked matches.

    Takes the contract's JSON, the standard request (flat or under `form`) and Tilda's forms. The same submission again
    gets the same answer and makes nothing new; the same form with other words amends its application. The lead number is told
    to whoever shows a key.
    """
    return service.submit(body, contour=contour, receipt=receipt)


@api.post("/tilda-zayavka", auth=PUBLIC_FORM, webhook=True, source=FORMS, errors=[TooManyForms])
def tilda_zayavka(body: Application, receipt: Receipt, contour: Contour) -> ApplicationAnswer:
    """The same under the name that the public site calls."""
    return service.submit(body, contour=contour, receipt=receipt)


@api.post("/tilda-zayavka-diagnostic-v2", auth=PUBLIC_FORM, webhook=True, source=FORMS, errors=[TooManyForms])
def tilda_zayavka_diagnostic_v2(body: Application, receipt: Receipt, contour: Contour) -> ApplicationAnswer:
    """The same for a diagnostic session."""
    return service.submit(body, contour=contour, receipt=receipt, kind=rules.DIAGNOSTIC)


@api.post("/register-ticket-for-help-hand", auth=PUBLIC_FORM, webhook=True, source=FORMS, errors=[TooManyForms])
def register_ticket_for_help_hand(body: Application, receipt: Receipt, contour: Contour) -> ApplicationAnswer:
    """The same for the helping hand: `categoryType` is what the person can pay, and no time is held."""
    return service.ask_for_help(body, contour=contour, receipt=receipt)
