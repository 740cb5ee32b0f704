"""Measure `cuadra check` of three lines beside a publication, as a whole process, and the same file alone.

Figures are linked (`linked.py`), their registers are those of the topic, and the three lines contradict some of them.
usage: python tests/benchmarks/bench_check.py [FIGURES ...]     (default: 43000 1000000)
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd
from bench_engine import card
from linked import make

from cuadra.checks.observation import UNSAID, columns
from cuadra.checks.topic import shipped
from cuadra.flows.codes import code_rows
from cuadra.warehouse.database import connect, migrate
from cuadra.warehouse.load import load_vintage
from cuadra.warehouse.view import shipped as shipped_views

CHECK = "from cuadra.flows.commands.entry import main; main()"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
FILE = """at,says,indicator,period,register,area,sex
p1,9000,cases,2010,{0},PE,
p2,7000,cases,2010,{0},PE,F
p3,3000,cases,2010,{0},PE,M
"""
WANTED = 2.0
"""Seconds by the clock on two quiet cores."""


def publish(folder: Path, figures: int) -> None:
    """A publication of so many figures and a file of three beside it."""
    topic = shipped()
    registers = topic.code_list("register").codes
    (folder / "mine.csv").write_text(FILE.format(registers[0]), encoding="utf-8")
    make(folder / "figures.parquet", figures)
    said = {name: f"NULL::VARCHAR AS {name}" for name in UNSAID}
    said["register"] = f"{[*registers]}[1 + register[2:]::INTEGER] AS register"
    names = ", ".join(said.get(name, name) for name in columns(topic))
    with connect(folder / "cuadra.duckdb") as con:
        migrate(con, topic.names, shipped_views(topic.name), code_rows(topic))
        for (source,) in duckdb.execute(
            f"SELECT DISTINCT source FROM '{folder}/figures.parquet' ORDER BY 1"
        ).fetchall():
            load_vintage(
                con, {"name": source, "title": source, "url": "u"},
                {"sha256": source, "url": "u", "path": source, "fetched_at": NOW},
                f"(SELECT {names} FROM '{folder}/figures.parquet' WHERE source = '{source}')",
                pd.DataFrame(), pd.DataFrame(), "run", NOW, id_sql=topic.observation_id_sql(), breakdowns=topic.names,
            )  # fmt: skip


def measured(folder: Path, *options: str) -> tuple[float, float, float]:
    """Seconds by the clock, of the processor, and the largest process in GiB."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", CHECK, "--data", str(folder), "check", str(folder / "mine.csv"), *options],
        capture_output=True, text=True, check=False, env={**os.environ, "CUADRA_PROJECT": ""},
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 1:
        raise SystemExit(f"expected a contradiction, got code {done.returncode}: {done.stderr}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, used, after.ru_maxrss / 2**20


def main(sizes: list[int]) -> None:
    """Print the best of three for each size, beside the file alone."""
    print(card())
    for figures in sizes:
        with tempfile.TemporaryDirectory() as folder:
            publish(Path(folder), figures)
            for words, options in (("alone", ("--alone",)), ("beside", ())):
                seconds, used, memory = min(measured(Path(folder), *options) for _ in range(3))
                wanted = f"    (at most {WANTED} wanted)" if words == "beside" else ""
                print(
                    f"{figures:>12,} figures  {words:<7}{seconds:5.1f} s by the clock  {used:5.1f} s of processor  "
                    f"{memory:5.2f} GiB{wanted}"
                )


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [43_000, 1_000_000])
