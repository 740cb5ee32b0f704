"""What the rooms say in English, in the reader's language: errors, which they raise, and what the doctor finds.

The rooms know no language. Their lines have one form, ``{where}: expected {X}, got {Y}. {What to do.}``, and its parts
are few: `said_es.toml` has each in Spanish. A part that is not there stays English; the sentence around it does not.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from cuadra.flows.words.sentence import say

_LINE = re.compile(
    r"(?P<where>.*?):? ?expected (?P<expected>.*?), got (?P<got>.*?)\.(?: (?P<do>[A-Z`¿].*))?", re.DOTALL
)
_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
"""A number that a room put in, with thousands parted; printed words stand in quotes."""

_BOUND = re.compile(r"-?\d+(?:\.\d+)?")
"""A bound that pydantic puts into its texts; other plain numbers may be versions, and stay as they are."""

_BOUNDS = ("Input\\ should\\ be", "greater\\ than", "less\\ than")
"""How these texts begin."""

_MORE = re.compile(r"(?P<line>.*) \((?P<count>\d+) more in this file\.\)", re.DOTALL)


def error_line(line: str, language: str) -> str:
    """A line of an error, or a note of a source, in this language."""
    if not _file(language):
        return line
    if more := _MORE.fullmatch(line):
        rest = say(language, "error.more", count=int(more["count"]))
        return f"{error_line(more['line'], language)} ({rest})"
    found = _LINE.fullmatch(line)
    if not found:
        where, parted, note = translated(line, "note", language).partition(": ")
        return f"{_place(where, language)}{parted}{note}" if parted else where
    parts = {name: translated(found[name] or "", name, language) for name in ("expected", "got", "do")}
    where = _place(found["where"], language)
    return say(language, "error.line", **{**parts, "where": f"{where}: " if where else ""}).strip()


def translated(text: str, kind: str, language: str) -> str:
    """A whole text of this kind in this language; the text itself where it is not known."""
    for pattern, becomes in _patterns(language, kind):
        if found := pattern.fullmatch(text):
            first, *others = becomes.split("{}")
            values = [translated(value, kind, language) for value in found.groups()]
            if pattern.pattern.startswith(_BOUNDS):
                values = [v.translate(_marks(language)) if _BOUND.fullmatch(v) else v for v in values]
            return first + "".join(value + other for value, other in zip(values, others, strict=True))
    return text.translate(_marks(language)) if _GROUPED.fullmatch(text) and _file(language) else text


def _marks(language: str) -> dict[int, str]:
    return {ord(","): say(language, "number.thousands"), ord("."): say(language, "number.decimal")}


def _place(where: str, language: str) -> str:
    """The place with its few words in this language: names and printed words stay."""
    known = _file(language).get("place", {})
    for pattern, becomes in known.items():
        where = re.sub(rf"(?:(?<=, )|^){pattern}\b(?!\.\w)", becomes, where)
    return re.sub(r" at (?=[^()]*\))", say(language, "error.at"), where)


@cache
def _patterns(language: str, kind: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The texts of a kind as patterns, the longest first: a more exact one is tried before one that fits more."""
    known = _file(language).get(kind, {})
    texts = sorted(known, key=lambda text: (-len(text.replace("{}", "")), text))
    return tuple((re.compile(re.escape(text).replace(r"\{\}", "(.+?)"), re.DOTALL), known[text]) for text in texts)


@cache
def _file(language: str) -> Mapping[str, Mapping[str, str]]:
    path = Path(__file__).with_name(f"said_{language}.toml")
    if not path.is_file():
        return {}
    return tomllib.loads(path.read_text(encoding="utf-8"))
