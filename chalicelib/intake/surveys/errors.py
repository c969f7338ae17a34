"""What can go wrong with a survey."""

from chalicelib.core.errors import NotFound


class SurveyNotFound(NotFound):
    code = "survey_not_found"
    message = "No survey is known by this slug, or it is archived."
