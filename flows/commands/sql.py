"""`cuadra sql`: one question to the publication, or a shell of them; read only, safe for text from anyone."""

import contextlib
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import duckdb
import typer

from cuadra.flows.commands.options import WrongUsageError, open_project, open_settings
from cuadra.flows.commands.tables import as_text, console, show
from cuadra.flows.words.sentence import say

if TYPE_CHECKING:
    import pandas as pd

SHELL_ROWS = 200
"""Rows that the shell shows of an answer."""


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"
    markdown = "markdown"


def sql(  # noqa: PLR0913, PLR0917 - one parameter an option
    query: Annotated[str | None, typer.Argument(help="One question; a shell without it, `-` to read it.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How the answer is written.")] = Format.table,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the answer to this file; needed for parquet.")] = None,
    seconds: Annotated[float, typer.Option(min=0.01, help="How long the answer may take.")] = 60,
    examples: Annotated[bool, typer.Option("--examples", help="Show questions to start from.")] = False,
) -> None:
    """Ask the publication in SQL: read only, without files, network or settings."""
    if examples:
        settings = open_settings()
        language, topic = settings.language, open_project(settings).topic
        rows = [{"asks": each.asks.of(language), "sql": each.sql} for each in topic.queries]
        show(rows, as_json=as_json, language=language)
        return
    from cuadra.warehouse.query import ask, open_publication

    with contextlib.closing(open_publication(open_settings().publication)) as con:
        if query is None and sys.stdin.isatty():
            _shell(con, seconds)
            return
        text = sys.stdin.read() if query in (None, "-") else str(query)
        frame = ask(con, text, seconds=seconds)
    write(frame, Format.json if as_json else form, out)


def write(frame: "pd.DataFrame", form: Format, out: Path | None) -> None:
    """Write an answer to the terminal or to a file."""
    if form is Format.parquet:
        if out is None:
            raise WrongUsageError("--format parquet: expected --out FILE to write to, got none.")
        with duckdb.connect() as con:
            con.from_df(frame).write_parquet(str(out))
    elif out is not None:
        out.write_text(_text(frame, form), encoding="utf-8")
    elif form is Format.table:
        show(_rows(frame), as_json=False, language=open_settings().language, empty="table.no_rows", is_answer=True)
    else:
        typer.echo(_text(frame, form), nl=False)


def _rows(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    return frame.astype(object).where(frame.notna(), None).to_dict("records")  # type: ignore[return-value]


def _text(frame: "pd.DataFrame", form: Format) -> str:
    if form is Format.json:
        return as_text(_rows(frame)) + "\n"
    if form is Format.markdown:
        lines = [list(frame.columns), ["---"] * len(frame.columns), *(row.values() for row in _rows(frame))]
        return "".join(f"| {' | '.join(_cell(value) for value in line)} |\n" for line in lines)
    return str(frame.to_csv(index=False))


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")


def _shell(con: duckdb.DuckDBPyConnection, seconds: float) -> None:
    """Read questions line by line, with history and completion of names, until an empty end of input."""
    names = con.execute(
        "SELECT view_name FROM duckdb_views() WHERE NOT internal "
        "UNION SELECT table_name FROM duckdb_tables() "
        "UNION SELECT column_name FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()
    history = open_settings().data / "sql_history"
    with _line_editor([name for (name,) in names], history):
        typer.echo(say(open_settings().language, "sql.shell"))
        while True:
            try:
                line = input("cuadra> ").strip().rstrip(";")
            except (EOFError, KeyboardInterrupt):
                typer.echo("")
                return
            if line:
                _answer(con, line, seconds)


def _answer(con: duckdb.DuckDBPyConnection, line: str, seconds: float) -> None:
    from cuadra.warehouse.query import QueryError, ask

    try:
        frame = ask(con, line, seconds=seconds, most=SHELL_ROWS)
    except QueryError as error:
        typer.echo(str(error), err=True)
        return
    terminal = console()
    with terminal.pager(styles=True) if len(frame) > terminal.height - 3 else contextlib.nullcontext():
        show(
            _rows(frame),
            as_json=False,
            language=open_settings().language,
            empty="table.no_rows",
            is_answer=True,
            terminal=terminal,
        )
    if len(frame) == SHELL_ROWS:
        typer.echo(say(open_settings().language, "sql.most", rows=SHELL_ROWS))


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
