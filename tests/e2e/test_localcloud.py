"""The local cloud itself: what it keeps, what it cleans up, whom it leaves alone."""

import pytest

from infra.localcloud import LocalCloud


@pytest.fixture
def local(tmp_path):
    cloud = LocalCloud(tmp_path / "one", port=0)
    cloud.start()
    yield cloud
    cloud.stop()


def put_row(cloud, name):
    cloud.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    cloud.client("dynamodb").put_item(TableName=name, Item={"id": {"S": "kept"}})


def test_data_and_address_outlive_a_restart(local):
    put_row(local, "rows")
    address = local.url

    assert local.stop() is True
    assert not local.is_up
    again = LocalCloud(local.home)
    again.start()

    assert again.url == address
    assert again.client("dynamodb").get_item(TableName="rows", Key={"id": {"S": "kept"}})["Item"] == {"id": {"S": "kept"}}


def test_starting_twice_is_one_process_and_two_clouds_are_two(local, tmp_path):
    pid = local.ministack.pid
    LocalCloud(local.home).start()
    assert local.ministack.pid == pid

    other = LocalCloud(tmp_path / "two", port=0)
    other.start()
    try:
        put_row(other, "theirs")
        assert local.client("dynamodb").list_tables()["TableNames"] == []
    finally:
        other.stop()
    assert local.is_up


def test_nothing_of_its_workers_is_left_behind(local):
    local.stop()

    assert not (local.home / "tmp").exists()
    assert not (local.home / "ministack.pid").exists()
