import re

import pytest

from chalicelib.core.errors import NotFound
from chalicelib.ops.files import MEDIA_TYPES, STATIC, asset
from chalicelib.ops.pages import docs_page


def addresses(html):
    return re.findall(r'(?:src|href)="([^"]+)"', html)


def test_the_page_asks_for_shipped_files_only():
    files = [address.removeprefix("docs/") for address in addresses(docs_page()) if address != "openapi.json"]
    assert len(files) == 4
    assert set(files) <= set(MEDIA_TYPES)


def test_the_page_s_addresses_are_relative_and_its_scripts_are_files():
    assert not [address for address in addresses(docs_page()) if address.startswith("/") or ":" in address]
    assert not re.search(r"<script>|onload=|onclick=", docs_page())
    assert "default-src 'self'" in docs_page()


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_every_file_is_text_of_a_known_kind(name):
    text, media_type = asset(name)
    assert text
    assert media_type.startswith(("text/", "image/svg+xml"))
    assert len(text.encode()) < 4_000_000, "a Lambda may answer with 6 MB, quoted"


@pytest.mark.parametrize("name", ["", ".", "..", "docs.html", "../pages.py", "..%2Fpages.py", "/etc/hosts", "docs.js/", "\0"])
def test_no_other_file_is_given(name):
    with pytest.raises(NotFound):
        asset(name)


def test_the_page_is_told_to_keep_keys_and_to_be_ready_to_try():
    script, _ = asset("docs.js")
    assert "persistAuthorization: true" in script
    assert "tryItOutEnabled: true" in script
    assert "validatorUrl: null" in script


def test_swagger_ui_s_license_ships_with_it():
    assert "Apache License" in (STATIC / "swagger-ui.LICENSE").read_text()
