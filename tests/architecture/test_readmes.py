"""What the READMEs say of doors, ticks and tables is what the code has, and every link in them leads somewhere."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

import app as composition
from chalicelib.core import storage
from chalicelib.core.http import OPERATIONS, TEST_SUFFIX

ROOT = Path(__file__).parents[2]
CODE = ROOT / "chalicelib"
PAGES = sorted(path for path in ROOT.rglob("*.md") if not any(part.startswith(".") for part in path.relative_to(ROOT).parts))
READMES = [path for path in PAGES if path.name == "README.md" and path.is_relative_to(CODE)]
PACKAGES = sorted(path.parent for path in CODE.glob("*/__init__.py"))

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
DOOR = re.compile(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`?\s]*)")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def shown(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


def text(path):
    return FENCE.sub("", path.read_text(encoding="utf-8"))


def home(package):
    """Where a package's doors are told of: its own README, or that of the package it lies in."""
    folder = CODE.joinpath(*package.split("."))
    return next(place / "README.md" for place in (folder, *folder.parents) if (place / "README.md").exists())


def first_cells(path, heading):
    """The first cells of the tables whose first column bears a heading."""
    within = False
    for line in text(path).splitlines():
        cell = line.split("|")[1].strip() if line.startswith("|") else None
        if cell is None or cell == heading:
            within = cell == heading
        elif within and set(cell) - set("-: "):
            yield cell


def doors(path):
    for cell in first_cells(path, "endpoint"):
        for method, place in DOOR.findall(cell):
            yield method, place
            if f"`{TEST_SUFFIX}`" in cell:
                yield method, place + TEST_SUFFIX


def names(path, heading):
    return [name for cell in first_cells(path, heading) for name in re.findall(r"`([\w-]+)`", cell)]


def package_of(module):
    return module.removeprefix("chalicelib.").rpartition(".")[0]


def anchors(path):
    headings = re.findall(r"^#+ (.+)$", text(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("package", PACKAGES, ids=shown(PACKAGES))
def test_a_package_tells_what_it_is_for(package):
    assert (package / "README.md").exists()


@pytest.mark.parametrize("path", PAGES, ids=shown(PAGES))
def test_a_link_leads_somewhere(path):
    for link in LINK.findall(text(path)):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        place, _, anchor = unquote(link).partition("#")
        target = (path.parent / place).resolve() if place else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("path", READMES, ids=shown(READMES))
def test_a_readme_tells_of_its_own_doors_and_no_others(path):
    own = sorted((operation.method, operation.path) for operation in OPERATIONS if home(operation.package) == path)
    assert sorted(doors(path)) == own


@pytest.mark.parametrize("path", READMES, ids=shown(READMES))
def test_a_readme_tells_of_its_own_ticks(path):
    handlers = {source.name: source.handler_string.rpartition(".")[0] for source in composition.app.event_sources}
    own = sorted(name for name, module in handlers.items() if home(package_of(module)) == path)
    assert sorted(names(path, "function")) == own


@pytest.mark.parametrize("path", READMES, ids=shown(READMES))
def test_a_readme_tells_of_its_own_tables_and_their_indexes(path):
    own = [table for table in storage.tables() if home(package_of(table.__module__)) == path]
    assert sorted(names(path, "table")) == sorted(table.table_key() for table in own)
    assert [index for table in own for index in table._indexes if f"`{index}`" not in text(path)] == []
