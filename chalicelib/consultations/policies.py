"""Who may ask for consultations and read cards: people and back ends by their issuer's tokens, a site that shows none where we say so."""

from chalicelib.core import schemes
from chalicelib.core.security import Caller, Policy
from chalicelib.core.settings import Settings
from chalicelib.core.wire import Incoming


def bearer(scope: str, *, open_form: bool = False) -> Policy:
    """A person by his issuer's token, for what is his own; a back end whose token carries `scope`; where `open_form` and the
    setting says so, a site that shows no token at all."""

    def admit(request: Incoming, config: Settings) -> Caller:
        from chalicelib.consultations import bearers  # only who takes such tokens pays for it

        given = request.headers.get("authorization", "")
        if open_form and not given.strip() and config.consultations_open_form:
            return Caller("public")
        return bearers.admitted(given, config, scope=scope)

    shown = (PERSON, BACK_END, *([""] if open_form else []))
    return Policy("open_form" if open_form else "bearer", admit, shown, scope)


PERSON = schemes.bearer("Bearer", "A person's access token, which `OIDC_ISSUER` must have signed for `OIDC_AUDIENCE`: own account only.")
BACK_END = schemes.bearer(
    "BackEnd",
    "A trusted back end's access token of the same issuer, with the scopes that an operation names: any client.",
    needs="scope",
)
CONSULTATIONS_CREATE = bearer("consultations:create")
CONSULTATIONS_FORM = bearer("consultations:create", open_form=True)
CLIENTS_READ = bearer("clients:read")
CLIENTS_WRITE = bearer("clients:write")
