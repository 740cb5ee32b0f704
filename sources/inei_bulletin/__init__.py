"""Police reports of trafficking in Peru as INEI's bulletins print them: one ruled table of a PDF, a period a line.

``bulletin.pdf`` is **derived**: it was made from figures that INEI published in August 2021 (see
``press/2021-08_inei.toml``), so that reading a PDF can be tried without one; it is not INEI's document. Real ones are
fed with ``--from``. Since its figures stand in the press source too, this one is read only when it is named. Traps: a
cell may be ``...``, which is unavailable and not zero; a table may go on over pages, its header repeated.
"""

from pathlib import Path

import pandas as pd

from cuadra.checks.topic import shipped
from cuadra.sources import labels, rows
from cuadra.sources.readers.document import pdf_tables
from cuadra.sources.readers.table import with_header
from cuadra.sources.source import Parsed, Snapshot, Source, SourceError

_HERE = Path(__file__).parent
_LABELS = labels.load(_HERE)
_COLUMNS = tuple(_LABELS.codes["header"])
_PERIOD = r"(?:(?P<part>\D+) )?(?P<year>20\d\d)"


def parse(snapshot: Snapshot) -> Parsed:
    """One observation per cell of the table; unavailable cells are ignored, those without a count quarantined.

    Raises:
        SourceError: no PDF with such a table, or a period that ``codes.csv`` does not have.
    """
    found = [
        with_header(table, SOURCE.name, _COLUMNS).assign(page=page)
        for page, table in pdf_tables(snapshot.path, SOURCE.name)
        if table and table[0][1][:1] == ["Período"]
    ]
    if not found:
        raise SourceError(
            f"{SOURCE.name}: expected a ruled table that begins with 'Período', got none. "
            "The bulletin has changed: mend sources/inei_bulletin."
        )
    cells = pd.concat(found).melt(["Período", "page"], var_name="header", value_name="says").reset_index(drop=True)
    is_missing = cells["says"].isin(["...", "…", ""])
    reason = pd.Series("", index=cells.index)
    reason[~cells["says"].str.fullmatch(rows.COUNT) & ~is_missing] = "not_a_count"
    is_used = reason.eq("") & ~is_missing
    is_broken = reason.ne("")
    return Parsed(
        rows.observations(SOURCE, snapshot, _figures(cells)[is_used]),
        rows.quarantined(SOURCE, snapshot, cells[is_broken], reason[is_broken], _place(cells)[is_broken]),
        rows.ignored(SOURCE, snapshot, {"unavailable": is_missing.sum()}),
        rows_in=len(cells),
    )


def _figures(cells: pd.DataFrame) -> pd.DataFrame:
    code = _LABELS.known("header", cells["header"])
    figures = pd.DataFrame(
        {
            "indicator": "police_reports",
            "ref_area": "PE",
            "time_period": _period(cells["Período"]),
            "unit": "count",
            "says": cells["says"],
            "locator": _place(cells),
        }
    )
    for breakdown in shipped().names:
        figures[breakdown] = code.str.extract(rf"^{breakdown}=(\S+)", expand=False).fillna("_T")
    return figures


def _period(printed: "pd.Series[str]") -> "pd.Series[str]":
    """A year, or the half-year that its words name."""
    named = printed.str.extract(rf"^{_PERIOD}$")
    if named["year"].isna().any():
        bad = printed[named["year"].isna()].iloc[0]
        raise SourceError(
            f"{SOURCE.name}, Período: expected a year or a half-year such as 'I Semestre 2021', got {bad!r}. "
            "The bulletin has changed: mend sources/inei_bulletin."
        )
    is_part = named["part"].notna()
    part = _LABELS.known("period", named.loc[is_part, "part"])
    return named["year"] + part.reindex(named.index, fill_value="")


def _place(cells: pd.DataFrame) -> "pd.Series[str]":
    return "p. " + cells["page"].astype(str) + "|" + cells["Período"] + "|" + cells["header"]


SOURCE = Source(
    name="inei_bulletin",
    title="Denuncias de trata de personas, derived from INEI's figures",
    publisher="INEI",
    register="PNP_REPORTS",
    url="https://www.inei.gob.pe",
    parse=parse,
    file=_HERE / "bulletin.pdf",
    published="2021-08",
    language="es",
    rows_max=10_000,
    enabled=False,
)
