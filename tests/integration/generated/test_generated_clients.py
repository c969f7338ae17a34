"""Clients that others generate from docs/openapi.json: complete, importable, compiling, and understood by the app."""

import fcntl
import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.builders import SERVICE, client_row
from tests.integration.staff.conftest import PASSWORD, house, staff_sign_in  # noqa: F401

pytestmark = pytest.mark.xdist_group("generated")  # what its tests share is made once

HERE = Path(__file__).parent
PROJECT = HERE.parents[2]
DOCUMENT = PROJECT / "docs" / "openapi.json"
NODE_HOME = PROJECT / ".local" / "openapi-typescript"
STRICT = ["--strict", "--noEmit", "--module", "nodenext", "--moduleResolution", "nodenext", "--target", "es2022", "--lib", "es2022,dom"]


def run(command, **where):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **where)
    return done.returncode, done.stdout + done.stderr


# --- Python -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """The package that openapi-python-client makes; a warning of its means that something was left out."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "config.yaml").write_text("post_hooks: []\n")
    given = ["--path", str(DOCUMENT), "--output-path", str(folder / "frontdesk_client"), "--config", str(folder / "config.yaml")]
    code, said = run([sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning", *given])
    assert code == 0, said
    sys.path.insert(0, str(folder))
    yield folder / "frontdesk_client"
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == "frontdesk_client"]:
        del sys.modules[name]


def of(name):
    return importlib.import_module(f"frontdesk_client.{name}")


@pytest.fixture
def asked(generated, front):
    """The generated client, whose requests the app answers in this process."""

    def answer(request):
        path = request.url.raw_path.decode()
        answered = front.http.request(request.method, path, headers=dict(request.headers), body=request.read())
        return httpx.Response(answered.status_code, headers=answered.headers, content=answered.body)

    client = of("client").Client(base_url="http://frontdesk", httpx_args={"transport": httpx.MockTransport(answer)})
    with client:
        yield client


def test_no_operation_and_no_model_is_left_out(generated):
    document = json.loads(DOCUMENT.read_text())
    operations = {one["operationId"] for methods in document["paths"].values() for one in methods.values()}
    made = {file.stem for file in (generated / "api").glob("*/*.py")} - {"__init__"}
    assert operations <= made
    for file in generated.rglob("*.py"):
        compile(file.read_text(), str(file), "exec")


def test_an_application_is_made_by_the_generated_client(asked):
    body = of("models").Application(name="Анна", phone="+79045501567")
    taken = of("api.intake_applications.submit_application").sync(client=asked, body=body)
    assert taken.success is True
    assert taken.ticket_id
    assert client_row("br0001").phone == "+79045501567"


def test_a_refusal_reaches_the_caller_as_the_error_it_is(asked):
    refused = of("api.messaging.list_messages").sync_detailed(client=asked.with_headers(SERVICE), client_id="br0404")
    assert (refused.status_code, type(refused.parsed).__name__) == (404, "ErrorBody")
    assert refused.parsed.error == "client_not_found"


def test_a_manager_signs_in_by_the_generated_client_and_lists_leads(asked, house):  # noqa: F811
    house.hire("anna")
    signed = of("api.staff.auth_login").sync(client=asked, body=of("models").Login(email="anna@example.org", password=PASSWORD))
    hers = asked.with_headers({"Authorization": f"Bearer {signed.access_token}"})
    made = of("api.sales_leads.leads_create").sync(client=hers, body=of("models").NewLead(name="Анна Ким", phone="+79045501567"))
    listed = of("api.sales_leads.leads_list").sync(client=hers, search="ким")
    assert (listed.total, [lead.id for lead in listed.items]) == (1, [made.id])


# --- TypeScript -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def node_modules():
    """What package-lock.json names, installed once for each of its contents."""
    NODE_HOME.mkdir(parents=True, exist_ok=True)
    with (NODE_HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted, stamp = (HERE / "package-lock.json").read_bytes(), NODE_HOME / "installed"
        if not stamp.exists() or stamp.read_bytes() != wanted:
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copyfile(HERE / name, NODE_HOME / name)
            code, said = run(["npm", "ci"], cwd=NODE_HOME)
            assert code == 0, said
            stamp.write_bytes(wanted)
    return NODE_HOME / "node_modules"


@pytest.fixture(scope="module")
def typed(node_modules, tmp_path_factory):
    """A project with the types that openapi-typescript makes by its default flags."""
    folder = tmp_path_factory.mktemp("typed")
    (folder / "node_modules").symlink_to(node_modules)
    for name in ("package.json", "smallest.ts", "wrong.ts"):
        shutil.copyfile(HERE / name, folder / name)
    code, said = run(["node_modules/.bin/openapi-typescript", str(DOCUMENT), "-o", "api.d.ts"], cwd=folder)
    assert code == 0, said
    return folder


@pytest.fixture(scope="module")
def compiled(typed):
    """What the compiler says of both programs, told by file: most of its time is the types', which are read once."""
    code, said = run(["node_modules/.bin/tsc", *STRICT, "smallest.ts", "wrong.ts"], cwd=typed)
    lines = [line for line in said.splitlines() if not line.startswith(" ")]  # an error's further lines stand to the right
    return code, {file: [line for line in lines if line.startswith(f"{file}(")] for file in ("smallest.ts", "wrong.ts")}, lines


@pytest.mark.skipif(not shutil.which("npm"), reason="no node and npm here")
def test_the_smallest_program_compiles_against_the_generated_types(compiled):
    _, by_file, lines = compiled
    assert [line for line in lines if line not in by_file["wrong.ts"]] == [], "neither the program nor the types"


@pytest.mark.skipif(not shutil.which("npm"), reason="no node and npm here")
def test_a_wrong_call_does_not_compile(compiled):
    code, by_file, _ = compiled
    assert code != 0
    assert {line.partition("(")[2].partition(",")[0] for line in by_file["wrong.ts"]} == {"8", "9"}
