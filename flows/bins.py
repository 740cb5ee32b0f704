"""A check bin by bin: a bin whose figures and rules are as they were is not confronted again.

What was found of a bin is kept in a folder by a name made of its figures and of all that decides verdicts, so
that it is used again as long as neither changes, also after a run that failed.
"""

import hashlib
import json
import math
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import duckdb
import pandas as pd

from cuadra.checks.explain.explanation import Broken, Doubt, Silence
from cuadra.checks.observation import columns
from cuadra.checks.part import parts
from cuadra.checks.rule import Rule
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts.engine import open_engine
from cuadra.flows import engine
from cuadra.flows.bin_task import EXPLANATIONS, Task, work
from cuadra.flows.folder import Folder
from cuadra.flows.ground import engine_hash, ground

LEAST_FIGURES, MOST_FIGURES = 20_000, 250_000
"""How many figures a bin has, where no setting says so: an eighth of all, within these."""

_SAME = {"vintage", "snapshot"}
"""Columns that no verdict depends on."""

_OURS = re.compile(r"[0-9a-f]{20}(-[0-9a-f]{8}|\.json)|figures-[0-9a-f]{8}|\.[0-9a-f]{32}")
"""What is written into the folder."""

_ORDER = {
    "tally": "rule, source",
    "finding": "array_position(['fails', 'doubtful', 'restated', 'open'], verdict), gap DESC, finding",
    "bound": "ALL",
    "term": "finding, term",
    "counted": "rule, observation_id",
    "broken": "rule, source",
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
            f"(SELECT *, min(finding) OVER (PARTITION BY filename, component) AS least FROM {self._of('finding')}) "
            f"ORDER BY {_ORDER['finding']}"
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
        return self._rows("term")

    @cached_property
    def broken(self) -> pd.DataFrame:
        """The tables broken as a whole in some bin."""
        return self._summed("broken")

    @property
    def fares(self) -> str:
        """The SQL of how each figure fares."""
        return f"(SELECT * EXCLUDE (filename) FROM {self._of('figure')})"

    def counted(self) -> pd.DataFrame:
        """The figures in failing relations of broken tables that are only counted."""
        return self._rows("counted")

    @cached_property
    def explained(self) -> dict[str, Doubt | Silence]:
        """What explains each failing finding, by its key, or why nothing does."""
        whole = {(row.rule, row.source): Broken(*row[1:]) for row in self.broken.itertuples()}
        found: dict[str, Doubt | Silence] = {}
        for each in self.said:
            found |= EXPLANATIONS.validate_python(each["explained"])
        return {
            key: replace(about, broken=whole[about.broken.rule, about.broken.source])
            if isinstance(about, Silence) and about.broken
            else about
            for key, about in found.items()
        }

    def _of(self, table: str) -> str:
        files = ", ".join(f"'{self.folder.path(name)}/{table}.parquet'" for name in self.made)
        return f"read_parquet([{files}], filename = TRUE)"

    def _rows(self, table: str) -> pd.DataFrame:
        return self.con.execute(f"SELECT * EXCLUDE (filename) FROM {self._of(table)} ORDER BY {_ORDER[table]}").df()

    def _summed(self, table: str) -> pd.DataFrame:
        return self.con.execute(
            "SELECT rule, source, sum(COLUMNS(* EXCLUDE (rule, source, filename)))::BIGINT "
            f"FROM {self._of(table)} GROUP BY rule, source ORDER BY {_ORDER[table]}"
        ).df()


def confronted(  # noqa: PLR0913 - what a check is about
    con: duckdb.DuckDBPyConnection,
    topic: Topic,
    rules: Sequence[Rule],
    observations: str,
    *,
    folder: str,
    engine_name: str | None = None,
    bin_figures: int | None = None,
    limits: Mapping[str, str] | None = None,
    around: str | None = None,
) -> Checked:
    """The verdicts of all rules on the figures of a table or view, bin by bin, each explained.

    Args:
        con: a DuckDB connection that may write files.
        topic: what the figures are about.
        rules: what must hold, of that topic.
        observations: the name of the relation, in the columns of the contract with ``observation_id``.
        folder: where bins are kept, a path or an address of fsspec.
        engine_name: what checks them, as in `engine.done`.
        bin_figures: how many figures a bin has about; what suits their number where none.
        limits: settings of DuckDB of each task.
        around: further figures that are only compared with, as in `confront`; what is kept does not know of them.

    Raises:
        ConfrontError, TopicError: as `confront` does.
        EngineError: as `engine.done` does.
    """
    kept = Folder(folder)
    kept.make()
    kept.open_in(con)
    _divide(con, topic, rules, observations, bin_figures)
    names, totals = _named(con, topic, rules, observations)
    known: dict[str, dict[str, Any]] = {}
    for name in names.values():
        if found := _known(kept, name, totals):
            known[name] = found
    changed = {number: name for number, name in names.items() if name not in known}
    given = _written(con, topic, rules, observations, kept, changed, around)
    tasks = [
        Task(
            number, name, folder, f"{given}/bin={number}", f"{given}/around.parquet", topic, tuple(rules),
            engine_hash(), limits or {}, is_alone=engine_name is None,
        )
        for number, name in sorted(changed.items())
    ]  # fmt: skip
    try:
        for name in engine.done(engine_name, work, tasks):
            known[name] = json.loads(kept.read(f"{name}.json") or "")
            _remember(kept, name, known[name], totals)
    finally:
        if changed:
            kept.remove(given)
    of_all = tuple(known[names[number]] for number in sorted(names))
    made = tuple(str(each["folder"]) for each in of_all)
    _tidy(kept, {*names.values(), *made})
    return Checked(con, tuple(rules), kept, made, of_all, len(names), len(changed))


def _divide(
    con: duckdb.DuckDBPyConnection, topic: Topic, rules: Sequence[Rule], observations: str, bin_figures: int | None
) -> None:
    """Make table ``part`` with as many bins as the number of figures asks for."""
    (figures,) = con.execute(f"SELECT count(*) FROM {observations}").fetchall()[0]
    size = bin_figures or min(max(figures // 8, LEAST_FIGURES), MOST_FIGURES)
    bins: int = 2 ** max(math.ceil(math.log2(max(figures, 1) / size)), 0)
    parts(con, topic, rules, observations, bins=bins)


def _named(
    con: duckdb.DuckDBPyConnection, topic: Topic, rules: Sequence[Rule], observations: str
) -> tuple[dict[int, str], dict[tuple[str, str], str]]:
    """The name of each bin by its number, and what names all figures of each register and indicator."""
    said = ", ".join(["observation_id", *(name for name in columns(topic) if name not in _SAME)])
    rows = con.execute(
        f"SELECT bin, register, indicator, count(*), sum(hash({said})) FROM {observations} "
        "INNER JOIN part USING (register, indicator, ref_area) GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    versions = "|".join(f"{rule.name} {rule.severity} {rule.stated!r}" for rule in rules)
    basis = f"{ground(topic)}|{duckdb.__version__}|{versions}"
    of_bin: dict[int, list[object]] = {} if rows else {0: []}
    totals: dict[tuple[str, str], tuple[int, int]] = {}
    for number, register, indicator, count, total in rows:
        of_bin.setdefault(number, []).append((register, indicator, count, total))
        before = totals.get((register, indicator), (0, 0))
        totals[register, indicator] = before[0] + count, before[1] + int(total)
    return (
        {number: _short(f"{basis}|{each}") for number, each in of_bin.items()},
        {pair: _short(str(each)) for pair, each in totals.items()},
    )


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _known(folder: Folder, name: str, totals: Mapping[tuple[str, str], str]) -> dict[str, Any] | None:
    """What is kept of a bin of this name; none where it is not, or was compared with figures that are others now."""
    text = folder.read(f"{name}.json")
    if text is None:
        return None
    said: dict[str, Any] = json.loads(text)
    is_same = said.get("totals") == _compared(said, totals)
    return said if is_same else None


def _compared(said: Mapping[str, Any], totals: Mapping[tuple[str, str], str]) -> list[str | None]:
    return [totals.get((register, indicator)) for register, indicator in said["compared"]]


def _remember(folder: Folder, name: str, said: dict[str, Any], totals: Mapping[tuple[str, str], str]) -> None:
    """Say with a bin what the figures that it was compared with were."""
    said["totals"] = _compared(said, totals)
    folder.write(f"{name}.json", json.dumps(said, ensure_ascii=False))


def _written(  # noqa: PLR0913, PLR0917 - what is written
    con: duckdb.DuckDBPyConnection,
    topic: Topic,
    rules: Sequence[Rule],
    observations: str,
    folder: Folder,
    changed: Mapping[int, str],
    around: str | None,
) -> str:
    """Write the figures of these bins, a folder each, and all exact ones beside them; return the folder of both."""
    given = f"figures-{uuid.uuid4().hex[:8]}"
    if not changed:
        return given
    folder.make(given)
    open_engine(con, topic, rules, observations)
    named = f"SELECT {', '.join(topic.quantity)}, unit, lower, upper FROM"
    exact = f"{named} engine.given() WHERE lower = upper"
    if around:
        exact += f" UNION ALL {named} {around} WHERE lower = upper"
    con.execute(f"COPY ({exact}) TO '{folder.path(given)}/around.parquet' (FORMAT parquet)")
    con.execute("DETACH DATABASE engine")
    for number in changed:  # also of a bin without figures, so that there is something to read
        folder.make(f"{given}/bin={number}")
        none = f"{folder.path(given)}/bin={number}/none.parquet"
        con.execute(f"COPY (SELECT * FROM {observations} LIMIT 0) TO '{none}' (FORMAT parquet)")
    wanted = f"list_contains({[*changed]}, bin)"
    con.execute(
        f"COPY (SELECT figure.*, bin FROM {observations} AS figure INNER JOIN part "
        f"USING (register, indicator, ref_area) WHERE {wanted}) "
        f"TO '{folder.path(given)}' (FORMAT parquet, PARTITION_BY (bin), OVERWRITE_OR_IGNORE)"
    )
    return given


def _tidy(folder: Folder, names: set[str]) -> None:
    """Remove what is kept of figures that are others now, and nothing that is not ours."""
    for each in folder.names():
        if _OURS.fullmatch(each) and each.removesuffix(".json") not in names:
            folder.remove(each)
