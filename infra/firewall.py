"""AWS WAF before the API, where it is asked for: it costs some eight dollars a month before the first request.

It turns away addresses of known bad name, and whoever reads too much. Webhooks come from few addresses and come often, so what is
no GET has no limit an address here. Amazon's common rules are left out: they refuse bodies above 8 KB, which forms have.
"""

from typing import Any

from infra.naming import APP

FIREWALL, A_READER = "Firewall", "FirewallReads"

PARAMETERS = {
    FIREWALL: {"Type": "String", "Default": "off", "AllowedValues": ["on", "off"], "Description": "Whether AWS WAF stands before the API"},
    A_READER: {"Type": "Number", "Default": 1000, "MinValue": 10, "Description": "Reads in five minutes that WAF allows one address"},
}
CONDITIONS = {"HasFirewall": {"Fn::Equals": [{"Ref": FIREWALL}, "on"]}}


def resources(stage: str) -> dict[str, Any]:
    """The list of rules, and that it stands before the API's stage."""
    properties = {
        "Name": f"{APP}-{stage}",
        "Scope": "REGIONAL",
        "DefaultAction": {"Allow": {}},
        "VisibilityConfig": _seen("Firewall"),
        "Rules": [_bad_names(), _readers()],
    }
    place = "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${RestAPI}/stages/${RestAPI.Stage}"
    before = {"ResourceArn": {"Fn::Sub": place}, "WebACLArn": {"Fn::GetAtt": ["WebAcl", "Arn"]}}
    return {
        "WebAcl": {"Type": "AWS::WAFv2::WebACL", "Condition": "HasFirewall", "Properties": properties},
        "WebAclBeforeApi": {"Type": "AWS::WAFv2::WebACLAssociation", "Condition": "HasFirewall", "Properties": before},
    }


def _bad_names() -> dict[str, Any]:
    listed = {"VendorName": "AWS", "Name": "AWSManagedRulesAmazonIpReputationList"}
    return {
        "Name": "BadNames",
        "Priority": 0,
        "OverrideAction": {"None": {}},
        "Statement": {"ManagedRuleGroupStatement": listed},
        "VisibilityConfig": _seen("BadNames"),
    }


def _readers() -> dict[str, Any]:
    is_read = {
        "FieldToMatch": {"Method": {}},
        "PositionalConstraint": "EXACTLY",
        "SearchString": "GET",
        "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
    }
    rate = {"Limit": {"Ref": A_READER}, "AggregateKeyType": "IP", "ScopeDownStatement": {"ByteMatchStatement": is_read}}
    return {
        "Name": "Readers",
        "Priority": 1,
        "Action": {"Block": {}},
        "Statement": {"RateBasedStatement": rate},
        "VisibilityConfig": _seen("Readers"),
    }


def _seen(name: str) -> dict[str, Any]:
    """No sampled requests: they would keep addresses and query strings."""
    return {"CloudWatchMetricsEnabled": True, "MetricName": name, "SampledRequestsEnabled": False}
