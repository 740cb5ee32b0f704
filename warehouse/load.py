"""Load what was read and what was found: idempotent, each in one transaction."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from cuadra.warehouse.quantity import number, numbered, numbers

_COMPARE = (Path(__file__).parent / "load.sql").read_text(encoding="utf-8")


Gate = Callable[[duckdb.DuckDBPyConnection, str], None]
"""What is asked of the figures of a relation, by its name; it raises when it refuses them."""


class LoadError(Exception):
    """What was read cannot be loaded; nothing of it was."""


@dataclass(frozen=True)
class LoadResult:
    """How an edition differs from the one before, in observations."""

    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    is_new_vintage: bool = False
    edition: str = ""


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing of what is written inside."""
    con.execute("BEGIN")
    try:
        yield
        con.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(duckdb.Error):  # it may have ended by itself
            con.execute("ROLLBACK")
        raise


def load_vintage(  # noqa: PLR0913, PLR0917 - what one edition consists of
    con: duckdb.DuckDBPyConnection,
    source: Mapping[str, Any],
    snapshot: Mapping[str, Any],
    observations: pd.DataFrame | str,
    quarantined: pd.DataFrame,
    ignored: pd.DataFrame,
    run_id: str,
    now: datetime,
    gate: Gate | None = None,
    *,
    id_sql: str,
    breakdowns: Sequence[str],
) -> LoadResult:
    """Load one edition of a source; the same edition again changes nothing.

    Args:
        con: the warehouse.
        source: the row of table ``source``, its name as ``name``.
        snapshot: the row of table ``snapshot``.
        observations: the figures, in the contract's columns, as a frame or as the name or SQL of a relation; it may
            also have ``position`` and ``anchor``, which are no part of what a figure says.
        quarantined: rows that broke the contract.
        ignored: rows ignored on purpose, counted by reason.
        run_id: the run that loads it.
        now: when, in UTC.
        gate: asked of the relation that holds the edition, before anything is committed; what it raises is raised.
        id_sql: the name of an observation over vintages, as SQL over the contract's columns.
        breakdowns: which of these columns are breakdowns.

    Raises:
        LoadError: two observations of the edition have one name, or one is of another source.
        QuantityError: one has no code where a code must be.
    """
    name = str(source["name"])
    relation = observations
    if isinstance(observations, pd.DataFrame):
        con.register("load_frame", observations)
        relation = "load_frame"
    figures = f"SELECT {id_sql} AS observation_id, * FROM {relation}"
    known = con.execute(
        "SELECT snapshot FROM vintage WHERE source = ? ORDER BY vintage DESC LIMIT 1", [name]
    ).fetchall()
    result = _compare(con, name, figures) if known else None
    if gate and result:
        gate(con, "load_new")
    if result:
        _mean_anew(con, name)
        _place_anew(con, name)
    if result and known == [(snapshot["sha256"],)] and not result.new + result.changed + result.withdrawn:
        return LoadResult(unchanged=result.unchanged)
    with transaction(con):
        vintage = _one(con, "SELECT coalesce(max(vintage), 0) + 1 FROM vintage")
        if result is None:
            result = _write_first(con, name, figures, breakdowns, vintage, run_id, now)
            if gate:
                gate(con, "load_first")
        else:
            _write_changes(con, name, breakdowns, vintage, run_id, now)
        _write_facts(con, name, source, snapshot)
        _write_rows(con, name, quarantined, ignored, run_id, now)
        _write_vintage(con, name, snapshot, result, run_id, now)
    return result


def _compare(con: duckdb.DuckDBPyConnection, name: str, figures: str) -> LoadResult:
    """How an edition, kept as ``load_new``, differs from what is in force; ``load_change`` says it of each figure."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE load_new AS {figures}")
    _check_source(con, name, "load_new")
    _check_once(con, name, "load_new")
    con.execute("SET VARIABLE source = ?", [name])
    con.execute(_COMPARE)
    counts = dict(con.execute("SELECT change, count(*) FROM load_change GROUP BY change").fetchall())
    return LoadResult(**{change: counts.get(change, 0) for change in ("new", "changed", "withdrawn", "unchanged")},
                      is_new_vintage=True, edition=_edition(con, "load_new"))  # fmt: skip


def _write_first(  # noqa: PLR0913, PLR0917 - see load_vintage
    con: duckdb.DuckDBPyConnection, name: str, figures: str, breakdowns: Sequence[str],
    vintage: int, run_id: str, now: datetime,
) -> LoadResult:  # fmt: skip
    """Write a first edition where it stays: ten million figures are worth no second copy to compare with nothing."""
    _write_figures(con, name, figures, breakdowns, vintage, run_id, now)
    _check_source(con, name, f"(FROM observation WHERE vintage_from = {vintage})")
    con.execute("SET VARIABLE source = ?", [name])
    con.execute("CREATE OR REPLACE TEMP VIEW load_first AS FROM figure_in_force WHERE source = getvariable('source')")
    _check_once(con, name, "(FROM observation WHERE source = getvariable('source'))")
    new = _one(con, "SELECT count(*) FROM observation WHERE source = getvariable('source')")
    return LoadResult(new=new, is_new_vintage=True, edition=_edition(con, "load_first"))


def _write_figures(  # noqa: PLR0913, PLR0917 - see load_vintage
    con: duckdb.DuckDBPyConnection, name: str, figures: str, breakdowns: Sequence[str],
    vintage: int, run_id: str, now: datetime,
) -> None:  # fmt: skip
    """Write figures in force from a vintage on, each with the numbers of its block and cell."""
    number(con, name, figures, breakdowns)
    # How many rows a file has is not known beforehand: without this, its millions are kept in memory for the join, and
    # the few blocks and cells are looked up in them.
    con.execute("SET disabled_optimizers = 'build_side_probe_side'")
    try:
        con.execute(
            f"INSERT INTO observation BY NAME SELECT {numbered('figures', breakdowns)}, ? AS vintage_from, "
            f"? AS known_from, ? AS run FROM ({figures}) AS figures {numbers('figures', breakdowns)}",
            [vintage, _naive(now), run_id],
        )
    finally:
        con.execute("RESET disabled_optimizers")


def _check_source(con: duckdb.DuckDBPyConnection, name: str, figures: str) -> None:
    for (other,) in con.execute(f"SELECT source FROM {figures} WHERE source <> ? LIMIT 1", [name]).fetchall():
        raise LoadError(
            f"{name}, column 'source': expected {name!r} in each row, got {other!r} in some. "
            "Correct the source's parse()."
        )


def _check_once(con: duckdb.DuckDBPyConnection, name: str, figures: str) -> None:
    once = f"SELECT count(*) = count(DISTINCT hash(observation_id)) FROM {figures}"
    if con.execute(once).fetchall() == [(True,)]:  # in a tenth of the memory that their names take
        return
    twice = con.execute(
        f"SELECT any_value(locator), any_value(says), count(*) FROM {figures} GROUP BY observation_id "
        "HAVING count(*) > 1 LIMIT 1"
    ).fetchall()
    for locator, says, rows in twice:
        raise LoadError(
            f"{name}, {locator}: expected each figure once, got {rows} about one quantity ({says!r}). "
            "Give each a place of its own."
        )


def _edition(con: duckdb.DuckDBPyConnection, figures: str) -> str:
    return str(con.execute(f"SELECT coalesce(max(vintage), '') FROM {figures}").fetchall()[0][0])


def _write_facts(
    con: duckdb.DuckDBPyConnection, name: str, source: Mapping[str, Any], snapshot: Mapping[str, Any]
) -> None:
    facts = ("title", "publisher", "register", "url", "published", "language", "cadence", "owner", "licence")
    con.execute(
        f"INSERT OR REPLACE INTO source BY NAME SELECT ? AS source, {', '.join(f'? AS {fact}' for fact in facts)}",
        [name, *(str(source.get(fact, "")) for fact in facts)],
    )
    con.execute(
        "INSERT OR IGNORE INTO snapshot BY NAME SELECT ? AS sha256, ? AS source, ? AS url, ? AS path, ? AS fetched_at, "
        "? AS media_type",
        [snapshot["sha256"], name, snapshot["url"], Path(snapshot["path"]).name, _naive(snapshot["fetched_at"]),
         snapshot.get("media_type", "")],
    )  # fmt: skip


def _write_changes(  # noqa: PLR0913, PLR0917 - see load_vintage
    con: duckdb.DuckDBPyConnection, name: str, breakdowns: Sequence[str], vintage: int, run_id: str, now: datetime
) -> None:
    con.execute(
        "UPDATE observation SET vintage_to = ?, known_to = ? WHERE source = ? AND vintage_to IS NULL "
        "AND observation_id IN (SELECT observation_id FROM load_change WHERE change IN ('changed', 'withdrawn'))",
        [vintage, _naive(now), name],
    )
    changes = (
        "SELECT load_new.* FROM load_new "
        "SEMI JOIN (SELECT observation_id FROM load_change WHERE change IN ('new', 'changed')) USING (observation_id)"
    )
    _write_figures(con, name, changes, breakdowns, vintage, run_id, now)


def _mean_anew(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Correct what repeated quantities mean, and what figures in force were computed from.

    That is said of the source, and is no revision.
    """
    con.execute(
        "UPDATE observation SET repeats = load_new.repeats, computed_from = load_new.computed_from FROM load_new "
        "WHERE observation.observation_id = load_new.observation_id AND observation.vintage_to IS NULL "
        "AND observation.source = ? AND (observation.repeats, observation.computed_from) "
        "IS DISTINCT FROM (load_new.repeats, load_new.computed_from)",
        [name],
    )


def _place_anew(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Correct where figures in force are in their document; that alone is no revision."""
    given = {row[0] for row in con.execute("DESCRIBE load_new").fetchall()}
    if given >= {"position", "anchor"}:
        con.execute(
            "UPDATE observation SET position = load_new.position, anchor = load_new.anchor FROM load_new "
            "WHERE observation.observation_id = load_new.observation_id AND observation.vintage_to IS NULL "
            "AND observation.source = ? AND (observation.position, observation.anchor) "
            "IS DISTINCT FROM (load_new.position, load_new.anchor)",
            [name],
        )


def _write_rows(  # noqa: PLR0913, PLR0917 - see load_vintage
    con: duckdb.DuckDBPyConnection, name: str, quarantined: pd.DataFrame, ignored: pd.DataFrame,
    run_id: str, now: datetime,
) -> None:  # fmt: skip
    con.execute("DELETE FROM quarantine WHERE source = ?", [name])
    con.execute("DELETE FROM ignored WHERE source = ?", [name])
    if len(quarantined):
        con.register("load_rows", quarantined.astype(object))
        con.execute(
            "INSERT INTO quarantine BY NAME SELECT *, ? AS run, ? AS quarantined_at FROM load_rows",
            [run_id, _naive(now)],
        )
    if len(ignored):
        con.register("load_rows", ignored)
        con.execute("INSERT INTO ignored BY NAME SELECT * FROM load_rows")


def _write_vintage(  # noqa: PLR0913, PLR0917 - see load_vintage
    con: duckdb.DuckDBPyConnection, name: str, snapshot: Mapping[str, Any], result: LoadResult,
    run_id: str, now: datetime,
) -> None:  # fmt: skip
    con.execute(
        "INSERT INTO vintage BY NAME SELECT (SELECT coalesce(max(vintage), 0) + 1 FROM vintage) AS vintage, "
        "? AS source, ? AS edition, ? AS snapshot, "
        "? AS run, ? AS loaded_at, "
        "observations + quarantined + ignored AS rows_in, *, ? AS new, ? AS changed, ? AS withdrawn, ? AS unchanged "
        "FROM (SELECT ?::BIGINT AS observations, "
        "(SELECT count(*) FROM quarantine WHERE source = ?) AS quarantined, "
        "(SELECT coalesce(sum(rows), 0) FROM ignored WHERE source = ?)::BIGINT AS ignored)",
        [name, result.edition, snapshot["sha256"], run_id, _naive(now), result.new, result.changed, result.withdrawn,
         result.unchanged, result.new + result.changed + result.unchanged, name, name],
    )  # fmt: skip


def in_force(con: duckdb.DuckDBPyConnection, source: str) -> int:
    """How many figures of a source are in force."""
    sql = "SELECT count(*) FROM observation WHERE source = ? AND vintage_to IS NULL"
    return int(con.execute(sql, [source]).fetchall()[0][0])


def record_corrections(
    con: duckdb.DuckDBPyConnection, source: str, corrections: Sequence[Mapping[str, Any]], run_id: str
) -> None:
    """Keep which corrections were applied to a source, in place of those before."""
    with transaction(con):
        con.execute("DELETE FROM correction WHERE source = ?", [source])
        if corrections:
            con.register("load_rows", pd.DataFrame(corrections))
            con.execute("INSERT INTO correction BY NAME SELECT *, ? AS run FROM load_rows", [run_id])


def _naive(moment: datetime) -> datetime:
    """The same moment in UTC without a zone, as the tables keep it."""
    return moment.replace(tzinfo=None) if moment.utcoffset() is None else moment.astimezone(UTC).replace(tzinfo=None)


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0
