"""Figures that are linked as published ones are: regions make countries, halves make years, one stage follows another.

usage: python tests/benchmarks/linked.py FILE FIGURES     (some are hedged, some tables wrong, some figures are shares)
"""

import sys
from pathlib import Path

import duckdb

CODED = ("sex", "age", "citizenship", "exploitation")
CELLS = [
    ("_T", "_T", "_T", "_T", 100), ("F", "_T", "_T", "_T", 60), ("M", "_T", "_T", "_T", 40),
    ("_T", "Y0T17", "_T", "_T", 30), ("_T", "Y_GE18", "_T", "_T", 70), ("_T", "_T", "NATIONAL", "_T", 80),
    ("_T", "_T", "FOREIGN", "_T", 20), ("_T", "_T", "VEN", "_T", 10), ("_T", "_T", "ECU", "_T", 5),
    ("_T", "_T", "_T", "SEXUAL", 50),
]  # fmt: skip
"""By `CODED`, and their value."""

REGIONS = {"PE": 26, "GB": 4}
"""Countries with regions, and how many they have; the value of each region is the country's divided by it."""

# fmt: off
OTHERS = ["AR", "BO", "CL", "CO", "EC", "UY", "PY", "VE", "MX", "US", "CA", "FR", "DE", "IT", "PT", "NL", "BE", "SE",
          "NO", "FI", "DK", "PL", "CZ", "AT", "CH", "JP", "KR", "IN", "ZA"]
# fmt: on
INDICATORS = {
    "cases": 4,
    "investigations": 2,
    "prosecuted": 3,
    "convicted": 1,
    "suspects": 4,
    "detained": 2,
    "victims_rescued": 2,
    "victims_detected": 2,
}  # fmt: skip
YEARS = (2000, 2020)
HEDGED, WRONG = 10, 1
"""In a thousand figures, and in a thousand tables."""


def make(path: Path, figures: int) -> None:
    """Write so many figures as Parquet in the contract's columns, with an ``observation_id``."""
    from cuadra.checks import topic  # noqa: PLC0415

    shipped = topic.shipped()
    regions = [code for code in sorted(shipped.code_list("ref_area").codes) if code[:3] in {f"{c}-" for c in REGIONS}]
    areas = [
        *REGIONS.items(),
        *((code, 1) for code in regions),
        *((code, 3) for code in OTHERS),
    ]
    periods = [
        (f"{year}{half}", weight, year) for year in range(*YEARS) for half, weight in (("", 2), ("-S1", 1), ("-S2", 1))
    ]
    totals = "".join(f", '_T' AS {name}" for name in shipped.names if name not in CODED)
    tables = len(areas) * len(INDICATORS) * len(periods)
    with duckdb.connect() as con:
        con.execute("SET threads = 2")
        con.execute("SET memory_limit = '4GB'")
        con.execute("SET preserve_insertion_order = false")
        for name, rows in {
            "area": areas, "indicator": [*INDICATORS.items()], "period": periods, "cell": CELLS
        }.items():  # fmt: skip
            listed = ", ".join(str((n, *row)) for n, row in enumerate(rows))
            con.execute(f"CREATE TABLE {name} AS FROM (VALUES {listed})")
        con.execute(
            f"""CREATE VIEW figure AS
            SELECT *, if(hash(t * 100 + 50) % 1000 < {WRONG} AND sex = 'F', 1 + t % 5, 0)
                + base * heft * times * halves * (1 + (register + year) % 3) AS v,
                hash(t * 100 + cell) % 1000 < {HEDGED} AS is_hedged
            FROM (SELECT t, t // {tables} AS register, t % {len(areas)} AS a,
                t // {len(areas)} % {len(INDICATORS)} AS i,
                t // {len(areas) * len(INDICATORS)} % {len(periods)} AS p FROM range({figures // 10}) AS r (t))
            JOIN area AS area (a, ref_area, heft) USING (a)
            JOIN indicator AS indicator (i, indicator, times) USING (i)
            JOIN period AS period (p, time_period, halves, year) USING (p)
            CROSS JOIN cell AS cell (cell, {", ".join(CODED)}, base)"""
        )
        head = "'bench' || register % 3 AS source, '1' AS vintage, '0' AS snapshot, 'R' || register AS register"
        place = f"indicator, ref_area, time_period, {', '.join(CODED)}{totals}"
        tail = "'x' AS said_by, '2024' AS published"
        con.execute(
            f"""COPY (
            SELECT {head}, {place}, 'persons' AS unit, if(is_hedged, 'about ', '') || v AS says, v::DOUBLE AS value,
                if(is_hedged, floor(v * 0.8), v)::DOUBLE AS lower, if(is_hedged, ceil(v * 1.2), v)::DOUBLE AS upper,
                if(is_hedged, floor(v * 0.9), v)::DOUBLE AS likely_lower,
                if(is_hedged, ceil(v * 1.1), v)::DOUBLE AS likely_upper,
                if(is_hedged, 'about', 'exact') AS qualifier, NULL::VARCHAR AS share_of, NULL::VARCHAR AS share_base,
                'sex age citizenship' AS complete, 'A' AS obs_status, 'row ' || t || '.' || cell AS locator, {tail},
                md5(t || '.' || cell)[:16] AS observation_id
            FROM figure
            UNION ALL BY NAME
            SELECT {head}, {place.replace("sex,", "'F' AS sex,", 1)}, 'percent' AS unit, '60 percent' AS says,
                60 AS value, 59.5 AS lower, 60.5 AS upper, 59.5 AS likely_lower, 60.5 AS likely_upper,
                'exact' AS qualifier, 'sex=_T' AS share_of, NULL AS share_base, '' AS complete, 'A' AS obs_status,
                'share ' || t AS locator, {tail}, md5('share' || t)[:16] AS observation_id
            FROM figure WHERE cell = 0 AND hash(t * 100 + 60) % 2000 = 0
            ) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"""
        )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    make(Path(sys.argv[1]), int(sys.argv[2]))
