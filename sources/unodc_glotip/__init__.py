"""UNODC's workbook on trafficking in persons: detected victims and persons in criminal justice, by country and year.

The producer's page: https://dataunodc.un.org/dp-trafficking-persons. One sheet, one row a cell; ``Total`` is a
member of every dimension. Traps: half the cells are ``<5`` (0 to 4); counts above 999 carry a comma as text; an edition
may have banner rows above the header; labels of citizenship are as countries wrote them, some of them broken by
encoding; some cells stand twice with different values. The place of a figure is its key, which stands over editions.
"""

import csv
import json
from pathlib import Path

import pandas as pd

from checks import codelist
from checks.observation import COLUMNS
from sources.source import IGNORED, QUARANTINED, Parsed, Snapshot, Source, SourceError

_HERE = Path(__file__).parent
_HEADER = (
    "Iso3_code", "Country", "Region", "Subregion", "Indicator", "Dimension", "Category", "Sex", "Age", "Year",
    "Unit of measurement", "txtVALUE", "Source",
)  # fmt: skip
_KEY = ("Iso3_code", "Indicator", "Dimension", "Category", "Sex", "Age", "Year")
_DIMENSIONS = {"Total", "by form of exploitation", "by citizenship", "by country of repatriation"}
_BROKEN = "�|Ã"


def parse(snapshot: Snapshot) -> Parsed:
    """One observation per cell of the cube; repeated rows and repatriation are ignored, unreadable rows quarantined.

    A cell given twice with different values keeps both figures, so that the contradiction is seen.

    Raises:
        SourceError: no such workbook, or a label that ``codes.csv`` does not have.
    """
    rows = _read(snapshot)
    total = len(rows)
    unknown = set(rows["Dimension"]) - _DIMENSIONS
    if unknown or set(rows["Unit of measurement"]) != {"Counts"}:
        raise SourceError(
            f"unodc_glotip, Dimension: expected {', '.join(sorted(_DIMENSIONS))} in Counts, got {sorted(unknown)[:5]}. "
            "The workbook has changed: mend sources/unodc_glotip."
        )
    is_home = rows["Dimension"].eq("by country of repatriation")
    is_again = rows.duplicated([*_KEY, "txtVALUE"]) & ~is_home
    left = rows[~is_home & ~is_again]
    reason = _unreadable(left)
    kept = left[reason.eq("")]
    frame = _observations(kept, snapshot)
    return Parsed(
        frame,
        _quarantined(left[reason.ne("")], reason[reason.ne("")], snapshot),
        _ignored({"by country of repatriation": int(is_home.sum()), "exact repeats": int(is_again.sum())}, snapshot),
        rows_in=total,
    )


def _read(snapshot: Snapshot) -> pd.DataFrame:
    try:
        cells = pd.read_excel(snapshot.path, engine="calamine", dtype=str, header=None, keep_default_na=False)
    except Exception as error:  # calamine has no class for its errors
        raise SourceError(
            f"unodc_glotip: expected an XLSX workbook, got {type(error).__name__}: {str(error).splitlines()[0][:80]}. "
            "Fetch it again, or feed the file with --from."
        ) from error
    for place in range(min(10, len(cells))):
        if tuple(cells.iloc[place]) == _HEADER:
            rows = cells.iloc[place + 1 :].set_axis(list(_HEADER), axis=1)
            trimmed: pd.DataFrame = rows.apply(lambda column: column.str.strip()).reset_index(drop=True)
            return trimmed
    raise SourceError(
        f"unodc_glotip: expected the header {', '.join(_HEADER[:5])}, … within ten rows, got none. "
        "The workbook has changed: mend sources/unodc_glotip."
    )


def _codes() -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = {}
    with (_HERE / "codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            made.setdefault(row["column"], {})[row["label"]] = row["code"]
    return made


def _areas() -> dict[str, str]:
    rows = codelist.load("ref_area").rows
    return {row["alpha_3"]: code for code, row in rows.items() if row["alpha_3"]}


def _unreadable(rows: pd.DataFrame) -> "pd.Series[str]":
    """Why a row cannot be used, or nothing; a label nobody has seen is an error instead."""
    codes = _codes()
    is_citizenship = rows["Dimension"].eq("by citizenship")
    is_broken = rows["Category"].str.contains(_BROKEN)
    for column, label in (("indicator", "Indicator"), ("sex", "Sex"), ("age", "Age")):
        _check(rows[label], codes[column], label)
    _check(rows.loc[rows["Dimension"].eq("by form of exploitation"), "Category"], codes["exploitation"], "Category")
    _check(rows.loc[is_citizenship & ~is_broken, "Category"], codes["citizenship"], "Category")
    reason = pd.Series("", index=rows.index)
    named = rows["Category"].map(codes["citizenship"]).fillna("")
    reason[is_citizenship & named.eq("")] = "citizenship_unclear"
    reason[is_citizenship & is_broken] = "encoding_broken"
    reason[~rows["Iso3_code"].isin(_areas())] = "area_unclear"
    is_count = rows["txtVALUE"].str.fullmatch(r"\d{1,3}(,\d{3})*|\d+|<5")
    reason[~is_count] = "not_a_count"
    reason[is_count & rows["txtVALUE"].str.replace(",", "").eq(rows["Year"])] = "year_for_value"
    return reason


def _check(labels: "pd.Series[str]", known: dict[str, str], column: str) -> None:
    if unknown := sorted(set(labels) - set(known)):
        raise SourceError(
            f"unodc_glotip, column {column!r}: expected labels of sources/unodc_glotip/codes.csv, "
            f"got {', '.join(map(repr, unknown[:5]))}. Add a line there, with an empty code to quarantine it."
        )


def _observations(rows: pd.DataFrame, snapshot: Snapshot) -> pd.DataFrame:
    codes, areas = _codes(), _areas()
    is_form = rows["Dimension"].eq("by form of exploitation")
    is_citizenship = rows["Dimension"].eq("by citizenship")
    citizenship = rows["Category"].map(codes["citizenship"]).where(is_citizenship, "_T")
    is_suppressed = rows["txtVALUE"].eq("<5")
    value = pd.to_numeric(rows["txtVALUE"].str.replace(",", "").where(~is_suppressed)).astype("float64")
    key = _place(rows)
    again = rows.groupby(list(_KEY)).cumcount()
    indicator = rows["Indicator"].map(codes["indicator"])
    columns = {
        "source": SOURCE.name,
        "vintage": SOURCE.published,
        "snapshot": snapshot.sha256,
        "register": SOURCE.register,
        "indicator": indicator,
        "ref_area": rows["Iso3_code"].map(areas),
        "time_period": rows["Year"],
        "sex": rows["Sex"].map(codes["sex"]),
        "age": rows["Age"].map(codes["age"]),
        "citizenship": citizenship.where(citizenship.ne(rows["Iso3_code"]), "NATIONAL"),
        "exploitation": rows["Category"].map(codes["exploitation"]).where(is_form, "_T"),
        "means": "_T",
        "unit": indicator.map({code: row["unit"] for code, row in codelist.load("indicator").rows.items()}),
        "says": rows["txtVALUE"],
        "value": value,
        "lower": value.fillna(0.0),
        "upper": value.fillna(4.0),
        "likely_lower": value.fillna(0.0),
        "likely_upper": value.fillna(4.0),
        "qualifier": is_suppressed.map({True: "suppressed", False: "exact"}),
        "share_of": None,
        "share_base": None,
        "complete": "",
        "obs_status": "A",
        "locator": key.where(again.eq(0), key + "|" + (again + 1).astype(str)),
        "said_by": SOURCE.publisher,
        "published": SOURCE.published,
    }
    frame = pd.DataFrame(columns, index=rows.index)[list(COLUMNS)]
    return frame.sort_values("locator").reset_index(drop=True)


def _place(rows: pd.DataFrame) -> "pd.Series[str]":
    """The key of each row, which names its place in every edition."""
    first, *rest = _KEY
    place: pd.Series[str] = rows[first].str.cat(rows[rest], sep="|")
    return place


def _quarantined(rows: pd.DataFrame, reason: "pd.Series[str]", snapshot: Snapshot) -> pd.DataFrame:
    made = {
        "source": SOURCE.name,
        "vintage": SOURCE.published,
        "snapshot": snapshot.sha256,
        "locator": _place(rows),
        "reason": reason,
        "message": "the row has no clear meaning; see codes.csv",
        "raw": [json.dumps(row, ensure_ascii=False) for row in rows.to_dict("records")],
    }
    return pd.DataFrame(made, columns=list(QUARANTINED))


def _ignored(counts: dict[str, int], snapshot: Snapshot) -> pd.DataFrame:
    rows = [
        {"source": SOURCE.name, "vintage": SOURCE.published, "snapshot": snapshot.sha256, "reason": why, "rows": count}
        for why, count in counts.items()
        if count
    ]
    return pd.DataFrame(rows, columns=list(IGNORED))


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
