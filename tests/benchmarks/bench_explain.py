"""Planted errors: how many are found, how many sound groups are accused, and what an explanation costs beside a MILP.

usage: python tests/benchmarks/bench_explain.py [GROUPS] [PLANTED] [LINKED]
(default: 20000 1212 1000000; 21 and 24 figures a group, then so many figures of linked tables)
"""

import math
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import duckdb
import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

sys.path.insert(0, str(Path(__file__).parents[2]))

from cuadra.checks import topic
from cuadra.checks.explain.explain import explain
from cuadra.checks.explain.explanation import Explanation, Silence
from cuadra.checks.explain.many import explain_each, several
from cuadra.checks.explain.rows import rows_of_claim
from cuadra.checks.explain.system import System
from cuadra.checks.observation import columns
from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront
from cuadra.flows.explaining import side_by_side
from tests.benchmarks.linked import make

MILP_SECONDS = 10
"""What a mixed-integer programme may take."""

SEXES, AGES, COUNTRIES = ("F", "M"), ("Y0T17", "Y_GE18"), ("NATIONAL", "VEN", "ECU", "COL")


def main(groups: int, planted: int, *, with_totals: bool) -> None:
    """Print what was found, the cost of an explanation, and the ratio to a mixed-integer programme."""
    print("tables with a total for every row:" if with_totals else "tables without totals of the named countries,")
    if not with_totals:
        print("where a count that is too small contradicts nothing:")
    chance = random.Random(20261124)
    wrong = set(chance.sample(range(groups), planted))
    rows, errors = [], {}
    for group in range(groups):
        figures = _group(chance, with_totals=with_totals)
        if group in wrong:
            cell = chance.choice(sorted(figures))
            figures[cell] = _slip(chance, figures[cell])
            errors[group] = cell
        rows += [(group, *cell, value) for cell, value in figures.items()]
    con = duckdb.connect()
    con.register("figures", _frame(rows))
    start = time.perf_counter()
    found = confront(con, topic.shipped(), load_rules(topic.shipped()), "figures")
    failing = found.finding.query("verdict == 'fails'")
    print(f"confront: {len(rows):,} figures in {time.perf_counter() - start:.1f} s")
    accused = {int(register[1:]) for register in failing["register"]} - wrong
    named = sole = 0
    ours, theirs = [], []
    systems = found.systems()
    for component, part in failing.groupby("component"):
        group = int(part["register"].iloc[0][1:])
        system = systems[int(component)]
        start = time.process_time()
        told = explain(system)
        ours.append(time.process_time() - start)
        if len(theirs) < 200:
            theirs.append(_milp_seconds(system))
        wanted = f"{group}|{'|'.join(errors.get(group, ()))}"
        answers = [
            {suspect.claim.observation_id for suspect in answer.suspects}
            for doubt in told.doubts
            for answer in doubt.answers
        ]
        named += any(wanted in answer for answer in answers)
        sole += answers == [{wanted}]
    told_of = failing["component"].nunique()
    print(f"planted {planted:,} in {groups:,} groups: {named:,} named ({named / planted:.1%}, at least 92% wanted), ")
    print(
        f"  of {told_of:,} that contradict anything; {sole:,} as the only answer; "
        f"{len(accused)} sound groups accused (0 wanted)"
    )
    print(
        f"explanation: median {1000 * median(ours):.1f} ms a group, one MILP answer {1000 * median(theirs):.1f} ms, "
        f"ratio {median(ours) / median(theirs):.2f} (ours lists all answers with their ranges)"
    )


def _group(chance: random.Random, *, with_totals: bool) -> dict[tuple[str, str, str], int]:
    """A table by sex and age, and by sex and citizenship, that adds up: 21 figures, or 24 with every total."""
    cells: dict[tuple[str, str, str], int] = {}
    by_sex = {}
    for sex in SEXES:
        counts = {country: chance.randint(5, 400) for country in COUNTRIES}
        by_sex[sex] = sum(counts.values())
        child = chance.randint(0, by_sex[sex])
        cells |= {
            (sex, "Y0T17", "_T"): child,
            (sex, "Y_GE18", "_T"): by_sex[sex] - child,
            (sex, "_T", "_T"): by_sex[sex],
        }
        cells |= {(sex, "_T", "NATIONAL"): counts["NATIONAL"], (sex, "_T", "FOREIGN"): by_sex[sex] - counts["NATIONAL"]}
        cells |= {(sex, "_T", country): counts[country] for country in COUNTRIES[1:]}
    for age in ("_T", *AGES):
        cells["_T", age, "_T"] = sum(cells[sex, age, "_T"] for sex in SEXES)
    for country in (*(COUNTRIES if with_totals else COUNTRIES[:1]), "FOREIGN"):
        cells["_T", "_T", country] = sum(cells[sex, "_T", country] for sex in SEXES)
    return cells


def _slip(chance: random.Random, value: int) -> int:
    """Another number, as a slip of the pen makes it: two digits swapped, one changed, or a factor of ten."""
    text = str(value)
    places = [i for i in range(len(text) - 1) if text[i] != text[i + 1]]
    kind = chance.choice(["swap", "digit", "factor"])
    if kind == "swap" and places:
        i = chance.choice(places)
        return int(text[:i] + text[i + 1] + text[i] + text[i + 2 :])
    if kind == "factor" and value:
        return value * 10
    i = chance.randrange(len(text))
    return int(text[:i] + chance.choice([d for d in "0123456789" if d != text[i]]) + text[i + 1 :])


def _frame(rows: list[tuple[int, str, str, str, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["group", "sex", "age", "citizenship", "value"])
    wanted = [*columns(topic.shipped()), "observation_id"]
    value = frame["value"].astype("float64")
    # What nothing is said of is null, whatever the contract comes to ask for.
    given = dict.fromkeys(wanted) | {
        "source": "planted", "register": "G" + frame["group"].astype(str), "indicator": "victims_detected",
        "ref_area": "PE", "time_period": "2019", "unit": "persons",
        **{name: frame.get(name, "_T") for name in topic.shipped().names},
        "says": frame["value"].astype(str), "lower": value, "upper": value, "likely_lower": value,
        "likely_upper": value, "value": value, "vintage": "1", "snapshot": "0",
        "locator": "c", "said_by": "x", "published": "2024", "qualifier": "exact",
        "complete": "sex age citizenship", "obs_status": "A",
        "observation_id": frame["group"].astype(str).str.cat(frame[["sex", "age", "citizenship"]], sep="|"),
    }  # fmt: skip
    return frame.assign(**given)[wanted]


def linked(figures: int) -> None:
    """Print what explaining every failing group of linked figures costs, beside a mixed-integer programme."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "linked.parquet"
        make(path, figures)
        con = duckdb.connect()
        con.execute("SET threads = 2")
        con.execute(f"CREATE TABLE figures AS FROM '{path}'")
    start = time.perf_counter()
    found = confront(con, topic.shipped(), load_rules(topic.shipped()), "figures")
    print(f"{figures:,} linked figures: confronted in {time.perf_counter() - start:.1f} s")
    start, used = time.perf_counter(), time.process_time()
    systems = found.systems()
    print(
        f"  {len(systems)} failing groups of {sum(len(each.claims) for each in systems.values()):,} figures read in "
        f"{time.perf_counter() - start:.1f} s ({time.process_time() - used:.1f} s of processor)"
    )
    ours: list[float] = []
    explained: list[Explanation] = []
    for system in systems.values():
        used = time.process_time()
        explained += several([system])
        ours.append(time.process_time() - used)
    silent = sum(isinstance(about, Silence) for each in explained for about in each.by_finding.values())
    chosen = sorted(systems.values(), key=lambda each: len(each.claims))[:: max(1, len(systems) // 40)]
    theirs = sorted(_milp_seconds(system) for system in chosen)
    start = time.perf_counter()
    told = explain_each(systems, side_by_side(2))
    took = time.perf_counter() - start
    if [*told.values()] != explained:
        raise SystemExit("explanations side by side: expected those in turn, got others.")
    print(
        f"  explained: median {1000 * median(ours):.1f} ms a group, 99 of 100 within {1000 * _of_hundred(ours, 99):.0f}"
        f" ms, together {sum(ours):.2f} s of processor in one process, {took:.1f} s by the clock in two; "
        f"{silent} findings without an explanation"
    )
    print(
        f"  one MILP answer of {len(chosen)} of them: median {1000 * median(theirs):.1f} ms, 99 of 100 within "
        f"{1000 * _of_hundred(theirs, 99):.0f} ms (at most {MILP_SECONDS} s allowed), together {sum(theirs):.1f} s"
    )


def _of_hundred(values: list[float], share: int) -> float:
    """What so many of a hundred values are at most."""
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]


def _milp_seconds(system: System) -> float:
    """Processor seconds of one mixed-integer programme with a big M for one cheapest set of claims to withdraw."""
    column = {name: number for number, name in enumerate(system.quantities)}
    n, m, big = len(column), len(system.claims), 1e6
    entries: list[tuple[int, int, float]] = []
    low: list[float] = []
    high: list[float] = []

    def add(terms: Sequence[tuple[str, float]], least: float, most: float, slack: tuple[int, float] | None) -> None:
        entries.extend((len(low), column[name], factor) for name, factor in terms)
        if slack:
            entries.append((len(low), n + slack[0], slack[1]))
        low.append(least)
        high.append(most)

    for relation in system.relations:
        add(relation.terms, relation.lower, relation.upper, None)
    for number, claim in enumerate(system.claims):
        for terms, least, most, _ in rows_of_claim(claim, number):
            add(terms, least, math.inf, (number, big))
            add(terms, -math.inf, most, (number, -big))
    rows, places, factors = zip(*entries, strict=True)
    matrix = csr_array((factors, (rows, places)), shape=(len(low), n + m))
    start = time.process_time()
    milp(
        np.r_[np.zeros(n), np.ones(m)],
        constraints=LinearConstraint(matrix, np.array(low), np.array(high)),
        integrality=np.r_[np.zeros(n), np.ones(m)],
        bounds=Bounds(np.zeros(n + m), np.r_[np.full(n, np.inf), np.ones(m)]),
        options={"time_limit": MILP_SECONDS},
    )
    return time.process_time() - start


if __name__ == "__main__":
    arguments = [int(text) for text in sys.argv[1:]] or [20_000, 1_212, 1_000_000]
    for with_totals in (False, True):
        main(*arguments[:2], with_totals=with_totals)
    linked(arguments[2])
