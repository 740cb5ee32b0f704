"""`cuadra draft`: propose a source for an article or a table, from a file or an address; nothing is loaded."""

import re
import shutil
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cuadra.flows import contained
from cuadra.flows.commands.options import WrongUsageError
from cuadra.flows.project import Project
from cuadra.flows.settings import Settings
from cuadra.flows.words.draft import draft_text, row_text
from cuadra.sources.address import shown
from cuadra.sources.described.propose import Proposal
from cuadra.sources.entry import file_name
from cuadra.sources.fetch import Limits


@dataclass(frozen=True)
class Drafts:
    """What is proposed of one file: a press TOML, a table's description, or both; ``name`` is the source's.

    ``reader`` is the language of its comments.
    """

    name: str
    path: Path
    is_address: bool
    reader: str
    article: str = ""
    table: Proposal | None = None

    def text(self) -> str:
        """All of it, to read and to save."""
        table = draft_text(self.table.text(self.name), self.reader) if self.table else ""
        return "\n".join(filter(None, (draft_text(self.article, self.reader), table)))

    def rows(self) -> tuple[str, ...]:
        """The first rows of a table as they would be read."""
        return tuple(row_text(row, self.reader) for row in self.table.rows) if self.table else ()


def drafts(where: str, project: Project, settings: Settings, language: str | None, now: datetime) -> Drafts:
    """The drafts of the file there: of a table where it is one, of an article otherwise, of both where both are in it.

    Raises:
        SourceError: it cannot be fetched, or is nothing that is read.
        WrongUsageError: there is no such file.
    """
    is_address = urlsplit(where).scheme in {"http", "https"}
    if is_address:
        limits = Limits(seconds=settings.fetch_timeout_seconds, allow_private=settings.allow_private)
        path = contained.fetched(where, settings, now, limits).path
    else:
        path = Path(where)
        if not path.is_file():
            got = "a folder" if path.is_dir() else repr(where)
            raise WrongUsageError(f"draft: expected a file or an http address, got {got}. Correct the path.")
    given = Path(unquote(urlsplit(where).path)).name if is_address else path.name
    said = shown(where) if is_address else path.name
    article, table = contained.drafted(path, said, given, said if is_address else "?", project, settings, language)
    stem = Path(given).stem
    name = _name(stem) if table else file_name(stem)
    return Drafts(name, path, is_address, settings.language, article, table)


def save(found: Drafts, project: Project) -> tuple[Path, str]:
    """Put the drafts into the project's sources; returns what was written and the next command.

    Raises:
        WrongUsageError: there is no project, or a source of that name.
    """
    if project.folder is None:
        raise WrongUsageError("--open: expected a project of your own, got none. `cuadra init FOLDER` makes one.")
    target = project.sources / found.name if found.table else project.sources / f"{found.name}.toml"
    if target.exists():
        raise WrongUsageError(f"--open: expected no source {found.name!r} yet, got {target}. Remove or rename it.")
    if found.table is None:
        target.parent.mkdir(exist_ok=True)
        target.write_text(draft_text(found.article, found.reader), encoding="utf-8")
        return target, f"cuadra check {target.relative_to(project.folder)}"
    target.mkdir(parents=True)
    (target / "source.toml").write_text(draft_text(found.table.toml, found.reader), encoding="utf-8")
    if found.table.codes:
        (target / "codes.csv").write_text(found.table.codes, encoding="utf-8")
    if found.is_address:  # what is fetched is checked by a run
        return target / "source.toml", f"cuadra run --source {found.name}"
    shutil.copy(found.path, target / found.path.name)
    return target / "source.toml", f"cuadra check {target.relative_to(project.folder)}"


def _name(stem: str) -> str:
    """The name of a source: small letters, digits and _."""
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain.partition(".")[0]).strip("_") or "table"
