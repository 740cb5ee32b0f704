"""Addresses on pages: of other pages, relative; of sources, only on the web, and as near to the words as they go."""

import hashlib
import posixpath
import re
from urllib.parse import quote, urlsplit

from cuadra.sources.address import shown

_NOT_WORDS = re.compile(r"\s+")
_PAGE = re.compile(r"(?:p\.?|page|pág\.?|página)\s*(\d+)", re.IGNORECASE)
LEAST_WORDS = 2
"""A fragment of fewer words would be found anywhere."""


def name(key: str) -> str:
    """A key as the name of a file: what is no plain letter or digit is spelled by its code, so that none collide."""
    made = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else f"~{ord(sign):x}" for sign in key)
    return (
        made if len(made) <= 100 else f"{made[:80]}~~{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:12]}"
    )


def relative(here: str, there: str) -> str:
    """The address of one page as another writes it."""
    path, hash_, fragment = there.partition("#")
    return f"{posixpath.relpath(path, posixpath.dirname(here) or '.')}{hash_}{fragment}"


def outside(url: str | None) -> str | None:
    """An address that may be linked: on the web, without secrets; none for any other, such as ``javascript:``."""
    try:
        parts = urlsplit((url or "").strip())
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return shown((url or "").strip()).replace("•••", "") if is_web and "@" not in parts.netloc else None


def at_words(url: str | None, anchor: str | None, says: str, locator: str | None) -> str | None:
    """The address of a figure in its source: a text fragment by its anchor, or the page of a PDF."""
    base = outside(url)
    if base is None or "#" in base:
        return base
    if urlsplit(base).path.casefold().endswith(".pdf"):
        page = _PAGE.search(locator or "")
        return f"{base}#page={page[1]}" if page else base
    text = words_around(anchor, says)
    if text is None or len(text.split()) < LEAST_WORDS:
        return base
    return f"{base}#:~:text={quote(text, safe='').replace('-', '%2D')}"


def words_around(anchor: str | None, says: str) -> str | None:
    """The printed words around a figure, with the figure in its place; none where the source has no anchor."""
    if not anchor or "{}" not in anchor:
        return None
    before, after = around(anchor)
    return _NOT_WORDS.sub(" ", f"{before}{says}{after}").strip().strip('"“”«»()[],.;:').strip()


def around(anchor: str) -> tuple[str, str]:
    """What an anchor has before and after the figure."""
    before, _, after = anchor.removeprefix("^").removesuffix("$").partition("{}")
    return before, after
