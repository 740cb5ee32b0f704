"""Crimes entered at the prosecutor's offices of Peru, by year, place and article of the penal code.

The producer is the Ministerio Público (MPFN, open data portal datosabiertos.gob.pe); the regional government of
Lambayeque carries its part: https://github.com/gorelambayeque/datasets-lambayeque. CSV with ``;``. Traps: trafficking
moved from article 153 to 129-A in the editions of 2023, so that a filter by article loses a year, and 129 alone is
another crime; a year may be partial; some rows stand twice; some articles are broken by encoding.
"""

from pathlib import Path

import pandas as pd

from cuadra.sources import labels, rows
from cuadra.sources.readers.table import read_table
from cuadra.sources.source import Parsed, Snapshot, Source, SourceError

_LABELS = labels.load(Path(__file__).parent)
_COLUMNS = (
    "periodo_denuncia", "anio_denuncia", "fecha_descarga", "distrito_fiscal", "especialidad", "tipo_caso", "generico",
    "subgenerico", "articulo", "des_articulo", "cantidad", "ubigeo", "dpto", "prov", "dist", "fecha_corte",
)  # fmt: skip
_RENUMBERED = "2023"
"""The year whose figures are the first under the new articles: a break in the series, not in the law's crime."""

_MONTHS = r"(\w+) - (\w+)"


def parse(snapshot: Snapshot) -> Parsed:
    """One observation per year and place: reports of trafficking of both articles, simple and aggravated, added.

    Rows of other crimes and exact repeats are ignored on purpose; rows whose number or place cannot be read are
    quarantined.

    Raises:
        SourceError: another table, or an article of trafficking that ``codes.csv`` does not have.
    """
    crimes = read_table(snapshot.path, SOURCE.name, _COLUMNS, delimiter=";")
    is_about = _is_about_trafficking(crimes)
    is_again = crimes.duplicated() & is_about
    reports = crimes[is_about & ~is_again]
    _LABELS.known("crime", _crime(reports))
    reason = _unreadable(reports)
    used = reports[reason.eq("")]
    return Parsed(
        rows.observations(SOURCE, snapshot, _figures(used)),
        rows.quarantined(SOURCE, snapshot, reports[reason.ne("")], reason[reason.ne("")]),
        rows.ignored(SOURCE, snapshot, {"other crimes": (~is_about).sum(), "exact repeats": is_again.sum()}),
        rows_in=len(crimes),
        rows_used=len(used),
    )


def _is_about_trafficking(crimes: pd.DataFrame) -> "pd.Series[bool]":
    """Whether a row is about trafficking, by its words and not by its article."""
    return (crimes["subgenerico"] + " " + crimes["des_articulo"]).str.casefold().str.contains("trata de personas")


def _crime(crimes: pd.DataFrame) -> "pd.Series[str]":
    return crimes["articulo"] + " " + crimes["des_articulo"]


def _unreadable(reports: pd.DataFrame) -> "pd.Series[str]":
    reason = pd.Series("", index=reports.index)
    reason[~reports["cantidad"].str.fullmatch(rows.COUNT)] = "not_a_count"
    reason[~reports["ubigeo"].str.fullmatch(r"\d{6}")] = "area_unclear"
    reason[~reports["anio_denuncia"].str.fullmatch(r"20\d\d")] = "year_unclear"
    return reason


def _figures(reports: pd.DataFrame) -> pd.DataFrame:
    """Reports added up over the articles; the words are the numbers as printed, ``30 + 1``."""
    period = _period(reports)
    counted = reports.assign(
        count=reports["cantidad"].str.replace(",", "").astype("int64"), time_period=period, crime=_crime(reports)
    )
    figures = (
        counted.sort_values(["time_period", "ubigeo", "distrito_fiscal", "crime"])
        .groupby(["time_period", "ubigeo"], as_index=False)
        .agg(says=("cantidad", " + ".join), number=("count", "sum"))
    )
    return figures.drop(columns="ubigeo").assign(
        indicator="cases",
        ref_area="PE-" + figures["ubigeo"],
        unit="count",
        number=figures["number"].astype(str),
        obs_status=figures["time_period"].str.startswith(_RENUMBERED).map({True: "B", False: "A"}),
        locator=figures["time_period"] + "|" + figures["ubigeo"],
    )


def _period(reports: pd.DataFrame) -> "pd.Series[str]":
    """The year, or the days from the first of one month to the last of another."""
    named = reports["periodo_denuncia"].str.extract(rf"^{_MONTHS}$")
    if named.isna().any(axis=None):
        bad = reports[named.isna().any(axis=1)].iloc[0]
        raise SourceError(
            f"{SOURCE.name}, row {bad.name}, periodo_denuncia: expected two months such as 'ENERO - DICIEMBRE', "
            f"got {bad['periodo_denuncia']!r}. The producer changed the table: mend the source."
        )
    first, last = (_LABELS.known("month", named[place]) for place in (0, 1))
    year = reports["anio_denuncia"]
    end = pd.to_datetime(year + "-" + last + "-01") + pd.offsets.MonthEnd(0)
    days = year + "-" + first + "-01/" + end.dt.strftime("%Y-%m-%d")
    return year.where(first.eq("01") & last.eq("12"), days)


SOURCE = Source(
    name="mpfn_delitos",
    title="Delitos ingresados en el Ministerio Público, Lambayeque",
    publisher="MPFN",
    register="MPFN",
    url="https://github.com/gorelambayeque/datasets-lambayeque",
    parse=parse,
    published="2024-12-02",
    language="es",
    licence="ODbL",
    rows_max=100_000,
    enabled=False,
)
