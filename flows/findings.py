"""Findings as people read them: the rule's sentence, the words with their places, and what is likely."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd

from cuadra.checks import gate
from cuadra.checks.explain.cause import Cause, of_findings
from cuadra.checks.explain.explanation import Doubt, Silence
from cuadra.checks.explain.hypothesis import Hypothesis
from cuadra.checks.rule import Rule
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts.confront import Verdicts
from cuadra.flows.words.explanation import explanation, likely, slip
from cuadra.flows.words.rule import rule_sentence

IN_MEMORY = 200_000
"""So many figures are validated by pandera at most."""

CERTAIN = ("fails", "doubtful")
FINDING = (
    "finding", "rule", "verdict", "status", "severity", "source", "left_lower", "left_upper", "right_lower",
    "right_upper", "gap", "per", "component", "words", "observations", "sentence", "sentence_es", "explanation",
    "explanation_es", "is_waived",
)  # fmt: skip
"""What of a finding is kept, beside the quantity that it is about."""


def failing(con: duckdb.DuckDBPyConnection, confrontation: Verdicts, figures: str) -> int:
    """How many figures of a relation a rule fails on, as pandera validates them; it was confronted before.

    What pandera refuses here is published with its findings. Figures too many for memory are counted where their
    relations are, once these are recorded.
    """
    (rows,) = con.execute(f"SELECT count(*) FROM {figures}").fetchall()
    if rows[0] <= IN_MEMORY:
        frame = con.execute(f"SELECT observation_id, says FROM {figures}").df()
        return int(gate.failing(confrontation, frame)["observation_id"].nunique())
    (failing,) = con.execute("SELECT count(*) FROM figure_tally WHERE fails > 0").fetchall()
    return int(failing[0])


def in_words(
    confrontation: Verdicts,
    rules: Sequence[Rule],
    topic: Topic,
    explanations: Mapping[str, Doubt | Silence],
    words_of: Callable[[Sequence[str]], Mapping[str, Mapping[str, Any]]],
) -> pd.DataFrame:
    """The findings with what a person needs: their sentence, their words (JSON), their explanation.

    One row per finding, in the columns of table ``finding``. ``words`` lists the observations behind it, as
    ``words_of`` gives them by their ids. What is merely open has neither words nor explanation: there can be
    millions.
    """
    frame = confrontation.finding.copy()
    is_certain = frame["verdict"].isin((*CERTAIN, "restated"))
    behind = frame["observations"].fillna("").str.split().where(is_certain)
    said = words_of(sorted({key for keys in behind.dropna() for key in keys}))
    frame["words"] = [
        json.dumps([said[key] for key in keys if key in said], ensure_ascii=False) if is_shown else None
        for keys, is_shown in zip(behind, is_certain, strict=True)
    ]
    for column, language in (("sentence", "en"), ("sentence_es", "es")):
        frame[column] = frame["rule"].map({rule.name: rule_sentence(rule, topic, language) for rule in rules})
    for column, language in (("explanation", "en"), ("explanation_es", "es")):
        frame[column] = [
            explanation(explanations.get(finding, Silence("not evaluated")), topic, language)
            if verdict == "fails"
            else None
            for finding, verdict in zip(frame["finding"], frame["verdict"], strict=True)
        ]
    frame["is_waived"] = False
    return frame


def rule_rows(rules: Sequence[Rule], topic: Topic) -> list[dict[str, str]]:
    """The rows of table ``rule``."""
    return [
        {
            "rule": rule.name,
            "sentence": rule_sentence(rule, topic),
            "sentence_es": rule_sentence(rule, topic, "es"),
            **{name: getattr(rule, name) for name in ("severity", "origin", "reason")},
            "version": version(rule),
        }
        for rule in rules
    ]


def suspects(found: pd.DataFrame, topic: Topic, explanations: Mapping[str, Doubt | Silence]) -> pd.DataFrame:
    """The rows of table ``explanation``: one per failing finding and observation that may be wrong."""
    rows: list[dict[str, Any]] = []
    failing = found[found["verdict"] == "fails"]
    for finding in failing["finding"]:
        about = explanations.get(finding)
        for number, answer in enumerate(about.answers if isinstance(about, Doubt) else (), start=1):
            rows += [
                {
                    "finding": finding,
                    "answer": number,
                    "observation_id": suspect.claim.observation_id,
                    "odds": answer.odds,
                    "lower": suspect.fits.lower,
                    "upper": suspect.fits.upper,
                    "hypothesis": "; ".join(slip(each, topic) for each in suspect.hypotheses) or None,
                    "beside": " ".join(claim.observation_id for claim in answer.beside) or None,
                    "slips": json.dumps([_slip(each) for each in suspect.hypotheses]),
                }
                for suspect in answer.suspects
            ]
    return pd.DataFrame(rows)


def _slip(each: Hypothesis) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "number": each.number,
        "quantity": each.quantity,
        "ratio": each.ratio,
        "observations": [claim.observation_id for claim in each.claims],
    }


def causes_of(found: pd.DataFrame, explanations: Mapping[str, Doubt | Silence]) -> list[Cause]:
    """What the findings that fail or are doubtful come down to, the first to look at first; waived ones left out."""
    return of_findings(found[found["verdict"].isin(CERTAIN) & ~found["is_waived"].astype(bool)], explanations)


def cause_rows(made: Sequence[Cause], explanations: Mapping[str, Doubt | Silence], topic: Topic) -> pd.DataFrame:
    """The causes in the columns of table ``cause``, and their findings as keys, space-separated."""

    def told(each: Cause, language: str) -> str | None:
        """What is likely, by the explanation of the widest finding that has one."""
        about = [explanations.get(finding, Silence("not evaluated")) for finding in each.findings]
        if each.verdict != "fails" and not (isinstance(about[0], Silence) and about[0].broken):
            return None
        return likely(next((one for one in about if isinstance(one, Doubt)), about[0]), topic, language)

    rows = [
        {
            "cause": each.key,
            "kind": each.kind,
            "verdict": each.verdict,
            "rank": rank,
            "findings": " ".join(each.findings),
            "gap": each.gap,
            "relative_gap": each.relative_gap,
            "observations": " ".join(each.observations),
            "sources": " ".join(each.sources),
            "likely": told(each, "en"),
            "likely_es": told(each, "es"),
        }
        for rank, each in enumerate(made, start=1)
    ]
    names = [
        "cause", "kind", "verdict", "rank", "findings", "gap", "relative_gap", "observations", "sources", "likely",
        "likely_es",
    ]  # fmt: skip
    types = {name: "float64" if "gap" in name else "int64" if name == "rank" else "str" for name in names}
    return pd.DataFrame(rows, columns=names).astype(types)


def version(rule: Rule) -> str:
    """What changes when the rule does."""
    return hashlib.sha256(repr(rule).encode()).hexdigest()[:12]


def as_table(found: pd.DataFrame, topic: Topic) -> pd.DataFrame:
    """The findings in the columns of table ``finding``, missing texts as null."""
    kept = found[[*FINDING, *topic.quantity]]
    return kept.astype(object).where(kept.notna(), None)
