import random
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront
from cuadra.flows.commands.check import report, tally
from cuadra.flows.explaining import explain_all
from cuadra.flows.findings import CERTAIN, in_words
from cuadra.flows.project import find_project
from cuadra.flows.settings import Settings
from tests.checks.figures import TOPIC
from tests.checks.test_part import one_of
from tests.flows.world import check
from tests.warehouse.loading import load, made

FILE = """at,says,indicator,period,register,area,sex
p1,9,cases,2019,RETA,PE,
p2,8,cases,2019,RETA,PE,F
p3,7,cases,2019,RETA,PE,M
p4,7,convicted,2020,RETA,CL,
"""
SHOWN = ("finding", "rule", "verdict", "left_lower", "left_upper", "right_lower", "right_upper", "explanation")


def published(path: Path) -> None:
    """A publication of many figures of which the file's parts are some."""
    choose = random.Random(3).choice
    rows = [one_of(choose, number) | {"share_base": None, "computed_from": None} for number in range(150)]
    with made(path) as con:
        for source in ("press", "police"):
            mine = [
                row | {"locator": f"¶{n}", "value": row["lower"]}
                for n, row in enumerate(rows)
                if row["source"] == source
            ]
            load(con, *mine, source=source, sha256=source * 10)
        check(con, "r1")


@pytest.mark.slow
def test_file_gets_the_findings_that_a_check_of_everything_gives(tmp_path):
    path, publication, project = tmp_path / "mine.csv", tmp_path / "cuadra.duckdb", find_project(None, {}, tmp_path)
    path.write_text(FILE, encoding="utf-8")
    published(publication)
    rules = load_rules(TOPIC)
    result = tally(path, project, publication, Settings(data=tmp_path), datetime.now(UTC))
    with duckdb.connect(str(publication)) as con:
        load(con, *file_rows(), source="mine", sha256="f" * 64)
        whole = confront(con, TOPIC, rules, "figure_in_force")
        about = explain_all(whole)
        found = in_words(whole, rules, TOPIC, about, lambda keys: {})
        lonely = whole.figure[whole.figure.drop(columns="observation_id").sum(axis=1) == 0]["observation_id"]
        names = con.execute("SELECT observation_id FROM figure_in_force WHERE source = 'mine'").fetchall()
    alone = {row["finding"] for row in result.findings}
    mine = found[found["source"].fillna("").str.split().map(lambda names: "mine" in names)]
    expected = mine[mine["verdict"].isin(CERTAIN) & ~mine["finding"].isin(alone)]

    assert len(alone) == 1
    assert len(expected) > 1
    assert [tuple(row[name] for name in SHOWN) for row in result.beside] == [
        tuple(row) for row in expected[[*SHOWN]].astype(object).where(expected[[*SHOWN]].notna(), None).to_numpy()
    ]
    assert len(result.untested) == len({name for (name,) in names} & {*lonely})


def file_rows():
    """What the file says, in the contract's columns."""
    rows = [line.split(",") for line in FILE.splitlines()[1:]]
    return [
        {
            "value": float(says), "lower": float(says), "upper": float(says), "likely_lower": float(says),
            "likely_upper": float(says), "says": says, "indicator": indicator, "time_period": period,
            "register": register, "ref_area": area, "sex": sex or "_T", "locator": at,
        }
        for at, says, indicator, period, register, area, sex in rows
    ]  # fmt: skip


def test_table_by_description_is_checked_before_it_is_loaded(tmp_path):
    (tmp_path / "cuadra.toml").write_text('title = "mine"\nextends = "trafficking"\n')
    folder = tmp_path / "sources" / "by_sex"
    folder.mkdir(parents=True)
    (folder / "source.toml").write_text(
        'title = "By sex"\npublisher = "Ministry"\nfile = "t.csv"\nindicator = "victims_identified"\narea = "PE"\n'
        'complete = ["sex"]\n[table]\n[table.columns]\n"Year" = "year"\n"Women" = { sex = "F" }\n'
        '"Men" = { sex = "M" }\n"Total" = "value"\n'
    )
    (folder / "t.csv").write_text("Year,Women,Men,Total\n2022,10,5,15\n2023,7,2,10\n")
    project, settings = find_project(None, {}, tmp_path), Settings(data=tmp_path / "data")
    told = [tally(path, project, None, settings, datetime.now(UTC)) for path in (folder, folder / "source.toml")]

    assert [(each.source, each.figures, each.holds, len(each.findings)) for each in told] == [("by_sex", 6, 1, 1)] * 2
    assert not (tmp_path / "data").exists()


EDITIONS = """at,says,indicator,period,register,area,series,published,age,share_of
p1,882,cases,2019,RETA,PE,yearbook,2020,,
p2,25 percent,cases,2019,RETA,PE,yearbook,2020,Y0T17,age=_T
p3,30 percent,cases,2019,RETA,PE,yearbook,2020,Y_GE18,age=_T
p4,"1,189",cases,2019,RETA,PE,yearbook,2021,,
p5,600,cases,2019,RETA,PE,yearbook,2021,Y0T17,
"""


def test_what_a_later_edition_restates_is_told_with_what_is_out_of_force_with_it(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(EDITIONS, encoding="utf-8")
    result = tally(path, find_project(None, {}, tmp_path), None, Settings(data=tmp_path), datetime.now(UTC))
    lines = [line.strip() for line in report(result, TOPIC, "en")]
    about = "Peru, 2019; police register of trafficking cases RETA"

    assert (result.has_findings, result.untested) == (False, [])
    assert lines[lines.index("Later editions restate 2 figures:") + 1 :] == [
        f"“882” (mine p1) is now “1,189” (mine p4): cases, {about}",
        f"“25 percent” (mine p2) is now “600” (mine p5): cases, under 18, {about}",
        "With them, 1 more figure of an earlier edition is out of force and compared with nothing.",
    ]
