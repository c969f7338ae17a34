"""The bucket of files: closed to everybody, emptied of recordings by its own rule; and what a function's code does to it.

Transcribe reads and writes the bucket by the leave of whoever begins a job, so that its caller's role must allow both.
"""

from typing import Any

from infra import roles
from infra.inventory import Grant
from infra.naming import LOCAL
from infra.roles import Statement

BUCKET, DAYS = "FilesBucket", "RecordingDays"
VARIABLE = "FILES_BUCKET"
PARAMETERS = {
    DAYS: {
        "Type": "Number",
        "Default": 90,
        "MinValue": 1,
        "Description": "After how many days recordings, and what a job wrote, are deleted",
    }
}
EXPIRES = ("recordings/", "transcripts/")
OF_THE_WHOLE = "s3:ListBucket"
STARTS = "transcribe:StartTranscriptionJob"
"""A job that is begun has no name of its own yet: what may be begun is told by the bucket that it writes into."""


def environment() -> dict[str, Any]:
    """How functions are told of the bucket."""
    return {VARIABLE: {"Ref": BUCKET}}


def resources(stage: str) -> dict[str, Any]:
    """The bucket."""
    deleted, replaced = ("Delete", "Delete") if stage == LOCAL else ("RetainExceptOnCreate", "Retain")
    return {BUCKET: {"Type": "AWS::S3::Bucket", "DeletionPolicy": deleted, "UpdateReplacePolicy": replaced, "Properties": _closed()}}


def _closed() -> dict[str, Any]:
    never = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    put = {"AllowedMethods": ["PUT"], "AllowedOrigins": ["*"], "AllowedHeaders": ["content-type"], "MaxAge": 3600}
    return {
        "PublicAccessBlockConfiguration": dict.fromkeys(never, True),
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]},
        "LifecycleConfiguration": {"Rules": [_expires(prefix) for prefix in EXPIRES]},
        "CorsConfiguration": {"CorsRules": [put]},
    }


def _expires(prefix: str) -> dict[str, Any]:
    rule = {"Id": prefix.strip("/"), "Prefix": prefix, "Status": "Enabled", "ExpirationInDays": {"Ref": DAYS}}
    return rule | {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}


def statements(stage: str, grant: Grant) -> list[Statement]:
    """What the role of a function must allow, by what its code needs. The local cloud knows jobs by no name."""
    needs = [action for action in grant.needs if action.startswith(("s3:", "transcribe:"))]
    jobs = "arn:${AWS::Partition}:transcribe:${AWS::Region}:${AWS::AccountId}:transcription-job/fd-" + stage + "-*"
    whole = {"Fn::GetAtt": [BUCKET, "Arn"]}
    on: dict[str, Any] = {
        "files": {"Fn::Sub": "${" + BUCKET + ".Arn}/*"},
        "bucket": whole,
        "jobs": "*" if stage == LOCAL else {"Fn::Sub": jobs},
    }
    found = [roles.allowed(actions, [on[what]]) for what, actions in _by_resource(needs).items() if what in on]
    if STARTS in needs:
        into = {"StringEqualsIfExists": {"transcribe:OutputBucketName": {"Ref": BUCKET}}}
        found.append(roles.allowed([STARTS], "*") | {"Condition": into})
    return found


def _by_resource(needs: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for action in needs:
        what = "bucket" if action == OF_THE_WHOLE else "files" if action.startswith("s3:") else "started" if action == STARTS else "jobs"
        found.setdefault(what, []).append(action)
    return found
