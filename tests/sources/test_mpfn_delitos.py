import csv
import os
from pathlib import Path

import pytest

from cuadra.checks.topic import shipped
from cuadra.sources.source import SourceError, gate
from tests.sources.feeding import columns, shipped_table

SHARED = Path(os.environ.get("CUADRA_SHARED", Path(__file__).parents[3] / "shared")) / "data"
SIMPLE, AGGRAVATED = "Trata de personas", "Formas agravadas de la Trata de Personas"


def row(year, article, crime, count, *, months="ENERO - DICIEMBRE", ubigeo="140101"):
    return (months, year, "13/01/2020", "LAMBAYEQUE", "PENAL", "DENUNCIA", "x", "y", article, crime, count, ubigeo,
            "LAMBAYEQUE", "CHICLAYO", "CHICLAYO", "02/12/2024")  # fmt: skip


def read(path):
    return shipped_table("mpfn_delitos", path)


def parsed(folder, *rows):
    with (folder / "crimes.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([columns("mpfn_delitos"), *rows])
    return read(folder / "crimes.csv")


def test_both_articles_make_one_figure_that_shows_both_numbers(tmp_path):
    found = parsed(tmp_path, row("2019", "153", SIMPLE, "30"), row("2019", "153-A", AGGRAVATED, "1"))
    (figure,) = gate(found.observations, "m", shipped()).itertuples()

    assert (figure.says, figure.value, figure.time_period, figure.ref_area) == ("30 + 1", 31, "2019", "PE-140101")
    assert figure.obs_status == "A"


def test_renumbered_articles_lose_no_year_and_are_a_break(tmp_path):
    found = parsed(tmp_path, row("2022", "153", SIMPLE, "14"), row("2023", "129-A", SIMPLE, "6"))

    assert found.observations[["time_period", "value", "obs_status"]].values.tolist() == [
        ["2022", 14, "A"], ["2023", 6, "B"],
    ]  # fmt: skip


def test_other_crimes_of_a_similar_article_are_ignored_on_purpose(tmp_path):
    found = parsed(
        tmp_path,
        row("2023", "129-A", SIMPLE, "6"),
        row("2023", "129", "Formas agravadas (Art. 125 y 128)", "3"),
        row("2023", "129-C", "Explotación sexual", "3"),
    )

    assert found.observations["value"].tolist() == [6]
    assert found.ignored[["reason", "rows"]].values.tolist() == [["other crimes", 2]]


def test_partial_year_is_the_days_it_covers(tmp_path):
    found = parsed(tmp_path, row("2024", "129-A", SIMPLE, "2", months="ENERO - FEBRERO"))

    assert found.observations["time_period"].tolist() == ["2024-01-01/2024-02-29"]


def test_repeats_count_once_and_unreadable_rows_are_quarantined(tmp_path):
    rows = [row("2019", "153", SIMPLE, "30"), row("2019", "153-A", AGGRAVATED, "many")]
    rows += [row("2018", "153", SIMPLE, "1", ubigeo="1401")]
    found = parsed(tmp_path, rows[0], *rows)

    assert found.observations["value"].tolist() == [30]
    assert found.ignored[["reason", "rows"]].values.tolist() == [["exact repeats", 1]]
    assert found.quarantined[["locator", "reason"]].values.tolist() == [
        ["row 4 cantidad", "no_number"], ["row 5 cantidad", "label_unclear"],
    ]  # fmt: skip


def test_crime_nobody_has_seen_is_an_error(tmp_path):
    with pytest.raises(SourceError, match="'des_articulo,Trata de personas menores,CODE'"):
        parsed(tmp_path, row("2025", "131-A", "Trata de personas menores", "1"))


def test_months_that_are_none_are_quarantined(tmp_path):
    found = parsed(
        tmp_path,
        row("2024", "153", SIMPLE, "1"),
        row("2025", "153", SIMPLE, "1", months="ENERO - BRUMARIO"),
        row("2025", "153", SIMPLE, "2", months="PRIMER SEMESTRE"),
    )

    assert found.quarantined["reason"].tolist() == ["period_unclear"]
    assert found.observations["time_period"].tolist() == ["2024", "2025-S1"]


@pytest.mark.skipif(not SHARED.exists(), reason="the real file is not at hand")
def test_real_file_has_a_figure_for_every_year():
    found = read(SHARED / "pe_mpfn_delitos_lambayeque_2019-2023.csv")

    assert dict(zip(found.observations["time_period"], found.observations["value"], strict=True)) == {
        "2019": 31, "2020": 18, "2021": 34, "2022": 17, "2023": 11,
    }  # fmt: skip
    assert found.rows_in == 1723
