"""The help of commands in the reader's language: its English stands in the commands, its Spanish in ``es.toml``."""

import inspect
from collections.abc import Iterator
from typing import Any

from typer import Context

from cuadra.flows.words.usage import speak
from cuadra.flows.words.vocabulary import vocabulary

HELP_OPTIONS = ("-h", "--help")

_ENGLISH = "english_help"
"""Where a command or an option keeps its English, so that it can be said in any language again."""


def in_language(command: Any, language: str) -> None:
    """Make a command, its options and its own commands speak this language; what has no translation stays English."""
    for owner, attribute, english in texts(command):
        setattr(owner, attribute, vocabulary(language).get(f"help.{english}", english))
    speak(language)


def texts(command: Any) -> Iterator[tuple[Any, str, str]]:
    """Each text of a command's help: who holds it, in which attribute, and its English."""
    options = [*command.params, command.get_help_option(Context(command, help_option_names=[*HELP_OPTIONS]))]
    for owner, attribute in [(command, "help"), (command, "epilog"), *((each, "help") for each in options)]:
        if found := getattr(owner, attribute, None):
            kept = owner.__dict__.setdefault(_ENGLISH, {})
            yield owner, attribute, kept.setdefault(attribute, inspect.cleandoc(found))
    for each in getattr(command, "commands", {}).values():
        yield from texts(each)
