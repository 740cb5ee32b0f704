"""`cuadra explain KEY`: one cause or one finding, with its figures, its intervals drawn, and what is likely."""

from typing import Any

import duckdb
import typer

from cuadra.checks.topic import Topic
from cuadra.flows.causes import cause_of, read_causes, with_terms
from cuadra.flows.commands.options import WrongUsageError, open_project, open_settings
from cuadra.flows.commands.tables import as_text, columns
from cuadra.flows.report import wrapped
from cuadra.flows.words import cause, finding
from cuadra.flows.words.plain import plain
from cuadra.flows.words.sentence import say
from cuadra.warehouse.database import check_current
from cuadra.warehouse.publication import open_publication

SHOWN = 10
"""At most so many relations of one cause are shown."""

Row = dict[str, Any]


def explain(key: str, *, as_json: bool) -> None:
    """Print one cause or finding: the figures with their words and places, and which is probably wrong.

    Raises:
        WrongUsageError: no key starts so, or several do.
    """
    settings = open_settings()
    with open_publication(settings.publication) as con:
        check_current(con, settings.publication)
        kind, name = _found(con, key)
        row = read_causes(con, [name])[0] if kind == "cause" else _finding(con, name)
    if as_json:
        typer.echo(as_text(row))
        return
    lines = (_cause_lines if kind == "cause" else _finding_lines)(row, open_project(settings).topic, settings.language)
    typer.echo("\n".join(plain(part) for line in lines for part in wrapped(line, columns())))


def _found(con: duckdb.DuckDBPyConnection, key: str) -> tuple[str, str]:
    """Whether a key is of a cause or of a finding, and the whole of it.

    Raises:
        WrongUsageError: none starts so, or several do.
    """
    found = con.execute(
        "SELECT 'cause', cause FROM cause WHERE starts_with(cause, $key) "
        "UNION ALL SELECT 'finding', finding FROM finding WHERE starts_with(finding, $key) ORDER BY ALL",
        {"key": key},
    ).fetchall()
    if len(found) != 1:
        keys = ", ".join(name for _, name in found[:5]) or "none"
        raise WrongUsageError(
            f"key {key!r}: expected one cause or finding, got {keys}. "
            '`cuadra sql "FROM cause"` and `cuadra sql "FROM open_finding"` list them.'
        )
    return found[0]


def _finding(con: duckdb.DuckDBPyConnection, name: str) -> Row:
    """A finding with its terms, its suspects and its cause."""
    result = con.execute(
        "SELECT * EXCLUDE (block, cell) FROM finding LEFT JOIN block USING (block) LEFT JOIN cell USING (cell) "
        "WHERE finding = ?",
        [name],
    )
    row = with_terms(con, _rows(result))[0]
    suspects = con.execute(
        "SELECT answer, odds, says, source, locator, explanation.lower, explanation.upper, hypothesis "
        "FROM explanation LEFT JOIN observation USING (observation_id) "
        "WHERE finding = ? AND vintage_to IS NULL ORDER BY odds DESC, answer, says",
        [name],
    )
    return {**row, "suspects": _rows(suspects), "cause": cause_of(con, name)}


def _cause_lines(row: Row, topic: Topic, language: str) -> list[str]:
    lines = [cause.head(row, topic, language)]
    if likely := finding.in_language(row, "likely", language):
        lines.append(f"   {likely}")
    if not row["is_open"]:
        lines.append(f"   {say(language, 'cause.over')}")
    for each in row["evidence"][:SHOWN]:
        lines += ["", *_evidence(each, topic, language)]
    if (rest := len(row["evidence"]) - SHOWN) > 0:
        lines.append(say(language, "cause.rest", count=rest))
    return lines


def _finding_lines(row: Row, topic: Topic, language: str) -> list[str]:
    lines = [finding.head(row, topic, language), *_evidence(row, topic, language)[1:]]
    lines += [f"   {line}" for line in finding.quotes(row["words"], topic, language)]
    if likely := finding.in_language(row, "explanation", language):
        lines.append(f"   {say(language, 'finding.likely', explanation=likely)}")
    if row["cause"]:
        lines.append(f"   {say(language, 'finding.cause', cause=row['cause'])}")
    return lines


def _evidence(row: Row, topic: Topic, language: str) -> list[str]:
    """One relation: what it is about, both sides, their intervals drawn, what is expected."""
    expected = finding.expected(row, language)
    drawn = cause.drawn(row, topic, language)
    return [f"{finding.head(row, topic, language)} [{row['finding']}]"] + [
        f"   {line}" for line in (cause.sides(row, topic, language), *drawn, *expected)
    ]


def _rows(result: duckdb.DuckDBPyConnection) -> list[Row]:
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
