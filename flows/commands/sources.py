"""`cuadra sources`: what is read and when it last was; and `accept`, which releases an edition that is held."""

import getpass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from cuadra.checks.topic import Topic
from cuadra.flows import runlog
from cuadra.flows.alerts.journal import Journal
from cuadra.flows.commands.options import FAILED, AsJson, open_project, open_settings, refuse
from cuadra.flows.commands.tables import show
from cuadra.flows.words.plain import plain
from cuadra.flows.words.sentence import label, say

app = typer.Typer(invoke_without_command=True)


@app.callback()
def sources(context: typer.Context, as_json: AsJson = False) -> None:
    """List the sources: what each is, how often it is read, when it last was, and the file it comes from."""
    if context.invoked_subcommand:
        return
    from cuadra.sources.catalog import find_sources
    from cuadra.sources.source import SourceError

    settings = open_settings()
    project, entries = open_project(settings), runlog.read(settings.data)
    rows: list[dict[str, Any]] = []
    errors = []
    for each in find_sources(project.sources, project.topic, project.area):
        if isinstance(each, SourceError):
            errors.append(project.shown(str(each)))
            continue
        last = runlog.last_good(entries, each.name)
        rows.append({
            "source": each.name, "publisher": each.publisher, "register": each.register,
            "published": each.published, "cadence": each.cadence if each.enabled else "when named",
            "read": f"{last:%Y-%m-%d %H:%M}" if last else None, "title": each.title,
            "from": project.shown(str(each.origin)), "ignores": dict(each.ignores),
        })  # fmt: skip
    if not as_json:
        rows = [
            {**row, **_in_words(row, project.topic, settings.language), "ignores": ", ".join(row["ignores"]) or None}
            for row in rows
        ]
    show(rows, as_json=as_json, language=settings.language)
    for error in errors:
        typer.echo(plain(error), err=True)
    if errors:
        raise typer.Exit(FAILED)


@app.command()
def accept(
    source: Annotated[str, typer.Argument(help="The source.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept.")] = "",
) -> None:
    """Release an edition that is held because it has far fewer figures: the next run loads it."""
    from cuadra.flows.hold import held_edition

    if not reason.strip():
        refuse('accept: expected a reason, got none. Add --reason "…".')
    settings = open_settings()
    sha256 = held_edition(source, runlog.read(settings.data))
    if sha256 is None:
        refuse(f"accept, {source!r}: expected a source whose last run held an edition, got none. See `cuadra sources`.")
    Journal(settings.data).append(
        "accept", source=source, snapshot=sha256, reason=reason, by=login(), at=datetime.now(UTC).isoformat()
    )
    typer.echo(say(settings.language, "sources.accepted", source=source))


def login() -> str:
    """Who is logged in."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "unknown"


def _in_words(row: dict[str, Any], topic: Topic, language: str) -> dict[str, Any]:
    """The columns of a source that are codes, in labels."""
    register = topic.code_list("register").label(row["register"], language) if row["register"] else None
    return {"register": register, "cadence": label(language, "cadence", row["cadence"])}
