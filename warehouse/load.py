"""Load what was read and what was found: idempotent, each in one transaction."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

_COMPARE = (Path(__file__).parent / "load.sql").read_text(encoding="utf-8")
_ID = (
    "substr(sha256(concat_ws('|', source, register, indicator, ref_area, time_period, sex, age, citizenship, "
    "exploitation, means, unit, coalesce(share_of, ''), locator)), 1, 16)"
)


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
) -> LoadResult:
    """Load one edition of a source; the same edition again changes nothing.

    Args:
        con: the warehouse.
        source: the row of table ``source``, its name as ``name``.
        snapshot: the row of table ``snapshot``.
        observations: the figures, in the contract's columns, as a frame or as the name or SQL of a relation.
        quarantined: rows that broke the contract.
        ignored: rows ignored on purpose, counted by reason.
        run_id: the run that loads it.
        now: when, in UTC.
        gate: asked of the relation that holds the edition, before anything is committed; what it raises is raised.

    Raises:
        LoadError: two observations of the edition have one name.
    """
    name = str(source["name"])
    relation = observations
    if isinstance(observations, pd.DataFrame):
        con.register("load_frame", observations)
        relation = "load_frame"
    figures = f"SELECT {_ID} AS observation_id, * FROM {relation}"
    known = con.execute(
        "SELECT snapshot FROM vintage WHERE source = ? ORDER BY vintage DESC LIMIT 1", [name]
    ).fetchall()
    result = _compare(con, name, figures) if known else None
    if gate and result:
        gate(con, "load_new")
    if result and known == [(snapshot["sha256"],)] and not result.new + result.changed + result.withdrawn:
        return LoadResult(unchanged=result.unchanged)
    with transaction(con):
        number = _one(con, "SELECT coalesce(max(vintage), 0) + 1 FROM vintage")
        if result is None:
            result = _write_first(con, name, figures, number, run_id, now)
            if gate:
                gate(con, "load_first")
        else:
            _write_changes(con, name, number, run_id, now)
        _write_facts(con, name, source, snapshot)
        _write_rows(con, name, quarantined, ignored, run_id, now)
        _write_vintage(con, name, snapshot, result, run_id, now)
    return result


def _compare(con: duckdb.DuckDBPyConnection, name: str, figures: str) -> LoadResult:
    """How an edition, kept as ``load_new``, differs from what is in force; ``load_change`` says it of each figure."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE load_new AS {figures}")
    _check_once(con, name, "load_new")
    con.execute("SET VARIABLE source = ?", [name])
    con.execute(_COMPARE)
    counts = dict(con.execute("SELECT change, count(*) FROM load_change GROUP BY change").fetchall())
    return LoadResult(**{change: counts.get(change, 0) for change in ("new", "changed", "withdrawn", "unchanged")},
                      is_new_vintage=True, edition=_edition(con, "load_new"))  # fmt: skip


def _write_first(  # noqa: PLR0913, PLR0917 - see load_vintage
    con: duckdb.DuckDBPyConnection, name: str, figures: str, number: int, run_id: str, now: datetime
) -> LoadResult:
    """Write a first edition where it stays: ten million figures are worth no second copy to compare with nothing."""
    con.execute(
        f"INSERT INTO observation BY NAME SELECT *, ? AS vintage_from, ? AS known_from, ? AS run FROM ({figures})",
        [number, _naive(now), run_id],
    )
    con.execute(f"CREATE OR REPLACE TEMP VIEW load_first AS FROM observation WHERE vintage_from = {number}")
    _check_once(con, name, "load_first")
    new = _one(con, "SELECT count(*) FROM load_first")
    return LoadResult(new=new, is_new_vintage=True, edition=_edition(con, "load_first"))


def _check_once(con: duckdb.DuckDBPyConnection, name: str, figures: str) -> None:
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


def _write_changes(con: duckdb.DuckDBPyConnection, name: str, number: int, run_id: str, now: datetime) -> None:
    con.execute(
        "UPDATE observation SET vintage_to = ?, known_to = ? WHERE source = ? AND vintage_to IS NULL "
        "AND observation_id IN (SELECT observation_id FROM load_change WHERE change IN ('changed', 'withdrawn'))",
        [number, _naive(now), name],
    )
    con.execute(
        "INSERT INTO observation BY NAME SELECT load_new.*, ? AS vintage_from, ? AS known_from, ? AS run FROM load_new "
        "SEMI JOIN (SELECT observation_id FROM load_change WHERE change IN ('new', 'changed')) USING (observation_id)",
        [number, _naive(now), run_id],
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


def revisions(con: duckdb.DuckDBPyConnection, source: str, most: int) -> list[tuple[str, str, str | None]]:
    """Place, words before and words after (none when withdrawn) of figures the last edition revised, widest first."""
    return con.execute(
        "SELECT locator, said, revision.says FROM revision INNER JOIN observation USING (observation_id) "
        "WHERE revision.source = ? AND revised_at = known_to AND known_to = "
        "(SELECT max(known_to) FROM observation WHERE source = revision.source) "
        "ORDER BY abs(coalesce(lower_after, 0) - lower_before) DESC, locator LIMIT ?",
        [source, most],
    ).fetchall()


def record_corrections(
    con: duckdb.DuckDBPyConnection, source: str, corrections: Sequence[Mapping[str, Any]], run_id: str
) -> None:
    """Keep which corrections were applied to a source, in place of those before."""
    with transaction(con):
        con.execute("DELETE FROM correction WHERE source = ?", [source])
        if corrections:
            con.register("load_rows", pd.DataFrame(corrections))
            con.execute("INSERT INTO correction BY NAME SELECT *, ? AS run FROM load_rows", [run_id])


def record_checks(  # noqa: PLR0913, PLR0917 - what one check consists of
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    rules: Sequence[Mapping[str, Any]],
    tally: pd.DataFrame,
    findings: pd.DataFrame,
    bounds: pd.DataFrame,
    explanations: pd.DataFrame,
    waivers: Sequence[Mapping[str, Any]] = (),
) -> set[str]:
    """Keep what a check found, and return the findings that fail or are doubtful and were not open before.

    The caller holds the transaction, so that alerts are written with it. ``findings`` has the columns of table
    ``finding`` but for is_open and the runs; a finding not among them is no longer open.
    """
    con.register("load_rows", findings)
    before = {
        row[0] for row in con.execute(
            "SELECT finding FROM finding WHERE is_open AND verdict IN ('fails', 'doubtful')"
        ).fetchall()
    }  # fmt: skip
    con.execute("UPDATE finding SET is_open = FALSE WHERE is_open")
    if len(findings):
        con.execute(
            "INSERT OR REPLACE INTO finding BY NAME SELECT load_rows.*, TRUE AS is_open, "
            "coalesce(earlier.first_run, $run) AS first_run, $run AS last_run FROM load_rows "
            "LEFT JOIN (SELECT finding, first_run FROM finding) AS earlier USING (finding)",
            {"run": run_id},
        )
    for table, frame in (("rule", pd.DataFrame(rules)), ("bound", bounds), ("explanation", explanations),
                         ("waiver", pd.DataFrame(waivers))):  # fmt: skip
        con.execute(f"DELETE FROM {table}")
        if len(frame):
            con.register("load_rows", frame)
            con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM load_rows")
    if len(tally):
        con.register("load_rows", tally)
        con.execute("INSERT INTO verdict BY NAME SELECT ? AS run, * FROM load_rows", [run_id])
    seen: Sequence[str] = (
        findings[findings["verdict"].isin(["fails", "doubtful"])]["finding"].tolist() if len(findings) else []
    )
    return set(seen) - before


def words_of(con: duckdb.DuckDBPyConnection, observation_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The printed words of observations in force, with their place and breakdowns, by observation id."""
    result = con.execute(
        "SELECT observation_id, says, observation.source, locator, source.url, said_by, qualifier, "
        "sex, age, citizenship, exploitation, means FROM observation "
        "LEFT JOIN source ON observation.source = source.source "
        "WHERE vintage_to IS NULL AND observation_id IN (SELECT unnest(?::VARCHAR[]))",
        [list(observation_ids)],
    )
    keys = [column[0] for column in result.description or []]
    return {row[0]: dict(zip(keys, row, strict=True)) for row in result.fetchall()}


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as the JSON text that a column of the warehouse holds."""
    return json.dumps(rows, ensure_ascii=False)


def _naive(moment: datetime) -> datetime:
    """The same moment in UTC without a zone, as the tables keep it."""
    return moment.replace(tzinfo=None) if moment.utcoffset() is None else moment.astimezone(UTC).replace(tzinfo=None)


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0
