"""A folder that this process and workers share: of a disk, or of any store that fsspec knows by an address."""

import uuid
from typing import Any

import duckdb
import fsspec


class Folder:
    """A folder by its path, or by an address such as ``s3://bucket/bins``; what is written to it appears whole."""

    def __init__(self, address: str) -> None:
        self._files: Any
        self._files, self._root = fsspec.url_to_fs(address)
        self._is_local = "file" in self._files.protocol
        self._scheme = "" if self._is_local else f"{self._files.unstrip_protocol('').split('://')[0]}://"

    def path(self, name: str) -> str:
        """What DuckDB calls a file or a folder of it, as text between quotes."""
        return f"{self._scheme}{self._root}/{name}".replace("'", "''")

    def open_in(self, con: duckdb.DuckDBPyConnection) -> None:
        """Let a connection read and write here."""
        if not self._is_local:
            con.register_filesystem(self._files)

    def make(self, name: str = "") -> None:
        """Make a folder in it, or itself."""
        self._files.makedirs(f"{self._root}/{name}", exist_ok=True)

    def names(self) -> list[str]:
        """What is in it, by name."""
        return sorted(each.rsplit("/", 1)[-1] for each in self._files.ls(self._root, detail=False))

    def read(self, name: str) -> str | None:
        """The text of a file; none where there is none."""
        try:
            text: str = self._files.cat_file(f"{self._root}/{name}").decode()
        except FileNotFoundError:
            return None
        return text

    def write(self, name: str, text: str) -> None:
        """Write a file aside, and rename it."""
        aside = f"{self._root}/.{uuid.uuid4().hex}"
        self._files.pipe_file(aside, text.encode())
        self._files.mv(aside, f"{self._root}/{name}")

    def remove(self, name: str) -> None:
        """Remove a file or a folder of it."""
        self._files.rm(f"{self._root}/{name}", recursive=True)
