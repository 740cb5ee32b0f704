"""`cuadra draft`: propose a press TOML for an article, from a file or an address; nothing is loaded."""

from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from cuadra.flows import contained
from cuadra.flows.commands.options import WrongUsageError
from cuadra.flows.project import Project
from cuadra.flows.settings import Settings
from cuadra.sources.address import shown
from cuadra.sources.fetch import Limits


def propose(where: str, project: Project, settings: Settings, language: str | None, now: datetime) -> str:
    """The TOML proposed for the article there, as a text.

    Raises:
        SourceError: it cannot be fetched, or is no text, page or PDF.
        WrongUsageError: there is no such file.
    """
    is_address = urlsplit(where).scheme in {"http", "https"}
    if is_address:
        limits = Limits(seconds=settings.fetch_timeout_seconds, allow_private=settings.allow_private)
        path = contained.fetched(where, settings, now, limits).path
    else:
        path = Path(where)
        if not path.is_file():
            raise WrongUsageError(f"draft: expected a file or an http address, got {where!r}. Correct the path.")
    name = shown(where) if is_address else path.name
    return contained.drafted(path, name, name if is_address else "?", project, settings, language)
