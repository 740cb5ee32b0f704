"""Tables inside documents: of an HTML page, and the ruled ones of a PDF."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cuadra.sources.readers.archive import content
from cuadra.sources.readers.table import Rows, unreadable
from cuadra.sources.source import SourceError

PAGES_MAX = 500
"""The most pages of a PDF that are read; a longer one is refused, never read in part."""

_SPAN_MAX = 1000


def html_tables(path: Path, name: str) -> list[Rows]:
    """The rows of every table of an HTML page, numbered within their table; a spanned cell stands in each place.

    Raises:
        SourceError: no HTML, or no table in it.
    """
    from lxml import etree, html  # noqa: PLC0415 - few sources are pages

    data = content(path, name)
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        page = html.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise unreadable(name, "an HTML page", error) from error
    tables = [_filled(table) for table in page.iter("table")]
    if not tables:
        raise SourceError(
            f"{name}: expected a table, got an HTML page without one. Correct the address, or fetch the file again."
        )
    return tables


def _filled(table: Any) -> Rows:
    """The cells of a table by row, spans filled with what stands in them."""
    grid: dict[tuple[int, int], str] = {}
    trs = [tr for tr in table.iter("tr") if next(tr.iterancestors("table")) is table]
    for row, tr in enumerate(trs):
        column = 0
        for cell in tr:
            if cell.tag not in {"td", "th"}:
                continue
            while (row, column) in grid:
                column += 1
            text = " ".join(cell.text_content().split())
            for down in range(_span(cell.get("rowspan"), len(trs) - row)):
                for right in range(_span(cell.get("colspan"), _SPAN_MAX)):
                    grid[row + down, column + right] = text
    width = max((column for _, column in grid), default=-1) + 1
    return [(row + 1, [grid.get((row, column), "") for column in range(width)]) for row in range(len(trs))]


def _span(said: str | None, most: int) -> int:
    return max(1, min(int(said), most)) if said and said.isdecimal() and len(said) < 5 else 1


def pdf_tables(path: Path, name: str) -> list[tuple[int, Rows]]:
    """The ruled tables of a PDF, each with the number of its page; line breaks within a cell are spaces.

    Raises:
        SourceError: no PDF, an encrypted one, or one without ruled tables.
    """
    tables: list[tuple[int, Rows]] = []
    data = content(path, name)
    if b"%PDF" not in data[:1024]:
        raise SourceError(f"{name}: expected a PDF, got {data[:12]!r}. Correct the address.")
    with _pages(data, name) as pages:
        for page in pages:
            for table in page.extract_tables():
                rows = [[" ".join((cell or "").split()) for cell in row] for row in table]
                tables.append((page.page_number, list(enumerate(rows, 1))))
    if not tables:
        raise SourceError(f"{name}: expected ruled tables in the PDF, got none. If it is a scan, type them as TOML.")
    return tables


def pdf_text(data: bytes, name: str) -> list[str]:
    """The paragraphs of a PDF, which end where a line ends a sentence.

    Raises:
        SourceError: no PDF, an encrypted one, or one without text.
    """
    with _pages(data, name) as pages:
        text = "\n".join(page.extract_text() or "" for page in pages)
    found = re.split(r"(?<=[.!?:])\n|\n\s*\n", text)
    if not text.strip():
        raise SourceError(f"{name}: expected text in the PDF, got none. If it is a scan, type its figures as TOML.")
    return found


@contextmanager
def _pages(data: bytes, name: str) -> Iterator[list[Any]]:
    import pdfplumber  # noqa: PLC0415 - takes a third of a second, and few sources are PDFs

    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            if len(document.pages) > PAGES_MAX:
                raise SourceError(
                    f"{name}: expected a PDF of at most {PAGES_MAX} pages, got {len(document.pages):,}. "
                    "Cut out the pages with the figures."
                )
            yield document.pages
    except SourceError:
        raise
    except Exception as error:  # pdfminer raises many kinds
        if "password" in f"{error!r} {error.__cause__!r}".casefold():
            raise SourceError(f"{name}: expected a PDF, got one with a password. Save it without one.") from error
        raise unreadable(name, "a PDF", error) from error
