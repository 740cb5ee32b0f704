"""The site: every page of a publication in each language, built aside and renamed, so that readers see a whole one."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path

import duckdb

from cuadra.checks.topic import Topic
from cuadra.flows.causes import read_causes
from cuadra.flows.pages.cause import Cause
from cuadra.flows.pages.front import front, sums
from cuadra.flows.pages.links import relative
from cuadra.flows.pages.reader import Reader
from cuadra.flows.pages.render import ASSETS, HERE, Frame, Page, render
from cuadra.flows.words.vocabulary import LANGUAGES
from cuadra.warehouse.database import check_current
from cuadra.warehouse.publication import open_publication

MARK = "cuadra-pages.json"
"""The file that shows that a folder of pages is ours, and of which publication."""

MOST_CAUSES = 2_000
"""At most so many causes have pages; the rest is counted, and in the tables."""

NAV = ("front",)


class SiteError(Exception):
    """Pages that cannot be written; the message is one line."""


@dataclass(frozen=True)
class Built:
    """What was built: its first page, how many pages, and how many bytes."""

    first: Path
    pages: int
    bytes: int


def build(
    publication: Path,
    topic: Topic,
    folder: Path,
    languages: Sequence[str] = LANGUAGES,
    *,
    shows_small: bool = False,
    is_one_file: bool = False,
) -> Built:
    """Build the pages of a publication into a folder, in place of those that were there.

    Args:
        publication: the published database.
        topic: for labels, and for what a small count is.
        folder: made if it is not there; nothing but pages of ours is ever replaced in it.
        languages: the first one is what the address of the folder opens.
        shows_small: show counts that could identify someone.
        is_one_file: one file a language, with everything in it, in place of a file a page.

    Raises:
        SiteError: the folder holds something else.
        PublicationError: nothing is published yet.
        MigrationError: an older cuadra made the publication.
    """
    check_ours(folder)
    aside = folder.with_name(f".{folder.name}.aside")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        count, size = 0, 0
        with open_publication(publication) as con:
            check_current(con, publication)
            for path, text in files(con, topic, languages, shows_small=shows_small):
                file = aside / path
                file.parent.mkdir(parents=True, exist_ok=True)
                size += file.write_bytes(text.encode("utf-8"))
                count += path.endswith(".html")
        replace(aside, folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return Built(folder / "index.html", count, size)


def built_from(folder: Path) -> str | None:
    """The publication that the pages of a folder were built from; none where there are none."""
    try:
        found = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found.get("publication") if isinstance(found, dict) else None


def check_ours(folder: Path) -> None:
    """Refuse a folder that holds something else than pages of ours.

    Raises:
        SiteError: it does, or it is no folder.
    """
    if not folder.exists():
        return
    if folder.is_dir() and not folder.is_symlink() and ((folder / MARK).is_file() or not any(folder.iterdir())):
        return
    raise SiteError(
        f"{folder}: expected a new or empty folder, or one that `cuadra page` made, got another. "
        "Name a new one; nothing was changed."
    )


def replace(aside: Path, folder: Path) -> None:
    """Put a folder in the place of another by renaming, so that neither is ever seen in part."""
    before = folder.with_name(f".{folder.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        folder.rename(before)
    try:
        aside.rename(folder)
    except OSError:
        with suppress(OSError):
            before.rename(folder)
        raise
    shutil.rmtree(before, ignore_errors=True)


def files(
    con: duckdb.DuckDBPyConnection, topic: Topic, languages: Sequence[str], *, shows_small: bool = False
) -> Iterator[tuple[str, str]]:
    """Every file of the site: its path, and its text. The same publication gives the same bytes."""
    withheld = {} if shows_small else _withheld(con)
    for asset in ASSETS:
        yield asset, (HERE / asset).read_text(encoding="utf-8")
    name = con.execute("SELECT max(publication) FROM publication").fetchall()[0][0]
    mark = {"publication": name, "languages": [*languages], "small_counts": shows_small}
    yield MARK, json.dumps(mark, indent=1) + "\n"
    yield "index.html", _moved(f"{languages[0]}/index.html", languages[0], "cuadra", "cuadra", "index.html")
    for language in languages:
        reader = Reader(con, topic, language, withheld, hides=not shows_small)
        frame = Frame(reader, _nav(language), languages, _footer(reader))
        for page in pages(reader):
            yield page.path, render(page, frame)


def pages(reader: Reader) -> Iterator[Page]:
    """Every page in one language."""
    total = int(reader.one("SELECT count(*) FROM cause WHERE is_open"))
    keys = reader.rows("SELECT cause FROM cause WHERE is_open ORDER BY rank, cause LIMIT $most", most=MOST_CAUSES)
    causes = list(_causes(reader, [row["cause"] for row in keys]))
    yield front(reader, causes, total, [], MOST_CAUSES)
    for cause in causes:
        shown = cause.page()
        yield Page(cause.path, "cause", "cause.html", shown["headline"], {"cause": shown})


def _causes(reader: Reader, keys: Sequence[str]) -> Iterator[Cause]:
    rows = [row for row in read_causes(reader.con, keys) if row["evidence"]]
    terms = [term for row in rows for finding in row["evidence"] for term in finding["terms"]]
    ids = {key for term in terms for key in term["observations"].split()}
    ids |= {key for row in rows for each in (row, *row["evidence"]) for key in (each["observations"] or "").split()}
    figures = reader.figures(ids)
    blocks = sorted({row["block"] for row in rows if row["block"] is not None})
    beside: dict[int, list[Mapping[str, object]]] = {}
    for each in sums(reader, blocks):
        beside.setdefault(each["block"], []).append(each)
    for row in rows:
        yield Cause(row, reader, figures, beside.get(row["block"], []))  # type: ignore[arg-type] # rows are mappings


def _withheld(con: duckdb.DuckDBPyConnection) -> dict[str, bool]:
    rows = con.execute("SELECT observation_id, bool_or(is_small) FROM withheld GROUP BY 1 ORDER BY 1").fetchall()
    return {str(key): bool(is_small) for key, is_small in rows}


def _nav(language: str) -> list[dict[str, str]]:
    paths = {"front": "index.html"}
    return [{"kind": kind, "path": f"{language}/{paths.get(kind, f'{kind}.html')}"} for kind in NAV]


def _footer(reader: Reader) -> str:
    return reader.say(
        "footer", publication=reader.publication, date=reader.day(reader.published_at),
        figures=reader.one("SELECT count(*) FROM observation WHERE vintage_to IS NULL"), sources=len(reader.sources),
        rules=reader.one("SELECT count(*) FROM rule"),
    )  # fmt: skip


def _moved(target: str, language: str, heading: str, text: str, here: str) -> str:
    """A page that leads to another one, by itself where the reader's program does so."""
    href = escape(relative(here, target), quote=True)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'self\'">\n'
        f'<meta http-equiv="refresh" content="0; url={href}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(heading)}</title>\n<link rel="stylesheet" href="{relative(here, "style.css")}">\n</head>\n'
        f'<body>\n<main class="wrap">\n<h1>{escape(heading)}</h1>\n<p><a href="{href}">{escape(text)}</a></p>\n'
        "</main>\n</body>\n</html>\n"
    )
