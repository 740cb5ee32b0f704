from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.checks.topic import shipped
from cuadra.sources.article import article_source
from cuadra.sources.catalog import HERE
from cuadra.sources.source import Snapshot, SourceError, gate
from tests.sources.feeding import columns, shipped_table
from tests.sources.pdf import write
from tests.thorough import examples

BULLETIN = HERE / "inei_bulletin" / "bulletin.pdf"
_COLUMNS = columns("inei_bulletin")
NOTE = "Derived from INEI's figures of August 2021 (see press/2021-08_inei.toml); not INEI's document."
FIGURES = [
    ("2020", "394", "245", "...", "..."),
    ("I Semestre 2021", "277", "148", "78", "222"),
]


def read(path):
    return shipped_table("inei_bulletin", path)


def parsed(folder, *rows, header=_COLUMNS):
    return read(write(folder / "bulletin.pdf", [[header, *rows]]))


def test_shipped_bulletin_is_made_of_its_figures(tmp_path):
    """Written anew with ``write(BULLETIN, [[_COLUMNS, *FIGURES]], NOTE)``."""
    assert write(tmp_path / "made.pdf", [[_COLUMNS, *FIGURES]], NOTE).read_bytes() == BULLETIN.read_bytes()


def test_shipped_bulletin_says_what_the_press_source_says():
    path = HERE / "press" / "2021-08_inei.toml"
    press = article_source(path, shipped())
    key = ["time_period", "sex", "exploitation", "value"]
    printed = press.parse(Snapshot(path, "0" * 64, "", datetime(2026, 11, 24))).observations
    rows = gate(read(BULLETIN).observations, "inei_bulletin", shipped())

    assert {*rows[key].itertuples(index=False)} <= {*printed[key].itertuples(index=False)}
    assert len(rows) == 6


def test_unavailable_is_not_zero_and_words_are_quarantined(tmp_path):
    found = parsed(tmp_path, ("2020", "394", "...", "-", "1,054"))

    assert found.observations["value"].tolist() == [394, 1054]
    assert found.ignored[["reason", "rows"]].values.tolist() == [["no figure in the cell", 1]]
    assert found.quarantined[["locator", "reason"]].values.tolist() == [
        ["p. 1 table 1 row 2 Trabajo forzoso", "no_number"],
    ]  # fmt: skip


def test_table_that_goes_on_is_read_on(tmp_path):
    found = read(write(tmp_path / "two.pdf", [[_COLUMNS, FIGURES[0]], [("Nota",), ("x",)], [_COLUMNS, FIGURES[1]]]))

    assert set(found.observations["time_period"]) == {"2020", "2021-S1"}


@pytest.mark.parametrize("words", ["Primavera 2020", "en total"])
def test_period_that_is_none_is_quarantined(tmp_path, words):
    found = parsed(tmp_path, FIGURES[0], (words, "1", "1", "1", "1"))

    assert set(found.quarantined["reason"]) == {"period_unclear"}
    assert len(found.quarantined) == 4
    assert "expected a period such as '2019', '1st" in found.quarantined["message"].iloc[0]
    assert f"got {words!r}" in found.quarantined["message"].iloc[0]


@pytest.mark.parametrize(
    ("rows", "header", "expected"),
    [
        (
            [("2020", "1", "1", "1", "1")],
            (*_COLUMNS[:4], "Hombres"),
            "a column 'Mujeres' as source.toml describes it, got 'Hombr",
        ),
        ([("2020", "1")], ("Year", "Reports"), "expected a row with Período, Denuncias, .*, got Year, Reports"),
    ],
)
def test_bulletin_that_changed_is_an_error(tmp_path, rows, header, expected):
    with pytest.raises(SourceError, match=expected):
        parsed(tmp_path, *rows, header=header)


@examples(8, 25)
@given(st.integers(0, 1500), st.integers(0, 255))
def test_damaged_pdf_is_refused_in_one_line_or_read(tmp_path, place, byte):
    data = bytearray(BULLETIN.read_bytes())
    data[place % len(data)] = byte
    path = tmp_path / "damaged.pdf"
    path.write_bytes(data)
    said = ""
    try:
        read(path)
    except SourceError as error:
        said = str(error)

    assert "\n" not in said
