"""Whether the publication to come is one file, or has its figures in files beside it."""

import duckdb

from cuadra.checks.part import parts
from cuadra.checks.rule import load_rules
from cuadra.checks.topic import Topic
from cuadra.flows.settings import Settings
from cuadra.warehouse import bins

BINS = 64
"""So many bins: an edition of one country's figures leaves most of them as they were."""


def set_apart(con: duckdb.DuckDBPyConnection, topic: Topic, settings: Settings) -> bool:
    """Set the figures of a large publication apart, and return whether it is one.

    Raises:
        BinError: their files cannot be where the publication is.
    """
    (figures,) = con.execute("SELECT count(*) FROM observation").fetchall()[0]
    if figures <= settings.file_figures:
        bins.keep_whole(con)
        return False
    parts(con, topic, load_rules(topic), "figure_in_force", bins=BINS)
    bins.set_apart(con, settings.publication, "part", BINS)
    return True
