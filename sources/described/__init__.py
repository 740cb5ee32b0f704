"""Tables read by description: a folder with `source.toml`, and `codes.csv` where labels are no codes; no Python."""

from functools import partial
from pathlib import Path

from cuadra.checks.topic import Topic
from cuadra.sources import entry
from cuadra.sources.described import in_place
from cuadra.sources.described.description import FILE, Description, read
from cuadra.sources.described.figures import Reading
from cuadra.sources.described.labelled import Codes, of_description
from cuadra.sources.described.layout import layout, no_header, where_of
from cuadra.sources.described.nearest import with_nearest
from cuadra.sources.described.unknown import Unknown, UnknownError
from cuadra.sources.readers.grid import grids
from cuadra.sources.source import Parsed, Snapshot, Source, SourceError

__all__ = ["FILE", "described_source", "parse", "unknown_of"]


def described_source(folder: Path, topic: Topic, area: str | None = None) -> Source:
    """The source that the ``source.toml`` of a folder describes.

    Args:
        folder: with ``source.toml``, and ``codes.csv`` where it needs one.
        topic: what its figures are about.
        area: that of figures where neither the table nor its description says one.

    Raises:
        SourceError: the description or its codes cannot be used.
    """
    said = read(folder / FILE, topic)
    codes = of_description(folder, said, topic)
    where = f"sources/{folder.name}/{FILE}"
    file = folder / said.file if said.file else None
    if file and not file.is_file():
        raise SourceError(
            f"{where}, file: expected a file beside it, got {said.file!r}. Put it there, or correct the name."
        )
    if not file and not said.url:
        raise SourceError(f"{where}: expected `url` or `file`, got neither. Add one.")
    return Source(
        name=folder.name,
        title=said.title,
        publisher=said.publisher,
        register=said.register_ or folder.name,
        url=said.url,
        parse=partial(parse, said=said, codes=codes, topic=topic, name=folder.name, area=said.area or area),
        file=file,
        origin=folder / FILE,
        published=str(said.published),
        language=said.language,
        decimal=said.decimal,
        cadence=said.cadence,
        owner=said.owner,
        licence=said.licence,
        series=said.series,
        rows_min=said.rows_min,
        rows_max=said.rows_max,
        enabled=said.enabled,
        is_paged=said.is_paged,
        find=said.find,
        login=said.login,
        shrink_max=said.shrink_max,
        ignores=said.left_out,
    )


def parse(  # noqa: PLR0913 - what a description is applied with
    snapshot: Snapshot,
    *,
    said: Description,
    codes: Codes,
    topic: Topic,
    name: str,
    area: str | None,
    in_place_from: int = in_place.FROM_BYTES,
) -> Parsed:
    """One observation per cell with a figure, in the contract's columns.

    A CSV or Parquet of ``in_place_from`` bytes or more is read where it is; its figures are the same.

    Raises:
        SourceError: no such table, a column that is not described, a label that has no code, or a quantity that is
            given twice.
    """
    return _read(snapshot, said, codes, topic, name, area, in_place_from)[1]


def unknown_of(  # noqa: PLR0913 - what a description is applied with
    snapshot: Snapshot, *, said: Description, codes: Codes, topic: Topic, name: str, area: str | None
) -> tuple[Unknown, ...]:
    """What the table has that nobody has described, with what may be meant: its columns, else its labels, else signs.

    Raises:
        SourceError: the table is not as described otherwise.
    """
    try:
        work, _ = _read(snapshot, said, codes, topic, name, area, in_place.FROM_BYTES)
        unknown = tuple(
            Unknown("sign", sign, is_beside=is_beside, cells=cells)
            for (sign, is_beside), cells in work.signs.most_common()
        )
    except UnknownError as error:
        unknown = error.unknown
    return with_nearest(unknown, snapshot.path, name, said.tables, topic)


def _read(  # noqa: PLR0912, PLR0913, PLR0917 - what a description is applied with
    snapshot: Snapshot, said: Description, codes: Codes, topic: Topic, name: str, area: str | None, in_place_from: int
) -> tuple[Reading, Parsed]:
    """The table, read in memory or where it is, and what was noted by the way."""
    try:
        entry.check_published(str(said.published) or "2000", snapshot.fetched_at.date())
    except entry.EntryError as error:
        raise SourceError(f"sources/{name}/{FILE}, {error}") from error
    if in_place.is_for(snapshot.path, said.tables, in_place_from):
        work = Reading(snapshot, said, codes.fresh(), topic, name, area)
        if large := in_place.parsed(work, snapshot.path):
            return work, large
    work = Reading(snapshot, said, codes.fresh(), topic, name, area)
    unused: dict[str, int] = {}
    used: set[str] = set()
    for number, table in enumerate(said.tables):
        found = grids(snapshot.path, name, where_of(table))
        try:
            layouts = [(each, layout(each, table, name)) for each in found]
        except UnknownError as error:
            error.unknown = tuple(each._replace(table=number) for each in error.unknown)
            raise
        if not any(made for _, made in layouts):
            raise no_header(table, found, name)
        for each, made in layouts:
            for note in each.notes:
                if not any(sheet in said.ignores for sheet in said.ignores if repr(sheet) in note):
                    work.warnings[f"{name}: {note}"] = None
            if made is None:
                unused[each.where] = len(each.rows)
                continue
            used.add(each.where)
            work.table(made, each.page)
    for where, rows in unused.items():
        if where not in used:
            sheet = where.removeprefix("sheet ")
            why = said.ignores.get(sheet)
            work.ignored[why or "tables that the description does not describe"] += rows
            if why is None and where.startswith("sheet "):
                work.warnings[f"{name}: the sheet {sheet!r} is not read; name it in `sheet` or in `ignores`."] = None
    return work, work.parsed()
