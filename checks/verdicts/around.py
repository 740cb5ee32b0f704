"""What stands around a failing relation, so that the group as a whole says which figure is wrong."""

import duckdb
import numpy as np

from cuadra.checks.verdicts.component import CERTAIN, connected
from cuadra.checks.verdicts.engine import one, read

_NODES = (
    # Blocks that were screened by their row, shares and rates of a whole below zero.
    "SELECT i, coalesce(block.wide, -1 - block.block) AS node FROM engine.term INNER JOIN engine.quantity USING (q) "
    "INNER JOIN engine.block USING (block) ANTI JOIN engine.settled USING (i)"
)


def surround(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether something is to be evaluated around what fails; if so, its relations are named as active."""
    seeds = con.execute(
        "SELECT DISTINCT coalesce(block.wide, -1 - block.block) AS node FROM "
        f"(SELECT unnest(quantities) AS q {CERTAIN}) INNER JOIN engine.quantity USING (q) "
        "INNER JOIN engine.block USING (block)"
    ).fetchnumpy()["node"]
    if not len(seeds):
        return False
    edges = con.execute(
        "SELECT blocks[1] AS node, unnest(blocks) AS other FROM engine.link WHERE plain | active <> 0 "
        "UNION ALL SELECT blocks[1], unnest(blocks) FROM engine.stated_link INNER JOIN engine.kept USING (rule) "
        "WHERE NOT is_plausible AND plain | active <> 0 "
        f"UNION ALL SELECT DISTINCT min(node) OVER (PARTITION BY i), node FROM ({_NODES}) "
        "UNION ALL SELECT unnest($seeds), unnest($seeds)",
        {"seeds": seeds},
    ).fetchnumpy()
    found = connected(np.asarray(edges["node"]), np.asarray(edges["other"]))
    near = np.isin(found["component"], found["component"][np.isin(found["q"], seeds)]) & (found["q"] >= 0)
    con.execute("TRUNCATE engine.active_cell; TRUNCATE engine.active_link; TRUNCATE engine.active_stated")
    con.execute("INSERT INTO engine.around SELECT unnest($wide)", {"wide": found["q"][near]})
    con.execute(read("32_around"))
    return one(con, "SELECT count(*) FROM engine.around") > 0
