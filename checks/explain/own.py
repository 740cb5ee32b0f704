"""The conflict that a finding itself is part of: never another finding's."""

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

from cuadra.checks.explain.derivation import Bounds
from cuadra.checks.explain.explanation import Answer, Conflict, Doubt, Reason, Silence, Suspect
from cuadra.checks.explain.linear import BudgetError, Programme
from cuadra.checks.explain.suspect import deciding
from cuadra.checks.explain.system import Claim, Finding, System

_SAME = 1e-7
"""Sums that differ by less are the same."""

_MOST_OTHERS = 40
"""Conflicts of other findings set aside, at most, to reach a finding's own."""


def conflict(system: System, programme: Programme, claims: Collection[int]) -> Conflict:
    """The conflict of these claims, none of which can be spared, with the relations it breaks."""
    members = programme.members_of(claims)
    relations = (owner for owner in members if owner < 0)
    return made(system, {*claims, *relations}, is_whole=programme.has_branched)


def made(system: System, members: Collection[int], *, is_whole: bool) -> Conflict:
    """A conflict from the numbers of its claims, and the negative ones of its relations."""
    return Conflict(
        tuple(system.claims[number] for number in sorted(members) if number >= 0),
        tuple(system.relations[-1 - number] for number in sorted(members, reverse=True) if number < 0),
        is_whole,
    )


def doubt(finding: Finding, system: System, programme: Programme, doubts: Sequence[Doubt]) -> Doubt | Silence:
    """The doubt about one finding: its own conflict first, and the answers that bear on it; or why there is none."""
    try:
        found = _direct(finding, system) or _known(finding, system, doubts) or _found(finding, system, programme)
    except BudgetError:
        return Silence("not decided")
    if found is None:
        return Silence("no conflict of its own")
    if any(each.is_tangled for each in doubts):
        return Doubt((), (found,), is_tangled=True)
    return _about(found, system, doubts)


def _about(found: Conflict, system: System, doubts: Sequence[Doubt]) -> Doubt | Silence:
    """The answers of the doubt that bears on a conflict most, each cut to the suspects that do."""
    members = {claim.observation_id for claim in found.claims}
    members |= {name for claim in found.claims for name in (*claim.computed_from, claim.stated_of or "")}
    best: dict[tuple[str, ...], Answer] = {}
    best_odds = 0.0
    for each in doubts:
        kept: dict[tuple[str, ...], Answer] = {}
        for answer in each.answers:
            suspects = tuple(suspect for suspect in answer.suspects if members & _observations([suspect]))
            key = tuple(suspect.claim.observation_id for suspect in suspects)
            if suspects:
                before = kept.get(key)
                beside = _beside(suspects, answer, each.conflicts)
                # Where they can be wrong by themselves in one answer, nothing has to be wrong beside them.
                both = (*before.beside, *beside) if before and before.beside and beside else ()
                odds = answer.odds + (before.odds if before else 0.0)
                kept[key] = Answer(suspects, odds, tuple(dict.fromkeys(both if before else beside)))
        odds = sum(answer.odds for answer in kept.values())
        if odds > best_odds + 1e-9:
            best, best_odds = kept, odds
    if not best:
        reason: Reason = "no figure to doubt"
        return Silence(reason)
    answers = sorted((replace(each, odds=each.odds / best_odds) for each in best.values()), key=lambda a: -a.odds)
    others = tuple(
        each
        for known in doubts
        for each in known.conflicts
        if each != found and members & {claim.observation_id for claim in each.claims}
    )
    return Doubt(tuple(answers), (found, *others), decider=deciding(system, answers))


def _beside(suspects: Sequence[Suspect], answer: Answer, conflicts: Sequence[Conflict]) -> list[Claim]:
    """The other suspects of an answer without which these could not be wrong.

    They are in a conflict without these, of relations about what these are about: what would be consistent in place of
    these contradicts it.
    """
    mine, about = _observations(suspects), {suspect.claim.quantity for suspect in suspects}
    through = set()
    for each in conflicts:
        names = {claim.observation_id for claim in each.claims}
        if not names & mine and any(about & {name for name, _ in relation.terms} for relation in each.relations):
            through |= names
    return [each.claim for each in answer.suspects if each not in suspects and through & _observations([each])]


def _observations(suspects: Sequence[Suspect]) -> set[str]:
    """What states these, and what repeats the same statements."""
    return {claim.observation_id for each in suspects for claim in (each.claim, *each.echoes)}


def _direct(finding: Finding, system: System) -> Conflict | None:
    """The conflict of a relation with the figures behind it of its own quantities; none where it takes more."""
    if finding.relation is None:
        return None
    relation = system.relations[finding.relation]
    said = {
        name: [
            (number, claim)
            for number, claim in system.numbered_of[name]
            if claim.base is None and claim.observation_id in finding.claims
        ]
        for name, _ in relation.terms
    }

    def is_broken(kept: Collection[int]) -> bool:
        least = most = 0.0
        for name, a in relation.terms:
            mine = [claim for number, claim in said[name] if number in kept]
            low = max((each.lower for each in mine), default=-math.inf)
            high = min((each.upper for each in mine), default=math.inf)
            ends = a * (low if name in system.signed else max(low, 0.0)), a * high
            least, most = least + min(ends), most + max(ends)
        return least > relation.upper + _SAME or most < relation.lower - _SAME

    kept = {number for claims in said.values() for number, _ in claims}
    if not is_broken(kept):
        return None
    for number in sorted(kept):
        if is_broken(kept - {number}):
            kept.discard(number)
    return made(system, {*kept, -1 - finding.relation}, is_whole=False)


def _known(finding: Finding, system: System, doubts: Sequence[Doubt]) -> Conflict | None:
    """The smallest conflict already found that the finding is part of, of figures behind it where there is one."""
    relation = None if finding.relation is None else system.relations[finding.relation]

    def size(each: Conflict) -> tuple[int, int, int]:
        beside = sum(claim.observation_id not in finding.claims for claim in each.claims)
        return len(each.claims), beside, len(each.relations)

    for conflict_ in sorted((c for each in doubts for c in each.conflicts), key=size):
        if relation is not None:
            if any(each is relation for each in conflict_.relations):
                return conflict_
        elif finding.share is not None:
            if any(claim.observation_id == finding.share for claim in conflict_.claims):
                return conflict_
        elif not conflict_.relations and all(claim.quantity == finding.quantity for claim in conflict_.claims):
            return conflict_
    return None


def _found(finding: Finding, system: System, programme: Programme) -> Conflict | None:
    """A conflict with the finding in it; none when there is none, or none within the search."""
    subject = _subject(finding, system)
    everything = {
        number
        for number in programme.owners
        if number >= 0
        and (subject is not None or finding.quantity is None or system.claims[number].quantity == finding.quantity)
    }
    behind = {number for number in everything if system.claims[number].observation_id in finding.claims} or everything
    starts = (behind, everything) if behind != everything else (everything,)
    if subject is not None:
        for start in starts:
            members = _derived(subject, start, system, programme)
            if members is not None:
                return made(system, members, is_whole=programme.has_branched)
    for start in starts:
        found = _with_subject(set(start), subject, programme, system)
        if found is not None:
            return conflict(system, programme, found)
    return None


def _derived(subject: int, start: Collection[int], system: System, programme: Programme) -> set[int] | None:
    """The members of a minimal conflict with the subject in it, by the bounds that make it fail.

    Bounds that already contradict each other without it are derived anew, with one claim less.
    """
    near, left = _touched(subject, system), set(start)
    looked = programme.owners
    for _ in range(_MOST_OTHERS):
        owners = _owners(subject, left, system, programme)
        if owners is None:
            return None
        claims = {owner for owner in owners if owner >= 0}
        aside = {number for number in looked if number < 0} - owners
        other = programme.conflict({number for number in looked if number >= 0} - claims | aside | {subject})
        if other is None:
            members = programme.members_of(programme.shrink(claims, {subject} & claims, aside), aside)
            return members if subject in members else None
        far = [number for number in other if system.claims[number].quantity not in near]
        if not far:
            return None
        left.discard(max(far))
    return None


def _owners(subject: int, start: Collection[int], system: System, programme: Programme) -> set[int] | None:
    """The subject, and the claims and relations whose bounds make it fail."""
    owned = [(row[3], row) for row in programme.rows if row[3] is not None and (row[3] < 0 or row[3] in start)]
    # Relations first, each in its order in the group, whenever it came into the programme.
    rows = [row for _, row in sorted(owned, key=lambda pair: (pair[0] >= 0, abs(pair[0])))]
    lowest = {name: -math.inf if name in system.signed else 0.0 for name in programme.column}
    bounds = Bounds(lowest, {name for name in programme.column if name not in system.amounts})
    mine = [row for row in rows if row[3] == subject]
    found = bounds.first_broken(mine, [row for row in rows if row[3] != subject])
    return None if found is None else found | {subject}


def _subject(finding: Finding, system: System) -> int | None:
    """The number in the programme of what the conflict must contain: a relation or a share; none for any conflict."""
    if finding.relation is not None:
        return -1 - finding.relation
    if finding.share is not None:
        return next((n for n, claim in enumerate(system.claims) if claim.observation_id == finding.share), None)
    return None


def _with_subject(kept: set[int], subject: int | None, programme: Programme, system: System) -> set[int] | None:
    """Claims of a minimal conflict that contains the subject."""
    everything = {number for number in programme.owners if number >= 0}
    if subject is not None:
        near = _touched(subject, system)
        for _ in range(_MOST_OTHERS):
            other = programme.conflict((everything - kept) | {subject})
            if other is None:
                break
            far = [n for n in other if system.claims[n].quantity not in near] or sorted(other)
            if not far:
                return None
            kept.discard(max(far))
        else:
            return None
    if programme.conflict(everything - kept) is None:
        return None
    return programme.shrink(kept, {subject} & kept if subject is not None else ())


def _touched(subject: int, system: System) -> set[str]:
    """The quantities that a relation or a claim is about."""
    if subject < 0:
        return {name for name, _ in system.relations[-1 - subject].terms}
    claim = system.claims[subject]
    return {claim.quantity, claim.base or claim.quantity}
