"""One exchange with a web server within one deadline: look-up, connection, headers, redirects and body together."""

import base64
import ssl
import time
import urllib.request
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import unquote_to_bytes

import httpcore
import httpx

from cuadra.sources.address import AddressError, PrivateAddressError, machines, shown
from cuadra.sources.login import Login
from cuadra.sources.source import SourceError

REDIRECTS = 5
_MOVED = {301, 302, 303, 307, 308}
_CHUNK = 1 << 16
_CONNECT_SECONDS = 10.0
"""So long one machine of several may take to accept; then the next is tried."""


class ExchangeError(Exception):
    """A server that did not answer well this time; the text is one clause: what was expected, and got."""


@dataclass(frozen=True)
class Answer:
    """What a server answered: the body comes as it is read, unpacked."""

    status: int
    headers: Mapping[str, str]
    body: Iterator[bytes]


@dataclass(frozen=True)
class Deadline:
    """The moment at which everything must have ended."""

    at: float

    def left(self) -> float:
        """The seconds that are left.

        Raises:
            TimeoutError: none.
        """
        left = self.at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


@contextmanager
def get(
    url: str, headers: Mapping[str, str], deadline: Deadline, *, allow_private: bool, login: Login | None = None
) -> Iterator[Answer]:
    """The answer to a GET, redirects followed; each name is looked up once and that machine is connected to.

    ``login`` is sent to its own server only, also where that sends us on.

    Raises:
        ExchangeError: the server does not answer, not in time, breaks off, or breaks its protocol.
        SourceError: no web address, one that is not public, an unknown encoding, or too many redirects.
    """
    with ExitStack() as stack:
        with _in_words():
            answer = _follow(url, headers, deadline, stack, allow_private=allow_private, login=login)
        yield answer


def _follow(  # noqa: PLR0913 - what one exchange is about
    url: str, headers: Mapping[str, str], deadline: Deadline, stack: ExitStack, *, allow_private: bool,
    login: Login | None,
) -> Answer:  # fmt: skip
    first = current = _address(url)
    for _ in range(REDIRECTS + 1):
        pool = stack.enter_context(_pool(current, deadline, allow_private=allow_private))
        is_same = current.host == first.host and current.scheme in {first.scheme, "https"}
        secret = login.headers(str(current)) if login else {}
        sent = _sent(current, {**headers, **secret}, current.userinfo or (first.userinfo if is_same else b""))
        where = httpcore.URL(
            scheme=current.raw_scheme, host=current.raw_host, port=current.port, target=current.raw_path
        )
        response = stack.enter_context(pool.stream("GET", where, headers=sent))
        found = _headers(response.headers)
        if response.status not in _MOVED or "location" not in found:
            chunks = cast(Iterable[bytes], response.iter_stream())
            return Answer(response.status, found, unpacked(chunks, found, url, deadline))
        current = _address(current, found["location"])
        stack.close()
    raise SourceError(f"{shown(url)}: expected at most {REDIRECTS} redirects, got more. Correct the address.")


@contextmanager
def _in_words() -> Iterator[None]:
    """Say in one clause what went wrong between here and the server."""
    try:
        yield
    except AddressError as error:
        raise ExchangeError(str(error)) from error
    except PrivateAddressError as error:
        raise SourceError(str(error)) from error
    except (TimeoutError, httpcore.TimeoutException) as error:
        raise ExchangeError(
            "expected the whole answer in time, got not all of it. Too slow; try again later"
        ) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError, OSError) as error:
        kind = f"{type(error).__name__}: {shown(str(error))}".removesuffix(": ")
        raise ExchangeError(f"expected an answer, got {kind}. Try again later") from error
    except zlib.error as error:
        raise ExchangeError(f"expected packed bytes, got {error}. Broken; try again later") from error


def _address(url: "str | httpx.URL", location: str | None = None) -> httpx.URL:
    """The address, or where it leads to.

    Raises:
        SourceError: it is no web address.
    """
    what = shown(str(url))
    try:
        address = httpx.URL(url) if location is None else httpx.URL(url).join(location)
        is_usable = bool(address.scheme in {"http", "https"} and address.host and address.port != 0)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise SourceError(f"{what}: expected a web address, got {shown(str(error))}. Correct the address.") from error
    if not is_usable:
        raise SourceError(
            f"{what}: expected an http or https address, got {address.scheme or 'none'!r}"
            f"{' after a redirect' if location else ''}. Correct the address."
        )
    return address


def _sent(url: httpx.URL, headers: Mapping[str, str], user: bytes) -> list[tuple[str, str]]:
    host = url.netloc.decode("ascii")
    login = {"authorization": f"Basic {base64.b64encode(unquote_to_bytes(user)).decode()}"} if user else {}
    return [*({"host": host, "accept": "*/*", "connection": "close"} | dict(headers) | login).items()]


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers by their names in small letters; of several the values are joined."""
    found: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def unpacked(chunks: Iterable[bytes], headers: Mapping[str, str], url: str, deadline: Deadline) -> Iterator[bytes]:
    """The body as it is meant, in small pieces; packed bytes must come to their end.

    Raises:
        ExchangeError: they break off or are broken, come too late, or are followed by something else.
        SourceError: they are packed in a way that was not asked for.
    """
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise SourceError(
            f"{shown(url)}: expected bytes plain or packed as gzip or deflate, got encoding {encoding[:40]!r}. "
            "Fetch the file by hand and feed it with --from."
        )
    # Each step of the reading, and nothing of what is done with it, is put in words.
    pieces = iter(chunks) if encoding in {"", "identity"} else _unpack(chunks, is_gzip=encoding != "deflate")
    while True:
        with _in_words():
            deadline.left()
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _unpack(chunks: Iterable[bytes], *, is_gzip: bool) -> Iterator[bytes]:
    packer: Any = zlib.decompressobj(zlib.MAX_WBITS | 16) if is_gzip else None
    size = 0
    for chunk in chunks:
        size += len(chunk)
        data = chunk
        if packer is None and data:
            # Some servers send the bare stream, without the wrapping that the standard asks for.
            packer = zlib.decompressobj(zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS)
        while data:
            if packer.eof:
                if is_gzip and not data.strip(b"\0"):
                    break
                if not (is_gzip and data.startswith(b"\x1f")):
                    raise ExchangeError(
                        f"expected the end of the packed bytes, got {len(data):,} more. Try again later"
                    )
                packer = zlib.decompressobj(zlib.MAX_WBITS | 16)
            yield packer.decompress(data, _CHUNK)
            data = packer.unused_data if packer.eof else packer.unconsumed_tail
            while not packer.eof and not data and (more := packer.decompress(b"", _CHUNK)):
                yield more
    if size and not packer.eof:
        raise ExchangeError(f"expected packed bytes to their end, got {size:,} bytes. Cut off; try again later")


@contextmanager
def _pool(url: httpx.URL, deadline: Deadline, *, allow_private: bool) -> Iterator[httpcore.ConnectionPool]:
    """Connections for one address: straight to its machine, or through the proxy that the environment names."""
    context = httpx.create_ssl_context() if url.scheme == "https" else None
    proxy = _proxy(url)
    network = _Network(deadline, allow_private=allow_private or proxy is not None)
    if proxy is None:
        with httpcore.ConnectionPool(ssl_context=context, network_backend=network, max_connections=1) as pool:
            yield pool
        return
    if not allow_private:
        _look_past_the_proxy(url, deadline)
    through = httpx.URL(proxy if "//" in proxy else f"http://{proxy}")
    login = (through.username, through.password) if through.userinfo else None
    where = httpcore.URL(scheme=through.raw_scheme, host=through.raw_host, port=through.port, target=b"/")
    with httpcore.HTTPProxy(
        where, proxy_auth=login, ssl_context=context, network_backend=network, max_connections=1
    ) as pool:
        yield pool


def _proxy(url: httpx.URL) -> str | None:
    if urllib.request.proxy_bypass(url.host):
        return None
    named = urllib.request.getproxies()
    return named.get(url.scheme) or named.get("all")


def _look_past_the_proxy(url: httpx.URL, deadline: Deadline) -> None:
    """Refuse what is not public as far as it can be known here: behind a proxy, names may be known to it alone."""
    try:
        machines(url.host, url.port or 443, deadline.left(), allow_private=False)
    except AddressError:
        return


class _Network(httpcore.NetworkBackend):
    """Connects to the machines that a name was looked up for, and never waits beyond the deadline."""

    def __init__(self, deadline: Deadline, *, allow_private: bool) -> None:
        self._deadline, self._allow_private = deadline, allow_private
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first machine that accepts."""
        found = machines(host, port, self._deadline.left(), allow_private=self._allow_private)
        failure: Exception = httpcore.ConnectError("no machine")
        for address in found:
            most = self._deadline.left() if address == found[-1] else min(_CONNECT_SECONDS, self._deadline.left())
            try:
                return _Stream(self._sockets.connect_tcp(address, port, most, local_address), self._deadline)
            except (httpcore.NetworkError, httpcore.TimeoutException) as error:
                failure = error
        raise failure


class _Stream(httpcore.NetworkStream):
    """A connection of which every read and write ends at the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some bytes."""
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        """End the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, secured."""
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, self._deadline.left()), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """What is known of the connection."""
        return self._stream.get_extra_info(info)
