"""What the tables say of a run: for its report, for the record kept with them, and whether to publish it."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from cuadra.flows import runlog
from cuadra.flows.causes import read_causes
from cuadra.flows.runlog import RunRecord
from cuadra.flows.settings import Settings
from cuadra.warehouse import publish as publishing
from cuadra.warehouse.publication import open_publication

_SUMS = Path(__file__).with_name("sums.sql").read_text(encoding="utf-8")

SHOWN_SUMS = 5
"""So many sums that hold are in a report."""


def outcome(con: duckdb.DuckDBPyConnection, record: RunRecord, language: str = "en") -> dict[str, Any]:
    """What the tables say of the run just checked, for its report."""
    found = con.execute(
        "SELECT * EXCLUDE (block, cell) FROM finding LEFT JOIN block USING (block) LEFT JOIN cell USING (cell) "
        "WHERE is_open AND verdict IN ('fails', 'doubtful')"
    )
    names = [column[0] for column in found.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    for row in rows:
        row["words"] = json.loads(row["words"] or "[]")
    record.findings_open = len(rows)
    counts = con.execute(
        "SELECT coalesce(sum(holds), 0), coalesce(sum(open), 0), coalesce(sum(holds + open + doubtful + fails), 0) "
        "FROM verdict WHERE run = ?",
        [record.run],
    ).fetchall()
    holds, undecided, relations = counts[0]
    untested = con.execute(
        "SELECT reason, count(*) FROM untested_figure GROUP BY reason ORDER BY count(*) DESC, reason"
    ).fetchall()
    resolved = con.execute(
        "SELECT key, reason, kind, source, detail FROM alert_event WHERE run = ? AND change = 'RESOLVED' ORDER BY key",
        [record.run],
    ).fetchall()
    troubles = [
        json.loads(detail)
        for (detail,) in con.execute(
            "SELECT detail FROM alert_event WHERE run = ? AND kind NOT IN ('finding', 'source_failed') "
            "AND change IN ('NEW', 'WORSE') ORDER BY key",
            [record.run],
        ).fetchall()
    ]
    return {
        "findings": rows,
        "adds_up": _adds_up(con),
        "causes": read_causes(con),
        "holds": int(holds),
        "open": int(undecided),
        "relations": int(relations),
        "untested": {str(reason): int(count) for reason, count in untested},
        "tested": _tested(con),
        "troubles": [str(said.get(f"sentence_{language}") or said["sentence"]) for said in troubles],
        "resolved": [
            {
                **(json.loads(detail) if kind == "finding" else {}),
                "key": key,
                "reason": reason,
                "kind": kind,
                "source": source,
            }
            for key, reason, kind, source, detail in resolved
        ],
    }


def _adds_up(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Printed totals that their printed parts make, the largest first."""
    found = con.execute(_SUMS, {"blocks": None, "withheld": [], "most": SHOWN_SUMS})
    names = [column[0] for column in found.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return [{**row, "parts": " + ".join(row["parts"])} for row in rows]


def _tested(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """How far each source is tested."""
    found = con.execute("FROM source_tested")
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def has_news(con: duckdb.DuckDBPyConnection, settings: Settings, record: RunRecord) -> bool:
    """Whether readers would see anything that the publication in force does not show."""
    if not settings.publication.exists() or record.told:
        return True
    if publishing.content(con) != publishing.last_content(con):
        return True
    migrations = "SELECT name, sha256 FROM migration ORDER BY name"
    with open_publication(settings.publication) as published:
        return published.execute(migrations).fetchall() != con.execute(migrations).fetchall()


def keep_runs(con: duckdb.DuckDBPyConnection, settings: Settings, record: RunRecord) -> None:
    """Take this run's record, and those of runs that published nothing, over into table ``run``."""
    for entry in [*runlog.read(settings.data), asdict(record)]:
        con.execute(
            "INSERT OR REPLACE INTO run VALUES (?, ?::TIMESTAMP, ?::TIMESTAMP, ?, ?)",
            [entry["run"], _naive(entry["started_at"]), _naive(entry["ended_at"]), entry["trigger"],
             json.dumps(entry, ensure_ascii=False)],
        )  # fmt: skip


def _naive(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment).replace(tzinfo=None) if moment else None
