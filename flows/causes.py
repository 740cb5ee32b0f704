"""Causes as they are read back from a database: each with its findings, and these with their terms."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import duckdb

from cuadra.warehouse.printed import words_of

Row = dict[str, Any]


def read_causes(con: duckdb.DuckDBPyConnection, keys: Collection[str] | None = None) -> list[Row]:
    """The causes that are open, or these, by rank: rows of table ``cause`` with the codes of what each is about.

    ``evidence`` has its findings, the widest gap first: rows of table ``finding`` with codes, ``words`` as a list, and
    ``terms``, which are rows of ``finding_term`` with codes and the printed ``words`` of each.
    """
    wanted = "cause.is_open" if keys is None else "cause.cause IN (SELECT unnest($keys::VARCHAR[]))"
    given = {} if keys is None else {"keys": [*keys]}
    causes = _rows(
        con,
        f"SELECT cause.* EXCLUDE (cell), block.* EXCLUDE (block), cell.* EXCLUDE (cell) FROM cause "
        f"LEFT JOIN block USING (block) LEFT JOIN cell USING (cell) WHERE {wanted} ORDER BY rank, cause",
        given,
    )
    found = _rows(
        con,
        "SELECT cause_finding.cause, finding.* EXCLUDE (block, cell), block.* EXCLUDE (block), cell.* EXCLUDE (cell) "
        "FROM cause_finding INNER JOIN cause USING (cause) INNER JOIN finding USING (finding) "
        f"LEFT JOIN block ON finding.block = block.block LEFT JOIN cell ON finding.cell = cell.cell WHERE {wanted} "
        "ORDER BY gap DESC, finding",
        given,
    )
    by_cause: defaultdict[str, list[Row]] = defaultdict(list)
    for row in with_terms(con, found):
        by_cause[row["cause"]].append(row)
    return [{**row, "evidence": by_cause[row["cause"]]} for row in causes]


def by_finding(con: duckdb.DuckDBPyConnection, findings: Collection[str]) -> dict[str, Row]:
    """The cause of each of these findings, as `read_causes` gives it; a finding without one is left out."""
    found = con.execute(
        "SELECT finding, cause FROM cause_finding WHERE finding IN (SELECT unnest($keys::VARCHAR[]))",
        {"keys": [*findings]},
    ).fetchall()
    causes = {row["cause"]: row for row in read_causes(con, {key for _, key in found})}
    return {finding: causes[key] for finding, key in found}


def with_terms(con: duckdb.DuckDBPyConnection, findings: Collection[Row]) -> list[Row]:
    """These rows of table ``finding`` with their ``words`` as a list, and their ``terms``."""
    terms = _rows(
        con,
        "SELECT finding_term.* EXCLUDE (block, cell), block.* EXCLUDE (block), cell.* EXCLUDE (cell) "
        "FROM finding_term INNER JOIN block USING (block) INNER JOIN cell USING (cell) "
        "WHERE finding IN (SELECT unnest($keys::VARCHAR[])) ORDER BY finding, term",
        {"keys": [row["finding"] for row in findings]},
    )
    said = words_of(con, sorted({key for term in terms for key in term["observations"].split()}))
    return joined(findings, terms, said)


def joined(findings: Collection[Row], terms: Collection[Row], said: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    """These findings with their ``words`` as a list and their ``terms``, each with the printed words that state it.

    ``said`` has the words of observations by their ids, beside those that the findings have themselves.
    """
    by_finding: defaultdict[str, list[Row]] = defaultdict(list)
    for term in terms:
        by_finding[term["finding"]].append(term)
    made = []
    for row in findings:
        words = json.loads(row["words"] or "[]")
        own = {each.get("observation_id"): each for each in words}
        mine = [
            {
                **term,
                "words": [
                    known for key in term["observations"].split() if (known := said.get(key, own.get(key))) is not None
                ],
            }
            for term in by_finding[row["finding"]]
        ]
        made.append({**row, "words": words, "terms": mine})
    return made


def cause_of(con: duckdb.DuckDBPyConnection, finding: str) -> str | None:
    """The key of the cause that a finding comes down to; none of one that is waived or open."""
    found = con.execute(
        "SELECT cause FROM cause_finding INNER JOIN cause USING (cause) WHERE finding = ? ORDER BY is_open DESC",
        [finding],
    ).fetchall()
    return str(found[0][0]) if found else None


def accepted(con: duckdb.DuckDBPyConnection, findings: Collection[str]) -> list[Row]:
    """The waivers in force of these findings: ``finding``, ``until``, ``reason`` and ``who``."""
    return _rows(
        con,
        "SELECT finding, until, reason, who FROM waiver INNER JOIN finding USING (finding) "
        "WHERE is_open AND is_waived AND finding IN (SELECT unnest($keys::VARCHAR[])) ORDER BY finding",
        {"keys": [*findings]},
    )


def corrected(con: duckdb.DuckDBPyConnection, findings: Collection[str]) -> list[str]:
    """The sources of figures behind these findings that a correction declared here changes."""
    found = con.execute(
        "SELECT DISTINCT figure.source FROM (SELECT unnest(string_split(observations, ' ')) AS observation_id "
        "FROM finding WHERE finding IN (SELECT unnest($keys::VARCHAR[]))) INNER JOIN figure USING (observation_id) "
        "WHERE corrected_because IS NOT NULL ORDER BY ALL",
        {"keys": [*findings]},
    ).fetchall()
    return [str(source) for (source,) in found]


def _rows(con: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any]) -> list[Row]:
    result = con.execute(sql, values)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
