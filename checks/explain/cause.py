"""Causes: what findings come down to, so that one wrong figure is one story and not one a relation."""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from cuadra.checks.explain.explanation import Answer, Broken, Doubt, Silence
from cuadra.checks.topic import BLOCK

Kind = Literal["one", "either", "tangled", "none"]
"""``one``: one figure, or figures that repeat it, is probably wrong; ``either``: one of several. Where none can be
named, findings are grouped by their table: ``tangled`` where too much contradicts, ``none`` otherwise."""

KINDS: tuple[Kind, ...] = ("one", "either", "tangled", "none")
"""The kinds of a cause, the most certain first."""

_ENDS = ("left_lower", "left_upper", "right_lower", "right_upper")

Explained = Mapping[str, Doubt | Silence]


@dataclass(frozen=True)
class Grounds:
    """What is known of a finding: its verdict, table, figures, sources, and how far apart its two sides are.

    ``table`` is the register, indicator, area and period that it is about.
    """

    finding: str
    verdict: str
    table: tuple[str, ...]
    observations: frozenset[str]
    sources: frozenset[str]
    gap: float
    relative_gap: float


@dataclass(frozen=True)
class Cause:
    """What one or more findings come down to.

    ``observations`` are the suspects, none where none can be named; the key stays the same while they do.
    ``findings`` are the relations that it breaks, the widest gap first. ``odds`` are those of the suspect.
    """

    key: str
    kind: Kind
    verdict: str
    findings: tuple[str, ...]
    observations: tuple[str, ...]
    sources: tuple[str, ...]
    gap: float
    relative_gap: float
    odds: float = 0.0


def relative(gap: float, ends: Iterable[float | None]) -> float:
    """A gap as a part of the largest number among the ends of both sides; 0 where there is none."""
    largest = max((abs(end) for end in ends if end is not None and math.isfinite(end)), default=0.0)
    return gap / largest if largest else 0.0


def causes(grounds: Sequence[Grounds], explained: Explained) -> list[Cause]:
    """The causes of these findings, the first to look at first: certain, then many relations, then a wide gap.

    A finding with one answer is under its suspect. One with several is under the likeliest of them that is blamed alone
    elsewhere, or else together with the findings that have the same ones. One without an answer of its own is under the
    only suspect among its figures, or else under its table. What is doubtful is under its table, apart. A table
    broken as a whole is one cause a rule.
    """
    failing = [each for each in grounds if each.verdict == "fails"]
    alone = {each.finding: named for each in failing if (named := _alone(explained.get(each.finding)))}
    blamed = set(alone.values())
    groups: defaultdict[tuple[Kind, str, tuple[str, ...]], list[Grounds]] = defaultdict(list)
    for each in grounds:
        if broken := _broken(explained.get(each.finding)):
            groups["tangled", "broken", (broken.rule, broken.source)].append(each)
            continue
        if each.verdict != "fails":
            groups["none", "doubtful", each.table].append(each)
            continue
        about = explained.get(each.finding)
        suspects = alone.get(each.finding) or _blamed_elsewhere(each, about, blamed)
        if suspects:
            groups["one", "", suspects].append(each)
        elif isinstance(about, Doubt) and about.answers:
            groups["either", "", _names(about.answers)].append(each)
        else:
            is_tangled = about.is_tangled if isinstance(about, Doubt) else about == Silence("tangled")
            groups["tangled" if is_tangled else "none", "fails", each.table].append(each)
    made = [_made(kind, apart, names, found, explained) for (kind, apart, names), found in groups.items()]
    return sorted(made, key=_place)


def of_findings(found: pd.DataFrame, explained: Explained) -> list[Cause]:
    """The causes of findings as a confrontation has them, those that fail or are doubtful."""
    grounds = [
        Grounds(
            row["finding"],
            row["verdict"],
            tuple(str(row[name]) for name in BLOCK),
            frozenset((row["observations"] or "").split()),
            frozenset((row["source"] or "").split()),
            row["gap"],
            relative(row["gap"], (row[name] for name in _ENDS)),
        )
        for row in found.to_dict("records")
    ]
    return causes(grounds, explained)


def _place(cause: Cause) -> tuple[bool, int, int, float, float, str]:
    return (
        cause.verdict != "fails",
        KINDS.index(cause.kind),
        -len(cause.findings),
        -cause.odds,
        -cause.relative_gap,
        cause.key,
    )


def _made(kind: Kind, apart: str, names: tuple[str, ...], found: Sequence[Grounds], explained: Explained) -> Cause:
    """One cause of the findings that were grouped by the same names: of suspects, or of a table."""
    ordered = sorted(found, key=lambda each: (-each.gap, each.finding))
    return Cause(
        key=hashlib.sha256("|".join((kind, apart, *names)).encode()).hexdigest()[:12],
        kind=kind,
        verdict=ordered[0].verdict,
        findings=tuple(each.finding for each in ordered),
        observations=names if kind in ("one", "either") else (),
        sources=tuple(sorted({source for each in found for source in each.sources})),
        gap=ordered[0].gap,
        relative_gap=max(each.relative_gap for each in found),
        odds=max((_odds(explained.get(each.finding), names) for each in found), default=0.0),
    )


def _broken(about: Doubt | Silence | None) -> Broken | None:
    """The counts of the table that the finding is of, where that is broken as a whole."""
    return about.broken if isinstance(about, Silence) else None


def _alone(about: Doubt | Silence | None) -> tuple[str, ...] | None:
    """The suspects of the one answer that may be named."""
    named = about.named if isinstance(about, Doubt) else None
    return _names([named]) if named else None


def _blamed_elsewhere(
    ground: Grounds, about: Doubt | Silence | None, blamed: set[tuple[str, ...]]
) -> tuple[str, ...] | None:
    """The suspects blamed alone elsewhere that this finding comes down to as well; none where that is not plain."""
    if isinstance(about, Doubt):
        return next((names for answer in about.answers if (names := _names([answer])) in blamed), None)
    if about != Silence("no conflict of its own"):
        return None
    mine = [names for names in blamed if ground.observations & set(names)]
    return mine[0] if len(mine) == 1 else None


def _names(answers: Iterable[Answer]) -> tuple[str, ...]:
    """The observations that these answers doubt, and those that repeat the same statement."""
    return tuple(
        sorted({
            claim.observation_id
            for answer in answers
            for suspect in answer.suspects
            for claim in (suspect.claim, *suspect.echoes)
        })
    )  # fmt: skip


def _odds(about: Doubt | Silence | None, names: tuple[str, ...]) -> float:
    answers = about.answers if isinstance(about, Doubt) else ()
    return max((answer.odds for answer in answers if set(_names([answer])) <= set(names)), default=0.0)
