import re
from pathlib import Path

from tests.flows.pages.reading import pages, read, text

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>\"' onmouseover=alert(1) {{ 7*7 }}"
BIDI = "abc\u202edef\u2066 مرحبا 🦉 \u0000".replace("\u0000", "\x07")
LOCAL = "/home/ana/figures/secret.csv: expected a file, got none"
SQL_SCRIPT, SQL_BIDI = (each.replace("'", "''") for each in (SCRIPT, BIDI))


def hostile(changed):
    return changed(
        f"UPDATE source SET title = '{SQL_SCRIPT}', publisher = '{SQL_BIDI}', url = 'javascript:alert(1)', "
        f"licence = '{SQL_SCRIPT}' WHERE source = '2020-09-17_dialogo'",
        "UPDATE source SET title = repeat('long ', 2000) WHERE source = 'unodc_glotip_peru'",
        f"UPDATE observation SET says = '{SQL_SCRIPT}', locator = '{SQL_SCRIPT}', said_by = '{SQL_SCRIPT}', "
        f"anchor = '{SQL_SCRIPT} {{}} {SQL_BIDI}' WHERE says = '454'",
        f'UPDATE run SET record = replace(record, \'"error": null\', \'"error": "{LOCAL}"\')',
        'UPDATE run SET record = replace(record, \'"status": "read"\', \'"status": "failed"\')',
    )


def test_what_others_wrote_is_text_and_nothing_else(changed):
    folder = hostile(changed)
    for path in pages(folder):
        document = read(folder / path)

        assert not document.xpath("//script[not(@src)] | //img | //*[@onerror] | //*[@onmouseover]"), path
        assert not document.xpath("//@href[starts-with(normalize-space(.), 'javascript')]"), path
        assert "\u202e" not in (folder / path).read_text(encoding="utf-8"), path
    (suspect,) = [path for path in pages(folder) if path.startswith("en/cause/aa32d8b9e905")]
    assert SCRIPT.replace("{{ 7*7 }}", "")[:50] in text(read(folder / suspect).find(".//main"))
    assert "مرحبا 🦉" in text(read(folder / "en" / "sources.html"))


def test_long_titles_are_cut(changed):
    folder = hostile(changed)
    title = text(read(folder / "en" / "source" / "unodc_glotip_peru.html").find(".//h1"))

    assert len(title) <= 200
    assert title.endswith("…")


def test_no_path_of_the_machine_is_on_a_page(changed, first_run):
    folder = hostile(changed)
    told = {path: (folder / path).read_text(encoding="utf-8") for path in pages(folder)}

    assert "…: expected a file, got none" in told["en/runs.html"]
    for path, page in told.items():
        assert "/home/ana" not in page, path
        assert str(first_run["folder"]) not in page, path
        assert str(Path(__file__).parents[3]) not in page, path
        assert not re.search(r"(/tmp/|/root/|/home/|file:)", page), path
