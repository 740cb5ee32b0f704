"""The command line `cuadra`: what a person types and a program reads.

Exit codes, stable: 0 all well; 1 a new contradiction was found (or, by `check`, any); 2 wrong usage; 3 a source,
the run, or a check of `doctor` failed; 4 an alert could not be delivered. The gravest wins: 3, then 4, then 1.
"""

import atexit
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from flows import alerts, show
from flows.options import FAILED, AsJson, Group, SourceName, open_settings, refuse
from flows.tables import as_text

app = typer.Typer(
    name="cuadra",
    cls=Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(
        "Exit codes: 0 all well; 1 new contradiction found; 2 wrong usage; 3 a source or the run failed; "
        "4 an alert could not be delivered."
    ),
)
app.add_typer(alerts.app, name="alerts")
show.register(app)

DATA_HELP = "The data folder; `data` if not given."
Every = Annotated[
    float | None, typer.Option(min=0.01, help="Run all sources every so many minutes, not daily.")
]


@app.callback()
def cuadra(data: Annotated[Path | None, typer.Option("--data", help=DATA_HELP)] = None) -> None:
    """Check whether published figures on trafficking in persons add up, and tell when they do not."""
    if data is not None:
        os.environ["CUADRA_DATA"] = str(data)


@app.command()
def run(
    source: SourceName = None,
    file: Annotated[
        Path | None,
        typer.Option("--from", exists=True, help="Feed this file in place of the source's address."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch, check, load, publish and tell: every source, or one."""
    from flows import run as runs
    from flows.report import lines

    settings = open_settings()
    if file and not source:
        refuse("--from: expected --source to say which source the file stands for, got none.")
    with runs.progress(is_quiet=as_json):
        report = runs.run(settings, source, file)
    typer.echo(as_text(report.as_json()) if as_json else "\n".join(lines(report, settings.language)))
    raise typer.Exit(report.exit_code)


@app.command()
def serve(every: Every = None) -> None:
    """Run sources when they are due, until stopped: with a Prefect server, or the one PREFECT_API_URL names."""
    from flows import serve as schedules
    from flows.steps import choose

    settings = open_settings()
    sources, _ = choose()
    try:
        with schedules.server(settings) as url:
            typer.echo(
                f"Serving {len(schedules.scheduled(sources)) + 1} schedules; see {url.removesuffix('/api')}"
            )
            schedules.serve(sources, settings, timedelta(minutes=every) if every else None)
    except KeyboardInterrupt:
        typer.echo("Stopped.")


@app.command()
def deploy(
    pool: Annotated[str, typer.Option(help="The work pool, of type process.")], every: Every = None
) -> None:
    """Register the schedules with a work pool on the server that PREFECT_API_URL names, for several machines."""
    from flows.deploy import deploy as register
    from flows.steps import choose

    settings = open_settings()
    sources, _ = choose()
    names = register(sources, settings, pool, timedelta(minutes=every) if every else None)
    typer.echo(
        f"{len(names)} deployments in pool {pool}: {', '.join(names[:5])}{' …' if len(names) > 5 else ''}"
    )
    typer.echo(f"Start a worker where the data folder is: prefect worker start --pool {pool}")


@app.command()
def doctor(
    as_json: AsJson = False,
    send_test: Annotated[
        bool, typer.Option("--send-test", help="Send a test message to every channel.")
    ] = False,
) -> None:
    """Look from outside whether all that runs unattended does."""
    from flows import doctor as looks
    from flows.tables import show as show_table

    settings = open_settings()
    checks = looks.examine(settings, datetime.now(UTC), send_tests=send_test)
    has_failed = any(check.state == "fails" for check in checks)
    if as_json:
        rows = looks.as_rows(checks)
        typer.echo(
            as_text({"is_well": not has_failed, "publication": str(settings.publication), "checks": rows})
        )
    else:
        show_table(looks.as_rows(checks), as_json=False)
    raise typer.Exit(FAILED if has_failed else 0)


def _hush() -> None:
    """Say nothing more: DuckDB's binding would complain of what Prefect's threads still hold at the very end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def main() -> None:
    """Run the command line."""
    atexit.register(_hush)
    app(prog_name="cuadra")


if __name__ == "__main__":
    main()
