"""What can go wrong with recordings."""

from chalicelib.core.errors import Conflict


class NoRecording(Conflict):
    code = "no_recording"
    message = "There is no recording of this call."


class NoConsentToRecord(Conflict):
    """Keeping a recording, and having it heard, need the client's yes."""

    code = "no_consent"
    message = "The client has not agreed to be recorded."


class RecordingsUnavailable(Conflict):
    """No bucket is set."""

    code = "recordings_unavailable"
    message = "Recordings are not kept here."


class TranscriptionUnavailable(Conflict):
    code = "transcription_unavailable"
    message = "Recordings are not transcribed here."


class RecordingHostRefused(Conflict):
    """Recordings are fetched from hosts of `RECORDING_HOSTS` alone."""

    code = "recording_host_refused"
    message = "Recordings are not fetched from this host."
