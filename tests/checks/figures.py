"""Figures for tests: one short line each, in the contract's columns."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from cuadra.checks import topic
from cuadra.checks.observation import columns
from cuadra.checks.rule import Rule, load_rules
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts.confront import Confrontation, confront

TOPIC = topic.shipped()


def figure(value: float | tuple[float, float], **given: Any) -> dict[str, Any]:
    """One figure: a number or an interval, about all victims rescued in 2019 unless told otherwise."""
    lower, upper = value if isinstance(value, tuple) else (value, value)
    row = {
        "source": "press", "vintage": "1", "snapshot": "0", "register": "R", "indicator": "victims_rescued",
        "ref_area": "PE", "time_period": "2019", **dict.fromkeys(TOPIC.names, "_T"),
        "unit": "persons", "says": str(value), "value": None if lower != upper else float(lower),
        "lower": float(lower), "upper": float(upper), "likely_lower": float(lower),
        "likely_upper": float(upper), "qualifier": "exact",
        "share_of": None, "share_base": None, "complete": "", "obs_status": "A", "locator": "¶1", "said_by": "police",
        "published": "2020", "series": None, "repeats": None, "computed_from": None,
    }  # fmt: skip
    return row | given


def frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """The figures as a frame of observations; each is called by its number, o0, o1, … unless it has a name."""
    made = pd.DataFrame(rows).reindex(columns=[*columns(TOPIC), "observation_id"])
    made["observation_id"] = [
        name if isinstance(name, str) else f"o{number}" for number, name in enumerate(made["observation_id"])
    ]
    numbers = ["value", "lower", "upper", "likely_lower", "likely_upper"]
    return made.astype(dict.fromkeys(numbers, "float64"))


def confronted(*rows: dict[str, Any], rules: Sequence[Rule] | None = None, **given: Any) -> Confrontation:
    """The verdicts of the shipped rules, or of these, on a few figures."""
    con = duckdb.connect()
    con.register("observation", frame(rows))
    return confront(con, TOPIC, load_rules(TOPIC) if rules is None else rules, **given)


def with_rules(folder: Path) -> Topic:
    """The shipped topic, and a last layer with the rules of this folder."""
    return topic.load([*TOPIC.folders, folder], "mine")


def verdicts(*rows: dict[str, Any]) -> dict[str, set[str]]:
    """The verdicts that each rule gives, without those that do not apply."""
    tally = confronted(*rows).tally.set_index("rule").drop(columns="source")
    return {
        rule: {name for name, count in counts.items() if count}
        for rule, counts in tally.groupby("rule").sum().iterrows()
    }


NAMED = ("SDG", "ISTAC", "PNP_REPORTS")
"""Registers that rules are scoped to, so that an example keeps them."""

_REGIONS = [code for code in TOPIC.code_list("ref_area").codes if code.startswith("PE-")]


def apart(examples: Mapping[str, Sequence[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The figures of many examples, so that no two examples meet in a relation, to be confronted all at once.

    Each gets a source of its own, called as the example is, and a register of its own. Where rules name the register
    that stays, and the example is about a region of its own; where they name the source that stays too.
    """
    regions, made = iter(_REGIONS), []
    for name, rows in examples.items():
        is_named = any(row["register"] in NAMED for row in rows)
        area = {"ref_area": next(regions)} if is_named else {}
        for row in rows:
            register = row["register"] if is_named else f"{name}/{row['register']}"
            source = name if row["source"] == "press" else row["source"]
            made.append(row | {"source": source, "register": register} | area)
    return made


def source_of(rows: Sequence[dict[str, Any]]) -> str | None:
    """The source that the relations of an example are said to be of; none where it gets one of its own."""
    if len({row["source"] for row in rows}) > 1:
        return "several"
    return None if rows[0]["source"] == "press" else rows[0]["source"]


def verdicts_apart(examples: Mapping[str, Sequence[dict[str, Any]]]) -> dict[str, dict[str, set[str]]]:
    """The verdicts that each rule gives on each of many examples, without those that do not apply."""
    tally = confronted(*apart(examples)).tally.set_index(["source", "rule"])
    sources = {name: source_of(rows) or name for name, rows in examples.items()}
    seen: dict[str, dict[str, set[str]]] = {name: {} for name in examples}
    for name, source in sources.items():
        for rule, counts in tally.loc[[source]].droplevel("source").iterrows():
            seen[name][str(rule)] = {str(verdict) for verdict, count in counts.items() if count}
    return seen
