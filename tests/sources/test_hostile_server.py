"""Every hostile server costs at most the deadline, and the fetch says in one line what was wrong."""

import gzip
import socket
import sys
import threading
import time
import zlib
from contextlib import contextmanager
from datetime import datetime

import pytest

from cuadra.sources.fetch import FetchError, Limits, fetch
from cuadra.sources.source import SourceError
from tests.sources.test_fetch import send, server

NOW = datetime(2026, 11, 25)
LIMITS = Limits(allow_private=True, seconds=0.6, bytes_max=2_000_000, tries=1)
GRACE_SECONDS = 2.0
HERE = Limits(allow_private=True, seconds=10, tries=1)
OK = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def bare(answer):
    """A server that does with each connection whatever it likes, until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    is_over = threading.Event()

    def talk(connection):
        with connection:
            try:
                answer(connection, is_over)
            except OSError:
                return

    def accept():
        while not is_over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/figures.csv"
    finally:
        is_over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def says(*parts):
    """A server that sends these bytes and closes."""

    def answer(connection, _):
        connection.recv(10_000)
        for part in parts:
            connection.sendall(part)

    return answer


def dribbles(head, piece, pause=0.02):
    """A server that begins like this, and then never ends."""

    def answer(connection, is_over):
        connection.recv(10_000)
        connection.sendall(head)
        while not is_over.wait(pause):
            connection.sendall(piece)

    return answer


def silent(_, is_over):
    is_over.wait()


PACKED = gzip.compress(b"a,b\n1,2\n" * 1000, mtime=0)
RAW = zlib.compressobj(wbits=-15)
SERVERS = {
    "says nothing": silent,
    "hangs up": lambda connection, _: connection.close(),
    "dribbles its status": dribbles(b"H", b"T"),
    "dribbles its headers": dribbles(OK, b"x"),
    "dribbles header lines": dribbles(OK, b"x: y\r\n", 0.001),
    "dribbles its body": dribbles(OK + b"content-length: 100000\r\n\r\n", b"x"),
    "dribbles chunks": dribbles(OK + b"transfer-encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "dribbles packed bytes": dribbles(OK + b"content-encoding: gzip\r\n\r\n" + PACKED[:10], b"\0"),
    "interim answers for ever": dribbles(b"", b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n", 0.001),
    "continues for ever": dribbles(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.001),
    "huge header": says(OK, b"x: " + b"y" * 3_000_000 + b"\r\n\r\n"),
    "a million headers": says(OK, b"x: y\r\n" * 500_000 + b"\r\n"),
    "body without end": dribbles(OK + b"\r\n", b"x" * 100_000, 0.0),
    "chunk sizes that are none": says(OK + b"transfer-encoding: chunked\r\n\r\nzz\r\nx\r\n"),
    "chunk of a negative size": says(OK + b"transfer-encoding: chunked\r\n\r\n-5\r\nx\r\n"),
    "chunk of an enormous size": says(OK + b"transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\nx\r\n"),
    "body cut off": says(OK + b"content-length: 1000\r\n\r\nhalf"),
    "chunks cut off": says(OK + b"transfer-encoding: chunked\r\n\r\n5\r\nhalf"),
    "length that is none": says(OK + b"content-length: many\r\n\r\nx"),
    "two lengths": says(OK + b"content-length: 1\r\ncontent-length: 2\r\n\r\nxy"),
    "negative length": says(OK + b"content-length: -1\r\n\r\nx"),
    "gzip cut off": says(OK + b"content-encoding: gzip\r\n\r\n" + PACKED[:-9]),
    "gzip cut off, length right": says(
        OK + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % (len(PACKED) - 9) + PACKED[:-9]
    ),
    "gzip with a wrong sum": says(OK + b"content-encoding: gzip\r\n\r\n" + PACKED[:-8] + b"\0" * 8),
    "gzip that is none": says(OK + b"content-encoding: gzip\r\n\r\na,b\n1,2\n"),
    "gzip and more": says(OK + b"content-encoding: gzip\r\n\r\n" + PACKED + b"more"),
    "gzip bomb": says(OK + b"content-encoding: gzip\r\n\r\n" + gzip.compress(b"\0" * 50_000_000, 1)),
    "deflate cut off": says(OK + b"content-encoding: deflate\r\n\r\n" + zlib.compress(b"a,b\n" * 1000)[:-6]),
    "encoding nobody asked for": says(OK + b"content-encoding: br\r\n\r\nabc"),
    "encoding unknown": says(OK + b"content-encoding: x-secret\r\n\r\nabc"),
    "encoding twice": says(OK + b"content-encoding: gzip, gzip\r\n\r\n" + gzip.compress(PACKED)),
    "no HTTP": says(b"SSH-2.0-OpenSSH_9.9\r\n"),
    "status that is none": says(b"HTTP/1.1 2000 OK\r\n\r\nx"),
    "switches protocols": says(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n"),
    "no content": says(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "part of it": says(b"HTTP/1.1 206 Partial Content\r\ncontent-length: 1\r\n\r\nx"),
    "not modified, unasked": says(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    "redirects to a file": says(b"HTTP/1.1 302 Found\r\nlocation: file:///etc/passwd\r\n\r\n"),
    "redirects to nowhere": says(b"HTTP/1.1 302 Found\r\nlocation: http://\r\n\r\n"),
    "redirects to noise": says(b"HTTP/1.1 302 Found\r\nlocation: http://[::1\xff\x01\r\n\r\n"),
    "redirects to a port that is none": says(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:99999/\r\n\r\n"),
    "redirects in circles": says(b"HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n"),
    "redirects without a place": says(b"HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n"),
    "asks to wait": says(b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 99999\r\ncontent-length: 0\r\n\r\n"),
}


def test_hostile_servers_cost_the_deadline_and_one_line(tmp_path):
    through = []
    for name, answer in SERVERS.items():
        start = time.monotonic()
        with bare(answer) as url:
            try:
                fetch(url, tmp_path, now=NOW, limits=LIMITS, sleep=lambda _: None)
                through.append(f"{name}: was taken")
            except SourceError as error:
                if "\n" in str(error) or not str(error).startswith("http://127.0.0.1"):
                    through.append(f"{name}: {error}")
            except Exception as error:
                through.append(f"{name}: {type(error).__name__} {error}")
            if (seconds := time.monotonic() - start) > LIMITS.seconds + GRACE_SECONDS:
                through.append(f"{name}: {seconds:.1f} s")
    done = len(SERVERS) - len(through)
    sys.stdout.write(f"hostile servers: {len(SERVERS)} tried, {done} contained, {len(through)} through\n")

    assert not through
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", PACKED), ("x-gzip", PACKED + b"\0" * 9),
        ("gzip", gzip.compress(b"a", mtime=0) + gzip.compress(b"b", mtime=0)),
        ("deflate", zlib.compress(b"a,b\n")), ("deflate", RAW.compress(b"a,b\n") + RAW.flush()), ("identity", b"a"),
    ],
)  # fmt: skip
def test_packed_answers_of_each_kind_are_read(tmp_path, encoding, body):
    with bare(says(OK + f"content-encoding: {encoding}\r\n\r\n".encode() + body)) as url:
        found = fetch(url, tmp_path, now=NOW, limits=LIMITS)

    assert found.path.read_bytes()[:1] == b"a"


@pytest.mark.parametrize(
    "address",
    [
        "http://[::1", "http://exa mple.org", "http://127.0.0.1:99999/x", "http://\x00.org/", "http:///x", "http://",
        "http://xn--/x", "http://" + "a" * 300 + ".org/x", "http://\ud800.org", "https://[fe80::1%25eth0]/x",
        "http://127.0.0.1:0/", "http://user:pa]ss@[::1/x",
    ],
)  # fmt: skip
def test_malformed_address_is_a_source_error_in_one_line(tmp_path, address):
    with pytest.raises(SourceError) as error:
        fetch(address, tmp_path, now=NOW, limits=Limits(seconds=1, tries=1), sleep=lambda _: None)

    assert "\n" not in str(error.value)
    assert "pa]ss" not in str(error.value)


@pytest.mark.parametrize("address", ["file://example.org/etc/passwd", "file://127.0.0.1/etc/passwd"])
def test_file_of_another_machine_is_refused(tmp_path, address):
    with pytest.raises(SourceError, match="expected a file of this machine"):
        fetch(address, tmp_path, now=NOW)


def test_name_is_looked_up_once_and_that_machine_is_asked(tmp_path, monkeypatch):
    real, asked = socket.getaddrinfo, []

    def look_up(host, *rest, **more):
        if host == "figures.example":
            asked.append(host)
            return real("127.0.0.1", *rest, **more)
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with server(lambda handler, _: send(handler, body=b"1")) as (url, seen):
        named = url.replace("127.0.0.1", "figures.example")
        fetch(named, tmp_path, now=NOW, limits=HERE)

    assert asked == ["figures.example"]
    assert seen[0]["host"].startswith("figures.example:")


def test_look_up_without_answer_ends_at_the_deadline(tmp_path, monkeypatch):
    is_over = threading.Event()

    def look_up(*_, **__):
        is_over.wait(30)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    start = time.monotonic()
    with pytest.raises(FetchError, match="in time"):
        fetch("http://figures.example/", tmp_path, now=NOW, limits=LIMITS)
    is_over.set()

    assert time.monotonic() - start < LIMITS.seconds + GRACE_SECONDS


def test_user_of_an_address_is_sent_to_its_host_only(tmp_path):
    with server(lambda handler, _: send(handler, body=b"1")) as (other, seen_there):
        elsewhere = other.replace("127.0.0.1", "localhost")

        def answer(handler, number):
            send(handler, 302, location="/next" if number == 1 else elsewhere)

        with server(answer) as (url, seen):
            found = fetch(url.replace("//", "//ana:s3cret@"), tmp_path, now=NOW, limits=HERE)

    assert [request.get("authorization") for request in seen] == ["Basic YW5hOnMzY3JldA=="] * 2
    assert "authorization" not in seen_there[0]
    assert "s3cret" not in found.url
    assert "s3cret" not in "".join(path.read_text() for path in (tmp_path / "addresses").iterdir())


def test_kept_bytes_that_were_altered_are_fetched_again(tmp_path):
    def answer(handler, _):
        is_known = handler.headers.get("if-none-match") == '"1"'
        send(handler, 304) if is_known else send(handler, body=b"one", etag='"1"')

    with server(answer) as (url, asked):
        first = fetch(url, tmp_path, now=NOW, limits=HERE)
        first.path.write_bytes(b"two")
        again = fetch(url, tmp_path, now=NOW, limits=HERE)

    assert again.path.read_bytes() == b"one"
    assert "if-none-match" not in asked[1]
