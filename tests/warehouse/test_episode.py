import re
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.warehouse.episode import Trouble, outbox, settle
from tests.thorough import examples
from tests.warehouse.alert_world import KEY, START, make, put, step

DAY = timedelta(days=1)
FAILED = Trouble("source_failed", "dialogo", "It was not read.", "No se leyó.")
CLOSE = "UPDATE finding SET is_open = FALSE"
WITHDRAW = "UPDATE finding SET is_open = FALSE; UPDATE observation SET vintage_to = 2"
LOOKED = [("source_failed", "dialogo")]


@pytest.fixture
def con(tmp_path):
    with make(tmp_path / "a.duckdb") as con:
        yield con


def story(con: duckdb.DuckDBPyConnection, key: str = KEY) -> list[str]:
    sql = "SELECT concat_ws(': ', change, reason) FROM alert_event WHERE key = ? ORDER BY happened_at, number"
    return [text for (text,) in con.execute(sql, [key]).fetchall()]


def test_contradiction_is_told_once(con):
    put(con, {})
    told = [step(con, START + n * DAY) for n in range(3)]

    assert told == [{"NEW": 1}, {}, {}]
    assert [row["channel"] for row in outbox(con)] == ["desk"]


def test_key_not_value_makes_an_episode(con):
    put(con, {})
    step(con)
    put(con, {"left_lower": 455.0, "left_upper": 455.0, "gap": 599.0})

    assert step(con, START + DAY) == {}


def test_wider_gap_is_worse(con):
    put(con, {})
    step(con)
    put(con, {"gap": 650.0})
    a_little_wider = step(con, START + DAY)
    put(con, {"gap": 700.0})
    much_wider = step(con, START + 2 * DAY)

    assert (a_little_wider, much_wider) == ({}, {"WORSE": 1})
    assert con.execute("SELECT gap, gap_before FROM alert_event WHERE change = 'WORSE'").fetchone() == (
        700,
        600,
    )


def test_doubt_that_becomes_certain_is_worse(con):
    put(con, {"verdict": "doubtful"})
    step(con)
    put(con, {})

    assert step(con, START + DAY) == {"WORSE": 1}


def test_open_episode_is_reminded_until_acknowledged(con):
    put(con, {})
    step(con)
    reminded = step(con, START + 7 * DAY)
    event = con.execute("SELECT told_event FROM alert_episode").fetchone()
    entry = {"entry": "acknowledge", "event": event[0], "note": "", "by": "ana", "at": START.isoformat()}
    acknowledged = step(con, START + 14 * DAY, entries=[entry])
    put(con, {"gap": 900.0})
    worse = step(con, START + 15 * DAY, entries=[entry])
    reminded_again = step(con, START + 22 * DAY, entries=[entry])

    assert reminded == {"REMIND": 1}
    assert acknowledged == {}
    assert (worse, reminded_again) == ({"WORSE": 1}, {"REMIND": 1})


@pytest.mark.parametrize(
    ("change", "rules", "reason"),
    [
        (CLOSE, {"one_value": "1"}, "data mended"),
        (WITHDRAW, {"one_value": "1"}, "figure withdrawn"),
        (CLOSE, {"one_value": "2"}, "rule changed"),
        (CLOSE, {}, "rule changed"),
        ("UPDATE finding SET is_waived = TRUE", {"one_value": "1"}, "waived"),
    ],
)  # fmt: skip
def test_end_is_told_with_its_reason(con, change, rules, reason):
    put(con, {})
    step(con, rules={"one_value": "1"})
    con.execute(change)
    step(con, START + DAY, rules=rules)

    assert story(con) == ["NEW", f"RESOLVED: {reason}"]


@pytest.mark.parametrize("verdict", ["open", "error"])
def test_what_cannot_be_told_resolves_nothing(con, verdict):
    put(con, {})
    step(con)
    put(con, {"verdict": verdict})

    assert step(con, START + DAY) == {}
    assert con.execute("SELECT is_open FROM alert_episode").fetchone() == (True,)


def correct(con, observation_id, value, vintage):
    """Let a later edition print another number."""
    con.execute("UPDATE observation SET vintage_to = $2 WHERE observation_id = $1 AND vintage_to IS NULL",
                [observation_id, vintage])  # fmt: skip
    con.execute(
        """
        INSERT INTO observation BY NAME
        SELECT * REPLACE ($2 AS lower, $2 AS upper, $2::VARCHAR AS says, $3 AS vintage_from, NULL AS vintage_to)
        FROM observation WHERE observation_id = $1 LIMIT 1
        """,
        [observation_id, value, vintage],
    )


def test_sum_that_is_possible_again_since_a_figure_was_corrected_is_mended(con):
    put(con, {})
    step(con)
    correct(con, "o2", 1054, 2)
    put(con, {"verdict": "open"})
    mended = step(con, START + DAY)
    still = step(con, START + 2 * DAY)
    correct(con, "o2", 454, 3)
    put(con, {})
    broken = step(con, START + 3 * DAY)

    assert (mended, still, broken) == ({"RESOLVED": 1}, {}, {"NEW": 1})
    assert story(con) == ["NEW", "RESOLVED: data mended", "NEW"]


def test_open_after_a_correction_of_other_figures_resolves_nothing(con):
    put(con, {"observations": "o1"})
    step(con)
    correct(con, "o2", 1054, 2)
    put(con, {"verdict": "open", "observations": "o1"})

    assert step(con, START + DAY) == {}
    assert con.execute("SELECT is_open FROM alert_episode").fetchone() == (True,)


def test_correction_that_could_not_be_checked_resolves_nothing(con):
    put(con, {})
    step(con, seen=LOOKED)
    correct(con, "o2", 1054, 2)
    put(con, {"verdict": "error"})
    error = step(con, START + DAY, seen=LOOKED)
    put(con, {"verdict": "open"})
    failed = step(con, START + 2 * DAY, troubles=[FAILED], seen=LOOKED)

    assert (error, failed) == ({}, {"NEW": 1})
    assert story(con) == ["NEW"]


def test_flapping_is_damped_and_says_so(con):
    told = []
    for day in range(12):
        put(con, *([{}] if day % 2 == 0 else []))
        told.append(step(con, START + day * DAY))
    for day in range(12, 16):
        put(con)
        told.append(step(con, START + day * DAY))
    details = [detail for (detail,) in con.execute(
        "SELECT detail FROM alert_event WHERE change = 'NEW' ORDER BY happened_at").fetchall()]  # fmt: skip

    assert told[:5] == [{"NEW": 1}, {"RESOLVED": 1}, {"NEW": 1}, {"RESOLVED": 1}, {"NEW": 1}]
    assert told[5:] == [{}] * 9 + [{"RESOLVED": 1}, {}]
    assert ['"flaps":3' in detail for detail in details] == [False, False, True]


def test_source_that_was_not_read_resolves_nothing(con):
    put(con, {})
    step(con, seen=LOOKED)
    put(con)
    failed = step(con, START + DAY, troubles=[FAILED], seen=LOOKED)
    read_again = step(con, START + 2 * DAY, seen=LOOKED)

    assert failed == {"NEW": 1}
    assert read_again == {"RESOLVED": 2}
    assert story(con) == ["NEW", "RESOLVED: data mended"]
    assert story(con, FAILED.key) == ["NEW", "RESOLVED: read again"]


def test_trouble_nobody_looked_at_stays_open(con):
    step(con, troubles=[FAILED], seen=LOOKED)

    assert step(con, START + DAY, seen=[("source_failed", "other")]) == {}


def test_contradiction_that_returns_is_another_episode(con):
    for n, findings in enumerate([[{}], [], [{}], []]):
        put(con, *findings)
        step(con, START + n * DAY)

    assert story(con) == ["NEW", "RESOLVED: data mended"] * 2
    assert con.execute("SELECT list(number ORDER BY number) FROM alert_episode").fetchone() == ([1, 2],)


def silence(**given: Any) -> dict[str, Any]:
    entry = {
        "entry": "silence",
        "silence": "s1",
        "key": None,
        "rule": None,
        "source": None,
        "reason": "known",
    }
    return entry | {"by": "ana", "at": START.isoformat(), "until": (START + 3 * DAY).isoformat()} | given


@pytest.mark.parametrize("what", [{"key": KEY}, {"rule": "one_value"}, {"source": "dialogo"}])
def test_silence_holds_back_until_it_ends(con, what):
    put(con, {"source": "dialogo unodc"})
    quiet = [step(con, START + n * DAY, entries=[silence(**what)]) for n in range(3)]

    assert quiet == [{}, {}, {}]
    assert step(con, START + 3 * DAY) == {"NEW": 1}


def test_silence_of_another_rule_holds_nothing_back(con):
    put(con, {})

    assert step(con, entries=[silence(key=KEY, rule="another")]) == {"NEW": 1}


def test_silence_can_be_ended(con):
    put(con, {})
    step(con, entries=[silence(key=KEY)])

    assert step(con, START + DAY, entries=[{"entry": "unsilence", "silence": "s1", "at": START.isoformat()}]) == {
        "NEW": 1
    }


def test_what_came_and_went_in_silence_is_not_told(con):
    put(con, {})
    step(con, entries=[silence(key=KEY)])
    put(con)
    step(con, START + DAY)

    assert step(con, START + 5 * DAY) == {}
    assert outbox(con) == []


def test_clock_that_goes_back_puts_no_reminder_off_for_ever(con):
    put(con, {})
    times = (datetime(2036, 1, 1), START, START + DAY, START - DAY, START + 7 * DAY)
    told = [step(con, now) for now in times]

    assert told == [{"NEW": 1}, {"REMIND": 1}, {}, {}, {"REMIND": 1}]


def test_receipts_are_taken_over_once_and_again(con):
    put(con, {})
    step(con)
    event = outbox(con)[0]["event"]
    entries = [
        {
            "entry": "digest",
            "digest": "d1",
            "channel": "desk",
            "events": [event, "of a publication rolled back"],
        },
        {"entry": "receipt", "digest": "d1", "at": "2026-11-24T13:00:00+01:00"},
        {"entry": "receipt", "digest": "unknown", "at": "2026-11-24T13:00:00+01:00"},
    ]
    for _ in range(2):
        settle(con, entries)

    assert con.execute("SELECT channel, digest, delivered_at FROM delivery").fetchall() == [("desk", "d1", START)]


def test_event_goes_to_every_channel_of_its_route(con):
    put(con, {}, {"finding": "ffffffffffff", "severity": "note"})
    told = step(con, route=lambda kind, rule, severity, source: {"a", "b"} if severity == "error" else set())

    assert told == {"NEW": 2}
    assert [(row["channel"], row["key"]) for row in outbox(con)] == [("a", KEY), ("b", KEY)]


def test_abandoned_transaction_leaves_nothing(con):
    put(con, {})
    with pytest.raises(ZeroDivisionError):
        step(con, route=lambda *_: 1 / 0)

    assert con.execute("SELECT count(*) FROM alert_episode").fetchone() == (0,)
    assert step(con) == {"NEW": 1}


LIVES = 8
STATE = st.fixed_dictionaries({
    "verdict": st.sampled_from(["absent", "open", "waived", "doubtful", "fails"]),
    "gap": st.integers(1, 40),
    "is_silenced": st.booleans(),
})  # fmt: skip
STATES = st.lists(STATE, min_size=LIVES, max_size=LIVES)
STEP = st.fixed_dictionaries({"states": STATES, "is_read": st.booleans(), "days": st.integers(-9, 9)})


@examples(2, 6)
@given(st.lists(STEP, min_size=4, max_size=8))
def test_any_life_is_told_truly(tmp_path_factory, steps):
    # Several lives at once, because one run's update costs the same for all of them.
    con, now = make(tmp_path_factory.mktemp("life") / "a.duckdb"), START
    for number, happens in enumerate(steps):
        now += happens["days"] * DAY
        states = {f"{life:012x}": state for life, state in enumerate(happens["states"])}
        put(con, *(finding(key, state) for key, state in states.items() if state["verdict"] != "absent"))
        con.execute("DELETE FROM silence")
        seen_before, was_open = told_of(con), open_keys(con)
        run = {
            "troubles": [] if happens["is_read"] else [FAILED],
            "seen": LOOKED,
            "entries": [
                silence(key=key, silence=key, until=datetime(9999, 1, 1).isoformat())
                for key, state in states.items()
                if state["is_silenced"]
            ],
        }
        step(con, now, run_id=str(number), **run)
        told, known, is_open = told_by(con, number), told_of(con), open_keys(con)

        for key, state in states.items():
            is_failing = state["verdict"] in ("fails", "doubtful")
            is_over = state["verdict"] in ("absent", "waived") and happens["is_read"]
            changes = told.get(key, [])
            assert len(changes) <= 1
            assert is_over or key in is_open or key not in was_open
            assert not (key in is_open and "RESOLVED" in changes)
            if state["is_silenced"]:
                assert not changes
            else:
                assert key in known or not is_failing
                assert key not in known or not is_over or is_flapping(con, key, now)
            if "WORSE" in changes:
                gap, _, verdict = seen_before[key]
                assert state["gap"] > 1.1 * gap or (verdict, state["verdict"]) == ("doubtful", "fails")
            if "REMIND" in changes:
                assert abs(now - seen_before[key][1]) >= 7 * DAY
        assert step(con, now, run_id=f"{number}, once more", **run) == {}

    for key in states:
        assert re.fullmatch(r"(NEW (WORSE |REMIND )*(RESOLVED |$))*", "".join(f"{c} " for c in told_in_order(con, key)))
    queued = con.execute("SELECT count(*), count(DISTINCT event) FROM delivery").fetchone()
    assert queued == con.execute("SELECT count(*), count(*) FROM alert_event").fetchone()


def finding(key: str, state: dict[str, Any]) -> dict[str, Any]:
    is_waived = state["verdict"] == "waived"
    verdict = "fails" if is_waived else state["verdict"]
    return {"finding": key, "verdict": verdict, "is_waived": is_waived, "gap": float(state["gap"])}


def is_flapping(con: duckdb.DuckDBPyConnection, key: str, now: datetime) -> bool:
    """Whether its end need not be told yet, because it was new three times in two weeks either way."""
    sql = "SELECT count(*) FROM alert_event WHERE key = ? AND change = 'NEW' AND happened_at BETWEEN ? AND ?"
    (times,) = con.execute(sql, [key, now - 14 * DAY, now + 14 * DAY]).fetchone() or (0,)
    return int(times) >= 3


def open_keys(con: duckdb.DuckDBPyConnection) -> set[str]:
    return {key for (key,) in con.execute("SELECT key FROM alert_episode WHERE is_open").fetchall()}


def told_of(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[float, datetime, str]]:
    sql = "SELECT key, told_gap, told_at, told_verdict FROM alert_episode WHERE is_told_open"
    return {key: rest for key, *rest in con.execute(sql).fetchall()}


def told_by(con: duckdb.DuckDBPyConnection, number: int) -> dict[str, list[str]]:
    sql = "SELECT key, list(change) FROM alert_event WHERE run = ? GROUP BY key"
    return dict(con.execute(sql, [str(number)]).fetchall())


def told_in_order(con: duckdb.DuckDBPyConnection, key: str) -> list[str]:
    sql = "SELECT change FROM alert_event WHERE key = ? ORDER BY run::INTEGER"
    return [change for (change,) in con.execute(sql, [key]).fetchall()]
