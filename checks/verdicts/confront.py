"""Confront figures with rules: every verdict, what the rules pin, and the linear system behind each finding.

Every rule is brought to ``low <= sum(a * x) <= high`` over quantities, each an interval (Hardt and others call it
interval arithmetic over edit rules). All instances are evaluated together, where the data is, as sets:
encode observations to quantities, relate them, evaluate, tighten, evaluate again what was touched.
The semantics of a verdict stand once, in ``sql/verdict.sql``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pandas as pd

from cuadra.checks.explain.system import System
from cuadra.checks.observation import QUANTITY
from cuadra.checks.rule import Rule
from cuadra.checks.verdicts import component as group
from cuadra.checks.verdicts import relate, screen

ROUNDS = 5
"""Rounds of bounds propagation at most; two or three are usual."""

SCREEN_FROM = 50_000
"""From so many figures on, one pass that sets aside what plainly holds saves more than it costs."""

_SQL = Path(__file__).parent / "sql"


class ConfrontError(Exception):
    """Figures or rules that cannot be evaluated; never a verdict on data."""


@dataclass(frozen=True)
class Confrontation:
    """The verdicts of one set of figures.

    ``tally`` has one row per rule and source, with the number of instances of each verdict (source ``several``
    where figures of more than one meet). ``finding`` has one row per instance that fails, is doubtful or open.
    ``bound`` has one row per quantity that the rules pin tighter than what is printed, with the rules that did.
    """

    con: duckdb.DuckDBPyConnection
    rules: tuple[Rule, ...]

    @cached_property
    def tally(self) -> pd.DataFrame:
        """Counts of verdicts by rule and source."""
        frame: pd.DataFrame = self.con.execute(_read("tally")).df()
        return frame

    @cached_property
    def finding(self) -> pd.DataFrame:
        """What fails, is doubtful or open, largest gap first, with both sides and the observations behind."""
        frame: pd.DataFrame = self.con.execute(
            "SELECT * EXCLUDE (i, quantities) FROM c_finding LEFT JOIN c_finding_component USING (i) "
            "ORDER BY array_position(['fails', 'doubtful', 'open'], verdict), gap DESC, finding"
        ).df()
        severity = {rule.name: rule.severity for rule in self.rules}
        frame["severity"] = frame["rule"].map(severity).astype(object)
        return frame

    @cached_property
    def bound(self) -> pd.DataFrame:
        """What the rules pin beyond what is printed, one row per quantity."""
        frame: pd.DataFrame = self.con.execute(_read("bound")).df()
        return frame

    def system(self, component: int) -> System:
        """The relations, figures and shares of one connected group, for explaining."""
        return group.system(self.con, component)


def confront(
    con: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    observations: str = "observation",
    *,
    screen_from: int = SCREEN_FROM,
) -> Confrontation:
    """The verdicts of all rules on the figures of a table or view; only temporary tables are made.

    Args:
        con: any DuckDB connection.
        rules: what must hold.
        observations: the name of the relation, in the columns of the contract; ``observation_id`` is
            made where it is missing.
        screen_from: from how many figures on those are set aside first where every rule plainly holds. The
            answer is the same either way.

    Raises:
        ConfrontError: a bound that is no number or cannot be compared exactly.
    """
    con.execute(_read("verdict"))
    relate.fill(con, "c_kept", "rule VARCHAR", [(rule.name,) for rule in rules])
    if _take(con, observations) >= screen_from:
        screen.screen(con, rules)
    con.execute(_read("encode"))
    relate.cells(con)
    con.execute(_read("quantity"))
    relate.blocks(con)
    con.execute(_read("relate"))
    relate.stated(con, rules)
    _evaluate(con)
    con.execute(_read("finding"))
    group.components(con)
    return Confrontation(con, tuple(rules))


def _take(con: duckdb.DuckDBPyConnection, observations: str) -> int:
    """How many figures there are; they are then called ``c_given``, and those to look at ``c_observation``."""
    columns = [row[0] for row in con.execute(f"DESCRIBE {observations}").fetchall()]
    made = "" if "observation_id" in columns else ", (row_number() OVER ())::VARCHAR AS observation_id"
    # A column without any text has no type of its own where it comes from a frame.
    texts = ", ".join(f"{column}::VARCHAR AS {column}" for column in (*QUANTITY, "share_of", "share_base", "complete"))
    con.execute(f"CREATE OR REPLACE TEMP VIEW c_given AS SELECT * REPLACE ({texts}){made} FROM {observations}")
    con.execute("CREATE OR REPLACE TEMP VIEW c_observation AS SELECT * FROM c_given")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE c_plain (rule VARCHAR, source VARCHAR, verdict VARCHAR, instances BIGINT)"
    )
    bad = con.execute(_read("unreadable")).fetchone()
    if bad is not None:
        source, locator, says, lower, upper = bad
        raise ConfrontError(
            f"{source}, {locator}: expected bounds that are numbers up to 2^53, lower at most upper, "
            f"got {lower} to {upper} for {says!r}. Quarantine the row, or mend the source's parse()."
        )
    return relate.one(con, "SELECT count(*) FROM c_given")


def _evaluate(con: duckdb.DuckDBPyConnection) -> None:
    """Verdicts, and bounds propagation until nothing gets tighter; what failed once stays so."""
    con.execute("CREATE OR REPLACE TEMP VIEW c_active AS SELECT i, q, role FROM c_term")
    con.execute(_read("range"))
    con.execute("CREATE OR REPLACE TEMP TABLE c_range AS SELECT * FROM c_range_now")
    con.execute("CREATE OR REPLACE TEMP TABLE c_touched AS SELECT i FROM c_range WHERE verdict <> 'fails'")
    for _ in range(ROUNDS):
        con.execute("CREATE OR REPLACE TEMP TABLE c_next (i BIGINT)")
        touched = [_half_round(con, above) for above in (False, True)]
        if not any(touched):
            break
        con.execute("CREATE OR REPLACE TEMP TABLE c_touched AS SELECT DISTINCT i FROM c_next")


def _half_round(con: duckdb.DuckDBPyConnection, above: bool) -> bool:
    con.execute(f"SET VARIABLE above = {above}")
    con.execute(_read("tighten"))
    if con.execute("SELECT count(*) FROM c_bound_now").fetchone() == (0,):
        return False
    side = "upper" if above else "lower"
    con.execute(
        f"UPDATE c_quantity SET {side} = bound, {side}_by = i FROM c_bound_now WHERE c_quantity.q = c_bound_now.q"
    )
    con.execute(
        "UPDATE c_quantity SET likely_lower = greatest(likely_lower, lower), likely_upper = least(likely_upper, upper) "
        "WHERE q IN (SELECT q FROM c_bound_now)"
    )
    # What readers expect may be what the rules exclude: then only what the words entail stands.
    con.execute("UPDATE c_quantity SET likely_lower = lower, likely_upper = upper WHERE likely_lower > likely_upper")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE c_now AS SELECT DISTINCT i FROM c_term WHERE q IN (SELECT q FROM c_bound_now)"
    )
    con.execute("INSERT INTO c_next SELECT i FROM c_now; INSERT INTO c_touched SELECT i FROM c_now")
    con.execute("CREATE OR REPLACE TEMP VIEW c_active AS SELECT i, q, role FROM c_term SEMI JOIN c_now USING (i)")
    con.execute(_read("range"))
    con.execute(
        "DELETE FROM c_range_now WHERE i IN (SELECT i FROM c_range WHERE verdict IN ('fails', 'doubtful')) "
        "AND verdict <> 'fails'"
    )
    # What holds only because rules pinned its figures is still open: not every reading of the words makes it true.
    con.execute(
        "UPDATE c_range_now SET verdict = 'open' WHERE verdict = 'holds' "
        "AND i IN (SELECT i FROM c_range WHERE verdict = 'open')"
    )
    con.execute("DELETE FROM c_range WHERE i IN (SELECT i FROM c_range_now)")
    con.execute("INSERT INTO c_range SELECT * FROM c_range_now")
    return True


def _read(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")
