"""Deploying, against a CloudFormation that remembers what it was told."""

import json

import pytest
from botocore.exceptions import ClientError

from infra import stack
from infra.package import Package


class Amazon:
    """S3 and CloudFormation as far as a deployment goes."""

    def __init__(self, status=None, reasons=()):
        self.status, self.reasons = status, list(reasons)
        self.objects, self.calls = {}, []
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
        return {"Stacks": [{"StackStatus": shown, "Outputs": [{"OutputKey": "RestAPIId", "OutputValue": "abc"}]}]}

    def create_stack(self, **request):
        self.calls.append(("create", request))
        self.status, self.settles_as = "CREATE_IN_PROGRESS", self.settles_as or "CREATE_COMPLETE"

    def update_stack(self, **request):
        if self.calls and self.calls[-1][1]["TemplateURL"] == request["TemplateURL"]:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "No updates are to be performed."}}, "UpdateStack")
        self.calls.append(("update", request))
        self.status, self.settles_as = "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"

    def delete_stack(self, StackName):
        self.calls.append(("delete", {}))
        self.status = self.settles_as = None

    def get_waiter(self, name):
        return self

    def wait(self, **request):
        return None

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


def deploy(amazon, package, **more):
    return stack.deploy(amazon, package, bucket="b", pause=0, **more)


def test_a_new_stack_is_created_from_the_bucket(package):
    amazon = Amazon()

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


def test_a_stack_that_never_came_up_is_made_again(package):
    amazon = Amazon(status="ROLLBACK_COMPLETE")

    assert deploy(amazon, package) is True
    assert [kind for kind, _ in amazon.calls] == ["delete", "create"]


def test_outputs_of_no_stack_are_none_at_all():
    assert stack.outputs(Amazon(), "prod") == {}
    assert stack.outputs(Amazon(status="CREATE_COMPLETE"), "prod") == {"RestAPIId": "abc"}
