"""What a check found: findings, bounds, explanations and verdicts, kept."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd

from cuadra.warehouse.quantity import number, numbered, numbers


def record_checks(  # noqa: PLR0913, PLR0917 - what one check consists of
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    rules: Sequence[Mapping[str, Any]],
    tally: pd.DataFrame,
    findings: pd.DataFrame,
    bounds: pd.DataFrame,
    explanations: pd.DataFrame,
    waivers: Sequence[Mapping[str, Any]] = (),
    broken: pd.DataFrame | None = None,
    *,
    breakdowns: Sequence[str],
) -> set[str]:
    """Keep what a check found, and return the findings that newly fail or are doubtful.

    One that is waived is none of them; one whose waiver was taken back or has expired is.

    The caller holds the transaction, so that alerts are written with it. ``findings`` has the columns of table
    ``finding`` but for is_open and the runs, and in place of block and cell the columns of these, as ``bounds`` has;
    a finding not among them is no longer open. ``broken`` has the tables broken as a whole, in the columns of table
    ``broken_table``.
    """
    before = {
        row[0] for row in con.execute(
            "SELECT finding FROM finding WHERE is_open AND NOT is_waived AND verdict IN ('fails', 'doubtful')"
        ).fetchall()
    }  # fmt: skip
    con.execute("UPDATE finding SET is_open = FALSE WHERE is_open")
    if len(findings):
        con.register("load_rows", findings)
        number(con, "findings", "FROM load_rows", breakdowns)
        con.execute(
            f"INSERT OR REPLACE INTO finding BY NAME SELECT {numbered('load_rows', breakdowns)}, TRUE AS is_open, "
            "coalesce(earlier.first_run, $run) AS first_run, $run AS last_run FROM load_rows "
            f"{numbers('load_rows', breakdowns)} "
            "LEFT JOIN (SELECT finding, first_run FROM finding) AS earlier USING (finding)",
            {"run": run_id},
        )
    con.execute("DELETE FROM bound")
    if len(bounds):
        con.register("load_rows", bounds)
        number(con, "bounds", "FROM load_rows", breakdowns)
        con.execute(
            f"INSERT INTO bound BY NAME SELECT {numbered('load_rows', breakdowns)} "
            f"FROM load_rows {numbers('load_rows', breakdowns)}"
        )
    for table, frame in (("rule", pd.DataFrame(rules)), ("explanation", explanations),
                         ("waiver", pd.DataFrame(waivers)),
                         ("broken_table", pd.DataFrame() if broken is None else broken)):  # fmt: skip
        con.execute(f"DELETE FROM {table}")
        if len(frame):
            con.register("load_rows", frame)
            con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM load_rows")
    if len(tally):
        con.register("load_rows", tally)
        con.execute("INSERT INTO verdict BY NAME SELECT ? AS run, * FROM load_rows", [run_id])
    if not len(findings):
        return set()
    is_accepted = findings["is_waived"].astype(bool)
    seen: Sequence[str] = findings[findings["verdict"].isin(["fails", "doubtful"]) & ~is_accepted]["finding"].tolist()
    return set(seen) - before
