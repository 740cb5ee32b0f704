"""A proposal for a press TOML: every number of a text, with its words and place, and a guess of what it counts.

Nothing is decided here: what the text does not plainly say is ``"?"``, which no source is read with, or a question.
"""

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from cuadra.checks.topic import Topic
from cuadra.sources.draft_guess import Around, codes_of, guess
from cuadra.sources.draft_period import FIGURE, MONTHS, period_near
from cuadra.sources.readers import figures, languages, prose
from cuadra.sources.readers.figures import Declared, UnreadableFigureError
from cuadra.sources.readers.mentions import mentions
from cuadra.sources.readers.notation import decimal_mark
from cuadra.sources.readers.numerals import SPACES
from cuadra.sources.source import SourceError

_HERE = Path(__file__).parent


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


def draft(text: Sequence[str], topic: Topic, *, url: str = "?", language: str = "en", area: str | None = None) -> str:
    """The TOML proposed for an article of these paragraphs, the first of them its title.

    Every number of the text is proposed, or listed at the end with the reason why not. ``area`` is the project's.

    Raises:
        SourceError: the text is in a language that is not read; the line names it.
    """
    if language not in languages.LANGUAGES:
        raise SourceError(f"draft: {languages.refused(language)}")
    shown = ("".join(each if each.isprintable() or each in SPACES else " " for each in block) for block in text)
    text = list(dict.fromkeys(shown))  # pages repeat their title
    spans = [
        _Span(block, place, _without_article(block, start, end), end, is_number)
        for place, block in enumerate(text)
        for start, end, is_number in mentions(block, language)
    ]
    mark, marks = _notation([span.says for span in spans if not span.reason()], language)
    codes = codes_of(topic, language)
    guessed = partial(guess, codes=codes, topic=topic, area=area)
    found = [_found(span, _around(span, spans), text, language, mark, guessed) for span in spans]
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


def _without_article(block: str, start: int, end: int) -> int:
    """The start of a number in digits, without an article before it: ``El 64 %`` is ``64 %``."""
    article = re.match(r"(?:the|el|la|l[ao]s|una?)\s(?=\d)", block[start:end], re.IGNORECASE)
    return start + (article.end() if article else 0)


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


def _around(span: _Span, spans: Sequence[_Span]) -> Around:
    """The text around a number, with each other figure of its paragraph as a sign."""
    before, after = span.before, span.after
    for each in reversed(spans):
        if each.place == span.place and each != span and not each.reason():
            if each.end <= span.start:
                before = before[: each.start] + FIGURE + before[each.end :]
            else:
                start, end = each.start - span.end, each.end - span.end
                after = after[:start] + FIGURE + after[end:]
    return Around(before, after)


Guess = Callable[[Around], tuple[dict[str, str], tuple[str, ...]]]


def _found(  # noqa: PLR0913, PLR0917 - what a number is read with
    span: _Span, near: Around, text: Sequence[str], language: str, mark: str | None, guessed: Guess
) -> Found:
    says, around = span.says, span.around()
    if reason := span.reason():
        return Found(says, span.at, around, left_out=reason)
    try:
        reading = figures.read(says, language, declared=Declared(decimal=mark))
    except UnreadableFigureError as error:
        return Found(
            says, span.at, around, left_out=f"cannot be read for sure: {' '.join(str(error).split())}".rstrip(".")
        )
    fields, questions = guessed(near)
    fields["period"] = period_near(near.before, near.after)
    anchor = _anchor(span.before, says, span.after, text)
    return Found(says, span.at, around, anchor, fields, questions, is_share=reading.unit != "count")


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


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


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
