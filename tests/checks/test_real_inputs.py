"""Real tables that were once misread or untested, each with what is right of it."""

import csv
from datetime import datetime

import duckdb
import pytest

from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront
from cuadra.sources.described import described_source
from cuadra.sources.readers.cells import Marks, read_cell
from cuadra.sources.readers.figures import Declared, UnreadableFigureError
from cuadra.sources.source import Snapshot, SourceError, gate
from tests.checks.inputs import FILES, needs_inputs
from tests.checks.topics import own

FACTS = """title = "t"
publisher = "p"
published = "2024"
url = "https://example.org"
area = "AA"
"""
AREA = "code,label_en,parent,partition,kind\nAA,somewhere,,,\n"
UNIT = """code,label_en,kind,decimals,signed
count,count,count,0,no
thousand,thousands,amount,1,no
balance,million euros,amount,1,yes
percent,percent,share,1,no
"""
INDICATOR = "code,label_en,unit,over_time,over_areas\n{0},{0},{1},{2},none\n"

pytestmark = needs_inputs


def lines(name, text=None):
    (path,) = (FILES / "real").glob(f"{name}_*")
    said = text or path.read_text(encoding="utf-8")
    return "\n".join(line for line in said.splitlines() if not line.startswith("#")) + "\n"


def topic(folder, breakdown, indicator, unit, parts, *, over_time="none"):
    """A topic of one breakdown: ``parts`` are code, parent, partition and kind."""
    codes = "code,label_en,parent,partition,kind\n_T,all,,,\n"
    codes += "".join(f"{code},{code},{rest}\n" for code, rest in parts.items())
    return own(
        folder / "topic", f'[breakdown.{breakdown}]\nlabel = {{ en = "{breakdown}" }}\n', ref_area=AREA, unit=UNIT,
        indicator=INDICATOR.format(indicator, unit, over_time), **{breakdown: codes},
    )  # fmt: skip


def checked(folder, of, text, described, codes=""):
    """What the rules say of a described table: the verdict and both sides of each finding."""
    source = folder / "tbl"
    source.mkdir()
    (source / "source.toml").write_text(FACTS + described, encoding="utf-8")
    if codes:
        (source / "codes.csv").write_text("column,label,code\n" + codes, encoding="utf-8")
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    parsed = described_source(source, of).parse(Snapshot(path, "0" * 64, "", datetime(2026, 11, 25)))
    assert parsed.quarantined.empty
    con = duckdb.connect()
    con.register("figures", gate(parsed.frame(), "tbl", of))
    found = confront(con, of, load_rules(of), "figures").finding
    return [
        (row.verdict, row.time_period, row.left_lower, row.left_upper, row.right_lower, row.right_upper)
        for row in found.itertuples()
    ]


BANDS = {"0 to 14": "Y0T14", "15 to 17": "Y15T17", "18 to 24": "Y18T24", "25 to 34": "Y25T34", "35 to 44": "Y35T44",
         "45 to 54": "Y45T54", "55 to 64": "Y55T64", "65 to 74": "Y65T74", "75 and over": "Y_GE75",
         "Age not known": "_U"}  # fmt: skip
OF_PEOPLE = """indicator = "cases"
[table.columns]
"Year" = "year"
"Sex" = "sex"
"Age" = "age"
"Value" = "value"
"""


@pytest.mark.parametrize("is_known", [False, True])
def test_ages_without_a_code_are_refused_and_found_to_contradict_with_one(tmp_path, is_known):
    codes = "Sex,,_T\nAge,,_T\n" + "".join(f'Age,"{label}",{code}\n' for label, code in BANDS.items())
    parts = dict.fromkeys(BANDS.values(), "_T,band,exhaustive") if is_known else {"Y0T17": "_T,band,exhaustive"}
    of = own(
        tmp_path / "topic", "", ref_area=AREA, indicator=INDICATOR.format("cases", "count", "none"),
        age="code,label_en,parent,partition,kind\n_T,all,,,\n" + "".join(f"{c},{c},{p}\n" for c, p in parts.items()),
    )  # fmt: skip
    if not is_known:
        with pytest.raises(SourceError, match="Y0T14"):
            checked(tmp_path, of, lines("01"), OF_PEOPLE, codes)
        return

    assert checked(tmp_path, of, lines("01"), OF_PEOPLE, codes) == [("fails", "2013", 100860, 100860, 1256, 1256)]


STATUS = {"ACTIVE": "_T,activity,exhaustive", "INACTIVE": "_T,activity,exhaustive",
          "EMPLOYED": "ACTIVE,work,exhaustive", "UNEMPLOYED": "ACTIVE,work,exhaustive"}  # fmt: skip


def test_thousands_with_decimals_hold_within_rounding_and_fail_beyond_it(tmp_path):
    of = topic(tmp_path, "activity", "people", "thousand", STATUS)
    columns = {"labour force": "ACTIVE", "employed": "EMPLOYED", "unemployed": "UNEMPLOYED", "inactive": "INACTIVE"}
    described = 'indicator = "people"\ndecimal = "."\n[table.columns]\n"period" = "period"\n"total" = "value"\n'
    described += "".join(f'"{name}" = {{ activity = "{code}" }}\n' for name, code in columns.items())
    found = checked(tmp_path, of, lines("12"), described)

    assert [row for row in found if row[0] != "open"] == [
        ("fails", "2024-Q2", *map(pytest.approx, (9019.9, 9020.1, 9020.45, 9020.55)))
    ]
    assert {row[1] for row in found if row[0] == "open"} == {"2018-Q1", "2024-Q2"}


SECTORS = {"CENTRAL": "central", "STATE": "state", "LOCAL": "local", "SOCIAL": "social"}


@pytest.mark.parametrize(("local", "verdicts"), [("-161", ["open"]), ("-171", ["fails"])])
def test_negative_balances_add_up(tmp_path, local, verdicts):
    of = topic(tmp_path, "sector", "lending", "balance", dict.fromkeys(SECTORS, "_T,sector,exhaustive"))
    described = (
        'indicator = "lending"\nperiod = "2021"\nnil = ["M"]\n[table.columns]\n"sector" = "sector"\n"value" = "value"\n'
    )
    codes = "sector,general government,_T\nsector,social security,SOCIAL\n"
    codes += "".join(f"sector,{name} government,{code}\n" for code, name in SECTORS.items() if code != "SOCIAL")
    found = checked(tmp_path, of, lines("13").replace("-161", local), described, codes)

    assert [row[0] for row in found] == verdicts


def test_every_marked_cell_is_read_as_the_file_says():
    marks = Marks(missing=(":", ".."), nil=("-",), marks={"*": "", "p": "P", "(a)": "", "c": "Q"}, brackets="note")
    right = {"1,054*": 1054, "1 054 p": 1054, "1054(a)": 1054, "1'054": 1054, ":": None, "-": 0, "..": None, "c": None,
             "(12)": None, "<5": None, "1 054": 1054}  # fmt: skip
    cells = [cell for cell, _ in csv.reader(lines("14").splitlines()[1:], delimiter=";")]
    declared = Declared(thousands=" ")
    seen = {}
    for cell in cells:
        if cell in right:
            of_cell = declared if " " in cell else Declared()
            reading = read_cell(cell, marks, declared=of_cell).reading
            seen[cell] = reading and reading.value
    with pytest.raises(UnreadableFigureError):
        read_cell("1.054", marks, declared=Declared())

    assert seen == right
    assert set(cells) - set(right) == {"1.054 (language en, decimal ,)"}
    assert read_cell("1.054", marks, declared=Declared(decimal=",", thousands=".")).reading.value == 1054
    assert (
        read_cell("(12)", Marks(brackets="negative"), declared=Declared(kind="number", is_signed=True)).reading.value
        == -12
    )


def test_votes_by_mode_are_one_finding(tmp_path):
    modes = {"MACHINE": "machine", "ABSENTEE": "absentee", "HAND": "absentee_hc", "AFFIDAVIT": "affidavit"}
    of = topic(tmp_path, "mode", "votes", "count", dict.fromkeys(modes, "_T,mode,exhaustive"))
    described = 'indicator = "votes"\nperiod = "2018"\n[table.columns]\n"votes" = "value"\n'
    described += '"precinct" = { ignore = "one" }\n"party" = { ignore = "one" }\n'
    described += "".join(f'"{name}" = {{ mode = "{code}" }}\n' for code, name in modes.items())

    assert checked(tmp_path, of, lines("15"), described) == [("fails", "2018", 6, 6, 4, 4)]


@pytest.mark.parametrize(
    ("kind", "total", "verdicts"),
    [
        ("exhaustive", "38387904", ["fails"]),
        ("exhaustive_with_rest", "38387904", []),
        ("exhaustive_with_rest", "38356786", ["fails"]),
    ],
)
def test_ages_with_a_rest_that_nobody_prints_fall_short_and_never_exceed(tmp_path, kind, total, verdicts):
    bands = {"A00": "00-04", "A05": "05-14", "A15": "15-34", "A35": "35-59", "A60": "60-79", "A80": "80+"}
    of = topic(tmp_path, "band", "cases", "count", dict.fromkeys(bands, f"_T,band,{kind}"), over_time="at_most")
    described = 'indicator = "cases"\n[table.columns]\n"period" = "period"\n"00+" = "value"\n'
    described += "".join(f'"{name}" = {{ band = "{code}" }}\n' for code, name in bands.items())
    found = checked(tmp_path, of, lines("18").replace("38387904", total), described)

    assert [row[0] for row in found] == verdicts
