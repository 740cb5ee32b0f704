"""The site: every page of a publication in each language, built aside and renamed, so that readers see a whole one."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from cuadra.checks.topic import Topic
from cuadra.flows.causes import read_causes
from cuadra.flows.pages.area import area_pages, grouped
from cuadra.flows.pages.cause import Cause
from cuadra.flows.pages.front import front, source_rows, sums
from cuadra.flows.pages.moved import moved, over
from cuadra.flows.pages.onefile import one_file
from cuadra.flows.pages.reader import Reader
from cuadra.flows.pages.reference import codes_page, downloads_page, rules_page, runs_page
from cuadra.flows.pages.render import ASSETS, HERE, Frame, Page, render
from cuadra.flows.pages.series import series_pages
from cuadra.flows.pages.source import source_pages, sources_page
from cuadra.flows.words.vocabulary import LANGUAGES
from cuadra.warehouse.database import check_current
from cuadra.warehouse.publication import open_publication

MARK = "cuadra-pages.json"
"""The file that shows that a folder of pages is ours, and of which publication."""

DOWNLOADS = "download"
"""The folder of what can be downloaded, within the site."""

MOST_CAUSES = 2_000
"""At most so many causes have pages; the rest is counted, and in the tables."""

AREAS_ABOVE = 200
"""With more causes than these, causes are sections of the pages of their areas."""

SOURCES = 1_000
"""At most so many sources have a page."""

NAV = ("front", "series", "sources", "rules", "codes", "runs", "downloads")


class SiteError(Exception):
    """Pages that cannot be written; the message is one line."""


@dataclass(frozen=True)
class Built:
    """What was built: its first page, how many pages, and how many bytes."""

    first: Path
    pages: int
    bytes: int


def build(  # noqa: PLR0913 - what is built, and for whom
    publication: Path,
    topic: Topic,
    folder: Path,
    languages: Sequence[str] = LANGUAGES,
    *,
    shows_small: bool = False,
    is_one_file: bool = False,
    add: Callable[[Path], object] | None = None,
) -> Built:
    """Build the pages of a publication into a folder, in place of those that were there.

    Args:
        publication: the published database.
        topic: for labels, and for what a small count is.
        folder: made if it is not there; nothing but pages of ours is ever replaced in it.
        languages: the first one is what the address of the folder opens.
        shows_small: show counts that could identify someone.
        is_one_file: one file a language, with everything in it, in place of a file a page.
        add: writes files that can be downloaded into the folder it is given; the page of downloads links to them.

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
            # Views of the publication then read the table: what the view costs is paid once, not for each question.
            con.execute("CREATE TEMP TABLE figure_finding AS FROM main.figure_finding")
            downloads = _added(aside, add) if add and not is_one_file else []
            make = files_at_once if is_one_file else files
            for path, text in make(con, topic, languages, shows_small=shows_small, downloads=downloads):
                file = aside / path
                file.parent.mkdir(parents=True, exist_ok=True)
                size += file.write_bytes(text.encode("utf-8"))
                count += path.endswith(".html")
        replace(aside, folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return Built(folder / "index.html", count, size)


def _added(aside: Path, add: Callable[[Path], object]) -> list[tuple[str, int]]:
    """The files that can be downloaded, once they are written: where each is in the site, and its bytes."""
    folder = aside / DOWNLOADS
    folder.mkdir(parents=True)
    add(folder)
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(path.relative_to(aside).as_posix(), path.stat().st_size) for path in found]


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
    con: duckdb.DuckDBPyConnection,
    topic: Topic,
    languages: Sequence[str],
    *,
    shows_small: bool = False,
    downloads: Sequence[tuple[str, int]] = (),
) -> Iterator[tuple[str, str]]:
    """Every file of the site: its path, and its text. The same publication gives the same bytes."""
    withheld = {} if shows_small else _withheld(con)
    for asset in ASSETS:
        yield asset, (HERE / asset).read_text(encoding="utf-8")
    name = con.execute("SELECT max(publication) FROM publication").fetchall()[0][0]
    mark = {"publication": name, "languages": [*languages], "small_counts": shows_small}
    yield MARK, json.dumps(mark, indent=1) + "\n"
    yield "index.html", moved(f"{languages[0]}/index.html", languages[0], "cuadra", "cuadra", "index.html")
    kept: dict[tuple[str, str], list[dict[str, object]]] = {}
    known: dict[str, dict[str, object] | None] = {}
    for language in languages:
        reader = Reader(con, topic, language, withheld, not shows_small, kept, known)
        frame = Frame(reader, _nav(language), languages, _footer(reader))
        for page in pages(reader, downloads):
            yield (page.path, render(page, frame)) if isinstance(page, Page) else page


def files_at_once(
    con: duckdb.DuckDBPyConnection,
    topic: Topic,
    languages: Sequence[str],
    *,
    shows_small: bool = False,
    downloads: Sequence[tuple[str, int]] = (),
) -> Iterator[tuple[str, str]]:
    """The same with one file a language: the first is what the folder opens."""
    made = [*files(con, topic, languages, shows_small=shows_small, downloads=downloads)]
    yield from (each for each in made if each[0] == MARK)
    for count, language in enumerate(languages):
        name = "index.html" if count == 0 else f"{language}.html"
        mine = [each for each in made if each[0].startswith(f"{language}/")]
        yield name, one_file(mine, Reader(con, topic, language, hides=not shows_small))


def pages(reader: Reader, downloads: Sequence[tuple[str, int]] = ()) -> Iterator[Page | tuple[str, str]]:
    """Every page in one language; what only leads to another page as its path and text."""
    total = int(reader.one("SELECT count(*) FROM cause WHERE is_open"))
    keys = reader.rows("SELECT cause FROM cause WHERE is_open ORDER BY rank, cause LIMIT $most", most=MOST_CAUSES)
    causes = list(_causes(reader, [row["cause"] for row in keys]))
    areas = grouped(causes, reader) if len(causes) > AREAS_ABOVE else []
    for area in areas:
        for path, mine in area["pages"]:
            for cause in mine:
                cause.address = f"{path}#cause-{cause.key}"
    findings = next((path for path, _ in downloads if path.endswith("/finding.parquet")), None)
    yield front(reader, causes, total, areas, MOST_CAUSES, findings)
    yield from area_pages(areas, reader)
    for cause in causes:
        if areas:
            text = reader.say("cause.moved", area=reader.label("ref_area", cause.area))
            yield cause.path, moved(cause.address, reader.language, cause.headline(), text, cause.path)
        else:
            shown = cause.page()
            yield Page(cause.path, "cause", "cause.html", shown["headline"], {"cause": shown})
    yield from over(reader, MOST_CAUSES)
    yield from series_pages(reader)
    here = f"{reader.language}/sources.html"
    listed = source_rows(reader, here, SOURCES)
    yield sources_page(reader, listed)
    by_figure = _by_figure(causes)
    yield from source_pages([row["source"] for row in listed], reader, by_figure)
    yield rules_page(reader, _by_rule(causes))
    yield codes_page(reader)
    yield runs_page(reader)
    yield downloads_page(reader, downloads)


def _by_figure(causes: Sequence[Cause]) -> dict[str, tuple[str, str, bool]]:
    """For each figure in a contradiction its first cause: where it is, what it is, whether the figure is suspected."""
    found: dict[str, tuple[str, str, bool]] = {}
    for cause in causes:
        headline, suspects = cause.main.heading(), set(cause.suspects)
        keys = {key for each in cause.relations for key in (each.row["observations"] or "").split()} | suspects
        is_named = cause.kind == "one" and cause.row["verdict"] == "fails"
        for key in sorted(keys):
            is_wrong = is_named and key in suspects
            if key not in found or (is_wrong and not found[key][2]):
                found[key] = (cause.address, headline, is_wrong)
    return found


def _by_rule(causes: Sequence[Cause]) -> dict[str, tuple[str, str, str]]:
    """For each rule that fails the first cause that breaks it, how it does, and what that relation is about."""
    found: dict[str, tuple[str, str, str]] = {}
    for cause in causes:
        for each in cause.relations:
            if each.row["verdict"] == "fails" and each.row["rule"] not in found:
                found[each.row["rule"]] = (cause.address, each.heading(), each.about)
    return found


def _causes(reader: Reader, keys: Sequence[str]) -> Iterator[Cause]:
    asked = ("causes", repr(keys))
    if asked not in reader.kept:
        reader.kept[asked] = [row for row in read_causes(reader.con, keys) if row["evidence"]]
    rows = reader.kept[asked]
    terms = [term for row in rows for finding in row["evidence"] for term in finding["terms"]]
    ids = {key for term in terms for key in term["observations"].split()}
    ids |= {key for row in rows for each in (row, *row["evidence"]) for key in (each["observations"] or "").split()}
    named = {each["finding"] for row in rows for each in row["evidence"]} & reader.explanations.keys()
    slips = [slip for key in named for row in reader.explanations[key] for slip in json.loads(row["slips"] or "[]")]
    reader.figures(ids.union(*(slip["observations"] for slip in slips)))  # at once
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
