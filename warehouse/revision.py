"""What the last vintage of a source revised, by who changed it: its producer, a correction or a reading here."""

from collections.abc import Sequence
from datetime import UTC, datetime

import duckdb


def revisions(con: duckdb.DuckDBPyConnection, source: str, now: datetime) -> dict[str, int]:
    """How many figures of a source changed at this moment, by the change of view ``revision``."""
    sql = "SELECT change, count(*) FROM revision WHERE source = ? AND revised_at = ? GROUP BY change"
    moment = now.replace(tzinfo=None) if now.utcoffset() is None else now.astimezone(UTC).replace(tzinfo=None)
    return dict(con.execute(sql, [source, moment]).fetchall())


def revised(
    con: duckdb.DuckDBPyConnection, source: str, changes: Sequence[str], most: int
) -> list[tuple[str, str, str | None, str | None]]:
    """Some figures that the last vintage of a source revised, by changes of view ``revision``; the widest first.

    Each with its place, words before, words after (none when withdrawn), and why it was corrected, if it was.
    """
    return con.execute(
        "SELECT DISTINCT ON (observation_id) observation.locator, said, revision.says, correction.reason "
        "FROM revision INNER JOIN observation USING (observation_id) "
        "LEFT JOIN correction ON revision.source = correction.source AND observation.locator = correction.locator "
        "AND revision.says = correction.becomes || ' [printed: ' || correction.was || ']' "
        "WHERE revision.source = ? AND change IN (SELECT unnest(?::VARCHAR[])) AND revised_at = known_to "
        "AND known_to = (SELECT max(known_to) FROM observation WHERE source = revision.source) "
        "ORDER BY abs(coalesce(lower_after, 0) - lower_before) DESC, observation.locator LIMIT ?",
        [source, [*changes], most],
    ).fetchall()
