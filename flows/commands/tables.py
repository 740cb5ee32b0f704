"""What people and programs read: tables for a terminal, JSON for programs."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

Row = Mapping[str, Any]


def show(rows: Sequence[Row], *, as_json: bool, empty: str = "Nothing.", terminal: Console | None = None) -> None:
    """Print rows as a table, or as a JSON list."""
    if as_json:
        typer.echo(as_text(list(rows)))
        return
    if not rows:
        typer.echo(empty)
        return
    table = Table(*(name.replace("_", " ") for name in rows[0]), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(cell(value) for value in row.values()))
    (terminal or console()).print(table)


def as_text(value: object) -> str:
    """A value as JSON: infinities as null, times as ISO texts, Spanish letters as they are."""
    return json.dumps(_plain(value), ensure_ascii=False, indent=2, default=str)


def cell(value: object) -> str:
    """A value as people read it: nothing for a missing one, thousands parted, no needless decimals."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return "∞" if math.isinf(value) else f"{value:,.2f}".removesuffix(".00")
    return str(value)


def console() -> Console:
    """A terminal, or plain lines of full length where the output goes to a file."""
    terminal = Console(highlight=False, markup=False, emoji=False)
    return terminal if terminal.is_terminal else Console(highlight=False, markup=False, emoji=False, width=400)


def columns(rows: Iterable[Row], names: Sequence[str]) -> list[dict[str, Any]]:
    """The rows with these columns only."""
    return [{name: row.get(name) for name in names} for row in rows]


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.item() if hasattr(value, "item") else value
