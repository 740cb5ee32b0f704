import os
from pathlib import Path

import duckdb
import pytest

from cuadra.checks.rule import load_rules
from cuadra.checks.topic import shipped
from cuadra.checks.verdicts.confront import confront
from cuadra.sources.source import SourceError, gate
from tests.sources.feeding import shipped_table

SHARED = Path(os.environ.get("CUADRA_SHARED", Path(__file__).parents[3] / "shared")) / "data"
SESNSP = "Secretariado Ejecutivo del Sistema Nacional de Seguridad Pública"
SERIES = [("2018-12-31", "1"), ("2019-10-31", "6")]
PLACES = {"Torreón": "3", "Gómez Palacio": "2", "Lerdo": "0", "Matamoros": "1", "La Laguna": "6"}


def read(path):
    return shipped_table("trcimplan_laguna", path)


def table(header, lines):
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in lines)
    return f"<table><thead><tr>{''.join(f'<th>{name}</th>' for name in header)}</tr></thead>{cells}</table>"


def parsed(folder, series=SERIES, places=PLACES, source=SESNSP, first=("Fecha", "Dato", "Fuente", "Notas")):
    page = table(first, [(*line, source, "") for line in series])
    lines = [(place, "2019-10-31", count, source, "") for place, count in places.items()]
    page += table(("Región", "Fecha", "Dato", "Fuente", "Notas"), lines)
    (folder / "page.html").write_text(f"<html><body>{page}</body></html>", encoding="utf-8")
    return read(folder / "page.html")


def test_both_tables_become_figures_and_the_last_year_is_partial(tmp_path):
    found = parsed(tmp_path)
    rows = gate(found.observations, "t", shipped())

    assert rows["time_period"].tolist() == ["2018", *["2019-01-01/2019-10-31"] * 6]
    assert rows[rows["ref_area"] == "MX-LAGUNA"]["value"].tolist() == [1, 6, 6]
    assert found.rows_in == 7


@pytest.mark.parametrize(("count", "failing"), [("3", set()), ("4", {"regions_make_country"})])
def test_region_is_the_sum_of_its_municipalities(tmp_path, count, failing):
    con = duckdb.connect()
    rows = gate(parsed(tmp_path, places={**PLACES, "Torreón": count}).observations, "t", shipped())
    con.register("observation", rows)
    found = confront(con, shipped(), load_rules(shipped())).finding

    assert set(found[found["verdict"] == "fails"]["rule"]) == failing


def test_unclear_lines_are_quarantined(tmp_path):
    found = parsed(tmp_path, series=[*SERIES, ("2017-12-31", "n/d"), ("2016", "4")])

    assert found.quarantined["reason"].tolist() == ["no_number", "period_unclear"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"places": {"Atlantis": "1"}},
            "expected labels of sources/trcimplan_laguna/codes.csv or of a code list, .* 'Región,Atlantis,CODE'",
        ),
        ({"source": "someone"}, "'Fuente,someone,CODE'"),
        (
            {"first": ("Fecha", "Dato", "Fuente", "Observaciones")},
            "expected a column 'Notas' as source.toml describes it, got 'Observaciones'",
        ),
    ],
)
def test_page_that_changed_is_an_error(tmp_path, changed, expected):
    with pytest.raises(SourceError, match=expected):
        parsed(tmp_path, **changed)


@pytest.mark.skipif(not SHARED.exists(), reason="the real page is not at hand")
def test_real_page_gives_ten_figures():
    found = read(SHARED / "mx_trcimplan_trata_la_laguna_EXCERPT.html")

    assert len(gate(found.observations, "t", shipped())) == found.rows_in == 10
    assert found.observations["value"].tolist()[:5] == [2, 1, 1, 1, 0]
