"""A proposal for a press TOML: every number of a text, with its words and place, and a guess of what it counts.

Nothing is decided here: what the text does not plainly say is ``"?"``, which no source is read with.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cuadra.checks.topic import Topic
from cuadra.sources.readers import figures, prose

_HERE = Path(__file__).parent
_DIGITS = r"\d{1,3}(?:[.,\u00a0 ]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_PERCENT = r"(?:\s?(?:%|percent\b|per cent\b|por ciento\b))"
_MONTHS = (
    r"january|february|march|april|may|june|july|august|september|october|november|december|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre"
)
_NO_FIGURE = (
    ("a year", r"(?:19|20)\d\d$", r"", r""),
    ("a date", r"\d{1,2}$", r"", rf"^\s*(?:de\s+)?(?:{_MONTHS})\b"),
    ("a date", r"\d{1,2}$", rf"(?:{_MONTHS})\s*$", r""),
    ("money", r"", r"(?:[$€£]|s/\.?|usd|us\$)\s*$", r""),
    ("money", r"", r"", r"^\s*(?:million\s|millones de\s)?(?:dollars|soles|euros|dólares)\b"),
    ("a half-year", r"half$|la mitad$", r"(?:first|second|primera|segunda)\s*$", r""),
    (
        "a span of time",
        r"",
        r"",
        r"^\s*(?:years|months|weeks|days|hours|años|meses|semanas|días|horas)\b(?! old| de edad)",
    ),
    ("an age", r"\d{1,2}$", r"", r"^\s*-?(?:years?[- ]old|años de edad)\b"),
    ("a number of a law", r"", r"(?:article|art\.|law|no\.|artículo|ley|decreto|n\.?º)\s*$", r""),
)
_SMALL = {"a", "an", "one", "no", "un", "una", "uno", "ningún", "ninguna"}
"""Number words that are mostly something else."""

Codes = dict[tuple[str, str], str]
"""The code that a word names, by column and word."""

_HALF_YEAR = re.compile(
    r"(?P<which>first|second|primer|segundo) (?:half|semestre) (?:of |de |del )?(?P<year>20\d\d)", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True)
class Found:
    """One number of a text: its words, place, surroundings, a guess of its fields, or why it is left out."""

    says: str
    at: str
    around: str
    anchor: str | None = None
    guess: dict[str, str] = field(default_factory=dict)
    left_out: str = ""


def draft(text: Sequence[str], topic: Topic, *, url: str = "?", language: str = "en") -> str:
    """The TOML proposed for an article of these paragraphs, the first of them its title."""
    shown = ("".join(letter if letter.isprintable() else " " for letter in block) for block in text)
    text = list(dict.fromkeys(shown))  # pages repeat their title
    codes = _codes(topic, language)
    found = [each for place, block in enumerate(text) for each in _found(block, place, text, language, codes)]
    lines = [
        '# A draft, not a source: look at every line, replace each "?", delete what is no figure,',
        "# then save it in sources/press/ and run `cuadra check` on it. Guesses come from plain words near the number.",
        f"title     = {_quoted(text[0][:200])}",
        'publisher = "?"',
        'published = "?"',
        f"url       = {_quoted(url)}",
        f"language  = {_quoted(language)}",
        "figures   = [",
    ]
    for each in found:
        if not each.left_out:
            lines += [f"  # … {each.around} …", f"  {_entry(each)},"]
    lines.append("]")
    left = [each for each in found if each.left_out]
    if left:
        lines += ["", "# Left out:"]
        lines += [f"#   {each.says} ({each.at}): {each.left_out}. … {each.around} …" for each in left]
    return "\n".join(lines) + "\n"


def guess_language(text: Sequence[str]) -> str:
    """Spanish where its small words outnumber the English ones."""
    words = re.findall(r"\b\w+\b", " ".join(text).casefold())
    count = {"es": {"de", "la", "el", "que", "los", "y"}, "en": {"the", "of", "and", "in", "to"}}
    return max(("en", "es"), key=lambda language: sum(word in count[language] for word in words))


def _found(block: str, place: int, text: Sequence[str], language: str, codes: Codes) -> Iterator[Found]:
    at = "title" if place == 0 else f"¶{place}"
    for match in _numbers(language).finditer(block):
        says, before, after = match[0].strip(), block[: match.start()], block[match.end() :]
        around = " ".join([*before.split()[-5:], says, *after.split()[:6]])
        reason = _why_not(says, before, after, language)
        if reason:
            yield Found(says, at, around, left_out=reason)
            continue
        guess = _guess(before, after, codes) | {"period": _period(before, after)}
        yield Found(says, at, around, _anchor(before, says, after, text), guess)


def _why_not(says: str, before: str, after: str, language: str) -> str:
    for reason, what, left, right in _NO_FIGURE:
        if all(
            re.search(pattern, where, re.IGNORECASE)
            for pattern, where in ((rf"^(?:{what})" if what else "", says), (left, before), (right, after))
        ):
            return reason
    try:
        figures.read(says, language)
    except figures.UnreadableFigureError as error:
        return f"cannot be read for sure: {' '.join(str(error).split())}"
    return ""


def _guess(before: str, after: str, codes: Codes) -> dict[str, str]:
    """What plain words near the number name: after it for its parts, on either side for what is counted."""
    near = _words(re.split(r"[.;:()]|,\s| and | y ", after, maxsplit=1)[0])[:6]
    wide = [*_words(after)[:8], *reversed(_words(before)[-8:])]
    guess = {"indicator": next((code for word in wide if (code := codes.get(("indicator", word)))), "?")}
    for column in dict.fromkeys(column for column, _ in codes if column != "indicator"):
        if code := next((code for word in near if (code := codes.get((column, word)))), None):
            guess[column] = code
    return guess


def _period(before: str, after: str) -> str:
    """The half-year or year named last before the number in its paragraph, or first after it."""
    halves = [*_HALF_YEAR.finditer(before)][-1:] or [*_HALF_YEAR.finditer(after)][:1]
    for half in halves:
        return f"{half['year']}-S{1 if half['which'].casefold() in {'first', 'primer'} else 2}"
    years = _YEAR.findall(before)[-1:] or _YEAR.findall(after)[:1]
    return years[0] if years else "?"


def _anchor(before: str, says: str, after: str, text: Sequence[str]) -> str | None:
    """The fewest words on both sides that find this figure and no other."""
    left, right = re.findall(r"\S+\s*", before), re.findall(r"\s*\S+", after)
    for count in range(1, 5):
        head, tail = "".join(left[-count:]), "".join(right[:count])
        anchor = f"{'^' if len(left) <= count else ''}{head}{{}}{tail}"
        try:
            if prose.figure_at(anchor, list(text)) == says:
                return anchor
        except prose.AnchorError:
            continue
    return None


def _entry(each: Found) -> str:
    parts = {"at": each.at, "says": each.says}
    if each.anchor:
        parts["anchor"] = each.anchor
    entry = [f"{key} = {_quoted(value)}" for key, value in (parts | each.guess).items()]
    if re.search(rf"{_PERCENT}|half|mitad|out of|de cada", each.says, re.IGNORECASE):
        entry.append('share_of = { "?" = "_T" }')
    return "{ " + ", ".join(entry) + " }"


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _codes(topic: Topic, language: str) -> Codes:
    """What words name in this topic: words known for codes that it has, and labels that are one word."""
    columns = [name for name in ("indicator", *topic.names) if name in topic.code_lists]
    labels = {
        (name, label): code
        for name in columns
        for code in topic.code_list(name).codes
        if (label := topic.code_list(name).label(code, language).casefold()).isalpha() and not code.startswith("_")
    }
    known = {
        (row["column"], row["words"]): row["code"]
        for row in _rows("draft_words.csv", language)
        if row["column"] in columns and row["code"] in topic.code_list(row["column"]).rows
    }
    return labels | known


@cache
def _numbers(language: str) -> re.Pattern[str]:
    """Numbers in digits and words with what hedges them; ``one`` alone is no figure."""
    hedges = "|".join(re.escape(row["words"]) for row in sorted(_rows("readers/hedges.csv", language), key=_longest))
    plain = [row for row in _rows("readers/number_words.csv", language) if row["word"] not in _SMALL]
    words = "|".join(re.escape(row["word"]) for row in sorted(plain, key=lambda row: -len(row["word"])))
    number = rf"(?:{_DIGITS})(?:\s(?:million|millones|mil)\b)?|\b(?:{words})(?:(?:[\s-]|\sy\s)(?:{words}))*\b"
    share = rf"(?:{number})\s(?:out of|de cada)\s(?:{number})"
    return re.compile(
        rf"(?<![\w.,/-])(?:(?:{hedges})\s)?(?:{share}|(?:{number}){_PERCENT}?|half\b|la mitad\b)(?![\w/])",
        re.IGNORECASE,
    )


def _longest(row: dict[str, str]) -> int:
    return -len(row["words"])


def _rows(name: str, language: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["language"] == language]
