"""How long the pages of a large publication take, and how large they are, beside a plain scan of its figures.

usage: python tests/benchmarks/bench_pages.py [FIGURES] [TIMES]

So many linked figures are run as they are by `cuadra run`, and the publication is copied so many times over, each time
under other registers: 1,000,000 and 10 if not given, which makes 10 million figures.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
REGISTERS = 40
"""Codes of registers for each copy; more than a run of a million figures has."""

OF_BLOCK = ("observation", "finding", "finding_term", "cause", "bound", "block")
TABLES = (*OF_BLOCK, "figure_tally", "cause_finding", "explanation", "withheld")
MEGABYTES, SECONDS = 20, 30
"""What is wanted at most."""


def publish(folder: Path, figures: int) -> Path:
    """A publication of so many linked figures, as a run makes it, in a project of its own."""
    from tests.benchmarks.linked import make  # noqa: PLC0415

    project = folder / "project"
    cuadra = [sys.executable, "-m", "cuadra.flows.commands.cli"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([*cuadra, "init", project], check=True, capture_output=True, env=environment)
    (project / "sources" / "example_bulletin.toml").unlink()
    codes = "".join(f"R{each},register {each},registro {each}\n" for each in range(REGISTERS))
    added = project / "checks" / "codelists" / "register.added.csv"
    added.write_text(f"code,label_en,label_es\n{codes}", encoding="utf-8")
    make(folder / "raw.parquet", figures)
    named = ("register", "indicator", "ref_area", "time_period", "sex", "age", "citizenship", "exploitation")
    columns = ", ".join(f"{each} AS {each.upper()}" for each in named)
    duckdb.execute(
        f"COPY (SELECT {columns}, says AS OBS_VALUE FROM '{folder}/raw.parquet' WHERE unit = 'persons') "
        f"TO '{folder}/figures.parquet' (FORMAT parquet)"
    )
    run = [*cuadra, "--project", project, "run", "--source", "sdmx_csv", "--from", folder / "figures.parquet"]
    done = subprocess.run(run, check=False, capture_output=True, env=environment)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr.decode()[-2000:])
    return project / "data" / "cuadra.duckdb"


def copied(publication: Path, target: Path, times: int) -> int:
    """The publication so many times over, one in fifty of its figures withheld; returns how many figures it has."""
    shutil.copyfile(publication, target)
    with duckdb.connect(str(target)) as con:
        (blocks,) = con.execute("SELECT max(block) + 1 FROM block").fetchall()[0]
        columns: dict[str, list[str]] = {}
        for table, column in con.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall():
            columns.setdefault(table, []).append(column)
        for table in TABLES:
            con.execute(f"CREATE TEMP TABLE first_{table} AS FROM {table}")
        for copy in range(1, times):
            for table in TABLES:
                made = ", ".join(_as_copied(table, column, copy, blocks) for column in columns[table])
                con.execute(f"INSERT INTO {table} BY NAME SELECT {made} FROM first_{table}")
        con.execute(
            "INSERT INTO withheld SELECT observation_id, hash(observation_id) % 3 > 0 FROM observation "
            "WHERE hash(observation_id) % 50 = 0"
        )
        return int(con.execute("SELECT count(*) FROM observation WHERE vintage_to IS NULL").fetchall()[0][0])


def _as_copied(table: str, column: str, copy: int, blocks: int) -> str:
    if column == "block":
        return f"block + {copy * blocks} AS block"
    if column == "register" and table == "block":
        return f"'R' || (substr(register, 2)::INTEGER + {copy * REGISTERS}) AS register"
    if column in {"observation_id", "share_base"}:
        return f"substr(md5({column} || '{copy}'), 1, 16) AS {column}"
    if column in {"finding", "cause"}:
        return f"substr(md5({column} || '{copy}'), 1, 12) AS {column}"
    if column == "observations":
        renamed = f"lambda id: if(id = '', '', substr(md5(id || '{copy}'), 1, 16))"
        return f"array_to_string(list_transform(string_split({column}, ' '), {renamed}), ' ') AS {column}"
    return column


def main(figures: int, times: int) -> None:
    """Print the time of the pages and their size, beside those wanted and a plain scan."""
    from cuadra.checks.topic import shipped  # noqa: PLC0415
    from cuadra.flows.pages.site import build  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = folder / "copied.duckdb"
        count = copied(publish(folder, figures), database, times)
        with duckdb.connect(str(database), read_only=True) as con:
            start = time.perf_counter()
            con.execute("SELECT bit_xor(hash(observation)) FROM observation").fetchall()
            scan = time.perf_counter() - start
        start, processor = time.perf_counter(), time.process_time()
        built = build(database, shipped(), folder / "pages")
        took, processor = time.perf_counter() - start, time.process_time() - processor
        largest = max(path.stat().st_size for path in (folder / "pages").rglob("*.html"))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(
            f"{count:,} figures: {built.pages:,} pages of {built.bytes / 1e6:.1f} MB (at most {MEGABYTES} wanted), the "
            f"largest {largest / 1e3:.0f} kB\n"
            f"  {took:.1f} s (at most {SECONDS} wanted), {processor:.1f} s of processors, "
            f"{took / scan:.1f} times a plain scan of the figures ({scan:.1f} s), {memory:.2f} GiB"
        )


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:3]]
    main(*(given + [1_000_000, 10][len(given) :]))
