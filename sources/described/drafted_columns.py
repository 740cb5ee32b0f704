"""The lines of a drafted table's columns, and of its `codes.csv`: what each column seems to hold."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from cuadra.checks.topic import Topic
from cuadra.sources.described.labelled import TOTALS
from cuadra.sources.described.observe import YEAR_MARKED, Look, Seen, code_of, dimension_of, members
from cuadra.sources.readers import period_words
from cuadra.sources.readers.period_words import plain

_LABELS_ASKED = 2
"""Of a column with more unknown labels, one line asks for all."""

_FOOTNOTES = "*†‡§¹²³#"

_IGNORED = {
    "empty": "empty", "words": "notes in words", "dates": "dates", "share": "shares, which follow from the numbers",
}  # fmt: skip


@dataclass
class Columns:
    """The columns of one table as they are drafted; its lines of codes, and its new code list, fill meanwhile."""

    seen: Look
    topic: Topic
    codes: list[str] = field(default_factory=list)
    code_list: dict[str, str] = field(default_factory=dict)
    others_of: dict[str, list[str]] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """The line of each column; columns of periods, or of unknown members, share one."""
        periods = [each for each in self.seen.of("value") if period_in(each.name)]
        periods = [each for each in self.seen.of("value") if periods and _names_year(each.name)]
        parted = [] if periods else self._parted()
        unknown = [each for each in self.seen.of("value")
                   if each not in periods and each not in parted and not self._is_known(each)]  # fmt: skip
        shared = unknown if len(unknown) > 1 or 0 < len(unknown) < len(self.seen.of("value")) else []
        by_day = not self.seen.of("year", "period") and not periods
        for each in self.seen.columns:
            if each.name and each not in periods and each not in parted and each not in shared:
                yield f"{quoted(each.name)} = {self._said(each, by_day=by_day)}"
        if periods:
            yield from self._of_periods(periods)
        if parted:
            yield self._of_parted(parted)
        if shared:
            yield '"*" = { "?" = "{label}" }'
            self.code_list |= {_slug(each.name): each.name for each in shared}
        for dimension, labels in self.others_of.items():
            some = ", ".join(map(one_line, labels[:8])) + (", …" if len(labels) > 8 else "")
            yield f"# codes.csv asks once for {len(labels)} labels of {dimension}: {some}"

    def _said(self, each: Seen, *, by_day: bool) -> str:
        """What one column seems to hold."""
        if each.kind in {"year", "part", "period"}:
            return quoted(each.kind)
        if each.kind == "label":
            return self._label(each)
        if each.kind == "value":
            codes = members(each.name, self.topic)
            return (
                "{ " + ", ".join(f"{key} = {quoted(code)}" for key, code in codes.items()) + " }"
                if codes
                else '"value"'
            )
        if each.kind == "dates" and by_day and re.match(r"\d{4}-", each.texts[0]):
            return '"year_to"  # if it is the last day counted'
        why = {"same": f"the same in every row: {each.texts[:1] and one_line(each.texts[0])}",
               "follows": f"follows from {one_line(each.dimension)}"}  # fmt: skip
        return f"{{ ignore = {quoted((_IGNORED | why)[each.kind])} }}"

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
                self.code_list |= {_slug(label): label for label in labels if code_of("sex", label, self.topic) != "_T"}
            else:
                self._lines(dimension, labels)
            said.append(f'{dimension if dimension != "?" else quoted("?")} = "{{{place + 1}}}"')
        return f'"* - *" = {{ {", ".join(said)} }}'

    def _is_known(self, each: Seen) -> bool:
        parts = re.split(r" \| | - ", each.name)
        same = [one for one in self.seen.of("value") if members(one.name, self.topic) == members(each.name, self.topic)]
        if len(same) > 1 and members(each.name, self.topic):
            return False
        if code_of("indicator", each.name, self.topic):
            return True
        return bool(members(each.name, self.topic)) or any(code_of("sex", part, self.topic) == "_T" for part in parts)

    def _of_periods(self, periods: Sequence[Seen]) -> Iterator[str]:
        stars = {" | ".join("*" if _names_year(part) else part for part in each.name.split(" | ")) for each in periods}
        if all(" | " in each.name for each in periods):
            rest = list(
                dict.fromkeys(part for each in periods for part in each.name.split(" | ") if not _names_year(part))
            )
            at = {place for each in periods for place, part in enumerate(each.name.split(" | ")) if _names_year(part)}
            if any(members(part, self.topic) == {} for part in rest):
                of, place = self._of_parts(rest), 1 if at == {1} else 0
                yield from self._of_marked(periods, lambda part, codes: _two(
                    place, part, "*", f'{codes}, {of} = "{{{1 if place else 1 + part.count("*")}}}"'))  # fmt: skip
                yield _two(place, "*", "*", f'period = "{{{place + 1}}}", {of} = "{{{2 - place}}}"')
                return
            yield from self._of_marked(periods, lambda part, codes: _two(0, part, "*", codes))
            for star in sorted(stars):
                codes = "".join(f", {key} = {quoted(code)}" for key, code in members(star, self.topic).items())
                yield f'{quoted(star)} = {{ period = "{{1}}"{codes} }}'
            return
        yield from self._of_marked(periods, lambda part, codes: f"{quoted(part)} = {{ {codes} }}")
        periods = [each for each in periods if not _marked(each.name)]
        for each in periods if len(periods) < 3 else ():
            yield f'{quoted(each.name)} = {{ period = "{{label}}" }}'
        if len(periods) >= 3:
            heads = {each.name[:2] for each in periods}
            for head in sorted(heads):
                yield f'{quoted(head + "*")} = {{ period = "{{label}}" }}'

    def _of_parts(self, labels: Sequence[str]) -> str:
        """The dimension that labels beside periods are of, as a key; ``"?"`` with a new code list where none is."""
        if all(code_of("indicator", label, self.topic) for label in labels):
            return "indicator"
        if dimension := dimension_of(labels, self.topic):
            self._lines(dimension, labels)
            return dimension
        self.code_list |= {_slug(label): label for label in sorted(labels) if plain(label) not in TOTALS}
        return quoted("?")

    def _of_marked(self, periods: Sequence[Seen], line: Callable[[str, str], str]) -> Iterator[str]:
        """The lines of periods with a mark, such as ``2023 (p)``: a letter that is a status says it, others ask."""
        for part in dict.fromkeys(part for each in periods for part in each.name.split(" | ")):
            if not (found := _marked(part)):
                continue
            year, mark = found
            known = mark.upper() in self.topic.code_list("obs_status").rows
            status = mark.upper() if known else "A" if mark in _FOOTNOTES else "?"
            yield line(part, f"period = {quoted(year)}, status = {quoted(status)}")

    def _label(self, each: Seen) -> str:
        if each.dimension == "?":
            distinct = list(dict.fromkeys(each.texts))
            if len(distinct) <= 40:
                self.code_list |= {_slug(label): label for label in distinct}
            return '"?"  # a breakdown, or { ignore = "why" }'
        self._lines(each.dimension, list(dict.fromkeys(each.texts)))
        return quoted(each.dimension)

    def _lines(self, dimension: str, labels: Sequence[str]) -> None:
        """The lines of `codes.csv` for labels of a dimension; of many unknown ones, one for all."""
        column = {"area": "ref_area", "status": "obs_status"}.get(dimension, dimension)
        unknown = []
        for label in labels:
            code = code_of(column, label, self.topic)
            if code is None:
                unknown.append(label)
            elif _needs_line(column, label, self.topic):
                self.codes.append(f"{dimension},{csv_cell(label)},{code}")
        if len(unknown) > _LABELS_ASKED:
            self.codes.append(f"{dimension},*,?/{{label}}" if dimension == "area" else f"{dimension},*,?")
            self.others_of[dimension] = unknown
        else:
            self.codes += [f"{dimension},{csv_cell(label)},?" for label in unknown]


def _needs_line(column: str, label: str, topic: Topic) -> bool:
    """Whether a label is known by common words only, which `codes.csv` must say."""
    found = topic.code_list(column)
    labels = {plain(text) for row in found.rows.values() for key, text in row.items() if key.startswith("label_")}
    return label not in found.rows and plain(label) not in labels and code_of(column, label, topic) != "_T"


def period_in(text: str) -> str:
    """The period that a column's name, or a part of it, names, with or without a mark; empty where none does."""
    part = next((part for part in text.split(" | ") if re.search(r"(19|20)\d\d", part)), text)
    try:
        return period_words.read(part)
    except period_words.PeriodWordsError:
        found = YEAR_MARKED.fullmatch(part)
        return found["year"] if found else ""


def _marked(part: str) -> tuple[str, str] | None:
    """The year and the mark of a header such as ``2023 (p)``, ``"?"`` for what is not clear; none of a plain one."""
    if found := YEAR_MARKED.fullmatch(part):
        return (found["year"], found["mark"]) if found["mark"] else None
    return ("?", "?") if _names_year(part) and not period_in(part) else None


def _names_year(name: str) -> bool:
    return any(re.match(r"(19|20)\d\d(?!\d)", part) for part in name.split(" | ")) or bool(period_in(name))


def _two(place: int, period: str, other: str, codes: str) -> str:
    """The line of columns with a period at this place of their two names."""
    names = [period, other] if place == 0 else [other, period]
    return f"{quoted(' | '.join(names))} = {{ {codes} }}"


def _slug(label: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", plain(label).upper()).strip("_")[:30] or "X"


def one_line(text: str) -> str:
    """The text in one line, without quotes."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split()).replace('"', "'")


def quoted(text: str) -> str:
    """The text as TOML."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def csv_cell(text: str) -> str:
    """The text as a cell of a CSV."""
    return '"' + text.replace('"', '""') + '"' if re.search(r'[",]', text) else text
