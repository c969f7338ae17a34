"""What ships and what does not, byte for byte."""

import subprocess
import sys
import zipfile

import pytest

from infra import bundle


@pytest.fixture
def code(tmp_path):
    def write(*names):
        for name in names:
            path = tmp_path / "code" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("ANSWER = {'a', 'b', 'c'}\n")
        return tmp_path / "code"

    return write


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_only_the_code_in_use_and_the_numbers_rules_ship(code):
    folder = code(
        "botocore/data/endpoints.json",
        "botocore/session.py",
        "phonenumbers/shortdata/region_RU.py",
        "phonenumbers/geodata/data0.py",
        "phonenumbers/data/region_RU.py",
        "pydantic/types.pyi",
        "pydantic-2.dist-info/METADATA",
        "pydantic/v1/main.py",
        "cffi/api.py",
        "dateutil/zoneinfo/rebuild.py",
        "six/tests/test_six.py",
        "bin/jp.py",
    )

    bundle.prune(folder)

    assert names(folder) == [
        "botocore/data/endpoints.json",
        "botocore/session.py",
        "phonenumbers/data/region_RU.py",
        "phonenumbers/shortdata/region_RU.py",
    ]


def test_only_compiled_code_ships_and_a_traceback_still_says_where(code):
    folder = code("module.py", "phonenumbers/data/region_RU.py")
    (folder / "broken.py").write_text("def fail():\n    raise RuntimeError('here')\n")

    bundle.compile_all(folder)
    program = "import module, broken, phonenumbers.data.region_RU; print(sorted(module.ANSWER)); broken.fail()"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False)

    assert names(folder) == ["broken.pyc", "module.pyc", "phonenumbers/data/region_RU.py"]
    assert loaded.stdout.strip() == "['a', 'b', 'c']"
    assert 'File "broken.py", line 2, in fail' in loaded.stderr


def test_the_same_code_makes_the_same_bytes(code, tmp_path):
    made = []
    for number in range(2):
        folder = code("b.py", "a/c.py", "app.py")
        bundle.compile_all(folder)
        bundle.write_zip(folder, tmp_path / f"{number}.zip", "w")
        made.append((tmp_path / f"{number}.zip").read_bytes())

    assert made[0] == made[1]
    with zipfile.ZipFile(tmp_path / "0.zip") as packed:
        assert packed.namelist() == sorted(packed.namelist())
        assert {entry.date_time for entry in packed.infolist()} == {bundle.EPOCH}


def test_of_the_stemmers_two_languages_ship_and_a_first_page_that_imports_none(code):
    files = ("__init__.py", "among.py", "basestemmer.py", "english_stemmer.py", "russian_stemmer.py", "turkish_stemmer.py")
    package = code(*(f"snowballstemmer/{name}" for name in files)) / "snowballstemmer"

    bundle._leave_stemmers(package)

    assert names(package) == ["__init__.py", "among.py", "basestemmer.py", "english_stemmer.py", "russian_stemmer.py"]
    assert (package / "__init__.py").read_text() == ""
