"""Where figures come from: a folder (for press, a file) is a source; a module beside them is machinery.

`interval` reads the printed words of one figure, as in ``interval("casi la mitad", "es")``.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cuadra.sources.readers.figures import read as interval


def __getattr__(name: str) -> Any:
    """The door, imported when it is first asked for: no part of this room needs it."""
    if name == "interval":
        from cuadra.sources.readers.figures import read  # noqa: PLC0415

        return read
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["interval"]
