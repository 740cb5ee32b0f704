"""A door for notebooks: anyone's figures checked, with what is found, its causes and explanations as frames."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import duckdb
import pandas as pd

from cuadra.checks import given
from cuadra.checks.explain.cause import Cause, of_findings
from cuadra.checks.explain.explanation import Doubt, Silence
from cuadra.checks.explain.many import explain_each
from cuadra.checks.rule import Rule, load_rules
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts.confront import Confrontation, confront

CERTAIN = ("fails", "doubtful")
RELATED = ("holds", "fails", "doubtful", "restated", "open")
"""The verdicts on a relation that is tested."""


class Checked(NamedTuple):
    """What the rules say of some figures.

    ``findings``: one row per relation that fails or is doubtful, the widest gap first: its rule and sentence, what it
    is about, both sides, the gap, and ``rows``, the places of the figures in it. ``causes``: one row per cause, the
    first to look at first: its kind (one figure, either, tangled, none), the findings it explains, the rows of its
    suspects. ``explanations``: one row per failing finding and figure that may be wrong, with its odds, the numbers
    that would fit, and ``beside``, rows of which one would have to be wrong too; where none can be named, one row with
    the ``reason``. ``relations`` are all that were tested, by verdict, and ``not_decided`` the groups of which nobody
    knows whether all can be true together; ``untested`` are the rows that are in no relation.
    """

    findings: pd.DataFrame
    causes: pd.DataFrame
    explanations: pd.DataFrame
    relations: dict[str, int]
    untested: list[int]


def check(
    figures: Any,
    topic: Topic | str = "trafficking",
    names: Mapping[str, str | None] | None = None,
    *,
    rules: Sequence[Rule] | None = None,
    **of_all: str,
) -> Checked:
    """What the rules of a topic find in these figures; nothing is read, written or fetched.

    Args:
        figures: a frame of pandas or polars, a table of Arrow, or a relation of DuckDB, one row per figure. Needed are
            ``value`` (or ``lower`` and ``upper``), ``indicator``, ``ref_area`` and ``time_period``; a breakdown that is
            not there is the total, and any other column of the contract has a default.
        topic: what they are about, or its name.
        names: the contract's name of each column that is called otherwise; none for one that is left out on purpose.
        rules: those to ask, in place of all of the topic.
        of_all: what is the same of all figures, such as ``ref_area="PE"``.

    Raises:
        FiguresError: a column that is not known or is missing, a value that is missing, an unknown code.
    """
    of = given.named(topic)
    chosen = load_rules(of) if rules is None else list(rules)
    rows = given.observations(figures, of, names, **of_all)
    with duckdb.connect() as con:
        con.register("figures", rows.assign(observation_id=[str(place) for place in range(len(rows))]))
        confrontation = confront(con, of, chosen, "figures")
        return _checked(confrontation)


def _checked(confrontation: Confrontation) -> Checked:
    explained = {
        key: about for each in explain_each(confrontation.systems()).values() for key, about in each.by_finding.items()
    } | confrontation.silences()
    found = confrontation.finding[confrontation.finding["verdict"].isin(CERTAIN)].reset_index(drop=True)
    causes = of_findings(found, explained)
    cause_of = {finding: each.key for each in causes for finding in each.findings}
    sentences = {rule.name: rule.sentence for rule in confrontation.rules}
    findings = pd.DataFrame(
        {
            **{name: found[name] for name in ("finding", "rule", "verdict", "severity")},
            "sentence": found["rule"].map(sentences),
            "cause": found["finding"].map(cause_of),
            **{name: found[name] for name in confrontation.topic.quantity},
            **{name: found[name] for name in ("left_lower", "left_upper", "right_lower", "right_upper", "gap")},
            "rows": [_rows((names or "").split()) for names in found["observations"]],
        }
    )
    tally, fares = confrontation.tally, confrontation.figure.set_index("observation_id")
    return Checked(
        findings,
        _causes(causes),
        _explanations(findings, explained),
        {name: int(tally[name].sum()) for name in (*RELATED, "not_decided")},
        _rows(fares.index[fares[[*RELATED]].sum(axis=1) == 0]),
    )


def _causes(causes: Sequence[Cause]) -> pd.DataFrame:
    columns = ["cause", "rank", "kind", "verdict", "findings", "rows", "odds", "gap", "relative_gap"]
    return pd.DataFrame(
        [
            (each.key, rank, each.kind, each.verdict, list(each.findings), _rows(each.observations), each.odds,
             each.gap, each.relative_gap)
            for rank, each in enumerate(causes, start=1)
        ],
        columns=columns,
    )  # fmt: skip


def _explanations(findings: pd.DataFrame, explained: Mapping[str, Doubt | Silence]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for finding, verdict in zip(findings["finding"], findings["verdict"], strict=True):
        about = explained.get(finding, Silence("not evaluated"))
        if verdict != "fails":
            continue
        if isinstance(about, Silence) or not about.answers:
            reason = about.reason if isinstance(about, Silence) else "tangled"
            rows.append((finding, *[None] * 7, reason))
            continue
        rows += [
            (finding, number, int(suspect.claim.observation_id), answer.odds, suspect.fits.lower, suspect.fits.upper,
             ", ".join(each.kind for each in suspect.hypotheses) or None,
             _rows(claim.observation_id for claim in answer.beside) or None, None)
            for number, answer in enumerate(about.answers, start=1)
            for suspect in answer.suspects
        ]  # fmt: skip
    columns = ["finding", "answer", "row", "odds", "lower", "upper", "hypothesis", "beside", "reason"]
    types = {"answer": "Int64", "row": "Int64", "odds": "float64", "lower": "float64", "upper": "float64"}
    return pd.DataFrame(rows, columns=columns).astype(types)


def _rows(names: Any) -> list[int]:
    return sorted(int(name) for name in names)
