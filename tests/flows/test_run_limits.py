import duckdb
import pytest

from cuadra.flows.settings import Settings
from cuadra.warehouse.database import connect


def test_run_ends_at_its_limits_of_memory_and_disk(tmp_path):
    limits = Settings(run_megabytes=200, spill_megabytes=0).limits

    with connect(tmp_path / "working.duckdb", limits) as con, pytest.raises(duckdb.OutOfMemoryException):
        con.execute("CREATE TEMP TABLE wide AS SELECT hash(n), md5(n::VARCHAR) FROM range(8_000_000) AS r (n)")


def test_run_spills_to_disk_where_it_may(tmp_path):
    limits = Settings(run_megabytes=200, spill_megabytes=1000).limits

    with connect(tmp_path / "working.duckdb", limits) as con:
        con.execute("CREATE TEMP TABLE wide AS SELECT hash(n), md5(n::VARCHAR) FROM range(6_000_000) AS r (n)")
        found = con.execute("SELECT count(*) FROM wide").fetchone()

    assert found == (6_000_000,)
