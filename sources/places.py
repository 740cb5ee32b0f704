"""Where sources lie, and where who reads them spills. Needs no other module, so that a name is looked up at once."""

import tempfile
from pathlib import Path

HERE = Path(__file__).parent
"""The sources that come with cuadra."""

CORRECTIONS = "corrections.toml"
CODE = ("parse.py", "__init__.py")
DESCRIPTION = "source.toml"
MACHINERY = {"readers", "sdmx_csv", "described"}


def may_be_source(name: str, folder: Path) -> bool:
    """Whether a file is called as a source of this name would be; that the file can be used is not said.

    A data set in Python may have another name than its folder: no such file does not mean no such source.
    """
    if name == "sdmx_csv":
        return True
    if not name or Path(name).name != name or name in MACHINERY or f"{name}.toml" == CORRECTIONS:
        return False
    articles = (folder / "press" / f"{name}.toml", folder / f"{name}.toml")
    return any(path.is_file() for path in (*articles, *(folder / name / each for each in (*CODE, DESCRIPTION))))


def spill_folder(process: int) -> Path:
    """Where a process spills; whoever kills it deletes the folder."""
    return Path(tempfile.gettempdir()) / f"cuadra-spill-{process}"
