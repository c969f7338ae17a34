"""The leave to send mails by SES: of one identity, for the functions whose code comes to its client, where an identity is named."""

from typing import Any

from infra import roles
from infra.inventory import Inventory

IDENTITY, SET = "MailIdentityArn", "MailConfigurationSet"

PARAMETERS = {
    IDENTITY: {"Type": "String", "Default": "", "Description": "The ARN of the SES identity that mails come from; empty: none may send"},
    SET: {"Type": "String", "Default": "", "Description": "The name of the configuration set in SES_CONFIGURATION_SET; empty for none"},
}
CONDITIONS = {
    "SendsMails": {"Fn::Not": [{"Fn::Equals": [{"Ref": IDENTITY}, ""]}]},
    "HasMailSet": {"Fn::Not": [{"Fn::Equals": [{"Ref": SET}, ""]}]},
}
SERVICE = "ses:"


def resources(inventory: Inventory) -> dict[str, Any]:
    """One policy for the roles of all functions that deliver mails: a role's own could not be conditional."""
    who = sorted(function for function, name in inventory.functions.items() if _needed(inventory, name))
    actions = sorted({action for name in inventory.functions.values() for action in _needed(inventory, name)})
    set_arn = {"Fn::Sub": "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${" + SET + "}"}
    on = [{"Ref": IDENTITY}, {"Fn::If": ["HasMailSet", set_arn, {"Ref": "AWS::NoValue"}]}]
    allowed = {"PolicyName": "mails", "Roles": [{"Ref": f"{one}Role"} for one in who], "PolicyDocument": roles.allowing(actions, on)}
    return {"Mails": {"Type": "AWS::IAM::Policy", "Condition": "SendsMails", "Properties": allowed}} if who else {}


def _needed(inventory: Inventory, name: str) -> list[str]:
    return [action for action in inventory.grants[name].needs if action.startswith(SERVICE)]
