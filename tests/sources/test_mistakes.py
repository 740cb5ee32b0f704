"""Mistakes that people make in files of figures, and the line that each prints."""

import hashlib
import tomllib
from datetime import UTC, datetime

import pytest

from cuadra.checks.topic import shipped
from cuadra.flows.commands.check import read
from cuadra.sources.article import article_source
from cuadra.sources.entry import MOST_LINES, file_name, toml_fault
from cuadra.sources.figure_table import parse_table
from cuadra.sources.readers.prose import paragraphs
from cuadra.sources.source import Snapshot, SourceError
from tests.sources import pdf
from tests.sources.described.tables import describe
from tests.sources.described.tables import read as read_described

NOW = datetime(2026, 11, 25)
FACTS = {
    "title": '"t"',
    "publisher": '"p"',
    "published": "2020-09-17",
    "url": '"https://example.org/a"',
    "area": '"PE"',
}
HEADER = "at,says,indicator,period,area\n"
LINE = "p. 1,5,victims_rescued,2019,PE\n"
SHARE = {"age": '"Y0T17"', "share_of": '{ age = "_T" }'}
ONE = {"columns": '{ "Year" = "year", "Count" = "value" }'}
BY_AGE = {"columns": '{ "Year" = "year", "Age" = "age", "Count" = "value" }'}


def figure(**changes):
    keys = {"at": '"¶1"', "says": '"5"', "indicator": '"victims_rescued"', "period": '"2019"'} | changes
    return "{ " + ", ".join(f"{key} = {value}" for key, value in keys.items() if value) + " }"


def article(*figures, **facts):
    said = "\n".join(f"{key} = {value}" for key, value in (FACTS | facts).items() if value)
    return said + "\nfigures = [" + ", ".join(figures or (figure(),)) + "]\n"


def lines_of(folder, content, name="note.toml"):
    """What is printed of a file of figures: its faults, or the notes on what was read."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    snapshot = Snapshot(path, hashlib.sha256(path.read_bytes()).hexdigest(), "", NOW)
    try:
        if name.endswith(".csv"):
            return list(parse_table(snapshot, "note", shipped()).warnings)
        return list(article_source(path, shipped()).parse(snapshot).warnings)
    except SourceError as error:
        return list(error.lines or [str(error)])


IN_AN_ARTICLE = {
    "a misspelt key": (
        article(figure(says="", syas='"5"')),
        "figure 1 ('¶1'), syas: expected a known key, got 'syas'. Write `says`.",
    ),
    "a misspelt fact": (
        article(publisher="", publihser='"p"'),
        "publihser: expected a known key, got 'publihser'. Write `publisher`.",
    ),
    "a key of another program": (
        article(figure(colour='"red"')),
        "figure 1 ('5'), colour: expected a known key, got 'colour'. Use one of:",
    ),
    "a country by its name": (article(area='"Peru"'), "such as 'PE', got 'Peru'"),
    "a country by its name, of one figure": (article(figure(area='"Perú"')), "such as 'PE', got 'Perú'"),
    "an unknown sex": (article(figure(sex='"female"')), "such as 'F', got 'female'"),
    "an unknown register": (article(register='"RETAA"'), "such as 'RETA'"),
    "a period without quotes": (
        article(figure(period="2019")),
        'period: expected a string in quotes, got 2019. Write period = "2019".',
    ),
    "words without quotes": (article(figure(says="5")), 'says: expected a string in quotes, got 5. Write says = "5".'),
    "a period that is none": (article(figure(period='"spring"')), "period: expected `2019`, `2020-S1`"),
    "a month as people write it": (article(figure(period='"2023-01"')), "Write 2023-M01."),
    "two years": (article(figure(period='"2019-2020"')), "Write 2019-01-01/2020-12-31, if"),
    "a period that ends before it begins": (
        article(figure(period='"2020-07-01/2020-01-01"')),
        "got '2020-07-01/2020-01-01'",
    ),
    "a date that has not come": (
        article(published="2099-01-30"),
        "published: expected a date that has come, got 2099-01-30",
    ),
    "a date of one figure that has not come": (
        article(figure(published="2099-01-30")),
        "got 2099-01-30, after 2026-11-25",
    ),
    "the day first": (
        article(published='"30-01-2020"'),
        "published: expected the year first, got '30-01-2020'. Write 2020-01-30",
    ),
    "the day first, without quotes": (
        article(published="30-01-2020"),
        "line 3: expected the year first, got '30-01-2020'",
    ),
    "the day first, with slashes": (article(published='"30/01/2020"'), "Write 2020-01-30"),
    "no such day": (
        article(published='"2020-02-30"'),
        "expected a date such as 2020-01-30, 2020-01 or 2020, got '2020-02-30'",
    ),
    "a date in words": (article(published='"spring 2020"'), "got 'spring 2020'. Correct the date."),
    "a time": (
        article(published="2020-09-17T10:00:00"),
        "expected a day without a time, got 2020-09-17 10:00:00. Write published = 2020-09-17.",
    ),
    "a year without quotes": (article(published="2020"), 'got 2020. Write published = "2020".'),
    "a period after the article": (
        article(figure(period='"2031"')),
        "the period 2031 begins after 2020-09-17, when it was published. Is it a forecast, or a slip?",
    ),
    "an address that runs": (
        article(url='"javascript:alert(1)"'),
        "url: expected an address with http or https, got 'javascript'",
    ),
    "an address that holds data": (article(url='"DATA:text/html,x"'), "got 'data'"),
    "an address with a space": (article(url='"https://example.org/a b"'), "url: expected an address without spaces"),
    "an address over two lines": (article(url='"https://example.org/\\na"'), "url: expected an address without spaces"),
    "a share above the whole": (
        article(figure(says='"101 %"', **SHARE)),
        "says: expected at most the whole, got '101 %' of it.",
    ),
    "a negative count": (article(figure(says='"-5"')), "expected a number of zero or more without a sign, got '-5'"),
    "a number far too long": (article(figure(says=f'"{10**26}"')), "expected at most 18 digits"),
    "an exponent": (article(figure(says='"1E3"')), "expected a number in 'en', got '1e3'"),
    "a date for a number": (article(figure(says='"2019-10-14"')), "expected a number in 'en', got '2019-10-14'"),
    "a spreadsheet's error": (article(figure(says='"#REF!"')), "expected a number in 'en', got '#ref!'"),
    "a mark that turns the writing": (article(figure(says='"\\u202e5"')), "got a hidden character '\\u202e'"),
    "a mark that nobody sees in a place": (
        article(figure(at='"¶\\u200b1"')),
        "at: expected words as printed, got the sign U+200B",
    ),
    "a bell in a title": (article(title='"t\\u0007"'), "title: expected words as printed, got the sign U+0007"),
    "a picture for a number": (article(figure(says='"😀"')), "expected a number in 'en', got '😀'"),
    "no words at all": (article(figure(says='""')), "says: expected some words, got ''"),
    "a breakdown in another language": (
        article(complete='["sexo"]'),
        "complete: expected divisions whose parts do not overlap, sex, age",
    ),
    "a language that is not read": (
        article(language='"pt"'),
        "language: expected one of en, es, got 'pt' (Portuguese)",
    ),
    "one figure twice": (
        article(figure(), figure(at='"¶2"'), figure()),
        "a second one about the same quantity at the same place; the first is note.toml, figure 1.",
    ),
    "a place left open": (
        article(figure(period='"?"')),
        "figure 1 ('5'), period: expected a value, got '?'. The draft is not finished",
    ),
    "a fact left open": (article(publisher='"?"'), "publisher: expected a value, got '?'"),
    "a word for a list": (article(complete='"sex"'), "complete: expected a list in square brackets, got 'sex'"),
    "figures as words": ('title = "t"\nfigures = "none"\n', "figures: expected a list in square brackets, got 'none'"),
    "a figure as a word": (
        'title = "t"\nfigures = ["5"]\n',
        "figure 1 ('5'), entry: expected an entry in braces, { … }, got '5'",
    ),
    "quotation marks of a text program": (
        article(title="“t”"),
        'line 1: expected straight quotation marks, got “. Write "…".',
    ),
    "a key twice": (article() + article(), "expected each key once, got 'title' again. Delete one."),
    "a series with blanks": (
        article(series='"My Yearbook"'),
        "series: expected small letters, digits, `_`, `-` and `.`, got 'My Yearbook'",
    ),
    "an unknown cadence": (article(cadence='"sometimes"'), "cadence: expected 'once', 'hourly'"),
    "no area anywhere": (article(area=""), 'area: expected a code, got none. Add `area = "…"`'),
    "an unknown unit": (article(figure(unit='"people"')), "unit: expected one of persons"),
    "an empty file": ("", "note.toml: expected an article and its figures, got an empty file."),
    "an article in Latin-1": (
        article(title='"Perú"').encode("latin-1"),
        "note.toml, line 1: expected UTF-8, got byte 0xfa",
    ),
    "an article in UTF-16": (article().encode("utf-16"), "note.toml, line 1: expected UTF-8, got UTF-16"),
}

IN_A_TABLE = {
    "semicolons": (HEADER.replace(",", ";"), "line 1: expected cells separated by commas, got ';' between them"),
    "tabs": (HEADER.replace(",", "\t"), "line 1: expected cells separated by commas, got '\\t' between them"),
    "a decimal comma": (
        HEADER + 'p. 1,"12,5",victims_rescued,2019,PE\n',
        "note.csv, line 2 ('12,5' at p. 1): expected a number",
    ),
    "UTF-16": ((HEADER + LINE).encode("utf-16"), "note.csv, line 1: expected UTF-8, got UTF-16"),
    "Latin-1": (
        (HEADER + LINE + "p. ñ,5,x,2019,PE\n").encode("latin-1"),
        "note.csv, line 3: expected UTF-8, got byte 0xf1",
    ),
    "a cell too many": (
        HEADER + LINE + "p. 2,1,054,victims_rescued,2019,PE\n",
        "note.csv, line 3: expected 5 cells, got 6",
    ),
    "a cell too few": (HEADER + "p. 2,5\n", "note.csv, line 2: expected 5 cells, got 2"),
    "a quotation mark left open": (
        HEADER + LINE + 'p. 2,"5,x\n',
        "note.csv, line 3: expected CSV, got a quotation mark that is never closed",
    ),
    "a misspelt column": (HEADER.replace("says", "syas"), "got 'syas'. Write 'says'."),
    "a column that is missing": ("at,says,indicator\n", "got none called 'period'"),
    "two columns of one name": ("at,says,says,indicator,period\n", "expected each column once, got 'says' twice"),
    "a header and no more": (HEADER, "note.csv: expected lines of figures, got none"),
    "an empty table": ("", "note.csv: expected a header and lines of figures, got an empty file"),
    "an unknown code": (
        HEADER + LINE.replace("PE", "Peru"),
        "note.csv, line 2 ('5' at p. 1), area: ref_area: expected a code",
    ),
    "a line twice": (HEADER + LINE + LINE, "the first is note.csv, line 2"),
}


@pytest.mark.parametrize("mistake", IN_AN_ARTICLE)
def test_mistake_in_an_article_is_said_in_one_kind_line(tmp_path, mistake):
    content, wanted = IN_AN_ARTICLE[mistake]
    lines = lines_of(tmp_path, content)

    assert lines[0].startswith("note.toml")
    assert any(wanted in line for line in lines), lines
    assert not any("\n" in line for line in lines)


@pytest.mark.parametrize("mistake", IN_A_TABLE)
def test_mistake_in_a_table_is_said_with_its_line_and_the_tables_own_name(tmp_path, mistake):
    content, wanted = IN_A_TABLE[mistake]
    lines = lines_of(tmp_path, content, "note.csv")

    assert all(line.startswith("note.csv") for line in lines)
    assert any(wanted in line for line in lines), lines


def test_every_fault_of_an_article_is_said_at_once(tmp_path):
    bad = (figure(says="", syas='"5"'), figure(sex='"W"', age='"young"'), figure(period="2019"), figure(says='"many"'))
    lines = lines_of(tmp_path, article(*bad, figure(), url='"ftp://example.org"'))

    assert [line.partition(": ")[0] for line in lines] == [
        "note.toml, figure 1 ('¶1'), syas", "note.toml, figure 3 ('5'), period", "note.toml, url",
        "note.toml, figure 2 ('5' at ¶1), sex", "note.toml, figure 2 ('5' at ¶1), age",
        "note.toml, figure 4 ('many' at ¶1)",
    ]  # fmt: skip


def test_every_fault_of_a_table_is_said_at_once(tmp_path):
    lines = lines_of(
        tmp_path, HEADER + "p. 1,,victims_rescued,2019,PE\np. 2,5,x,2019,PE\np. 3,5,y,2019,PE\n", "note.csv"
    )

    assert [line.partition(" (")[0].partition(": ")[0] for line in lines] == [
        "note.csv, line 2, says", "note.csv, line 3", "note.csv, line 4"
    ]  # fmt: skip


def test_fault_that_many_figures_share_is_said_once_and_very_many_are_counted(tmp_path):
    shared = lines_of(tmp_path, article(*(figure(at=f'"¶{place}"') for place in range(50)), area='"Peru"'))
    many = lines_of(tmp_path, article(*(figure(sex=f'"sex {place}"') for place in range(50))))

    assert len(shared) == 1
    assert shared[0].endswith("(And 49 more figures.)")
    assert many[-1] == f"… and {50 - MOST_LINES} more in this file."


def test_byte_order_mark_and_blank_lines_of_a_table_are_no_matter(tmp_path):
    assert lines_of(tmp_path, b"\xef\xbb\xbf" + (HEADER + "\n" + LINE + ",,,,\n").encode(), "note.csv") == []


@pytest.mark.parametrize(
    ("stem", "better"),
    [("Mi Artículo ñ", "mi_articulo_n"), ("2020-01 Bulletin", "2020-01_bulletin"), ("人身", "article")],
)
def test_name_of_a_file_is_explained(tmp_path, stem, better):
    line = lines_of(tmp_path, article(), f"{stem}.toml")[0]

    assert file_name(stem) == better
    assert f"Rename it to {better}.toml" in line


def test_folder_and_files_of_other_kinds_are_named_so_with_what_reads_them(tmp_path):
    (tmp_path / "table.xlsx").write_bytes(b"PK\x03\x04")
    said = {}
    for name in (".", "none.toml", "table.xlsx"):
        with pytest.raises(SourceError) as caught:
            read(tmp_path / name, None, None, NOW)
        said[name] = str(caught.value)

    assert "got a folder; check each of its files" in said["."]
    assert "got no such file" in said["none.toml"]
    assert "`cuadra draft table.xlsx --open` describes a table" in said["table.xlsx"]


def test_locked_empty_and_cut_pdf_are_told_apart(tmp_path):
    whole = pdf.write(tmp_path / "whole.pdf", [[["a", "b"]]])
    (tmp_path / "cut.pdf").write_bytes(whole.read_bytes()[:300])
    said = []
    for path in (
        pdf.write_locked(tmp_path / "locked.pdf"),
        pdf.write_scan(tmp_path / "scan.pdf"),
        tmp_path / "cut.pdf",
    ):
        with pytest.raises(SourceError) as caught:
            paragraphs(path, path.name)
        said.append(str(caught.value))

    assert "expected a PDF, got one with a password. Save it without one." in said[0]
    assert "expected text in the PDF, got none. If it is a scan" in said[1]
    assert "cut.pdf: expected a PDF, got" in said[2]


@pytest.mark.parametrize(
    ("rows", "table", "note"),
    [
        ([["Year", "Count"], ["2017", "1"], ["2019", "2"]], ONE, "no figures of 2018, between those of 2017 and 2019"),
        ([["Year", "Count"], ["2031", "1"]], ONE, "the period 2031 begins after 2024, when it was published"),
        ([["Year", "Count"], *[["2019", "1"]] * 65_535], ONE | {"repeats": '"ignore"'}, "the file ends at line 65,536"),
        (
            [["Year", "Notes", "Count", "Share"], ["2017", "a", "1", ""], ["2018", "a", "1"], ["2019", "", "2", ""]],
            {"columns": '{ "Year" = "year", "Count" = "value", "*" = { ignore = "x" } }'},
            "line 3 has 3 cells where most have 4",
        ),
    ],
    ids=["a year left out", "a year to come", "as many rows as an old sheet", "a row that is too short"],
)
def test_suspicion_about_a_table_is_a_note(tmp_path, rows, table, note):
    assert any(note in warning for warning in read_described(tmp_path, rows, table=table).warnings)


@pytest.mark.parametrize("age", ["14-oct", "Oct-14", "10/14/2019", "43752", "2019-10-14 00:00:00"])
def test_age_band_that_became_a_date_is_recognised(tmp_path, age):
    with pytest.raises(SourceError, match="what a spreadsheet made of '10-14'"):
        read_described(tmp_path, [["Year", "Age", "Count"], ["2019", age, "1"]], table=BY_AGE)


@pytest.mark.parametrize(
    ("rows", "reasons"),
    [
        ([["2019", "10"], ["2020", "-12"]], ["negative"]),
        ([["2019", "10"], ["Year", "Share"], ["2019", "50 %"]], ["period_unclear", "unit"]),
        ([["All years", "30"], ["2019", "10"], ["2020", "20"]], ["period_unclear"]),
        ([["20199", "30"], ["2019", "10"]], ["period_unclear"]),
    ],
    ids=["a negative count", "a column that changes its meaning", "a total that comes first", "a year of five digits"],
)
def test_cell_that_cannot_be_so_is_quarantined_alone(tmp_path, rows, reasons):
    found = read_described(tmp_path, [["Year", "Count"], *rows], table=ONE)

    assert found.quarantined["reason"].tolist() == reasons
    assert len(found.observations) == len(rows) - len(reasons)


def test_table_without_any_figure_keeps_the_contract(tmp_path):
    assert len(read_described(tmp_path, [["Year", "Count"], ["2019", "-1"]], table=ONE).observations) == 0


def test_every_fault_of_a_description_is_said_at_once(tmp_path):
    with pytest.raises(SourceError) as caught:
        describe(tmp_path / "tbl", title="", tittle='"t"', cadence='"sometimes"', rows_min='"1"')

    assert [line.partition(": ")[0] for line in caught.value.lines] == [
        "sources/tbl/source.toml, cadence", "sources/tbl/source.toml, rows_min", "sources/tbl/source.toml, tittle"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({"published": '"30-01-2020"'}, "published: expected the year first"),
        ({"url": '"javascript:alert(1)"'}, "url: expected an address with http or https"),
        ({"title": '"a\\u202eb"'}, "title: expected words as printed, got the sign U+202E"),
        ({"title": "“t”"}, "line 1: expected straight quotation marks"),
    ],
)
def test_facts_of_a_description_are_checked_as_those_of_an_article(tmp_path, facts, wanted):
    with pytest.raises(SourceError) as caught:
        describe(tmp_path / "tbl", **facts)

    assert wanted in str(caught.value)


def test_two_figures_that_differ_in_words_are_asked_what_they_differ_by(tmp_path):
    figures = [
        f'{{ at = "¶3", says = "{says}", indicator = "cases", period = "2023", area = "PE" }}' for says in (9, 5)
    ]
    path = tmp_path / "a.toml"
    path.write_text(
        'title = "t"\npublisher = "p"\npublished = 2024-01-01\nurl = "https://e.org"\n'
        f"figures = [{', '.join(figures)}]\n",
        encoding="utf-8",
    )
    source = article_source(path, shipped())
    with pytest.raises(SourceError, match=r"expected what it differs by from '9' \(a.toml, figure 1\), got the same"):
        source.parse(Snapshot(path, "0" * 64, "a", datetime(2026, 1, 1, tzinfo=UTC)))


@pytest.mark.parametrize("day", ["2024-02-30", "2022-13-01", "2024-2-3"])
def test_day_that_the_calendar_has_not_is_named_with_its_key(day):
    text = f"title = 1\npublished = {day}\n"
    with pytest.raises(tomllib.TOMLDecodeError) as error:
        tomllib.loads(text)

    assert f", line 2, published: expected a day of the calendar as 2020-01-30, got '{day}'" in toml_fault(
        error.value, text
    )


def test_column_that_the_file_lacks_is_named_beside_what_it_has_in_place(tmp_path):
    with pytest.raises(SourceError, match=r"expected a column 'Yaer' as source.toml describes it, got 'Year' in its"):
        read_described(
            tmp_path, [["Year", "Count"], ["2019", "5"]], table={"columns": '{ "Yaer" = "year", "Count" = "value" }'}
        )
