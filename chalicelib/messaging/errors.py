"""What keeps words of one of ours from a client by the channel that he named, as his door says it at once."""

from chalicelib.core.errors import Conflict


class NowhereToSend(Conflict):
    code = "nowhere_to_send"
    message = "The client has no living address for this channel."


class ChannelUnavailable(Conflict):
    """Nothing carries it here, or people send such messages by hand."""

    code = "channel_unavailable"
    message = "Messages of this type are not sent from here."


class NoConsent(Conflict):
    code = "no_consent"
    message = "The client has not agreed to be written to so."
