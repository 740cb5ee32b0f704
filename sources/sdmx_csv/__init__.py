"""Figures in SDMX-CSV, or the same columns in Parquet: one row a figure, as many rows as there are (also gz).

Columns are SDMX concepts in capitals: ``INDICATOR, REF_AREA, TIME_PERIOD, OBS_VALUE`` and, where they differ from the
total, ``REGISTER``, the breakdowns of the topic in capitals, ``UNIT_MEASURE, OBS_STATUS``; cells are codes of the
topic's lists. ``SHARE_OF`` says what a share or a rate is of, where it differs from the figure: ``EXPLOITATION=_T``,
several parted by ``;``; a share without it is not read. ``<5`` is a suppressed count; an empty cell, ``NaN`` or status
``M`` or ``O`` is no value. Ten million rows are read where they are, by DuckDB, and never held in memory. A data set of
this kind is a ``parse.py`` with ``def source(topic): return sdmx_csv.source(topic, name=…, title=…, …)``.
"""

import csv
import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from string import Template
from typing import Any

import duckdb
import pandas as pd

from cuadra.checks import period
from cuadra.checks.topic import Topic
from cuadra.sources import rows, scan
from cuadra.sources.source import Parsed, Scan, Snapshot, Source, SourceError

_HERE = Path(__file__).parent
_NEEDED = {"indicator": "INDICATOR", "ref_area": "REF_AREA", "time_period": "TIME_PERIOD", "says": "OBS_VALUE"}
_IGNORED = {"DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "FREQ", "DECIMALS", "COMMENT_OBS"}
_FACTS: dict[str, Any] = {
    "name": "sdmx_csv", "title": "A file of figures in SDMX-CSV", "publisher": "whoever made the file",
    "register": "SDMX_FILE", "url": "", "rows_max": 100_000_000, "enabled": False,
}  # fmt: skip
_HEADER_MAX = 100_000
_CHUNK = 1 << 20
QUARANTINED_MAX = 100_000
"""With more rows than this unreadable, it is another kind of file."""


@dataclass(frozen=True)
class _Form:
    """The form of one such file: the facts of its source, and the columns and codes of its topic."""

    facts: Source
    topic: Topic

    @cached_property
    def given(self) -> dict[str, str]:
        """What a file may say of a figure, and the concept that says it."""
        return {"register": "REGISTER", **{name: name.upper() for name in self.topic.names},
                "unit": "UNIT_MEASURE", "obs_status": "OBS_STATUS", "share_of": "SHARE_OF"}  # fmt: skip

    @cached_property
    def key(self) -> str:
        """The columns that name a figure."""
        return ", ".join((*self.coded, "time_period", "unit", "share_of"))

    @cached_property
    def coded(self) -> tuple[str, ...]:
        """The columns that hold codes of lists."""
        return ("register", "indicator", "ref_area", *self.topic.names)

    @cached_property
    def signed(self) -> str:
        """The units that may be negative as SQL."""
        return ", ".join(_text(code) for code, unit in self.topic.units.items() if unit.is_signed) or "''"

    def units(self, *kinds: str) -> str:
        """The units of these kinds as SQL."""
        return ", ".join(map(_text, self.topic.units_of(*kinds))) or "''"


def source(topic: Topic, **facts: Any) -> Source:
    """A file of this form as a source; ``facts`` are those of `Source`, such as ``name`` and ``register``."""
    return Source(**{**_FACTS, **facts}, parse=partial(parse, topic=topic, **facts))


def parse(snapshot: Snapshot, topic: Topic, **facts: Any) -> Parsed:
    """One observation per row with a value; rows without one and exact repeats are ignored, others quarantined.

    The observations stay in the file: what comes back is how to read them.

    Raises:
        SourceError: no such file, columns or codes nobody knows, or too many rows that cannot be read.
    """
    form = _Form(source(topic, **facts), topic)
    with scan.connection() as con:
        try:
            return _parsed(con, snapshot, form)
        except duckdb.Error as error:
            raise SourceError(
                f"{form.facts.name}: expected SDMX-CSV in UTF-8 or Parquet, got {' '.join(str(error).split())[:200]}. "
                "Correct the file, or feed another with --from."
            ) from error


def _parsed(con: duckdb.DuckDBPyConnection, snapshot: Snapshot, form: _Form) -> Parsed:
    file, names = _file(snapshot.path, form.facts.name), form.topic.names
    units = {
        "shares": form.units("share"), "of": form.units("share", "rate"),
        "decimals": form.units("share", "rate", "amount"), "signed": form.signed,
    }  # fmt: skip
    header = [str(row[0]) for row in con.execute(f"DESCRIBE FROM {file}").fetchall()]
    # Blanks around a cell are rare, and looking for them in each costs a quarter of the reading.
    for is_tidy in (True, False):
        cells = _cells(header, form, is_tidy=is_tidy)
        figures = _filled("figures", cells=cells, file=file, periods="NULL", **units)
        found = _found(con, figures, form)
        if not found["is_padded"]:
            break
    _check_codes(found, form)
    given = sorted(text for text in found["share_of"] or () if text)
    wholes = [f"WHEN {_text(each)} THEN {_text(_whole(each, form))}" for each in given]
    reasons = found["reasons"] or {}
    if wrong := [text for text in found["time_period"] or () if not _is_period(text)]:
        figures = _filled("figures", cells=cells, file=file, periods=", ".join(map(_text, wrong)), **units)
        reasons = dict(con.execute(f"SELECT reason, count(*) FROM ({figures}) GROUP BY 1").fetchall())
    no_value = reasons.get("no_value", 0)
    unreadable = sum(reasons.values()) - no_value - reasons.get("", 0)
    total = found["rows_in"] - no_value - unreadable
    if total == found["rows_in"]:
        # The file is read twice more: what the survey has settled of all its rows is not asked of each again.
        figures = _filled("settled", cells=_cells(header, form, is_tidy=is_tidy, found=found), file=file)
    # Each quantity once, rows that cannot be read among them, is the plain case; looking closer costs a sort.
    is_plain = found["quantities"] == found["rows_in"]
    used = figures if is_plain else _once(figures, form)
    different = total if is_plain else int(con.execute(f"SELECT count(*) FROM ({used})").fetchall()[0][0])
    facts = {"name": form.facts.name, "edition": rows.edition(form.facts, snapshot), "sha256": snapshot.sha256,
             "publisher": form.facts.publisher}  # fmt: skip
    named = ", ".join(f"nullif({breakdown}, '_T')" for breakdown in names)
    place = f"concat_ws(' ', time_period, {named}" + (")" if is_plain else ", if(again > 1, '#' || again, NULL))")
    sql = _filled(
        "observations", figures=used, place=place, breakdowns=", ".join(names), decimals=units["decimals"],
        signed=units["signed"], shares=units["shares"],
        whole=f"CASE share_of {' '.join(wholes)} END" if wholes else "NULL::VARCHAR",
        **{key: _text(fact) for key, fact in facts.items()},
    )  # fmt: skip
    return Parsed(
        Scan(sql, different),
        _quarantined(con, snapshot, figures, unreadable, form),
        rows.ignored(form.facts, snapshot, {"no value": no_value, "exact repeats": total - different}),
        rows_in=found["rows_in"],
    )


def _found(con: duckdb.DuckDBPyConnection, figures: str, form: _Form) -> dict[str, Any]:
    """What the file holds, and whether a cell of it has blanks around it."""
    codes = ", ".join(f"list(DISTINCT {name}) AS {name}" for name in form.topic.names)
    survey = con.execute(_filled("survey", figures=figures, key=form.key, breakdowns=codes))
    found = dict(zip([column[0] for column in survey.description or []], survey.fetchall()[0], strict=True))
    listed = (*form.coded, "time_period", "unit", "share_of", "obs_status")
    found["is_padded"] |= any(text and text != text.strip() for name in listed for text in found[name] or ())
    return found


def _file(path: Path, name: str) -> str:
    """The SQL that reads the file as texts."""
    with path.open("rb") as opened:
        head = opened.read(4)
    if head == b"PAR1":
        return f"(SELECT COLUMNS(*)::VARCHAR FROM read_parquet({_text(str(path))}))"
    packed = "gzip" if head[:2] == b"\x1f\x8b" else "none"
    # Nothing is sniffed: of two deliveries in one file, the sniffer drops the first, and lines that begin with "#".
    columns = ", ".join(f"{_text(column)}: 'VARCHAR'" for column in _header(path, packed, name))
    return (
        f"read_csv({_text(str(path))}, auto_detect = FALSE, columns = {{{columns}}}, header = TRUE, skip = 0, "
        f"delim = ',', quote = '\"', escape = '\"', comment = '', nullstr = '', "
        f"compression = '{packed}', strict_mode = TRUE, null_padding = FALSE)"
    )


def _header(path: Path, packed: str, name: str) -> list[str]:
    """The names in the first line of a CSV; a packed file is read through once: a cut or changed one is reported.

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
            f"{name}: expected a whole archive, got {type(error).__name__}: {str(error)[:80]}. Fetch it again."
        ) from error
    header = next(csv.reader([line.rstrip("\r\n")]), [])
    if not header or len(set(header)) < len(header):
        raise SourceError(
            f"{name}, line 1: expected each column once, got {', '.join(map(repr, header[:5])) or 'no line'}. "
            "Correct the header."
        )
    return header


def _cells(header: list[str], form: _Form, *, is_tidy: bool, found: Mapping[str, Any] | None = None) -> str:
    """The concepts as columns, from those of the file or from what a figure is without one, once all is ``found``."""
    known = {**_NEEDED, **form.given}
    missing = [column for column in _NEEDED.values() if column not in header]
    unknown = [column for column in header if column not in {*known.values(), *_IGNORED}]
    if missing or unknown:
        got = f"without {', '.join(missing)}" if missing else f"with {', '.join(map(repr, unknown[:5]))}"
        raise SourceError(
            f"{form.facts.name}, line 1: expected columns {', '.join(_NEEDED.values())} "
            f"and of {', '.join(form.given.values())}, got a header {got}. Rename or leave out what does not belong."
        )
    cell = ("coalesce({}, '')" if is_tidy else "trim(coalesce({}, ''))").format
    units = {code: each.unit for code, each in form.topic.indicators.items()}
    of_all = {units[code] for code in found["indicator"] or ()} if found else set()
    listed = ", ".join(f"{_text(code)}: {_text(of)}" for code, of in units.items())
    unit = f"MAP {{{listed}}}[" + cell('"INDICATOR"') + "]"
    without = {**dict.fromkeys(form.topic.names, "'_T'"), "register": _text(form.facts.register), "obs_status": "'A'",
               "share_of": "''", "unit": _text(of_all.pop()) if len(of_all) == 1 else unit}  # fmt: skip
    given = {name: cell(f'"{column}"') for name, column in known.items() if column in header}
    return ", ".join(f"{sql} AS {name}" for name, sql in (without | given).items())


def _check_codes(found: Mapping[str, list[str] | None], form: _Form) -> None:
    """Refuse codes that their code lists do not have.

    Raises:
        SourceError: there are some; the line names them and their column.
    """
    for column in (*form.coded, "unit", "obs_status"):
        known = {*form.topic.code_list(column).codes, *([form.facts.register] if column == "register" else [])}
        if unknown := sorted(set(found[column] or ()) - known):
            raise SourceError(
                f"{form.facts.name}, column {(_NEEDED | form.given)[column]}: expected codes of checks/codelists, "
                f"got {', '.join(map(repr, unknown[:5]))}. Correct them, or add them to the code list."
            )


def _whole(text: str, form: _Form) -> str:
    """What a share or a rate is of, as the contract says it: by names of columns, in their order.

    Raises:
        SourceError: it is no list of columns with codes of theirs.
    """
    known, parts = {**_NEEDED, **form.given}, {}
    columns = {known[name]: name for name in ("time_period", *form.coded)}
    for part in text.split(";"):
        concept, _, code = part.strip().partition("=")
        column = columns.get(concept.upper())
        if column is None or column in parts or not code:
            raise SourceError(
                f"{form.facts.name}, column SHARE_OF: expected {', '.join(columns)} with a code each, such as "
                f"{form.topic.names[0].upper()}=_T, got {text!r}. Correct it."
            )
        is_known = _is_period(code) if column == "time_period" else code in form.topic.code_list(column).codes
        if not is_known and (column, code) != ("register", form.facts.register):
            raise SourceError(
                f"{form.facts.name}, column SHARE_OF: expected a code of {concept}, got {text!r}. Correct it, or add "
                "it to the code list."
            )
        parts[column] = code
    return ";".join(f"{column}={code}" for column, code in sorted(parts.items()))


def _is_period(text: str) -> bool:
    try:
        period.parse(text)
    except period.PeriodError:
        return False
    return True


def _once(figures: str, form: _Form) -> str:
    """Each figure once; of a quantity with different numbers all, numbered."""
    return (
        f"SELECT *, dense_rank() OVER (PARTITION BY {form.key} ORDER BY says) AS again FROM ({figures}) "
        f"WHERE reason = '' QUALIFY row_number() OVER (PARTITION BY {form.key}, says) = 1"
    )


def _quarantined(
    con: duckdb.DuckDBPyConnection, snapshot: Snapshot, figures: str, count: int, form: _Form
) -> pd.DataFrame:
    if count > QUARANTINED_MAX:
        raise SourceError(
            f"{form.facts.name}: expected at most {QUARANTINED_MAX:,} rows that cannot be read, got {count:,}. "
            "Is it the right file?"
        )
    if not count:
        return rows.quarantined(form.facts, snapshot, pd.DataFrame(), pd.Series(dtype=object))
    with scan.in_order(con):
        cells = con.execute(
            f"SELECT * FROM (SELECT row_number() OVER () AS n, * FROM ({figures})) WHERE reason NOT IN ('', 'no_value')"
        ).df()
    cells = cells.set_index(cells["n"] + 1)
    return rows.quarantined(form.facts, snapshot, cells[[*form.key.split(", "), "says"]], cells["reason"])


def _filled(file: str, /, **parts: str) -> str:
    return Template((_HERE / f"{file}.sql").read_text(encoding="utf-8")).substitute(parts)


def _text(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"
