import gzip
import threading
import time
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cuadra.sources.fetch import FetchError, Limits, fetch
from cuadra.sources.source import SourceError

NOW = datetime(2026, 11, 24)
HERE = Limits(allow_private=True, seconds=1.5, bytes_max=100_000)


@contextmanager
def server(answer):
    """A real server whose answers are given by a function of the handler and the number of the request."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(dict(self.headers))
            try:
                answer(self, len(asked))
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_):
            """Print nothing."""

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_port}/figures.csv", asked
    finally:
        made.shutdown()
        made.server_close()
        thread.join()


def send(handler, status=200, body=b"", **headers):
    handler.send_response(status)
    for name, value in {"content-length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def got(url, folder, limits=HERE):
    return fetch(url, folder, now=NOW, limits=limits, sleep=lambda _: None)


def test_bytes_are_kept_under_their_sha256(tmp_path):
    with server(lambda handler, _: send(handler, body=b"a,b\n", content_type="text/csv; charset=utf-8")) as (
        url,
        _,
    ):
        snapshot = got(url, tmp_path)

    assert snapshot.path.read_bytes() == b"a,b\n"
    assert snapshot.path == tmp_path / snapshot.sha256[:2] / snapshot.sha256
    assert (snapshot.url, snapshot.media_type) == (url, "text/csv")


def test_unchanged_bytes_are_not_sent_twice(tmp_path):
    def answer(handler, _):
        if handler.headers.get("if-none-match") == '"1"':
            send(handler, 304)
        else:
            send(handler, body=b"one", etag='"1"')

    with server(answer) as (url, asked):
        first, second = got(url, tmp_path), got(url, tmp_path)

    assert first.sha256 == second.sha256
    assert len(asked) == 2


def test_changed_bytes_are_kept_beside_the_old_ones(tmp_path):
    with server(lambda handler, number: send(handler, body=b"edition %d" % number)) as (url, _):
        first, second = got(url, tmp_path), got(url, tmp_path)

    assert first.path.read_bytes() == b"edition 1"
    assert second.path.read_bytes() == b"edition 2"


def test_a_server_that_recovers_is_asked_again(tmp_path):
    with server(lambda handler, n: send(handler, 500) if n < 3 else send(handler, body=b"ok")) as (
        url,
        asked,
    ):
        snapshot = got(url, tmp_path)

    assert snapshot.path.read_bytes() == b"ok"
    assert len(asked) == 3


def cut(handler, _):
    handler.send_response(200)
    handler.send_header("content-length", "1000")
    handler.end_headers()
    handler.wfile.write(b"half")


def endless(handler, _):
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 10_000)


def slow(handler, _):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda handler, _: send(handler, 404), "expected 200, got 404"),
        (lambda handler, _: send(handler, 503), "expected 200, got 503"),
        (lambda handler, _: send(handler), "expected some bytes, got none"),
        (cut, "got "),
        (endless, "expected at most 100,000 bytes"),
        (slow, "in time"),
        (lambda handler, _: send(handler, 302, location="file:///etc/passwd"), "got "),
        (lambda handler, _: send(handler, 302, location="/figures.csv"), "redirects"),
    ],
)
def test_bad_answer_is_refused_in_one_line_and_leaves_nothing(tmp_path, answer, expected):
    with server(answer) as (url, _), pytest.raises(SourceError) as error:
        got(url, tmp_path, Limits(allow_private=True, seconds=0.5, bytes_max=100_000, tries=1))

    assert expected in str(error.value)
    assert "\n" not in str(error.value)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_compressed_answer_is_read_as_what_it_holds(tmp_path):
    body = gzip.compress(b"a" * 50_000)
    with server(lambda handler, _: send(handler, body=body, content_encoding="gzip")) as (url, _):
        assert got(url, tmp_path).path.read_bytes() == b"a" * 50_000


def test_compressed_answer_that_swells_is_stopped(tmp_path):
    body = gzip.compress(b"a" * 5_000_000)
    sent = server(lambda handler, _: send(handler, body=body, content_encoding="gzip"))
    with sent as (url, _), pytest.raises(SourceError, match="at most 100,000 bytes"):
        got(url, tmp_path)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://localhost:9/x", "http://[::1]:9/x"])
def test_private_address_is_refused_unless_configured(tmp_path, url):
    with pytest.raises(SourceError, match="expected a public address"):
        fetch(url, tmp_path, now=NOW, limits=Limits(tries=1), sleep=lambda _: None)


def test_file_is_kept_like_any_bytes(tmp_path):
    file = tmp_path / "figures.csv"
    file.write_bytes(b"1")

    assert fetch(file, tmp_path / "kept", now=NOW).sha256 == fetch(file.as_uri(), tmp_path / "kept", now=NOW).sha256
    with pytest.raises(SourceError, match="none at"):
        fetch(tmp_path / "missing.csv", tmp_path / "kept", now=NOW)


def test_server_that_is_gone_can_be_tried_again_later(tmp_path):
    with server(lambda handler, _: send(handler, body=b"1")) as (url, _):
        pass
    with pytest.raises(FetchError, match="Try again later"):
        got(url, tmp_path)
