import duckdb

from tests.flows.pages.reading import pages, read, text

SMALL = ("1", "2", "3", "4", "one", "two", "three", "four")


def marked(folder, language="en"):
    """The printed words of every figure on the pages of sources."""
    return {
        (path, text(mark).lstrip("✓✗~ "))
        for path in pages(folder)
        if path.startswith(f"{language}/source/")
        for mark in read(folder / path).iter("mark")
    }


def test_small_counts_of_persons_are_withheld(first_run, site):
    with duckdb.connect(str(first_run["folder"] / "cuadra.duckdb"), read_only=True) as con:
        rows = con.execute(
            "SELECT source, says FROM observation WHERE vintage_to IS NULL AND unit = 'persons' "
            "AND lower = upper AND lower BETWEEN 1 AND 4"
        ).fetchall()
        kept = con.execute("SELECT count(*) FROM withheld").fetchall()[0][0]
    shown = marked(site)

    assert rows
    assert kept >= len(rows)
    assert [row for row in rows if (f"en/source/{row[0]}.html", row[1]) in shown] == []
    assert (f"en/source/{rows[0][0]}.html", "<5") in shown


def test_small_counts_are_shown_when_asked_for(changed):
    shown = marked(changed(shows_small=True))

    assert ("en/source/2011-03-29_efe.html", "4") in shown
    assert ("en/source/2011-03-29_efe.html", "<5") not in shown


def test_small_count_in_a_contradiction_is_named_nowhere_on_its_page(changed):
    folder = changed(
        "UPDATE observation SET says = '3', value = 3, lower = 3, upper = 3 WHERE says = '454'",
        "UPDATE finding_term SET lower = 3, upper = 3 WHERE lower = 454",
        "UPDATE finding SET left_lower = 3, left_upper = 3 WHERE left_lower = 454",
        "INSERT INTO withheld SELECT observation_id, TRUE FROM observation WHERE says = '3'",
    )
    (path,) = [path for path in pages(folder) if path.startswith("en/cause/aa32d8b9e905")]
    main = read(folder / path).find(".//main")
    numbers = [text(cell) for cell in main.xpath(".//td[@class='number']")]

    assert "“<5” cannot stand beside" in text(main.find(".//h1"))
    assert not any(each.strip("“”") in SMALL for each in numbers)
    assert "1,051" not in text(main)  # what would give it away
    assert "Small counts of persons take part in it and are withheld" in text(main)
    assert not any("“3”" in (folder / each).read_text(encoding="utf-8") for each in pages(folder))


def test_small_count_in_a_doubt_is_named_nowhere_on_its_page(changed):
    folder = changed(
        "UPDATE observation SET says = '3', value = 3, lower = 3, upper = 3, likely_lower = 3, likely_upper = 3 "
        "WHERE says = '376'",
        "UPDATE finding_term SET lower = 3, upper = 3, likely_lower = 3, likely_upper = 3 WHERE lower = 376",
        "INSERT INTO withheld SELECT observation_id, TRUE FROM observation WHERE says = '3'",
    )
    (path,) = [path for path in pages(folder) if path.startswith("en/cause/a0dcb1996155")]
    numbers = [text(cell) for cell in read(folder / path).xpath("//td[@class='number']")]

    assert "“<5”" in numbers
    assert not any(each.strip("“”") in SMALL for each in numbers)
