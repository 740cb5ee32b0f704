"""What an explanation consists of: conflicts, suspects, answers with their odds, and why nothing can be said."""

import math
from dataclasses import dataclass, field
from typing import Literal

from cuadra.checks.explain.hypothesis import Hypothesis
from cuadra.checks.explain.system import Claim, Relation
from cuadra.checks.intervals import Interval

NAMED_FROM = 0.8
"""Odds from which one answer of several is named; below, it is one of these."""

SHOWN = 5
"""Answers shown, the likeliest first; those that are always shown come on top of it."""

_EVEN = 0.02
"""Odds that differ by less are called equal."""

Unit = Literal["count", "percent", "growth"]

Reason = Literal[
    "no conflict of its own", "no figure to doubt", "tangled", "too large", "broken table", "not decided", "solver",
    "not evaluated",
]  # fmt: skip
"""Why a finding has no explanation.

``no conflict of its own``: its relation is in no conflict of the figures; another finding has the conflict.
``no figure to doubt``: every figure in the conflict is one that is never blamed (a suppressed count).
``tangled``: too much of the group contradicts for one figure to be named. ``too large``: the group exceeds the limit.
``broken table``: so much of its table breaks the rule that no figure of it is to blame.
``not decided``: the search stopped at its limit. ``solver``: the solver failed. ``not evaluated``: not searched.
"""


@dataclass(frozen=True)
class PossibleShare:
    """The nearest share that a whole number of a whole base allows, and the bases near it that fit the printed one."""

    part: int
    base: int
    percent: float
    bases: tuple[int, ...] = ()


@dataclass(frozen=True)
class Suspect:
    """A claim that may be wrong, the numbers that would be consistent in its place, and what may have happened.

    ``fits`` is in ``unit``: counts; percent for a share; percent of change for growth. ``echoes`` are the claims
    that repeat the same statement, and ``falls`` those that are withdrawn with it (shares of it, sums of it).
    """

    claim: Claim
    fits: Interval
    hypotheses: tuple[Hypothesis, ...] = ()
    unit: Unit = "count"
    echoes: tuple[Claim, ...] = ()
    falls: tuple[Claim, ...] = ()
    is_total: bool = False
    possible: PossibleShare | None = None


@dataclass(frozen=True)
class Answer:
    """One cheapest set of claims to withdraw, with its odds among the cheapest sets of its conflict.

    One of the claims in ``beside`` would be wrong as well: together they still contradict what would be consistent.
    """

    suspects: tuple[Suspect, ...]
    odds: float
    beside: tuple[Claim, ...] = ()

    @property
    def is_always_shown(self) -> bool:
        """Whether it is shown whatever its odds: the total of a broken sum, or a transposition of digits."""
        return any(
            suspect.is_total or any(each.kind in ("swapped digits", "swapped figures") for each in suspect.hypotheses)
            for suspect in self.suspects
        )


@dataclass(frozen=True)
class Conflict:
    """Claims that cannot all be true, none of which can be spared, and the relations they break.

    ``is_whole`` says that fractions would satisfy it, and only whole numbers do not.
    """

    claims: tuple[Claim, ...]
    relations: tuple[Relation, ...] = ()
    is_whole: bool = False


@dataclass(frozen=True)
class Decider:
    """A figure that would decide between the answers.

    ``sum``: a figure of ``quantity``, which nobody states and which only some suspects are part of.
    ``source``: another source's own figures of ``quantity``, the likeliest suspect.
    """

    kind: Literal["sum", "source"]
    quantity: str


@dataclass(frozen=True)
class Doubt:
    """One independent group of conflicts: its answers, the likeliest first, and its conflicts, the smallest first.

    A tangled one has no answers, and only some of its conflicts: too much contradicts for one figure to be named.
    """

    answers: tuple[Answer, ...]
    conflicts: tuple[Conflict, ...] = field(default=())
    is_tangled: bool = False
    decider: Decider | None = None

    @property
    def named(self) -> Answer | None:
        """The one answer that may be named alone: the only one, or one with odds of 0.8 or more."""
        return self.answers[0] if self.answers and self.answers[0].odds >= NAMED_FROM else None

    @property
    def is_even(self) -> bool:
        """Whether all answers are as likely as each other."""
        odds = [answer.odds for answer in self.answers]
        return len(odds) < 2 or max(odds) - min(odds) <= _EVEN * max(odds)

    def shown(self, most: int = SHOWN) -> tuple[Answer, ...]:
        """The answers to show, the likeliest first: so many, and those that are always shown."""
        return tuple(answer for place, answer in enumerate(self.answers) if place < most or answer.is_always_shown)


@dataclass(frozen=True)
class Broken:
    """How much of a source's figures (``several`` of more than one) breaks a rule, where it breaks as a whole.

    Of the ``tested`` relations so many fail and so many are doubtful; the widest ``shown`` of these are findings.
    """

    rule: str
    source: str
    tested: int
    fails: int
    doubtful: int
    shown: int


@dataclass(frozen=True)
class Silence:
    """Why a finding has no explanation; ``broken`` has the counts of its table where that is broken as a whole."""

    reason: Reason
    broken: Broken | None = None


@dataclass(frozen=True)
class Explanation:
    """What to doubt in one connected group: one entry per independent group of conflicts; none when all fits.

    ``by_finding`` has, for each finding of the group by its key, a doubt whose first conflict contains the
    finding's own relation, or why there is none.
    """

    doubts: tuple[Doubt, ...]
    by_finding: dict[str, Doubt | Silence] = field(default_factory=dict)

    def about(self, finding: str) -> Doubt | Silence:
        """What explains this finding and no other; why nothing does, where nothing can be said."""
        return self.by_finding.get(finding, Silence("not evaluated"))


def odds_of(scores: list[float]) -> list[float]:
    """The odds of answers from their log odds; they sum to one."""
    best = max(scores, default=0.0)
    parts = [math.exp(score - best) for score in scores]
    return [part / sum(parts) for part in parts]
