"""Measure a described CSV and Parquet of many rows, read where it is, beside DuckDB's own reading of the same file.

Three ways, each a process of its own: DuckDB's CREATE TABLE AS over read_csv or read_parquet; the same figures as SQL
writes them in the contract's columns, and the contract asked of them; and cuadra's parse by the description, and the
contract. `python tests/benchmarks/bench_described.py 1000000` for a smaller file.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from cuadra.checks.contract import broken
from cuadra.checks.observation import columns
from cuadra.checks.topic import shipped
from cuadra.sources.described import described_source
from cuadra.sources.source import Scan, Snapshot

TOML = """title = "t"
publisher = "p"
url = "https://example.org"
published = "2024"
register = "SDMX_FILE"
indicator = "victims_detected"
[table.columns]
"Country" = "area"
"Month" = "period"
"Sex" = "sex"
"Age" = "age"
"Form" = "exploitation"
"Number" = "value"
"""
CODES = "Sex,Women,F\nSex,Men,M\nAge,Minors,Y0T17\nAge,Adults,Y_GE18\nForm,Any,_T\nForm,Sexual,SEXUAL\n"
SEXES, AGES = {"Women": "F", "Men": "M", "Total": "_T"}, {"Minors": "Y0T17", "Adults": "Y_GE18", "Total": "_T"}


def make(path: Path, rows: int) -> None:
    """Write a file of so many figures, each of another quantity."""
    areas = [code for code, row in shipped().code_list("ref_area").rows.items() if row["alpha_3"]]
    block = 18 * len(areas)
    how = "(FORMAT parquet)" if path.suffix == ".parquet" else "(HEADER)"
    number = "(hash(i) % 3000)::BIGINT" if path.suffix == ".parquet" else "(hash(i) % 3000)::VARCHAR"
    duckdb.execute(
        f'COPY (SELECT {areas}[1 + (i // 18) % {len(areas)}] AS "Country", '
        f"(100 + (i // {block}) // 12 + 1000)::INTEGER || '-M' || lpad(((i // {block}) % 12 + 1)::VARCHAR, 2, '0') "
        "AS \"Month\", ['Women', 'Men', 'Total'][1 + i % 3] AS \"Sex\", "
        "['Minors', 'Adults', 'Total'][1 + (i // 3) % 3] AS \"Age\", ['Any', 'Sexual'][1 + (i // 9) % 2] AS \"Form\", "
        f"{number} AS \"Number\" FROM range({rows}) AS t(i)) TO '{path}' {how}"
    )


def plain(file: Path, con: duckdb.DuckDBPyConnection) -> None:
    """DuckDB's own: the file as a table of texts, and the contract's columns beside them."""
    read = f"read_csv('{file}', all_varchar = TRUE)" if file.suffix == ".csv" else f"read_parquet('{file}')"
    con.execute(f"CREATE TABLE figure AS FROM {read}")


def contracted(file: Path, con: duckdb.DuckDBPyConnection) -> None:
    """The same figures in the contract's columns, as somebody writes it in SQL, and the contract."""
    read = f"read_csv('{file}', all_varchar = TRUE)" if file.suffix == ".csv" else f"read_parquet('{file}')"
    given = dict.fromkeys(shipped().names, "'_T'") | {
        "register": "'SDMX_FILE'", "indicator": "'victims_detected'", "ref_area": '"Country"', "time_period": '"Month"',
        "sex": f"MAP {SEXES}[\"Sex\"]", "age": f"MAP {AGES}[\"Age\"]",
        "exploitation": "if(\"Form\" = 'Any', '_T', 'SEXUAL')", "unit": "'persons'", "says": '"Number"::VARCHAR',
        **dict.fromkeys(("value", "lower", "upper", "likely_lower", "likely_upper"), '"Number"::DOUBLE'),
        "qualifier": "'exact'", "share_of": "NULL::VARCHAR", "share_base": "NULL::VARCHAR", "series": "NULL::VARCHAR",
        "repeats": "NULL::VARCHAR", "computed_from": "NULL::VARCHAR", "obs_status": "'A'", "complete": "''",
        "locator": "concat_ws('|', \"Country\", \"Month\", \"Sex\", \"Age\", \"Form\")",
    }  # fmt: skip
    asked = ", ".join(f"{given.get(name, _text(name))} AS {name}" for name in columns(shipped()))
    con.execute(f"CREATE TABLE figure AS SELECT {asked} FROM {read}")
    _keep(con)


def ours(file: Path, con: duckdb.DuckDBPyConnection) -> None:
    """By the description: parse, and the contract."""
    folder = file.parent / "tbl"
    folder.mkdir(exist_ok=True)
    (folder / "source.toml").write_text(TOML, encoding="utf-8")
    (folder / "codes.csv").write_text("column,label,code\n" + CODES, encoding="utf-8")
    found = described_source(folder, shipped()).parse(Snapshot(file, "0" * 64, "", datetime(2026, 11, 24, tzinfo=UTC)))
    if not isinstance(found.observations, Scan):
        raise TypeError("expected SQL that reads the file where it is")
    con.execute(f"CREATE TABLE figure AS {found.observations.sql}")
    _keep(con)


def _keep(con: duckdb.DuckDBPyConnection) -> None:
    for line in broken(con, shipped(), "SELECT * FROM figure"):
        raise ValueError(line)


def _text(value: str) -> str:
    return f"'{value}'"


WAYS = {"plain": plain, "contracted": contracted, "ours": ours}


def main(rows: int) -> None:
    """Measure all ways on a CSV and a Parquet of so many rows, and print them as ratios."""
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("csv", "parquet"):
            file = Path(folder) / f"figures.{ending}"
            make(file, rows)
            print(f"{rows:,} rows in {file.stat().st_size / 1e6:,.0f} MB of {ending}:")
            measured = {}
            for way in WAYS:
                made = subprocess.run(
                    [sys.executable, __file__, way, str(file)], check=True, capture_output=True, text=True
                )
                measured[way] = json.loads(made.stdout)
                ratio = measured[way]["seconds"] / measured["contracted" if way == "ours" else "plain"]["seconds"]
                seconds, busy, megabytes = (measured[way][each] for each in ("seconds", "busy", "megabytes"))
                print(f"  {way:<11} {seconds:6.1f} s {ratio:5.2f} x {busy:6.1f} processor s {megabytes:7,.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in WAYS:
        target = Path(sys.argv[2])
        with duckdb.connect(f"{target}.{sys.argv[1]}.duckdb") as opened:
            start, busy_start = time.perf_counter(), time.process_time()
            WAYS[sys.argv[1]](target, opened)
            opened.execute("CHECKPOINT")
        seconds_taken = time.perf_counter() - start
        used = resource.getrusage(resource.RUSAGE_SELF)
        busy_seconds = time.process_time() - busy_start
        print(json.dumps({"seconds": seconds_taken, "busy": busy_seconds, "megabytes": used.ru_maxrss / 1024}))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 10_000_000)
