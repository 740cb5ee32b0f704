"""Whether a publication can be read to its last row: every table, which checks every block's sum, and every view."""

from pathlib import Path

import duckdb

from cuadra.warehouse.publication import open_publication


def read_through(path: Path) -> tuple[int, list[str]]:
    """How many rows the tables hold, and one line per table or view that cannot be read.

    Raises:
        PublicationError: it does not open at all.
    """
    rows, complaints = 0, []
    with open_publication(path, is_shut=True) as con:
        tables = con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND NOT internal").fetchall()
        views = con.execute("SELECT view_name FROM duckdb_views() WHERE NOT temporary AND NOT internal").fetchall()
        for kind, names in (("table", tables), ("view", views)):
            for (name,) in sorted(names):
                quoted = '"' + name.replace('"', '""') + '"'
                try:
                    # The hash needs every column: a mere count reads none of them.
                    found = con.execute(f"SELECT count(*), bit_xor(hash(each)) FROM {quoted} AS each").fetchone()
                except duckdb.Error as error:
                    complaints.append(f"{kind} {name}: {str(error).splitlines()[0]}")
                    continue
                rows += found[0] if found and kind == "table" else 0
    return rows, complaints
