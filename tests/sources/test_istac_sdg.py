import csv
import os
from pathlib import Path

import duckdb
import pytest

from cuadra.checks.rule import load_rules
from cuadra.checks.topic import shipped
from cuadra.checks.verdicts.confront import confront
from cuadra.sources.source import SourceError, gate
from tests.sources.feeding import columns, shipped_table

SHARED = Path(os.environ.get("CUADRA_SHARED", Path(__file__).parents[3] / "shared")) / "data"
RATE = "UNIDAD_MEDIDA.PER_100000"


def row(value, form="", *, year="2019", area="ES", unit=RATE):
    return (year, unit, area, "SERIE.SERIE_A", f"SERIE_TEMPORAL.VC_HTF_DETV{form}", value)


def read(path):
    return shipped_table("istac_sdg", path)


def parsed(folder, *rows):
    with (folder / "rates.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns("istac_sdg"), *rows])
    return read(folder / "rates.csv")


def test_rates_are_kept_with_their_rounding(tmp_path):
    rows = gate(parsed(tmp_path, row("1.15"), row("0.62", "SX", area="ES70")).observations, "i", shipped()).set_index(
        "ref_area"
    )

    assert tuple(rows.loc["ES", ["lower", "upper"]]) == pytest.approx((1.145, 1.155))
    assert tuple(rows.loc["ES-CN", ["exploitation", "unit"]]) == ("SEXUAL", "per_100k")


def test_wrong_unit_and_unclear_rows_are_quarantined(tmp_path):
    found = parsed(
        tmp_path, row("1.15"), row("84", unit="%", year="2018"), row("..", year="2017"), row("1", year="17"),
        row("2", "FL"), row("3", "FL"),
    )  # fmt: skip

    assert found.quarantined["reason"].tolist() == [
        "label_unclear", "no_number", "period_unclear", "given_twice", "given_twice",
    ]  # fmt: skip
    assert len(found.observations) == 1


def test_series_nobody_has_seen_is_an_error(tmp_path):
    with pytest.raises(SourceError, match=r"such as 'SERIE_TEMPORAL\.Encabezado,SERIE_TEMPORAL\.VC_HTF_DETVZZ,CODE'"):
        parsed(tmp_path, row("1", "ZZ"))


@pytest.mark.skipif(not SHARED.exists(), reason="the real file is not at hand")
def test_forms_of_the_real_file_add_up_within_rounding():
    rows = read(SHARED / "es_istac_sdg_16-2-2.csv").observations
    wide = rows.pivot_table(index=["ref_area", "time_period"], columns="exploitation", values="value").dropna()
    parts = wide[["SEXUAL", "FORCED_LABOUR", "ORGAN_REMOVAL", "OTHER"]].sum(axis=1)

    assert len(rows) == 90
    assert len(wide) == 16
    assert (parts - wide["_T"]).abs().max() < 0.02
    con = duckdb.connect()
    con.register("figures", rows)
    found = confront(con, shipped(), load_rules(shipped()), "figures")
    tested = found.con.execute("SELECT verdict FROM engine.range WHERE rule = 'istac_forms_make_detected_victims'")

    assert len(tested.fetchall()) == 16
    assert "fails" not in set(found.finding["verdict"])
