"""UNODC's workbook on trafficking in persons: detected victims and persons in criminal justice, by country and year.

The producer's page: https://dataunodc.un.org/dp-trafficking-persons. One sheet, one row a cell; ``Total`` is a
member of every dimension. Traps: half the cells are ``<5`` (0 to 4); counts above 999 carry a comma as text; an edition
may have banner rows above the header; labels of citizenship are as countries wrote them, some of them broken by
encoding; some cells stand twice with different values. The place of a figure is its key, which stands over editions.
"""

from pathlib import Path

import pandas as pd

from cuadra.checks.observation import ROW
from cuadra.checks.topic import shipped
from cuadra.sources import labels, rows
from cuadra.sources.readers.table import read_table
from cuadra.sources.source import Parsed, Snapshot, Source, SourceError

_LABELS = labels.load(Path(__file__).parent)
_HEADER = (
    "Iso3_code", "Country", "Region", "Subregion", "Indicator", "Dimension", "Category", "Sex", "Age", "Year",
    "Unit of measurement", "txtVALUE", "Source",
)  # fmt: skip
_KEY = ["Iso3_code", "Indicator", "Dimension", "Category", "Sex", "Age", "Year"]
_DIMENSIONS = {"Total", "by form of exploitation", "by citizenship", "by country of repatriation"}
_SEVERAL = {"Other forms of exploitation"}
"""Labels that stand for several forms, a row each: Albania 2017 has five rows of it, <5, 27, <5, 5 and 20."""
_BROKEN = "�|Ã"


def parse(snapshot: Snapshot) -> Parsed:
    """One observation per cell of the cube; repeated rows and repatriation are ignored, unreadable rows quarantined.

    A cell given twice with different values keeps both figures: several forms under one label, else a doubt.

    Raises:
        SourceError: no such workbook, or a label that ``codes.csv`` does not have.
    """
    cells = read_table(snapshot.path, SOURCE.name, _HEADER)
    unknown = set(cells["Dimension"]) - _DIMENSIONS
    if unknown or set(cells["Unit of measurement"]) - {"Counts"}:
        raise SourceError(
            f"unodc_glotip, Dimension: expected {', '.join(sorted(_DIMENSIONS))} in Counts, got {sorted(unknown)[:5]}. "
            "The workbook has changed: correct sources/unodc_glotip."
        )
    is_home = cells["Dimension"].eq("by country of repatriation")
    is_several = cells["Category"].isin(_SEVERAL)
    is_again = cells.duplicated([*_KEY, "txtVALUE"]) & ~is_home & ~is_several
    left = cells[~is_home & ~is_again]
    reason = _unreadable(left)
    is_used = reason.eq("")
    figures = _figures(left[is_used])
    broken = left[~is_used]
    return Parsed(
        rows.observations(SOURCE, snapshot, figures, shipped()),
        rows.quarantined(SOURCE, snapshot, broken, reason[~is_used], _place(broken)),
        rows.ignored(SOURCE, snapshot, {"by country of repatriation": is_home.sum(), "exact repeats": is_again.sum()}),
        rows_in=len(cells),
    )


def _unreadable(cells: pd.DataFrame) -> "pd.Series[str]":
    """Why a row cannot be used, or nothing; a label nobody has seen is an error instead."""
    is_form = cells["Dimension"].eq("by form of exploitation")
    is_citizenship = cells["Dimension"].eq("by citizenship")
    is_broken = cells["Category"].str.contains(_BROKEN)
    for column in ("Indicator", "Sex", "Age"):
        _LABELS.known(column.lower(), cells[column])
    _LABELS.known("exploitation", cells.loc[is_form, "Category"])
    named = _LABELS.known("citizenship", cells.loc[is_citizenship & ~is_broken, "Category"])
    says = cells["txtVALUE"]
    reason = pd.Series("", index=cells.index)
    reason[named.index[named.eq("")]] = "citizenship_unclear"
    reason[is_citizenship & is_broken] = "encoding_broken"
    reason[~cells["Iso3_code"].isin(shipped().code_list("ref_area").countries)] = "area_unclear"
    reason[~rows.is_count(says)] = "not_a_count"
    reason[says.str.replace(",", "").eq(cells["Year"])] = "year_for_value"
    return reason


def _figures(cells: pd.DataFrame) -> pd.DataFrame:
    """What each row says, in our codes."""
    is_form = cells["Dimension"].eq("by form of exploitation")
    is_citizenship = cells["Dimension"].eq("by citizenship")
    citizenship = cells["Category"].map(_LABELS.codes["citizenship"]).where(is_citizenship, "_T")
    indicator = _LABELS.known("indicator", cells["Indicator"])
    key, again = _place(cells), cells.groupby(_KEY).cumcount()
    figures = pd.DataFrame(
        {
            "indicator": indicator,
            "ref_area": cells["Iso3_code"].map(shipped().code_list("ref_area").countries),
            "time_period": cells["Year"],
            "sex": _LABELS.known("sex", cells["Sex"]),
            "age": _LABELS.known("age", cells["Age"]),
            "citizenship": citizenship.where(citizenship.ne(cells["Iso3_code"]), "NATIONAL"),
            "exploitation": cells["Category"].map(_LABELS.codes["exploitation"]).where(is_form, "_T"),
            "unit": indicator.map({code: each.unit for code, each in shipped().indicators.items()}),
            "says": cells["txtVALUE"],
            "repeats": (is_form & cells["Category"].isin(_SEVERAL)).map({True: "exploitation", False: ROW}),
            # Its key names a figure's place in every edition; its row number does not.
            "locator": key.where(again.eq(0), key + "|" + (again + 1).astype(str)),
        }
    )
    return figures.sort_values("locator")


def _place(cells: pd.DataFrame) -> "pd.Series[str]":
    first, *rest = _KEY
    place: pd.Series[str] = cells[first].str.cat(cells[rest], sep="|")
    return place


SOURCE = Source(
    name="unodc_glotip",
    title="Global Report on Trafficking in Persons, data",
    publisher="UNODC",
    register="GLOTIP",
    url="https://dataunodc.un.org/dp-trafficking-persons",
    parse=parse,
    published="2024",
    rows_min=1,
    rows_max=200_000,
    licence="UNODC data terms",
    enabled=False,
)
