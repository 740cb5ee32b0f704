"""What an explanation consists of: doubts, their answers, the suspects of each, and what may have happened."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from cuadra.checks.explain.system import Claim
from cuadra.checks.intervals import Interval


class Hypothesis(NamedTuple):
    """One slip: its kind, the number or quantity it leads to, and the claims that speak for it."""

    kind: str
    number: float | None = None
    quantity: str | None = None
    fits: Interval | None = None
    claims: tuple[Claim, ...] = ()
    ratio: float | None = None


@dataclass(frozen=True)
class Suspect:
    """A claim that may be wrong, the numbers that would be consistent in its place, and what may have happened.

    ``fits`` are counts; for a share of another quantity, percent.
    """

    claim: Claim
    fits: Interval
    hypotheses: tuple[Hypothesis, ...] = ()


@dataclass(frozen=True)
class Answer:
    """One cheapest set of claims to withdraw, with its odds among the cheapest sets of its conflict."""

    suspects: tuple[Suspect, ...]
    odds: float


@dataclass(frozen=True)
class Doubt:
    """One independent group of conflicts: its answers, and its conflicts as minimal sets of claims.

    A tangled one has no answers, and only some of its conflicts: too much contradicts for one figure to be named.
    """

    answers: tuple[Answer, ...]
    conflicts: tuple[tuple[Claim, ...], ...] = field(default=())
    is_tangled: bool = False

    def about(self, observation_ids: set[str], *, is_among: bool) -> "Doubt":
        """The conflicts among or with these observations, and of each answer the suspects that stand in one."""
        named = [(conflict, {claim.observation_id for claim in conflict}) for conflict in self.conflicts]
        conflicts = tuple(
            conflict for conflict, names in named if (names <= observation_ids if is_among else names & observation_ids)
        )
        members = {claim.observation_id for conflict in conflicts for claim in conflict}
        members |= {claim.stated_of for conflict in conflicts for claim in conflict if claim.stated_of}
        odds: dict[tuple[Suspect, ...], float] = {}
        for answer in self.answers:
            suspects = tuple(each for each in answer.suspects if each.claim.observation_id in members)
            odds[suspects] = odds.get(suspects, 0.0) + answer.odds
        odds.pop((), None)
        answers = tuple(Answer(suspects, chance) for suspects, chance in odds.items())
        return Doubt(answers, conflicts, self.is_tangled)


@dataclass(frozen=True)
class Explanation:
    """What to doubt in one connected group: one entry per independent group of conflicts; none when all fits."""

    doubts: tuple[Doubt, ...]

    def about(self, observation_ids: Collection[str]) -> "Explanation":
        """Only what concerns these observations: conflicts among them, or else with them, and their suspects."""
        wanted = set(observation_ids)
        for is_among in (True, False):
            doubts = tuple(d for each in self.doubts if (d := each.about(wanted, is_among=is_among)).conflicts)
            if doubts:
                return Explanation(doubts)
        return Explanation(())
