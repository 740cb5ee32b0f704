"""Crimes of trafficking in La Laguna, Mexico: a region over two states, and the municipalities that make it.

The producer's page has two HTML tables: the region year by year, and the last figure of each municipality beside the
region's. Its figures come from the crime incidence of SESNSP. Traps: a date is the last day counted, so that the last
year is partial beside full ones; the region stands in both tables, and is the sum of its municipalities.
"""

from pathlib import Path

import pandas as pd

from cuadra.sources import labels, rows
from cuadra.sources.readers.document import html_tables
from cuadra.sources.readers.table import with_header
from cuadra.sources.source import Parsed, Snapshot, Source

_LABELS = labels.load(Path(__file__).parent)
_SERIES = ("Fecha", "Dato", "Fuente", "Notas")
_PLACES = ("Región", *_SERIES)


def parse(snapshot: Snapshot) -> Parsed:
    """One observation per line of either table; lines without a count or a last day are quarantined.

    Raises:
        SourceError: no such two tables, or a place or source that ``codes.csv`` does not have.
    """
    tables = html_tables(snapshot.path, SOURCE.name)
    series = with_header(tables[0], SOURCE.name, _SERIES).assign(Región="La Laguna", table="years")
    places = with_header(tables[1] if len(tables) > 1 else [], SOURCE.name, _PLACES).assign(table="places")
    lines = pd.concat([series, places])
    area = _LABELS.known("ref_area", lines["Región"])
    _LABELS.known("source", lines["Fuente"])
    reason = pd.Series("", index=lines.index)
    reason[~lines["Dato"].str.fullmatch(rows.COUNT)] = "not_a_count"
    reason[pd.to_datetime(lines["Fecha"], format="%Y-%m-%d", errors="coerce").isna()] = "date_unclear"
    is_used = reason.eq("")
    figures = pd.DataFrame(
        {
            "indicator": "cases",
            # The region is in both tables: the page states it twice.
            "repeats": None,
            "ref_area": area,
            "time_period": _period(lines["Fecha"]),
            "unit": "count",
            "says": lines["Dato"],
            "locator": lines["table"] + "|" + lines["Región"] + "|" + lines["Fecha"].str[:4],
        }
    )
    return Parsed(
        rows.observations(SOURCE, snapshot, figures[is_used]),
        rows.quarantined(SOURCE, snapshot, lines[~is_used], reason[~is_used], lines["table"][~is_used]),
        rows_in=len(lines),
    )


def _period(last: "pd.Series[str]") -> "pd.Series[str]":
    """The year that ends on the last day counted, or the part of it."""
    year = last.str[:4]
    return year.where(last.str.endswith("-12-31"), year + "-01-01/" + last)


SOURCE = Source(
    name="trcimplan_laguna",
    title="Trata de personas en La Laguna",
    publisher="IMPLAN Torreón",
    register="SESNSP",
    url="https://trcimplan.github.io/indicadores-la-laguna/seguridad-trata-de-personas.html",
    parse=parse,
    published="2019-10-31",
    language="es",
    rows_max=1_000,
    enabled=False,
)
