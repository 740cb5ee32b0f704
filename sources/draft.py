"""A proposal for a press TOML: every number of a text, with its words and place, and a guess of what it counts.

Nothing is decided here: what the text does not plainly say is ``"?"``, which no source is read with, or a question.
"""

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cuadra.checks.topic import Topic
from cuadra.sources.draft_period import MONTHS, period_near
from cuadra.sources.readers import figures, languages, prose
from cuadra.sources.readers.figures import Declared, UnreadableFigureError
from cuadra.sources.readers.mentions import mentions
from cuadra.sources.readers.notation import decimal_mark
from cuadra.sources.readers.numerals import SPACES
from cuadra.sources.source import SourceError

_HERE = Path(__file__).parent
_SENTENCE = re.compile(r"[.;!?](?=\s|$)")
Codes = Mapping[tuple[str, str], str]
"""The code that a word names, by column and word."""


@dataclass(frozen=True)
class Found:
    """One number of a text: its words, place, surroundings, a guess of its fields, or why it is left out."""

    says: str
    at: str
    around: str
    anchor: str | None = None
    guess: dict[str, str] = field(default_factory=dict)
    questions: tuple[str, ...] = ()
    is_share: bool = False
    left_out: str = ""


def draft(text: Sequence[str], topic: Topic, *, url: str = "?", language: str = "en") -> str:
    """The TOML proposed for an article of these paragraphs, the first of them its title.

    Every number of the text is proposed, or listed at the end with the reason why not.

    Raises:
        SourceError: the text is in a language that is not read; the line names it.
    """
    if language not in languages.LANGUAGES:
        raise SourceError(f"draft: {languages.refused(language)}")
    shown = ("".join(each if each.isprintable() or each in SPACES else " " for each in block) for block in text)
    text = list(dict.fromkeys(shown))  # pages repeat their title
    spans = [_Span(block, place, *span) for place, block in enumerate(text) for span in mentions(block, language)]
    mark, marks = _notation([span.says for span in spans if not span.reason()], language)
    codes = _codes(topic, language)
    found = [_found(span, text, language, mark, codes) for span in spans]
    lines = [
        '# A draft, not a source: look at every line, replace each "?", delete what is no figure,',
        "# save it in sources/ and run `cuadra check` on it. Guesses come from plain words near the number.",
        f"title     = {_quoted(text[0][:200])}",
        'publisher = "?"',
        'published = "?"',
        f"url       = {_quoted(url)}",
        'register  = "?"',
        'area      = "?"',
        f"language  = {_quoted(language)}",
        *marks,
        "figures   = [",
    ]
    for each in found:
        if not each.left_out:
            lines += [
                f"  # … {each.around} …",
                *(f"  # {question}" for question in each.questions),
                f"  {_entry(each)},",
            ]
    lines.append("]")
    left = [each for each in found if each.left_out]
    if left:
        lines += ["", "# Left out:"]
        lines += [f"#   {each.says} ({each.at}): {each.left_out}. … {each.around} …" for each in left]
    return "\n".join(lines) + "\n"


def guess_language(text: Sequence[str]) -> str:
    """The language of a text by its small words; one that is not read comes back by its code or its script."""
    return languages.of_text(text)


@dataclass(frozen=True)
class _Span:
    """Where one number stands in the text."""

    block: str
    place: int
    start: int
    end: int
    is_number: bool

    @property
    def says(self) -> str:
        return self.block[self.start : self.end].strip()

    @property
    def before(self) -> str:
        return self.block[: self.start]

    @property
    def after(self) -> str:
        return self.block[self.end :]

    @property
    def at(self) -> str:
        return "title" if self.place == 0 else f"¶{self.place}"

    def around(self) -> str:
        return " ".join([*self.before.split()[-5:], self.says, *self.after.split()[:6]])

    def reason(self) -> str:
        """Why this is plainly no figure; empty where it may be one."""
        if not self.is_number:
            return "part of a word, a code or an address"
        for reason, what, left, right in _reasons():
            if what.search(self.says) and left.search(self.before) and right.search(self.after):
                return reason
        return ""


def _notation(says: Sequence[str], language: str) -> tuple[str | None, list[str]]:
    """The decimal mark that reads all numbers, and the line that says so; ``"?"`` where a person must decide."""
    try:
        mark = decimal_mark([(each, figures.NOTHING) for each in says], language)
    except UnreadableFigureError as error:
        return None, [f"# {' '.join(str(error).split())}", 'decimal   = "?"']
    return mark, [f"decimal   = {_quoted(mark)}  # as all numbers of the text together are written"] if mark else []


def _found(span: _Span, text: Sequence[str], language: str, mark: str | None, codes: Codes) -> Found:
    says, around = span.says, span.around()
    if reason := span.reason():
        return Found(says, span.at, around, left_out=reason)
    try:
        reading = figures.read(says, language, declared=Declared(decimal=mark))
    except UnreadableFigureError as error:
        return Found(
            says, span.at, around, left_out=f"cannot be read for sure: {' '.join(str(error).split())}".rstrip(".")
        )
    guess, questions = _guess(span.before, span.after, codes)
    guess["period"] = period_near(span.before, span.after)
    anchor = _anchor(span.before, says, span.after, text)
    return Found(says, span.at, around, anchor, guess, questions, is_share=reading.unit != "count")


def _guess(before: str, after: str, codes: Codes) -> tuple[dict[str, str], tuple[str, ...]]:
    """What the words beside the number name, and questions about those further on in its clause."""
    clause = re.split(r"[.;:()]|,\s", after, maxsplit=1)[0]
    beside = [*_until_stop(_words(clause), codes)]
    wide = [*_words(_SENTENCE.split(after)[0])[:8], *reversed(_words(_SENTENCE.split(before)[-1])[-8:])]
    guess = {"indicator": next((code for word in wide if (code := codes.get(("indicator", word)))), "?")}
    questions = []
    for column in dict.fromkeys(column for column, _ in codes if column not in {"indicator", "stop"}):
        if code := next((code for word in beside if (code := codes.get((column, word)))), None):
            guess[column] = code
        elif far := next((word for word in _words(clause)[:8] if codes.get((column, word))), None):
            questions.append(f'Only the {far}? Then {column} = "{codes[column, far]}".')
    return guess, tuple(questions)


def _until_stop(words: Sequence[str], codes: Codes) -> Iterator[str]:
    """The words directly after a number, up to the first that begins something else."""
    for word in words[:4]:
        if ("stop", word) in codes:
            return
        yield word


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
    if each.is_share:
        entry.append('share_of = { "?" = "_T" }')
    return "{ " + ", ".join(entry) + " }"


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _codes_of(topic: Topic, column: str) -> Collection[str]:
    return topic.code_lists[column].rows if column in topic.code_lists else ()


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
        for row in _rows("draft_words.csv")
        if row["language"] == language
        and (
            row["column"] == "stop" or (row["column"] in columns and row["code"] in topic.code_list(row["column"]).rows)
        )
    }
    return labels | known


@cache
def _reasons() -> list[tuple[str, re.Pattern[str], re.Pattern[str], re.Pattern[str]]]:
    """Why a number is no figure, with the patterns of its words and of what stands before and after."""
    rows = _rows("draft_left_out.csv")
    return [(row["reason"], _regex(row["says"]), _regex(row["before"]), _regex(row["after"])) for row in rows]


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("MONTHS", MONTHS), re.IGNORECASE)


def _rows(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
