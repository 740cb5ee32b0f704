"""A warehouse with figures that were checked, as a run does it but for Prefect, the clock and the disk."""

from datetime import datetime

import duckdb

from cuadra.checks.rule import load_rules
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts.confront import confront
from cuadra.flows import findings
from cuadra.flows.explaining import explain_all
from cuadra.warehouse.cause import record_causes
from cuadra.warehouse.finding import record_checks
from cuadra.warehouse.printed import words_of
from tests.checks.figures import TOPIC
from tests.warehouse.loading import brought_up, in_memory, load


def checked(*rows, run="r1", con=None, topic: Topic = TOPIC) -> duckdb.DuckDBPyConnection:
    """A warehouse in memory with these figures of one source, and what the check of them found."""
    if con is None:
        con = in_memory() if topic is TOPIC else duckdb.connect()
        brought_up(con, topic)
    if rows:
        load(con, *rows, sha256=run * 16, now=datetime(2026, 11, 24, int(run[1:])), run=run)
    return check(con, run, topic)


def check(con, run, topic=TOPIC):
    rules = load_rules(topic)
    confrontation = confront(con, topic, rules, "figure_in_force")
    explained = explain_all(confrontation)
    found = findings.in_words(confrontation, rules, topic, explained, lambda keys: words_of(con, keys))
    new = record_checks(
        con, run, findings.rule_rows(rules, topic), confrontation.tally, findings.as_table(found, topic),
        confrontation.bound, findings.suspects(found, topic, explained), breakdowns=topic.names,
    )  # fmt: skip
    made = findings.cause_rows(findings.causes_of(found, explained), explained, topic)
    record_causes(con, run, confrontation.term, confrontation.figure, made, new, breakdowns=topic.names)
    return con
