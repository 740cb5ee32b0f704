"""`python -m cuadra.flows.dictionary`: write the data dictionary of the shipped topic anew."""

import duckdb

from cuadra.checks.topic import Topic, shipped
from cuadra.flows.codes import code_rows
from cuadra.warehouse.database import migrate
from cuadra.warehouse.dictionary import FILE, markdown
from cuadra.warehouse.view import shipped as shipped_views


def dictionary(topic: Topic) -> str:
    """The data dictionary of a topic as Markdown, from a database made for it."""
    with duckdb.connect() as con:
        migrate(con, topic.names, shipped_views(topic.name), code_rows(topic))
        return markdown(con, topic.caveat.of("en"))


if __name__ == "__main__":
    FILE.write_text(dictionary(shipped()), encoding="utf-8")
