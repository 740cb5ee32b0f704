"""A proposal for a table: its `source.toml` and `codes.csv`, with ``"?"`` where a person must decide."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cuadra.checks.topic import Topic
from cuadra.sources.described.observe import DASHES, Look, Seen, code_of, dimension_of, look, members
from cuadra.sources.readers import grid, languages, period_words
from cuadra.sources.readers.archive import content
from cuadra.sources.readers.cells import Marks, read_cell
from cuadra.sources.readers.figures import Declared, UnreadableFigureError
from cuadra.sources.readers.grid import Number
from cuadra.sources.readers.notation import decimal_mark
from cuadra.sources.readers.period_words import plain
from cuadra.sources.source import SourceError

_ROWS_SHOWN = 5
_LABELS_ASKED = 2
"""Of a column with more unknown labels, the first part of all codes is asked, not each code."""


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
            parts += ["# checks/codelists/?.csv, and in checks/topic.toml: [breakdown.?] label = { en = \"?\" }",
                      self.code_list]  # fmt: skip
        return "\n".join([*parts, "# The first rows as they would be read:", *(f"#   {row}" for row in self.rows)]) + "\n"


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

    def __init__(  # noqa: PLR0913, PLR0917 - what a proposal is made of
        self, seen: Look, topic: Topic, way: grid.Where, others: Sequence[str], facts: dict[str, str]
    ) -> None:
        self.seen, self.topic, self.way, self.others, self.facts = seen, topic, way, others, facts
        words = " ".join([seen.title, *(each.name for each in seen.columns)])
        self.language = next((each for each in (languages.of_text([words]),) if each in languages.LANGUAGES), "en")
        self.codes: list[str] = []
        self.list: dict[str, str] = {}
        self.others_of: dict[str, list[str]] = {}
        self.signs = sum((each.signs for each in seen.of("value")), Counter[str]())
        self.decimal = self._decimal()

    def made(self, url: str, file: str) -> Proposal:
        columns = list(self._columns())
        for dimension, labels in self.others_of.items():
            some = ", ".join(map(_plain, labels[:8])) + (", …" if len(labels) > 8 else "")
            columns.append(f"# codes.csv asks once for {len(labels)} labels of {dimension}: {some}")
        toml = "\n".join([*self._facts(url, file), "", *self._table(), "", "[table.columns]", *columns]) + "\n"
        codes = "column,label,code\n" + "\n".join(dict.fromkeys(self.codes)) + "\n" if self.codes else ""
        listed = ""
        if self.list:
            lines = [f"{code},{_csv(label)},_T,parts,disjoint" for code, label in self.list.items()]
            listed = "\n".join(["code,label_en,parent,partition,kind", "_T,all,,,", *lines]) + "\n"
        return Proposal(toml, codes, listed, tuple(self._first_rows()))

    def _facts(self, url: str, file: str) -> Iterator[str]:
        yield '# A draft: look at every line; each "?" is for you to decide. Guesses come from plain words.'
        named = Path(file).stem.replace("_", " ") if file else url
        yield f"title     = {_quoted(self.facts.get('title') or self.seen.title or named)}"
        yield f"publisher = {_quoted(self.facts.get('publisher') or '?')}"
        if published := self.facts.get("published"):
            yield f"published = {_quoted(published)}  # when the file was last saved"
        yield f"url       = {_quoted(url)}" if url else f"file      = {_quoted(file)}"
        if not any(each.dimension == "area" for each in self.seen.of("label")):
            yield 'area      = "?"'
        yield f"indicator = {_quoted(self._indicator())}"
        if not self.seen.of("year", "period", "dates") and not any(_period(each.name) for each in self.seen.of("value")):
            yield f"period    = {_quoted(self._title_period())}"
        if self.language != "en":
            yield f"language  = {_quoted(self.language)}"
        if self.decimal:
            yield f"decimal   = {_quoted(self.decimal)}  # as all numbers of the table together are written"
        yield from self._signs()

    def _signs(self) -> Iterator[str]:
        dashes = [sign for sign in self.signs if sign in DASHES]
        notes = [sign for sign in self.signs if sign not in DASHES and _is_note(self.seen, sign)]
        missing = [sign for sign in self.signs if sign not in {*dashes, *notes}]
        if missing:
            yield f"missing   = [{', '.join(map(_quoted, missing))}]"
        if dashes:
            yield f"nil       = [{', '.join(map(_quoted, dashes))}]  # if a dash is no figure, write `missing` for `nil`"
        if notes:
            said = ", ".join(f'{_quoted(sign)} = ""' for sign in notes)
            yield f"marks     = {{ {said} }}  # footnotes"

    def _table(self) -> Iterator[str]:
        first, start = self.seen.header
        yield "[table]"
        if self.seen.where.sheet and self.others:
            yield f"sheet       = {_quoted(self.seen.where.sheet)}  # others: {', '.join(self.others[:8])}"
        if self.seen.where.page:
            yield f"pages       = {_quoted(self.seen.where.page)}"
        if self.way.lines_are_rows:
            yield "lines_are_rows = true"
        if self.way.ruled is False:
            yield "ruled       = false"
        if start - first > 1:
            head = next(cell for cell in self.seen.where.rows[first][1] if cell)
            yield f"header      = {_quoted(head)}"
            yield f"header_rows = {start - first}"
        merged = [each.name for each in self.seen.of("label", "year", "period") if _is_merged(each, self.seen)]
        if merged:
            yield f"carry_down  = [{', '.join(map(_quoted, merged))}]"

    def _columns(self) -> Iterator[str]:
        """The line of each column; columns of periods or of unknown members share one."""
        periods = [each for each in self.seen.of("value") if _period(each.name)]
        parted = [] if periods else self._parted()
        unknown = [each for each in self.seen.of("value")
                   if not _period(each.name) and not self._is_known(each) and each not in parted]  # fmt: skip
        shared = len(unknown) > 1 or 0 < len(unknown) < len(self.seen.of("value"))
        for each in self.seen.columns:
            if not each.name or each.kind == "empty":
                if each.name:
                    yield f'{_quoted(each.name)} = {{ ignore = "empty" }}'
            elif each.kind in {"year", "part", "period"}:
                yield f"{_quoted(each.name)} = {_quoted(each.kind)}"
            elif each.kind == "follows":
                yield f'{_quoted(each.name)} = {{ ignore = "follows from {_plain(each.dimension)}" }}'
            elif each.kind == "same":
                yield f'{_quoted(each.name)} = {{ ignore = "the same in every row: {_plain(each.texts[0])}" }}'
            elif each.kind == "dates" and not self.seen.of("year", "period") and not periods and re.match(r"\d{4}-", each.texts[0]):
                yield f'{_quoted(each.name)} = "year_to"  # if it is the last day counted'
            elif each.kind == "dates":
                yield f'{_quoted(each.name)} = {{ ignore = "dates" }}'
            elif each.kind == "words":
                yield f'{_quoted(each.name)} = {{ ignore = "notes in words" }}'
            elif each.kind == "share":
                yield f'{_quoted(each.name)} = {{ ignore = "shares, which follow from the numbers" }}'
            elif each.kind == "label":
                yield self._label(each)
            elif each not in periods and each not in parted and not (shared and each in unknown):
                yield self._value(each)
        if periods:
            yield from self._of_periods(periods)
        if parted:
            yield self._of_parted(parted)
        if shared:
            yield f'"*" = {{ "?" = "{{label}}" }}'
            self.list |= {_slug(each.name): each.name for each in unknown}

    def _parted(self) -> list[Seen]:
        """The columns whose names are two members, such as ``Women - Under 18``; none where fewer than half are so."""
        values = self.seen.of("value")
        parted = [each for each in values if each.name.count(" - ") == 1 and " | " not in each.name]
        firsts = {each.name.partition(" - ")[0] for each in parted}
        if len(parted) * 2 <= len(values) or len(parted) == len(firsts):
            return []
        halves = [list({each.name.split(" - ")[place] for each in parted}) for place in (0, 1)]
        return parted if any(dimension_of(labels, self.topic) for labels in halves) else []

    def _of_parted(self, parted: Sequence[Seen]) -> str:
        said = []
        for place in (0, 1):
            labels = list(dict.fromkeys(each.name.split(" - ")[place] for each in parted))
            dimension = dimension_of(labels, self.topic) or "?"
            if dimension == "?":
                self.list |= {_slug(label): label for label in labels if code_of("sex", label, self.topic) != "_T"}
            else:
                self._lines(dimension, labels)
            said.append(f'{dimension if dimension != "?" else _quoted("?")} = "{{{place + 1}}}"')
        return f'"* - *" = {{ {", ".join(said)} }}'

    def _is_known(self, each: Seen) -> bool:
        parts = re.split(r" \| | - ", each.name)
        same = [one for one in self.seen.of("value") if members(one.name, self.topic) == members(each.name, self.topic)]
        if len(same) > 1 and members(each.name, self.topic):
            return False
        if code_of("indicator", each.name, self.topic):
            return True
        return bool(members(each.name, self.topic)) or any(code_of("sex", part, self.topic) == "_T" for part in parts)

    def _value(self, each: Seen) -> str:
        codes = members(each.name, self.topic)
        said = "{ " + ", ".join(f"{key} = {_quoted(code)}" for key, code in codes.items()) + " }" if codes else '"value"'
        return f"{_quoted(each.name)} = {said}"

    def _of_periods(self, periods: Sequence[Seen]) -> Iterator[str]:
        stars = {" | ".join("*" if _period(part) else part for part in each.name.split(" | ")) for each in periods}
        if all(" | " in each.name for each in periods):
            rest = {part for each in periods for part in each.name.split(" | ") if not _period(part)}
            if any(members(part, self.topic) == {} for part in rest):
                self.list |= {_slug(part): part for part in sorted(rest)}
                yield '"* | *" = { period = "{1}", "?" = "{2}" }'
                return
            for star in sorted(stars):
                codes = "".join(f", {key} = {_quoted(code)}" for key, code in members(star, self.topic).items())
                yield f'{_quoted(star)} = {{ period = "{{1}}"{codes} }}'
            return
        for each in periods if len(periods) < 3 else ():
            yield f'{_quoted(each.name)} = {{ period = "{{label}}" }}'
        if len(periods) >= 3:
            heads = {each.name[:2] for each in periods}
            for head in sorted(heads):
                yield f'{_quoted(head + "*")} = {{ period = "{{label}}" }}'

    def _label(self, each: Seen) -> str:
        if each.dimension == "?":
            distinct = list(dict.fromkeys(each.texts))
            if len(distinct) <= 40:
                self.list |= {_slug(label): label for label in distinct}
            return f'{_quoted(each.name)} = "?"  # a breakdown, or {{ ignore = "why" }}'
        self._lines(each.dimension, list(dict.fromkeys(each.texts)))
        return f"{_quoted(each.name)} = {_quoted(each.dimension)}"

    def _lines(self, dimension: str, labels: Sequence[str]) -> None:
        """The lines of `codes.csv` for labels of a dimension; of many unknown ones, one for all."""
        column = {"area": "ref_area", "status": "obs_status"}.get(dimension, dimension)
        unknown = []
        for label in labels:
            code = code_of(column, label, self.topic)
            if code is None:
                unknown.append(label)
            elif _needs_line(column, label, self.topic):
                self.codes.append(f"{dimension},{_csv(label)},{code}")
        if len(unknown) > _LABELS_ASKED:
            self.codes.append(f"{dimension},*,?/{{label}}" if dimension == "area" else f"{dimension},*,?")
            self.others_of[dimension] = unknown
        else:
            self.codes += [f"{dimension},{_csv(label)},?" for label in unknown]

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
                    if re.search(r"(19|20)\d\d", " ".join(span)) and (found := _period(" ".join(span))):
                        return found
        return "?"

    def _decimal(self) -> str | None:
        texts = [text for each in self.seen.of("value") if each.has_marks for text in each.texts
                 if type(text) is not Number]  # fmt: skip
        try:
            return decimal_mark([(text, Declared(kind="number")) for text in dict.fromkeys(texts)], self.language)
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

    def _shown(self, text: str) -> str:
        marks = Marks(
            missing=tuple(sign for sign in self.signs if sign not in DASHES and not _is_note(self.seen, sign)),
            nil=DASHES, marks={sign: "" for sign in self.signs if _is_note(self.seen, sign)},
        )  # fmt: skip
        declared = Declared(kind="number", decimal="." if type(text) is Number else self._mark())
        try:
            reading = read_cell(str(text), marks, self.language, declared).reading
        except UnreadableFigureError as error:
            return f"{text!r} goes to quarantine ({error.code})"
        if reading is None:
            return "no figure"
        return f"{reading.value:g}" if reading.value is not None else f"{reading.hard.lower:g} to {reading.hard.upper:g}"

    def _mark(self) -> str | None:
        return None if self.decimal == "?" else self.decimal


def _is_note(seen: Look, sign: str) -> bool:
    """Whether a sign stands beside numbers, so that it is a footnote and not a cell of its own."""
    return not any(sign == text for each in seen.of("value") for text in each.texts)


def _needs_line(column: str, label: str, topic: Topic) -> bool:
    """Whether a label is known by common words only, which `codes.csv` must say."""
    found = topic.code_list(column)
    labels = {plain(text) for row in found.rows.values() for key, text in row.items() if key.startswith("label_")}
    return label not in found.rows and plain(label) not in labels and code_of(column, label, topic) != "_T"


def _is_merged(each: Seen, seen: Look) -> bool:
    place = seen.columns.index(each)
    cells = [cells[place] for _, cells in seen.body]
    return bool(cells and cells[0]) and not all(cells) and len(each.texts) * 2 <= len(cells) + 1


def _period(text: str) -> str:
    part = next((part for part in text.split(" | ") if re.search(r"(19|20)\d\d", part)), text)
    try:
        return period_words.read(part)
    except period_words.PeriodWordsError:
        return ""


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
        "title": re.search(r"<dc:title>([^<]+)", core), "published": re.search(r"<dcterms:modified[^>]*>(\d{4}-\d\d-\d\d)", core),
        "publisher": re.search(r"<Company>([^<]+)", app),
    }  # fmt: skip
    return {key: _plain(match[1]) for key, match in found.items() if match and match[1].strip()}


def _slug(label: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", plain(label).upper()).strip("_")[:30] or "X"


def _plain(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split()).replace('"', "'")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _csv(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if re.search(r'[",]', text) else text
