"""The commands that only look, or that change one thing: sources, rules, findings, quarantine, history, SQL."""

from typing import Annotated, Any

import typer

from flows.options import FAILED, AsJson, open_settings, refuse
from flows.tables import show


def sources(as_json: AsJson = False) -> None:
    """List the sources: what each is, how often it is read, and when it last was."""
    from flows import runlog
    from sources.source import SourceError, find_sources

    entries = runlog.read(open_settings().data)
    rows: list[dict[str, Any]] = []
    errors = []
    for each in find_sources():
        if isinstance(each, SourceError):
            errors.append(str(each))
            continue
        last = runlog.last_good(entries, each.name)
        rows.append({
            "source": each.name, "publisher": each.publisher, "register": each.register,
            "published": each.published, "cadence": each.cadence if each.enabled else "off",
            "read": f"{last:%Y-%m-%d %H:%M}" if last else None, "title": each.title,
        })  # fmt: skip
    show(rows, as_json=as_json)
    for error in errors:
        typer.echo(error, err=True)
    if errors:
        raise typer.Exit(FAILED)


def rules(
    as_json: AsJson = False,
    lint: Annotated[
        bool, typer.Option("--lint", help="Look for rules that cannot hold or add nothing.")
    ] = False,
) -> None:
    """List the rules: what must hold, how grave it is, and where each comes from."""
    from checks.rule import RuleError, load_rules

    try:
        found = load_rules()
    except RuleError as error:
        refuse(str(error), FAILED)
    if lint:
        _lint(found, as_json=as_json)
        return
    names = ("name", "severity", "origin", "sentence")
    show([{name: getattr(rule, name) for name in names} for rule in found], as_json=as_json)


def _lint(found: list[Any], *, as_json: bool) -> None:
    pass


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (sources, rules):
        app.command()(command)
