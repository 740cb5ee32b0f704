"""The catalog: every source there is, an article or a data set, found by where it lies."""

import importlib
from pathlib import Path

from cuadra.sources.article import article_source
from cuadra.sources.source import Source, SourceError

HERE = Path(__file__).parent


def find_sources() -> list[Source | SourceError]:
    """Every source shipped: each article of ``press/`` and each folder with a ``SOURCE``, by name.

    One that cannot be read stands in the list as its error, so that the others go on.
    """
    found: list[Source | SourceError] = []
    for path in sorted((HERE / "press").glob("*.toml")):
        try:
            found.append(article_source(path))
        except SourceError as error:
            found.append(error)
    for folder in sorted(HERE.iterdir()):
        if (folder / "__init__.py").exists() and folder.name != "readers":
            module = importlib.import_module(f"cuadra.sources.{folder.name}")
            found.append(module.SOURCE)
    return found
