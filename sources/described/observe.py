"""What an unknown table looks like: its header, and of each column whether it has periods, labels or figures."""

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cuadra.checks.topic import Topic
from cuadra.sources.described.labelled import TOTALS
from cuadra.sources.readers import grid, period_words
from cuadra.sources.readers.grid import Number
from cuadra.sources.readers.period_words import plain
from cuadra.sources.readers.table import Rows

MISSING = ("..", "...", "…", ":", "n/a", "na", "n.a.", "n.d.", "s/d", "s/i", "nd", "nan", "null", "x")
"""Signs that mean no figure in most tables; a dash may mean that or zero."""

DASHES = ("-", "–", "—")
_NUMBER = re.compile(r"[-+<]?\s?\d[\d.,' \u00a0\u202f]*%?")
_FIGURE = re.compile(
    r"(?P<before>[^\w\s.,<+-]*)\s?(?P<number>[-+<]?\s?\d[\d.,' \u00a0\u202f]*%?)\s?(?P<after>[^\d\s.,-]{0,3})"
)
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](19|20)\d\d|(19|20)\d\d-\d\d-\d\d( 00:00:00)?")
_YEAR = re.compile(r"(19|20)\d\d")
YEAR_MARKED = re.compile(r"(?P<year>(?:19|20)\d\d)(?:\s?[(\[]?(?P<mark>[a-z]|[*†‡§¹²³#])/?[)\]]?)?", re.IGNORECASE)
_SHARE = re.compile(r"%|percent|per cent|porcentaje|proportion|\bshare\b|por ciento", re.IGNORECASE)
_NEARLY_ALL = 0.97
_UNKNOWN = re.compile(r"\b(unknown|not (known|specified|stated)|no especifica\w*|desconocid[oa])\b")
_HEADERS = {
    "year": "year ano año godina jahr annee", "part": "quarter month trimestre mes semestre half period_part",
    "area": "area country region place province state territory precinct district pais región lugar departamento "
            "provincia municipio distrito territorio ubigeo geo iso",
    "sex": "sex gender sexo genero", "age": "age edad ages", "unit": "unit units unidad unidades",
    "status": "status flag", "code": "articulo article code codigo id",
}  # fmt: skip
"""Names of columns that say by themselves what they hold."""


@dataclass
class Seen:
    """One column: its name, what it probably is, and what its cells showed.

    ``kind`` is ``period``, ``year``, ``part``, ``label``, ``value``, ``share``, ``same``, ``dates``, ``follows``,
    ``words`` or ``empty``; of labels ``dimension`` is the one that most of them belong to, ``"?"`` where none does;
    ``follows`` from that column.
    """

    name: str
    kind: str
    dimension: str = ""
    texts: tuple[str, ...] = ()
    signs: Counter[str] = field(default_factory=Counter)
    has_marks: bool = False
    known: int = 0


@dataclass
class Look:
    """A table as it looks: where it is, its title above, header, and columns."""

    where: grid.Grid
    title: str
    header: tuple[int, int]
    columns: list[Seen]
    body: Rows

    @property
    def figures(self) -> int:
        """How many figures its columns of values have."""
        return sum(len(each.texts) for each in self.of("value") if each.name)

    def of(self, *kinds: str) -> list[Seen]:
        """The columns of these kinds."""
        return [each for each in self.columns if each.kind in kinds]


def look(found: Sequence[grid.Grid], topic: Topic, header_rows: int = 3) -> Look | None:
    """The table of a file with most figures in it and at most so many header rows; none where there is none."""
    looks = [each for each in (_look(one, topic, header_rows) for one in found) if each]
    return max(looks, key=lambda each: each.figures, default=None)


def _look(found: grid.Grid, topic: Topic, header_rows: int) -> Look | None:
    start = _body_at(found.rows)
    if start is None:
        return None
    first = start
    values = {place for place, cell in enumerate(found.rows[start][1]) if is_figure(cell)}
    while first > 0 and start - first < header_rows and _is_head(found.rows[first - 1][1], values):
        first -= 1
    if first == start:
        return None
    names = grid.labels(found.rows[first:start])
    body = [(number, cells + [""] * (len(names) - len(cells))) for number, cells in found.rows[start:]]
    last = next((place for place in range(len(body) - 1, -1, -1) if any(map(is_figure, body[place][1]))), -1)
    body = body[: last + 1]
    columns = [_seen(name, [cells[place] for _, cells in body], topic) for place, name in enumerate(names)]
    _follow(columns, [cells for _, cells in body])
    if not any(each.kind == "value" for each in columns):
        return None
    above = [max(cells, key=len) for _, cells in found.rows[:first]]
    return Look(
        found, next((text for text in above if " " in text and "@" not in text), ""), (first, start), columns, body
    )


def _follow(columns: Sequence[Seen], body: Sequence[Sequence[str]]) -> None:
    """Mark the columns of unknown labels that follow from another column of labels: one of theirs has one of these."""
    labels = [(place, each) for place, each in enumerate(columns) if each.kind == "label"]
    for place, each in labels:
        if each.dimension != "?" and not (each.dimension == "area" and place != _finest(columns)):
            continue
        for other, of in labels:
            if other == place or of.kind != "label" or len(set(of.texts)) < len(set(each.texts)):
                continue
            if _follows([(cells[other], cells[place]) for cells in body]):
                each.kind, each.dimension = "follows", of.name
                break


def _follows(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether nearly each first text has one second text: labels may be misspelled now and then."""
    most: dict[str, Counter[str]] = {}
    for one, other in pairs:
        most.setdefault(one, Counter())[other] += 1
    usual = sum(each.most_common(1)[0][1] for each in most.values())
    return usual >= _NEARLY_ALL * len(pairs) and len(most) < len(pairs)


def _finest(columns: Sequence[Seen]) -> int:
    """The place of the column of areas with most of them."""
    areas = [place for place, each in enumerate(columns) if each.dimension == "area"]
    return max(areas, key=lambda place: (len(set(columns[place].texts)), columns[place].known))


def _is_head(cells: Sequence[str], values: set[int]) -> bool:
    """Whether a row above the figures is part of the header, and no title or note: a text is above some of them."""
    filled = [place for place, cell in enumerate(cells) if cell]
    return len(filled) >= 3 or (bool(values & set(filled)) and (len(filled) == 2 or not cells[0]))


def _body_at(rows: Rows) -> int | None:
    """The first row of figures: it and most of the next have numbers, and it is no header of years."""
    for place, (_, cells) in enumerate(rows[:60]):
        numbers = [cell for cell in cells if is_figure(cell)]
        below = [sum(map(is_figure, each)) for _, each in rows[place + 1 : place + 6]]
        years = [cell for cell in numbers if YEAR_MARKED.fullmatch(cell)]
        most, round_ = max(below, default=0), [*dict.fromkeys(years)]
        is_header = bool(years) and len(years) == len(numbers) and years == round_ * (len(years) // len(round_)) and (
            most > len(years) or (len(years) > 1 and most >= len(years)))  # fmt: skip
        if numbers and not is_header and (not below or sum(map(bool, below)) * 2 >= len(below)):
            return place
    return None


def is_figure(text: str) -> bool:
    """Whether a cell holds a number, alone or with signs beside it."""
    return (
        type(text) is Number
        or _NUMBER.fullmatch(text) is not None
        or (len(text) < 25 and _FIGURE.fullmatch(text) is not None)
    )


def _seen(name: str, cells: Sequence[str], topic: Topic) -> Seen:  # noqa: PLR0911 - one kind after the other
    texts = tuple(cell for cell in cells if cell)
    if not texts:
        return Seen(name, "empty")
    last = plain(name.rpartition(" | ")[2])
    words = set(re.split(r"[^a-z]+", last))
    by_name = next((kind for kind, names in _HEADERS.items() if words & set(names.split())), "")
    by_name = by_name if len(words) <= 5 else ""
    distinct = list(dict.fromkeys(texts))
    if by_name == "part" and _share(distinct, _is_part) > 0.7:
        return Seen(name, "part", texts=texts)
    if (by_name == "year" and _share(distinct, _is_period) > 0.7) or _share(
        distinct, lambda text: _YEAR.fullmatch(text) is not None
    ) == 1:
        return Seen(name, "year", texts=texts)
    if _share(distinct, lambda text: _DATE.fullmatch(text) is not None) == 1:
        return Seen(name, "dates", texts=texts)
    if by_name == "code":
        return Seen(name, "label" if len(distinct) > 1 else "same", "?", texts)
    figures = _share(distinct, lambda text: is_figure(text) or plain(text) in MISSING or text in DASHES)
    if figures < 0.7 and _share(distinct, _is_period) > 0.7:
        return Seen(name, "period", texts=texts)
    if figures >= 0.7 and by_name not in {"area", "sex", "age"}:
        return _figures(name, texts)
    if len(distinct) == 1 and len(texts) > 1 and by_name != "unit":
        return Seen(name, "same", texts=texts)
    dimension = (by_name if by_name in {"area", "sex", "age", "unit"} else "") or dimension_of(distinct, topic)
    is_words = not dimension and sum(map(len, distinct)) / len(distinct) > 60
    known = sum(code_of("ref_area", each, topic) is not None for each in distinct) if dimension == "area" else 0
    return Seen(name, "words" if is_words else "label", dimension or "?", texts, known=known)


def _figures(name: str, texts: Sequence[str]) -> Seen:
    signs: Counter[str] = Counter()
    has_marks = False
    for text, count in Counter(texts).items():
        if plain(text) in MISSING or text in DASHES:
            signs[text] += count
        elif type(text) is not Number and (found := _FIGURE.fullmatch(text)):
            signs.update(filter(None, (found["before"], found["after"].strip())))
            has_marks = has_marks or bool(re.search(r"\d[.,' \u00a0\u202f]\d", found["number"]))
    return Seen(name, "share" if _SHARE.search(name) else "value", texts=tuple(texts), signs=signs, has_marks=has_marks)


def number_in(text: str) -> str:
    """The number in a cell, without the signs beside it; empty where there is none."""
    found = _FIGURE.fullmatch(text)
    return found["number"] if found else ""


def _share(texts: Sequence[str], fits: object) -> float:
    return sum(bool(fits(text)) for text in texts) / len(texts)  # type: ignore[operator] # a function of a text


def _is_period(text: str) -> bool:
    try:
        return bool(period_words.read(text, "04-01"))
    except period_words.PeriodWordsError:
        return False


def _is_part(text: str) -> bool:
    try:
        return bool(period_words.part_of(text, "2000"))
    except period_words.PeriodWordsError:
        return False


def dimension_of(labels: Sequence[str], topic: Topic) -> str:
    """The dimension whose code list knows most of the labels; none where it knows less than half."""
    known = {column: sum(code_of(column, label, topic) is not None for label in labels)
             for column in (*topic.names, "ref_area", "unit")}  # fmt: skip
    best = max(known, key=lambda column: known[column])
    if 2 * known[best] < len(labels):
        return ""
    return {"ref_area": "area"}.get(best, best)


def code_of(column: str, label: str, topic: Topic) -> str | None:
    """The code that a label plainly stands for: by its list, in both languages, by common words, or by its ages."""
    words = plain(label)
    rows = topic.code_list(column).rows
    if label in rows:
        return label
    by_label = _by_label(column, topic)
    for each in (words, words.removesuffix("s")):
        if each in by_label:
            return by_label[each]
    if column in topic.names and words in TOTALS:
        return "_T"
    code = _common().get((words, column)) or (_age(words) if column == "age" else None)
    if code is None and column in topic.names and _UNKNOWN.search(words):
        code = "_U"
    return code if code in rows else None


def _age(words: str) -> str | None:
    """The code of an age band in words: ``18 or over``, ``17 or under``, ``under 18``, ``18-29``."""
    if found := re.search(
        r"(\d+)\s?(?:years )?(?:\+|or (?:over|older|more)|and (?:over|older)|o mas|y mas|anos o mas)", words
    ):
        return f"Y_GE{found[1]}"
    if found := re.search(r"(\d+) (?:or|and|o) (?:under|younger|less|menos)", words):
        return f"Y0T{found[1]}"
    if found := re.search(r"(?:under|below|less than|menores? de) (\d+)", words):
        return f"Y0T{int(found[1]) - 1}"
    if found := re.search(r"(\d+)\s?(?:-|to|a)\s?(\d+)", words):
        return f"Y{found[1]}T{found[2]}"
    return None


@cache
def _by_label(column: str, topic: Topic) -> Mapping[str, str]:
    rows = topic.code_list(column).rows
    return {plain(text): code for code, row in reversed(rows.items()) for key, text in row.items()
            if key.startswith("label_") and text}  # fmt: skip


def members(name: str, topic: Topic) -> dict[str, str]:
    """The codes that the parts of a column's name stand for, by breakdown."""
    made: dict[str, str] = {}
    for part in reversed(re.split(r" \| | - |: |, ", name)):
        for column in topic.names:
            code = code_of(column, re.sub(r"#\d+$", "", part), topic)
            if code and code != "_T" and column not in made:
                made[column] = code
    return made


@cache
def _common() -> Mapping[tuple[str, str], str]:
    with Path(__file__).parents[1].joinpath("draft_words.csv").open(encoding="utf-8", newline="") as file:
        return {(plain(row["words"]), row["column"]): row["code"] for row in csv.DictReader(file) if row["code"]}
