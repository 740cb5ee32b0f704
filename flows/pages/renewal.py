"""The pages in the data folder, built anew by the run that publishes; a failure of theirs is no failure of the run."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cuadra.flows.exports.write import export, export_findings
from cuadra.flows.pages.site import build, built_from
from cuadra.flows.project import Project
from cuadra.flows.report import SHOWN
from cuadra.flows.settings import Settings
from cuadra.flows.words.plain import plain
from cuadra.flows.words.vocabulary import LANGUAGES
from cuadra.warehouse.publication import open_publication

log = logging.getLogger("cuadra")

MOST_FIGURES = 20_000
"""With more figures in force, only the findings can be downloaded: the figures would be larger than all pages."""


MOST_FINDINGS = 100_000
"""With more findings open, those that are undecided cannot be downloaded; with more contradictions, none can."""


def renew(settings: Settings, project: Project, publication: str | None) -> tuple[Path | None, str | None]:
    """Build the pages where they are not of this publication: their address, or the one line why there are none.

    ``publication`` is the name of the one in force; null builds them in any case.
    """
    folder = settings.pages
    if publication is not None and built_from(folder) == publication and (folder / "index.html").is_file():
        return folder / "index.html", None
    try:
        languages = in_order(settings.language)
        add = downloads(settings, project)
        return build(settings.publication, project.topic, folder, languages, add=add).first, None
    except Exception as error:
        first = plain((str(error).splitlines() or [""])[0])
        return None, project.shown(f"{type(error).__name__}: {first}" if first else type(error).__name__)


def in_order(first: str) -> tuple[str, ...]:
    """The languages, this one first."""
    return (first, *(each for each in LANGUAGES if each != first))


def downloads(settings: Settings, project: Project, *, shows_small: bool = False) -> Callable[[Path], object] | None:
    """What writes the files that the pages link to, as `cuadra export` does; of a large publication the findings."""
    with open_publication(settings.publication) as con:
        (figures,) = con.execute("SELECT count(*) FROM observation WHERE vintage_to IS NULL").fetchall()[0]
        counted = "count(*), count(*) FILTER (verdict IN (SELECT unnest(?)))"
        found, wrong = con.execute(f"SELECT {counted} FROM finding WHERE is_open", [[*SHOWN]]).fetchall()[0]
    if wrong > MOST_FINDINGS:
        return None
    options: dict[str, Any] = {"language": settings.language, "shows_small": shows_small}
    if figures <= MOST_FIGURES:
        return lambda folder: export(settings.publication, project, folder, **options)
    options["verdicts"] = SHOWN if found > MOST_FINDINGS else None
    return lambda folder: export_findings(settings.publication, project, folder, **options)
