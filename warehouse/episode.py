"""The life of alerts: what is reported of each finding, when, and to which channel.

An episode is keyed by rule and quantities, never by value. What people were told is kept beside what is so,
and a run tells the difference: NEW, WORSE, REMIND, RESOLVED. Nothing is sent from here: `update` writes the
outbox (`delivery`) in the caller's transaction, beside the findings it speaks of; receipts, acknowledgements
and silences come back as entries of the journal that is kept beside the publication.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]
"""One row of a table, by column."""

Entry = Mapping[str, Any]
"""One line of the journal: its ``entry`` is digest, receipt, acknowledge, silence or unsilence."""

Route = Callable[[str, str, str, str], Collection[str]]
"""The channels of an event, from its kind, rule, severity and source (several are space-separated)."""

TROUBLES = ("source_failed", "missed_run", "quarantine_growth", "revised", "corrected")
"""What happens to a source rather than to how its figures agree; the last two are events, and over when reported."""

DECISIONS = ("withdrawn", "renamed", "restored", "file_gone")
"""What became of a source by what people did with it; all but the last are events, and over when told."""

ANEW_MORE_THAN = 3
"""Up to so many changes of a rule's making are told one by one."""

_STEP = (Path(__file__).parent / "episode.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Trouble:
    """Something wrong with a source in this run.

    ``gap`` says how bad, in any unit that grows with it; ``before`` is what it is measured from. One that happens
    anew each time, and does not last, names its ``occasion``.
    """

    kind: str
    source: str
    sentence: str
    sentence_es: str
    severity: str = "error"
    gap: float = 0.0
    before: float | None = None
    occasion: str = ""

    @property
    def key(self) -> str:
        """The key of its episode: 12 hex digits of the kind, the source and the occasion, never of the message."""
        parts = [self.kind, self.source, *([self.occasion] if self.occasion else [])]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Manners:
    """How insistent alerts are: when to remind, and by what fraction a gap must widen to be worse.

    What was new ``flaps`` times ``flap_within`` a while is flapping: it is told as resolved only once it has been
    well for ``calm``, and until then its return is no news.
    """

    remind_after: timedelta = timedelta(days=7)
    worse_by: float = 0.1
    flaps: int = 3
    flap_within: timedelta = timedelta(days=14)
    calm: timedelta = timedelta(days=3)


def update(  # noqa: PLR0913 - one argument a thing that a run knows; all by name
    con: duckdb.DuckDBPyConnection,
    *,
    run_id: str,
    now: datetime,
    route: Route,
    entries: Iterable[Entry] = (),
    troubles: Sequence[Trouble] = (),
    seen: Iterable[tuple[str, str]] = (),
    rules: Mapping[str, str] | None = None,
    manners: Manners = Manners(),
    anew: tuple[str, str] | None = None,
) -> dict[str, int]:
    """How many events of each kind this run has to tell; they are in ``alert_event`` and ``delivery``.

    Call it in the transaction that records the run's findings. ``now`` has a zone, or is UTC. ``seen`` are
    the (kind, source) pairs that this run looked at: a trouble that was looked at and is gone is resolved,
    and a source with the trouble ``source_failed`` keeps its findings' episodes open, since its figures were
    not read. ``rules`` gives the version of every rule in force: it tells a changed rule from corrected data.
    ``anew`` is given where rules, code lists or cuadra itself changed since the last run: the sentence, in English and
    Spanish, of the one message that then stands for all that changed on figures that did not, where that is much;
    ``{new}`` and ``{over}`` in it are replaced by counts.
    """
    settle(con, entries)
    _put(con, "alert_trouble", "key kind source severity sentence sentence_es gap:DOUBLE before:DOUBLE", [
        (t.key, t.kind, t.source, t.severity, t.sentence, t.sentence_es, t.gap, t.before) for t in troubles
    ])  # fmt: skip
    _put(con, "alert_seen", "kind source", seen)
    _put(con, "alert_rule", "rule version", (rules or {}).items())
    variables = {
        "run": run_id,
        "now": _utc(now),
        **asdict(manners),
        "anew": anew[0] if anew else None,
        "anew_es": anew[1] if anew else None,
        "anew_more_than": ANEW_MORE_THAN,
    }
    for name, value in variables.items():
        con.execute(f"SET VARIABLE {name} = ?", [value])
    con.execute(_STEP)
    _queue(con, route)
    told = con.execute("SELECT change, count(*) FROM alert_tell GROUP BY change").fetchall()
    return {str(change): int(count) for change, count in told}


def settle(con: duckdb.DuckDBPyConnection, entries: Iterable[Entry]) -> None:
    """Take receipts, acknowledgements and silences over from the journal; repeating it changes nothing."""
    kinds: dict[str, list[Entry]] = {}
    for entry in entries:
        kinds.setdefault(entry["entry"], []).append(entry)
    carried = {e["digest"]: e for e in kinds.get("digest", [])}
    receipts = [
        (event, carried[e["digest"]]["channel"], e["digest"], _utc(e["at"]))
        for e in kinds.get("receipt", [])
        if e["digest"] in carried
        for event in carried[e["digest"]]["events"]
    ]
    _put(con, "alert_receipt", "event channel digest received_at:TIMESTAMP", receipts)
    con.execute("""
        UPDATE delivery SET delivered_at = alert_receipt.received_at, digest = alert_receipt.digest
        FROM alert_receipt
        WHERE delivery.event = alert_receipt.event AND delivery.channel = alert_receipt.channel
            AND delivery.delivered_at IS NULL
    """)
    for e in kinds.get("acknowledge", []):
        values = [e["event"], e["note"], e["by"], _utc(e["at"])]
        con.execute("INSERT OR IGNORE INTO acknowledgement VALUES (?, ?, ?, ?)", values)
    for e in kinds.get("silence", []):
        values = [e["silence"], e["key"], e["rule"], e["source"]]
        values += [_utc(e["at"]), _utc(e["until"]), e["reason"], e["by"]]
        con.execute("INSERT OR IGNORE INTO silence VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)", values)
    for e in kinds.get("unsilence", []):
        con.execute(
            "UPDATE silence SET ended_at = ? WHERE silence = ? AND ended_at IS NULL",
            [_utc(e["at"]), e["silence"]],
        )


def outbox(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """The undelivered rows, one per event and channel, with all of the event; oldest and gravest first."""
    return _rows(con, """
        SELECT delivery.channel, alert_event.*
        FROM delivery INNER JOIN alert_event USING (event)
        WHERE delivery.delivered_at IS NULL
        ORDER BY alert_event.happened_at, alert_event.gap DESC NULLS LAST, alert_event.event
    """)  # fmt: skip


def episodes(con: duckdb.DuckDBPyConnection, key: str = "") -> list[Row]:
    """One row per episode whose key starts so, newest first; without a key only those still open."""
    return _rows(con, """
        SELECT * FROM alert_episode
        WHERE starts_with(key, $key) AND (is_open OR $key <> '')
        ORDER BY is_open DESC, opened_at DESC, key, number DESC
    """, {"key": key})  # fmt: skip


def owners(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Who answers for a source, by its name; only of sources that say so themselves."""
    return dict(con.execute("SELECT source, owner FROM source WHERE owner <> ''").fetchall())


def baseline(con: duckdb.DuckDBPyConnection, kind: str, source: str) -> float | None:
    """What a trouble that lasts is measured from: its value before it began; null where there is none.

    Growth would otherwise end at the next run, which finds as much as the one before.
    """
    found = con.execute(
        """
        SELECT json_extract(detail, '$.before')::DOUBLE FROM alert_episode
        WHERE is_open AND kind = $kind AND source = $source
        """,
        {"kind": kind, "source": source},
    ).fetchone()
    return found[0] if found else None


def events(con: duckdb.DuckDBPyConnection, key: str) -> list[Row]:
    """One row per event of a key and channel it went to, oldest first; ``channel`` is null where none did."""
    return _rows(con, """
        SELECT alert_event.*, delivery.channel, delivery.delivered_at, delivery.digest
        FROM alert_event LEFT JOIN delivery USING (event)
        WHERE alert_event.key = $key
        ORDER BY alert_event.happened_at, alert_event.number, delivery.channel
    """, {"key": key})  # fmt: skip


def _utc(moment: datetime | str) -> datetime:
    """The moment as the tables keep it: UTC, without a zone."""
    moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _queue(con: duckdb.DuckDBPyConnection, route: Route) -> None:
    """Write the outbox: a row per new event and channel."""
    combinations = con.execute("""
        SELECT DISTINCT kind, rule, severity, source
        FROM alert_event INNER JOIN alert_tell USING (event)
    """).fetchall()
    routes = [(*which, channel) for which in combinations for channel in sorted(set(route(*which)))]
    _put(con, "alert_route", "kind rule severity source channel", routes)
    con.execute("""
        INSERT INTO delivery BY NAME
        SELECT event, channel, getvariable('now') AS queued_at
        FROM alert_tell INNER JOIN alert_event USING (event)
        INNER JOIN alert_route USING (kind, rule, severity, source)
    """)


def _put(con: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Replace a temporary table; a column without a type after its colon is text."""
    names = [column.split(":") for column in columns.split()]
    select = ", ".join(f"unnest(?::{(rest or ['VARCHAR'])[0]}[]) AS {name}" for name, *rest in names)
    lists = [list(values) for values in zip(*rows, strict=True)] or [[] for _ in names]
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {select}", lists)


def _rows(con: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Any] | None = None) -> list[Row]:
    result = con.execute(sql, values)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
