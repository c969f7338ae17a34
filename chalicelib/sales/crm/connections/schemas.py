"""What the doors of connections ask and answer."""

from hashlib import sha256
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, SecretStr, model_validator

from chalicelib.core import web
from chalicelib.core.lines import in_one_line
from chalicelib.core.listing import Numbered, Numbers
from chalicelib.core.schemas import AS_TEXT, Headed, Query, Schema, Seen, Text, Whole, blank_is_none
from chalicelib.sales.crm.connections import rules
from chalicelib.sales.crm.connections.rules import CRMS, CrmType, Direction, Mode, Owner, RunState

SHORTEST = 8
"""Characters of a secret: of a shorter one the last four would tell too much."""


def _read_secret(said: Any) -> Any:
    said = blank_is_none(said)
    if said is None or isinstance(said, SecretStr):
        return said
    if not isinstance(said, str) or not SHORTEST <= len(said) <= 4_000 or not said.isascii() or any(one <= " " for one in said):
        raise ValueError(f"expected a secret of {SHORTEST} to 4000 characters without blanks")
    return said


def _mark(said: SecretStr | None) -> str | None:
    """How a request under a key is told from another one: by a digest, which is signed in its turn."""
    return sha256(said.get_secret_value().encode()).hexdigest() if said else None


Secret = Annotated[SecretStr | None, BeforeValidator(_read_secret), PlainSerializer(_mark, when_used="json")]


def _known(said: Any) -> Any:
    if said not in CRMS:
        raise ValueError(f"expected one of {', '.join(CRMS)}")
    return said


class Mapped(Schema):
    """Where one of our fields stands there, and who decides where both changed it."""

    theirs: Text = Field(None, max_length=100, description="Their field: `PRICE`, `UF_CRM_123`, at amoCRM also the id of an own field")
    owner: Owner | None = None
    values: dict[str, str | int] | None = Field(
        None, max_length=200, description="What of theirs is what of ours: stages by their ids, users by theirs"
    )


class ConnectionChange(Schema):
    """What is absent stays. Secrets are written and never read: those that are given replace all that were."""

    name: Annotated[Annotated[str, Field(max_length=255)] | None, AS_TEXT] = None
    base_url: Text = Field(None, max_length=500, description="https://, and the account's own host at the CRM")
    org_id: Text = Field(None, max_length=100)
    org_name: Text = Field(None, max_length=255)
    is_active: bool | None = None
    sync_leads: bool | None = Field(None, description="Whether who is new there becomes a lead here")
    sync_contacts: bool | None = Field(None, description="Name, phone, e-mail")
    sync_deals: bool | None = Field(None, description="Stage, amount, whose he is")
    sync_companies: bool | None = Field(None, description="His company")
    sync_direction: Direction | None = None
    field_mapping: dict[rules.Field, Mapped] | None = None
    access_token: Secret = None
    refresh_token: Secret = None
    client_id: Secret = None
    client_secret: Secret = None
    redirect_uri: Secret = Field(None, description="amoCRM's with a refresh token: the address that its integration names")
    webhook_url: Secret = Field(None, description="Bitrix24's inbound webhook, with its secret: `https://<portal>/rest/<user>/<secret>/`")
    application_token: Secret = Field(None, description="What Bitrix24 signs its outbound webhook with")

    KEPT: ClassVar[tuple[str, ...]] = (
        *("name", "org_id", "org_name", "is_active", "sync_leads", "sync_contacts", "sync_deals", "sync_companies", "sync_direction"),
        "field_mapping",
    )
    NEVER_NULL: ClassVar[tuple[str, ...]] = (
        *("name", "base_url", "is_active", "sync_leads", "sync_contacts", "sync_deals", "sync_companies", "sync_direction"),
    )

    @model_validator(mode="after")
    def _is_said(self) -> "ConnectionChange":
        empty = next((name for name in self.NEVER_NULL if name in self.model_fields_set and getattr(self, name) is None), None)
        if empty:
            raise ValueError(f"expected {empty} to be absent or to say something")
        if self.name is not None:
            in_one_line(self.name)
        if self.base_url is not None:
            web.address(self.base_url)
        return self

    @property
    def secrets(self) -> dict[str, str]:
        """The secrets that are given."""
        given = {name: getattr(self, name) for name in rules.SECRETS}
        return {name: said.get_secret_value() for name, said in given.items() if said is not None}

    @property
    def said(self) -> dict[str, Any]:
        """Everything else that is given, as it is kept."""
        return self.model_dump(include=self.model_fields_set & {*self.KEPT}, exclude_none=False)


class NewConnection(ConnectionChange):
    name: Annotated[str, BeforeValidator(blank_is_none), Field(min_length=1, max_length=255), Seen, AfterValidator(in_one_line)] = Field(
        examples=["Отдел продаж"]
    )
    crm_type: Annotated[CrmType, BeforeValidator(_known)]


class ConnectionPatch(ConnectionChange):
    """A change of a connection that is there; which CRM it is stays."""

    version: Whole = Field(None, description="The version that was read: another one now is refused")


class ConnectionsQuery(Numbered):
    search: str | None = Field(None, min_length=2, max_length=100, description="A part of its name or of its organisation's")
    status: Literal["pending", "ok", "failed", "off"] | None = None
    crm_type: CrmType | None = None
    order_by: Literal["created_at", "name"] = "created_at"


class DeleteConnection(Query):
    force: bool = Field(False, description="Also where a run goes on, which then ends")


class Sync(Schema):
    mode: Mode = Field("sync", description="What changed, everything, or only how the two differ; repair mends that")
    dry_run: bool = Field(False, description="Count what would be done, and do nothing")


class Check(Schema):
    state: rules.CheckState
    at: str | None
    account: str | None
    error: str | None


class ConnectionShown(Headed):
    id: int
    name: str
    crm_type: CrmType
    status: Literal["pending", "ok", "failed", "off"]
    base_url: str
    org_id: str | None
    org_name: str | None
    is_active: bool
    sync_leads: bool
    sync_contacts: bool
    sync_deals: bool
    sync_companies: bool
    sync_direction: Direction
    field_mapping: dict[str, Any]
    has_secret: bool
    secret_hint: str | None = Field(description="The last four characters of the secret")
    webhook_url: str | None = Field(description="Where the CRM tells us of changes; the token in it is this connection's own")
    check: Check
    last_sync_at: str | None
    sync_count: int
    error_count: int
    last_error: str | None
    created_at: str
    updated_at: str | None
    version: int


class Connections(Numbers):
    items: list[ConnectionShown]


class RunShown(Headed):
    run_id: str
    connection_id: int
    mode: Mode
    dry_run: bool
    state: RunState
    begun_at: str
    ended_at: str | None
    counts: dict[str, int]
    conflicts: list[dict[str, Any]] = Field(description="The last of what lost to the other side: lead and field, never the value")
    error: str | None


class StatusShown(Headed):
    connection_id: int
    is_active: bool
    check: Check
    last_sync: str | None
    sync_count: int
    error_count: int
    last_error: str | None
    running: str | None
    cursor_at: str | None = Field(description="Up to when, by the CRM's own clock, its changes are known")
    waiting: int = Field(description="How much waits to be said to this CRM, or asked of it")
    last_run: RunShown | None
    drift: dict[str, Any] | None = Field(description="What the last comparison found: how many are the same, differ, or are missing")
