"""What can go wrong with a survey."""

from chalicelib.core.errors import NotFound


class SurveyNotFound(NotFound):
    code = "survey_not_found"
    message = "No survey is known by this slug, or it is archived."


class NotShown(Exception):
    """There is no survey here that the site shows, so none that could be archived."""
