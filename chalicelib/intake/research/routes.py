"""The questionnaire's doors."""

from chalicelib.core import security
from chalicelib.core.errors import TooMany
from chalicelib.core.http import Api, Source
from chalicelib.core.inbox import Receipt
from chalicelib.core.schemas import Contour
from chalicelib.core.sender import Sender
from chalicelib.intake.research import rules, service
from chalicelib.intake.research.schemas import Questionnaire, RowNumber
from chalicelib.integrations.tilda.forms import is_probe
from chalicelib.integrations.tilda.policy import PUBLIC_FORM

api = Api("intake.research")
QUESTIONNAIRES = Source(service.SOURCE, key=rules.key_of, is_probe=is_probe)


@api.post("/research-tilda-zayavka", auth=PUBLIC_FORM, webhook=True, source=QUESTIONNAIRES, test_contour=True)
def research_tilda_zayavka(body: Questionnaire, receipt: Receipt, visitor: str, contour: Contour) -> RowNumber:
    """Keep a research questionnaire; the answer is its row number."""
    return service.save(body, receipt=receipt, visitor=visitor, contour=contour)


@api.get("/get-sheets-row-number", auth=security.PUBLIC, webhook=True, errors=[TooMany], test_contour=True)
def get_sheets_row_number(visitor: str, sender: Sender, contour: Contour) -> RowNumber:
    """The row of the caller's own questionnaire of some minutes ago, else the next free one, which is then his."""
    return service.number_for(visitor, sender=sender, contour=contour)


@api.put("/update-contacts-stb", auth=PUBLIC_FORM, webhook=True, test_contour=True)
def update_contacts_stb(body: Questionnaire, visitor: str, sender: Sender, contour: Contour) -> RowNumber:
    """Write the contacts of a questionnaire."""
    return service.update_contacts(body, visitor, sender=sender, contour=contour)
