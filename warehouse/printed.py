"""The printed words behind figures, read back for people."""

from collections.abc import Sequence
from typing import Any

import duckdb


def words_of(con: duckdb.DuckDBPyConnection, observation_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The printed words of observations in force, with their place, ends and breakdowns, by observation id.

    An end that is infinite is null.
    """
    result = con.execute(
        "SELECT observation_id, says, observation.source, locator, source.url, said_by, qualifier, "
        "if(isfinite(observation.lower), observation.lower, NULL) AS lower, "
        "if(isfinite(observation.upper), observation.upper, NULL) AS upper, "
        "cell.* EXCLUDE (cell) FROM observation INNER JOIN cell USING (cell) "
        "LEFT JOIN source ON observation.source = source.source "
        "WHERE vintage_to IS NULL AND observation_id IN (SELECT unnest(?::VARCHAR[]))",
        [list(observation_ids)],
    )
    keys = [column[0] for column in result.description or []]
    return {row[0]: dict(zip(keys, row, strict=True)) for row in result.fetchall()}
