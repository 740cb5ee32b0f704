"""The newest edition of a source whose address changes: a year in the address, or a link on a page."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

from cuadra.sources.source import Snapshot, SourceError

YEARS_BACK = 5
"""So many years before this one may the newest edition be."""

_SELECTOR = re.compile(r"(?P<tag>[a-z][a-z0-9]*|\*)?(?P<tests>(\[[a-z-]+([\^$*]?=[^\]]+)?\])*)")
_TEST = re.compile(r"\[(?P<name>[a-z-]+)(?:(?P<how>[\^$*]?=)(?P<value>[^\]]+))?\]")
_GONE = re.compile(r"expected 200, got (404|410)")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_/.]?(0[1-9]|1[0-2]))?(?:[-_/.]?(0[1-9]|[12]\d|3[01]))?(?!\d)")


def newest(url: str, find: str, fetched: Callable[[str], Snapshot], now: datetime) -> Snapshot:
    """The snapshot of the newest edition.

    Args:
        url: the address, in which ``{year}`` stands for a year: this one, or the newest before it that answers.
        find: which link of the page there is the file, e.g. ``a[href$=.xlsx]``; none if it is the file itself.
        fetched: what fetches an address.
        now: when.

    Raises:
        SourceError: no year answers, or no link is found.
    """
    page = _of_year(url, fetched, now)
    if not find:
        return page
    return fetched(link(page.path, page.url or url, find))


def _of_year(url: str, fetched: Callable[[str], Snapshot], now: datetime) -> Snapshot:
    if "{year}" not in url:
        return fetched(url)
    last: SourceError | None = None
    for year in range(now.year, now.year - YEARS_BACK - 1, -1):
        try:
            return fetched(url.replace("{year}", str(year)))
        except SourceError as error:
            if not _GONE.search(str(error)):
                raise
            last = error
    raise SourceError(
        f"{url}: expected an edition of {now.year} or of {YEARS_BACK} years before, got none. Correct the address."
    ) from last


def link(path: Path, url: str, find: str) -> str:
    """The address of the link of a page that fits; of several, the one with the newest date in its address or words.

    Raises:
        SourceError: no page, no such link, or a selector that is none.
    """
    from lxml import etree, html  # noqa: PLC0415 - few sources are pages

    xpath = _xpath(find, url)
    try:
        page = html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(no_network=True))
    except (etree.LxmlError, ValueError) as error:
        raise SourceError(f"{url}: expected a page with links, got none. Correct the address.") from error
    # Selectors compare what is written; a page may write endings in capitals.
    found = [each for each in page.xpath(xpath) if each.get("href")]
    if not found:
        raise SourceError(f"{url}, find: expected a link {find!r}, got none on the page. Correct it.")
    dated = [
        (_newest_date(f"{each.get('href')} {each.text_content()}"), -place, each) for place, each in enumerate(found)
    ]
    _, _, best = max(dated, key=lambda each: each[:2])
    return urljoin(url, str(best.get("href")).strip())


def _newest_date(text: str) -> str:
    return max(("".join(part or "00" for part in match.groups()) for match in _DATE.finditer(text)), default="")


def _xpath(find: str, url: str) -> str:
    """The XPath of a selector such as ``a[href$=.xlsx]``."""
    match = _SELECTOR.fullmatch(find.strip())
    if not match or not find.strip():
        raise SourceError(
            f"{url}, find: expected a selector such as 'a[href$=.xlsx]' or 'a[href*=2024][title]', got {find!r}. "
            "Correct it."
        )
    return f"//{match['tag'] or '*'}" + "".join(_tests(match["tests"]))


def _tests(tests: str) -> Iterator[str]:
    for test in _TEST.finditer(tests):
        name, value = f"@{test['name']}", (test["value"] or "").strip("\"'")
        quoted = f'"{value}"' if "'" in value else f"'{value}'"
        if test["how"] is None:
            yield f"[{name}]"
        elif test["how"] == "=":
            yield f"[{name}={quoted}]"
        elif test["how"] == "*=":
            yield f"[contains({name}, {quoted})]"
        elif test["how"] == "^=":
            yield f"[starts-with({name}, {quoted})]"
        else:
            yield f"[substring({name}, string-length({name}) - {len(value) - 1})={quoted}]"
