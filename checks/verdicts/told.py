"""Findings on counts that shares tell already: left out where nothing contradicts without those shares."""

from dataclasses import replace

import duckdb

from cuadra.checks.explain.linear import BudgetError, Programme, SolverError
from cuadra.checks.explain.system import System
from cuadra.checks.verdicts import component
from cuadra.checks.verdicts.engine import read


def leave_out(con: duckdb.DuckDBPyConnection) -> None:
    """Take away the findings of table ``told``, but for those that contradict without the shares that tell them too."""
    pairs = con.execute(
        "SELECT told.i, component, verdict, observations, shares FROM engine.told "
        "INNER JOIN engine.finding_component USING (i) ORDER BY ALL"
    ).fetchall()
    if not pairs:
        return
    systems, _ = component.without_near(con, {group for _, group, *_ in pairs})
    kept = {i for i, *_ in pairs} - {
        i
        for i, group, verdict, observations, shares in pairs
        if _can_be_true(systems[group], {*observations} - {*shares}, verdict)
    }
    con.execute("DELETE FROM engine.told WHERE i IN (SELECT unnest($kept::BIGINT[]))", {"kept": sorted(kept)})
    con.execute(read("82_told"))


def _can_be_true(system: System, figures: set[str], verdict: str) -> bool:
    """Whether these figures can be true together; a search that ends before it knows keeps the finding."""
    claims = [
        replace(each, lower=each.likely_lower, upper=each.likely_upper) if verdict == "doubtful" else each
        for each in system.claims
    ]
    programme = Programme.of(replace(system, claims=tuple(claims)))
    numbers = [n for n, each in enumerate(claims) if each.observation_id in figures]
    try:
        return not programme.members_of(numbers) and programme.is_decided
    except (BudgetError, SolverError):
        return False
