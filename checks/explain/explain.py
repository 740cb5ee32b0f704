"""Which figures are probably wrong: the cheapest withdrawals that let the rest be true.

Fellegi and Holt (1976), over intervals.

Found by implicit hitting sets over one linear programme a group: infeasible, so a Farkas ray names a conflict, so the
cheapest sets that hit all conflicts, until feasible. All cheapest answers are listed. An explanation is a hypothesis.
"""

from collections.abc import Collection, Sequence

from cuadra.checks.explain import own
from cuadra.checks.explain.explanation import Answer, Conflict, Doubt, Explanation, Reason, Silence, Suspect, odds_of
from cuadra.checks.explain.hitting import TangledError, diagnose
from cuadra.checks.explain.linear import BudgetError
from cuadra.checks.explain.odds import score
from cuadra.checks.explain.suspect import Group, deciding, suspects
from cuadra.checks.explain.system import Claim, System
from cuadra.checks.explain.window import Window
from cuadra.checks.explain.witness import Witnesses

LARGEST = 20_000
"""Claims in one group at most; a larger group is a broken table, not a wrong figure."""

SHOWN_OF_TANGLED = 20
"""At most this many conflicts of a tangled group are shown."""

MOST_WORK = 3_000
"""Programmes solved for one group at most, a large one counted as several: work and not seconds, so that the same
input gives the same answer on every machine."""


class ExplainError(Exception):
    """A group that cannot be explained; never a verdict on data."""


def explain(system: System) -> Explanation:
    """All cheapest explanations of one group of figures, and for each of its findings its own, or why none.

    Raises:
        ExplainError: the rules contradict each other without any figure.
        SolverError: the solver ended in a way that says nothing.
    """
    if len(system.claims) > LARGEST:
        return silent(system, "too large")
    search = _Search(system)
    try:
        doubts = search.doubts()
    except BudgetError:
        return silent(system, "not decided")
    search.programme.most_work = 2 * MOST_WORK
    found = {finding.key: own.doubt(finding, system, search.programme, doubts) for finding in system.findings}
    search.programme.close()
    return Explanation(tuple(doubts), found)


def silent(system: System, reason: Reason) -> Explanation:
    """An explanation that says of every finding only why it has none."""
    return Explanation((), {finding.key: Silence(reason) for finding in system.findings})


class _Search:
    """The search for the cheapest withdrawals of one group; statements are its elements."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.window = Window(system)
        self.programme = self.window.programme
        self.programme.most_work = MOST_WORK
        self.witnesses = Witnesses(system)
        self.group = Group(system, self.window, self.witnesses)
        self.raw: dict[frozenset[int], set[int]] = {}
        self.made: dict[frozenset[int], Conflict] = {}

    def doubts(self) -> list[Doubt]:
        """The doubts of the group, one per independent group of conflicts."""
        try:
            answers, conflicts = diagnose(self._conflict_of, self.witnesses.weights)
        except TangledError as error:
            return [self._tangled(error.conflicts)]
        conflicts = [*conflicts, *self._fallen(answers)]
        first = [group[0] if group else frozenset() for group in answers]
        found = []
        for place, group in enumerate(answers):
            mine = [c for c in conflicts if any(c & answer for answer in group)] if group else conflicts
            rest = frozenset().union(*first[:place], *first[place + 1 :])
            found.append(self._doubt(group, rest, mine))
        return found

    def _conflict_of(self, withdrawn: Collection[int]) -> set[int] | None:
        found = self._members(self.witnesses.withdrawn(withdrawn))
        if found is None:
            return None
        if not found:
            raise ExplainError(
                "rules: expected that they can hold together, got a contradiction. See `cuadra rules --lint`."
            )
        blamed = self.witnesses.blamed(found)
        self.raw.setdefault(frozenset(blamed), found)
        return blamed

    def _members(self, withdrawn: Collection[int]) -> set[int] | None:
        """The claims of one conflict that remains; it is kept with its relations, as it may be shown whole."""
        while (members := self.programme.members(withdrawn)) is None:
            if not self.programme.is_decided:
                raise BudgetError("whole numbers: expected an answer, got none in so many branches.")
            if not self.window.reach(withdrawn):
                return None
        is_whole = self.programme.has_branched
        claims = {number for number in members if number >= 0}
        kept = self.programme.shrink(claims)
        if kept != claims:
            members = self.programme.members_of(kept)
            is_whole = self.programme.has_branched
            claims = {number for number in members if number >= 0}
        self.made.setdefault(frozenset(claims), own.made(self.system, members, is_whole=is_whole))
        return claims

    def _doubt(self, group: list[frozenset[int]], rest: frozenset[int], mine: list[frozenset[int]]) -> Doubt:
        conflicts = self._conflicts(mine)
        made = [suspects(self.group, answer, rest, conflicts) for answer in group]
        summed = {claim for each in conflicts if each.relations for claim in each.claims}
        scores = [self._score(answer, found, summed) for answer, found in zip(group, made, strict=True)]
        ordered = sorted(zip(odds_of(scores), made, strict=True), key=lambda pair: -pair[0])
        answers = tuple(Answer(found, odds) for odds, found in ordered)
        return Doubt(answers, conflicts, decider=deciding(self.system, answers))

    def _score(self, answer: frozenset[int], found: Sequence[Suspect], summed: set[Claim]) -> float:
        """The log odds of an answer: what its withdrawals cost, and what speaks for each suspect.

        Of two statements of one quantity the later may be a new edition's: there, what is near decides nothing.
        """
        cost = sum(self.witnesses.weights[place] for place in answer)
        near = self.system.near
        return -cost + sum(
            score(each, near.get(each.claim.quantity) if summed & {each.claim, *each.echoes} else None)
            for each in found
        )

    def _conflicts(self, found: list[frozenset[int]]) -> tuple[Conflict, ...]:
        """The conflicts found, the smallest first."""
        made = dict.fromkeys(self.made[frozenset(self.raw[each])] for each in found)
        return tuple(sorted(made, key=lambda each: len(each.claims)))

    def _tangled(self, found: list[frozenset[int]]) -> Doubt:
        smallest = sorted(found, key=lambda c: len(self.raw[c]))[:SHOWN_OF_TANGLED]
        return Doubt((), self._conflicts(smallest), is_tangled=True)

    def _fallen(self, answers: list[list[frozenset[int]]]) -> list[frozenset[int]]:
        """Conflicts of claims that were withdrawn with what they rest on; reported as well."""
        withdrawn = self.witnesses.withdrawn({place for group in answers for answer in group for place in answer})
        found = []
        resting = [number for number in withdrawn if self.witnesses.parents[self.witnesses.statement[number]]]
        for number in sorted(resting):
            conflict = self._members(withdrawn - {number})
            if conflict and number in conflict:
                blamed = frozenset(self.witnesses.blamed(conflict))
                self.raw.setdefault(blamed, conflict)
                found.append(blamed)
        return found
