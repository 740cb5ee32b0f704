"""The command line `cuadra`: what a person types and a program reads.

Exit codes, stable: 0 all well; 1 a new contradiction was found (or, by `check`, any); 2 wrong usage; 3 a
source, the run, or a check of `doctor` failed; 4 an alert could not be delivered. The gravest wins: 3, 4, 1.
"""

import gc
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from cuadra.flows.commands import alerts, show
from cuadra.flows.commands.init import init
from cuadra.flows.commands.options import (
    FAILED,
    NEW_CONTRADICTION,
    AsJson,
    EngineName,
    Format,
    Group,
    SourceName,
    choose_engine,
    open_project,
    open_settings,
    refuse,
)
from cuadra.flows.commands.sources import app as sources_app
from cuadra.flows.commands.tables import as_text, columns
from cuadra.flows.commands.withdraw import withdraw
from cuadra.flows.words.help import HELP_OPTIONS
from cuadra.flows.words.plain import plain
from cuadra.flows.words.said import error_line, translated
from cuadra.flows.words.sentence import label, say

app = typer.Typer(
    name="cuadra",
    cls=Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": [*HELP_OPTIONS]},
    epilog=(
        "Exit codes: 0 all well; 1 new contradiction found; 2 wrong usage; 3 a source or the run failed; "
        "4 an alert could not be delivered."
    ),
)
app.add_typer(alerts.app, name="alerts")
app.add_typer(sources_app, name="sources")
show.register(app)
app.command()(init)
app.command()(withdraw)

DATA_HELP = "The data folder; `data` in the project's folder if not given."
PROJECT_HELP = "The folder of the project; the nearest `cuadra.toml` upwards if not given."
Every = Annotated[float | None, typer.Option(min=0.01, help="Run all sources every so many minutes, not daily.")]


@app.callback()
def cuadra(
    project: Annotated[Path | None, typer.Option("--project", help=PROJECT_HELP)] = None,
    data: Annotated[Path | None, typer.Option("--data", help=DATA_HELP)] = None,
) -> None:
    """Check whether published figures add up, and tell when they do not."""
    # Prefect counts its users otherwise, also where its server is another's, and complains where there is no network.
    os.environ.setdefault("DO_NOT_TRACK", "1")
    if project is not None:
        os.environ["CUADRA_PROJECT"] = str(project.absolute())
    if data is not None:
        os.environ["CUADRA_DATA"] = str(data)


@app.command()
def run(
    source: SourceName = None,
    file: Annotated[
        Path | None,
        typer.Option("--from", exists=True, help="Feed this file in place of the source's address."),
    ] = None,
    engine: EngineName = None,
    as_json: AsJson = False,
) -> None:
    """Fetch, check, load, publish and tell: every source, or one."""
    choose_engine(engine)
    if file and not source:
        refuse("--from: expected --source to say which source the file stands for, got none.")
    from cuadra.flows.commands.run import run_and_tell

    run_and_tell(source, file, as_json=as_json)


@app.command()
def explain(
    key: Annotated[str, typer.Argument(help="The key of a cause or a finding, or how it starts.")],
    as_json: AsJson = False,
) -> None:
    """Explain one cause or finding: the figures with their words and places, and which is probably wrong."""
    from cuadra.flows.commands.explain import explain as explain_key

    explain_key(key, as_json=as_json)


@app.command()
def sql(  # noqa: PLR0913, PLR0917 - one parameter an option
    query: Annotated[str | None, typer.Argument(help="One question; a shell without it, `-` to read it.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How the answer is written.")] = Format.table,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the answer to this file; needed for parquet.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="CSV for programs: words as they are, formulas too.")] = False,
    seconds: Annotated[float, typer.Option(min=0.01, help="How long the answer may take.")] = 60,
    examples: Annotated[bool, typer.Option("--examples", help="Show questions to start from.")] = False,
) -> None:
    """Ask the publication in SQL: read only, without files, network or settings."""
    from cuadra.flows.workers import ASKED

    if not examples:
        ASKED.start()  # it imports what it needs while this process does

    from cuadra.flows.commands.sql import ask, show_examples

    if examples:
        show_examples(as_json=as_json)
        return
    ask(query, Format.json if as_json else form, out, seconds, is_raw=raw)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A press TOML, a CSV of figures, or the folder of a source.")],
    alone: Annotated[bool, typer.Option("--alone", help="Against itself only, not the publication.")] = False,
    engine: EngineName = None,
    as_json: AsJson = False,
) -> None:
    """Say whether the figures of a file tally, with each other and with what is published; load nothing."""
    choose_engine(engine)
    from cuadra.flows.workers import READERS

    READERS.start()  # it imports what it needs while this process does
    gc.disable()  # collecting garbage while importing costs a tenth of the time
    from cuadra.flows.commands.check import report, tally
    from cuadra.flows.report import wrapped

    gc.freeze()
    gc.enable()

    settings = open_settings()
    project = open_project(settings)
    result = tally(file, project, None if alone else settings.publication, settings, datetime.now(UTC))
    if as_json:
        typer.echo(as_text(vars(result)))
    else:
        lines = report(result, project.topic, settings.language)
        typer.echo("\n".join(plain(part) for line in lines for part in wrapped(line, columns())))
    raise typer.Exit(NEW_CONTRADICTION if result.has_findings else 0)


@app.command()
def draft(
    file: Annotated[str, typer.Argument(help="A text, page, PDF, workbook or CSV, or an address.")],
    language: Annotated[str | None, typer.Option(help="Of an article, en or es; guessed without it.")] = None,
    is_opened: Annotated[
        bool, typer.Option("--open", help="Put it into the project's sources, and say the next command.")
    ] = False,
) -> None:
    """Propose a source for an article or a table: its figures, and guesses for a person to look at."""
    from cuadra.flows.commands import draft as drafting

    if language not in {None, "en", "es"}:
        refuse(f"--language: expected en or es, got {language!r}.")
    settings = open_settings()
    project = open_project(settings)
    found = drafting.drafts(file, project, settings, language, datetime.now(UTC))
    if not is_opened:
        typer.echo(found.text(), nl=False)
        return
    written, command = drafting.save(found, project)
    for row in found.rows():
        typer.echo(row)
    asked = found.table.asked if found.table else found.article.count('"?"')
    facts = {"file": project.shown(str(written)), "count": asked, "command": command}
    typer.echo(say(settings.language, "draft.opened", **facts))


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where the files go.")],
    form: Annotated[str, typer.Option("--format", help="all, csv, parquet or sdmx (SDMX-CSV 2.0).")] = "all",
    raw: Annotated[bool, typer.Option("--raw", help="CSV for programs: words as they are, formulas too.")] = False,
    small: Annotated[
        bool, typer.Option("--with-small-counts", help="Show small counts too, which could identify someone.")
    ] = False,
) -> None:
    """Write figures and findings for others to use, without small counts that could identify someone."""
    from cuadra.flows.exports.write import ExportFormat
    from cuadra.flows.exports.write import export as write

    if form not in set(ExportFormat):
        refuse(f"--format: expected one of {', '.join(ExportFormat)}, got {form!r}.")
    settings = open_settings()
    project = open_project(settings)
    form_ = ExportFormat(form)
    made = write(settings.publication, project, folder, form_, settings.language, is_raw=raw, shows_small=small)
    facts = {"figures": made.figures, "findings": made.findings, "withheld": made.withheld, "folder": folder}
    below = project.topic.small_counts.below
    key = "export.done" if made.withheld else "export.done_whole"
    typer.echo(say(settings.language, key, **facts, files=", ".join(made.files), small=below))


@app.command()
def page(
    folder: Annotated[Path, typer.Argument(help="Where the pages go: a new folder, or one that this command made.")],
    language: Annotated[str, typer.Option(help="en, es or both.")] = "both",
    is_one_file: Annotated[bool, typer.Option("--one-file", help="All in one file, to be mailed.")] = False,
    shows_small: Annotated[
        bool, typer.Option("--with-small-counts", help="Show counts that could identify someone; not for others.")
    ] = False,
) -> None:
    """Write the publication as pages: its contradictions by cause, its sources, its rules; they need no network."""
    from cuadra.flows.commands.page import write_pages

    write_pages(folder, language, is_one_file=is_one_file, shows_small=shows_small)


@app.command()
def serve(every: Every = None) -> None:
    """Run sources when they are due, until stopped; with a server of its own, or PREFECT_API_URL's."""
    from cuadra.flows.commands.serve import serve as serve_schedules

    serve_schedules(open_settings(), timedelta(minutes=every) if every else None)


@app.command()
def deploy(pool: Annotated[str, typer.Option(help="The work pool, of type process.")], every: Every = None) -> None:
    """Register the schedules with a work pool of the server that PREFECT_API_URL names."""
    from cuadra.flows.schedule.deploy import deploy as register
    from cuadra.flows.steps import choose

    settings = open_settings()
    sources, _ = choose(open_project(settings))
    names = register(sources, settings, pool, timedelta(minutes=every) if every else None)
    named = f"{', '.join(names[:5])}{' …' if len(names) > 5 else ''}"
    typer.echo(say(settings.language, "serve.deployed", count=len(names), pool=pool, names=named))
    typer.echo(say(settings.language, "serve.worker", pool=pool))


@app.command()
def doctor(
    as_json: AsJson = False,
    send_test: Annotated[bool, typer.Option("--send-test", help="Send a test message to every channel.")] = False,
) -> None:
    """Look from outside whether all that runs unattended does."""
    from cuadra.flows.commands.tables import show as show_table
    from cuadra.flows.doctor.examine import as_rows, examine

    settings = open_settings()
    checks = examine(settings, open_project(settings), datetime.now(UTC), send_tests=send_test)
    has_failed = any(check.state == "fails" for check in checks)
    if as_json:
        rows = as_rows(checks)
        typer.echo(as_text({"is_well": not has_failed, "publication": str(settings.publication), "checks": rows}))
    else:
        show_table(
            [_in_words(row, settings.language) for row in as_rows(checks)], as_json=False, language=settings.language
        )
    raise typer.Exit(FAILED if has_failed else 0)


def _in_words(row: Mapping[str, str], language: str) -> dict[str, str]:
    """A check of the doctor as a person reads it."""
    said = {name: error_line(translated(text, "doctor", language), language) for name, text in row.items()}
    return {**said, "state": label(language, "state", row["state"])}


def main() -> None:
    """Run the command line."""
    app(prog_name="cuadra")


if __name__ == "__main__":
    main()
