"""The merge template: what CloudFormation needs beyond what Chalice packages, made from the inventory alone."""

from collections.abc import Mapping
from typing import Any

from infra import accesslog, domain, files, firewall, functions, gateway, mails, modelling, tables, throttles, watching
from infra.inventory import Inventory
from infra.naming import APP, LOCAL, service_name, settings_path, table_prefix
from infra.sizing import Sizing

CHALICES = "APIHandler"
"""How Chalice calls what belongs to its one function for all routes."""

Template = dict[str, Any]


def merge_template(inventory: Inventory, stage: str, sizing: Sizing) -> Template:
    """What is merged over Chalice's template of this stage."""
    made = {
        "Description": f"{APP} {stage}",
        "Parameters": throttles.PARAMETERS | watching.PARAMETERS | files.PARAMETERS,
        "Conditions": watching.CONDITIONS,
        "Globals": {"Function": {"Environment": {"Variables": environment(stage)}}},
        "Resources": {
            **tables.resources(inventory.tables, stage),
            **functions.resources(inventory, stage, sizing),
            **files.resources(stage),
            **gateway.resources(inventory, stage),
            **watching.resources(inventory, stage),
        },
        "Outputs": {"TablePrefix": {"Value": table_prefix(stage)}},
    }
    return made if stage == LOCAL else _deployed(made, inventory, stage)


def _deployed(made: Template, inventory: Inventory, stage: str) -> Template:
    """With what only Amazon has: protection, an access log, a domain, a firewall, mails, models."""
    parts = (tables, accesslog, domain, firewall, mails, modelling)
    more = accesslog.resources(stage) | domain.resources() | firewall.resources(stage)
    more |= mails.resources(inventory) | modelling.resources(inventory)
    return made | {
        "Parameters": made["Parameters"] | {name: one for part in parts for name, one in part.PARAMETERS.items()},
        "Conditions": made["Conditions"] | {name: one for part in parts for name, one in part.CONDITIONS.items()},
        "Rules": domain.RULES,
        "Resources": made["Resources"] | more,
        "Outputs": made["Outputs"] | domain.OUTPUTS,
    }


def environment(stage: str) -> dict[str, Any]:
    """What every function is told. A deployed stage reads the rest from Parameter Store, the local one is given it."""
    told: dict[str, Any] = {
        **files.environment(),
        "STAGE": stage,
        "TABLE_PREFIX": table_prefix(stage),
        "LOG_LEVEL": "INFO",
        "POWERTOOLS_SERVICE_NAME": service_name(stage),
    }
    return told | ({"STORE_STRICT": "1"} if stage == LOCAL else {"SETTINGS_PATH": settings_path(stage)})


def with_settings(template: Template, settings: dict[str, str]) -> Template:
    """The template with settings in every function's environment: for the local stage only."""
    variables = environment(LOCAL) | settings
    return template | {"Globals": {"Function": {"Environment": {"Variables": variables}}}}


def without_routes(packaged: Template, merged: Template) -> Template:
    """Chalice's template with our paths alone: it gives each route a path of its own, and all of them one function.

    With every operation a path, an API's 300 and a stack's 500 resources would be used up before the desk is built.
    """
    resources = {name: one for name, one in packaged["Resources"].items() if not name.startswith(CHALICES)}
    api = resources["RestAPI"]["Properties"]
    body = api["DefinitionBody"] | {"paths": merged["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]}
    rest = resources["RestAPI"] | {"Properties": api | {"DefinitionBody": body}}
    outputs = {name: one for name, one in packaged["Outputs"].items() if not name.startswith(CHALICES)}
    return packaged | {"Resources": resources | {"RestAPI": rest}, "Outputs": outputs}


def with_code(template: Template, bucket: str, keys: Mapping[str, str]) -> Template:
    """The template with its functions' code in a bucket; `keys` are by how it names each zip."""
    placed = {name: _placed(resource, bucket, keys) for name, resource in template["Resources"].items()}
    return template | {"Resources": placed}


def _placed(resource: dict[str, Any], bucket: str, keys: Mapping[str, str]) -> dict[str, Any]:
    if resource.get("Type") != "AWS::Serverless::Function":
        return resource
    properties = resource["Properties"]
    return resource | {"Properties": properties | {"CodeUri": {"Bucket": bucket, "Key": keys[properties["CodeUri"]]}}}
