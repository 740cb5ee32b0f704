"""Real corrections from the histories of public tables: is the figure that was corrected named?

usage: python tests/benchmarks/bench_corrections.py      (the cases: CUADRA_REAL_CORRECTIONS, or the shared file)

Printed on the clean cases: a wrong figure named, the wrong set a best answer; where one figure was wrong, also
right first, right among three, named alone and right. On the silent ones, in which no sum was broken: accused.
All cells of a file are one table: its other dates are neighbours in time, its other rows may be alike.
"""

import json
import math
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from cuadra.checks.explain.explain import explain
from cuadra.checks.explain.explanation import Answer
from cuadra.checks.explain.system import Claim, Near, Relation, System

CASES = os.environ.get("CUADRA_REAL_CORRECTIONS") or str(
    Path(os.environ.get("CUADRA_SHARED") or Path(__file__).parents[3] / "shared") / "cases" / "real_corrections.json"
)
RISING = ("cumulative", "todate")
"""What the names of files and columns say of series that add up day by day."""

Cell = dict[str, Any]
Case = dict[str, Any]


class Score(NamedTuple):
    """What became of the cases; ``first`` and ``three`` count a tie by the chance of drawing the right one."""

    clean: int
    named: int
    best: int
    single: int
    single_best: int
    first: float
    three: float
    alone: int
    alone_right: int
    silent: int
    accused: int
    milliseconds: float


def score(cases: Sequence[Case]) -> Score:
    """How many of the corrections the engine finds."""
    tables: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for case in cases:
        tables[case["repo"], case["path"]] += case["cells"]
    counts: dict[str, float] = defaultdict(float)
    spent = []
    for case in cases:
        group = system(case, tables[case["repo"], case["path"]])
        start = time.perf_counter()
        doubts = explain(group).doubts
        spent.append(1000 * (time.perf_counter() - start))
        if case["quality"] == "silent":
            counts["silent"] += 1
            counts["accused"] += bool(doubts)
        if case["quality"] != "clean":
            continue
        wrong = {each["id"] for each in case["changed"]}
        answers = [answer for doubt in doubts for answer in doubt.answers]
        counts["clean"] += 1
        counts["named"] += any(wrong & _names(answer) for answer in answers)
        counts["best"] += _is_best(wrong, doubts)
        if len(wrong) == 1:
            counts["single"] += 1
            _single(wrong, doubts, counts)
    return Score(**{name: counts[name] for name in Score._fields[:-1]}, milliseconds=median(spent))


def _single(wrong: set[str], doubts: Sequence[Any], counts: dict[str, float]) -> None:
    """Count a case with one wrong figure."""
    mine = next((doubt for doubt in doubts if any(_names(a) == wrong for a in doubt.answers)), None)
    named = [doubt.named for doubt in doubts if doubt.named is not None]
    counts["alone"] += bool(named)
    counts["alone_right"] += any(_names(answer) == wrong for answer in named)
    if mine is None:
        return
    odds = next(answer.odds for answer in mine.answers if _names(answer) == wrong)
    ahead = sum(answer.odds > odds + 1e-9 for answer in mine.answers)
    level = sum(abs(answer.odds - odds) <= 1e-9 for answer in mine.answers)
    counts["single_best"] += 1
    counts["first"] += (not ahead) / level
    counts["three"] += max(0.0, min(1.0, (3 - ahead) / level))


def _is_best(wrong: set[str], doubts: Sequence[Any]) -> bool:
    """Whether the wrong figures are one choice of answers, one of each doubt."""
    left = set(wrong)
    for doubt in doubts:
        mine = next((names for answer in doubt.answers if (names := _names(answer)) <= left), None)
        if mine is None:
            return False
        left -= mine
    return not left and bool(doubts)


def _names(answer: Answer) -> set[str]:
    return {suspect.claim.observation_id for suspect in answer.suspects}


def system(case: Case, table: Sequence[Cell]) -> System:
    """The cells as claims, the sums as relations, and of each cell what its table has near it."""
    quantities = tuple(cell["id"] for cell in case["cells"])
    relations = tuple(
        Relation(each["kind"], (*((part, 1.0) for part in each["parts"]), (each["whole"], -1.0)), 0.0, 0.0)
        for each in case["relations"]
    )
    claims = tuple(
        Claim(
            cell["id"], cell["id"], cell["value"], cell["value"], cell["value"], cell["value"],
            says=str(cell["value"]), place=f"{cell['labels'].get('row')} {cell['labels'].get('col')}", source="table",
        )
        for cell in case["cells"]
    )  # fmt: skip
    others = _rows(table)
    near = {cell["id"]: _near(cell, table, others, case["path"]) for cell in case["cells"]}
    return System(quantities, relations, claims, near=near)


def _near(cell: Cell, table: Sequence[Cell], rows: dict[tuple[str, ...], dict[str, float]], path: str) -> Near:
    labels = cell["labels"]
    is_rising = any(word in f"{path} {labels['col']}" for word in RISING)
    before = after = None
    mine = _day(labels.get("date"))
    for other in table:
        day = _day(other["labels"].get("date"))
        if mine is None or day in {None, mine} or _without_day(other["labels"]) != _without_day(labels):
            continue
        if day < mine and (before is None or day > before[0]):
            before = (day, other["value"])
        if day > mine and (after is None or day < after[0]):
            after = (day, other["value"])
    passed = (mine - before[0]).days / (after[0] - before[0]).days if mine and before and after else 0.5
    return Near(before and before[1], after and after[1], passed, tuple(_alike(cell, rows)), is_cumulative=is_rising)


def _alike(cell: Cell, rows: dict[tuple[str, ...], dict[str, float]]) -> Iterable[float]:
    """What the three rows most like this one have in the column, by the other columns of the row."""
    column, key = cell["labels"]["col"], _row(cell["labels"])
    mine = {name: value for name, value in rows[key].items() if name != column}
    if not mine:
        return []
    found = [
        (sum(abs(math.log((value + 1) / (row[name] + 1))) for name, value in mine.items()), row[column])
        for other, row in rows.items()
        if other != key and column in row and mine.keys() <= row.keys()
    ]
    return [value for _, value in sorted(found)[:3]]


def _rows(table: Sequence[Cell]) -> dict[tuple[str, ...], dict[str, float]]:
    rows: dict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
    for cell in table:
        rows[_row(cell["labels"])][cell["labels"]["col"]] = cell["value"]
    return rows


def _row(labels: dict[str, Any]) -> tuple[str, ...]:
    return tuple(f"{name}={value}" for name, value in sorted(labels.items()) if name not in {"row", "col"})


def _without_day(labels: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in labels.items() if name not in {"row", "date"}}


def _day(text: str | None) -> date | None:
    for form in ("%d-%m-%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text or "", form).date()
        except ValueError:
            continue
    return None


def main() -> None:
    """Print the score."""
    got = score(json.loads(Path(CASES).read_text(encoding="utf-8")))
    print(
        f"clean cases {got.clean:.0f}: a wrong figure named {got.named:.0f}, the wrong set a best answer {got.best:.0f}"
    )
    print(
        f"one wrong figure {got.single:.0f}: in a best answer {got.single_best / got.single:.0%} (100% wanted), "
        f"first {got.first / got.single:.1%} (55% wanted), among three {got.three / got.single:.1%} (72% wanted)"
    )
    print(f"named alone {got.alone:.0f}, right {got.alone_right:.0f} (95 of 100 wanted)")
    print(
        f"silent cases {got.silent:.0f}: accused {got.accused:.0f} (0 wanted); median {got.milliseconds:.1f} ms a case"
    )


if __name__ == "__main__":
    main()
