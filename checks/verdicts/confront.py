"""Confront figures with rules: every verdict, what the rules pin, and the linear system behind each finding.

Every rule is brought to ``low <= sum(a * x) <= high`` over quantities, each an interval (Hardt and others call it
interval arithmetic over edit rules). All instances are evaluated together, where the data is, as sets:
encode observations to quantities, ground the rules in them, evaluate, tighten, evaluate again what was touched.
The semantics of a verdict are in one place, ``10_macros.sql``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import duckdb
import pandas as pd

from cuadra.checks.explain.explanation import Silence
from cuadra.checks.explain.system import System
from cuadra.checks.rule import Rule
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts import bounds, broken, grounding, screen, stated, together, told
from cuadra.checks.verdicts import component as group
from cuadra.checks.verdicts.around import surround
from cuadra.checks.verdicts.engine import ConfrontError, one, open_engine, read

__all__ = ["ConfrontError", "Confrontation", "confront"]

SCREEN_FROM = 50_000
"""From so many figures on, one pass that sets aside what plainly holds saves more than it costs."""


TABLES = {
    "tally": "90_tally", "finding": "91_finding", "bound": "92_bound", "term": "93_term", "figure": "94_figure",
    "counted": "95_counted", "broken": "96_broken", "judged": "97_judged", "shown": "98_shown",
}  # fmt: skip
"""What a confrontation answers with, and the SQL of each."""


class Verdicts(Protocol):
    """What is known of figures that were confronted, at once or part by part."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that were evaluated."""

    @property
    def tally(self) -> pd.DataFrame:
        """As of a `Confrontation`; so are the others."""

    @property
    def finding(self) -> pd.DataFrame:
        """One row per finding."""

    @property
    def bound(self) -> pd.DataFrame:
        """One row per quantity pinned."""

    @property
    def term(self) -> pd.DataFrame:
        """One row per term of a finding."""

    @property
    def broken(self) -> pd.DataFrame:
        """One row per broken table."""

    @property
    def fares(self) -> str:
        """The SQL of how each figure fares."""

    def counted(self) -> pd.DataFrame:
        """One row per rule and figure of a broken table."""


@dataclass(frozen=True)
class Confrontation:
    """The verdicts of one set of figures.

    ``tally`` has one row per rule and source, with the number of instances of each verdict (source ``several``
    where figures of more than one meet). ``finding`` has one row per instance that fails, is doubtful or open.
    ``bound`` has one row per quantity that the rules pin tighter than what is printed, with the rules that did.
    ``term`` has one row per term of each finding that fails or is doubtful, and ``figure`` one row per figure that was
    evaluated one by one, with the number of relations of each verdict that it is in.
    Each is read from the connection when it is first asked for, and raises ConfrontError once another confrontation
    has taken its tables.
    """

    con: duckdb.DuckDBPyConnection
    topic: Topic
    rules: tuple[Rule, ...]
    token: str = field(repr=False)

    @cached_property
    def tally(self) -> pd.DataFrame:
        """Counts of verdicts by rule and source."""
        return self._answer(TABLES["tally"])

    @cached_property
    def finding(self) -> pd.DataFrame:
        """What fails, is doubtful or open, largest gap first, with both sides and the observations behind."""
        frame = self._answer(TABLES["finding"])
        severity = {rule.name: rule.severity for rule in self.rules}
        frame["severity"] = frame["rule"].map(severity).astype(object)
        return frame

    @cached_property
    def bound(self) -> pd.DataFrame:
        """What the rules pin beyond what is printed, one row per quantity."""
        return self._answer(TABLES["bound"])

    @cached_property
    def term(self) -> pd.DataFrame:
        """What each failing or doubtful finding adds and compares, one row per term, in the order they are read."""
        return self._answer(TABLES["term"])

    @cached_property
    def figure(self) -> pd.DataFrame:
        """How each figure fares: its relations that hold, fail, are doubtful, restated or open."""
        return self._answer(TABLES["figure"])

    @cached_property
    def broken(self) -> pd.DataFrame:
        """The tables broken as a whole, one row per rule and source: of which only the widest relations are findings.

        ``tested`` relations, those that ``fails`` and are ``doubtful``, and how many of these are ``shown``.
        """
        return self._answer(TABLES["broken"])

    def counted(self) -> pd.DataFrame:
        """The figures in failing relations that are only counted, of broken tables: one row per rule and figure."""
        return self._answer(TABLES["counted"])

    @property
    def fares(self) -> str:
        """The SQL of ``figure``, for who keeps it where it is: there can be as many figures as there are."""
        return self.sql("figure")

    def sql(self, table: str) -> str:
        """The SQL of one of `TABLES`, for who keeps it where it is; ``finding`` without its severity."""
        self._check()
        return f"({read(TABLES[table]).rstrip().removesuffix(';')})"

    def compared(self) -> list[tuple[str, str]]:
        """Each register and indicator of which figures of other parts may say which figure is the likelier wrong."""
        self._check()
        return self.con.execute(
            "SELECT DISTINCT register, indicator FROM engine.component INNER JOIN engine.quantity USING (q) "
            "INNER JOIN engine.block USING (block) ORDER BY ALL"
        ).fetchall()

    def silences(self) -> dict[str, Silence]:
        """The findings that belong to a broken table by their keys; they are in no group, and none is explained."""
        self._check()
        return broken.silences(self.con)

    def system(self, component: int) -> System:
        """The relations, figures and shares of one connected group, for explaining."""
        self._check()
        return group.systems(self.con, {component})[component]

    def systems(self, groups: Collection[int] | None = None) -> dict[int, System]:
        """The same of every connected group in which something fails, or of those numbered so, by its number."""
        self._check()
        failing = group.failing(self.con)
        return group.systems(self.con, failing if groups is None else failing.intersection(groups))

    def _answer(self, name: str) -> pd.DataFrame:
        self._check()
        frame: pd.DataFrame = self.con.execute(read(name)).df()
        return frame

    def _check(self) -> None:
        try:
            found = self.con.execute("SELECT token FROM engine.opened").fetchall()
        except duckdb.CatalogException:
            found = []
        if found != [(self.token,)]:
            raise ConfrontError(
                "verdicts: expected the tables of this confrontation, got those of a later one. "
                "Read tally, finding and bound before the next one on the same connection."
            )


def confront(  # noqa: PLR0913 - what a confrontation is about
    con: duckdb.DuckDBPyConnection,
    topic: Topic,
    rules: Sequence[Rule],
    observations: str = "observation",
    *,
    screen_from: int = SCREEN_FROM,
    around: str | None = None,
    decided: Collection[tuple[str, str]] | None = None,
) -> Confrontation:
    """The verdicts of all rules on the figures of a table or view.

    The only thing made is a database in memory, ``engine``, attached beside the caller's; the next confrontation takes
    its place. One at a time works on one database, since all connections to it share what is attached.

    Args:
        con: any DuckDB connection, also to a database opened to be read only.
        topic: what the figures are about.
        rules: what must hold, of that topic.
        observations: the name of the relation, in the columns of the contract; ``observation_id`` is
            made where it is missing.
        screen_from: from how many figures on those are set aside first where every rule plainly holds. The
            answer is the same either way.
        around: the name of a relation of further figures, of other parts (``cuadra.checks.part``) and in force: what
            rows alike print says which figure is the likelier to be wrong. They are not evaluated.
        decided: the rules and sources that are broken as a whole, where these are a part of the figures only.

    Raises:
        ConfrontError: a bound that is no number or cannot be compared exactly, a unit that the topic does not have, or
            a database or schema of the caller's called ``engine``.
        TopicError: a unit of the topic that cannot be evaluated.
    """
    token = open_engine(con, topic, rules, observations, around)
    known = grounding.cells(con, topic)
    is_large = one(con, "SELECT count(*) FROM engine.given()") >= screen_from
    is_screened = is_large and screen.screen(con, topic, rules, known)
    _encode(con, topic, rules, is_screened=is_screened)
    bounds.evaluate(con)
    broken.bound(con, is_screened=is_screened, decided=decided)
    con.execute(read("80_side"))
    con.execute(read("80_finding"))
    if one(con, "SELECT count(*) FROM engine.block WHERE per <> ''"):
        con.execute(read("80_told"))
    together.decide(con)
    if is_screened and surround(con):
        _add(con, topic, rules)
    group.components(con)
    told.leave_out(con)
    together.name(con)
    if is_screened:
        con.execute(read("33_plain"))
    return Confrontation(con, topic, tuple(rules), token)


def relate(con: duckdb.DuckDBPyConnection, topic: Topic, rules: Sequence[Rule], observations: str) -> None:
    """Make the relations of all figures, their verdicts and what they pin, as `confront` does, and no findings.

    Raises:
        ConfrontError: as of `confront`.
        TopicError: as of `confront`.
    """
    open_engine(con, topic, rules, observations)
    grounding.cells(con, topic)
    _encode(con, topic, rules, is_screened=False)
    bounds.evaluate(con)


def _encode(con: duckdb.DuckDBPyConnection, topic: Topic, rules: Sequence[Rule], *, is_screened: bool) -> None:
    """Number what is looked at, and ground the rules in it."""
    con.execute(read("40_encode"))
    con.execute("INSERT INTO engine.placed FROM engine.located() UNION ALL FROM engine.ratio()")
    con.execute(read("42_share"))
    con.execute(read("43_stated"))
    con.execute(read("50_quantity"))
    if one(con, "SELECT count(*) FROM engine.unnamed_cell"):
        con.execute(read("51_unnamed"))
    grounding.blocks(con, topic)
    grounding.ground(con, is_first=True)
    stated.ground(con, topic, rules, is_screened=is_screened)
    if one(con, "SELECT count(*) FROM engine.unnamed_cell"):
        con.execute(read("62_unnamed"))


def _add(con: duckdb.DuckDBPyConnection, topic: Topic, rules: Sequence[Rule]) -> None:
    """Add what stands around a failing relation: it plainly holds, and says which figure is wrong."""
    screen.look(con, topic)
    con.execute(read("50_quantity"))
    grounding.blocks(con, topic)
    grounding.ground(con, is_first=False)
    stated.ground(con, topic, rules, is_screened=True)
    bounds.judge(con)
