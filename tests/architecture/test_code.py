"""House rules of the code itself: sizes, sources of time, words that have no place."""

import ast
import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = [ROOT / "app.py", *sorted((ROOT / "chalicelib").rglob("*.py")), *sorted((ROOT / "infra").rglob("*.py"))]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_FUNCTION = 34
LONGEST_FILE = 300


def names(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


@functools.cache
def functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_files_and_functions_stay_small():
    assert [path for path in PRODUCT if path.read_text(encoding="utf-8").count("\n") > LONGEST_FILE] == []
    lengths = {(path, node.name): node.end_lineno - node.lineno for path in PRODUCT for node in functions(path)}
    assert [what for what, length in lengths.items() if length >= LONGEST_FUNCTION] == []


def test_most_functions_are_under_ten_lines():
    lengths = sorted(node.end_lineno - node.lineno for path in PRODUCT for node in functions(path))
    assert lengths[len(lengths) // 2] < 10
    assert lengths[len(lengths) * 9 // 10] < 26


FORBIDDEN = {
    r"datetime\.now\(|utcnow\(|time\.time\(": {"chalicelib/core/clock.py", "infra/"},
    r"time\.sleep\(": {"chalicelib/core/clock.py", "infra/"},
    r"\.scan\(|\"Scan\"": {"infra/"},
    r"\bprint\(": {"infra/"},
    r"requests\.(get|post|put|request)\(": {"infra/"},
}


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_some_words_have_one_place(pattern):
    allowed = FORBIDDEN[pattern]
    found = [name for path, name in zip(PRODUCT, names(PRODUCT), strict=True) if re.search(pattern, path.read_text(encoding="utf-8"))]
    assert [name for name in found if not any(name.startswith(place) for place in allowed)] == []


def test_tests_use_fakes_not_patches():
    patching = re.compile(r"mock\.patch|from unittest import mock|import unittest\.mock")
    assert [path for path in TESTS if patching.search(path.read_text(encoding="utf-8"))] == [Path(__file__)]


def test_imports_point_one_way():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def test_style_and_types_hold():
    for command in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]):
        done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:]
