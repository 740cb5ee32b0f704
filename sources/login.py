"""A header that a server wants of those who may read a source: its value is a secret, for that server only."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_OURS = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "user-agent", "te", "upgrade"}


class LoginError(ValueError):
    """A login that cannot be sent; the text is one clause that shows no secret."""


@dataclass(frozen=True)
class Login:
    """One header for one server; ``value`` is never shown."""

    header: str
    value: str = field(repr=False)
    server: str

    def __post_init__(self) -> None:
        """Refuse what no header can hold.

        Raises:
            LoginError: a value of several lines, of letters beyond Latin, or none.
        """
        check_header(self.header)
        if not self.value.strip() or not self.value.isprintable() or not self.value.isascii():
            raise LoginError("expected one line of plain letters and signs, got another value")

    def headers(self, url: str) -> dict[str, str]:
        """The header for an address of its server; none for any other, so that no link or redirect carries it off."""
        return {self.header.lower(): self.value.strip()} if server_of(url) == self.server else {}


def check_header(name: str) -> None:
    """Refuse a name that is no header, or one that cuadra sends by itself.

    Raises:
        LoginError: it is such a name.
    """
    if not _NAME.fullmatch(name) or name.lower() in _OURS:
        raise LoginError(f"expected the name of a header such as 'Authorization' or 'X-Api-Key', got {name!r}")


def server_of(url: str) -> str:
    """The server of an address: scheme, name and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or {'http': 80, 'https': 443}.get(parts.scheme)}"


def variable(source: str) -> str:
    """The variable of the environment that holds the login of a source."""
    return f"CUADRA_LOGIN_{re.sub('[^A-Z0-9]', '_', source.upper())}"
