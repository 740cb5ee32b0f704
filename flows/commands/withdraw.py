"""`cuadra withdraw`: a source is taken back, or put in force again; the next run does it and tells."""

import difflib
from datetime import UTC, datetime
from typing import Annotated

import typer

from cuadra.flows.alerts.journal import Journal
from cuadra.flows.commands.options import open_project, open_settings, refuse
from cuadra.flows.commands.sources import login
from cuadra.flows.words.sentence import say


def withdraw(
    source: Annotated[str, typer.Argument(help="The source.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Put it in force again.")] = False,
) -> None:
    """Take a source's figures out of force at the next run; the history is kept."""
    from cuadra.flows.decisions import withdrawn
    from cuadra.sources.catalog import find_sources
    from cuadra.sources.source import SourceError
    from cuadra.warehouse.decision import sources_in_force
    from cuadra.warehouse.publication import open_publication

    if not reason.strip():
        refuse('withdraw: expected a reason, got none. Add --reason "…".')
    settings = open_settings()
    journal = Journal(settings.data)
    gone = withdrawn(journal.read())
    if undo and source not in gone:
        refuse(f"withdraw, {source!r}: expected a source that is withdrawn, got none. See `cuadra sources`.")
    if not undo:
        if source in gone:
            refuse(f"withdraw, {source!r}: expected a source in force, got one that {gone[source]['by']} withdrew.")
        project = open_project(settings)
        found = find_sources(project.sources, project.topic, project.area)
        known = {each.source if isinstance(each, SourceError) else each.name for each in found}
        if settings.publication.exists():
            with open_publication(settings.publication) as con:
                known |= set(sources_in_force(con))
        if source not in known:
            near = difflib.get_close_matches(source, known, n=3) or sorted(known)[:3]
            refuse(f"withdraw, {source!r}: expected a source such as {', '.join(near)}, got none of this name. "
                   "`cuadra sources` lists them.")  # fmt: skip
    act = "reinstate" if undo else "withdraw"
    journal.append(act, source=source, reason=reason, by=login(), at=datetime.now(UTC).isoformat())
    typer.echo(say(settings.language, "sources.reinstated" if undo else "sources.withdrawn", source=source))
