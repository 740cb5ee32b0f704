import asyncio
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuadra.flows.schedule.cadence import AFTER_THE_DAILY, Clock, covers, cron, interval_slot, is_overdue, slot

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ZONES = (
    "UTC", "America/Lima", "Europe/Madrid", "America/Santiago", "America/Asuncion", "America/New_York",
    "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
)  # fmt: skip


def at(*moment):
    return datetime(*moment, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cadence", "read", "start"),
    [
        ("hourly", at(2026, 11, 2, 4, 6), at(2026, 11, 2, 4, 8)),
        ("daily", at(2026, 11, 2, 4), at(2026, 11, 2, 6)),
        ("weekly", at(2026, 11, 1, 22), at(2026, 11, 3, 9)),
        ("monthly", at(2026, 10, 31, 22), at(2026, 11, 20, 9)),
        ("quarterly", at(2026, 9, 30), at(2026, 10, 3, 6)),
        ("yearly", at(2025, 12, 31, 22), at(2026, 12, 20, 9)),
        ("daily", at(2026, 11, 2, 9), at(2026, 11, 3, 8, 55)),
    ],
)
def test_slot_that_passed_since_the_last_run_is_missed(cadence, read, start):
    before_the_slot = slot(cadence, start) - timedelta(seconds=1)

    assert is_overdue(cadence, read, start)
    assert not is_overdue(cadence, slot(cadence, start), start)
    assert not is_overdue(cadence, slot(cadence, before_the_slot), before_the_slot)


def test_articles_are_never_overdue_and_first_runs_always():
    assert not is_overdue("once", None, NOW)
    assert is_overdue("weekly", None, NOW)


def test_slot_after_which_a_run_started_is_covered():
    assert covers(NOW, NOW - timedelta(hours=1))
    assert not covers(NOW - timedelta(hours=2), NOW - timedelta(hours=1))
    assert not covers(None, NOW)


def test_slots_of_an_interval_are_the_same_after_each_restart():
    every = timedelta(minutes=20)

    assert interval_slot(every, at(2026, 11, 24, 12, 39, 59)) == at(2026, 11, 24, 12, 20)
    assert interval_slot(every, at(2026, 11, 24, 12, 40)) == at(2026, 11, 24, 12, 40)


@settings(max_examples=40, deadline=None)
@given(
    zone=st.sampled_from(ZONES), hour=st.integers(0, 23), minute=st.sampled_from([0, 15, 17, 30, 45, 59]),
    cadence=st.sampled_from(sorted(AFTER_THE_DAILY)), year=st.integers(2022, 2027),
)  # fmt: skip
def test_slots_are_those_that_prefect_fires_one_a_day_also_when_clocks_change(  # noqa: PLR0917
    prefect_server, zone, hour, minute, cadence, year
):
    from prefect.server.schemas.schedules import CronSchedule  # noqa: PLC0415 - after the server's settings

    clock = Clock(time(hour, minute), zone)
    line, where = cron(cadence, clock)
    start, end = datetime(year, 1, 1, tzinfo=ZoneInfo(zone)), datetime(year + 1, 1, 1, tzinfo=ZoneInfo(zone))
    dates = asyncio.run(CronSchedule(cron=line, timezone=where).get_dates(n=400, start=start, end=end))
    fired = [moment.astimezone(UTC) for moment in dates]
    ours, moment = [], end.astimezone(UTC)
    while (moment := slot(cadence, moment - timedelta(seconds=1), clock)) >= start.astimezone(UTC):
        ours.append(moment)

    assert set(ours) - set(fired) <= {start.astimezone(UTC)}
    assert set(fired) - set(ours) <= {end.astimezone(UTC)}
    if cadence == "daily":
        assert len(ours) in (365, 366)
