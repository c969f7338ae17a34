"""The leave to ask language models of Bedrock: of those that are named, for the functions whose code comes to its client."""

from typing import Any

from infra import roles
from infra.inventory import Inventory

NAMED = "ModelArns"

PARAMETERS = {
    NAMED: {
        "Type": "CommaDelimitedList",
        "Default": "",
        "Description": "ARNs of the models that may be asked, and of their inference profiles, with commas; empty: none may be",
    }
}
CONDITIONS = {"AsksModels": {"Fn::Not": [{"Fn::Equals": [{"Fn::Join": ["", {"Ref": NAMED}]}, ""]}]}}
SERVICE = "bedrock:"


def resources(inventory: Inventory) -> dict[str, Any]:
    """One policy for the roles of all functions that ask models: a role's own could not be conditional."""
    who = sorted(function for function, name in inventory.functions.items() if _needed(inventory, name))
    actions = sorted({action for name in inventory.functions.values() for action in _needed(inventory, name)})
    allowed = {
        "PolicyName": "models",
        "Roles": [{"Ref": f"{one}Role"} for one in who],
        "PolicyDocument": roles.allowing(actions, {"Ref": NAMED}),
    }
    return {"Models": {"Type": "AWS::IAM::Policy", "Condition": "AsksModels", "Properties": allowed}} if who else {}


def _needed(inventory: Inventory, name: str) -> list[str]:
    return [action for action in inventory.grants[name].needs if action.startswith(SERVICE)]
