"""Measure from a file of figures to the loaded table, beside what DuckDB alone takes for the same file.

Three ways, each a process of its own: DuckDB's CREATE TABLE AS over read_csv, as it is; the same with the contract's
columns and its checks; and cuadra's parse, contract and load, which also names every figure, finds repeats and keeps
history. Ratios are of one run on one machine, memory the
peak of the process; `python tests/benchmarks/bench_load.py 1000000` for a smaller one.
"""

import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from cuadra.checks.contract import broken
from cuadra.checks.observation import columns
from cuadra.checks.topic import shipped
from cuadra.flows.codes import code_rows
from cuadra.sources.sdmx_csv import parse, source
from cuadra.sources.source import Scan, Snapshot
from cuadra.warehouse.database import connect, migrate
from cuadra.warehouse.load import load_vintage
from cuadra.warehouse.view import shipped as shipped_views

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def make(path: Path, rows: int) -> None:
    """Write a file of so many figures, each of another quantity, one in fifty suppressed."""
    areas = [code for code, row in shipped().code_list("ref_area").rows.items() if row["alpha_3"]]
    block = 120 * len(areas)
    duckdb.execute(
        f"COPY (SELECT ['victims_detected', 'convicted', 'suspects'][1 + (i // 40) % 3] AS INDICATOR, "
        f"{areas}[1 + (i // 120) % {len(areas)}] AS REF_AREA, "
        f"(1900 + (i // {block}) // 12) || '-M' || lpad(((i // {block}) % 12 + 1)::VARCHAR, 2, '0') AS TIME_PERIOD, "
        "['_T', 'F', 'M', 'O', '_U'][1 + i % 5] AS SEX, ['_T', 'Y0T17', 'Y_GE18', '_U'][1 + (i // 5) % 4] AS AGE, "
        "['_T', 'SEXUAL'][1 + (i // 20) % 2] AS EXPLOITATION, "
        "if(hash(i) % 50 = 0, '<5', (hash(i) % 3000)::VARCHAR) AS OBS_VALUE, 'A' AS OBS_STATUS "
        f"FROM range({rows}) AS t(i)) TO '{path}' (HEADER)"
    )


def plain(file: Path, database: Path) -> None:
    """DuckDB's own: the file as a table of texts."""
    with connect(database) as con:
        con.execute(f"CREATE TABLE figure AS FROM read_csv('{file}', all_varchar = TRUE)")


def contracted(file: Path, database: Path) -> None:
    """DuckDB's own: the figures in the contract's columns, and the contract asked of them."""
    sql = _scan(file).sql
    with connect(database) as con:
        con.execute(f"CREATE TABLE figure AS {sql}")
        _keep(broken(con, shipped(), "SELECT * FROM figure"))


def ours(file: Path, database: Path) -> None:
    """Parse, contract and load, as a run does."""
    snapshot = Snapshot(file, "0" * 64, "", NOW)
    parsed = parse(snapshot, shipped())
    figures = parsed.observations
    with connect(database) as con:
        topic = shipped()
        migrate(con, topic.names, shipped_views(topic.name), code_rows(topic))
        relation = f"({figures.sql if isinstance(figures, Scan) else ''})"
        load_vintage(
            con, vars(source(shipped())), vars(snapshot), relation, parsed.quarantined, parsed.ignored, "run", NOW,
            lambda con, name: _keep(broken(con, shipped(), f"SELECT {', '.join(columns(shipped()))} FROM {name}")),
            id_sql=topic.observation_id_sql(), breakdowns=topic.names,
        )  # fmt: skip


def _scan(file: Path) -> Scan:
    """How to read the file: made once, outside what is measured, from its first lines and one without a value.

    By that line the SQL asks each row whether it can be used, as it would if nobody had read the file before.
    """
    with file.open(encoding="utf-8", newline="") as opened, tempfile.TemporaryDirectory() as folder:
        head = Path(folder) / "head.csv"
        with head.open("w", encoding="utf-8", newline="") as short:
            first = [row for row, _ in zip(csv.reader(opened), range(100), strict=False)]
            csv.writer(short).writerows([*first, [*first[-1][:2], "1899", *first[-1][3:-2], "", "M"]])
        figures = parse(Snapshot(head, "0" * 64, "", NOW), shipped()).observations
        if not isinstance(figures, Scan):
            raise TypeError("expected SQL that reads the file")
        return Scan(figures.sql.replace(str(head), str(file)), 0)


def _keep(lines: list[str]) -> None:
    if lines:
        raise ValueError(lines[0])


WAYS: dict[str, Callable[[Path, Path], None]] = {"plain": plain, "contracted": contracted, "ours": ours}


def _measured(way: str, file: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(
            [sys.executable, __file__, way, str(file), f"{folder}/made.duckdb"], check=True, capture_output=True
        )
    found: dict[str, float] = json.loads(made.stdout)
    return found


def main(rows: int) -> None:
    """Measure all ways on a file of so many rows, twice each, and print the better times as ratios."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.csv"
        make(file, rows)
        size = file.stat().st_size / 1e6
        best = {way: min((_measured(way, file) for _ in range(2)), key=lambda found: found["wall"]) for way in WAYS}
    print(f"{rows:,} figures from a CSV of {size:,.0f} MB to a closed database:")
    for way, words in (
        ("plain", "DuckDB, read_csv into a table of texts"),
        ("contracted", "DuckDB, read_csv into the contract's columns, and the contract"),
        ("ours", "cuadra: parse, contract, load"),
    ):
        ratio, found = best["ours"]["wall"] / best[way]["wall"], best[way]
        print(
            f"  {found['wall']:6.1f} s  {found['processor']:6.1f} s of processors  {found['gib']:5.2f} GiB  "
            f"ours is {ratio:4.2f} of it: {words}"
        )


if __name__ == "__main__":
    if len(sys.argv) == 4:
        started = time.perf_counter()
        WAYS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
        wall, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({"wall": wall, "processor": used.ru_utime + used.ru_stime, "gib": used.ru_maxrss / 2**20}))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
