"""Quantities by number: a row of table ``block`` and a row of table ``cell``, instead of the codes themselves."""

from collections.abc import Sequence

import duckdb

from cuadra.warehouse.view import name

BLOCK = ("register", "indicator", "ref_area", "time_period")
"""What all cells of a table of figures share."""


class QuantityError(Exception):
    """A row that names no quantity."""


def number(con: duckdb.DuckDBPyConnection, what: str, rows: str, breakdowns: Sequence[str]) -> None:
    """Give each block and cell of these rows that has no number yet the next one.

    Args:
        con: the warehouse.
        what: the rows are, for messages.
        rows: a SELECT of them.
        breakdowns: the columns that make a cell.

    Raises:
        QuantityError: a row has none of the codes that make its block or cell.
    """
    block, cell = _listed(BLOCK), _listed(breakdowns)
    # Both at once: the rows may be a file of millions that is read each time.
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE load_key AS SELECT {block}, {cell}, grouping({_listed(BLOCK[:1])}) = 0 "
        f"AS is_block FROM ({rows}) GROUP BY GROUPING SETS (({block}), ({cell}))"
    )
    for table, columns in (("block", BLOCK), ("cell", tuple(breakdowns))):
        listed = _listed(columns)
        keys = f"(SELECT {listed} FROM load_key WHERE is_block = {table == 'block'})"
        for column in columns:
            if con.execute(f"SELECT 1 FROM {keys} WHERE {_listed([column])} IS NULL LIMIT 1").fetchall():
                raise QuantityError(
                    f"{what}, column {column!r}: expected a code in each row, got none in some. "
                    "Correct the source's parse()."
                )
        con.execute(
            f"INSERT INTO {table} BY NAME SELECT row_number() OVER (ORDER BY {listed}) "
            f"+ (SELECT coalesce(max({table}), 0) FROM {table}) AS {table}, {listed} "
            f"FROM {keys} ANTI JOIN {table} USING ({listed})"
        )


def numbered(rows: str, breakdowns: Sequence[str]) -> str:
    """What of these rows is kept: their block and cell by number, the rest as it is."""
    return f"{rows}.* EXCLUDE ({_listed((*BLOCK, *breakdowns))}), block.block, cell.cell"


def numbers(rows: str, breakdowns: Sequence[str]) -> str:
    """Where these rows find the numbers of their block and cell; a row without one is kept, to be refused by name."""
    tables = (("block", BLOCK), ("cell", tuple(breakdowns)))
    same = {
        table: " AND ".join(f"{rows}.{_listed([each])} = {table}.{_listed([each])}" for each in columns)
        for table, columns in tables
    }
    return " ".join(f"LEFT JOIN {table} ON {on}" for table, on in same.items())


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(name(column) for column in columns)
