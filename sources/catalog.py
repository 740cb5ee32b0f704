"""The catalog: every source of one folder, an article or a data set, found by where it lies.

Articles are ``press/*.toml`` and ``*.toml``; a data set is a folder with ``source.toml``, which describes its table, or
with ``parse.py`` or ``__init__.py`` that has ``SOURCE``, or ``source(topic)`` which gives one. A file of figures in
SDMX-CSV can be fed to any project by name.
"""

import importlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from cuadra.checks.topic import Topic
from cuadra.sources import sdmx_csv
from cuadra.sources.article import article_source
from cuadra.sources.described import described_source
from cuadra.sources.places import CODE, CORRECTIONS, DESCRIPTION, HERE, MACHINERY
from cuadra.sources.source import Source, SourceError


def find_sources(folder: Path, topic: Topic, area: str | None = None) -> list[Source | SourceError]:
    """Every source of a folder of sources, articles first, each by name.

    One that cannot be used stands in the list as its error, which names it, so that the others go on.

    Args:
        folder: the folder; there may be none.
        topic: what its figures are about.
        area: that of figures where neither they nor their article say one.
    """
    found = [*_articles(folder, topic, area), *_data_sets(folder, topic),
             *_described(folder, topic, area), *_strays(folder)]  # fmt: skip
    if not any(isinstance(each, Source) and each.name == "sdmx_csv" for each in found):
        found.append(replace(sdmx_csv.source(topic), origin=Path(sdmx_csv.__file__)))
    return list(_once(found, folder))


def find_source(name: str, folder: Path, topic: Topic, area: str | None = None) -> Source:
    """The source of this name in a folder of sources; the others are read only where its file bears another name.

    Raises:
        SourceError: there is none, or it cannot be used.
    """
    for path in (folder / "press" / f"{name}.toml", folder / f"{name}.toml"):
        if path.is_file():
            return article_source(path, topic, area)
    if (folder / name / DESCRIPTION).is_file() and not any((folder / name / each).exists() for each in CODE):
        return described_source(folder / name, topic, area)
    code = next((folder / name / each for each in CODE if (folder / name / each).is_file()), None)
    if code and name not in MACHINERY and (found := _data_set(code, topic)).name == name:
        return found
    for each in find_sources(folder, topic, area):
        if isinstance(each, Source) and each.name == name:
            return each
    raise SourceError(f"{name}: expected a source of this name, got none in {folder.name}/. Restore its file.")


def _articles(folder: Path, topic: Topic, area: str | None) -> Iterator[Source | SourceError]:
    paths = [*folder.glob("press/*.toml"), *(path for path in folder.glob("*.toml") if path.name != CORRECTIONS)]
    for path in sorted(paths, key=lambda path: path.name):
        try:
            yield article_source(path, topic, area)
        except SourceError as error:
            yield _of(path.stem, error)


def _data_sets(folder: Path, topic: Topic) -> Iterator[Source | SourceError]:
    for path in sorted(folder.glob("*/*.py")):
        if path.name not in CODE or (path.name == CODE[1] and (path.parent / CODE[0]).exists()):
            continue
        if folder == HERE and path.parent.name in MACHINERY:
            continue  # machinery
        try:
            yield _data_set(path, topic)
        except SourceError as error:
            yield _of(path.parent.name, error)


def _described(folder: Path, topic: Topic, area: str | None) -> Iterator[Source | SourceError]:
    for path in sorted(folder.glob(f"*/{DESCRIPTION}")):
        try:
            if any((path.parent / name).exists() for name in CODE):
                raise SourceError(
                    f"sources/{path.parent.name}: expected {DESCRIPTION} or Python, got both. Remove one of them; "
                    "Python can read a table by description with cuadra.sources.described.parse."
                )
            yield described_source(path.parent, topic, area)
        except SourceError as error:
            yield _of(path.parent.name, error)


def _data_set(path: Path, topic: Topic) -> Source:
    where = f"sources/{path.parent.name}/{path.name}"
    try:
        module = _module(path)
        found = module.source(topic) if inspect.isfunction(getattr(module, "source", None)) else module.SOURCE
    except Exception as error:  # it may raise anything, and the other sources go on
        got = f"{type(error).__name__}: {error}".splitlines()[0]
        raise SourceError(
            f"{where}: expected Python with SOURCE or source(topic), got {got}. Correct the file, or take it away."
        ) from error
    if not isinstance(found, Source):
        raise SourceError(
            f"{where}: expected SOURCE to be a cuadra.sources.source.Source, got {type(found).__name__}. Correct it."
        )
    return replace(found, origin=path)


def _module(path: Path) -> ModuleType:
    """The module of a data set: by its name where it is shipped, else by its path, under a name of its own."""
    if path.parent.parent == HERE:
        return importlib.import_module(f"cuadra.sources.{path.parent.name}")
    name = f"cuadra_project_{abs(hash(path.absolute())):x}_{path.parent.name}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickling look there
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _strays(folder: Path) -> Iterator[SourceError]:
    """What lies in the folder and is read as nothing: better refused than overlooked."""
    if folder == HERE or (folder / Path(__file__).name).exists():
        return
    for path in sorted(folder.glob("*/")):
        if not os.access(path, os.R_OK | os.X_OK):
            yield _of(path.name, SourceError(
                f"sources/{path.name}: expected a folder that can be read, got none. Give this user the right."
            ))  # fmt: skip
    for path in sorted(folder.glob("*/*.toml")):
        is_data_set = any((path.parent / name).exists() for name in (*CODE, DESCRIPTION))
        if path.parent.name != "press" and not is_data_set:
            yield _of(path.stem, SourceError(
                f"sources/{path.parent.name}/{path.name}: expected articles in sources/ or sources/press/, got one "
                "in another folder. Move it."
            ))  # fmt: skip
    for path in sorted(folder.glob("*.csv")):
        if not path.with_suffix(".toml").exists() and not _is_named(path, folder):
            yield _of(path.stem, SourceError(
                f"sources/{path.name}: expected a TOML file that names it, got none. Write {path.stem}.toml with "
                f'title, publisher, published, url and figures_file = "{path.name}".'
            ))  # fmt: skip


def _is_named(table: Path, folder: Path) -> bool:
    return any(table.name in path.read_text(encoding="utf-8", errors="replace") for path in folder.glob("**/*.toml"))


def _of(name: str, error: SourceError) -> SourceError:
    error.source = name
    return error


def _once(found: list[Source | SourceError], folder: Path) -> Iterator[Source | SourceError]:
    """The sources, or one error for those of one name."""
    by_name: dict[str, list[Path]] = {}
    for each in found:
        if isinstance(each, Source) and each.origin:
            by_name.setdefault(each.name, []).append(each.origin)
    for each in found:
        origins = by_name.get(each.name, []) if isinstance(each, Source) else []
        if len(origins) < 2:
            yield each
        elif isinstance(each, Source) and each.origin == origins[-1]:
            first, second = (f"sources/{path.relative_to(folder)}" for path in origins[:2])
            yield _of(each.name, SourceError(
                f"source {each.name!r}: expected each name once, got {first} and {second}. Rename one of them."
            ))  # fmt: skip
