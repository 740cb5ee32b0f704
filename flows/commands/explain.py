"""`cuadra explain KEY`: one cause or one finding, with its figures, its intervals drawn, and what is likely."""

from typing import Any

import duckdb
import typer

from cuadra.checks.topic import Topic
from cuadra.flows.causes import accepted, cause_of, corrected, read_causes, with_terms
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

SHOWN_VERDICTS = ("fails", "doubtful")
"""What can be accepted."""

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
        row["accepted"] = accepted(con, [name] if kind == "finding" else [each["finding"] for each in row["evidence"]])
        if kind == "cause":
            row["corrected"] = corrected(con, [each["finding"] for each in row["evidence"]])
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
    if likely := _explained(row, language):
        lines.append(f"   {likely}")
    if not row["is_open"] and not row["accepted"]:
        lines.append(f"   {say(language, 'cause.over')}")
    lines += [f"   {line}" for line in _decided(row, language)]
    for each in row["evidence"][:SHOWN]:
        lines += ["", *_evidence(each, topic, language)]
    if (rest := len(row["evidence"]) - SHOWN) > 0:
        lines.append(say(language, "cause.rest", count=rest))
    keys = [each["finding"] for each in row["evidence"]]
    lines += ["", say(language, "cause.keys", count=len(keys), cause=row["cause"], findings=", ".join(keys))]
    return [*lines, *(_waiver(keys, language) if row["is_open"] else [])]


def _finding_lines(row: Row, topic: Topic, language: str) -> list[str]:
    lines = [finding.head(row, topic, language), *_evidence(row, topic, language)[1:]]
    lines += [f"   {line}" for line in finding.quotes(row["words"], topic, language)]
    if likely := finding.in_language(row, "explanation", language):
        lines.append(f"   {say(language, 'finding.likely', explanation=likely)}")
    if row["cause"]:
        lines.append(f"   {say(language, 'finding.cause', cause=row['cause'])}")
    lines += [f"   {line}" for line in _decided(row, language)]
    is_wrong = row["is_open"] and row["verdict"] in SHOWN_VERDICTS and not row["accepted"]
    return [*lines, *(_waiver([row["finding"]], language) if is_wrong else [])]


def _explained(row: Row, language: str) -> str:
    """What is likely, with the figures in conflict and what would decide, as a finding of the cause has it."""
    likely = finding.in_language(row, "likely", language)
    whole = (finding.in_language(each, "explanation", language) for each in row["evidence"])
    return next((each for each in whole if likely and likely in each), likely)


def _decided(row: Row, language: str) -> list[str]:
    """What people here decided about it: an acceptance in force, a correction."""
    lines = [say(language, "cause.waived", **each) for each in row["accepted"]]
    sources = row.get("corrected") or []
    return [*lines, *([say(language, "cause.corrected", sources=", ".join(sources))] if sources else [])]


def _waiver(keys: list[str], language: str) -> list[str]:
    """The entries to copy into the file of waivers, one a finding."""
    lines = ["", say(language, "cause.accept")]
    for key in keys[:SHOWN]:
        lines += [
            "[[waiver]]", f'finding = "{key}"', "until   = YYYY-MM-DD",
            f'reason  = "{say(language, "cause.why")}"', 'who     = "…"',
        ]  # fmt: skip
    return lines


def _evidence(row: Row, topic: Topic, language: str) -> list[str]:
    """One relation: what it is about, both sides, their intervals drawn, what is expected."""
    expected = finding.expected(row, language)
    drawn = cause.drawn(row, topic, language)
    return [f"{finding.head(row, topic, language)} [{row['finding']}]"] + [
        f"   {line}"
        for line in (
            cause.sides(row, topic, language, None),
            *cause.behind(row, topic, language),
            *drawn,
            *expected,
        )
    ]


def _rows(result: duckdb.DuckDBPyConnection) -> list[Row]:
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
