"""`cuadra sources`: what is read and when it last was; and `accept`, which releases an edition that is held."""

import getpass
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cuadra.checks.topic import Topic
from cuadra.flows import runlog
from cuadra.flows.alerts.journal import Journal
from cuadra.flows.commands.learn import learn
from cuadra.flows.commands.options import FAILED, AsJson, open_project, open_settings, refuse
from cuadra.flows.commands.tables import show
from cuadra.flows.words.plain import plain
from cuadra.flows.words.sentence import label, say

app = typer.Typer(invoke_without_command=True)
app.command()(learn)


@app.callback()
def sources(context: typer.Context, as_json: AsJson = False) -> None:
    """List the sources: what each is, how often it is read, when it last was, and the file it comes from."""
    if context.invoked_subcommand:
        return
    from cuadra.flows.decisions import withdrawn
    from cuadra.sources.catalog import find_sources
    from cuadra.sources.source import SourceError

    settings = open_settings()
    project, entries = open_project(settings), runlog.read(settings.data)
    rows: list[dict[str, Any]] = []
    errors, broken, gone = [], set[str](), withdrawn(Journal(settings.data).read())
    for each in find_sources(project.sources, project.topic, project.area):
        if isinstance(each, SourceError):
            broken.add(each.source)
            errors += [project.shown(line) for line in each.lines or (str(each),)]
            continue
        last = runlog.last_good(entries, each.name)
        rows.append({
            "source": each.name, "publisher": each.publisher, "register": each.register,
            "published": each.published, "cadence": each.cadence if each.enabled else "when named",
            "read": f"{last:%Y-%m-%d %H:%M}" if last else None, "title": each.title,
            "from": project.shown(str(each.origin)), "state": "withdrawn" if each.name in gone else None,
            "ignores": dict(each.ignores),
        })  # fmt: skip
    known = {row["source"] for row in rows} | broken
    rows += [row for row in _without_file(settings.publication, gone) if row["source"] not in known]
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
    undo: Annotated[bool, typer.Option("--undo", help="Take the last acceptance back.")] = False,
) -> None:
    """Release an edition that is held because it has far fewer figures: the next run loads it."""
    from cuadra.flows.decisions import last_word
    from cuadra.flows.hold import held_edition

    if not reason.strip():
        refuse('accept: expected a reason, got none. Add --reason "…".')
    settings = open_settings()
    journal = Journal(settings.data)
    if undo:
        said = [each for key, each in last_word(journal.read(), "accept").items() if key[0] == source]
        last = max(said, key=lambda each: str(each["at"]), default=None)
        sha256 = last["snapshot"] if last and last["entry"] == "accept" else None
        if sha256 is None or _last_loaded(settings.publication, source) not in {sha256, None}:
            now = held_edition(source, runlog.read(settings.data))
            if sha256 is None or now != sha256:
                refuse(
                    f"accept, {source!r}: expected a source whose last edition was accepted, got none. See "
                    "`cuadra history --decisions`."
                )
    else:
        sha256 = held_edition(source, runlog.read(settings.data))
        if sha256 is None:
            refuse(
                f"accept, {source!r}: expected a source whose last run held an edition, got none. See `cuadra sources`."
            )
    at = datetime.now(UTC).isoformat()
    journal.append("unaccept" if undo else "accept", source=source, snapshot=sha256, reason=reason, by=login(), at=at)
    typer.echo(say(settings.language, "sources.unaccepted" if undo else "sources.accepted", source=source))


def _last_loaded(publication: Path, source: str) -> str | None:
    """The snapshot of a source's last vintage in the publication; none where there is none."""
    from cuadra.warehouse.publication import open_publication

    if not publication.exists():
        return None
    with open_publication(publication) as con:
        found = con.execute(
            "SELECT snapshot FROM vintage WHERE source = ? ORDER BY vintage DESC LIMIT 1", [source]
        ).fetchall()
    return str(found[0][0]) if found else None


def login() -> str:
    """Who is logged in."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "unknown"


def _in_words(row: dict[str, Any], topic: Topic, language: str) -> dict[str, Any]:
    """The columns of a source that are codes, in labels."""
    register = topic.code_list("register").label(row["register"], language) if row["register"] else None
    cadence = label(language, "cadence", row["cadence"]) if row["cadence"] else None
    states = {"withdrawn": say(language, "sources.is_withdrawn"), "no file": say(language, "sources.no_file")}
    return {"register": register, "cadence": cadence, "state": states.get(row["state"])}


def _without_file(publication: Path, gone: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each source of the publication that has figures in force, or was withdrawn: its file may be gone."""
    from cuadra.warehouse.publication import open_publication

    if not publication.exists():
        return []
    with open_publication(publication) as con:
        found = con.execute(
            "SELECT source, publisher, register, published, title, "
            "source IN (SELECT source FROM observation WHERE vintage_to IS NULL) FROM source ORDER BY source"
        ).fetchall()
    return [
        {
            "source": name, "publisher": publisher, "register": register, "published": published, "cadence": None,
            "read": None, "title": title, "from": None, "state": "withdrawn" if name in gone else "no file",
            "ignores": {},
        }
        for name, publisher, register, published, title, has_figures in found
        if has_figures or name in gone
    ]  # fmt: skip
