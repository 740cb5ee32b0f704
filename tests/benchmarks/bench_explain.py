"""Planted errors: how many are found, how many sound groups are accused, and what an explanation costs beside a MILP.

usage: python tests/benchmarks/bench_explain.py [GROUPS] [PLANTED]      (default: 20000 1212; 21 and 24 figures a group)
"""

import math
import random
import sys
import time
from pathlib import Path
from statistics import median

import duckdb
import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

sys.path.insert(0, str(Path(__file__).parents[2]))

from cuadra.checks import topic
from cuadra.checks.explain.explain import explain
from cuadra.checks.explain.system import System
from cuadra.checks.observation import columns
from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront

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
    for component, part in failing.groupby("component"):
        group = int(part["register"].iloc[0][1:])
        system = found.system(int(component))
        start = time.perf_counter()
        told = explain(system)
        ours.append(time.perf_counter() - start)
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
    value = frame["value"].astype("float64")
    given = {
        "source": "planted", "register": "G" + frame["group"].astype(str), "indicator": "victims_detected",
        "ref_area": "PE", "time_period": "2019", "unit": "persons",
        **{name: "_T" for name in topic.shipped().names if name not in frame},
        "says": frame["value"].astype(str), "lower": value, "upper": value, "likely_lower": value,
        "likely_upper": value, "value": value, "share_of": None, "share_base": None, "vintage": "1", "snapshot": "0",
        "locator": "c", "said_by": "x", "published": "2024", "qualifier": "exact",
        "complete": "sex age citizenship", "obs_status": "A",
        "observation_id": frame["group"].astype(str).str.cat(frame[["sex", "age", "citizenship"]], sep="|"),
    }  # fmt: skip
    return frame.assign(**given)[[*columns(topic.shipped()), "observation_id"]]


def _milp_seconds(system: System) -> float:
    """How long one mixed-integer programme with a big M takes to find one cheapest set of claims to withdraw."""
    column = {name: number for number, name in enumerate(system.quantities)}
    n, m, big = len(column), len(system.claims), 1e6
    matrix, low, high = [], [], []
    for relation in system.relations:
        row = np.zeros(n + m)
        for name, factor in relation.terms:
            row[column[name]] = factor
        matrix.append(row)
        low.append(max(relation.lower, -1e9))
        high.append(min(relation.upper, 1e9))
    for number, claim in enumerate(system.claims):
        for sign in (1.0, -1.0):
            row = np.zeros(n + m)
            row[column[claim.quantity]], row[n + number] = sign, -big
            matrix.append(row)
            low.append(-math.inf)
            high.append(claim.upper if sign > 0 else -claim.lower)
    start = time.perf_counter()
    milp(
        np.r_[np.zeros(n), np.ones(m)],
        constraints=LinearConstraint(np.array(matrix), low, high),
        integrality=np.r_[np.zeros(n), np.ones(m)],
        bounds=Bounds(np.zeros(n + m), np.r_[np.full(n, np.inf), np.ones(m)]),
    )
    return time.perf_counter() - start


if __name__ == "__main__":
    arguments = [int(text) for text in sys.argv[1:]]
    for with_totals in (False, True):
        main(*(arguments or [20_000, 1_212]), with_totals=with_totals)
