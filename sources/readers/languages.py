"""The languages that are read, those that are known by name only, and which of them a text is in."""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "es")
"""Languages whose printed numbers are read."""

_FEW_WORDS = 20
_MARGIN = 1.1


def refused(language: str) -> str:
    """What is said of a language that is not read."""
    named = f" ({names()[language]})" if language in names() else ""
    return (
        f"language: expected one of {', '.join(LANGUAGES)}, got {language!r}{named}. "
        "Its numbers are not read: leave the source out, or add a translation in one of these languages."
    )


def of_text(text: Sequence[str]) -> str:
    """The language of a text by its small words; a text of few words and no sign of another language is English.

    A language that is not read comes back by its code, or as the name of its script.
    """
    letters = Counter(unicodedata.name(each, "?").split()[0] for block in text for each in block if each.isalpha())
    if letters and (script := letters.most_common(1)[0][0]) != "LATIN":
        return script.lower()
    words = Counter(re.findall(r"[^\W\d_]+'?", " ".join(text).casefold()))
    scores = {language: sum(words[word] for word in small) for language, small in _small_words().items()}
    best = max(scores, key=lambda language: scores[language])
    if not scores[best]:
        return "en" if words.total() < _FEW_WORDS else "unknown"
    rivals = [language for language in scores if scores[language] * _MARGIN >= scores[best]]
    return next((language for language in LANGUAGES if language in rivals), best)


@cache
def names() -> dict[str, str]:
    """The languages known by name, by their code."""
    return {row["language"]: row["name"] for row in _rows()}


@cache
def _small_words() -> dict[str, frozenset[str]]:
    return {row["language"]: frozenset(row["words"].split()) for row in _rows()}


def _rows() -> list[dict[str, str]]:
    with (Path(__file__).parent / "languages.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
