"""Who may do what: the table that the matrix is generated from, and that the doors are tested against.

It is written by hand on purpose: a table taken from the routes would agree with whatever the routes say.
"""

from dataclasses import dataclass

from chalicelib.core.http import OPERATIONS, Operation
from tests.authorisation.callers import CALLERS

KEYS = ("wrong key", "Tilda's key")
OTHER_CLIENT = ("another's initData", "another's token")
OWNER = ("owner's initData", "owner's token")
BAD_PROOFS = ("forged initData", "forged token")
OIDC = ("another person", "owner person", "back end", "back end, creates", "back end, no scopes")
PARENTS = ("another parent", "owner parent")
HEADS = ("service", "staff: owner", "staff: admin")
STAFF = ("staff: owner", "staff: admin", "staff: manager", "staff: ended")
CLIENT_TOKENS = ("another's token", "owner's token")
BEARERS = ("forged token", "another's token", "owner's token", *OIDC, *STAFF)
FOREIGN_BEARERS = (*OIDC, *PARENTS, *STAFF)
"""Bearer tokens that are right somewhere, but no client's tokens."""


def _all(callers: tuple[str, ...], status: int) -> dict[str, int]:
    return dict.fromkeys(callers, status)


@dataclass(frozen=True)
class Rule:
    """What an operation answers to each caller. `sees`: who may read the owner's data in the answer.

    `idle`: who is answered, and changes nothing all the same; so is whoever is refused.
    """

    words: str
    otherwise: int
    statuses: dict[str, int]
    sees: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()

    def expected(self, caller: str) -> int:
        """The status for a caller."""
        return self.statuses.get(caller, self.otherwise)


RULES = {
    "public": Rule("Anyone; nothing in the answer is anybody's.", 200, {}),
    "form": Rule(
        "Anyone; but a key that is sent as such must be right, and a right one counts under any name: site builders name the field.",
        200,
        {"wrong key": 401},
        sees=("key in the address", "Tilda's key", "service"),
    ),
    "service": Rule("The back office and the bots alone.", 401, {"service": 200}, sees=("service",)),
    "ticket": Rule(
        "Whoever knows the ticket's id, which nobody can guess; a proof that is sent must be right, and its bearer the ticket's client.",
        200,
        _all((*KEYS, *BAD_PROOFS, *FOREIGN_BEARERS), 401) | _all(OTHER_CLIENT, 404),
        sees=(*OWNER, "service"),
    ),
    "own data": Rule(
        "The back office, or a client for what is his: another one gets his own rows.",
        401,
        {"service": 200} | _all((*OTHER_CLIENT, *OWNER), 200),
        sees=(*OWNER, "service"),
    ),
    "letter": Rule("Anyone who holds the link of a letter to this client; any other link is 404.", 200, {}),
    "calendar": Rule(
        "The back office; or whoever holds the secret link to one specialist's feed.", 401, {"service": 200}, sees=("service",)
    ),
    "page": Rule(
        "The back office; or whoever holds the bot's link to one client's page: its token, not a number. "
        "`tests/integration/access/test_pages.py` tries the tokens.",
        401,
        {"service": 200},
        sees=("service",),
    ),
    "supabase": Rule("The database's triggers.", 401, {"Supabase": 200}),
    "telegram": Rule("Telegram.", 401, {"Telegram": 200}),
    "mail's carrier": Rule(
        "The back office; or whoever holds the secret in the address that the carrier was given. "
        "`tests/integration/messaging/test_bounces.py` tries it.",
        401,
        {"service": 200},
        sees=("service",),
    ),
    "chatwoot": Rule("The helpdesk.", 401, {"Chatwoot": 200}),
    "a connection's CRM": Rule(
        "The CRM of this very connection, by its own proof or by the secret in its hook's address. "
        "`tests/integration/sales/crm/test_hooks.py` tries it.",
        401,
        {},
    ),
    "code": Rule("Anyone who holds the code; a wrong one opens nothing.", 200, {}),
    "consultation made": Rule(
        "A person for himself, or a back end with the scope for anybody; to another person a client does not exist.",
        401,
        _all(("owner person", "back end", "back end, creates"), 200) | {"another person": 404, "back end, no scopes": 403},
        sees=("owner person", "back end"),
    ),
    "consultation of a client": Rule(
        "The person whom it is about, or a back end with the scope; to another person he does not exist.",
        401,
        _all(("owner person", "back end"), 200) | {"another person": 404} | _all(("back end, creates", "back end, no scopes"), 403),
        sees=("owner person", "back end"),
    ),
    "sign-in": Rule("Anyone; the answer is the same for every phone.", 200, {}),
    "sign-out": Rule(
        "Anyone with a token, whose session is over then; a token that is none of ours has none.",
        401,
        _all((*BEARERS, *PARENTS), 200),
        idle=BEARERS,
    ),
    "own page": Rule(
        "Whoever shows the secret of a specialist's own page, which nobody can guess; a wrong one reads `unauthored`.",
        200,
        {},
        sees=tuple(CALLERS),
    ),
    "parent": Rule(
        "A signed-in parent, for what is his: another one gets or changes his own.", 401, _all(PARENTS, 200), sees=("owner parent",)
    ),
    "parent of the child": Rule(
        "A signed-in parent, for his own child.", 401, {"owner parent": 200, "another parent": 404}, sees=("owner parent",)
    ),
    "staff sign-in": Rule("Anyone who shows a password, a refresh token or Telegram's word that is one of the staff's.", 200, {}),
    "staff": Rule(
        "Whoever works here and is signed in; the service key acts as an owner. A client's token is a right one, but not of the staff.",
        401,
        _all((*HEADS, "staff: manager"), 200) | _all(CLIENT_TOKENS, 403),
    ),
    "staff at the desk": Rule(
        "Owners, admins, operators and the service key: whoever sees every client. A manager has the rooms of sales alone.",
        401,
        _all(HEADS, 200) | _all((*CLIENT_TOKENS, "staff: manager"), 403),
        sees=HEADS,
    ),
    "staff who speak to leads": Rule(
        "Owners, admins, managers, operators and the service key, managers and operators for their own leads and nobody's; "
        "analysts only read. `tests/integration/sales` tries the others.",
        401,
        _all((*HEADS, "staff: manager"), 200) | _all(CLIENT_TOKENS, 403),
    ),
    "staff at the till": Rule(
        "Owners, admins, operators and the service key: what is sold and where it lies, and what clients are told.",
        401,
        _all(HEADS, 200) | _all((*CLIENT_TOKENS, "staff: manager"), 403),
    ),
    "staff who read sales' figures": Rule(
        "Owners, admins, analysts and the service key; managers and operators for their own deals. A master reads none.",
        401,
        _all((*HEADS, "staff: manager"), 200) | _all(CLIENT_TOKENS, 403),
    ),
    "staff who forecast": Rule(
        "Owners, admins, analysts and the service key; managers only read, of their own deals. `tests/integration/sales` tries analysts.",
        401,
        _all(HEADS, 200) | _all((*CLIENT_TOKENS, "staff: manager"), 403),
    ),
    "owner": Rule(
        "Owners and the service key: how money is earned.",
        401,
        _all(("service", "staff: owner"), 200) | _all((*CLIENT_TOKENS, "staff: admin", "staff: manager"), 403),
    ),
    "staff who keep hours": Rule(
        "Owners, admins and the service key; a master for what is his own. `tests/integration/team` tries masters.",
        401,
        _all(HEADS, 200) | _all((*CLIENT_TOKENS, "staff: manager"), 403),
    ),
    "staff who keep the bookings": Rule(
        "Owners, admins, operators and the service key; a master for what is his own. "
        "`tests/integration/appointments/reading` tries masters.",
        401,
        _all(HEADS, 200) | _all((*CLIENT_TOKENS, "staff: manager"), 403),
        sees=HEADS,
    ),
    "staff who sell": Rule(
        "Owners, admins, managers and operators, who see their own and nobody's; an analyst reads. A client's token is not of the staff.",
        401,
        _all((*HEADS, "staff: manager"), 200) | _all(CLIENT_TOKENS, 403),
        sees=(*HEADS, "staff: manager"),
    ),
    "staff who write leads down": Rule(
        "Owners, admins, managers and operators. A client's token is not of the staff.",
        401,
        _all((*HEADS, "staff: manager"), 201) | _all(CLIENT_TOKENS, 403),
    ),
    "staff who remove leads": Rule(
        "Owners, admins and the service key.", 401, _all(HEADS, 200) | _all((*CLIENT_TOKENS, "staff: manager"), 403), sees=HEADS
    ),
    "staff who run the house": Rule(
        "Owners, admins and the service key.", 401, _all(HEADS, 200) | _all((*CLIENT_TOKENS, "staff: manager"), 403)
    ),
    "client of the app": Rule(
        "A client for himself, by Telegram's word for the Mini App or by his token; the office has doors of its own.",
        401,
        _all((*OTHER_CLIENT, *OWNER), 200),
        sees=OWNER,
    ),
    "staff, or of himself": Rule(
        "Owners, admins and the service key; a client for what is his. To a client nobody else exists.",
        401,
        _all((*HEADS, *OWNER), 200) | _all(OTHER_CLIENT, 404) | {"staff: manager": 403},
    ),
    "office, or the app": Rule(
        "Owners, admins, operators and the service key; a client who opens the app, for himself.",
        401,
        _all((*HEADS, *OWNER, *OTHER_CLIENT), 200) | {"staff: manager": 403},
    ),
    "staff who keep cards": Rule(
        "Owners, admins and the service key, who change what a client is worth: his level, who brought him, whether he is blocked.",
        401,
        _all(HEADS, 200) | _all((*CLIENT_TOKENS, "staff: manager"), 403),
        sees=HEADS,
    ),
    "staff who take data away": Rule(
        "Owners, admins and the service key, who read everybody's data at once.",
        401,
        _all(HEADS, 200) | _all((*CLIENT_TOKENS, "staff: manager"), 403),
        sees=HEADS,
    ),
}

ROWS = {
    "public": """
        get_available_slots get_available_slots_test_contur get_sheets_row_number get_sheets_row_number_test_contur
        init_form_tracking update_tracking_step update_analytics_before_slots
        init_form_tracking_test_contur update_tracking_step_test_contur update_tracker step_analytics web_track
        check_allotment_for_slot_confirmation get_survey check_fill_survey
        gocrm_cities gocrm_centers gocrm_staff
        cards edu_keys_pipeline_batch get_filtered_psychologists_names_new
        get_agregated_schedule_v2 schedule_diagnosis_v2 get_agregated_schedule_cards get_agregated_schedule_helpful_hand
        get_aggregated_all convert_schedule_timezone
        health api_health docs docs_file openapi_json
    """,
    "form": """
        submit_application submit_application_test_contur diagnostic_session_request
        tilda_zayavka tilda_zayavka_diagnostic_v2 register_ticket_for_help_hand helpful_hand_zayavka_new
        research_tilda_zayavka research_tilda_zayavka_test_contur update_contacts_stb update_contacts_stb_test_contur
        create_gocrm_lead create_funnel_lead list_gocrm_leads
    """,
    "service": """
        client_registration list_messages get_telegram_id get_telegram_id_test_contur resume_client
        list_specialists create_specialist update_specialist delete_specialist create_slots delete_slot
        get_assigment_coeff generate_conference_link process_link
        process_diagnostic_session_request process_diagnostic_session_request_test_contur
        reconcile form_funnel schedule_client_action_after_5_days schedule_client_action_after_3_weeks
        send_ticket_data_to_admin send_user_message_to_admin send_admin_message_to_user
        list_sync replay_sync list_lead_deliveries replay_lead_delivery
        list_inbox replay_inbox list_outbox replay_outbox replay_outbox_in_bulk advance
        confirm_contact client_timeline
    """,
    "ticket": "confirm_session_by_client cancel_session reschedule_session rate_session get_ticket_info",
    "own data": "client_sessions_history",
    "calendar": "get_schedule",
    "letter": "show_unsubscribing unsubscribe",
    "page": """
        reassign get_ticket_info_for_reassigment get_ticket_info_for_reassigment_without_schedule get_reassignment_schedule
        client_os client_os_test_contur
    """,
    "supabase": "notify_update",
    "telegram": "telegram",
    "chatwoot": "chatwoot",
    "a connection's CRM": "crm_hook",
    "mail's carrier": "mail_events",
    "code": "verify_code verify_code_test_contur",
    "consultation made": "create_consultation create_consultation_simple",
    "consultation of a client": """
        upsert_client get_client get_client_by_hash get_ticket list_client_tickets
    """,
    "sign-in": "gocrm_sign_in",
    "own page": """
        get_slot get_psycho get_ticket_for_slot add_slot delete_own_slot
        plan_free_slots get_root_planned_free_slot
        cancel_slot psy_os update_psychologists
        create_custom_event get_all_events get_event_for_slot join_to_event
        get_help_hand_tickets confirm_help_hand_by_psychologist
    """,
    "parent": """
        gocrm_profile gocrm_change_profile gocrm_children gocrm_subscriptions gocrm_lessons gocrm_payments gocrm_debts
    """,
    "parent of the child": "gocrm_windows gocrm_book_lesson gocrm_payment_link",
    "sign-out": "gocrm_sign_out",
    "staff sign-in": "auth_login auth_refresh verify_telegram_auth open_desk",
    "staff": "auth_logout auth_me show_desk close_desk users_me_get users_me_update users_get",
    "staff at the till": "products_list specifications_get locations_list stock_get list_news get_news_stats",
    "staff who read sales' figures": "sales_analytics forecasts_list forecasts_get ai_models ai_usage ai_job",
    "staff who forecast": "forecasts_create forecasts_generate forecasts_update ai_generate_forecast",
    "owner": "system_settings_update payroll_run",
    "staff who keep the bookings": "appointments_list appointments_status",
    "staff who keep hours": "timesheet_get timesheet_create schedule_get",
    "staff who speak to leads": """
        messages_list messages_create messages_get messages_update messages_delete messages_send
        calls_list calls_create calls_get calls_update calls_transcript_get calls_transcript_create
        calls_tasks_list calls_tasks_create calls_tasks_update ai_analyze_call
    """,
    "staff at the desk": """
        list_clients list_sessions change_client_channels list_loyalty_clients create_loyalty_client get_loyalty_client get_loyalty_card
        list_feedback create_feedback
        appointments_create appointments_create_by_phone
        dialogue_messages dialogues_list dialogues_get dialogues_send dialogue_send_group
    """,
    "staff who sell": "leads_list leads_get leads_update leads_interactions leads_note leads_score ai_score_lead ai_generate_email",
    "staff who write leads down": "leads_create",
    "staff who remove leads": "leads_delete",
    "staff who run the house": """
        products_create products_update specifications_set specifications_delete stock_movements_list stock_movements_create
        locations_create traffic_channels_list traffic_channels_create system_settings_get
        users_list users_create users_update users_delete forecasts_delete merge_clients get_specialist renew_specialist_secret
        list_surveys read_survey put_survey archive_survey list_proposals accept_proposal reject_proposal
        audit audit_log
        crm_connections_list crm_connections_create crm_connections_get crm_connections_update crm_connections_delete
        crm_connections_sync crm_connections_status
        get_dashboard_summary get_dashboard_full
        get_analytics_customers get_analytics_operations get_analytics_finance get_analytics_levels
        list_certificates create_certificate list_referral_programs get_referral_config update_referral_config
        list_operations make_operation
        employees_list employees_create employees_update_named employees_archive_named
        employees_get employees_update employees_archive employees_history
        employee_categories_list employee_categories_create employee_categories_delete employee_categories_delete_named
        schedule_create payroll_export payroll_export_table
        create_news update_news update_named_news
        reminder_rules_get reminder_rules_set reminders_run
    """,
    "client of the app": "appointments_book appointments_options appointments_times submit_app_rating app_message",
    "staff, or of himself": "get_referral_client_info",
    "office, or the app": "track_news_event",
    "staff who take data away": "export_loyalty_clients",
    "staff who keep cards": "update_loyalty_client update_named_loyalty_client",
}
"""Every operation by name, under its rule."""


@dataclass(frozen=True)
class Exceptional:
    """Why an operation answers otherwise than its rule says."""

    statuses: dict[str, int]
    reason: str


EXCEPTIONS = {
    "list_gocrm_leads": Exceptional(
        _all(tuple(caller for caller in CALLERS if caller != "wrong key"), 405),
        "Go-CRM's public API takes leads and shows none: the door says so to whoever may leave one.",
    ),
    "helpful_hand_zayavka_new": Exceptional(
        _all(tuple(caller for caller in CALLERS if caller != "wrong key"), 404),
        "The sample's number is nobody's, and such a one makes nothing, whoever says it.",
    ),
    "users_create": Exceptional(_all(HEADS, 201), "What is made is answered 201."),
    "crm_connections_create": Exceptional(_all(HEADS, 201), "What is made is answered 201."),
    "crm_connections_sync": Exceptional(_all(HEADS, 202), "A run that begins is answered 202."),
    "leads_note": Exceptional(_all((*HEADS, "staff: manager"), 201), "What is made is answered 201."),
    "messages_create": Exceptional(_all((*HEADS, "staff: manager"), 201), "What is made is answered 201."),
    "forecasts_create": Exceptional(_all(HEADS, 201), "What is made is answered 201."),
    "forecasts_generate": Exceptional(_all(HEADS, 201), "What is made is answered 201."),
    "messages_send": Exceptional(_all((*HEADS, "staff: manager"), 202), "What waits to leave is answered 202."),
    "calls_create": Exceptional(_all((*HEADS, "staff: manager"), 201), "What is made is answered 201."),
    "calls_tasks_create": Exceptional(_all((*HEADS, "staff: manager"), 201), "What is made is answered 201."),
    "users_me_update": Exceptional({"service": 403}, "The service key is nobody's account."),
}
"""By operation. Each is a decision: say why."""

RULE_OF = {name: rule for rule, names in ROWS.items() for name in names.split()}

NO_ROW = """{name} ({method} {path}) stands in no row of the authorisation matrix.
Decide who may call it, then:
  1. add its name to the row of that rule in tests/authorisation/policy.py (ROWS; a new kind of door is a new rule in RULES);
  2. if its sample in events/ is not yet about the owner of the matrix's world, say in tests/authorisation/requests.py what it is asked;
  3. write the page anew: python -m tests.authorisation"""


def row_of(operation: Operation) -> Rule:
    """The rule of an operation. Fails for one that nobody has decided about."""
    if operation.name not in RULE_OF:
        raise LookupError(NO_ROW.format(name=operation.name, method=operation.method, path=operation.path))
    return RULES[RULE_OF[operation.name]]


def expected(operation: Operation) -> dict[str, int]:
    """Caller to status."""
    rule, exceptional = row_of(operation), EXCEPTIONS.get(operation.name)
    return {caller: rule.expected(caller) for caller in CALLERS} | (exceptional.statuses if exceptional else {})


def unknown_rows() -> list[str]:
    """Names in the table that are no operation any more, or stand in it twice."""
    names = [name for names in ROWS.values() for name in names.split()]
    known = {operation.name for operation in OPERATIONS}
    return sorted({name for name in [*names, *EXCEPTIONS] if name not in known or names.count(name) > 1})


@dataclass(frozen=True)
class Pending:
    """What a door does not do yet as the table says. Take it out when its test begins to pass: it is strict."""

    test: str
    operations: str
    point: str


PENDING: list[Pending] = []
"""One place for all that is known to be open, by the issue's points."""


def pending(test: str, operation: str) -> str | None:
    """The point because of which a test of an operation fails today."""
    return next((one.point for one in PENDING if one.test == test and operation in one.operations.split()), None)
