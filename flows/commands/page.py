"""`cuadra page`: the publication as pages for a browser, in a folder or in one file."""

from pathlib import Path

import typer

from cuadra.flows.commands.options import open_project, open_settings, refuse
from cuadra.flows.pages.renewal import in_order
from cuadra.flows.pages.site import build
from cuadra.flows.words.sentence import say


def write_pages(folder: Path, language: str, *, is_one_file: bool, shows_small: bool) -> None:
    """Build the pages, and say where they are.

    Raises:
        SiteError: the folder holds something else.
        PublicationError: nothing is published yet.
        MigrationError: an older cuadra made the publication.
    """
    if language not in {"en", "es", "both"}:
        refuse(f"--language: expected en, es or both, got {language!r}.")
    settings = open_settings()
    languages = in_order(settings.language) if language == "both" else (language,)
    built = build(
        settings.publication, open_project(settings).topic, folder, languages,
        shows_small=shows_small, is_one_file=is_one_file,
    )  # fmt: skip
    facts = {"folder": folder, "pages": built.pages, "kilobytes": round(built.bytes / 1000), "address": built.first}
    typer.echo(say(settings.language, "page.done", **facts))
