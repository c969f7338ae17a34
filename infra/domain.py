"""An address of one's own for the API: the domain's root is the API's, without the name of a stage."""

from typing import Any

DOMAIN, CERTIFICATE = "Domain", "CertificateArn"

PARAMETERS = {
    DOMAIN: {"Type": "String", "Default": "", "Description": "The API's own domain, such as api.example.org; empty for none"},
    CERTIFICATE: {"Type": "String", "Default": "", "Description": "The domain's certificate in ACM, in this region"},
}
CONDITIONS = {"HasDomain": {"Fn::Not": [{"Fn::Equals": [{"Ref": DOMAIN}, ""]}]}}
GATEWAY = "https://${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}/api"

RULES = {
    "DomainHasCertificate": {
        "RuleCondition": {"Fn::Not": [{"Fn::Equals": [{"Ref": DOMAIN}, ""]}]},
        "Assertions": [
            {
                "Assert": {"Fn::Not": [{"Fn::Equals": [{"Ref": CERTIFICATE}, ""]}]},
                "AssertDescription": "Domain needs CertificateArn: a certificate of the domain in ACM, in this region",
            }
        ],
    }
}

OUTPUTS = {
    "BaseURL": {"Value": {"Fn::If": ["HasDomain", {"Fn::Sub": "https://${Domain}"}, {"Fn::Sub": GATEWAY}]}},
    "DomainTarget": {
        "Condition": "HasDomain",
        "Description": "Where the domain's CNAME or alias record must lead",
        "Value": {"Fn::GetAtt": ["OwnDomain", "RegionalDomainName"]},
    },
}


def resources() -> dict[str, Any]:
    """The domain and what it leads to, where a domain is given."""
    name = {
        "DomainName": {"Ref": DOMAIN},
        "RegionalCertificateArn": {"Ref": CERTIFICATE},
        "EndpointConfiguration": {"Types": ["REGIONAL"]},
        "SecurityPolicy": "TLS_1_2",
    }
    mapping = {"DomainName": {"Ref": "OwnDomain"}, "RestApiId": {"Ref": "RestAPI"}, "Stage": {"Ref": "RestAPI.Stage"}}
    return {
        "OwnDomain": {"Type": "AWS::ApiGateway::DomainName", "Condition": "HasDomain", "Properties": name},
        "OwnDomainMapping": {"Type": "AWS::ApiGateway::BasePathMapping", "Condition": "HasDomain", "Properties": mapping},
    }
