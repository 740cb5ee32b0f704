"""SDG indicator 16.2.2 for Spain and the Canary Islands: detected victims per 100,000 people, by form of exploitation.

The producer is the statistics institute of the Canary Islands (ISTAC): https://github.com/eDatos/opensdg-istac-data.
CSV in wide codes. All series have one denominator, so that the forms add up to the total; they are kept as rates.
"""

from pathlib import Path

import pandas as pd

from cuadra.sources import labels, rows
from cuadra.sources.readers.table import read_table
from cuadra.sources.source import Parsed, Snapshot, Source

_LABELS = labels.load(Path(__file__).parent)
_COLUMNS = ("Year", "Units", "general.territorio", "Serie", "SERIE_TEMPORAL.Encabezado", "Value")
_KEY = ["SERIE_TEMPORAL.Encabezado", "general.territorio", "Year"]


def parse(snapshot: Snapshot) -> Parsed:
    """One observation per series, area and year; rows in another unit or without a plain number are quarantined.

    Raises:
        SourceError: another table, or a series or area that ``codes.csv`` does not have.
    """
    cells = read_table(snapshot.path, SOURCE.name, _COLUMNS)
    unit = cells["Units"].map(_LABELS.codes["unit"]).fillna("")
    place = cells[_KEY[0]].str.cat(cells[_KEY[1:]], sep="|")
    reason = pd.Series("", index=cells.index)
    reason[~cells["Year"].str.fullmatch(r"20\d\d")] = "year_unclear"
    reason[~cells["Value"].str.fullmatch(r"\d+(\.\d+)?")] = "not_a_rate"
    reason[unit.eq("")] = "unit_wrong"
    reason[cells.duplicated(_KEY, keep=False)] = "given_twice"
    is_used = reason.eq("")
    figures = pd.DataFrame(
        {
            "indicator": "victims_detected",
            "ref_area": _LABELS.known("ref_area", cells["general.territorio"]),
            "time_period": cells["Year"],
            "exploitation": _LABELS.known("series", cells["SERIE_TEMPORAL.Encabezado"]),
            "unit": unit,
            "says": cells["Value"],
            "locator": place,
        }
    )
    return Parsed(
        rows.observations(SOURCE, snapshot, figures[is_used].sort_values("locator")),
        rows.quarantined(SOURCE, snapshot, cells[~is_used], reason[~is_used], place[~is_used]),
        rows_in=len(cells),
    )


SOURCE = Source(
    name="istac_sdg",
    title="ODS 16.2.2, España y Canarias",
    publisher="ISTAC",
    register="ISTAC",
    url="https://github.com/eDatos/opensdg-istac-data",
    parse=parse,
    published="2024",
    language="es",
    licence="MIT",
    rows_max=10_000,
    enabled=False,
)
