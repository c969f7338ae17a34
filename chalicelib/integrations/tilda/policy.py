"""Who may send a site's form: anyone, and Tilda by its key wherever its owner had it put."""

from chalicelib.core import schemes
from chalicelib.core.errors import Unauthorized
from chalicelib.core.security import API_KEY, Caller, Policy, key_of, same
from chalicelib.core.settings import Settings
from chalicelib.core.wire import Incoming
from chalicelib.integrations.schemes import TOKEN_QUERY


def _form(request: Incoming, config: Settings) -> Caller:
    """Anyone; but a key that is sent as such must be Tilda's or the service's, and whatever carries a right key is one."""
    field = request.loose_fields().get("X-Api-Key") or request.loose_fields().get("X-API-Key")
    given = key_of(request) or request.query.get("token") or (str(field) if field else None)
    caller = _keyed(given, config)
    if given and caller is None:
        raise Unauthorized
    return _take_out_keys(request, config) or caller or Caller("public")


def _keyed(given: object, config: Settings) -> Caller | None:
    """The caller whose key this is, bare or as a bearer's; None for any other value."""
    text = given.removeprefix("Bearer ").strip() if isinstance(given, str) else None
    if same(text, config.tilda_api_key):
        return Caller("webhook")
    return Caller("service") if same(text, config.service_api_key) else None


def _take_out_keys(request: Incoming, config: Settings) -> Caller | None:
    """Whoever a key under another name stands for: site builders let their owners name its field. It is no part of what was said."""
    fields = request.loose_fields()
    found = [_keyed(value, config) for value in (request.headers.get("authorization"), *request.query.values())]
    for name, caller in [(name, _keyed(value, config)) for name, value in fields.items()]:
        if caller:
            del fields[name]
            found.append(caller)
    return next((caller for caller in found if caller), None)


schemes.also(API_KEY, "at site forms also Tilda's")
PUBLIC_FORM = Policy("public_form", _form, ("", API_KEY, TOKEN_QUERY))
