"""The pages in the data folder, built anew by the run that publishes; a failure of theirs is no failure of the run."""

import logging
from pathlib import Path

from cuadra.flows.pages.site import build, built_from
from cuadra.flows.project import Project
from cuadra.flows.settings import Settings
from cuadra.flows.words.plain import plain
from cuadra.flows.words.vocabulary import LANGUAGES

log = logging.getLogger("cuadra")


def renew(settings: Settings, project: Project, publication: str | None) -> tuple[Path | None, str | None]:
    """Build the pages where they are not of this publication: their address, or the one line why there are none.

    ``publication`` is the name of the one in force; null builds them in any case.
    """
    folder = settings.pages
    if publication is not None and built_from(folder) == publication and (folder / "index.html").is_file():
        return folder / "index.html", None
    try:
        return build(settings.publication, project.topic, folder, in_order(settings.language)).first, None
    except Exception as error:
        first = plain((str(error).splitlines() or [""])[0])
        return None, project.shown(f"{type(error).__name__}: {first}" if first else type(error).__name__)


def in_order(first: str) -> tuple[str, ...]:
    """The languages, this one first."""
    return (first, *(each for each in LANGUAGES if each != first))
