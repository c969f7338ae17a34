"""The doors of surveys: the site's, and the back office's."""

from chalicelib.core import security
from chalicelib.core.http import Api
from chalicelib.core.sender import Sender
from chalicelib.intake.surveys import service
from chalicelib.intake.surveys.errors import SurveyNotFound
from chalicelib.intake.surveys.schemas import Filled, SurveyAnswer, SurveyBody, SurveyQuery, SurveysAnswer, SurveysQuery
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN

api = Api("intake.surveys")


@api.get("/get-survey", auth=security.PUBLIC, webhook=True, errors=[SurveyNotFound])
def get_survey(query: SurveyQuery) -> SurveyBody:
    """A survey as the site shows it."""
    return service.shown(query.slug)


@api.get("/check-fill-survey", auth=security.PUBLIC, webhook=True, errors=[SurveyNotFound])
def check_fill_survey(query: SurveyQuery, sender: Sender) -> Filled:
    """Whether this visitor has filled a survey, as the tracker was told."""
    return service.filled(query.slug, sender)


@api.get("/surveys", auth=ADMIN)
def list_surveys(query: SurveysQuery) -> SurveysAnswer:
    """Surveys by their slugs, archived ones too."""
    return service.listed(query)


@api.get("/surveys/{slug}", auth=ADMIN, errors=[SurveyNotFound])
def read_survey(slug: str) -> SurveyAnswer:
    """A survey with who changed it last, archived or not."""
    return service.card(slug)


@api.put("/surveys/{slug}", auth=ADMIN)
def put_survey(slug: str, body: SurveyBody, caller: Member) -> SurveyAnswer:
    """Make a survey, or put this one in its place; an archived one is shown again."""
    return service.put(slug, body, caller)


@api.delete("/surveys/{slug}", auth=ADMIN, errors=[SurveyNotFound])
def archive_survey(slug: str, caller: Member) -> SurveyAnswer:
    """Have the site show a survey no more."""
    return service.archive(slug, caller)
