"""A server on loopback that hears files as OpenAI's does."""

from email import message_from_bytes, policy

from tests.standins.server import Answer, Asked, StandIn


class SpeechStandIn(StandIn):
    """`parts` are what it hears; `files` what it was given."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key, self.parts, self.files = key, [], []

    def answer(self, asked: Asked) -> Answer:
        self.require((asked.method, asked.path) == ("POST", "/v1/audio/transcriptions"), f"{asked.method} {asked.path}", 404)
        if asked.headers.get("authorization") != f"Bearer {self.key}":
            return 401, {"error": {"message": "Incorrect API key provided", "type": "invalid_request_error", "code": "invalid_api_key"}}
        head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
        form = message_from_bytes(head + asked.body, policy=policy.HTTP)
        found = {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}
        fields = {name: part.get_content().strip() for name, part in found.items() if name != "file"}
        wanted = {"model": "whisper-1", "language": "ru", "response_format": "verbose_json", "timestamp_granularities[]": "segment"}
        self.require(fields == wanted and bool(found["file"].get_filename()), f"fields {fields}")
        self.files.append(found["file"].get_payload(decode=True))
        return 200, {"task": "transcribe", "language": "russian", "duration": 9.0, "text": "…", "segments": self.parts}
