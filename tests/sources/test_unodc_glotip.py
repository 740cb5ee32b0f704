import os
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.checks import topic
from cuadra.checks.rule import load_rules
from cuadra.checks.topic import shipped
from cuadra.checks.verdicts.confront import confront
from cuadra.sources.source import Snapshot, SourceError, gate
from cuadra.sources.unodc_glotip import _HEADER, parse
from tests.sources.workbook import write
from tests.thorough import examples

SHARED = Path(os.environ.get("CUADRA_SHARED", Path(__file__).parents[3] / "shared")) / "data"


def row(says, *, area="PER", dimension="Total", category="Total", sex="Total", age="Total", year="2019"):
    indicator = "Detected trafficking victims"
    return (area, "Peru", "Americas", "x", indicator, dimension, category, sex, age, year, "Counts", says, "GLOTIP")


def read(path):
    return parse(Snapshot(path, "0" * 64, "", datetime(2026, 11, 24)))


def parsed(tmp_path, *rows, banner=()):
    return read(write(tmp_path / "glotip.xlsx", [*banner, _HEADER, *rows]))


def test_cells_become_figures_with_their_bounds(tmp_path):
    found = parsed(
        tmp_path, row("1,054"), row("<5", sex="Male"), row("96", dimension="by citizenship", category="Ecuador")
    )
    rows = gate(found.observations, "unodc_glotip", shipped()).set_index(["sex", "citizenship"])

    assert rows.loc[("_T", "_T"), "value"] == 1054
    assert tuple(rows.loc[("M", "_T"), ["lower", "upper", "qualifier"]]) == (0, 4, "suppressed")
    assert rows.loc[("_T", "ECU"), "locator"].startswith("PER|Detected trafficking victims|by citizenship|Ecuador")


def test_banner_rows_change_nothing(tmp_path):
    plain = parsed(tmp_path, row("5"))
    with_banner = parsed(tmp_path, row("5"), banner=[("UNODC",) + ("",) * 12, ("30/05/2023",) + ("",) * 12])

    assert plain.observations.equals(with_banner.observations)


def test_every_row_is_used_quarantined_or_ignored(tmp_path):
    found = parsed(
        tmp_path,
        row("5"), row("5"), row("6"),
        row("2019", sex="Female"), row("9", area=""), row("many", sex="Male"),
        row("7", dimension="by citizenship", category="OTROS"), row("8", dimension="by country of repatriation"),
    )  # fmt: skip

    assert found.rows_in == 8
    assert sorted(found.observations["says"]) == ["5", "6"]
    assert sorted(found.quarantined["reason"]) == [
        "area_unclear",
        "citizenship_unclear",
        "not_a_count",
        "year_for_value",
    ]
    assert dict(zip(found.ignored["reason"], found.ignored["rows"], strict=True)) == {
        "by country of repatriation": 1, "exact repeats": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"sex": "Women"}, "sex: expected"),
        ({"dimension": "by height"}, "Dimension"),
        ({"dimension": "by citizenship", "category": "Atlantis"}, "'Atlantis'"),
    ],
)
def test_label_nobody_has_seen_is_an_error_that_names_it(tmp_path, changed, expected):
    with pytest.raises(SourceError) as error:
        parsed(tmp_path, row("5", **changed))

    assert expected in str(error.value)
    assert "\n" not in str(error.value)


@examples(10, 30)
@given(st.binary(max_size=400))
def test_garbage_is_no_workbook(tmp_path, content):
    path = tmp_path / "garbage.xlsx"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"^unodc_glotip.*expected "):
        read(path)


def test_page_instead_of_a_workbook_is_refused(tmp_path):
    path = tmp_path / "page.xlsx"
    path.write_text("<html><body>Sign in</body></html>", encoding="utf-8")
    with pytest.raises(SourceError, match=r"^unodc_glotip.*expected "):
        read(path)


@pytest.mark.skipif(not SHARED.exists(), reason="the real workbooks are not at hand")
@pytest.mark.slow
def test_both_editions_of_the_real_workbook_say_the_same():
    first, second = (read(SHARED / f"unodc_data_glotip_2024{edition}.xlsx") for edition in "ab")

    assert first.observations.equals(second.observations)
    assert (first.rows_in, len(first.observations), len(first.quarantined)) == (46556, 43150, 1562)


@pytest.mark.skipif(not SHARED.exists(), reason="the real workbooks are not at hand")
@pytest.mark.slow
def test_sums_of_the_real_workbook_that_fail_are_found():
    rows = gate(read(SHARED / "unodc_data_glotip_2024a.xlsx").observations, "unodc_glotip", shipped())
    with duckdb.connect() as con:
        con.register("figures", rows.assign(observation_id=[str(place) for place in range(len(rows))]))
        found = confront(con, topic.shipped(), load_rules(topic.shipped()), "figures").finding.query(
            "verdict == 'fails'"
        )
    totals = found[found[["citizenship", "exploitation"]].eq("_T").all(axis=1)]
    first = totals[totals["rule"] == "sex_parts_make_total"].sort_values("gap", ascending=False).iloc[0]
    behind = [rows.iloc[[int(name) for name in names.split()]] for names in found["observations"]]

    assert (first["ref_area"], first["time_period"], first["gap"]) == ("PE", "2019", 545)
    assert not any(figures["qualifier"].eq("suppressed").all() for figures in behind)
