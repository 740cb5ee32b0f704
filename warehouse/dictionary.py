"""The data dictionary: every table and view with its columns, from the comments in the database itself."""

from pathlib import Path

import duckdb

FILE = Path(__file__).parent / "DICTIONARY.md"

_HEAD = """# Data dictionary

Made by `python -m cuadra.flows.dictionary` from the comments in the database; a test keeps it fresh.
Views are the promised interface; tables are kept for history and may change with a migration.
{caveat}

As known on a day: `FROM as_known_on('2026-03-01')`, one row per figure in force at the end of that day.
"""

_SQL = """
SELECT kind, name, comment, list({'name': column_name, 'type': data_type, 'says': says} ORDER BY column_index)
FROM (
    SELECT 'View' AS kind, view_name AS name, comment FROM duckdb_views() WHERE NOT internal
    UNION ALL
    SELECT 'Table', table_name, comment FROM duckdb_tables() WHERE NOT internal AND NOT temporary
)
INNER JOIN (
    SELECT table_name AS name, column_name, data_type, column_index, coalesce(comment, '') AS says
    FROM duckdb_columns() WHERE NOT internal
) USING (name)
GROUP BY ALL
ORDER BY kind DESC, name
"""


def markdown(con: duckdb.DuckDBPyConnection, caveat: str) -> str:
    """The dictionary of a migrated database as Markdown: views first, then tables, each with its columns.

    ``caveat`` is the topic's; it is at the head.
    """
    parts = [_HEAD.format(caveat=caveat)]
    for kind, name, comment, columns in con.execute(_SQL).fetchall():
        parts.append(
            f"\n## {kind} `{name}`\n\n{comment or 'No comment'}.\n\n| column | type | what it says |\n|---|---|---|\n"
        )
        parts += [f"| {each['name']} | {each['type']} | {each['says']} |\n" for each in columns]
    return "".join(parts)
