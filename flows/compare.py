"""`cuadra rules --compare`: what the rules, code lists and engine of now would say of the figures published."""

import contextlib
from pathlib import Path
from typing import Any

import duckdb

from cuadra.checks.observation import columns
from cuadra.checks.rule import load_rules
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts.confront import confront
from cuadra.flows.findings import CERTAIN
from cuadra.flows.words.quantity import quantity
from cuadra.flows.words.rule import rule_sentence
from cuadra.warehouse.publication import attach_publication


def compare(topic: Topic, publication: Path, language: str) -> list[dict[str, Any]]:
    """One row per finding that would be new, be over, or get another verdict; loads and tells nothing.

    Args:
        topic: with the code lists and rules as they are in the files now.
        publication: its figures in force are asked, and its open findings compared.
        language: of sentences and quantities.
    """
    rules = load_rules(topic)
    sentences = {rule.name: rule_sentence(rule, topic, language) for rule in rules}
    with contextlib.closing(duckdb.connect()) as con:
        attach_publication(con, publication)
        given = {row[0] for row in con.execute("DESCRIBE published.figure_in_force").fetchall()}
        chosen = ", ".join(name if name in given else f"'_T' AS {name}" for name in columns(topic))
        con.execute(f"CREATE TABLE figures AS SELECT observation_id, {chosen} FROM published.figure_in_force")
        found = confront(con, topic, rules, "figures").finding
        now = {row["finding"]: row for row in found[found["verdict"].isin(CERTAIN)].to_dict("records")}
        result = con.execute(
            "SELECT finding.*, block.* EXCLUDE (block), cell.* EXCLUDE (cell) FROM published.finding "
            "LEFT JOIN published.block USING (block) LEFT JOIN published.cell USING (cell) "
            "WHERE is_open AND verdict IN ('fails', 'doubtful')"
        )
        names = [column[0] for column in result.description or []]
        before = {row[0]: dict(zip(names, row, strict=True)) for row in result.fetchall()}
    rows = []
    for key in sorted({*now, *before}, key=lambda key: (key in before, key not in now, str(key))):
        then, new = before.get(key), now.get(key)
        if then and new and then["verdict"] == new["verdict"]:
            continue
        row = {str(name): value for name, value in (new or then or {}).items()}
        change = "new" if then is None else "over" if new is None else "other"
        rows.append({
            "change": change, "finding": key, "verdict": row["verdict"], "rule": row["rule"],
            "about": quantity(row, topic, language), "sentence": sentences.get(row["rule"]) or row.get("sentence"),
        })  # fmt: skip
    return rows
