"""A proposal for a table: its `source.toml` and `codes.csv`, with ``"?"`` where a person must decide."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cuadra.checks.topic import Topic
from cuadra.sources import scale_change
from cuadra.sources.described.drafted_columns import Columns, csv_cell, one_line, period_in, quoted
from cuadra.sources.described.observe import DASHES, Look, Seen, code_of, look, number_in
from cuadra.sources.readers import grid, languages
from cuadra.sources.readers.archive import content
from cuadra.sources.readers.cells import Marks, read_cell
from cuadra.sources.readers.figures import Declared, UnreadableFigureError
from cuadra.sources.readers.grammar import Reading
from cuadra.sources.readers.grid import Number
from cuadra.sources.readers.notation import decimal_mark
from cuadra.sources.readers.period_words import plain
from cuadra.sources.scale_change import Cell

_ROWS_SHOWN = 5
_WHOLE = re.compile(r"[-+<]?\s?\d*|[-+<]?\s?\d{1,3}([.,' \u00a0\u202f])\d{3}(\1\d{3})*")


@dataclass(frozen=True)
class Proposal:
    """What is proposed: the two files, a code list where the topic has none, and the first rows as they are read."""

    toml: str
    codes: str
    code_list: str
    rows: tuple[str, ...]

    @property
    def asked(self) -> int:
        """How many answers are left to a person."""
        return sum(len(re.findall(r'"\?"(?! is)|,\?', text)) for text in (self.toml, self.codes))

    def text(self, name: str) -> str:
        """All of it, to read and to save."""
        parts = [f"# sources/{name}/source.toml", self.toml]
        if self.codes:
            parts += [f"# sources/{name}/codes.csv", self.codes]
        if self.code_list:
            parts += [
                "# checks/codelists/NAME.csv, if the breakdown is a new one (exhaustive: its parts make the total)",
                self.code_list,
            ]  # fmt: skip
        return (
            "\n".join([*parts, "# The first rows as they would be read:", *(f"#   {row}" for row in self.rows)]) + "\n"
        )


def propose(path: Path, name: str, topic: Topic, url: str = "", file: str = "") -> Proposal | None:
    """The proposal for the table of a file with most figures; none where no table is found.

    Args:
        path: the file.
        name: of the source to be, for messages.
        topic: whose code lists the labels are looked for in.
        url: where the file comes from.
        file: its name, where it comes from nowhere.

    Raises:
        SourceError: it is no file that tables are read from.
    """
    ways = [grid.Where()]
    with path.open("rb") as opened:
        if b"%PDF" in opened.read(1024):
            ways += [grid.Where(lines_are_rows=True), grid.Where(ruled=False)]
    looks = []
    for way in ways:
        found = grid.grids(path, name, way)
        # Titles over several columns are nowhere for sure where columns are found by position.
        if seen := look(found, topic, 1 if way.ruled is False else 3):
            looks.append((seen.figures, seen, way, found))
    if not looks:
        return None
    _, seen, way, found = max(looks, key=lambda each: each[0])
    others = [each.sheet for each in found if each.sheet and each.sheet != seen.where.sheet]
    return _Draft(seen, topic, way, others, _metadata(path)).made(url, file or path.name)


class _Draft:
    """One proposal in the making."""

    def __init__(self, seen: Look, topic: Topic, way: grid.Where, others: Sequence[str], facts: dict[str, str]) -> None:
        self.seen, self.topic, self.way, self.others, self.facts = seen, topic, way, others, facts
        words = " ".join([seen.title, *(each.name for each in seen.columns)])
        self.language = next((each for each in (languages.of_text([words]),) if each in languages.LANGUAGES), "en")
        self.columns = Columns(seen, topic)
        self.signs = sum((each.signs for each in seen.of("value")), Counter[str]())
        self.decimal = self._decimal()

    def made(self, url: str, file: str) -> Proposal:
        columns = list(self.columns.lines())
        toml = "\n".join([*self._facts(url, file), "", *self._table(), "", "[table.columns]", *columns]) + "\n"
        codes = (
            "column,label,code\n" + "\n".join(dict.fromkeys(self.columns.codes)) + "\n" if self.columns.codes else ""
        )
        listed = ""
        if self.columns.code_list:
            lines = [f"{code},{csv_cell(label)},_T,parts,disjoint" for code, label in self.columns.code_list.items()]
            listed = "\n".join(["code,label_en,parent,partition,kind", "_T,all,,,", *lines]) + "\n"
        return Proposal(toml, codes, listed, tuple(self._first_rows()))

    def _facts(self, url: str, file: str) -> Iterator[str]:
        yield '# A draft: look at every line; each "?" is for you to decide. Guesses come from plain words.'
        named = Path(file).stem.replace("_", " ") if file else url
        yield f"title     = {quoted(self.facts.get('title') or self.seen.title or named)}"
        yield f"publisher = {quoted(self.facts.get('publisher') or '?')}"
        if published := self.facts.get("published"):
            yield f"# published = {quoted(published)}, if the edition is of the day when the file was last saved"
        yield f"url       = {quoted(url)}" if url else f"file      = {quoted(file)}"
        if not any(each.dimension == "area" for each in self.seen.of("label")):
            yield 'area      = "?"'
        yield f"indicator = {quoted(self._indicator())}"
        if not self.seen.of("year", "period", "dates") and not any(
            period_in(each.name) for each in self.seen.of("value")
        ):
            yield f"period    = {quoted(self._title_period())}"
        if self.language != "en":
            yield f"language  = {quoted(self.language)}"
        if self.decimal:
            yield f"decimal   = {quoted(self.decimal)}  # as all numbers of the table together are written"
        yield from self._signs()

    def _signs(self) -> Iterator[str]:
        dashes = [sign for sign in self.signs if sign in DASHES]
        notes = [sign for sign in self.signs if sign not in DASHES and _is_note(self.seen, sign)]
        missing = [sign for sign in self.signs if sign not in {*dashes, *notes}]
        if missing:
            yield f"missing   = [{', '.join(map(quoted, missing))}]"
        if dashes:
            yield f"nil       = [{', '.join(map(quoted, dashes))}]  # `missing`, if a dash is no figure"
        if notes:
            said = ", ".join(f'{quoted(sign)} = ""' for sign in notes)
            yield f"marks     = {{ {said} }}  # footnotes"

    def _table(self) -> Iterator[str]:
        first, start = self.seen.header
        yield "[table]"
        if self.seen.where.sheet and self.others:
            yield f"sheet       = {quoted(self.seen.where.sheet)}  # others: {', '.join(self.others[:8])}"
        if self.seen.where.page:
            yield f"pages       = {quoted(self.seen.where.page)}"
        if self.way.lines_are_rows:
            yield "lines_are_rows = true"
        if self.way.ruled is False:
            yield "ruled       = false"
        if start - first > 1:
            head = next(cell for cell in self.seen.where.rows[first][1] if cell)
            yield f"header      = {quoted(head)}"
            yield f"header_rows = {start - first}"
        merged = [each.name for each in self.seen.of("label", "year", "period") if _is_merged(each, self.seen)]
        if merged:
            yield f"carry_down  = [{', '.join(map(quoted, merged))}]"

    def _indicator(self) -> str:
        words = plain(" ".join([self.seen.title, *(each.name for each in self.seen.columns)])).split()
        found = [code for word in words if (code := code_of("indicator", word, self.topic))]
        named = [code for code, row in self.topic.code_list("indicator").rows.items()
                 if plain(row.get("label_en", "-")) in " ".join(words)]  # fmt: skip
        return next(iter([*named, *found]), "?")

    def _title_period(self) -> str:
        """The longest words around a year above the table that name a period."""
        for _, cells in self.seen.where.rows[: self.seen.header[0]]:
            for cell in cells:
                words = cell.split()
                spans = [words[i:j] for i in range(len(words)) for j in range(i + 1, min(i + 6, len(words)) + 1)]
                for span in sorted(spans, key=len, reverse=True):
                    if re.search(r"(19|20)\d\d", " ".join(span)) and (found := period_in(" ".join(span))):
                        return found
        return "?"

    def _decimal(self) -> str | None:
        """The mark with which all numbers can be read; none where the usual ways of the language do."""
        texts = {number_in(text) for each in self.seen.of("value") if each.has_marks for text in each.texts
                 if type(text) is not Number}  # fmt: skip
        said = Declared(kind="count" if all(_WHOLE.fullmatch(text) for text in texts) else "number")
        try:
            return decimal_mark([(text, said) for text in sorted(texts) if text], self.language)
        except UnreadableFigureError:
            return "?"

    def _first_rows(self) -> Iterator[str]:
        """The first rows: labels, and each figure with what it says."""
        places = {id(each): place for place, each in enumerate(self.seen.columns)}
        values = self.seen.of("value")[:6]
        labels = self.seen.of("year", "part", "period", "label")
        for number, cells in self.seen.body[:_ROWS_SHOWN]:
            said = " · ".join(filter(None, (cells[places[id(each)]] for each in labels)))
            figures = "; ".join(f"{each.name}: {self._shown(cells[places[id(each)]])}" for each in values)
            yield f"row {number}: {said} → {figures}"[:200]
        yield from scale_change.notes(self._cells(places), "note")

    def _cells(self, places: Mapping[int, int]) -> Iterator[Cell]:
        """The figures as their sizes are compared, by the labels beside them."""
        dates = self.seen.of("year", "part", "period")
        areas = [each for each in self.seen.of("label") if each.dimension == "area"]
        others = [each for each in self.seen.of("label") if each not in areas]
        for number, cells in self.seen.body:
            date, area, about = ("|".join(cells[places[id(each)]] for each in of) for of in (dates, areas, others))
            for each in self.seen.of("value"):
                with suppress(UnreadableFigureError):
                    reading = self._reading(cells[places[id(each)]])
                    if reading and reading.value is not None:
                        period = period_in(each.name)
                        column = "" if period else each.name
                        yield Cell(f"row {number}", number, each.name, (about, column), area, period or date,
                                   reading.value)  # fmt: skip

    def _reading(self, text: str) -> Reading | None:
        """What a cell says; none where it has no figure."""
        marks = Marks(
            missing=tuple(sign for sign in self.signs if sign not in DASHES and not _is_note(self.seen, sign)),
            nil=DASHES, marks={sign: "" for sign in self.signs if _is_note(self.seen, sign)},
        )  # fmt: skip
        is_count = self.decimal is None
        declared = Declared(
            kind="count" if is_count and "." not in text else "number",
            decimal="." if type(text) is Number else self._mark(),
        )
        return read_cell(str(text), marks, self.language, declared).reading

    def _shown(self, text: str) -> str:
        try:
            reading = self._reading(text)
        except UnreadableFigureError as error:
            return f"{text!r} goes to quarantine ({error.code})"
        if reading is None:
            return "no figure"
        return (
            f"{reading.value:g}" if reading.value is not None else f"{reading.hard.lower:g} to {reading.hard.upper:g}"
        )

    def _mark(self) -> str | None:
        return None if self.decimal == "?" else self.decimal


def _is_note(seen: Look, sign: str) -> bool:
    """Whether a sign stands beside numbers, so that it is a footnote and not a cell of its own."""
    return not any(sign == text for each in seen.of("value") for text in each.texts)


def _is_merged(each: Seen, seen: Look) -> bool:
    place = seen.columns.index(each)
    cells = [cells[place] for _, cells in seen.body]
    return bool(cells and cells[0]) and not all(cells) and len(each.texts) * 2 <= len(cells) + 1


def _metadata(path: Path) -> dict[str, str]:
    """Title, publisher and date that a workbook says of itself."""
    data = content(path, path.name)
    if data[:2] != b"PK":
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            names = set(book.namelist())
            core = book.read("docProps/core.xml").decode("utf-8", "replace") if "docProps/core.xml" in names else ""
            app = book.read("docProps/app.xml").decode("utf-8", "replace") if "docProps/app.xml" in names else ""
    except zipfile.BadZipFile:
        return {}
    found = {
        "title": re.search(r"<dc:title>([^<]+)", core),
        "published": re.search(r"<dcterms:modified[^>]*>(\d{4}-\d\d-\d\d)", core),
        "publisher": re.search(r"<Company>([^<]+)", app),
    }  # fmt: skip
    return {key: one_line(match[1]) for key, match in found.items() if match and match[1].strip()}
