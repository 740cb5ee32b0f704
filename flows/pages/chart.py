"""Intervals on one axis, a row each, as places in percent of its width: a template draws them in SVG."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cuadra.flows.words.interval import interval
from cuadra.flows.words.number import number
from cuadra.flows.words.sentence import say

TICKS = 5
"""Steps of an axis, about."""

SMALLEST = 1e-300
"""The shortest span that can be divided into steps."""

THINNEST = 0.5
"""What would fit is drawn as a line where it is narrower than this, in percent of the axis."""

Ends = tuple[float, float]


@dataclass
class Line:
    """One row: who says so (pairs of an address and a name), of what, the number in words, and its interval.

    ``kind`` is suspect, plain, sum, derived or fits; it says how the row is drawn.
    """

    what: str
    text: str
    lower: float
    upper: float
    kind: str = "plain"
    who: Sequence[tuple[str | None, str]] = ()
    marks: list[dict[str, Any]] = field(default_factory=list)
    name: str = ""


@dataclass
class Chart:
    """Rows with their marks, and the ticks of the axis below them."""

    lines: list[Line]
    ticks: list[tuple[float, str]]


def chart(
    lines: Iterable[Line], language: str, *, band: Ends | None = None, gap: tuple[int, float, float] | None = None
) -> Chart:
    """Place rows on one axis from zero, or from the least number below it.

    Args:
        lines: the rows.
        language: of numbers.
        band: what would fit, drawn behind every row.
        gap: the row, and from where to where it is apart from what would fit.
    """
    made = list(lines)
    ends = [end for line in made for end in (line.lower, line.upper)] + list(band or ())
    least, most, ticks = scale(ends)
    place = _place(least, most)
    for count, line in enumerate(made):
        line.marks = [_band(band, place)] if band else []
        if gap and gap[0] == count and math.isfinite(gap[1]) and math.isfinite(gap[2]):
            apart = number(abs(gap[2] - gap[1]), language)
            first, last = sorted((place(gap[1]), place(gap[2])))
            line.marks.append({"shape": "gap", "x": first, "w": _width(first, last), "text": apart})
        line.marks.append(_mark(line, place))
        line.name = say(language, "page.chart.name", number=interval(line.lower, line.upper, language),
                        most=number(most, language), least=number(least, language))  # fmt: skip
    return Chart(made, [(place(tick), number(tick, language)) for tick in ticks])


def scale(ends: Iterable[float]) -> tuple[float, float, list[float]]:
    """The least and the most of an axis on which all of these are seen, and its ticks."""
    given = list(ends)
    finite = [end for end in given if math.isfinite(end)]
    low, high = min([0.0, *finite]), max([0.0, *finite])
    room = 1.12 if any(math.isinf(end) and end > 0 for end in given) else 1.0
    span = (high - low) * room
    span = span if span > SMALLEST else 1.0
    power = 10.0 ** math.floor(math.log10(span / TICKS))
    step = next((f * power for f in (1, 2, 2.5, 5, 10) if span / (f * power) <= TICKS + 1), 10 * power)
    first, last = math.floor(low / step), math.ceil((low + span) / step - 1e-9)
    ticks = [count * step for count in range(first, last + 1)]
    return min(ticks[0], low), max(ticks[-1], high), ticks


def _place(least: float, most: float) -> Any:
    def place(value: float) -> float:
        if math.isinf(value):
            return 0.0 if value < 0 else 100.0
        return round(100 * (value - least) / (most - least), 2)

    return place


def _width(first: float, last: float) -> float:
    return round(last - first, 2)


def _mark(line: Line, place: Any) -> dict[str, Any]:
    first, last = place(line.lower), place(line.upper)
    if line.lower == line.upper:
        return {"shape": "diamond" if line.kind == "suspect" else "dot", "x": first, "kind": line.kind}
    return {
        "shape": "bar", "x": first, "w": _width(first, last), "kind": line.kind,
        "has_end": not math.isinf(line.upper), "has_start": not math.isinf(line.lower),
    }  # fmt: skip


def _band(band: Ends, place: Any) -> dict[str, Any]:
    first, last = place(band[0]), place(band[1])
    width = _width(first, last)
    if width < THINNEST:
        return {"shape": "line", "x": round((first + last) / 2, 2), "w": 0.0}
    return {"shape": "band", "x": first, "w": width}


@dataclass
class Strip:
    """One axis from zero with what is printed on it and what would fit, each with its words."""

    marks: list[dict[str, Any]]
    name: str


def strip(
    printed: Sequence[tuple[str, float, float]],
    fits: Sequence[tuple[str, float, float]],
    *,
    is_suspect: bool = False,
) -> Strip:
    """Place numbers and what would fit on one axis: each with its words, its least and its most."""
    least, most, _ = scale(end for _, *both in (*printed, *fits) for end in both)
    place = _place(least, most)
    marks: list[dict[str, Any]] = []
    for words, lower, upper in fits:
        marks.append({**_band((lower, upper), place), "words": words, **_label(lower, upper, place)})
    for count, (words, lower, upper) in enumerate(printed):
        line = Line("", "", lower, upper, kind="suspect" if is_suspect else "plain")
        is_low = not fits and count % 2 == 1
        marks.append({**_mark(line, place), "words": words, **_label(lower, upper, place), "is_low": is_low})
    if fits and printed:
        mine, other = printed[0][1:], fits[0][1:]
        ends = (mine[1], other[0]) if mine[1] < other[0] else (other[1], mine[0])
        if ends[0] < ends[1] and all(map(math.isfinite, ends)):
            marks.append({"shape": "apart", "x": place(ends[0]), "w": _width(place(ends[0]), place(ends[1]))})
    return Strip(marks, "; ".join(words for words, _, _ in (*printed, *fits)))


def _label(lower: float, upper: float, place: Any) -> dict[str, Any]:
    """Where the words of a mark are, and which end of them: within the picture at both ends of the axis."""
    at = place(lower) if math.isinf(upper) else (place(lower) + place(upper)) / 2
    return {"at": round(at, 2), "anchor": "start" if at < 25 else "end" if at > 75 else "middle"}
