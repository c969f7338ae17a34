"""Requests to Amazon's services, signed with the function's own role."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Any


def region() -> str:
    """The region that we run in."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"


def endpoint(service: str, default: str) -> str:
    """Where a service answers: where the environment says, as Amazon's own tools have it, else the region's own."""
    said = os.environ.get(f"AWS_ENDPOINT_URL_{service.upper()}") or os.environ.get("AWS_ENDPOINT_URL")
    return (said or default).rstrip("/")


def signed(service: str, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers of a request with its signature among them."""
    from botocore.auth import S3SigV4Auth, SigV4Auth
    from botocore.awsrequest import AWSRequest

    request = AWSRequest(method, url, data=body, headers=dict(headers))
    auth = S3SigV4Auth if service == "s3" else SigV4Auth
    auth(_credentials().get_frozen_credentials(), service, region()).add_auth(request)
    return dict(request.headers.items())


def address(method: str, url: str, headers: Mapping[str, str], seconds: int) -> str:
    """An address of S3 by which whoever has it may ask this once more and nothing else, with just these headers, for so long."""
    from botocore.auth import S3SigV4QueryAuth
    from botocore.awsrequest import AWSRequest

    request = AWSRequest(method, url, headers=dict(headers))
    S3SigV4QueryAuth(_credentials().get_frozen_credentials(), "s3", region(), expires=seconds).add_auth(request)
    return str(request.url)


@cache
def _credentials() -> Any:
    from botocore.session import Session

    return Session().get_credentials()
