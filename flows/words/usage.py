"""What Typer says of a command line, in the reader's language; `said_es.toml` has its errors under ``usage``."""

from typing import Any

from typer import Context
from typer.core import TyperCommand, TyperGroup

from cuadra.flows.words.said import translated
from cuadra.flows.words.vocabulary import text

_WORDS = {
    "ARGUMENTS_PANEL_TITLE": "heading.arguments",
    "OPTIONS_PANEL_TITLE": "heading.options",
    "COMMANDS_PANEL_TITLE": "heading.commands",
    "ERRORS_PANEL_TITLE": "usage.error",
    "RICH_HELP": "usage.try",
    "DEFAULT_STRING": "usage.default",
    "REQUIRED_LONG_STRING": "usage.required",
    "ABORTED_TEXT": "usage.aborted",
}
"""Where Typer keeps its words, and what they are called here."""

_WRITE_USAGE = Context.formatter_class.write_usage
_FORMAT_HELP = {kind: kind.format_help for kind in (TyperCommand, TyperGroup)}


def speak(language: str) -> None:
    """Make Typer say in this language what stands around the help of any command."""

    def write_usage(self: Any, prog: str, args: str = "", prefix: str | None = None) -> None:
        for word in ("OPTIONS", "COMMAND", "ARGS"):
            args = args.replace(word, text(language, f"usage.{word}"))
        _WRITE_USAGE(self, prog, args, prefix or f"{text(language, 'usage.usage')} ")

    def format_help(self: Any, ctx: Context, formatter: Any) -> None:
        _name(language)
        _FORMAT_HELP[TyperGroup if isinstance(self, TyperGroup) else TyperCommand](self, ctx, formatter)

    setattr(Context.formatter_class, "write_usage", write_usage)  # noqa: B010 - a method of Typer's
    for kind in _FORMAT_HELP:
        setattr(kind, "format_help", format_help)  # noqa: B010 - a method of Typer's


def _name(language: str) -> None:
    """Name in this language what Typer draws around help and errors; a tenth of a second that most commands save."""
    from typer import rich_utils

    for name, key in _WORDS.items():
        setattr(rich_utils, name, text(language, key))


def in_words(error: BaseException, language: str) -> None:
    """Make an error of Typer's say in this language what is wrong with a command line; others stay as they are."""
    _name(language)
    if hasattr(error, "format_message") and type(error).__name__ != "NoArgsIsHelpError":  # that one is help
        said = translated(error.format_message().replace("Value error, ", ""), "usage", language)
        setattr(error, "format_message", lambda: said)  # noqa: B010 - a method of Typer's
