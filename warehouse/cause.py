"""What findings consist of and come down to, kept beside them: terms, causes, and how each figure fares."""

from collections.abc import Collection, Sequence
from pathlib import Path

import duckdb
import pandas as pd

from cuadra.warehouse.quantity import number, numbered, numbers

_CAUSE = (Path(__file__).parent / "cause.sql").read_text(encoding="utf-8")


def record_causes(  # noqa: PLR0913, PLR0917 - what one check consists of
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    terms: pd.DataFrame,
    figures: pd.DataFrame | str,
    causes: pd.DataFrame,
    new: Collection[str] = (),
    *,
    breakdowns: Sequence[str],
) -> None:
    """Keep what a check found beside its findings, which are recorded before, in the caller's transaction.

    Args:
        con: the warehouse.
        run_id: the run that checked.
        terms: table ``finding_term`` with codes in place of block and cell, and without ``is_suspect``.
        figures: table ``figure_tally``, as a frame or as the name or SQL of a relation.
        causes: table ``cause`` without block, cell, is_open and the runs; its ``findings`` are keys, space-separated,
            the first of them the one that places a cause whose suspects are none.
        new: the findings that newly do not hold, as `cuadra.warehouse.finding.record_checks` returns them.
        breakdowns: the breakdowns of the topic.
    """
    con.execute("DELETE FROM finding_term")
    if len(terms):
        con.register("load_rows", terms)
        number(con, "terms", "FROM load_rows", breakdowns)
        con.execute(
            f"INSERT INTO finding_term BY NAME SELECT {numbered('load_rows', breakdowns)}, FALSE AS is_suspect "
            f"FROM load_rows {numbers('load_rows', breakdowns)}"
        )
    con.execute("DELETE FROM figure_tally")
    relation = figures
    if isinstance(figures, pd.DataFrame):
        con.register("load_figures", figures)
        relation = "load_figures"
    con.execute(f"INSERT INTO figure_tally BY NAME FROM {relation}")
    con.register("load_rows", causes)
    con.execute("CREATE OR REPLACE TEMP TABLE cause_now AS FROM load_rows")
    con.execute("SET VARIABLE run = ?", [run_id])
    con.execute("SET VARIABLE new = ?", [sorted(new)])
    con.execute(_CAUSE)
