import pytest

from cuadra.sources.source import SourceError
from tests.sources import pdf
from tests.sources.described.tables import ROWS, describe, feed, values

UNRULED = [
    [(40, "Table 7. Victims by sex, all years and all offices of the country together")],
    [(40, "Year"), (140, "Women"), (220, "Men"), (290, "All")],
    [(40, "2019"), (152, "907"), (226, "147"), (288, "1,054")],
    [(40, "2020"), (152, "300"), (232, "94"), (296, "394")],
    [(40, "Source: us, from the reports of all offices")],
]


def test_table_without_rules_is_read_by_the_places_of_its_words(tmp_path):
    found = feed(describe(tmp_path / "tbl"), pdf.write_words(tmp_path / "t.pdf", UNRULED))

    assert values(found, "time_period", "sex") == [
        ("2019", "F", 907), ("2019", "M", 147), ("2019", "_T", 1054),
        ("2020", "F", 300), ("2020", "M", 94), ("2020", "_T", 394),
    ]  # fmt: skip


def test_empty_cell_of_a_table_without_rules_moves_nothing(tmp_path):
    lines = [*UNRULED[:2], [(40, "2019"), (226, "147"), (288, "1,054")], UNRULED[3]]
    found = feed(describe(tmp_path / "tbl"), pdf.write_words(tmp_path / "t.pdf", lines))

    assert [each for each in values(found, "time_period", "sex") if each[0] == "2019"] == [
        ("2019", "M", 147), ("2019", "_T", 1054)
    ]  # fmt: skip


def test_name_of_several_words_is_one_cell(tmp_path):
    lines = [[(40, "Both years"), (140, "Women"), (220, "Long term"), (290, "All")], *UNRULED[2:4]]
    columns = '{ "Both years" = "year", "Women" = { sex = "F" }, "Long term" = { sex = "M" }, "All" = "value" }'
    found = feed(describe(tmp_path / "tbl", table={"columns": columns}), pdf.write_words(tmp_path / "t.pdf", lines))

    assert len(found.observations) == 6


def test_ruled_tables_are_not_looked_for_where_there_are_none(tmp_path):
    source = describe(tmp_path / "tbl", table={"ruled": "true"})
    with pytest.raises(SourceError, match="expected a table, got none on its 1 pages"):
        feed(source, pdf.write_words(tmp_path / "t.pdf", UNRULED))


@pytest.mark.parametrize(
    ("pages", "says"), [("2", "on pages 2, got none"), ("x", "such as '1-3,7', got 'x'"), ("3-1", "got '3-1'")]
)
def test_pages_that_are_none_are_refused(tmp_path, pages, says):
    source = describe(tmp_path / "tbl", table={"pages": f'"{pages}"'})
    with pytest.raises(SourceError, match=says):
        feed(source, pdf.write(tmp_path / "t.pdf", [ROWS]))


def test_pages_and_place_choose_a_table(tmp_path):
    other = [["a", "b"], ["1", "2"]]
    path = pdf.write(tmp_path / "t.pdf", [other, ROWS])

    assert len(feed(describe(tmp_path / "one", table={"pages": '"1-3"', "table": "2"}), path).observations) == 6
    with pytest.raises(SourceError, match="expected a table 5, got 2 tables"):
        feed(describe(tmp_path / "two", table={"table": "5"}), path)


def test_other_tables_of_the_file_are_counted(tmp_path):
    found = feed(describe(tmp_path / "tbl"), pdf.write(tmp_path / "t.pdf", [[["a", "b"], ["1", "2"]], ROWS]))

    assert found.ignored[["reason", "rows"]].values.tolist() == [["tables that the description does not describe", 2]]


def test_lines_of_a_ruled_cell_are_rows_where_declared(tmp_path):
    rows = [ROWS[0], [f"{ROWS[1][place]}\n{ROWS[2][place]}" for place in range(4)]]
    path = pdf.write(tmp_path / "t.pdf", [rows])
    found = feed(describe(tmp_path / "tbl", table={"lines_are_rows": "true"}), path)

    assert [value for *_, value in values(found)] == [907, 147, 1054, 300, 94, 394]
