"""What must hold: pure functions from frames of observations to verdicts. Imports nothing else of ours.

`check` and `schema` are the door for figures of one's own; README.md of this folder shows it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cuadra.checks.door import check as check
    from cuadra.checks.gate import schema as schema


def __getattr__(name: str) -> Any:
    """The door, imported when it is first asked for: no part of this room needs it."""
    if name == "check":
        from cuadra.checks.door import check  # noqa: PLC0415

        return check
    if name == "schema":
        from cuadra.checks.gate import schema  # noqa: PLC0415

        return schema
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
