"""The engine beside the same rules written by hand in DuckDB SQL, each as a process of its own.

usage: python tests/benchmarks/bench_engine.py [GROUPS ...]     (default: 100000 1000000; ten figures a group)

Once on loose figures, whose tables nothing joins, and once on linked ones: regions make countries, halves make years,
one stage follows another, some figures are hedged, some tables wrong. By hand are the direct relations of these alone:
no bounds from relation to relation, no shares, no findings with their figures.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks import linked

CODED = ("sex", "age", "citizenship", "exploitation")
CELLS = [
    ("_T", "_T", "_T", "_T", 100), ("F", "_T", "_T", "_T", 60), ("M", "_T", "_T", "_T", 40),
    ("_T", "Y0T17", "_T", "_T", 30), ("_T", "Y_GE18", "_T", "_T", 70), ("_T", "_T", "NATIONAL", "_T", 80),
    ("_T", "_T", "FOREIGN", "_T", 20), ("_T", "_T", "VEN", "_T", 10), ("_T", "_T", "ECU", "_T", 5),
    ("_T", "_T", "_T", "SEXUAL", 50),
]  # fmt: skip
"""By `CODED`, and their value; one group in a thousand has a woman too many."""

BY_HAND = """
CREATE TABLE verdict AS
SELECT
    register, indicator, ref_area, time_period,
    CASE WHEN fl + ml > tu THEN 'fails' WHEN complete AND fu + mu < tl THEN 'fails'
         WHEN fl + ml = tl AND fu + mu = tu AND tl = tu THEN 'holds' ELSE 'open' END AS sex,
    CASE WHEN cl + al > tu THEN 'fails' WHEN complete AND cu + au < tl THEN 'fails'
         WHEN cl + al = tl AND cu + au = tu AND tl = tu THEN 'holds' ELSE 'open' END AS age,
    CASE WHEN nl + ol > tu THEN 'fails' WHEN complete AND nu + ou < tl THEN 'fails'
         WHEN nl + ol = tl AND nu + ou = tu AND tl = tu THEN 'holds' ELSE 'open' END AS citizenship,
    CASE WHEN vl + el > ou THEN 'fails' WHEN vu + eu <= ol THEN 'holds' ELSE 'open' END AS country,
    CASE WHEN sl > tu THEN 'fails' WHEN su <= tl THEN 'holds' ELSE 'open' END AS exploitation,
    CASE WHEN fl > tu THEN 'fails' WHEN fu <= tl THEN 'holds' ELSE 'open' END AS female,
    CASE WHEN cl > tu THEN 'fails' WHEN cu <= tl THEN 'holds' ELSE 'open' END AS minors,
    CASE WHEN most > least THEN 'fails' ELSE 'holds' END AS one_value
FROM (
    SELECT
        register, indicator, ref_area, time_period, bool_or(complete <> '') AS complete,
        {columns},
        max(lower) FILTER ({total}) AS most, min(upper) FILTER ({total}) AS least
    FROM read_parquet('{path}')
    WHERE unit IN ('persons', 'count')
    GROUP BY register, indicator, ref_area, time_period
)
"""
LINKED_BY_HAND = """
CREATE TABLE wide AS
SELECT register, indicator, ref_area, time_period, bool_or(complete <> '') AS complete, {columns}
FROM read_parquet('{path}')
WHERE unit IN ('persons', 'count')
GROUP BY register, indicator, ref_area, time_period;

CREATE TABLE cells AS
SELECT
    register, indicator, ref_area, time_period,
    fl + ml > tu OR complete AND fu + mu < tl AS sex, cl + al > tu OR complete AND cu + au < tl AS age,
    nl + ol > tu OR complete AND nu + ou < tl AS citizenship, vl + el > ou AS country, sl > tu AS exploitation
FROM wide;

CREATE TABLE areas AS
SELECT whole.register, whole.indicator, whole.ref_area, whole.time_period, {areas}
FROM wide AS whole
INNER JOIN wide AS part
    ON part.ref_area[:3] = whole.ref_area || '-' AND whole.register = part.register
    AND whole.indicator = part.indicator AND whole.time_period = part.time_period
GROUP BY whole.register, whole.indicator, whole.ref_area, whole.time_period;

CREATE TABLE halves AS
SELECT whole.register, whole.indicator, whole.ref_area, whole.time_period, {halves}
FROM wide AS whole
INNER JOIN wide AS part
    ON part.time_period[:5] = whole.time_period || '-' AND whole.register = part.register
    AND whole.indicator = part.indicator AND whole.ref_area = part.ref_area
GROUP BY whole.register, whole.indicator, whole.ref_area, whole.time_period;

CREATE TABLE chains AS
SELECT before.register, before.indicator, before.ref_area, before.time_period, {stages}
FROM wide AS before
INNER JOIN (VALUES ('cases', 'investigations'), ('prosecuted', 'convicted'), ('suspects', 'detained')) AS chain (a, b)
    ON before.indicator = chain.a
INNER JOIN wide AS after
    ON chain.b = after.indicator AND before.register = after.register
    AND before.ref_area = after.ref_area AND before.time_period = after.time_period;
"""
FAILS = """
SELECT
    (SELECT sum(sex::INT + age::INT + citizenship::INT + country::INT + exploitation::INT) FROM cells)
    + (SELECT sum({any}) FROM areas) + (SELECT sum({any}) FROM halves)
"""
"""Chains are rules of plausibility, and fail nothing."""

NAMES = {0: "t", 1: "f", 2: "m", 3: "c", 4: "a", 5: "n", 6: "o", 7: "v", 8: "e", 9: "s"}


def main(sizes: list[int]) -> None:
    """Print seconds, peak memory and their ratios for each size, of loose figures and of linked ones."""
    print(card())
    for kind, wanted in (("loose", 1.30), ("linked", 6.0)):
        compare(kind, wanted, sizes)


def compare(kind: str, wanted: float, sizes: list[int]) -> None:
    """Print the same of one kind of figures."""
    spent: dict[str, list[float]] = {"by hand": [], "engine": []}
    for groups in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "figures.parquet")
            make(path, groups) if kind == "loose" else linked.make(path, groups * 10)
            for name, seconds in spent.items():
                done = subprocess.run(
                    [sys.executable, __file__, "--one", f"{name} {kind}", str(path)],
                    capture_output=True, text=True, check=True,
                )  # fmt: skip
                wall, processor, memory, fails = done.stdout.split()
                seconds.append(float(processor))
                print(
                    f"{groups * 10:>12,} {kind} figures  {name:<8} {float(processor):7.1f} s of processor time  "
                    f"{float(wall):7.1f} s  {float(memory):5.2f} GiB  {int(fails):,} fail"
                )
            ratio = spent["engine"][-1] / spent["by hand"][-1]
            print(f"{'':>12} ratio of processor time {ratio:7.2f}    (at most {wanted:.2f} wanted)")
    if len(sizes) > 1:
        grown = spent["engine"][-1] / spent["engine"][0]
        print(f"growth of the engine's time: {grown:.1f} for {sizes[-1] / sizes[0]:.0f} times the figures")


def card() -> str:
    """One line about the machine: processor, cores, memory, DuckDB."""
    about = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = next((line.split(":", 1)[1].strip() for line in about.splitlines() if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, duckdb {duckdb.__version__}"


def make(path: Path, groups: int) -> None:
    """Write a long file of figures in the contract's columns, ten a group."""
    from cuadra.checks import topic  # noqa: PLC0415

    others = [name for name in topic.shipped().names if name not in CODED]
    totals = ", ".join(f"'_T' AS {name}" for name in others)
    cells = ", ".join(f"('{a}', '{b}', '{c}', '{d}', {v})" for a, b, c, d, v in CELLS)
    with duckdb.connect() as con:
        con.execute(
            f"""COPY (
            SELECT 'bench' AS source, '1' AS vintage, '0' AS snapshot,
                'R' || (g % 100) || '_' || (g // 900000) AS register,
                'victims_detected' AS indicator, 'PE' AS ref_area, (1000 + g // 100 % 9000)::VARCHAR AS time_period,
                sex, age,
                citizenship, exploitation, {totals}, 'persons' AS unit, v::VARCHAR AS says, v::DOUBLE AS value,
                v::DOUBLE AS lower, v::DOUBLE AS upper, v::DOUBLE AS likely_lower, v::DOUBLE AS likely_upper,
                'exact' AS qualifier, NULL::VARCHAR AS share_of, NULL::VARCHAR AS share_base,
                'sex age citizenship' AS complete, 'A' AS obs_status, 'c' AS locator, 'x' AS said_by,
                '2024' AS published,
                (g * 10 + cell)::VARCHAR AS observation_id
            FROM (
                SELECT g, cell, sex, age, citizenship, exploitation,
                    base + (g % 7) * (base // 10) + if(g % 1000 = 0 AND sex = 'F', 1, 0) AS v
                FROM range({groups}) AS r (g), (SELECT row_number() OVER () AS cell, * FROM (VALUES {cells})
                    AS t (sex, age, citizenship, exploitation, base))
            )) TO '{path}' (FORMAT parquet)"""
        )


def one(name: str, path: str) -> None:
    """Do one of the two, and print seconds, processor seconds, peak memory in GiB and how many instances fail."""
    con = duckdb.connect()
    con.execute("SET threads = 2")
    con.execute("SET memory_limit = '4GB'")
    start, spent = time.perf_counter(), time.process_time()
    if name.startswith("by hand"):
        where = [
            f"sex = '{sex}' AND age = '{age}' AND citizenship = '{citizenship}' AND exploitation = '{form}'"
            for sex, age, citizenship, form, _ in CELLS
        ]
        columns = ", ".join(
            f"coalesce(max(lower) FILTER ({where[n]}), 0) AS {k}l, "
            f"coalesce(min(upper) FILTER ({where[n]}), 'infinity') AS {k}u"
            for n, k in NAMES.items()
        )
        if name.endswith("loose"):
            con.execute(BY_HAND.format(path=path, columns=columns, total=where[0]))
            fails = con.execute("SELECT count(*) FILTER (sex = 'fails') FROM verdict").fetchone()[0]
        else:
            made = ", ".join(
                f"sum(part.{k}l) > any_value(whole.{k}u) "
                f"OR {{all_there}} AND sum(part.{k}u) < any_value(whole.{k}l) AS {k}"
                for k in NAMES.values()
            )
            stages = ", ".join(f"after.{k}l > before.{k}u AS {k}" for k in NAMES.values())
            areas = made.format(all_there="count(*) = if(whole.ref_area = 'PE', 26, 4)")
            halves = made.format(all_there="count(*) = 2")
            con.execute(LINKED_BY_HAND.format(path=path, columns=columns, areas=areas, halves=halves, stages=stages))
            every = " + ".join(f"{k}::INT" for k in NAMES.values())
            fails = int(con.execute(FAILS.format(any=every)).fetchone()[0])
    else:
        from cuadra.checks import topic  # noqa: PLC0415
        from cuadra.checks.rule import load_rules  # noqa: PLC0415
        from cuadra.checks.verdicts.confront import confront  # noqa: PLC0415 - only this process needs it

        con.execute(f"CREATE VIEW figures AS SELECT * FROM read_parquet('{path}')")
        found = confront(con, topic.shipped(), load_rules(topic.shipped()), "figures")
        fails = int(found.tally["fails"].sum())
        assert len(found.finding) >= fails
    print(time.perf_counter() - start, time.process_time() - spent, end=" ")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, fails)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3])
    else:
        main([int(text) for text in sys.argv[1:]] or [100_000, 1_000_000])
