"""`cuadra serve`: what it says, and how it stops."""

import contextlib
import os
from datetime import timedelta

import typer

from cuadra.flows.commands.options import open_project
from cuadra.flows.schedule import serve as schedules
from cuadra.flows.schedule.deployments import scheduled
from cuadra.flows.schedule.server import server
from cuadra.flows.settings import Settings
from cuadra.flows.steps import choose
from cuadra.flows.words.sentence import say
from cuadra.sources.address import shown


def serve(settings: Settings, every: timedelta | None) -> None:
    """Serve until stopped; a signal ends the process quietly.

    Raises:
        ServeError: the server or its runner is gone.
    """
    stopped = say(settings.language, "serve.stopped")
    schedules.stop_on_signals(None, settings.data, stopped, _print)
    sources, _ = choose(open_project(settings))
    if settings.project:
        os.environ["CUADRA_PROJECT"] = str(settings.project.absolute())  # its runs are processes of their own
    with server(settings, every) as (url, own):
        schedules.stop_on_signals(own, settings.data, stopped, _print)
        if every:
            when = say(settings.language, "serve.every", minutes=f"{every.total_seconds() / 60:g}")
        else:
            when = say(settings.language, "serve.daily", time=f"{settings.daily_at:%H:%M}", zone=settings.timezone)
        count, page = len(scheduled(sources)) + 2, shown(url).removesuffix("/api")
        typer.echo(say(settings.language, "serve.serving", count=count, when=when, url=page))
        if own:
            typer.echo(say(settings.language, "serve.pages", url=f"{page}/page/"))
        schedules.serve(sources, settings, every, own)


def _print(line: str) -> None:
    """Print from a signal handler, where nothing else may be asked for."""
    with contextlib.suppress(OSError):
        os.write(1, f"{line}\n".encode())
