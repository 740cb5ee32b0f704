"""What a person writes in a TOML file of a source, checked: every fault of a file at once, each in its own line."""

import calendar
import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from cuadra.checks.codelist import CodeError
from cuadra.checks.topic import Topic
from cuadra.sources.source import SourceError

MOST_LINES = 20
"""So many faults of one file are said; the last line says how many more there are."""

_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_TURNED = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class EntryError(ValueError):
    """An entry that cannot be so; the message is one line."""


def all_of(lines: Sequence[str]) -> SourceError:
    """One error that has all these lines; its own is the first, with how many more there are in the file."""
    more = f" ({len(lines) - 1} more in this file.)" if len(lines) > 1 else ""
    error = SourceError(f"{lines[0]}{more}")
    rest = len(lines) - MOST_LINES
    error.lines = (*lines[:MOST_LINES], *([f"… and {rest:,} more in this file."] if rest > 0 else []))
    return error


def lines_of(error: SourceError) -> tuple[str, ...]:
    """Each fault that an error has, in a line of its own."""
    return error.lines or (str(error),)


def open_places(value: Any, place: str = "") -> Iterator[str]:
    """The places of what a draft left to a person, as ``"?"``."""
    if value == "?":
        yield place
    elif isinstance(value, dict):
        for key, each in value.items():
            if key == "?":
                yield place
            yield from open_places(each, f"{place}.{key}".strip("."))
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from open_places(each, f"{place} {number}")


def names(model: type[BaseModel]) -> list[str]:
    """The keys that an entry can have, as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


def faults(problems: Sequence[ErrorDetails], known: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The key and the words of each problem of one entry; a key that is missing and was misspelt is said once.

    Args:
        problems: what pydantic says, each with the key last in its place.
        known: the keys that the entry can have.
    """
    keys = {str(each["loc"][-1]): each["type"] for each in problems}
    strange = [key for key, kind in keys.items() if kind == "extra_forbidden"]
    near = {key: difflib.get_close_matches(key, known, n=1, cutoff=0.6) for key in strange}
    missing = {key for key, kind in keys.items() if kind == "missing"}
    for key in strange:  # a key of the very letters of one that is missing was meant to be it
        near[key] = [each for each in missing if sorted(each) == sorted(key)] or near[key]
    meant = {each for found in near.values() for each in found}
    for problem in problems:
        key, kind = str(problem["loc"][-1]), problem["type"]
        if kind == "missing":
            if key not in meant:
                yield key, "expected a value, got none. Add it."
        elif kind == "extra_forbidden":
            advice = f"Write `{near[key][0]}`." if near[key] else f"Use one of: {', '.join(known)}."
            yield key, f"expected a known key, got {key!r}. {advice}"
        else:
            yield key, _of_type(key, problem)


_WANTED = {
    "tuple_type": "a list in square brackets",
    "list_type": "a list in square brackets",
    "dict_type": "an entry in braces, { … }",
    "model_type": "an entry in braces, { … }",
    "string_type": "a string in quotes",
    "string_too_short": "some words",
    "string_pattern_mismatch": "small letters, digits, `_`, `-` and `.`",
    "int_type": "a whole number without quotes",
}
"""What an entry must be, in the words of a person, by pydantic's name of the problem."""


def _of_type(key: str, problem: ErrorDetails) -> str:
    given, kind = problem["input"], problem["type"]
    if isinstance(given, datetime):
        return f"expected a day without a time, got {given}. Write {key} = {given:%Y-%m-%d}."
    if kind == "string_type" and isinstance(given, int | float | date) and not isinstance(given, bool):
        return f'expected a string in quotes, got {given}. Write {key} = "{given}".'
    plain = problem["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    wanted = _WANTED.get(kind, plain[:1].lower() + plain[1:])
    return f"expected {wanted}, got {ascii(given)[:60]}. Correct the entry."


def toml_fault(error: Exception, text: str) -> str:
    """What is wrong with a text that is no TOML, in the words of a person, to follow the name of its file."""
    place = re.search(r"at line (\d+)", str(error))
    line = int(place[1]) if place else text.count("\n") + 1
    written = text.split("\n")[line - 1] if place else ""
    if turned := re.search(r"=\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", written):
        return f", line {line}: expected the year first, got {turned[0].lstrip('= ')!r}. Write it as 2020-01-30."
    for key, value in re.findall(r"([\w.-]+)\s*=\s*(\d{4}-\d{1,2}-\d{1,2})(?![\d-])", written):
        if not _is_day(value):
            return (
                f", line {line}, {key}: expected a day of the calendar as 2020-01-30, got {value!r}. Correct the date."
            )
    if curly := re.search("[“”„«»‘’]", written):
        return f', line {line}: expected straight quotation marks, got {curly[0]}. Write "…".'
    if "overwrite" in str(error):
        return f", line {line}: expected each key once, got {written.partition('=')[0].strip()!r} again. Delete one."
    return f": expected TOML, got {error}. Correct that line; if the file was cut, restore it."


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def check_address(url: str) -> None:
    """Refuse an address that no browser should follow: another scheme than http, or signs that are not seen.

    Raises:
        EntryError: it is such an address.
    """
    scheme = _SCHEME.match(url.strip())
    if scheme and scheme[1].lower() not in {"http", "https"} and not re.match(r"[^/:]+:\d+(/|$)", url):
        raise EntryError(
            f"url: expected an address with http or https, got {scheme[1].lower()!r}. Write where people read it."
        )
    if _UNSEEN.search(url) or any(letter.isspace() for letter in url.strip()):
        raise EntryError(f"url: expected an address without spaces, got {ascii(url)[:60]}. Write it in one piece.")


def check_words(key: str, text: str) -> None:
    """Refuse words with signs that are not seen, or that turn the direction of writing.

    Raises:
        EntryError: there is one.
    """
    if found := _UNSEEN.search(text):
        raise EntryError(f"{key}: expected words as printed, got the sign U+{ord(found[0]):04X}, which nobody sees. "
                         "Type the words anew.")  # fmt: skip


def check_published(published: str | date, today: date | None) -> None:
    """Refuse a date of publication that is none, is written day first, or has not come yet.

    Args:
        published: a date, or text such as ``2020``, ``2020-01`` or ``2020-01-30``.
        today: the day of the reading; none where nobody knows it.

    Raises:
        EntryError: it is such a date.
    """
    text = str(published)
    if turned := _TURNED.fullmatch(text):
        day, month, year = (int(part) for part in turned.groups())
        wanted = f"{year}-{month:02}-{day:02}" if month <= 12 else f"{year}-{day:02}-{month:02}"
        raise EntryError(f"published: expected the year first, got {text!r}. Write {wanted}, if that is the day meant.")
    try:
        first = date.fromisoformat(text + "-01-01"[len(text) - 4 :]) if _DATE.fullmatch(text) else None
    except ValueError:
        first = None
    if first is None:
        raise EntryError(
            f"published: expected a date such as 2020-01-30, 2020-01 or 2020, got {text!r}. Correct the date."
        )
    # Somewhere it is tomorrow already.
    if today and first > today + timedelta(days=1):
        raise EntryError(f"published: expected a date that has come, got {text}, after {today}. Correct the date.")


def check_code(key: str, name: str, code: str, topic: Topic) -> None:
    """Refuse a code that its list does not have, with the nearest ones.

    Raises:
        EntryError: there is no such code.
    """
    try:
        topic.code_list(name).check(code)
    except CodeError as error:
        raise EntryError(str(error) if key == name else f"{key}: {error}") from error


def last_day(published: str | date) -> date:
    """The last day that a date of publication can mean: of a year or a month, its last one.

    Raises:
        ValueError: it is no date that `check_published` accepts.
    """
    parts = [int(part) for part in str(published).split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])


def file_name(stem: str) -> str:
    """The nearest name that a file of a source can have: small letters without accents, digits, ``_``, ``-``, ``.``."""
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_.-]+", "_", plain).strip("_.-") or "article"


def decoded(label: str, data: bytes) -> str:
    """The text of a file in UTF-8.

    Raises:
        SourceError: it is another encoding; the line says where, and which one where that can be seen.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        got = "UTF-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else f"byte 0x{data[error.start]:02x}"
        raise SourceError(f"{label}, line {line}: expected UTF-8, got {got}. Save the file as UTF-8.") from error
