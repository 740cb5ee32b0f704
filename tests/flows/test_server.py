import json
import sqlite3
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cuadra.flows.schedule import database
from cuadra.flows.schedule.embedded import EmbeddedServer, EmbeddedServerError
from cuadra.flows.schedule.server import running_server
from cuadra.flows.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture
def stranger():
    """A server that answers 200 to everything, as another program on a port that ours had once."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *_):
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/api"
    server.shutdown()
    server.server_close()


def write(data, **facts):
    (data / "prefect").mkdir(parents=True, exist_ok=True)
    (data / "prefect" / "server.json").write_text(json.dumps(facts), encoding="utf-8")


def test_server_is_known_by_more_than_its_port(prefect_server, stranger, tmp_path):
    settings = Settings(data=tmp_path)
    nothing = running_server(settings)
    write(tmp_path, url=prefect_server.api_url, token=prefect_server.token)
    ours = running_server(settings)
    write(tmp_path, url=prefect_server.api_url, token="of another start")  # noqa: S106
    other = running_server(settings)
    write(tmp_path, url=stranger, token="hello of another")  # noqa: S106
    strange = running_server(settings)

    assert (nothing, ours, other, strange) == (None, prefect_server.api_url, None, None)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"url": 3, "token": "x"}', '{"url": "http://example.org/api", "token": "x"}', "\x00"]
)
def test_note_that_is_no_note_is_not_followed(tmp_path, text):
    write(tmp_path)
    (tmp_path / "prefect" / "server.json").write_text(text, encoding="utf-8")

    assert running_server(Settings(data=tmp_path)) is None


@pytest.mark.parametrize("content", [b"no database" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_broken_database_is_set_aside_with_one_line(tmp_path, caplog, content):
    (tmp_path / "prefect.db").write_bytes(content)
    server = EmbeddedServer(tmp_path)
    server.stop()

    assert [path.read_bytes() for path in database.leftovers(tmp_path)] == [content]
    assert len(caplog.messages) == 1
    assert "it holds no figures" in caplog.messages[0]


def test_database_of_another_shape_is_set_aside_and_the_server_starts(tmp_path, caplog):
    with sqlite3.connect(tmp_path / "prefect.db") as con:
        con.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        con.execute("INSERT INTO alembic_version VALUES ('ffffffffffff')")
    con.close()
    server = EmbeddedServer(tmp_path)
    try:
        server.wait()
    finally:
        server.stop()

    assert len(list(database.leftovers(tmp_path))) == 1
    assert len(caplog.messages) == 1


def test_locked_database_is_named_as_locked(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.1)
    con = sqlite3.connect(tmp_path / "prefect.db", isolation_level=None)
    con.execute("CREATE TABLE a (b)")
    con.execute("BEGIN EXCLUSIVE")
    with pytest.raises(EmbeddedServerError, match="another process has locked"):
        EmbeddedServer(tmp_path)
    con.close()

    assert list(database.leftovers(tmp_path)) == []
