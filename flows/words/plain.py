"""What others wrote, as text and nothing else: for terminals and logs, for Markdown, and for spreadsheets."""

import json
import logging
import re

from cuadra.sources.address import shown

_LOOKS_LIKE_SPACE = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_ACTS = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # control characters, with those that begin an order to a terminal
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u206a-\u206f"  # that turn the direction of writing
    "\u200b\u2060-\u2065\ufeff\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # that are not seen
    "\ud800-\udfff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff"  # that are no characters of a text
    "\U000e0000-\U000e0fff"  # tags, which are not seen
    "]"
)
_ACTS_IN_JSON = re.compile(f"(?![\n]){_ACTS.pattern}|[\x85\u2028\u2029]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~$-])")
_FORMULA = re.compile(r"^[\s\x00-\x1f]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[-+]?(?:\d[\d.,]*|[.,]\d+)?(?:[eE][-+]?\d+)?\s?%?")


def plain(text: object) -> str:
    """The text in one line, without anything that acts on a screen or is not seen, whose code stands in its place.

    What parts lines becomes a space; zero-width joiners stay, since scripts are written with them.
    """
    return _ACTS.sub(_as_code, _LOOKS_LIKE_SPACE.sub(" ", str(text)))


def plain_lines(text: object) -> str:
    """The text as `plain` gives it, line by line: line feeds stay, and no other sign parts lines."""
    return "\n".join(plain(line) for line in str(text).split("\n"))


def as_markdown(text: object) -> str:
    """The text for a page in Markdown, shown as it is: neither HTML, links, tables nor emphasis begin in it."""
    shown = _MARKDOWN.sub(r"\\\1", plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    return re.sub(r"^(\s*\d+)\.", r"\1\\.", shown)


def as_cell(text: object) -> str:
    """The text for a spreadsheet, in which it begins no formula: an apostrophe before ``=``, ``+``, ``-`` and ``@``.

    A negative number stays one.
    """
    shown = plain(text)
    return f"'{shown}" if _FORMULA.match(shown) and not _NUMBER.fullmatch(shown) else shown


def json_text(dumped: str) -> str:
    """JSON of which no sign acts on a screen; whoever reads it gets the very same values."""
    return _ACTS_IN_JSON.sub(lambda match: json.dumps(match[0])[1:-1], dumped)


def clean(record: logging.LogRecord) -> bool:
    """Make a line of the log plain, without the secrets of addresses; a filter for loggers that keeps every line."""
    record.msg, record.args = plain_lines(shown(record.getMessage())), None
    return True


def _as_code(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
