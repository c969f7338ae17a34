"""The proofs that callers may show, as OpenAPI describes them; policies name them (`security.Policy.schemes`)."""

from typing import Any

SECURITY_SCHEMES: dict[str, dict[str, Any]] = {
    "ApiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "The back office's and the bots' key; at site forms also Tilda's.",
    },
    "TokenQuery": {
        "type": "apiKey",
        "in": "query",
        "name": "token",
        "description": "A sender's key where it cannot set a header: a site form's (the field `X-Api-Key` does too), Chatwoot's.",
    },
    "SupabaseSecret": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Webhook-Secret",
        "description": "What Supabase's database triggers send.",
    },
    "TelegramSecret": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Telegram-Bot-Api-Secret-Token",
        "description": "What Telegram sends with every update.",
    },
    "TelegramInitData": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`tma <initData>`: a client whom Telegram vouches for; own data only.",
    },
    "ClientToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The token that `/verify-code` gives for a right code: 24 hours, own data only.",
    },
    "PageToken": {
        "type": "apiKey",
        "in": "query",
        "name": "lead_number",
        "description": "The token of a page that the bot linked to, in the query or the body wherever a client's number stands "
        "(`lead_number`, `utm_client`): 30 days, that client and that page only; what is said beside it counts for nothing.",
    },
    "Bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A person's access token, which `OIDC_ISSUER` must have signed for `OIDC_AUDIENCE`: own account only.",
    },
    "BackEnd": {
        "type": "http",
        "scheme": "bearer",
        "description": "A trusted back end's access token of the same issuer, with the scopes that an operation names: any client.",
    },
    "CabinetToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token that `/gocrm/sign-in` gives for a right SMS code: an hour, own children only.",
    },
    "ChatwootSignature": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Chatwoot-Signature",
        "description": "`sha256=<hex>` of `X-Chatwoot-Timestamp`, a dot and the body; five minutes old at most.",
    },
    "StaffToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token of one of the staff; the roles that are let in stand beside it.",
    },
    "StaffCookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-desk",
        "description": "The desk's session in a browser; counts only together with the header `X-Frontdesk-Desk: 1`.",
    },
    "CalendarToken": {
        "type": "apiKey",
        "in": "query",
        "name": "token",
        "description": "A specialist's secret link to his calendar feed: that feed only.",
    },
}
