"""How often a source is due, and which slots passed without a run."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONCE = "once"
"""The cadence of what is never printed again, such as an article: it has no schedule of its own."""

AFTER_THE_DAILY = {"daily": 0, "weekly": 10, "monthly": 20, "quarterly": 30, "yearly": 40}
"""Minutes after the time of the daily run, so that no two cadences start at once."""

DAYS = {"daily": "* * *", "weekly": "* * 1", "monthly": "2 * *", "quarterly": "3 1,4,7,10 *", "yearly": "4 1 *"}
"""On which days each cadence runs, as a cron line has it: day of the month, month, day of the week."""

HOURLY = "7 * * * *"
OUTBOX = "3 * * * *"
"""When what waits in the outbox is tried again between runs; away from the full hour, when everyone else asks."""

ANCHOR = datetime(2020, 1, 1, tzinfo=UTC)
"""From when the slots of a fixed interval are counted: the same slots after each restart."""


@dataclass(frozen=True)
class Clock:
    """When the daily run is due, in which time zone, or at which fixed interval instead."""

    daily_at: time = time(5, 17)
    zone: str = "UTC"
    every: timedelta | None = None


USUAL = Clock()


def cron(cadence: str, clock: Clock = USUAL) -> tuple[str, str]:
    """The cron line of a cadence, and the time zone in which it counts."""
    if cadence == "hourly":
        return HOURLY, "UTC"
    at = _time(cadence, clock)
    return f"{at.minute} {at.hour} {DAYS[cadence]}", clock.zone


def slot(cadence: str, now: datetime, clock: Clock = USUAL, *, before: int = 0) -> datetime:
    """The latest slot of a cadence that has passed, or one so many slots ``before`` it; in UTC.

    A slot that the change to summer time skips comes an hour earlier by the sun, one that happens twice counts
    once: as Prefect schedules them.
    """
    now = now.astimezone(UTC)
    if cadence == "hourly":
        past = timedelta(minutes=7)
        return _floor(now - past, timedelta(hours=1)) + past - before * timedelta(hours=1)
    at, zone = _time(cadence, clock), ZoneInfo(clock.zone)
    day = now.astimezone(zone).date() + timedelta(days=1)  # a slot after midnight may be skipped into today
    while True:
        if _is_due(cadence, day) and (moment := _moment(day, at, zone)) <= now:
            if before == 0:
                return moment
            before -= 1
        day -= timedelta(days=1)


def interval_slot(every: timedelta, now: datetime) -> datetime:
    """The latest slot of a fixed interval that has passed; in UTC."""
    return _floor(now.astimezone(UTC), every)


def is_overdue(cadence: str, last: datetime | None, now: datetime, clock: Clock = USUAL, *, missed: int = 1) -> bool:
    """Whether so many slots passed since the last good run; a first run is always due."""
    if cadence == ONCE:
        return False
    return last is None or last.astimezone(UTC) < slot(cadence, now, clock, before=missed - 1)


def covers(last: datetime | None, slot: datetime) -> bool:
    """Whether a good run has started since the slot, so that a late run for it would do nothing."""
    return last is not None and last.astimezone(UTC) >= slot.astimezone(UTC)


def _time(cadence: str, clock: Clock) -> time:
    start = datetime.combine(date.min, clock.daily_at)
    return (start + timedelta(minutes=AFTER_THE_DAILY[cadence])).time()


def _is_due(cadence: str, day: date) -> bool:
    return {
        "daily": True,
        "weekly": day.weekday() == 0,
        "monthly": day.day == 2,
        "quarterly": day.day == 3 and day.month in (1, 4, 7, 10),
        "yearly": (day.month, day.day) == (1, 4),
    }[cadence]


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    local = datetime.combine(day, at, tzinfo=zone)
    moment = local.astimezone(UTC)
    is_skipped = moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None)
    return local.replace(fold=1).astimezone(UTC) if is_skipped else moment


def _floor(moment: datetime, step: timedelta) -> datetime:
    return moment - (moment - ANCHOR) % step
