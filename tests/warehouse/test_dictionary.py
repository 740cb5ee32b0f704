import duckdb

from cuadra.warehouse.database import migrate
from cuadra.warehouse.dictionary import FILE, markdown


def test_dictionary_is_fresh():
    with duckdb.connect() as con:
        migrate(con)
        fresh = markdown(con)

    assert FILE.read_text(encoding="utf-8") == fresh, "run `python -m cuadra.warehouse.dictionary`"
