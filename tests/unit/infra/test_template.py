"""The generated template, as data."""

import json
from dataclasses import replace

import pytest

from chalicelib.core import cors
from infra import functions, roles
from infra.inventory import Door, Grant
from infra.sizing import Sizing
from infra.template import merge_template, with_code, with_settings, without_routes


@pytest.fixture
def template(inventory, sizing):
    return merge_template(inventory, "prod", sizing)


@pytest.fixture
def resources(template):
    return template["Resources"]


def statements(role):
    """What the role allows by itself; the gateway's own has Amazon's policy for writing logs instead."""
    return [one for policy in role["Properties"].get("Policies", []) for one in policy["PolicyDocument"]["Statement"]]


EVERY = {"get", "head", "post", "put", "patch", "delete", "options"}


def called(path):
    """By method, the function that a path leads to."""
    return {
        method: one["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"].split("${")[-1].partition(".")[0] for method, one in path.items()
    }


def actions_on(role, service):
    return {action for one in statements(role) for action in one["Action"] if action.startswith(service)}


def test_a_webhook_has_a_function_of_its_own_that_registers_its_package_alone(resources):
    door = resources["TelegramDoor"]

    assert door["Type"] == "AWS::Serverless::Function"
    assert door["Properties"]["FunctionName"] == "frontdesk-prod-telegram"
    assert door["Properties"]["Handler"] == "app.app"
    assert door["Properties"]["Environment"]["Variables"] == {
        "FRONTDESK_DOORS": "bot",
        "FRONTDESK_SECRETS": "telegram_webhook_secret",
    }


def test_a_webhooks_path_leads_to_its_function_method_by_method(resources):
    paths = resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]

    assert called(paths["/slots"]) == {"post": "AddSlotsDoor"} | dict.fromkeys(EVERY - {"post"}, "DeskWing")
    assert called(paths["/telegram"]) == called(paths["/webhook/telegram"]) == {"post": "TelegramDoor"}


def test_all_else_leads_to_wings_by_greedy_paths_whatever_the_method(resources):
    paths = resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]

    for path, wing in {"/{path+}": "SiteWing", "/webhook/{path+}": "SiteWing", "/slots/{path+}": "DeskWing"}.items():
        assert called(paths[path]) == dict.fromkeys(EVERY, wing)
        assert [part["name"] for part in paths[path]["get"]["parameters"]] == ["path"]
    assert resources["DeskWing"]["Properties"]["Environment"]["Variables"] == {
        "FRONTDESK_WING": "desk",
        "FRONTDESK_SECRETS": "service_api_key,tilda_api_key",
    }


def test_the_gateway_may_call_just_what_it_leads_to_by_a_role_that_nobody_else_takes(resources):
    (allowed,) = statements(resources["GatewayRole"])
    paths = resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"].values()
    integrations = [method["x-amazon-apigateway-integration"] for path in paths for method in path.values()]

    assert {one["Fn::GetAtt"][0] for one in allowed["Resource"]} == {name for path in paths for name in called(path).values()}
    assert all(one["credentials"] == {"Fn::GetAtt": ["GatewayRole", "Arn"]} for one in integrations)
    (trust,) = resources["GatewayRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "apigateway.amazonaws.com"}


def test_pages_are_served_from_a_zip_of_their_own_and_may_nothing(resources):
    pages = resources["PagesWing"]["Properties"]

    assert (pages["CodeUri"], pages["Handler"]) == ("./pages.zip", "chalicelib.ops.files.handler")
    assert not actions_on(resources["PagesWingRole"], "dynamodb:")
    assert called(resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]["/docs"])["get"] == "PagesWing"


def test_nothing_is_left_of_chalices_own_function_and_paths(template):
    made = {"APIHandler": {}, "APIHandlerInvokePermission": {}, "Sweep": {"Type": "AWS::Serverless::Function"}}
    api = {"Properties": {"DefinitionBody": {"swagger": "2.0", "paths": {"/slots/{slot_id}": {}}}}}
    packaged = {"Resources": made | {"RestAPI": api}, "Outputs": {"APIHandlerArn": {}, "RestAPIId": {}}}

    left = without_routes(packaged, template)

    assert set(left["Resources"]) == {"Sweep", "RestAPI"} and set(left["Outputs"]) == {"RestAPIId"}
    body = left["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    assert body["paths"] == template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"] and body["swagger"] == "2.0"
    assert api["Properties"]["DefinitionBody"]["paths"] == {"/slots/{slot_id}": {}}


def test_sizes_come_from_the_configuration_most_special_first(resources):
    special, plain = resources["TelegramDoor"]["Properties"], resources["AddSlotsDoor"]["Properties"]

    assert (special["MemorySize"], special["Timeout"]) == (2048, 25)
    assert (plain["MemorySize"], plain["Timeout"]) == (512, 10)


@pytest.mark.parametrize("function", ["DeskWing", "PagesWing", "Sweep", "Deliver", "TelegramDoor"])
def test_every_function_has_its_own_role_and_a_log_group_that_forgets(resources, function):
    assert resources[function]["Properties"]["Role"] == {"Fn::GetAtt": [f"{function}Role", "Arn"]}
    assert resources[function]["DependsOn"] == [f"{function}Logs"]
    logs = resources[f"{function}Logs"]["Properties"]
    assert logs["LogGroupName"] == "/aws/lambda/" + resources[function]["Properties"]["FunctionName"]
    assert logs["RetentionInDays"] == 30


def test_no_role_allows_anything_on_everything(resources):
    for name, resource in resources.items():
        for one in statements(resource) if resource.get("Type") == "AWS::IAM::Role" else []:
            assert "*" not in json.dumps(one), f"{name}: {one}"


def test_tracing_is_a_setting_and_off(inventory, sizing, resources):
    traced = merge_template(inventory, "prod", Sizing({"xray": False, "stages": {"prod": {"xray": True}}}, "prod"))["Resources"]

    assert resources["TelegramDoor"]["Properties"]["Tracing"] == "PassThrough"
    assert not actions_on(resources["TelegramDoorRole"], "xray:")
    assert traced["TelegramDoor"]["Properties"]["Tracing"] == "Active"
    assert actions_on(traced["SweepRole"], "xray:") == set(roles.TRACE_ACTIONS)
    assert [one["Resource"] for one in statements(traced["SweepRole"]) if "*" in json.dumps(one)] == ["*"]


def test_no_functions_name_is_too_long_at_a_stage_of_twelve_letters(inventory, sizing):
    hook = Door("a" * 48, "intake", (("POST", "/a"),))
    long = replace(inventory, doors=(*inventory.doors, hook), grants={**inventory.grants, hook.name: Grant()})
    resources = merge_template(long, "environments", sizing)["Resources"]

    for name, one in resources.items():
        if "FunctionName" in one.get("Properties", {}) and one.get("Type") != "AWS::Lambda::Permission":
            assert len(one["Properties"]["FunctionName"]) <= 64
            assert resources[name + "Logs"]["Properties"]["LogGroupName"] == "/aws/lambda/" + one["Properties"]["FunctionName"]
            assert resources[name + "Failures"]["Properties"]["LogGroupName"] == "/aws/lambda/" + one["Properties"]["FunctionName"]


def test_a_role_allows_on_each_table_and_index_what_its_code_does_there_and_nothing_else(resources):
    slots, outbox, by_day = _arn("Slots"), _arn("Outbox"), {"Fn::Sub": "${SlotsTable.Arn}/index/by_day"}

    assert _rows(resources["SiteWingRole"]) == {("BatchGetItem",): [slots], ("Query",): [by_day]}
    assert _rows(resources["AddSlotsDoorRole"]) == {("BatchGetItem", "PutItem"): [slots], ("PutItem",): [outbox], ("Query",): [by_day]}
    assert _rows(resources["SweepRole"]) == {("DeleteItem", "PutItem"): [outbox]}
    assert not actions_on(resources["TelegramDoorRole"], "dynamodb:")


def _arn(table):
    return {"Fn::GetAtt": [table + "Table", "Arn"]}


def _rows(role):
    found = {tuple(one["Action"]): one["Resource"] for one in statements(role) if one["Action"][0].startswith("dynamodb:")}
    return {tuple(action.removeprefix("dynamodb:") for action in actions): on for actions, on in found.items()}


def test_only_the_deliverer_reads_the_stream_and_its_leftovers_go_to_a_queue(resources):
    source = resources["Deliver"]["Properties"]["Events"]["DeliverDynamodbEventSource"]["Properties"]

    assert source["Stream"] == {"Fn::GetAtt": ["OutboxTable", "StreamArn"]}
    assert source["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["FailedRecords", "Arn"]}
    assert "dynamodb:GetRecords" in actions_on(resources["DeliverRole"], "dynamodb:")
    assert "dynamodb:GetRecords" not in actions_on(resources["SweepRole"], "dynamodb:")
    assert resources["Sweep"]["Properties"]["DeadLetterQueue"]["TargetArn"] == {"Fn::GetAtt": ["FailedTicks", "Arn"]}


def test_a_table_is_encrypted_recoverable_and_kept(resources):
    table = resources["OutboxTable"]

    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert table["Properties"] == {
        "TableName": "frontdesk-prod-outbox",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "effect_id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "effect_id", "KeyType": "HASH"}],
        "DeletionProtectionEnabled": {"Fn::If": ["TablesAreProtected", True, False]},
        "SSESpecification": {"SSEEnabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
        "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
    }
    assert resources["SlotsTable"]["Properties"]["GlobalSecondaryIndexes"][0]["IndexName"] == "by_day"


def test_protection_is_productions_and_on_unless_somebody_says_off(inventory, sizing, template):
    assert template["Parameters"]["Protection"]["Default"] == "on"
    assert template["Conditions"]["TablesAreProtected"] == {"Fn::Equals": [{"Ref": "Protection"}, "on"]}
    for stage in ("dev", "local"):
        assert "DeletionProtectionEnabled" not in json.dumps(merge_template(inventory, stage, sizing))


def test_the_local_stage_keeps_no_tables_and_reads_no_parameters(inventory, sizing):
    local = merge_template(inventory, "local", sizing)

    assert local["Resources"]["OutboxTable"]["DeletionPolicy"] == "Delete"
    assert "ssm:" not in json.dumps(local)
    assert "SETTINGS_PATH" not in json.dumps(local)
    assert local["Globals"]["Function"]["Environment"]["Variables"]["STORE_STRICT"] == "1"


def test_a_deployed_stage_is_told_where_its_settings_are_and_may_read_them(template, resources):
    assert template["Globals"]["Function"]["Environment"]["Variables"]["SETTINGS_PATH"] == "/frontdesk/prod/"
    assert "STORE_STRICT" not in json.dumps(template)
    assert actions_on(resources["TelegramDoorRole"], "ssm:") == {"ssm:GetParameters"}
    (read,) = (one["Resource"] for one in statements(resources["TelegramDoorRole"]) if one["Action"] == ["ssm:GetParameters"])
    names = {one["Fn::Sub"].partition(":parameter")[2] for one in read}
    assert names == {"/frontdesk/prod/settings", "/frontdesk/prod/TELEGRAM_WEBHOOK_SECRET"}


@pytest.mark.parametrize(("function", "secrets"), [("SweepRole", "none"), ("DeskWingRole", "service_api_key,tilda_api_key")])
def test_a_function_asks_for_the_secrets_that_its_role_may_read(resources, function, secrets):
    (read,) = (one["Resource"] for one in statements(resources[function]) if one["Action"] == ["ssm:GetParameters"])
    told = resources[function.removesuffix("Role")]["Properties"]["Environment"]["Variables"]["FRONTDESK_SECRETS"]

    assert told == secrets
    allowed = {one["Fn::Sub"].rpartition("/")[2].lower() for one in read}
    assert allowed == {"settings", *told.split(",")} - {"none"}


def test_throttling_is_a_setting_and_refusals_are_readable_from_any_page(template, resources):
    gateway = resources["RestAPI"]["Properties"]
    throttled = gateway["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]["THROTTLED"]

    assert gateway["MethodSettings"][0]["ThrottlingRateLimit"] == {"Ref": "ThrottleRate"}
    assert not any(one["MetricsEnabled"] for one in gateway["MethodSettings"])
    assert (template["Parameters"]["ThrottleRate"]["Default"], template["Parameters"]["ThrottleBurst"]["Default"]) == (50, 200)
    assert throttled["responseParameters"]["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'"
    assert throttled["responseParameters"]["gatewayresponse.header.Retry-After"] == "'1'"


def test_the_gateway_never_says_that_a_token_is_missing_and_always_allows_any_page(resources):
    refusals = resources["RestAPI"]["Properties"]["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]
    missing = refusals["MISSING_AUTHENTICATION_TOKEN"]

    assert missing["statusCode"] == "404"
    assert json.loads(missing["responseTemplates"]["application/json"])["error"] == "not_found"
    shown = {name: f"'{cors.CORS[name]}'" for name in ("Access-Control-Allow-Origin", "Access-Control-Expose-Headers")}
    for refused in refusals.values():
        said = {name.removeprefix("gatewayresponse.header."): value for name, value in refused["responseParameters"].items()}
        assert shown.items() <= said.items()


def test_settings_and_code_are_placed_without_touching_the_package(template):
    before = json.dumps(template)
    keys = {"./deployment.zip": "code/1.zip", "./pages.zip": "code/2.zip"}
    placed = with_code(with_settings(template, {"SERVICE_API_KEY": "k"}), "bucket", keys)

    assert placed["Resources"]["TelegramDoor"]["Properties"]["CodeUri"] == {"Bucket": "bucket", "Key": "code/1.zip"}
    assert placed["Resources"]["PagesWing"]["Properties"]["CodeUri"]["Key"] == "code/2.zip"
    assert placed["Globals"]["Function"]["Environment"]["Variables"]["SERVICE_API_KEY"] == "k"
    assert json.dumps(template) == before


def test_a_job_is_woken_by_the_stream_of_its_own_table():
    outbox, facts = functions._source("outbox"), functions._source("facts")
    assert [one["Stream"]["Fn::GetAtt"] for one in (outbox, facts)] == [["OutboxTable", "StreamArn"], ["FactsTable", "StreamArn"]]
    patterns = [json.loads(one["FilterCriteria"]["Filters"][0]["Pattern"]) for one in (outbox, facts)]
    assert patterns[1] == {"eventName": ["INSERT"]}, "every fact is news"
    assert patterns[0]["dynamodb"], "of the outbox only what somebody waits for"
