"""Measure the check of linked figures bin by bin: by one process, by `processes`, and by two workers of Dask.

Each way is a process of its own, from a file of figures to what was found of each bin in a folder; then the same once
more, when nothing has changed: what remains is what one process does for all. From both it is reckoned what a billion
figures would take.
usage: python tests/benchmarks/bench_scale.py [FIGURES]     (default: 1000000)
"""

import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import duckdb
from bench_engine import card
from linked import make

from cuadra.checks.observation import UNSAID, columns
from cuadra.checks.rule import load_rules
from cuadra.checks.topic import shipped
from cuadra.flows import bins
from cuadra.flows.engine import PROCESSES

DASK = "dask"
WAYS = {"one process": "", PROCESSES: PROCESSES, "Dask, 2 workers": DASK}
BILLION = 1e9
_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


@contextmanager
def engine(way: str) -> Iterator[str | None]:
    """What is set as engine; a cluster of Dask is there as long."""
    if way != DASK:
        yield way or None
        return
    from distributed import LocalCluster  # noqa: PLC0415 - an extra, that few have

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


def check(way: str, file: str, folder: str) -> dict[str, float]:
    """Check the figures of the file twice, and say what that took."""
    topic = shipped()
    said = {name: f"NULL::VARCHAR AS {name}" for name in UNSAID}
    names = ", ".join(said.get(name, name) for name in columns(topic))
    before = _used()
    with engine(way) as name, duckdb.connect() as con:
        con.execute(f"CREATE VIEW figures AS SELECT {names}, observation_id FROM '{file}'")
        limits = {} if name is None else {"threads": "1"}
        begun = time.perf_counter()
        first = bins.confronted(
            con, topic, load_rules(topic), "figures", folder=folder, engine_name=name, limits=limits, withholds=True
        )
        wall = time.perf_counter() - begun
        begun, own = time.perf_counter(), _used()
        again = bins.confronted(
            con, topic, load_rules(topic), "figures", folder=folder, engine_name=name, limits=limits, withholds=True
        )
        rest, own = time.perf_counter() - begun, _used() - own
        findings = len(first.finding)
    if again.checked:
        raise SystemExit(f"expected no bin to be checked again, got {again.checked}")
    return {
        "wall": wall, "processor": _used() - before - own, "rest": rest,
        "gib": max(resource.getrusage(who).ru_maxrss for who in _WHO) / 2**20,
        "bins": first.bins, "findings": findings,
        "megabytes": sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 1e6,
    }  # fmt: skip


def _used() -> float:
    """Seconds of processors, of this process and of those that it has ended."""
    both = (resource.getrusage(who) for who in _WHO)
    return sum(each.ru_utime + each.ru_stime for each in both)


def main(figures: int) -> None:
    """Print each way, and the projection."""
    print(card())
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.parquet"
        make(file, figures)
        size = file.stat().st_size / 1e6
        count = int(duckdb.execute(f"SELECT count(*) FROM '{file}'").fetchall()[0][0])
        print(f"{count:,} linked figures, {size:,.0f} MB of Parquet:")
        for name, way in WAYS.items():
            if way == DASK and find_spec("distributed") is None:
                print(f"  {name:<16} left out: the package distributed is not installed (pip install 'cuadra[dask]')")
                continue
            made = subprocess.run(
                [sys.executable, __file__, way or "one", str(file), f"{folder}/{way or 'one'}"],
                check=True, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            found[name] = json.loads(made.stdout.splitlines()[-1])
            each, one = found[name], found["one process"]
            print(
                f"  {name:<16} {each['wall']:6.1f} s ({each['wall'] / one['wall']:4.2f} of one)  "
                f"{each['processor']:6.1f} s of processors ({each['processor'] / one['processor']:4.2f})  "
                f"{each['gib']:5.2f} GiB the largest process  {each['megabytes']:6.1f} MB kept  "
                f"{each['bins']:.0f} bins, {each['findings']:,.0f} findings  nothing changed: {each['rest']:4.1f} s"
            )
    print(_projection(count, size, found["one process"]))


def _projection(count: int, size: float, one: dict[str, float]) -> str:
    """What a billion figures would take, and why."""
    million = count / 1e6
    task, rest = (one["processor"] - one["rest"]) / million, one["rest"] / million
    thousand, cores = BILLION / 1e6, 64
    serial, side = rest * thousand, task * thousand / cores
    disk = (2 * size + one["megabytes"]) / million * thousand / 1e3
    count_of = 2 ** math.ceil(math.log2(BILLION / bins.MOST_FIGURES))
    return (
        f"A billion: {count_of:,} bins of {bins.MOST_FIGURES:,} figures or fewer, {task:.1f} s of one core a million, "
        f"thus {task * thousand / 3600:.1f} hours of cores, {side / 60:.0f} minutes on {cores} of them.\n"
        f"  What one process does for all, {rest:.2f} s a million figures to divide and name the bins, is not divided: "
        f"{serial / 60:.0f} minutes of it, so that more than {task / rest:.0f} cores gain nothing.\n"
        f"  A bin is bounded, and with it a worker: {one['gib']:.1f} GiB here. Not linear: a part larger than a bin "
        "stays whole (one register and indicator of one country), and the open findings are read as one frame.\n"
        f"  Disk: the figures once more while bins are checked, and what was found: {disk:,.0f} GB."
    )


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(check("" if sys.argv[1] == "one" else sys.argv[1], sys.argv[2], sys.argv[3])))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
