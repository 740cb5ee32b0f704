"""`cuadra init`: a project of somebody's own, laid out with examples that work as they are."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cuadra.flows.commands.options import WrongUsageError
from cuadra.flows.commands.options import language as spoken
from cuadra.flows.project import FILE, refuse_inside
from cuadra.flows.words.sentence import say
from cuadra.flows.words.vocabulary import LANGUAGES
from cuadra.sources.places import CORRECTIONS

LAYOUT = Path(__file__).parent / "layout"
LIKE = {"trafficking": 'extends  = "trafficking" # ', "blank": ""}


def lay_out(folder: Path, like: str, language: str) -> list[Path]:
    """Write a new project into a folder, and return its files; nothing there is ever overwritten.

    Raises:
        WrongUsageError: the folder holds something else, or no such kind of project.
        ProjectError: it lies inside a room of another project.
    """
    if like not in LIKE or language not in LANGUAGES:
        wrong, known = (like, LIKE) if like not in LIKE else (language, LANGUAGES)
        raise WrongUsageError(f"init: expected one of {', '.join(known)}, got {wrong!r}. Name one of them.")
    if (folder / FILE).exists():
        raise WrongUsageError(f"{folder}: expected a new folder, got a project already. Change its files instead.")
    if folder.exists() and (not folder.is_dir() or any(each.name[0] != "." for each in folder.iterdir())):
        got = "one that holds something else" if folder.is_dir() else "a file"
        raise WrongUsageError(f"{folder}: expected a new or an empty folder, got {got}. Name another one.")
    refuse_inside(folder.absolute())
    made = []
    for layer in (LAYOUT / language / "every", LAYOUT / language / like):
        for path in sorted(layer.rglob("*")):
            if path.is_file():
                name = path.relative_to(layer)
                made.append(
                    _written(
                        folder / (".gitignore" if name.name == "gitignore" else name),
                        _text(path, folder, like, language),
                    )
                )
    return made


def _text(path: Path, folder: Path, like: str, language: str) -> str:
    text = path.read_text(encoding="utf-8")
    if path.name != FILE:
        return text
    title = json.dumps(folder.absolute().name or "cuadra", ensure_ascii=False)[1:-1]
    extends = f"{LIKE[like]}{say(language, 'project.extends')}" if LIKE[like] else ""
    lines = text.replace("$title", title).replace("$extends", extends).splitlines()
    return "\n".join(line for line in lines if line) + "\n"


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise WrongUsageError(
            f"{path}: expected no such file yet, got one. Move it away; nothing is overwritten."
        ) from error
    return path


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    like: Annotated[
        str, typer.Option(help="What it builds on: trafficking, or blank for a topic of your own.")
    ] = "trafficking",
    language: Annotated[str | None, typer.Option(help="en or es: of the example files and of what is printed.")] = None,
) -> None:
    """Make a project of your own: a folder with example sources, code lists, rules and views."""
    chosen = language or spoken()
    made = lay_out(folder, like, chosen)
    example = next(path for path in made if path.parent.name == "sources" and path.name != CORRECTIONS)
    commands = {
        "project.run": "cuadra run",
        "project.check": f"cuadra check {example.relative_to(folder)}",
        "project.draft": f"cuadra draft {say(chosen, 'project.article')}",
    }
    typer.echo(f"{say(chosen, 'project.made', folder=folder, count=len(made))}\n\n  cd {folder}")
    for key, command in commands.items():
        typer.echo(f"  {command:<44} # {say(chosen, key)}")
