"""The texts of each language: ``en.toml`` and ``es.toml``, one key a text."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["en", "es"]

LANGUAGES = ("en", "es")


@cache
def vocabulary(language: str) -> dict[str, str]:
    """All texts of a language by key, such as ``report.read``; a form of a text has a key too, ``change.NEW.one``."""
    path = Path(__file__).with_name(f"{language}.toml")
    return _flat(tomllib.loads(path.read_text(encoding="utf-8")))


def text(language: str, key: str) -> str:
    """A text as it stands in the file, with its {…}; the key itself where the language has no such text."""
    return vocabulary(language).get(key, key)


def _flat(table: Mapping[str, object], above: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in table.items():
        found |= _flat(value, f"{above}{name}.") if isinstance(value, Mapping) else {f"{above}{name}": str(value)}
    return found
