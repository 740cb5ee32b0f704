import re
from pathlib import Path

import pytest

from tests.flows.pages.reading import pages, read, text

HERE = Path(__file__).parent


def page_of(site, language, words):
    found = [path for path in pages(site) if path.startswith(f"{language}/cause/")]
    (path,) = [path for path in found if text(read(site / path).find(".//h1")).startswith(words)]
    return read(site / path)


@pytest.mark.parametrize("language", ["en", "es"])
def test_454_is_told_as_it_was_written_down(site, language):
    main = page_of(site, language, "“454”").find(".//main")
    lines = [text(each) for each in main.xpath(".//h1 | .//h2 | .//h3 | .//p | .//li | .//tr | .//blockquote/footer")]
    told = "\n".join(re.sub(r"(open since|abierta desde el) .*", r"\1 …", line) for line in lines if line) + "\n"

    assert told == (HERE / f"cause_454.{language}.txt").read_text(encoding="utf-8")


def test_454_says_what_is_printed_why_it_cannot_be_and_what_happened(site):
    document = page_of(site, "en", "“454”")
    told = text(document.find(".//main"))

    assert text(document.find(".//h1")) == "“454” cannot stand beside “1,054”: victims rescued, Peru, 2019"
    assert "454 of 1,054 is 43 percent." in told
    assert "454 − 96 (Ecuador) − 54 (Colombia) = 304, and “More than 300” is printed for Venezuela" in told
    assert "half of the 454 victims rescued" in told
    assert "600 apart" in told
    assert document.xpath("//a[contains(@href, '#:~:text=half%20of%20the%20454%20victims%20rescued')]")


def test_tables_say_in_text_what_charts_draw(site):
    document = page_of(site, "en", "“454”")
    rows = [
        (text(row.find("th")), text(row.find("td[@class='number']")))
        for row in document.xpath("//table[@class='chart'][1]//tbody/tr[th]")
    ]

    assert ("Diálogo Americas, ¶4: victims rescued", "“454”") in rows
    assert ("Diálogo Americas: 907 (female) + 147 (male)", "= 1,054") in rows
    assert all(number for _, number in rows)


def test_suspect_outside_of_its_relations_is_named_all_the_same(site):
    told = text(
        page_of(site, "en", "4,433 to 4,464 (by “5245”) cannot stand beside “1086” + “3308” = 4,394").find(".//main")
    )

    assert "“85%” of “5245”" in told
    assert "Probably wrong: “5245” (Rel-UITA / El Economista / Misión Política, in the text)" in told
    assert "where 5,175 to 5,188 would fit" in told


def test_share_that_does_not_fit_is_told_with_its_whole(site):
    document = page_of(site, "en", "“57,8 %” of “277” cannot stand beside “148”")
    told = text(document.find(".//main"))

    assert "Probably wrong: “277”" in told
    assert "148 of 256 is 57.8 percent." in told
    assert "“57,8 %” of “277”: 160" in [text(each) for each in document.xpath("//tr[@class='suspect']/td[1]")]


def test_either_figure_may_be_wrong_and_nothing_decides(site):
    told = text(page_of(site, "en", "“111”").find(".//main"))

    assert "One of these is probably wrong, and nothing decides which" in told
    assert "where 120 would fit or “120”" in told


def test_doubt_accuses_nobody(site):
    told = text(page_of(site, "en", "“más de 300” hardly goes with “376”").find(".//main"))

    assert "possible to the letter" in told
    assert "cannot stand" not in told
    assert "Probably wrong" not in told


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("“más de 300” hardly goes with “376”", ["“más de 300”: 301 to 349", "“376”"]),
        ("“412” hardly goes with “92%” of “445”", ["“412”", "“92%” of “445”: 408 to 411"]),
    ],
)
def test_doubt_is_drawn_as_a_reader_takes_the_words(site, words, numbers):
    document = page_of(site, "en", words)
    found = [text(cell) for cell in document.xpath("//table[@class='chart'][1]//td[@class='number']")]

    assert found == numbers


def test_pages_never_call_a_figure_false(site):
    for path in [each for each in pages(site) if "/cause/" in each or each.endswith("/index.html")]:
        assert not re.search(r"\b(false|falsa|falso|lie|mentira)\b", text(read(site / path)), re.IGNORECASE), path


def test_figures_of_a_source_are_marked_in_its_order(site):
    document = read(site / "en" / "source" / "2020-09-17_dialogo.html")
    marks = [text(each) for each in document.iter("mark")]

    assert marks[0] == "~ More than 500"
    assert "✗ 454" in marks
    assert "✓ 161" in marks
    assert marks.index("~ 907") < marks.index("~ 147") < marks.index("✗ 454") < marks.index("~ 96")
    assert "reads as 65 to 75 percent · in relations: 2 hold" in text(document)
