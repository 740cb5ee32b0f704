"""SDG indicator 16.2.2, detected victims by sex, age and form of exploitation, from the UN's SDG API.

The producer's page: https://unstats.un.org/sdgs/dataportal. Answers come in pages. Series: ``VC_HTF_DETV`` is the sum
of ``SX``, ``FL``, ``OG`` and ``OP``; an ``R`` at the end is a rate per 100,000, which is never added, since each sex
has a denominator of its own. Traps: values are texts, some of them ``NaN``; totals are called ``BOTHSEX`` or ``_T``;
areas are M49 numbers, among them aggregates; a number may carry the unit of a rate.
"""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from cuadra.checks.topic import shipped
from cuadra.sources import labels, rows
from cuadra.sources.readers.archive import content
from cuadra.sources.readers.table import plain, unreadable
from cuadra.sources.source import Parsed, Snapshot, Source, SourceError

_LABELS = labels.load(Path(__file__).parent)
_USED = {"series", "geoAreaCode", "timePeriodStart", "value", "attributes", "dimensions"}
_IGNORED = {
    "goal", "target", "indicator", "seriesDescription", "seriesCount", "geoAreaName", "valueType", "time_detail",
    "timeCoverage", "upperBound", "lowerBound", "basePeriod", "source", "geoInfoUrl", "footnotes",
}  # fmt: skip
_DIMENSIONS = {"Age": "ALLAGE", "Sex": "BOTHSEX", "Reporting Type": "G"}
"""The dimensions, each with what it is where a row does not say."""


def parse(snapshot: Snapshot) -> Parsed:
    """One observation per series, area, year, sex and age; aggregates, national reports and ``NaN`` are ignored.

    Rows whose unit is not their series', or whose value or area is unclear, are quarantined.

    Raises:
        SourceError: no such answer, or a field, series or label that ``codes.csv`` does not have.
    """
    cells = _cells(_items(snapshot))
    left_out = {
        "aggregates of countries": cells["area"].isin(_LABELS.codes["aggregate"]),
        "reported nationally": _LABELS.known("reporting_type", cells["Reporting Type"]).eq("ignored"),
        "no value": cells["value"].isin(["", "NaN"]),
    }
    is_left_out = pd.DataFrame(left_out).any(axis=1)
    kept = cells[~is_left_out]
    reason = _unreadable(kept)
    is_used = reason.eq("")
    first = pd.DataFrame(left_out).idxmax(axis=1)[is_left_out]
    return Parsed(
        rows.observations(SOURCE, snapshot, _figures(kept[is_used]), shipped()),
        rows.quarantined(SOURCE, snapshot, kept[~is_used], reason[~is_used], _place(kept[~is_used])),
        rows.ignored(SOURCE, snapshot, {why: first.eq(why).sum() for why in left_out}),
        rows_in=len(cells),
    )


def _items(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The rows of all pages, or of the one reply that a file holds."""
    data = content(snapshot.path, SOURCE.name)
    try:
        found = json.loads(data, parse_float=plain, parse_int=str)
        pages = found if isinstance(found, list) else [found]
        items = [item for page in pages for item in page["data"]]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise unreadable(SOURCE.name, "JSON of the SDG API with data", error) from error
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict) or not _USED <= item.keys() <= _USED | _IGNORED:
            odd = sorted(item.keys() ^ _USED - _IGNORED)[:5] if isinstance(item, dict) else type(item).__name__
            raise SourceError(
                f"{SOURCE.name}, row {number}: expected the fields {', '.join(sorted(_USED))}, got another set: {odd}. "
                "The API changed: correct sources/un_sdg_16_2_2."
            )
    return items


def _cells(items: list[dict[str, Any]]) -> pd.DataFrame:
    """The rows as texts, a column each."""
    made = []
    for number, item in enumerate(items, 1):
        dimensions, attributes = item["dimensions"], item["attributes"]
        if not isinstance(dimensions, dict) or not dimensions.keys() <= _DIMENSIONS.keys():
            raise SourceError(
                f"{SOURCE.name}, row {number}: expected the dimensions {', '.join(_DIMENSIONS)}, got "
                f"{dimensions!r:.80}. "
                "The API changed: correct sources/un_sdg_16_2_2."
            )
        made.append(
            {
                "series": str(item["series"]), "area": str(item["geoAreaCode"]), "year": str(item["timePeriodStart"]),
                "value": "" if item["value"] is None else str(item["value"]),
                "units": str((attributes or {}).get("Units")), "nature": str((attributes or {}).get("Nature")),
                **_DIMENSIONS, **{name: str(code) for name, code in dimensions.items()},
            }
        )  # fmt: skip
    columns = ["series", "area", "year", "value", "units", "nature", *_DIMENSIONS]
    return pd.DataFrame(made, columns=columns, index=pd.RangeIndex(1, len(made) + 1), dtype=object)


def _areas() -> dict[str, str]:
    return {row["m49"]: code for code, row in shipped().code_list("ref_area").rows.items() if row["m49"]}


def _unreadable(cells: pd.DataFrame) -> "pd.Series[str]":
    """Why a row cannot be used, or nothing."""
    is_rate = _LABELS.known("series", cells["series"]).str.endswith(" rate")
    unit = _LABELS.known("units", cells["units"])
    reason = pd.Series("", index=cells.index)
    reason[~cells["year"].str.fullmatch(r"20\d\d")] = "year_unclear"
    reason[~cells["area"].isin(_areas())] = "area_unclear"
    is_number = _number(cells).str.fullmatch(rows.COUNT)
    reason[~is_number & ~is_rate] = "not_a_count"
    reason[~_number(cells).str.fullmatch(r"\d+(\.\d+)?") & is_rate] = "not_a_rate"
    reason[unit.ne(is_rate.map({True: "per_100k", False: "persons"}))] = "unit_wrong"
    reason[cells.duplicated([column for column in cells.columns if column != "value"], keep=False)] = "given_twice"
    return reason


def _number(cells: pd.DataFrame) -> "pd.Series[str]":
    """Values without a ``.0`` at the end, which the API gives to counts."""
    return cells["value"].str.replace(r"\.0+$", "", regex=True)


def _figures(cells: pd.DataFrame) -> pd.DataFrame:
    unit = _LABELS.known("units", cells["units"])
    figures = pd.DataFrame(
        {
            "indicator": "victims_detected",
            "ref_area": cells["area"].map(_areas()),
            "time_period": cells["year"],
            "sex": _LABELS.known("sex", cells["Sex"]),
            "age": _LABELS.known("age", cells["Age"]),
            "exploitation": _LABELS.known("series", cells["series"]).str.extract(r"=(\S+)", expand=False),
            "unit": unit,
            "says": _number(cells),
            "obs_status": _LABELS.known("nature", cells["nature"]),
            "locator": _place(cells),
        }
    )
    return figures.sort_values("locator")


def _place(cells: pd.DataFrame) -> "pd.Series[str]":
    """The key of a row, which names it in every edition."""
    place: pd.Series[str] = cells["series"].str.cat(cells[["area", "year", "Sex", "Age"]], sep="|")
    return place


SOURCE = Source(
    name="un_sdg_16_2_2",
    title="SDG indicator 16.2.2, detected victims of trafficking in persons",
    publisher="UN Statistics Division",
    register="SDG",
    url="https://unstats.un.org/SDGAPI/v1/sdg/Indicator/Data?indicator=16.2.2&pageSize=5000",
    parse=parse,
    licence="UN data terms",
    rows_max=200_000,
    is_paged=True,
    enabled=False,
)
