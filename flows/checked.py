"""What was found of each bin, put together as from one confrontation."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any

import duckdb
import pandas as pd

from cuadra.checks.explain.explanation import Broken, Doubt, Silence
from cuadra.checks.rule import Rule
from cuadra.checks.verdicts.broken import SHOWN, is_broken
from cuadra.flows.bin_task import EXPLANATIONS
from cuadra.flows.folder import Folder

_ORDER = {
    "tally": "rule, source",
    "finding": "array_position(['fails', 'doubtful', 'restated', 'open'], verdict), gap DESC, finding",
    "bound": "ALL",
    "term": "finding, term",
    "counted": "rule, observation_id",
}
"""In which order the rows of each table come, as from one confrontation."""


@dataclass(frozen=True)
class Checked:
    """The verdicts of all bins together, with the explanation of each failing finding.

    ``checked`` of ``bins`` bins were confronted now; the others are as they were. Groups are numbered by their
    findings.
    """

    con: duckdb.DuckDBPyConnection
    rules: tuple[Rule, ...]
    folder: Folder
    made: tuple[str, ...]
    said: tuple[Mapping[str, Any], ...]
    tables: tuple[Broken, ...]
    bins: int
    checked: int

    @cached_property
    def tally(self) -> pd.DataFrame:
        """Counts of verdicts by rule and source."""
        return self._summed("tally")

    @cached_property
    def finding(self) -> pd.DataFrame:
        """What fails, is doubtful or open, largest gap first."""
        frame = self.con.execute(
            "SELECT * EXCLUDE (filename, least) REPLACE (if(component IS NULL, NULL, dense_rank() OVER "
            "(ORDER BY component IS NULL, least) - 1)::INTEGER AS component) FROM "
            f"(SELECT *, min(finding) OVER (PARTITION BY filename, component) AS least FROM {self._of('finding')} "
            f"{self._shown}) ORDER BY {_ORDER['finding']}"
        ).df()
        severity = {rule.name: rule.severity for rule in self.rules}
        frame["severity"] = frame["rule"].map(severity).astype(object)
        return frame

    @cached_property
    def bound(self) -> pd.DataFrame:
        """What the rules pin beyond what is printed."""
        return self._rows("bound")

    @cached_property
    def term(self) -> pd.DataFrame:
        """What each failing or doubtful finding adds and compares."""
        return self._rows("term", self._shown)

    @cached_property
    def broken(self) -> pd.DataFrame:
        """The tables broken as a whole."""
        tables = [asdict(each) for each in self.tables]
        return pd.DataFrame(tables, columns=[each.name for each in fields(Broken)])

    @property
    def fares(self) -> str:
        """The SQL of how each figure fares."""
        return f"(SELECT * EXCLUDE (filename) FROM {self._of('figure')})"

    @property
    def withheld(self) -> str:
        """The SQL of the figures that are kept from others, where that was decided."""
        return self._of("withheld")

    def counted(self) -> pd.DataFrame:
        """The figures in failing relations of broken tables that are only counted."""
        return self.con.execute(
            f"SELECT rule, observation_id FROM {self._of('counted')} UNION SELECT rule, observation_id FROM "
            f"({self._widest}) WHERE place > {SHOWN} AND is_failing AND observation_id IS NOT NULL "
            f"ORDER BY {_ORDER['counted']}"
        ).df()

    @cached_property
    def explained(self) -> dict[str, Doubt | Silence]:
        """What explains each failing finding, by its key, or why nothing does."""
        found: dict[str, Doubt | Silence] = {}
        for each in self.said:
            found |= EXPLANATIONS.validate_python(each["explained"])
        whole = {(each.rule, each.source): Silence("broken table", each) for each in self.tables}
        if whole:
            shown = self.con.execute(
                f"SELECT DISTINCT finding, rule, source FROM ({self._widest}) "
                f"WHERE place <= {SHOWN} AND finding IS NOT NULL ORDER BY finding"
            ).fetchall()
            found |= {finding: whole[rule, source] for finding, rule, source in shown}
        return found

    @property
    def _widest(self) -> str:
        """What bins show of broken tables, each relation at its place among the widest of its table in all bins."""
        return (
            "SELECT *, dense_rank() OVER (PARTITION BY rule, source ORDER BY is_failing DESC, gap DESC, name, finding) "
            f"AS place FROM {self._of('shown')}"
        )

    @property
    def _shown(self) -> str:
        """Which findings are left, as a clause: those of broken tables that bins show and all together do not, go."""
        if not self.tables:
            return ""
        return f"WHERE finding NOT IN (SELECT finding FROM ({self._widest}) WHERE place > {SHOWN} AND finding <> '')"

    def _of(self, table: str) -> str:
        files = ", ".join(f"'{self.folder.path(name)}/{table}.parquet'" for name in self.made)
        return f"read_parquet([{files}], filename = TRUE)"

    def _rows(self, table: str, wanted: str = "") -> pd.DataFrame:
        return self.con.execute(
            f"SELECT * EXCLUDE (filename) FROM {self._of(table)} {wanted} ORDER BY {_ORDER[table]}"
        ).df()

    def _summed(self, table: str) -> pd.DataFrame:
        return self.con.execute(
            "SELECT rule, source, sum(COLUMNS(* EXCLUDE (rule, source, filename)))::BIGINT "
            f"FROM {self._of(table)} GROUP BY rule, source ORDER BY {_ORDER[table]}"
        ).df()


def broken_tables(said: Iterable[Mapping[str, Any]]) -> tuple[Broken, ...]:
    """The tables broken as a whole, by how many relations of each rule and source all bins tested and found wrong.

    A relation is in one bin, so that the bins together decide as one confrontation does.
    """
    counted: dict[tuple[str, str], tuple[int, int, int]] = {}
    for each in said:
        for rule, source, *counts in each["judged"]:
            tested, fails, doubtful = map(sum, zip(counted.get((rule, source), (0, 0, 0)), counts, strict=True))
            counted[rule, source] = tested, fails, doubtful
    return tuple(Broken(*pair, *counts, SHOWN) for pair, counts in sorted(counted.items()) if is_broken(*counts))


def decided(said: Mapping[str, Any], tables: Iterable[Broken]) -> list[list[str]]:
    """Which of these tables a bin has something wrong of."""
    wrong = {(rule, source) for rule, source, _, fails, doubtful in said["judged"] if fails or doubtful}
    return [[each.rule, each.source] for each in tables if (each.rule, each.source) in wrong]
