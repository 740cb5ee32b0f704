"""A guess of what a number of a text counts, from plain words around it; what they leave open is ``"?"``.

A word that may narrow a figure (women, minors, a place) never leaves it the total: it is its code, or asked for.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cuadra.checks.codelist import AREA
from cuadra.checks.topic import Topic
from cuadra.sources.described.observe import code_of
from cuadra.sources.draft_period import FIGURE, MONTHS
from cuadra.sources.own_country import national_of, own_countries

Codes = Mapping[tuple[str, str], str]
"""The code that a word names, by column and word: of ``stop`` none, of ``counted`` the unit of what is counted."""

_SENTENCE = re.compile(r"[.;!?](?=\s|$)")
_CLAUSE = re.compile(r"[.;:()]|,\s")
_FROM = {"de", "del", "desde", "from", "of"}
_OF_WHOLE = re.compile(
    r"\b(?:de|entre|of|out of|among)\s(?:l[ao]s|ell[ao]s|the|them|those|whom|esas|estas)\b", re.IGNORECASE
)
_AGED = re.compile(r"(?<![\d/])\d{1,2}(?:\s(?:a|y|to|and)\s\d{1,2}|\s?[-–]\s?\d{1,2})?\s?-?(?:años|years?)\b")
_ENDS = r"\s(?:de\s|of\s|under\s|over\s|aged\s)*\d+(?:\s?(?:a|to|-|–)\s?\d+)?"
"""How a word for an age goes on: minors *under 12*, girls *of 12 to 17*."""
_NAME = r"(?-i:[A-ZÁÉÍÓÚÑ][\w’'-]+(?:\s(?:(?:de|del|la|las|los|el|y|of|the|and)\s){0,2}[A-ZÁÉÍÓÚÑ][\w’'-]+)*)"
_LISTED = re.compile(rf"(?P<name>{_NAME})\s?\($")
_IN = re.compile(rf"\b(?:en|in)\s(?!(?:{MONTHS}|the|el|la|los|las)\b)(?P<name>{_NAME})", re.IGNORECASE)
_BESIDE = 4
_LONGEST_PLACE = 40


@dataclass(frozen=True)
class Around:
    """The text around a number, other figures in it as `FIGURE`."""

    before: str
    after: str

    @property
    def sentence(self) -> tuple[str, str]:
        """What stands before and after the number in its sentence."""
        return _SENTENCE.split(self.before)[-1], _SENTENCE.split(self.after)[0]

    @property
    def near(self) -> tuple[str, str]:
        """The same up to the figures before and after; what follows only to the end of its clause."""
        before, after = self.sentence
        return before.rpartition(FIGURE)[2], _CLAUSE.split(after.partition(FIGURE)[0], maxsplit=1)[0]


def guess(around: Around, codes: Codes, topic: Topic, area: str | None) -> tuple[dict[str, str], tuple[str, ...]]:
    """The fields that the words around a number name, and what is asked about those that they leave open.

    Args:
        around: the number's text.
        codes: what words name.
        topic: whose codes they are.
        area: of the project, where it has one.
    """
    beside = [*_until_stop(words_of(around.near[1]), codes)]
    made, questions = {"indicator": _indicator(around, codes, topic)}, []
    own = own_countries(topic, area)
    for column in dict.fromkeys(column for column, _ in codes if column in topic.names):
        named = _named(around, column, codes, topic)
        code = next((named[word] for word in beside if word in named), "?")
        if code != "?" and own.get(column) == code and (national := national_of(topic, column, code)):
            questions.append(f'{column} = "{national}" where the area is {area}, else "{code}".')
            code = national
        if code != "?":
            made[column] = code
        elif named:
            made[column] = "?"
            questions.append(_question(column, named, topic))
    if place := _place(around, topic, area):
        made["area"] = "?"
        questions.append(place)
    return made, tuple(questions)


def _indicator(around: Around, codes: Codes, topic: Topic) -> str:
    """The indicator that the words nearest in the number's clause name, in the unit of what is counted.

    Else the only one that the sentence names before it, where all that it counts is in one unit.
    """
    before, near = around.sentence[0], around.near
    unit = next((code for word in words_of(near[1]) if (code := codes.get(("counted", word)))), None)
    in_clause = [*words_of(near[1]), *reversed(words_of(_CLAUSE.split(near[0])[-1]))]
    said = [code for word in in_clause if (code := codes.get(("indicator", word)))]
    if found := next((code for code in said if unit in {None, topic.indicators[code].unit}), None):
        return found
    if said or re.search(r"\(\s*$", before):
        return "?"
    earlier = words_of(before)
    named = {code for word in earlier if (code := codes.get(("indicator", word)))}
    units = {code for word in earlier if (code := codes.get(("counted", word)))} | ({unit} if unit else set())
    if len(named) == 1 and units <= {topic.indicators[next(iter(named))].unit}:
        return named.pop()
    return "?"


def _named(around: Around, column: str, codes: Codes, topic: Topic) -> dict[str, str]:
    """The words that may narrow the number to a member of a breakdown, each with its code, the nearest first."""
    whole, after = around.sentence
    texts = [" ".join(_CLAUSE.split(after.partition(FIGURE)[0], maxsplit=2)[:2]), around.near[0]]
    if FIGURE in whole and (_OF_WHOLE.search(whole) or _OF_WHOLE.search(" ".join(after.split()[:3]))):
        texts += whole.split(FIGURE)[-2:-1] + whole.split(FIGURE)[1:2]
    places = {word for kind, word in codes if kind == AREA}
    named: dict[str, str] = {}
    for text in texts:
        words = words_of(text)
        for place, word in enumerate(words):
            if (column, word) not in codes or (word in places and not {*words[max(place - 1, 0) : place]} & _FROM):
                continue
            named.setdefault(word, _spelled(column, word, text, codes[column, word], topic))
        if column == "age" and (aged := _AGED.search(text)) and not named:
            named[aged[0]] = code_of(column, aged[0], topic) or "?"
    return named


def _spelled(column: str, word: str, text: str, code: str, topic: Topic) -> str:
    """The code of a word; of one for an age that goes on with a number, the code of all of it."""
    more = re.search(rf"\b{word}{_ENDS}", text, re.IGNORECASE) if column == "age" else None
    return code_of(column, more[0], topic) or "?" if more else code


def _question(column: str, named: Mapping[str, str], topic: Topic) -> str:
    said = []
    for word, code in named.items():
        national = national_of(topic, column, code)
        other = f' (or "{national}", if the area is that country)' if national else ""
        said.append(f'"{word}" → {column} = "{code}"{other}' if code != "?" else f'"{word}"')
    return f'Of all, {column} = "_T", or only: {"; ".join(said)}?'


def _place(around: Around, topic: Topic, area: str | None) -> str:
    """What is asked about a place that the words beside the number name; empty where none does or it is the area."""
    found = _LISTED.search(around.near[0]) or _IN.search(around.near[1]) or _IN.search(around.near[0])
    name = found["name"].strip() if found else ""
    code = code_of(AREA, name, topic) if name else None
    if not name or len(name) > _LONGEST_PLACE or (code and code == area):
        return ""
    return f'Only in "{name}"? Then area = {f"{chr(34)}{code}{chr(34)}" if code else "its code"}; else delete the key.'


def words_of(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return re.findall(r"[^\W\d_]+", text.casefold())


def _until_stop(words: Sequence[str], codes: Codes) -> Iterator[str]:
    """The words directly after a number, up to the first that begins something else."""
    for word in words[:_BESIDE]:
        if ("stop", word) in codes:
            return
        yield word


def codes_of(topic: Topic, language: str) -> Codes:
    """What words name in this topic: words known for codes that it has, and labels that are one word."""
    columns = [name for name in ("indicator", AREA, *topic.names) if name in topic.code_lists]
    labels = {
        (name, label): code
        for name in columns
        for code in topic.code_list(name).codes
        if (label := topic.code_list(name).label(code, language).casefold()).isalpha() and not code.startswith("_")
    }
    known = {
        (row["column"], row["words"]): row["code"]
        for row in _rows()
        if row["language"] == language
        and (
            row["column"] == "stop"
            or (row["column"] == "counted" and row["code"] in topic.units)
            or (row["column"] in columns and row["code"] in {"?", *topic.code_list(row["column"]).rows})
        )
    }
    return labels | known


@cache
def _rows() -> list[dict[str, str]]:
    with Path(__file__).with_name("draft_words.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
