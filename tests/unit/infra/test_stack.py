"""Deploying, against a CloudFormation that remembers what it was told."""

import json

import pytest
from botocore.exceptions import ClientError, WaiterError

from infra import stack
from infra.package import Package


class Amazon:
    """S3 and CloudFormation as far as a deployment goes."""

    def __init__(self, status=None, reasons=(), parameters=None, standing=None):
        self.status, self.reasons = status, list(reasons)
        self.parameters, self.standing = dict(parameters or {}), standing or {"Resources": {}}
        self.objects, self.calls, self.waits = {}, [], []
        self.protected = self.never_goes = False
        self.settles_as = None
        self.meta = self

    endpoint_url = "https://s3.example"

    def __call__(self, service):
        return self

    def head_object(self, Bucket, Key):
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "404", "Message": "Not Found"}}, "HeadObject")

    def put_object(self, Bucket, Key, Body):
        self.objects[Key] = Body

    def describe_stacks(self, StackName):
        if self.status is None:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": f"Stack {StackName} does not exist"}}, "DescribeStacks")
        shown, self.status = self.status, self.settles_as or self.status
        parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in self.parameters.items()]
        outputs = [{"OutputKey": "RestAPIId", "OutputValue": "abc"}]
        return {"Stacks": [{"StackStatus": shown, "Outputs": outputs, "Parameters": parameters}]}

    def get_template(self, StackName, TemplateStage):
        return {"TemplateBody": self.standing}

    def update_termination_protection(self, StackName, EnableTerminationProtection):
        assert self.status.endswith("_COMPLETE"), "a stack that is being made must stay deletable"
        self.protected = EnableTerminationProtection

    def learn(self, request):
        """As CloudFormation does: what an update does not name falls back to the template's default."""
        template = json.loads(self.objects[request["TemplateURL"].partition("/b/")[2]])
        given = {
            one["ParameterKey"]: self.parameters[one["ParameterKey"]] if one.get("UsePreviousValue") else one["ParameterValue"]
            for one in request["Parameters"]
        }
        assert given.keys() <= template.get("Parameters", {}).keys()
        learned = {name: given.get(name, one["Default"]) for name, one in template.get("Parameters", {}).items()}
        changed = (template, learned) != (self.standing, self.parameters)
        self.standing, self.parameters = template, learned
        return changed

    def create_stack(self, **request):
        assert self.status is None, "a stack of that name stands there"
        self.learn(request)
        self.calls.append(("create", request))
        self.status, self.settles_as = "CREATE_IN_PROGRESS", self.settles_as or "CREATE_COMPLETE"

    def update_stack(self, **request):
        if not self.learn(request):
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "No updates are to be performed."}}, "UpdateStack")
        self.calls.append(("update", request))
        self.status, self.settles_as = "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"

    def delete_stack(self, StackName):
        self.calls.append(("delete", {}))
        self.status = self.settles_as = None

    def get_waiter(self, name):
        return self

    def wait(self, StackName, WaiterConfig):
        self.waits.append(WaiterConfig)
        if self.never_goes:
            raise WaiterError("StackDeleteComplete", "Max attempts exceeded", {})

    def describe_stack_events(self, StackName):
        return {
            "StackEvents": [
                {"LogicalResourceId": name, "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": why} for name, why in self.reasons
            ]
        }


@pytest.fixture
def package(tmp_path):
    template = {"Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "./deployment.zip"}}}}
    (tmp_path / "sam.json").write_text(json.dumps(template))
    (tmp_path / "deployment.zip").write_bytes(b"code")
    return Package("prod", tmp_path)


@pytest.fixture
def whole(package):
    """A package whose template has parameters and a table."""

    def rewrite(*indexes):
        table = {"TableName": "frontdesk-prod-slots", "GlobalSecondaryIndexes": [index(name) for name in indexes]}
        parameters = {name: {"Type": "String", "Default": default} for name, default in {"Protection": "on", "ThrottleRate": "50"}.items()}
        template = {"Parameters": parameters, "Resources": {"SlotsTable": {"Type": "AWS::DynamoDB::Table", "Properties": table}}}
        package.template_file.write_text(json.dumps(template))
        return package

    return rewrite


def index(name):
    return {"IndexName": name, "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}


def deploy(amazon, package, **more):
    return stack.deploy(amazon, package, bucket="b", pause=0, **more)


def test_a_new_stack_is_created_from_the_bucket(package):
    amazon = Amazon()
    package.template_file.write_text(
        json.dumps(package.template | {"Parameters": {"ThrottleRate": {"Type": "Number", "Default": "50"}}}),
    )

    assert deploy(amazon, package, parameters={"ThrottleRate": "9"}) is True

    kind, request = amazon.calls[0]
    assert (kind, request["StackName"]) == ("create", "frontdesk-prod")
    assert request["TemplateURL"].startswith("https://s3.example/b/template/")
    assert request["Parameters"] == [{"ParameterKey": "ThrottleRate", "ParameterValue": "9"}]
    template = json.loads(next(body for key, body in amazon.objects.items() if key.startswith("template/")))
    assert amazon.objects[template["Resources"]["F"]["Properties"]["CodeUri"]["Key"]] == b"code"


def test_the_same_package_again_is_no_change_and_another_one_is(package):
    amazon = Amazon()
    deploy(amazon, package)

    assert deploy(amazon, package) is False
    package.zip_file.write_bytes(b"other code")
    assert deploy(amazon, package) is True
    assert [kind for kind, _ in amazon.calls] == ["create", "update"]


def test_a_failure_names_its_first_cause(package):
    amazon = Amazon(reasons=[("Later", "cancelled"), ("First", "the name is taken")])
    amazon.settles_as = "ROLLBACK_COMPLETE"

    with pytest.raises(stack.DeployFailed) as failed:
        deploy(amazon, package)

    assert str(failed.value).splitlines()[1].strip() == "First: the name is taken"


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "REVIEW_IN_PROGRESS"])
def test_a_stack_that_never_came_up_is_made_again(package, status):
    amazon = Amazon(status=status)

    assert deploy(amazon, package) is True
    assert [kind for kind, _ in amazon.calls] == ["delete", "create"]


def test_a_first_create_that_fails_mends_itself_the_next_time(whole):
    amazon = Amazon(reasons=[("First", "no such bucket")])
    amazon.settles_as = "ROLLBACK_COMPLETE"
    with pytest.raises(stack.DeployFailed, match="no such bucket"):
        deploy(amazon, whole())
    assert not amazon.protected
    assert amazon.parameters["Protection"] == "off", "protected tables could not be rolled back"
    amazon.settles_as = None

    assert deploy(amazon, whole()) is True
    assert [kind for kind, _ in amazon.calls] == ["create", "delete", "create", "update"]


def test_production_is_protected_once_it_stands_whatever_happened_before(whole):
    amazon = Amazon()

    deploy(amazon, whole())

    assert amazon.protected and amazon.parameters["Protection"] == "on"
    interrupted = Amazon(status="CREATE_COMPLETE", parameters={"Protection": "off", "ThrottleRate": "50"}, standing=whole().template)
    assert deploy(interrupted, whole()) is True
    assert interrupted.protected and interrupted.parameters["Protection"] == "on"


def test_a_developers_stage_can_be_deleted(package):
    amazon = Amazon()

    deploy(amazon, Package("dev", package.directory))

    assert not amazon.protected


def test_an_update_keeps_what_each_parameter_was_given_before(whole):
    amazon = Amazon()
    deploy(amazon, whole(), parameters={"ThrottleRate": "9"})
    package = whole("by_day")

    assert deploy(amazon, package) is True
    assert amazon.parameters == {"ThrottleRate": "9", "Protection": "on"}
    assert deploy(amazon, package, parameters={"ThrottleRate": "11", "Protection": "off"}) is True
    assert amazon.parameters == {"ThrottleRate": "11", "Protection": "off"}


def test_a_parameter_that_the_new_template_has_no_more_is_not_named(whole):
    had = {"ThrottleRate": "9", "Gone": "x", "Protection": "on"}
    amazon = Amazon(status="UPDATE_COMPLETE", parameters=had)

    assert deploy(amazon, whole()) is True
    assert amazon.parameters == {"ThrottleRate": "9", "Protection": "on"}


def test_a_parameter_that_nobody_has_is_refused_before_anything_is_done(whole):
    amazon = Amazon()

    with pytest.raises(ValueError, match="no parameter Throttle; it has Protection, ThrottleRate"):
        deploy(amazon, whole(), parameters={"Throttle": "9"})

    assert (amazon.objects, amazon.calls) == ({}, [])


def test_two_index_changes_of_one_table_are_refused_before_the_upload(whole):
    amazon = Amazon(status="UPDATE_COMPLETE", standing=whole("by_day").template, parameters={"ThrottleRate": "50", "Protection": "on"})

    with pytest.raises(ValueError, match="frontdesk-prod-slots: would make by_hour, by_person"):
        deploy(amazon, whole("by_day", "by_hour", "by_person"))

    assert (amazon.objects, amazon.calls) == ({}, [])
    assert deploy(amazon, whole("by_day", "by_hour")) is True
    assert deploy(amazon, whole("by_day", "by_hour", "by_person")) is True


def test_a_deletion_may_take_half_an_hour(package):
    amazon = Amazon(status="ROLLBACK_COMPLETE")

    deploy(amazon, package)

    (patience,) = amazon.waits
    assert patience["Delay"] * patience["MaxAttempts"] == 30 * 60


def test_a_stack_that_cannot_be_removed_says_what_is_in_the_way(package):
    amazon = Amazon(status="DELETE_FAILED", reasons=[("SlotsTable", "is protected")])
    amazon.never_goes = True

    with pytest.raises(stack.DeployFailed, match="could not be removed\n  SlotsTable: is protected"):
        deploy(amazon, package)


def test_outputs_of_no_stack_are_none_at_all():
    assert stack.outputs(Amazon(), "prod") == {}
    assert stack.outputs(Amazon(status="CREATE_COMPLETE"), "prod") == {"RestAPIId": "abc"}
