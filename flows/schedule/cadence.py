"""How often a source is due, and which slots passed without a run."""

from datetime import UTC, datetime, timedelta

CRON = {
    "hourly": "7 * * * *",
    "daily": "17 5 * * *",
    "weekly": "27 5 * * 1",
    "monthly": "37 5 2 * *",
    "quarterly": "47 5 3 1,4,7,10 *",
    "yearly": "57 5 4 1 *",
}
"""When each cadence runs, in UTC; away from the full hour, when everyone else asks."""

OUTBOX = "3 * * * *"
"""When what waits in the outbox is tried again between runs."""

LENGTH = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=31),
    "quarterly": timedelta(days=92),
    "yearly": timedelta(days=366),
}

ONCE = "once"
"""The cadence of what is never printed again, such as an article: it has no schedule of its own."""


def is_overdue(cadence: str, last: datetime | None, now: datetime, *, grace: float = 1.0) -> bool:
    """Whether more than ``grace`` slots passed since the last good run; a first run is always due."""
    if cadence == ONCE:
        return False
    return last is None or now - last > LENGTH[cadence] * grace


def covers(last: datetime | None, slot: datetime) -> bool:
    """Whether a good run has started since the slot, so that a late run for it would do nothing."""
    return last is not None and last.astimezone(UTC) >= slot.astimezone(UTC)
