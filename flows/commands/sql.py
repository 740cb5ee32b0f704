"""`cuadra sql`: one question to the publication, or a shell of them; read only, safe for text from anyone."""

import contextlib
import itertools
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import typer
from rich.console import Console

from cuadra.flows.commands.answer import Asking, Row, whole, write_rows
from cuadra.flows.commands.options import Format, WrongUsageError, open_project, open_settings
from cuadra.flows.commands.tables import console, show
from cuadra.flows.words.plain import plain
from cuadra.flows.words.sentence import say
from cuadra.warehouse.query import QueryError

TABLE_ROWS = 10_000
"""Rows that a table shows of an answer; other forms have them all."""

SHELL_ROWS = 200
"""Rows that the shell shows of an answer."""


def ask(query: str | None, form: Format, out: Path | None, seconds: float, *, is_raw: bool) -> None:
    """Answer one question, or read questions in a shell where there is none and somebody types.

    Raises:
        QueryError: the question is refused or wrong, or costs too much.
    """
    asking = Asking(open_settings(), seconds)
    if query is None and sys.stdin.isatty():
        _shell(asking)
        return
    text = sys.stdin.read() if query in (None, "-") else str(query)
    write(asking, text, form, out, is_raw=is_raw)


def show_examples(*, as_json: bool) -> None:
    """Print questions to start from, as the topic has them."""
    settings = open_settings()
    language, topic = settings.language, open_project(settings).topic
    rows = [{"asks": each.asks.of(language), "sql": each.sql} for each in topic.queries]
    show(rows, as_json=as_json, language=language)


def write(asking: Asking, text: str, form: Format, out: Path | None, *, is_raw: bool = False) -> None:
    """Write an answer to the terminal or to a file, as it comes; a file appears whole or not at all."""
    if form is Format.parquet and out is None:
        raise WrongUsageError("--format parquet: expected --out FILE to write to, got none.")
    if out is not None:
        with whole(out) as aside:
            if form is Format.parquet:
                asking.parquet(text, aside)
                return
            with aside.open("w", encoding="utf-8", newline="") as file:
                write_rows(asking.answer(text), Format.markdown if form is Format.table else form, file, is_raw=is_raw)
    elif form is Format.table:
        _table(asking, asking.answer(text)[1], TABLE_ROWS)
    else:
        try:
            write_rows(asking.answer(text), form, sys.stdout, is_raw=is_raw)
            sys.stdout.flush()
        except BrokenPipeError:  # whoever reads it, `head` say, has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _table(asking: Asking, rows: Iterator[Row], most: int, terminal: Console | None = None) -> None:
    """Show the first rows, and say so where there are more."""
    language = asking.settings.language
    shown = list(itertools.islice(rows, most + 1))
    show(shown[:most], as_json=False, language=language, empty="table.no_rows", is_answer=True, terminal=terminal)
    if len(shown) > most:
        typer.echo(say(language, "sql.most", rows=most), err=True)


def _shell(asking: Asking) -> None:
    """Read questions line by line, with history and completion of names, until an empty end of input."""
    with _line_editor(asking.names(), asking.settings.data / "sql_history"):
        typer.echo(say(asking.settings.language, "sql.shell"))
        while True:
            try:
                if line := input("cuadra> ").strip().rstrip(";"):
                    _answer(asking, line)
            except EOFError:
                typer.echo("")
                return
            except KeyboardInterrupt:
                typer.echo("\n" + say(asking.settings.language, "sql.stopped"))


def _answer(asking: Asking, line: str) -> None:
    terminal = console()
    try:
        rows = list(itertools.islice(asking.answer(line)[1], SHELL_ROWS + 1))
    except QueryError as error:
        typer.echo(plain(error), err=True)
        return
    with terminal.pager(styles=True) if len(rows) > terminal.height - 3 else contextlib.nullcontext():
        _table(asking, iter(rows), SHELL_ROWS, terminal)


@contextlib.contextmanager
def _line_editor(names: list[str], history: Path) -> Iterator[None]:
    """History and completion where Python has readline; the shell works without."""
    try:
        import readline
    except ImportError:
        yield
        return
    with contextlib.suppress(OSError):
        readline.read_history_file(history)
    words = sorted({*names, "SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "LIMIT", "SHOW TABLES"})
    readline.set_completer(
        lambda text, state: [*(word for word in words if word.lower().startswith(text.lower())), None][state]
    )
    readline.parse_and_bind("tab: complete")
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            readline.write_history_file(history)
