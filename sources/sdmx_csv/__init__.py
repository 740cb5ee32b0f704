"""Figures in SDMX-CSV, or the same columns in Parquet: one row a figure, as many rows as there are (also gz).

Columns are SDMX concepts in capitals: ``INDICATOR, REF_AREA, TIME_PERIOD, OBS_VALUE`` and, where they differ from the
total, ``REGISTER, SEX, AGE, CITIZENSHIP, EXPLOITATION, MEANS, UNIT_MEASURE, OBS_STATUS``; cells are codes of
``checks/codelists``. ``<5`` is a suppressed count; an empty cell, ``NaN`` or status ``M`` or ``O`` is no value. Ten
million rows are read where they are, by DuckDB, and never held in memory. To add a data set of this kind, copy the
folder and change the facts at its end.
"""

import csv
import gzip
import zlib
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd

from cuadra.checks import codelist, period, topic
from cuadra.checks.observation import BREAKDOWNS, OBS_STATUSES, UNITS
from cuadra.sources import rows
from cuadra.sources.source import Parsed, Scan, Snapshot, Source, SourceError

_HERE = Path(__file__).parent
_NEEDED = {"indicator": "INDICATOR", "ref_area": "REF_AREA", "time_period": "TIME_PERIOD", "says": "OBS_VALUE"}
_GIVEN = {"register": "REGISTER", **{name: name.upper() for name in BREAKDOWNS},
          "unit": "UNIT_MEASURE", "obs_status": "OBS_STATUS"}  # fmt: skip
_IGNORED = {"DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "FREQ", "DECIMALS", "COMMENT_OBS"}
_CODED = ("register", "indicator", "ref_area", *BREAKDOWNS)
_KEY = (*_CODED, "time_period", "unit")
_HEADER_MAX = 100_000
_CHUNK = 1 << 20
QUARANTINED_MAX = 100_000
"""With more rows than this unreadable, it is another kind of file."""


def parse(snapshot: Snapshot) -> Parsed:
    """One observation per row with a value; rows without one and exact repeats are ignored, others quarantined.

    The observations stay in the file: what comes back is how to read them.

    Raises:
        SourceError: no such file, columns or codes nobody knows, or too many rows that cannot be read.
    """
    with duckdb.connect() as con:
        try:
            return _parsed(con, snapshot)
        except duckdb.Error as error:
            raise SourceError(
                f"{SOURCE.name}: expected SDMX-CSV in UTF-8 or Parquet, got {' '.join(str(error).split())[:200]}. "
                "Mend the file, or feed another with --from."
            ) from error


def _parsed(con: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> Parsed:
    file = _file(snapshot.path)
    cells = _cells([str(row[0]) for row in con.execute(f"DESCRIBE FROM {file}").fetchall()])
    figures = _filled("figures", cells=cells, file=file, periods="NULL")
    survey = con.execute(_filled("survey", figures=figures, key=", ".join(_KEY)))
    found = dict(zip([column[0] for column in survey.description or []], survey.fetchall()[0], strict=True))
    _check_codes(found)
    reasons = found["reasons"] or {}
    if wrong := [text for text in found["time_period"] or () if not _is_period(text)]:
        figures = _filled("figures", cells=cells, file=file, periods=", ".join(map(_text, wrong)))
        reasons = dict(con.execute(f"SELECT reason, count(*) FROM ({figures}) GROUP BY 1").fetchall())
    no_value = reasons.get("no_value", 0)
    unreadable = sum(reasons.values()) - no_value - reasons.get("", 0)
    total = found["rows_in"] - no_value - unreadable
    # Each quantity once, rows that cannot be read among them, is the plain case; looking closer costs a sort.
    is_plain = found["quantities"] == found["rows_in"]
    used = figures if is_plain else _once(figures)
    different = total if is_plain else int(con.execute(f"SELECT count(*) FROM ({used})").fetchall()[0][0])
    facts = {"source": SOURCE.name, "vintage": rows.edition(SOURCE, snapshot), "snapshot": snapshot.sha256,
             "publisher": SOURCE.publisher}  # fmt: skip
    named = ", ".join(f"nullif({breakdown}, '_T')" for breakdown in BREAKDOWNS)
    locator = f"concat_ws(' ', time_period, {named}" + (")" if is_plain else ", if(again > 1, '#' || again, NULL))")
    sql = _filled("observations", figures=used, locator=locator, **{name: _text(fact) for name, fact in facts.items()})
    return Parsed(
        Scan(sql, different),
        _quarantined(con, snapshot, figures, unreadable),
        rows.ignored(SOURCE, snapshot, {"no value": no_value, "exact repeats": total - different}),
        rows_in=found["rows_in"],
    )


def _file(path: Path) -> str:
    """The SQL that reads the file as texts."""
    with path.open("rb") as opened:
        head = opened.read(4)
    if head == b"PAR1":
        return f"(SELECT COLUMNS(*)::VARCHAR FROM read_parquet({_text(str(path))}))"
    packed = "gzip" if head[:2] == b"\x1f\x8b" else "none"
    # Nothing is sniffed: of two deliveries in one file, the sniffer drops the first, and lines that begin with "#".
    columns = ", ".join(f"{_text(column)}: 'VARCHAR'" for column in _header(path, packed))
    return (
        f"read_csv({_text(str(path))}, auto_detect = FALSE, columns = {{{columns}}}, header = TRUE, skip = 0, "
        f"delim = ',', quote = '\"', escape = '\"', comment = '', nullstr = '', "
        f"compression = '{packed}', strict_mode = TRUE, null_padding = FALSE)"
    )


def _header(path: Path, packed: str) -> list[str]:
    """The names in the first line of a CSV; a packed file is read through once, so that a cut or changed one is told.

    Raises:
        SourceError: a name twice, no line at all, or a packed file that is not whole.
    """
    try:
        with gzip.open(path) if packed == "gzip" else path.open("rb") as opened:
            line = opened.readline(_HEADER_MAX).decode("utf-8-sig", errors="replace")
            while packed == "gzip" and opened.read(_CHUNK):
                pass
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(
            f"{SOURCE.name}: expected a whole archive, got {type(error).__name__}: {str(error)[:80]}. Fetch it again."
        ) from error
    header = next(csv.reader([line.rstrip("\r\n")]), [])
    if not header or len(set(header)) < len(header):
        raise SourceError(
            f"{SOURCE.name}, line 1: expected each column once, got {', '.join(map(repr, header[:5])) or 'no line'}. "
            "Correct the header."
        )
    return header


def _cells(header: list[str]) -> str:
    """The concepts as columns, from those of the file or from what a figure is without one."""
    known = {**_NEEDED, **_GIVEN}
    missing = [column for column in _NEEDED.values() if column not in header]
    unknown = [column for column in header if column not in {*known.values(), *_IGNORED}]
    if missing or unknown:
        got = f"without {', '.join(missing)}" if missing else f"with {', '.join(map(repr, unknown[:5]))}"
        raise SourceError(
            f"{SOURCE.name}, line 1: expected columns {', '.join(_NEEDED.values())} "
            f"and of {', '.join(_GIVEN.values())}, got a header {got}. Rename or leave out what does not belong."
        )
    units = ", ".join(f"'{code}': '{row['unit']}'" for code, row in codelist.load("indicator").rows.items())
    without = {**dict.fromkeys(BREAKDOWNS, "'_T'"), "register": _text(SOURCE.register), "obs_status": "'A'",
               "unit": f"MAP {{{units}}}[trim(\"INDICATOR\")]"}  # fmt: skip
    given = {name: f"trim(coalesce(\"{column}\", ''))" for name, column in known.items() if column in header}
    return ", ".join(f"{sql} AS {name}" for name, sql in (without | given).items())


def _check_codes(found: Mapping[str, list[str] | None]) -> None:
    """Refuse codes that their code lists do not have.

    Raises:
        SourceError: there are some; the line names them and their column.
    """
    codes = {column: codelist.load(column).rows.keys() for column in _CODED}
    for column, known in {**codes, "unit": set(UNITS), "obs_status": set(OBS_STATUSES)}.items():
        if unknown := sorted(set(found[column] or ()) - set(known)):
            raise SourceError(
                f"{SOURCE.name}, column {(_NEEDED | _GIVEN)[column]}: expected codes of checks/codelists, "
                f"got {', '.join(map(repr, unknown[:5]))}. Mend them, or add them to the code list."
            )


def _is_period(text: str) -> bool:
    try:
        period.parse(text)
    except period.PeriodError:
        return False
    return True


def _once(figures: str) -> str:
    """Each figure once; of a quantity with different numbers all, numbered."""
    key = ", ".join(_KEY)
    return (
        f"SELECT *, dense_rank() OVER (PARTITION BY {key} ORDER BY says) AS again FROM ({figures}) WHERE reason = '' "
        f"QUALIFY row_number() OVER (PARTITION BY {key}, says) = 1"
    )


def _quarantined(con: duckdb.DuckDBPyConnection, snapshot: Snapshot, figures: str, count: int) -> pd.DataFrame:
    if count > QUARANTINED_MAX:
        raise SourceError(
            f"{SOURCE.name}: expected at most {QUARANTINED_MAX:,} rows that cannot be read, got {count:,}. "
            "Is it the right file?"
        )
    if not count:
        return rows.quarantined(SOURCE, snapshot, pd.DataFrame(), pd.Series(dtype=object))
    cells = con.execute(
        f"SELECT * FROM (SELECT row_number() OVER () AS n, * FROM ({figures})) WHERE reason NOT IN ('', 'no_value')"
    ).df()
    cells = cells.set_index(cells["n"] + 1)
    return rows.quarantined(SOURCE, snapshot, cells[[*_KEY, "says"]], cells["reason"])


def _filled(name: str, **parts: str) -> str:
    units = topic.shipped().units.values()
    listed = {
        "shares": [each.code for each in units if each.kind == "share"],
        "decimal_units": [each.code for each in units if each.kind in {"rate", "amount"}],
        "signed_units": [each.code for each in units if each.is_signed],
    }
    lists = {key: ", ".join(map(_text, codes)) or "NULL" for key, codes in listed.items()}
    return (_HERE / f"{name}.sql").read_text(encoding="utf-8").format(**lists, **parts)


def _text(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


SOURCE = Source(
    name="sdmx_csv",
    title="A file of figures in SDMX-CSV",
    publisher="whoever made the file",
    register="SDMX_FILE",
    url="",
    parse=parse,
    rows_max=100_000_000,
    enabled=False,
)
