"""The commands that look: rules, findings, quarantine, history, and one that goes back: rollback."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cuadra.flows.commands.options import FAILED, AsJson, WrongUsageError, open_project, open_settings, refuse
from cuadra.flows.commands.tables import show
from cuadra.flows.project import Project
from cuadra.flows.words.rule import rule_sentence
from cuadra.flows.words.sentence import label, say

if TYPE_CHECKING:
    import duckdb

    from cuadra.checks.rule import Rule


def rules(
    as_json: AsJson = False,
    lint: Annotated[bool, typer.Option("--lint", help="Look for rules that cannot hold or add nothing.")] = False,
) -> None:
    """List the rules: what must hold, how grave it is, and where each comes from."""
    from cuadra.checks.rule import load_rules

    settings = open_settings()
    project, language = open_project(settings), settings.language
    found, topic = load_rules(project.topic), project.topic
    if lint:
        from cuadra.flows.lint_rules import remarks

        odd = remarks(found, topic, language)
        if odd or as_json:
            show(odd, as_json=as_json, language=language)
        else:
            typer.echo(say(language, "lint.sound", count=len(found)))
        raise typer.Exit(FAILED if odd else 0)
    rows = [
        {
            "name": rule.name,
            "severity": rule.severity if as_json else label(language, "severity", rule.severity),
            "origin": rule.origin,
            "sentence": rule_sentence(rule, topic, language),
            **_files(rule, project),
        }
        for rule in found
    ]
    show(rows, as_json=as_json, language=language)


def _files(rule: "Rule", project: Project) -> dict[str, str]:
    """The file that a rule comes from, and the one of the layers below that it stands in for."""
    from cuadra.checks.rule import replaced

    topic = project.topic
    found, before = Path(), [Path()]
    if rule.origin.endswith(".toml"):
        named = [folder / "rules" / rule.origin for folder in topic.folders]
        found = next(path for path in reversed(named) if path.exists())
        before = [old for old, new in replaced(topic).items() if new == found]
    elif rule.origin.endswith(".csv"):
        codes = topic.code_list(rule.origin.removesuffix(".csv"))
        found, before = codes.files[0], list(codes.replaced)
    names = {"from": found, "replaces": before[0] if before else Path()}
    return {name: project.shown(str(path)) if path.name else "" for name, path in names.items()}


def history(
    as_json: AsJson = False,
    decisions: Annotated[
        bool, typer.Option("--decisions", help="Waivers, corrections, withdrawals and accepted editions instead.")
    ] = False,
) -> None:
    """List the publications, newest first, and which of them `rollback` can put back."""
    from cuadra.warehouse import publish

    settings = open_settings()
    if decisions:
        found = _ask("SELECT * EXCLUDE (run) FROM decision ORDER BY made_at DESC, kind, subject", [])
        rows = [row if as_json else row | {"kind": label(settings.language, "decision", row["kind"])} for row in found]
        show(rows, as_json=as_json, language=settings.language)
        return
    rows = publish.history(settings.publication)
    show(rows, as_json=as_json, language=settings.language, empty="table.no_publication")


def rollback(
    publication: Annotated[str | None, typer.Argument(help="Its name; the one before if not given.")] = None,
) -> None:
    """Put an earlier publication back; the next run builds on it."""
    from cuadra.flows.lock import writer
    from cuadra.flows.pages.renewal import renew
    from cuadra.warehouse import publish

    settings = open_settings()
    with writer(settings):
        name = publish.rollback(settings.publication, publication)
        _, error = renew(settings, open_project(settings), name)
    typer.echo(say(settings.language, "rollback.done", database=settings.publication, publication=name))
    if error:
        typer.echo(say(settings.language, "report.no_pages", error=error))


quarantine = typer.Typer(no_args_is_help=True, help="Rows that broke the contract: kept, shown, read again.")
SourceArgument = Annotated[str | None, typer.Argument(help="Only this source.")]


@quarantine.command("list")
def list_quarantined(source: SourceArgument = None, as_json: AsJson = False) -> None:
    """Count what is in quarantine by source and reason."""
    show(
        _ask("""
            SELECT source, reason, count(*) AS rows, any_value(message) AS example
            FROM quarantine WHERE source = coalesce(?, source) GROUP BY ALL ORDER BY source, rows DESC
        """, [source]),
        as_json=as_json,
        language=open_settings().language,
        empty="table.no_quarantine",
    )  # fmt: skip


@quarantine.command("show")
def show_quarantined(source: SourceArgument = None, most: int = 20, as_json: AsJson = False) -> None:
    """Show the rows themselves, raw, with their place and what is wrong."""
    show(
        _ask(
            "SELECT source, locator, message, raw FROM quarantine WHERE source = coalesce(?, source) "
            "ORDER BY source, locator LIMIT ?",
            [source, most],
        ),
        as_json=as_json,
        language=open_settings().language,
        empty="table.no_quarantine",
    )


@quarantine.command("replay")
def replay_quarantined(source: Annotated[str, typer.Argument(help="The source.")], as_json: AsJson = False) -> None:
    """Read a source's latest snapshot again, after its reading or its codes were corrected."""
    from cuadra.flows.commands.run import run_and_tell
    from cuadra.sources.snapshot import is_whole

    rows = _ask(
        "SELECT snapshot.path FROM vintage INNER JOIN snapshot ON vintage.snapshot = snapshot.sha256 "
        "WHERE vintage.source = ? ORDER BY vintage DESC LIMIT 1",
        [source],
    )
    if not rows:
        raise WrongUsageError(f"source {source!r}: expected one that was read, got none. See `cuadra sources`.")
    name = Path(rows[0]["path"]).name
    snapshots = open_settings().snapshots
    kept = snapshots / name[:2] / name
    if not is_whole(snapshots, name):
        refuse(f"snapshot, {kept}: expected the bytes that were fetched, got others or none. Restore a backup.", FAILED)
    run_and_tell(source, kept, as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (rules, history, rollback):
        app.command()(command)
    app.add_typer(quarantine, name="quarantine")


def _ask(sql: str, values: list[Any]) -> list[dict[str, Any]]:
    from cuadra.warehouse.publication import open_publication

    with open_publication(open_settings().publication) as con:
        return _rows(con, sql, values)


def _rows(con: "duckdb.DuckDBPyConnection", sql: str, values: list[Any]) -> list[dict[str, Any]]:
    result = con.execute(sql, values)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
