import gzip
from datetime import datetime

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.checks.contract import broken
from cuadra.checks.topic import shipped
from cuadra.sources.sdmx_csv import QUARANTINED_MAX, parse
from cuadra.sources.source import Snapshot, SourceError, gate
from tests.thorough import examples

HEADER = "INDICATOR,REF_AREA,TIME_PERIOD,SEX,OBS_VALUE,UNIT_MEASURE,OBS_STATUS"


def read(path):
    return parse(Snapshot(path, "0" * 64, "", datetime(2026, 11, 24)), shipped())


def row(value, *, period="2019", sex="F", unit="persons", status="A", area="PE"):
    return f"victims_detected,{area},{period},{sex},{value},{unit},{status}"


def parsed(folder, *rows, header=HEADER):
    path = folder / "figures.csv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return read(path)


def test_rows_become_figures_that_stay_in_the_file(tmp_path):
    found = parsed(tmp_path, row("5"), row("<5", sex="M"), row("0.47", unit="per_100k", period="2018"))
    rows = gate(found.frame(), "s", shipped()).set_index(["sex", "unit"])

    assert len(found.observations) == found.rows_in == 3
    assert tuple(rows.loc[("F", "persons"), ["value", "lower", "upper", "says"]]) == (5, 5, 5, "5")
    assert tuple(rows.loc[("M", "persons"), ["lower", "upper", "qualifier"]]) == (0, 4, "suppressed")
    assert tuple(rows.loc[("F", "per_100k"), ["lower", "upper"]]) == pytest.approx((0.465, 0.475))


def test_what_a_file_does_not_say_is_the_total_and_the_unit_of_its_indicator(tmp_path):
    (figure,) = parsed(
        tmp_path, "operations,PE,2019,31", header="INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE"
    ).frame().itertuples()  # fmt: skip

    assert (figure.sex, figure.means, figure.unit, figure.register) == ("_T", "_T", "count", "SDMX_FILE")


@pytest.mark.parametrize("kind", ["gz", "parquet"])
def test_other_formats_say_the_same(tmp_path, kind):
    found = parsed(tmp_path, row("5"), row("7", sex="M"))
    other = tmp_path / "other"
    if kind == "gz":
        other.write_bytes(gzip.compress((tmp_path / "figures.csv").read_bytes()))
    else:
        duckdb.read_csv(str(tmp_path / "figures.csv"), all_varchar=True).write_parquet(str(other))

    assert read(other).frame().equals(found.frame())


def test_repeats_count_once_and_different_numbers_stay(tmp_path):
    found = parsed(tmp_path, row("5"), row("5"), row("6"), row("7", sex="M"))

    assert sorted(found.frame()[["says", "locator"]].values.tolist()) == [
        ["5", "2019 F"], ["6", "2019 F #2"], ["7", "2019 M"],
    ]  # fmt: skip
    assert found.ignored[["reason", "rows"]].values.tolist() == [["exact repeats", 1]]


def test_rows_without_a_figure_are_ignored_or_quarantined(tmp_path):
    found = parsed(
        tmp_path, row("5"), row("", period="2018"), row("7", status="O", period="2017"), row("NaN", period="2016"),
        row("-1", period="2015"), row("1.5", period="2014"), row("3", period="19"), row("<0", period="2013"),
        row("9", unit="percent", period="2012"), row("x", unit="per_100k", period="2011"),
    )  # fmt: skip

    assert found.frame()["says"].tolist() == ["5"]
    assert found.ignored[["reason", "rows"]].values.tolist() == [["no value", 3]]
    assert found.quarantined[["locator", "reason"]].values.tolist() == [
        ["row 6", "not_a_count"], ["row 7", "not_a_count"], ["row 8", "period_unclear"], ["row 9", "not_a_count"],
        ["row 10", "share_without_base"], ["row 11", "not_a_number"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "header", "expected"),
    [
        ([row("5", area="Peru")], HEADER, "column REF_AREA: expected codes of checks/codelists, got 'Peru'"),
        ([row("5", status="X")], HEADER, "column OBS_STATUS: expected codes"),
        ([row("5", unit="dozens")], HEADER, "column UNIT_MEASURE: expected codes"),
        ([row("5") + ",1"], HEADER + ",AMOUNT", "got a header with 'AMOUNT'"),
        (["a,b,c"], "INDICATOR,REF_AREA,OBS_VALUE", "got a header without TIME_PERIOD"),
        ([row("5"), "too,few"], HEADER, "expected SDMX-CSV in UTF-8 or Parquet"),
        ([row('"5')], HEADER, "expected SDMX-CSV in UTF-8 or Parquet"),
    ],
)
def test_file_of_another_kind_is_refused(tmp_path, rows, header, expected):
    with pytest.raises(SourceError, match=expected):
        parsed(tmp_path, *rows, header=header)


def test_file_that_can_mostly_not_be_read_is_refused(tmp_path):
    path = tmp_path / "figures.csv"
    duckdb.sql(
        "SELECT 'victims_detected' AS INDICATOR, 'PE' AS REF_AREA, '2019' AS TIME_PERIOD, 'x' AS OBS_VALUE "
        f"FROM range({QUARANTINED_MAX + 1})"
    ).write_csv(str(path))
    with pytest.raises(SourceError, match=r"at most 100,000 rows that cannot be read, got 100,001"):
        read(path)


@examples(8, 40)
@given(
    st.lists(
        st.sampled_from(["5", "<5", "", "NaN", "1,054", "x", "9" * 40, "0.5", "1e3", '"', "é", "\x00"]), max_size=5
    )
)
def test_every_row_comes_out_or_the_file_is_refused_in_one_line(tmp_path, values):
    rows = [row(value, period=str(2000 + n)) for n, value in enumerate(values)]
    said, breaches = "", []
    try:
        found = parsed(tmp_path, *rows)
        with duckdb.connect() as con:
            breaches = broken(con, shipped(), found.observations.sql)
    except SourceError as error:
        said = str(error)

    assert breaches == []
    assert said.startswith("sdmx_csv" if said else "")
    assert "\n" not in said


def test_second_header_is_named_and_no_half_is_dropped(tmp_path):
    other = HEADER + ",COMMENT_OBS"
    with pytest.raises(SourceError, match="Line: 3 Original Line: INDICATOR"):
        parsed(tmp_path, row("5"), other, row("7", sex="M") + ",x")


def test_second_header_of_the_same_width_is_named(tmp_path):
    with pytest.raises(SourceError, match="'INDICATOR'"):
        parsed(tmp_path, row("5"), HEADER, row("7", sex="M"))


def test_line_that_looks_like_a_comment_is_a_row(tmp_path):
    with pytest.raises(SourceError, match="'#victims_detected'"):
        parsed(tmp_path, "#" + row("5"), row("7", sex="M"))


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[: len(data) // 2]])
def test_packed_file_that_is_cut_short_is_refused(tmp_path, damage):
    parsed(tmp_path, *(row(str(n), period=str(1900 + n)) for n in range(200)))
    packed = tmp_path / "packed"
    packed.write_bytes(damage(gzip.compress((tmp_path / "figures.csv").read_bytes())))
    with pytest.raises(SourceError, match="expected a whole archive"):
        read(packed)


def test_packed_file_with_a_changed_byte_is_refused(tmp_path):
    parsed(tmp_path, *(row(str(n), period=str(1900 + n)) for n in range(100)))
    data = bytearray(gzip.compress((tmp_path / "figures.csv").read_bytes(), 0))
    data[len(data) // 2] ^= 1
    (tmp_path / "packed").write_bytes(bytes(data))
    with pytest.raises(SourceError, match="expected a whole archive"):
        read(tmp_path / "packed")


OF = f"{HEADER},SHARE_OF"


def test_shares_and_rates_say_what_they_are_of(tmp_path):
    found = parsed(
        tmp_path, row("25", unit="percent") + ",SEX=_T", row("25", unit="percent") + ",sex=_T;AGE=_T",
        row("0.47", unit="per_100k") + ",INDICATOR=cases", row("5") + ",", header=OF,
    )  # fmt: skip
    rows = gate(found.frame(), "s", shipped())

    assert rows["share_of"].astype(object).where(rows["share_of"].notna(), None).tolist() == [
        "sex=_T",
        "age=_T;sex=_T",
        "indicator=cases",
        None,
    ]
    assert tuple(rows.loc[0, ["lower", "likely_lower", "likely_upper"]]) == (24.5, 24.5, 25.5)
    assert rows.loc[0, "upper"] == pytest.approx(26)
    assert rows.loc[0, "upper"] < 26


def test_share_of_nothing_and_count_of_something_are_quarantined(tmp_path):
    found = parsed(
        tmp_path, row("9") + ",", row("25", unit="percent", sex="M") + ",", row("5", sex="M") + ",SEX=_T", header=OF
    )  # fmt: skip

    assert found.quarantined["reason"].tolist() == ["share_without_base", "share_of_a_count"]


@pytest.mark.parametrize("whole", ["GENDER=_T", "SEX", "SEX=", "SEX=X", "SEX=_T;SEX=_T", "TIME_PERIOD=19"])
def test_whole_that_nobody_knows_is_refused(tmp_path, whole):
    with pytest.raises(SourceError, match=r"^sdmx_csv, column SHARE_OF: expected .* got"):
        parsed(tmp_path, row("25", unit="percent") + f",{whole}", header=OF)
