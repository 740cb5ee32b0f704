"""Tables of a PDF: by their rules where they have some, else by where their words stand on the page."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from cuadra.sources.readers.document import _pages
from cuadra.sources.readers.table import Rows
from cuadra.sources.source import SourceError

_GAP = 0.45
"""Words closer than so many of their heights are one cell: a space is about a quarter, columns are further apart."""

_COLUMNS_MIN = 2


class _Piece(NamedTuple):
    """A run of words of one cell: where it begins and ends, and its text."""

    left: float
    right: float
    text: str


def tables(data: bytes, name: str, pages: str, ruled: bool | None, lines_are_rows: bool) -> list[tuple[int, int, Rows]]:
    """The tables of these pages: page, place within it, rows.

    Args:
        data: the PDF.
        name: the source, for messages.
        pages: such as ``1-3,7``; all if empty.
        ruled: whether the tables have rules; without it, a page without ruled tables is read by positions.
        lines_are_rows: whether each line of text within the cells of a ruled row is a row of its own.

    Raises:
        SourceError: a scan, no such pages, or no table on them.
    """
    wanted = numbers(pages, name)
    found: list[tuple[int, int, Rows]] = []
    has_text = has_image = False
    with _pages(data, name) as all_pages:
        for page in all_pages:
            if wanted and page.page_number not in wanted:
                continue
            has_text, has_image = has_text or bool(page.chars), has_image or bool(page.images)
            on_page = [] if ruled is False else [_ruled(each, lines_are_rows) for each in page.extract_tables()]
            on_page = [rows for rows in on_page if any(len(cells) >= _COLUMNS_MIN for _, cells in rows)]
            if not on_page and ruled is not True and (rows := _by_position(page)):
                on_page = [rows]
            found += [(page.page_number, place, rows) for place, rows in enumerate(on_page, 1)]
        count = len(all_pages)
    if not found:
        if not has_text and has_image:
            raise SourceError(f"{name}: expected a PDF with text, got a scan. Type its figures, or ask for the file.")
        where = f" on pages {pages}" if pages else ""
        raise SourceError(
            f"{name}: expected a table{where}, got none on its {count} pages. Correct `pages` in source.toml."
        )
    return found


def numbers(pages: str, name: str) -> set[int]:
    """The page numbers of ``1-3,7``.

    Raises:
        SourceError: the text is no list of pages.
    """
    wanted: set[int] = set()
    for part in filter(None, (each.strip() for each in pages.split(","))):
        found = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", part)
        if not found or int(found[2] or found[1]) < int(found[1]):
            raise SourceError(f"{name}: expected pages such as '1-3,7', got {pages!r}. Correct source.toml.")
        wanted |= set(range(int(found[1]), int(found[2] or found[1]) + 1))
    return wanted


def _ruled(table: Sequence[Sequence[str | None]], lines_are_rows: bool) -> Rows:
    if not lines_are_rows:
        return list(enumerate(([" ".join((cell or "").split()) for cell in row] for row in table), 1))
    made: list[list[str]] = []
    for row in table:
        lines = [(cell or "").split("\n") for cell in row]
        tall = max(map(len, lines), default=0)
        # Cells of fewer lines than the others cannot be told apart by line: they stay whole, in the first row.
        whole = any(1 < len(each) < tall for each in lines)
        if whole:
            made.append([" ".join(each) for each in lines])
        else:
            made += [[each[line] if line < len(each) else "" for each in lines] for line in range(tall)]
    return list(enumerate(made, 1))


def _by_position(page: Any) -> Rows:
    """The lines of a page with their cells in columns; empty where fewer than two lines have several cells."""
    lines = [list(_pieces(line)) for line in _lines(page.extract_words(use_text_flow=False))]
    tabular = [line for line in lines if len(line) >= _COLUMNS_MIN]
    if len(tabular) < _COLUMNS_MIN:
        return []
    edges = _columns(tabular)
    made: Rows = []
    for number, line in enumerate(lines, 1):
        cells = [""] * len(edges)
        for piece in line:
            place = _column_of(piece, edges)
            cells[place] = f"{cells[place]} {piece.text}".strip()
        made.append((number, cells))
    return made


def _lines(words: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The words by line, from above: those whose middles are at about one height."""
    lines: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda each: (each["top"] + each["bottom"]) / 2):
        middle = (word["top"] + word["bottom"]) / 2
        last = lines[-1] if lines else []
        if last and middle - (last[-1]["top"] + last[-1]["bottom"]) / 2 < (word["bottom"] - word["top"]) / 2:
            last.append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: float(word["x0"])) for line in lines]


def _pieces(line: Sequence[dict[str, Any]]) -> Iterator[_Piece]:
    """The cells of a line: words that stand close together."""
    run = _Piece(line[0]["x0"], line[0]["x1"], line[0]["text"])
    for word in line[1:]:
        if word["x0"] - run.right < _GAP * (word["bottom"] - word["top"]):
            run = _Piece(run.left, word["x1"], f"{run.text} {word['text']}")
        else:
            yield run
            run = _Piece(word["x0"], word["x1"], word["text"])
    yield run


def _columns(lines: Sequence[Sequence[_Piece]]) -> list[tuple[float, float]]:
    """Where the columns are: what the fullest lines have beside each other, widened by what overlaps only one."""
    most = max(map(len, lines))
    full = [line for line in lines if len(line) == most]
    edges = [(min(line[place].left for line in full), max(line[place].right for line in full)) for place in range(most)]
    for line in lines:
        for piece in line:
            over = [place for place, (left, right) in enumerate(edges) if piece.left < right and piece.right > left]
            if len(over) == 1:
                left, right = edges[over[0]]
                before = edges[over[0] - 1][1] if over[0] else -1.0
                after = edges[over[0] + 1][0] if over[0] + 1 < most else float("inf")
                edges[over[0]] = max(min(left, piece.left), before), min(max(right, piece.right), after)
    return edges


def _column_of(piece: _Piece, edges: Sequence[tuple[float, float]]) -> int:
    """The column that a cell shares most with, else the nearest."""
    shared = [min(piece.right, right) - max(piece.left, left) for left, right in edges]
    return max(range(len(edges)), key=lambda place: shared[place])
