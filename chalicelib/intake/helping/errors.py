"""What can go wrong where a time of the helping hand is chosen."""

from chalicelib.core.errors import Conflict, TooMany


class NumberAmbiguous(Conflict):
    code = "number_ambiguous"
    message = "Two applications bear this number: the link in the bot says which is meant."


class ChosenBefore(Conflict):
    code = "chosen_before"
    message = "A time was chosen for this application before, or it waits no longer."


class TooManyHolds(TooMany):
    code = "too_many_holds"
    message = "Too many times are held from this address; please repeat later."
