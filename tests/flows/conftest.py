import json
import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cuadra.flows.commands.cli import app
from cuadra.flows.schedule.embedded import EmbeddedServer
from cuadra.sources import catalog, places


def said(result):
    """What a command says on standard error beside which project it reads."""
    return "".join(line for line in result.stderr.splitlines(keepends=True) if not line.startswith("No cuadra.toml"))


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory):
    """One Prefect server for all tests that run the flow; started as a run starts its own."""
    before = dict(os.environ)
    server = EmbeddedServer(tmp_path_factory.mktemp("prefect"))
    server.claim()
    server.wait()
    yield server
    from prefect.events.worker import EventsWorker  # noqa: PLC0415 - after the server's settings

    EventsWorker.drain_all()  # while someone listens
    server.stop()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def cuadra(prefect_server):
    """Call the command line on a data folder: `cuadra(folder, "run", …)` gives its result."""
    runner = CliRunner()

    def call(folder, *arguments, **environment):
        # Side by side, the tests run where COLUMNS is set: lines are as wide as they are where nobody watches.
        environment = {"CUADRA_PREFECT_API_URL": prefect_server.api_url, "COLUMNS": None, **environment}
        return runner.invoke(app, ["--data", str(folder), *map(str, arguments)], env=environment)

    return call


@pytest.fixture(scope="session")
def first_run(cuadra, tmp_path_factory):
    """What the first run of every shipped source says, as JSON, with its exit code; the folder is only read."""
    folder = tmp_path_factory.mktemp("first") / "data"
    result = cuadra(folder, "run", "--json")
    assert result.exit_code in (0, 1), result.output
    return {"folder": folder, "exit_code": result.exit_code, **json.loads(result.stdout)}


@pytest.fixture
def data(first_run, tmp_path):
    """A data folder of its own in which every shipped source was read once."""
    shutil.copytree(first_run["folder"], tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def shipped_sources(tmp_path, monkeypatch):
    """A copy of the folder of sources, for tests that break one."""
    folder = Path(shutil.copytree(catalog.HERE, tmp_path / "sources"))
    for each in (catalog, places):  # the one imports it from the other
        monkeypatch.setattr(each, "HERE", folder)
    return folder
