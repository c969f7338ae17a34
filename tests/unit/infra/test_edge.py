"""What a deployed stage has before its functions: an access log, a domain of its own, a firewall."""

import json
import re
from dataclasses import replace

import pytest

from infra import accesslog
from infra.inventory import Grant
from infra.template import merge_template


@pytest.fixture
def template(inventory, sizing):
    return merge_template(inventory, "prod", sizing)


@pytest.fixture
def resources(template):
    return template["Resources"]


def test_the_access_log_is_on_and_says_nothing_of_who_asked(resources):
    setting = resources["RestAPI"]["Properties"]["AccessLogSetting"]
    variables = set(re.findall(r"\$context\.([\w.]+)", setting["Format"]))

    assert setting["DestinationArn"] == {"Fn::GetAtt": ["GatewayLogs", "Arn"]}
    assert {"status", "resourcePath", "httpMethod", "responseLatency"} <= variables
    assert not [name for name in variables if re.search(r"identity|authorizer|path$|protocol|domain|query|header|customDomain", name)]
    assert "$input" not in setting["Format"] and "$stageVariables" not in setting["Format"]
    assert json.loads(setting["Format"]) == accesslog.FORMAT
    assert resources["GatewayLogs"]["Properties"]["RetentionInDays"] == 30


def test_the_accounts_leave_to_write_logs_may_be_somebody_elses_and_outlives_the_stack(template, resources):
    for name in ("GatewayLogsRole", "GatewayAccount"):
        assert resources[name]["Condition"] == "OwnsGatewayAccount"
        assert (resources[name]["DeletionPolicy"], resources[name]["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert template["Parameters"]["GatewayLeave"]["Default"] == "own"
    waits = resources["GatewayLogs"]["Properties"]["Tags"][0]["Value"]["Fn::If"]
    assert waits == ["OwnsGatewayAccount", {"Ref": "GatewayAccount"}, "standing"]


def test_a_domain_is_a_parameter_and_its_root_is_the_api(template, resources):
    mapping = resources["OwnDomainMapping"]["Properties"]

    assert template["Parameters"]["Domain"]["Default"] == template["Parameters"]["CertificateArn"]["Default"] == ""
    assert {resources[name]["Condition"] for name in ("OwnDomain", "OwnDomainMapping")} == {"HasDomain"}
    assert "BasePath" not in mapping
    assert mapping["Stage"] == {"Ref": "RestAPI.Stage"}
    assert template["Outputs"]["BaseURL"]["Value"]["Fn::If"][1] == {"Fn::Sub": "https://${Domain}"}
    assert template["Rules"]["DomainHasCertificate"]["Assertions"]


def test_a_firewall_is_an_option_that_is_off_and_never_counts_webhooks(template, resources):
    acl = resources["WebAcl"]["Properties"]

    assert template["Parameters"]["Firewall"]["Default"] == "off"
    assert {resources[name]["Condition"] for name in ("WebAcl", "WebAclBeforeApi")} == {"HasFirewall"}
    (rate,) = (rule["Statement"]["RateBasedStatement"] for rule in acl["Rules"] if "RateBasedStatement" in rule["Statement"])
    assert rate["ScopeDownStatement"]["ByteMatchStatement"]["SearchString"] == "GET"
    assert not any(one["VisibilityConfig"]["SampledRequestsEnabled"] for one in (acl, *acl["Rules"]))


def test_the_local_stage_has_none_of_them(inventory, sizing):
    local = merge_template(inventory, "local", sizing)

    assert not [word for word in ("AccessLogSetting", "OwnDomain", "WebAcl", "GatewayAccount") if word in json.dumps(local)]
    assert "Rules" not in local


def test_models_may_be_asked_that_are_named_and_only_by_who_delivers(inventory, sizing):
    asking = replace(inventory, grants=inventory.grants | {"deliver": Grant(needs=("bedrock:InvokeModel",))})
    template = merge_template(asking, "prod", sizing)
    (models,) = (one for one in template["Resources"].values() if "bedrock:" in json.dumps(one))
    (allowed,) = models["Properties"]["PolicyDocument"]["Statement"]

    assert (models["Condition"], models["Properties"]["Roles"]) == ("AsksModels", [{"Ref": "DeliverRole"}])
    assert (allowed["Action"], allowed["Resource"]) == (["bedrock:InvokeModel"], {"Ref": "ModelArns"})
    assert "bedrock:" not in json.dumps(merge_template(asking, "local", sizing))


def test_mails_may_be_sent_of_one_identity_and_only_by_who_delivers_them(inventory, sizing):
    mailing = replace(inventory, grants=inventory.grants | {"deliver": Grant(needs=("ses:SendEmail", "ses:SendRawEmail"))})
    template = merge_template(mailing, "prod", sizing)
    (mails,) = (one for one in template["Resources"].values() if "ses:" in json.dumps(one))
    (allowed,) = mails["Properties"]["PolicyDocument"]["Statement"]

    assert (mails["Condition"], template["Parameters"]["MailIdentityArn"]["Default"]) == ("SendsMails", "")
    assert mails["Properties"]["Roles"] == [{"Ref": "DeliverRole"}]
    assert allowed["Action"] == ["ses:SendEmail", "ses:SendRawEmail"]
    assert allowed["Resource"][0] == {"Ref": "MailIdentityArn"}
    assert "*" not in json.dumps(allowed)
    assert "ses:" not in json.dumps([merge_template(mailing, "local", sizing), merge_template(inventory, "prod", sizing)["Resources"]])


def test_the_bucket_of_files_is_closed_and_forgets_recordings(inventory, sizing):
    template = merge_template(inventory, "prod", sizing)
    bucket = template["Resources"]["FilesBucket"]
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["DeletionPolicy"] == "RetainExceptOnCreate" and template["Parameters"]["RecordingDays"]["Default"] == 90
    rules = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    assert [(rule["Prefix"], rule["ExpirationInDays"]) for rule in rules] == [
        ("recordings/", {"Ref": "RecordingDays"}),
        ("transcripts/", {"Ref": "RecordingDays"}),
    ]
    assert template["Globals"]["Function"]["Environment"]["Variables"]["FILES_BUCKET"] == {"Ref": "FilesBucket"}


def test_each_function_may_do_to_files_what_its_code_does_and_nothing_else(inventory, sizing):
    heard = ("s3:GetObject", "s3:ListBucket", "transcribe:GetTranscriptionJob", "transcribe:StartTranscriptionJob")
    told = replace(inventory, grants=inventory.grants | {"desk": Grant(needs=("s3:PutObject",)), "deliver": Grant(needs=heard)})
    found = merge_template(told, "prod", sizing)["Resources"]

    def done_to_files(role):
        (policy,) = found[role]["Properties"]["Policies"]
        return {
            action: one
            for one in policy["PolicyDocument"]["Statement"]
            for action in one["Action"]
            if action.startswith(("s3:", "transcribe:"))
        }

    signs, hears = done_to_files("DeskWingRole"), done_to_files("DeliverRole")
    assert (set(signs), set(hears), done_to_files("SweepRole")) == ({"s3:PutObject"}, set(heard), {})
    assert signs["s3:PutObject"]["Resource"] == [{"Fn::Sub": "${FilesBucket.Arn}/*"}]
    assert hears["s3:ListBucket"]["Resource"] == [{"Fn::GetAtt": ["FilesBucket", "Arn"]}]
    assert "transcription-job/fd-prod-*" in json.dumps(hears["transcribe:GetTranscriptionJob"])
    into = hears["transcribe:StartTranscriptionJob"]["Condition"]
    assert into == {"StringEqualsIfExists": {"transcribe:OutputBucketName": {"Ref": "FilesBucket"}}}
