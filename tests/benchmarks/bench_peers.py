"""The engine beside other tools doing the same sums from the same long Parquet file, each a process of its own.

usage: python tests/benchmarks/bench_peers.py [GROUPS]      (default: 100000; ten figures a group)

The others check points and no intervals, explain nothing, and need a table with a column a cell: each gets the fastest
pivot its frame offers. They live in `.venv-peers`, which is made when it is missing; one that cannot be installed is
named and left out.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
PEERS = ROOT / ".venv-peers"
PACKAGES = ("great-expectations", "pointblank", "pandera[polars]", "polars", "pandas", "pyarrow")

READ_PANDAS = """
import pandas as pd
block, cell = ["register", "time_period"], ["sex", "age", "citizenship", "exploitation"]
long = pd.read_parquet(path, columns=[*block, *cell, "value"])
wide = long.set_index([*block, *cell])["value"].unstack(cell)
wide.columns = ["_".join(names) for names in wide.columns]
wide = wide.rename(columns=NAMES)
"""
READ_POLARS = """
import polars as pl
long = pl.read_parquet(path, columns=["register", "time_period", "sex", "age", "citizenship", "exploitation", "value"])
cell = pl.concat_str(["sex", "age", "citizenship", "exploitation"], separator="_").replace(NAMES)
wide = long.with_columns(cell=cell).pivot("cell", index=["register", "time_period"], values="value")
"""
NAMES = {
    "_T__T__T__T": "t", "F__T__T__T": "f", "M__T__T__T": "m", "_T_Y0T17__T__T": "c", "_T_Y_GE18__T__T": "a",
    "_T__T_NATIONAL__T": "n", "_T__T_FOREIGN__T": "o", "_T__T_VEN__T": "v", "_T__T_ECU__T": "e",
    "_T__T__T_SEXUAL": "s",
}  # fmt: skip
RULES = ("f + m == t", "c + a == t", "n + o == t", "v + e <= o", "s <= t", "f <= t", "c <= t")

WAYS = {
    "pandera on pandas": READ_PANDAS
    + """
import pandera.pandas as pa
checks = [pa.Check(lambda frame, rule=rule: frame.eval(rule), name=rule) for rule in RULES]
try:
    pa.DataFrameSchema(checks=checks).validate(wide, lazy=True)
    fails = 0
except pa.errors.SchemaErrors as error:
    fails = error.failure_cases["index"].nunique()
""",
    "pandera on polars": READ_POLARS
    + """
import pandera.polars as pa
checks = [
    pa.Check(lambda data, rule=rule: data.lazyframe.select(pl.sql_expr(rule.replace("==", "="))), name=rule)
    for rule in RULES
]
try:
    pa.DataFrameSchema(checks=checks).validate(wide, lazy=True)
    fails = 0
except pa.errors.SchemaErrors as error:
    fails = error.failure_cases["index"].n_unique()
""",
    "Pointblank on polars": READ_POLARS
    + """
import pointblank as pb
plan = pb.Validate(wide)
for rule in RULES:
    plan = plan.col_vals_expr(expr=pl.sql_expr(rule.replace("==", "=")))
fails = int(sum(plan.interrogate().n_failed().values()))
""",
    "Great Expectations": READ_PANDAS
    + """
import great_expectations as gx
context = gx.get_context(mode="ephemeral")
asset = context.data_sources.add_pandas("p").add_dataframe_asset("a")
batch = asset.add_batch_definition_whole_dataframe("b").get_batch({"dataframe": wide.assign(
    **{f"rule_{n}": wide.eval(rule) for n, rule in enumerate(RULES)}
)})
fails = 0
for n, rule in enumerate(RULES):
    made = batch.validate(gx.expectations.ExpectColumnValuesToBeInSet(column=f"rule_{n}", value_set=[True]))
    fails += made.result["unexpected_count"]
""",
}


def main(groups: int) -> None:
    """Print seconds and memory of each, and how many times as long as ours it takes."""
    from tests.benchmarks.bench_engine import make  # noqa: PLC0415 - the peers' processes have no DuckDB

    python = _peers()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "figures.parquet")
        make(path, groups)
        engine = [sys.executable, str(ROOT / "tests/benchmarks/bench_engine.py"), "--one"]
        found = {name: _run([*engine, name, str(path)]) for name in ("engine", "by hand")}
        for name in WAYS if python else ():
            found[name] = _run([str(python), __file__, "--one", name, str(path)])
    ours = found["engine"]
    print(f"{groups * 10:,} figures, {len(RULES)} sums, from the same long Parquet file:")
    for name, made in found.items():
        if isinstance(made, str):
            print(f"  {name:<22} left out: {made}")
        elif isinstance(ours, tuple):
            print(f"  {name:<22} {made[0]:7.1f} s  {made[0] / ours[0]:6.2f} x  {made[1]:5.2f} GiB  {made[2]} fail")


def one(name: str, path: str) -> None:
    """Do it one way, and print seconds, peak memory in GiB and how many rows fail."""
    start = time.perf_counter()
    space = {"path": path, "NAMES": NAMES, "RULES": RULES}
    exec(WAYS[name], space)  # noqa: S102 - our own text, for an interpreter that lacks our packages
    seconds = time.perf_counter() - start
    print("result", seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, space["fails"])


def _run(command: list[str]) -> tuple[float, float, str] | str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no word"])[-1][:120]
    seconds, memory, fails = done.stdout.split()[-3:]
    return float(seconds), float(memory), fails


def _peers() -> Path | None:
    """The interpreter that has the other tools, made when it is missing."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEERS)], check=True)
        made = subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], check=False)
        if made.returncode:
            print("the other tools could not be installed, and are left out")
            return None
    return python


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
