"""The help of commands in the reader's language: its English stands in the commands, its Spanish in ``es.toml``."""

import inspect
from collections.abc import Iterator
from typing import Any

from cuadra.flows.words.vocabulary import text, vocabulary

_ENGLISH = "english_help"
"""Where a command or an option keeps its English, so that it can be said in any language again."""


def in_language(command: Any, language: str) -> None:
    """Make a command, its options and its own commands speak this language; what has no translation stays English."""
    for owner, attribute, english in texts(command):
        setattr(owner, attribute, vocabulary(language).get(f"help.{english}", english))
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = text(language, "heading.arguments")
    rich_utils.OPTIONS_PANEL_TITLE = text(language, "heading.options")
    rich_utils.COMMANDS_PANEL_TITLE = text(language, "heading.commands")


def texts(command: Any) -> Iterator[tuple[Any, str, str]]:
    """Each text of a command's help: who holds it, in which attribute, and its English."""
    for owner, attribute in [(command, "help"), (command, "epilog"), *((each, "help") for each in command.params)]:
        if found := getattr(owner, attribute, None):
            kept = owner.__dict__.setdefault(_ENGLISH, {})
            yield owner, attribute, kept.setdefault(attribute, inspect.cleandoc(found))
    for each in getattr(command, "commands", {}).values():
        yield from texts(each)
