"""The rules as pandera checks, for any schema: what fails is named by the sentence a person reads."""

import copy
from collections.abc import Callable, Sequence

import duckdb
import pandas as pd
import pandera.pandas as pa

from cuadra.checks import observation
from cuadra.checks.rule import Rule, load_rules
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts.confront import confront


def consistency(topic: Topic, rules: Sequence[Rule] | None = None) -> list[pa.Check]:
    """One pandera check per rule: false for each observation that stands in a contradiction by it.

    All rules are evaluated together, once a frame. Nothing is missing in silence: a figure that is not stated
    is any count, and never a null. Raises what `confront` raises when the figures cannot be evaluated.
    """
    chosen = load_rules(topic) if rules is None else list(rules)
    blamed = _blamed(topic, chosen)
    return [
        pa.Check(_holds(blamed, rule.name), name=rule.name, error=rule.sentence, ignore_na=False) for rule in chosen
    ]


def schema(topic: Topic, rules: Sequence[Rule] | None = None) -> pa.DataFrameSchema:
    """The contract of an observation, with the rules as checks beside it; validate lazily to see all that fails."""
    contract = copy.deepcopy(observation.schema(topic))  # one is kept for each topic
    contract.checks = [*contract.checks, *consistency(topic, rules)]
    return contract


def _blamed(topic: Topic, rules: Sequence[Rule]) -> Callable[[pd.DataFrame], dict[str, set[int]]]:
    """Which rows stand in a contradiction, by rule; the answer for the last frame is kept."""
    last: dict[int, dict[str, set[int]]] = {}

    def answer(frame: pd.DataFrame) -> dict[str, set[int]]:
        if id(frame) not in last:
            last.clear()
            named = frame.assign(observation_id=[str(place) for place in range(len(frame))])
            with duckdb.connect() as con:
                con.register("figures", named)
                found = confront(con, topic, rules, "figures").finding.query("verdict == 'fails'")
                rows: dict[str, set[int]] = {}
                for rule, behind in zip(found["rule"], found["observations"], strict=True):
                    rows.setdefault(rule, set()).update(int(place) for place in behind.split())
            last[id(frame)] = rows
        return last[id(frame)]

    return answer


def _holds(
    blamed: Callable[[pd.DataFrame], dict[str, set[int]]], rule: str
) -> Callable[[pd.DataFrame], "pd.Series[bool]"]:
    def holds(frame: pd.DataFrame) -> "pd.Series[bool]":
        rows = blamed(frame).get(rule, set())
        return pd.Series([place not in rows for place in range(len(frame))], index=frame.index)

    return holds
