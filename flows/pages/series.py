"""Series: what each register counted year by year, in panels on one scale; never added, never joined across a break."""

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from cuadra.flows.pages.chart import scale
from cuadra.flows.pages.links import name, relative
from cuadra.flows.pages.reader import Reader, Row, short
from cuadra.flows.pages.render import Page
from cuadra.flows.words.number import number

AREAS = 300
"""At most so many areas have a page of series."""

FIGURES = 500
"""At most so many figures are on one page."""

LARGE = 100_000
"""In a publication of more figures, only areas with a contradiction have a page of series, and they share `SHARED`."""

SHARED, LEAST = 3_000, 20
"""At most so many figures on all pages of series of a large publication, and at least so many on each."""

PANELS = 40
"""At most so many panels are on one page."""

_SHOWN = """
SELECT unnest(min_by(
    observation.observation_id,
    (block.indicator, block.register, block.time_period, observation.observation_id),
    $rows::BIGINT
)) AS observation_id
FROM observation
INNER JOIN block USING (block)
WHERE observation.vintage_to IS NULL
    AND regexp_full_match(block.time_period, '[0-9]{4}')
    AND observation.cell NOT IN (SELECT cell FROM cell_code)
    AND observation.unit IN (SELECT unnest($counts::VARCHAR[]))
    AND block.ref_area IN (SELECT unnest($areas::VARCHAR[]))
GROUP BY block.ref_area
"""
_YEAR = ", TRY_CAST(figure.time_period AS INTEGER) AS year"
_ORDER = "figure.ref_area, figure.indicator, figure.register, year, figure.published, figure.observation_id"

_AREAS = """
SELECT block.ref_area AS area, count(DISTINCT block.block) AS years, count(*) AS figures
FROM block
INNER JOIN observation USING (block)
WHERE observation.vintage_to IS NULL AND regexp_full_match(block.time_period, '[0-9]{4}')
    AND observation.cell NOT IN (SELECT cell FROM cell_code) AND observation.unit IN (SELECT unnest($counts::VARCHAR[]))
    AND (
        NOT $is_large
        OR block.ref_area IN (SELECT ref_area FROM cause INNER JOIN block USING (block) WHERE cause.is_open)
    )
GROUP BY ALL ORDER BY years DESC, area LIMIT $most
"""


def series_pages(reader: Reader) -> Iterator[Page]:
    """A page for each area with totals by year, and the list of them."""
    counts = [*reader.topic.units_of("count", "amount")]
    is_large = reader.one("SELECT count(*) FROM observation WHERE vintage_to IS NULL") > LARGE
    totals = {row["area"]: row["figures"] for row in reader.rows(_AREAS, counts=counts, most=AREAS, is_large=is_large)}
    areas, most = [*totals], max(LEAST, SHARED // max(1, len(totals))) if is_large else FIGURES
    path = f"{reader.language}/series.html"
    listed: list[Row] = []
    asked = ("figures of series", "")
    if asked not in reader.kept:  # languages share them
        ids = [row["observation_id"] for row in reader.rows(_SHOWN, counts=counts, areas=areas, rows=most)]
        reader.kept[asked] = reader.by_id(ids, _YEAR, _ORDER)
    rows = (reader.hidden(row) for row in reader.kept[asked])
    for area, found in groupby(rows, key=lambda row: row["ref_area"]):
        figures = [*found]
        there = f"{reader.language}/series/{name(area)}.html"
        years = {row["year"] for row in figures}
        listed.append({
            "label": reader.label("ref_area", area), "href": relative(path, there), "figures": len(figures),
            "first": str(min(years)), "last": str(max(years)), "registers": len({row["register"] for row in figures}),
        })  # fmt: skip
        yield _area(area, there, figures, totals[area] - len(figures), reader)
    listed.sort(key=lambda row: (-row["figures"], row["label"]))
    yield Page(path, "series", "series_list.html", reader.say("nav.series"), {"areas": listed})


def _area(area: str, path: str, figures: Sequence[Row], left_out: int, reader: Reader) -> Page:
    sections, panels = [], 0
    for indicator, found in groupby(figures, key=lambda row: row["indicator"]):
        mine = [*found]
        years = sorted({row["year"] for row in mine})
        ends = [end for row in mine for end in (row["lower"], row["upper"])]
        least, most, ticks = scale(ends)
        shown = [
            _panel(register, [*rows], years, (least, most), ticks, reader)
            for register, rows in groupby(mine, key=lambda row: row["register"])
        ]
        left = max(0, PANELS - panels)
        panels += len(shown)
        if shown[:left]:
            label = reader.label("indicator", indicator)
            sections.append({"id": name(indicator), "label": label, "panels": shown[:left]})
    where = reader.label("ref_area", area)
    title = reader.say("series.title", area=where)
    sql = (
        f"SELECT register, indicator, time_period, says, lower, upper FROM figure WHERE ref_area = '{area}' "
        "ORDER BY indicator, register, time_period"
    )
    return Page(path, "series", "series.html", title, {
        "sections": sections, "rest": max(0, panels - PANELS), "left_out": left_out, "sql": sql,
        "caveat": reader.topic.caveat.of(reader.language),
    })  # fmt: skip


def _panel(  # noqa: PLR0913, PLR0917 - what one panel is drawn from
    register: str,
    rows: Sequence[Row],
    years: Sequence[int],
    ends: tuple[float, float],
    ticks: Sequence[float],
    reader: Reader,
) -> Row:
    first, last = years[0], years[-1]

    def across(year: int) -> float:
        return round(8 + 84 * (year - first) / (last - first), 2) if last > first else 50.0

    def up(value: float) -> float:
        if math.isinf(value):
            return 0.0 if value > 0 else 100.0
        return round(100 - 100 * (value - ends[0]) / (ends[1] - ends[0]), 2)

    points, lines, apart, before = [], [], [], None
    for year, found in groupby(rows, key=lambda row: row["year"]):
        mine = [*found]
        current = [row for row in mine if not row["is_restated"]] or mine
        kind = _kind(current)
        for row in mine:
            is_old = row["is_restated"] and row not in current
            points.append({
                "x": across(year), "top": up(row["upper"]), "bottom": up(row["lower"]),
                "is_point": row["lower"] == row["upper"], "kind": "restated" if is_old else kind,
            })  # fmt: skip
        heights = [up(end) for row in current for end in (row["lower"], row["upper"])]
        if kind == "contradicted" and min(heights) < max(heights):
            apart.append({"x": across(year), "top": min(heights), "bottom": max(heights)})
        here = _joined(current, across(year), year, up) if kind == "plain" else None
        if here and before and before["year"] + 1 == year and not here["is_break"]:
            lines.append({"x1": before["x"], "y1": before["y"], "x2": here["x"], "y2": here["y"]})
        before = here
    every = max(1, math.ceil(len(range(first, last + 1)) / 6))
    return {
        "register": reader.label("register", register), "points": points, "lines": lines, "apart": apart,
        "ticks": [(up(tick), number(tick, reader.language)) for tick in ticks],
        "years": [(across(year), str(year)) for year in range(first, last + 1, every)],
        "rows": [_row(row, reader) for row in rows],
    }  # fmt: skip


def _kind(rows: Sequence[Row]) -> str:
    """How the figures of one year are drawn: contradicted where they are, or where they say different things."""
    if any(row["is_contradicted"] for row in rows):
        return "contradicted"
    return "plain"


def _joined(rows: Sequence[Row], x: float, year: int, up: Any) -> Row | None:
    values = {row["lower"] for row in rows if row["lower"] == row["upper"]}
    if len(values) != 1:
        return None
    return {"x": x, "y": up(values.pop()), "year": year, "is_break": any(row["obs_status"] == "B" for row in rows)}


def _row(row: Row, reader: Reader) -> Row:
    notes = [
        reader.say(f"series.{key}")
        for key, is_so in (
            ("contradicted", row["is_contradicted"]), ("restated", row["is_restated"]),
            ("break", row["obs_status"] == "B"),
        )
        if is_so
    ]  # fmt: skip
    return {
        "year": str(row["year"]), "says": short(row["says"], 60), "reads": reader.reads(row),
        "source": reader.at(row["source"], row["locator"]), "notes": ", ".join(notes),
    }  # fmt: skip
