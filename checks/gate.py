"""The rules as pandera checks: what fails is named by the sentence that a person reads, one failure case a figure."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import pandas as pd
import pandera.pandas as pa
from pandera.api.base.checks import CheckResult
from pandera.backends.pandas.checks import PandasCheckBackend
from pandera.backends.pandas.container import DataFrameSchemaBackend

from cuadra.checks import given, observation
from cuadra.checks.rule import Rule, load_rules
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts.confront import Verdicts, confront

Blamed = dict[str, set[int]]
"""The places of the rows that are in a failing relation, by rule."""


class FigureCheck(pa.Check):
    """A check of whole rows whose failure cases are figures: one each, with the words it is printed in."""


class _OneCaseEach(PandasCheckBackend):
    """Pandera's own repeats a failing row once a column."""

    def postprocess_table_with_field_output(self, check_obj: pd.DataFrame, check_output: Any) -> CheckResult:
        found = super().postprocess_table_with_field_output(check_obj, check_output)
        if found.check_passed:
            return found
        words = check_obj["says"] if "says" in check_obj else check_obj.iloc[:, 0]
        return found._replace(failure_cases=words[~check_output.to_numpy()])


FigureCheck.register_backend(pd.DataFrame, _OneCaseEach)


class FigureSchema(pa.DataFrameSchema):
    """The contract of an observation with the rules beside it, for figures of few columns in any kind of frame.

    What `given.observations` takes is completed first, so that ``validate`` gives back the whole observations.
    """

    topic: Topic

    def validate(self, check_obj: Any, *args: Any, **options: Any) -> pd.DataFrame:
        """The figures in the contract's columns, where they keep it and no rule fails.

        Raises:
            FiguresError: they are no figures: a column that is not known or is needed, a text for a number.
            SchemaErrors: they break the contract, or else rules fail (validated lazily, all of them): one failure
                case a figure and rule, with the rule's sentence.
        """
        whole = given.completed(check_obj, self.topic)
        if observation.wrong(whole, self.topic):  # no rule can be evaluated on it
            return observation.schema(self.topic).validate(whole, *args, **options)
        figures: pd.DataFrame = super().validate(whole, *args, **options)
        return figures


FigureSchema.register_backend(pd.DataFrame, DataFrameSchemaBackend)


def consistency(topic: Topic, rules: Sequence[Rule] | None = None) -> list[pa.Check]:
    """One pandera check per rule, for a schema of one's own: false for each figure that is in a contradiction by it.

    The frame may have few columns of the contract (see `given.observations`). All rules are evaluated together, once
    for the checks of one frame. A figure that is not stated is any count; a null where something must be stated
    raises. Raises what `confront` raises when the figures cannot be evaluated.
    """
    chosen = load_rules(topic) if rules is None else list(rules)
    blamed = _Answer(topic, chosen)
    return [
        FigureCheck(_holds(blamed, rule.name), name=rule.name, error=rule.sentence, ignore_na=False) for rule in chosen
    ]


def schema(topic: Topic | str = "trafficking", rules: Sequence[Rule] | None = None) -> FigureSchema:
    """The contract of an observation, with the rules as checks beside it; validate lazily to see all that fails."""
    of = given.named(topic)
    contract = copy.deepcopy(observation.schema(of))  # one is kept for each topic
    made = FigureSchema(
        contract.columns, checks=[*contract.checks, *consistency(of, rules)], strict=True, ordered=True, name="Figures"
    )
    made.topic = of
    return made


def failing(confrontation: Verdicts, figures: pd.DataFrame) -> pd.DataFrame:
    """The failure cases of figures that were confronted: one row per figure and rule that fails on it.

    Args:
        confrontation: of these figures.
        figures: the figures with their ``observation_id`` and ``says``, one row each.

    Returns:
        what pandera finds with one check a rule: ``rule``, ``sentence``, ``observation_id``, ``says``.
    """
    names = ["rule", "sentence", "observation_id", "says"]
    if figures.empty:  # of nothing, pandas does not know that it is text
        return pd.DataFrame(columns=names)
    indexed = figures[["observation_id", "says"]].set_index("observation_id")
    blamed = _named(confrontation)
    checks = [
        FigureCheck(_is_free(blamed[rule.name]), name=rule.name, error=rule.sentence, ignore_na=False)
        for rule in confrontation.rules
        if rule.name in blamed
    ]
    try:
        pa.DataFrameSchema({"says": pa.Column(str)}, checks=checks).validate(indexed, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = [
            (error.check.name, error.check.error, name, says)
            for error in errors.schema_errors
            for name, says in zip(error.failure_cases["index"], error.failure_cases["failure_case"], strict=True)
        ]
        return pd.DataFrame(cases, columns=names)
    return pd.DataFrame(columns=names)


class _Answer:
    """Which rows are in a contradiction, by rule; the answer for the last frame is kept, with what the frame held."""

    def __init__(self, topic: Topic, rules: Sequence[Rule]) -> None:
        self.topic, self.rules = topic, rules
        self.last: tuple[pd.DataFrame, Blamed] | None = None

    def of(self, frame: pd.DataFrame) -> Blamed:
        """The rows by rule; a frame that was changed in place is another one."""
        if self.last is None or not frame.equals(self.last[0]):
            figures = given.observations(frame.reset_index(drop=True), self.topic)
            with duckdb.connect() as con:
                con.register("figures", figures.assign(observation_id=[str(place) for place in range(len(figures))]))
                found = _named(confront(con, self.topic, self.rules, "figures"))
            blamed = {rule: {int(place) for place in places} for rule, places in found.items()}
            self.last = frame.copy(), blamed
        return self.last[1]


def _named(confrontation: Verdicts) -> dict[str, set[str]]:
    """The observations in a failing relation, by rule; of a broken table in all of them."""
    found = confrontation.finding
    fails = found[found["verdict"] == "fails"]
    named: dict[str, set[str]] = {}
    for rule, behind in zip(fails["rule"], fails["observations"], strict=True):
        named.setdefault(rule, set()).update(behind.split())
    if len(confrontation.broken):
        for rule, figures in confrontation.counted().groupby("rule")["observation_id"]:
            named.setdefault(str(rule), set()).update(figures)
    return named


def _holds(blamed: _Answer, rule: str) -> Callable[[pd.DataFrame], "pd.Series[bool]"]:
    def holds(frame: pd.DataFrame) -> "pd.Series[bool]":
        rows = blamed.of(frame).get(rule, set())
        return pd.Series([place not in rows for place in range(len(frame))], index=frame.index, dtype=bool)

    return holds


def _is_free(names: set[str]) -> Callable[[pd.DataFrame], "pd.Series[bool]"]:
    def holds(frame: pd.DataFrame) -> "pd.Series[bool]":
        return pd.Series(~frame.index.isin(names), index=frame.index, dtype=bool)

    return holds
