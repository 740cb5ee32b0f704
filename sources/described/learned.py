"""Lines that an answer adds to `source.toml` and `codes.csv`: the text as it becomes, nothing else of it changed."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from cuadra.sources.described.description import DIMENSIONS
from cuadra.sources.described.drafted_columns import csv_cell, quoted
from cuadra.sources.described.labelled import COLUMNS

_COLUMNS = "[table.columns]"
_OPEN = re.compile(r'^(?P<before>\s*(?P<key>[\w.-]+|"[^"]*")\s*=\s*)"\?"(?P<after>.*)$')
_OPEN_KEY = re.compile(r'^\s*(?P<key>[\w.-]+|"[^"]*")\s*=\s*\{.*?(?P<open>"\?")\s*=')
_OPEN_VALUE = re.compile(r'^\s*(?P<key>[\w.-]+|"[^"]*")\s*=\s*\{.*?(?P<name>[\w.-]+)\s*=\s*(?P<open>"\?")')
_OPEN_CODE = re.compile(r"^(?P<column>[^,]+),(?P<label>.+),\?(?P<rest>/.*)?$")
_PAIR = re.compile(r"([a-z_]+)=(\S+)")


class Open(NamedTuple):
    """What a draft leaves to a person: a line of a file, and what it is about.

    Of an entry in braces, ``name`` is what is left open in it, or ``is_name`` says that its name itself is.
    """

    line: int
    key: str
    label: str = ""
    name: str = ""
    is_name: bool = False


def open_entries(toml: str) -> Iterator[Open]:
    """The entries of a description that are ``"?"``, each by its line."""
    for number, line in enumerate(toml.splitlines()):
        if line.lstrip().startswith("#"):
            continue
        if found := _OPEN.match(line):
            yield Open(number, found["key"].strip('"'))
        elif found := _OPEN_KEY.match(line):
            yield Open(number, found["key"].strip('"'), is_name=True)
        elif found := _OPEN_VALUE.match(line):
            yield Open(number, found["key"].strip('"'), name=found["name"])


def open_codes(codes: str) -> Iterator[Open]:
    """The lines of `codes.csv` whose code is ``?``."""
    for number, line in enumerate(codes.splitlines()):
        if found := _OPEN_CODE.match(line):
            yield Open(number, found["column"], found["label"].strip('"').replace('""', '"'))


def with_entry(toml: str, line: int, said: str) -> str:
    """The description with this in place of the ``"?"`` of a line."""
    lines = toml.splitlines()
    found = _OPEN_KEY.match(lines[line]) or _OPEN_VALUE.match(lines[line])
    if found and not _OPEN.match(lines[line]):
        lines[line] = f"{lines[line][: found.start('open')]}{said}{lines[line][found.end('open') :]}"
    else:
        lines[line] = _OPEN.sub(lambda found: f"{found['before']}{said}{found['after']}", lines[line])
    return "\n".join(lines) + "\n"


def with_open_code(codes: str, line: int, code: str) -> str:
    """The lines of `codes.csv` with this code in place of the ``?`` of a line."""
    lines = codes.splitlines()
    if found := _OPEN_CODE.match(lines[line]):
        rest = found["rest"] or ""
        lines[line] = lines[line].removesuffix("?" + rest) + csv_cell(code + rest)
    return "\n".join(lines) + "\n"


def with_code(codes: str, column: str, label: str, code: str) -> str:
    """The lines of `codes.csv` and one more."""
    before = codes if codes.strip() else ",".join(COLUMNS)
    return f"{before.rstrip()}\n{csv_cell(column)},{csv_cell(label)},{csv_cell(code)}\n"


def with_column(toml: str, table: int, name: str, said: str) -> str | None:
    """The description with a line for a column of a table, by its number; none where columns are written otherwise."""
    lines = toml.splitlines()
    heads = [place for place, line in enumerate(lines) if line.partition("#")[0].strip() == _COLUMNS]
    if table >= len(heads):
        return None
    end = next((n for n in range(heads[table] + 1, len(lines)) if lines[n].lstrip().startswith("[")), len(lines))
    while not lines[end - 1].strip():
        end -= 1
    return "\n".join([*lines[:end], f"{quoted(name)} = {said}", *lines[end:]]) + "\n"


def with_sign(toml: str, key: str, sign: str, status: str = "") -> str | None:
    """The description with a sign under ``missing``, ``nil`` or ``marks``; none where that is written otherwise.

    Args:
        toml: the description.
        key: which of them.
        sign: as cells have it.
        status: of a mark, what it says of the figure; empty for a footnote.
    """
    said = f"{quoted(sign)} = {quoted(status)}" if key == "marks" else quoted(sign)
    opening, closing = ("{ ", " }") if key == "marks" else ("[", "]")
    lines = toml.splitlines()
    head = next((n for n, line in enumerate(lines) if line.startswith("[")), len(lines))
    for number, line in enumerate(lines[:head]):
        if re.match(rf"{key}\s*=", line):
            found = re.fullmatch(rf"({key}\s*=\s*[\[{{])\s*(.*?),?\s*([\]}}]\s*(?:#.*)?)", line)
            if found is None:
                return None
            space = " " if key == "marks" else ""
            inner = ", ".join(filter(None, (found[2], said)))
            lines[number] = f"{found[1]}{space}{inner}{space}{found[3]}"
            return "\n".join(lines) + "\n"
    while head and not lines[head - 1].strip():
        head -= 1
    return "\n".join([*lines[:head], f"{key} = {opening}{said}{closing}", *lines[head:]]) + "\n"


def column_as_toml(answer: str, dimensions: tuple[str, ...]) -> str:
    """An answer about a column as its description: TOML, a dimension, ``ignore WHY``, or codes such as ``sex=F``."""
    if answer.startswith(("{", '"')):
        return answer
    if answer in {*DIMENSIONS, *dimensions}:
        return quoted(answer)
    word, _, why = answer.partition(" ")
    if word == "ignore":
        return f"{{ ignore = {quoted(why.strip())} }}"
    pairs = _PAIR.findall(answer)
    if pairs and " ".join(f"{key}={code}" for key, code in pairs) == answer:
        return "{ " + ", ".join(f"{key} = {quoted(code)}" for key, code in pairs) + " }"
    return quoted(answer)
