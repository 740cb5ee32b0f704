"""What one check of `cuadra doctor` found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

State = Literal["ok", "warning", "fails"]


@dataclass(frozen=True)
class Check:
    """What was found: ``ok``, ``warning`` (works, but needs attention) or ``fails``, and what to do."""

    check: str
    state: State
    found: str
    do: str = ""


def some(names: Sequence[str]) -> str:
    """A list cut to five."""
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago a moment was, in words."""
    if moment is None:
        return "never"
    hours = (now - moment.astimezone(UTC)).total_seconds() / 3600
    if hours < 0:
        return f"{-hours:.0f} h in the future"
    return f"{hours:.0f} h ago" if hours < 48 else f"{hours / 24:.0f} days ago"
