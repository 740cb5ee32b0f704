"""A project: somebody's own sources, code lists, rules, views and data, in a folder with `cuadra.toml`.

It is found by `--project`, by ``CUADRA_PROJECT``, or as the nearest `cuadra.toml` upwards. Without one, the project
that comes with cuadra is read, and its data goes to the folder ``data`` where cuadra is called.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError

from cuadra.checks import topic as topics
from cuadra.checks.topic import SHIPPED, Topic
from cuadra.flows.words.vocabulary import Language
from cuadra.sources import places

FILE = "cuadra.toml"
ROOMS = ("sources", "checks", "warehouse", "data")
"""The folders of a project; no other project lies inside one of them."""

_HERE = Path(__file__).parent
_OF_DATA = ("cuadra.duckdb", "runs.jsonl")
"""What shows that a folder is somebody's data folder."""

Text = Annotated[StrictStr, Field(min_length=1)]


class ProjectError(Exception):
    """A project that cannot be used; the message is one line that names the file and the fix."""


class Facts(BaseModel):
    """What `cuadra.toml` says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Text
    language: Language = "en"
    extends: Text = "base"
    area: Text | None = None


@dataclass(frozen=True, eq=False)
class Project:
    """What cuadra works on; ``folder`` is none for the project that comes with it.

    Where its data, waivers and alerts are, the settings say.
    """

    folder: Path | None
    title: str
    language: Language
    topic: Topic
    area: str | None
    sources: Path
    corrections: Path
    views: tuple[Path, ...]

    def shown(self, text: str) -> str:
        """The text with paths as its reader knows them: from the project's folder on."""
        return shown(text, self.folder)


def shown(text: str, folder: Path | None) -> str:
    """The text with paths as its reader knows them: from the project's folder on; those of cuadra say so."""
    for root, becomes in ((folder, ""), (folder and folder.resolve(), ""), (_HERE.parent, "cuadra/" if folder else "")):
        if root:
            text = text.replace(f"{root}{os.sep}", becomes)
    return text


def locate(given: Path | None, environment: Mapping[str, str], cwd: Path) -> Path | None:
    """The folder of the project: the one given, else ``CUADRA_PROJECT``, else the nearest upwards; else none.

    Raises:
        ProjectError: the one named is no project, or the one found lies inside another's rooms.
    """
    named = given or (Path(environment["CUADRA_PROJECT"]) if environment.get("CUADRA_PROJECT") else None)
    if named is not None:
        folder = (cwd / named).absolute()
        folder = folder.parent if folder.name == FILE else folder
        if not _is_project(folder):
            raise ProjectError(
                f"project {named}: expected a folder with {FILE}, got none. `cuadra init {named}` makes one."
            )
    else:
        above = next((each for each in (cwd, *cwd.parents) if _is_project(each)), None)
        if above is None:
            return None
        folder = above
    refuse_inside(folder)
    return folder


def around(folder: Path) -> Path | None:
    """The folder of the project that this one lies in; none where there is none."""
    return next((each for each in folder.resolve().parents if _is_project(each)), None)


def refuse_inside(folder: Path) -> None:
    """Refuse a folder inside a room of another project, or inside a data folder.

    Raises:
        ProjectError: it lies there; its files would be taken for the other's.
    """
    real = folder.resolve()
    homes = [each for each in real.parents if _is_project(each)]
    rooms = [home / room for home in homes for room in ROOMS] + [_HERE.parent / room for room in (*ROOMS[:3], "flows")]
    rooms += [each for each in real.parents if any((each / name).exists() for name in _OF_DATA)]
    for room in rooms:
        if real.is_relative_to(room.resolve()):
            raise ProjectError(
                f"project {folder}: expected a folder outside other projects' {', '.join(ROOMS)}, got one inside "
                f"{room}. Move it out."
            )


def read_facts(folder: Path) -> Facts:
    """What the folder's `cuadra.toml` says.

    Raises:
        ProjectError: it cannot be read, or says something else.
    """
    path = folder / FILE
    try:
        return Facts.model_validate(tomllib.loads(path.read_bytes().decode("utf-8-sig")))
    except OSError as error:
        raise ProjectError(
            f"{path}: expected a file that can be read, got {error.strerror}. Give this user the right."
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProjectError(f"{path}: expected UTF-8 TOML, got {error}. Correct that line.") from error
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(map(str, problem["loc"])) or "the whole"
        raise ProjectError(
            f"{path}, {where}: expected {', '.join(Facts.model_fields)}, got {problem['msg'].lower()}. "
            "Correct that entry."
        ) from error


def find_project(given: Path | None, environment: Mapping[str, str], cwd: Path) -> Project:
    """The project to work on, with its topic.

    Raises:
        ProjectError: it cannot be used.
        TopicError, CodeError: its topic or one of its code lists cannot be used.
    """
    from cuadra.warehouse import view

    folder = locate(given, environment, cwd)
    if folder is None:
        shipped = topics.shipped()
        return Project(
            folder=None, title=shipped.title.en, language="en", topic=shipped, area=None, sources=places.HERE,
            corrections=places.HERE / places.CORRECTIONS, views=tuple(view.shipped("trafficking")),
        )  # fmt: skip
    facts = read_facts(folder)
    _check_rooms(folder)
    return Project(
        folder=folder,
        title=facts.title,
        language=facts.language,
        topic=_topic(folder, facts),
        area=facts.area,
        sources=folder / "sources",
        corrections=folder / "sources" / places.CORRECTIONS,
        views=(*view.shipped(facts.extends), folder / "warehouse" / "views"),
    )


def _topic(folder: Path, facts: Facts) -> Topic:
    own = folder / "checks"
    above = topics.shipped_folder(facts.extends, f"{folder / FILE}, extends")
    layers = [SHIPPED["base"]] if facts.extends == "base" else [SHIPPED["base"], above]
    made = topics.load([*layers, own], facts.title)
    if _says_extends(own / "topic.toml"):
        raise ProjectError(f"{own / 'topic.toml'}, extends: expected it in {FILE}, got it here. Move the line there.")
    if facts.area is not None:
        try:
            made.code_list("ref_area").check(facts.area)
        except ValueError as error:
            raise ProjectError(f"{folder / FILE}, area: {error}") from error
    return made


def _says_extends(path: Path) -> bool:
    return path.exists() and "extends" in tomllib.loads(path.read_text(encoding="utf-8"))


def _check_rooms(folder: Path) -> None:
    for room in ROOMS:
        path = folder / room
        if path.exists() and not (path.is_dir() and os.access(path, os.R_OK | os.X_OK)):
            got = "one that cannot be read" if path.is_dir() else "a file"
            raise ProjectError(
                f"{path}: expected a folder that can be read, got {got}. Give this user the right to it."
            )


def _is_project(folder: Path) -> bool:
    try:
        return (folder / FILE).exists()
    except OSError as error:
        raise ProjectError(
            f"{folder}: expected a folder that can be read, got {error.strerror}. Give this user the right to it."
        ) from error
