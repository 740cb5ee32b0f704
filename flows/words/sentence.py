"""A sentence: a text of the vocabulary, filled in. Numbers among its facts are printed as the language writes them."""

import re
from collections.abc import Iterable
from numbers import Integral, Real

from cuadra.flows.words.number import number
from cuadra.flows.words.vocabulary import text, vocabulary


def say(language: str, key: str, /, **facts: object) -> str:
    """The text of this key with its {…} filled in; where it has the forms one and many, ``count`` chooses."""
    if key not in vocabulary(language) and f"{key}.many" in vocabulary(language):
        key = f"{key}.one" if facts.get("count") == 1 else f"{key}.many"
    return text(language, key).format_map(
        {
            name: in_words(fact, language) if name == "says" and isinstance(fact, str) else _printed(fact, language)
            for name, fact in facts.items()
        }
    )


def label(language: str, kind: str, name: str) -> str:
    """What people call one of a few names that programs use, such as a verdict; the name itself where it is unknown."""
    key = f"{kind}.{name}"
    return text(language, key) if key in vocabulary(language) else name


def listed(language: str, key: str, parts: Iterable[str]) -> str:
    """The parts joined two by two by a text such as “{first} and {second}”; empty without parts."""
    first, *rest = [*parts] or [""]
    for part in rest:
        first = say(language, key, first=first, second=part)
    return first


_CORRECTED = re.compile(r" \[printed: (.*)\]\Z", re.DOTALL)
"""The printed words that stand behind those of a correction (see `cuadra.sources.corrections`)."""


def in_words(says: str, language: str) -> str:
    """The words of a figure; of a corrected one the printed ones are named in the reader's language."""
    return _CORRECTED.sub(lambda found: text(language, "finding.printed").format(says=found[1]), says)


def becomes(says: str) -> str:
    """The words of a figure; of a corrected one those of the correction alone."""
    return _CORRECTED.sub("", says)


def _printed(fact: object, language: str) -> str:
    if isinstance(fact, Real) and not isinstance(fact, bool):
        return number(float(fact) if not isinstance(fact, Integral) else int(fact), language)
    return str(fact)
