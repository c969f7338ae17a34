"""Files of others come from public addresses of hosts that are allowed, and no further."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from chalicelib.core.vendors import VendorDown
from chalicelib.integrations import fetching
from chalicelib.integrations.fetching import NotFetched

HOSTS = frozenset({"pbx.example"})


def opening(status=200, parts=(b"ab", b"cd"), **headers):
    @contextmanager
    def opened(address, host, path):
        yield SimpleNamespace(status=status, headers=headers, stream=lambda size: iter(parts))

    return opened


def fetched(found=("93.184.216.34",), most=100, url="https://pbx.example/1.mp3", **how):
    return fetching.fetch(url, most=most, resolve=lambda host: [*found], opened=opening(**how))


@pytest.mark.parametrize(
    "url",
    [
        "http://pbx.example/1",
        "https://pbx.example:8443/1",
        "https://user:pw@pbx.example/1",
        "https://pbx.example.evil.example/1",
        "https://evil.example/pbx.example",
        "https://pbx.example@evil.example/",
        "https://[::1]/",
        "https://127.0.0.1/",
        "https:///1",
        "file:///etc/passwd",
        "https://[broken",
    ],
)
def test_hosts_that_are_not_allowed(url):
    assert not fetching.is_allowed(url, HOSTS)


def test_hosts_that_are_allowed():
    assert all(
        fetching.is_allowed(url, HOSTS) for url in ("https://pbx.example/1?a=b", "https://PBX.example:443/1", "https://pbx.example./1")
    )


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1"),
        *("::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::", "fd00:ec2::254"),
    ],
)
def test_an_address_that_is_not_public_is_asked_nothing(address):
    for found in ([address], ["93.184.216.34", address]):
        with pytest.raises(NotFetched, match="public"):
            fetched(found)


def test_a_file_is_fetched_whole_and_no_larger_than_it_may_be():
    assert fetched(**{"Content-Type": "Audio/MPEG; x=1"}) == fetching.File(b"abcd", "audio/mpeg")
    for how in ({"most": 3}, {"most": 3, "Content-Length": "4"}, {"status": 302}, {"status": 404}, {"status": 206}):
        with pytest.raises(NotFetched):
            fetched(**how)
    for how in ({"status": 503}, {"status": 429}, {"found": ()}):
        with pytest.raises(VendorDown):
            fetched(**how)
