"""botocore's own data, cut: the operations in use work as before, and nothing else is there."""

import shutil
from pathlib import Path

import botocore
import pytest
from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session

from infra import awsmodels

WHOLE = Path(botocore.__file__).parent / "data"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("botocore") / "data"
    folder.mkdir()
    for name in ("dynamodb", "ssm", "sts"):
        shutil.copytree(WHOLE / name, folder / name)
    for one in WHOLE.glob("*.json"):
        shutil.copy(one, folder)
    awsmodels.cut(folder)
    return folder


def client(data, service, region="us-east-1"):
    session = Session()
    session.register_component("data_loader", Loader(extra_search_paths=[str(data)], include_default_search_paths=False))
    keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s"}
    return session.create_client(service, region_name=region, config=Config(retries={"total_max_attempts": 1}), **keys)


def test_what_ships_is_small(data):
    assert {one.name for one in data.iterdir() if one.is_dir()} == {"dynamodb", "ssm"}
    assert sum(one.stat().st_size for one in data.rglob("*") if one.is_file()) < 100_000


@pytest.mark.parametrize("service", ["dynamodb", "ssm"])
def test_a_client_has_the_operations_in_use_and_they_are_whole(data, service):
    cut, whole = client(data, service).meta.service_model, client(WHOLE, service).meta.service_model

    assert set(cut.operation_names) == set(awsmodels.OPERATIONS[service])
    for name in cut.operation_names:
        one, other = cut.operation_model(name), whole.operation_model(name)
        assert _tree(one.input_shape) == _tree(other.input_shape)
        assert _tree(one.output_shape) == _tree(other.output_shape)
        assert [error.name for error in one.error_shapes] == [error.name for error in other.error_shapes]


def _tree(shape, above=()):
    """A shape as botocore sees it, down to where it holds itself."""
    if shape.name in above:
        return shape.name
    below = (*above, shape.name)
    if shape.type_name == "structure":
        return shape.name, shape.required_members, {name: _tree(one, below) for name, one in shape.members.items()}
    parts = [getattr(shape, part) for part in ("key", "value", "member") if hasattr(shape, part)]
    return shape.name, shape.type_name, shape.metadata, [_tree(one, below) for one in parts]


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1"])
@pytest.mark.parametrize("service", ["dynamodb", "ssm"])
def test_each_region_is_where_it_was(data, service, region):
    assert client(data, service, region).meta.endpoint_url == client(WHOLE, service, region).meta.endpoint_url
