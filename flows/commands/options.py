"""What commands share: their options, their settings, and how they refuse."""

import os
import traceback
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from cuadra.flows.project import Project, ProjectError, around, find_project, locate, read_facts, shown
from cuadra.flows.settings import Settings
from cuadra.flows.words.help import in_language
from cuadra.flows.words.plain import plain, plain_lines
from cuadra.flows.words.said import error_line
from cuadra.flows.words.sentence import say
from cuadra.flows.words.usage import in_words
from cuadra.flows.words.vocabulary import LANGUAGES
from cuadra.sources import address

NEW_CONTRADICTION, WRONG_USAGE, FAILED, NOT_DELIVERED = 1, 2, 3, 4
"""The exit codes beside 0, stable; the gravest wins: 3, then 4, then 1."""

EngineName = Annotated[
    str | None, typer.Option("--engine", help="`processes`, or the address of a Dask scheduler; else one process.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
SourceName = Annotated[str | None, typer.Option("--source", "-s", help="Only this source.")]


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"
    markdown = "markdown"


_said: set[str] = set()
"""What this command has said of the project it reads."""


class WrongUsageError(Exception):
    """What was typed cannot be done; the message is one line."""


class Group(TyperGroup):
    """The commands of cuadra: what any room raises on purpose is one line, and never exit code 1."""

    def make_context(self, *arguments: Any, **settings: Any) -> Any:
        """Begin, with help in the reader's language."""
        in_language(self, language())
        try:
            return super().make_context(*arguments, **settings)
        except Exception as error:
            in_words(error, language())
            raise

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        _said.clear()
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            in_words(error, language())
            raise
        except Exception as error:
            room = type(error).__module__.partition(".")[0]
            if room == "typer":  # how Typer leaves
                in_words(error, language())
                raise
            line = _of_the_project(str(error)) if room == "cuadra" else _of_the_machine(error)
            if line is None:
                typer.echo(plain_lines(address.shown(traceback.format_exc())), err=True)
                raise typer.Exit(FAILED) from error
            # A file may have several faults: each is a line of its own.
            for each in [_of_the_project(text) for text in getattr(error, "lines", ())] or [line]:
                typer.echo(plain(error_line(address.shown(each), language())), err=True)
            is_usage = type(error).__name__ in {"WrongUsageError", "QueryError", "PublicationError", "ProjectError"}
            raise typer.Exit(WRONG_USAGE if is_usage else FAILED) from error


def _of_the_machine(error: BaseException) -> str | None:
    """One line about a disk or a server that failed; none where the fault may be ours."""
    first, room = (str(error).splitlines() or [""])[0], type(error).__module__.partition(".")[0]
    if isinstance(error, OSError) or "No space left" in first or "could not write" in first.casefold():
        return (
            f"disk: expected to read and write in the data folder, got {first}. "
            "Make space or fix its permissions, then run it again; what was published is as it was."
        )
    if room in {"httpx", "httpcore", "prefect", "anyio"}:
        return (
            f"Prefect server: expected it to answer until the end, got {type(error).__name__}: {first}. "
            "Run it again: what was published is whole, and what is left to do is done then."
        )
    return None


def language() -> str:
    """The language to speak before any setting is needed; that of the environment where settings cannot be used."""
    try:
        return Settings().language
    except (ValidationError, ProjectError):
        named = os.environ.get("CUADRA_LANGUAGE", "")
        return named if named in LANGUAGES else "en"


def choose_engine(name: str | None) -> None:
    """Let the settings of this process name this engine, where one is given."""
    if name is not None:
        os.environ["CUADRA_ENGINE"] = name


def _expected(message: str) -> str:
    """What pydantic expects, without how it tried to read what it got."""
    text = message.removeprefix("Value error, ").removeprefix("expected ").removeprefix("Input should be ")
    text = text.partition(", unable to")[0].partition(", input is")[0]
    return "a time such as 05:17" if "time format" in text else f"{text[:1].lower()}{text[1:]}"


def open_settings() -> Settings:
    """The settings of this process, or one line about the first that cannot be used and exit code 2.

    Says first, on standard error, which project is read where that may not be plain.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "CUADRA_" + "_".join(str(part) for part in first["loc"]).upper()
        got = "another" if "url" in name.casefold() else repr(first["input"])
        refuse(f"setting {name}: expected {_expected(first['msg'])}, got {got}. Correct the environment.")
    if (line := _which(settings)) and line not in _said:
        _said.add(line)
        typer.echo(line, err=True)
    return settings


def open_project(settings: Settings) -> Project:
    """The project that these settings name, with its topic."""
    return find_project(settings.project, os.environ, Path.cwd())


def _of_the_project(text: str) -> str:
    """The text with paths as people know them: from their project's folder on."""
    try:
        return shown(text, locate(None, os.environ, Path.cwd()))
    except ProjectError:
        return text


def _which(settings: Settings) -> str | None:
    """The line that says which project is read, unless somebody named it or stands in its folder."""
    folder, data = settings.project, settings.data.absolute()
    if folder is None:
        return say(settings.language, "project.shipped", data=data)
    outer = around(folder)
    if os.environ.get("CUADRA_PROJECT") or (folder == Path.cwd() and outer is None):
        return None
    facts = {"title": read_facts(folder).title, "folder": folder, "data": data}
    if outer:
        return say(settings.language, "project.nested", **facts, outer=outer)
    return say(settings.language, "project.found", **facts)


def refuse(message: str, code: int = WRONG_USAGE) -> NoReturn:
    """Print one line for a person and leave with an exit code."""
    typer.echo(plain(error_line(address.shown(message), language())), err=True)
    raise typer.Exit(code)
