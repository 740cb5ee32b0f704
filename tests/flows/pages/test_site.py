import re
import resource
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from cuadra.checks.topic import shipped
from cuadra.flows.pages import renewal, series
from cuadra.flows.pages import site as site_module
from cuadra.flows.pages.renewal import downloads
from cuadra.flows.pages.site import MARK, SiteError, build
from cuadra.flows.project import find_project
from cuadra.flows.settings import Settings
from cuadra.warehouse.database import MigrationError
from cuadra.warehouse.publication import PublicationError
from tests.flows.pages.reading import broken_links, headings, pages, read, text

FILES = {"style.css": 12_000, "page.js": 3_000}
LIMITS = {"cause": 60_000, "source": 250_000, "area": 250_000, "series": 250_000}


def bytes_of(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_run_ends_with_the_address_of_its_pages(first_run, site):
    assert first_run["pages"] == str(site / "index.html")
    assert first_run["pages_error"] is None


def test_same_publication_gives_the_same_bytes(first_run, site, tmp_path):
    settings, project = Settings(data=first_run["folder"]), find_project(None, {}, first_run["folder"])
    add = downloads(settings, project)
    build(first_run["folder"] / "cuadra.duckdb", shipped(), tmp_path / "again", add=add)

    assert bytes_of(tmp_path / "again") == bytes_of(site)


def test_pages_keep_their_budgets(site):
    sizes = {path: (site / path).stat().st_size for path in [*pages(site), *FILES]}
    kinds = {path: LIMITS.get(Path(path).parts[1] if path.count("/") > 1 else "", 150_000) for path in sizes}

    assert [path for path, size in sizes.items() if size > FILES.get(path, kinds[path])] == []
    assert sum(sizes.values()) <= 2_000_000


def test_pages_are_of_every_kind_in_both_languages(site):
    found = pages(site)

    for kind in ("index", "cause/", "source/", "series/", "series", "sources", "rules", "codes", "runs", "downloads"):
        english = [path for path in found if path.startswith(f"en/{kind}")]
        assert english
        assert [path.replace("en/", "es/", 1) for path in english] == [p for p in found if p.startswith(f"es/{kind}")]


def test_pages_have_one_title_and_headings_in_order(site):
    wrong = []
    for path in pages(site):
        levels = headings(read(site / path))
        if levels.count(1) != 1 or levels[0] != 1 or any(b - a > 1 for a, b in pairwise(levels)):
            wrong.append((path, levels))

    assert wrong == []


def test_pages_have_unique_ids_labelled_pictures_and_a_language(site):
    wrong = []
    for path in pages(site):
        document = read(site / path)
        ids = document.xpath("//@id")
        pictures = document.xpath("//svg[not(ancestor::svg) and not(@aria-hidden) and not(ancestor::*[@aria-hidden])]")
        if len(ids) != len(set(ids)) or any(
            not each.get("aria-label") or each.get("role") != "img" for each in pictures
        ):
            wrong.append(path)
        if path != "index.html" and document.get("lang") != path[:2]:
            wrong.append(path)

    assert wrong == []


def test_every_link_within_the_site_leads_somewhere(site):
    assert {path: found for path in pages(site) if (found := broken_links(site, path))} == {}


def test_pages_ask_for_nothing_but_their_own_files(site):
    for path in pages(site):
        document = read(site / path)
        asked = document.xpath("//link[@rel='stylesheet']/@href | //@src | //@data | //@poster | //@srcset")

        assert not [each for each in asked if ":" in each or each.startswith("//")], path
        assert not document.xpath("//@style | //style | //@*[starts-with(name(), 'on')] | //script[not(@src)]"), path
        assert document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0].startswith(
            "default-src 'none'"
        )
        assert all(
            re.match(r"https?://", each) for each in document.xpath("//a/@href") if ":" in each.partition("#")[0]
        )


def test_spanish_pages_are_spanish(site):
    sentences = ("cannot stand", "would fit", "Probably wrong", "What to do", "adds up", "undecided", "by figures")

    assert {(path, each) for path in pages(site) for each in sentences
            if path.startswith("es/") and each in text(read(site / path).find(".//main"))} == set()  # fmt: skip


def test_folder_of_somebody_else_is_never_touched(first_run, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")

    with pytest.raises(SiteError, match="nothing was changed"):
        build(first_run["folder"] / "cuadra.duckdb", shipped(), tmp_path / "mine")
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "letter.txt"]


def test_publication_older_than_the_pages_is_refused_in_one_line(changed):
    with pytest.raises(MigrationError, match=r"Run `cuadra run`") as error:
        changed("DELETE FROM migration WHERE name = '0010_withheld.sql'")

    assert "\n" not in str(error.value)


def test_without_a_publication_nothing_is_made(tmp_path):
    with pytest.raises(PublicationError):
        build(tmp_path / "none.duckdb", shipped(), tmp_path / "pages")

    assert list(tmp_path.iterdir()) == []


def test_disk_that_is_full_leaves_the_pages_as_they_were(changed, tmp_path):
    folder = changed()
    before = bytes_of(folder)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            build(tmp_path / "changed.duckdb", shipped(), folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert bytes_of(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["changed.duckdb", "pages"]


def test_pages_are_replaced_as_a_whole(changed):
    folder = changed(languages=("en", "es"))
    changed(languages=("es",))

    assert not (folder / "en").exists()
    assert '"es"' in (folder / MARK).read_text(encoding="utf-8")


def test_downloads_that_are_added_are_linked(changed):
    folder = changed(
        languages=("en",), add=lambda here: (here / "figure.csv").write_text("says\n454\n", encoding="utf-8")
    )

    assert read(folder / "en" / "downloads.html").xpath("//a[@download]/@href") == ["../download/figure.csv"]
    assert (folder / "download" / "figure.csv").is_file()
    assert broken_links(folder, "en/downloads.html") == []


def test_one_file_holds_every_page_and_links_within_itself(changed):
    folder = changed(languages=("en",), is_one_file=True)
    document = read(folder / "index.html")
    links = [each for each in document.xpath("//a/@href") if "://" not in each]

    assert sorted(path.name for path in folder.iterdir()) == [MARK, "index.html"]
    assert headings(document).count(1) == 1
    assert len(document.xpath("//@id")) == len(set(document.xpath("//@id")))
    assert all(each.startswith("#") and document.xpath("//*[@id=$id]", id=each[1:]) for each in links)
    assert not document.xpath("//@style")
    assert "cannot stand beside “1,054”" in text(document)


@pytest.mark.slow
def test_five_thousand_causes_stay_within_the_budget(changed):
    folder = changed(
        "INSERT INTO cause BY NAME SELECT printf('%012x', number) AS cause, cause.* EXCLUDE (cause) "
        "FROM cause, range(5000) AS many(number) WHERE cause.rank = 1 AND cause.is_open",
        "INSERT INTO cause_finding SELECT printf('%012x', number), finding "
        "FROM cause_finding, range(5000) AS many(number) "
        "WHERE cause = (SELECT cause FROM cause WHERE rank = 1 AND is_open ORDER BY cause DESC LIMIT 1)",
        languages=("en",),
    )
    front = read(folder / "en" / "index.html")

    assert len(front.xpath("//article")) == 50
    assert "5,012" in text(front)
    assert (folder / "en" / "index.html").stat().st_size <= 150_000
    assert max(path.stat().st_size for path in (folder / "en" / "area").iterdir()) <= 250_000
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) <= 20_000_000


def test_without_causes_the_front_says_of_how_many_relations(changed):
    folder = changed(
        "UPDATE cause SET is_open = FALSE", "UPDATE finding SET is_open = FALSE WHERE verdict IN ('fails', 'doubtful')"
    )

    assert re.search(
        r"Nothing contradicts anything else in the \d+ relations tested", text(read(folder / "en/index.html"))
    )
    over = [path for path in pages(folder) if path.startswith("en/cause/")]
    assert len(over) == 12
    assert "This cause is over" in text(read(folder / over[0]))


def test_nothing_tested_is_not_reassured(changed):
    folder = changed("DELETE FROM cause", "DELETE FROM finding", "DELETE FROM verdict")

    assert "No relation was tested" in text(read(folder / "en/index.html").find(".//h1"))


def test_numbers_in_charts_are_in_the_publication(first_run, site):
    with duckdb.connect(str(first_run["folder"] / "cuadra.duckdb"), read_only=True) as con:
        ends = con.execute(
            "SELECT lower, upper FROM observation UNION SELECT lower, upper FROM finding_term "
            "UNION SELECT left_lower, left_upper FROM finding UNION SELECT right_lower, right_upper FROM finding"
        ).fetchall()
        words = " ".join(says for (says,) in con.execute("SELECT says FROM observation").fetchall())
    known = {
        round(end + way) for row in ends for end in row if end is not None and abs(end) < 1e12 for way in (-0.5, 0, 0.5)
    }
    known |= {int(each) for each in re.findall(r"\d+", words)}
    shown = [
        (path, cell)
        for path in pages(site)
        if path.startswith("en/cause/")
        for cell in map(text, read(site / path).xpath("//td[@class='number']"))
    ]
    unknown = [
        (path, cell) for path, cell in shown
        for each in re.findall(r"\d+(?:,\d{3})*(?![\d,.%])", cell)
        if int(each.replace(",", "")) not in known and each not in words
    ]  # fmt: skip

    assert shown
    assert unknown == []


def test_large_publication_has_series_where_it_is_contradicted_and_its_findings_to_download(
    first_run, tmp_path, monkeypatch
):
    monkeypatch.setattr(series, "LARGE", 10)
    monkeypatch.setattr(series, "SHARED", 10)
    monkeypatch.setattr(series, "LEAST", 2)
    monkeypatch.setattr(renewal, "MOST_FIGURES", 10)
    monkeypatch.setattr(site_module, "MOST_CAUSES", 5)
    settings = Settings(data=first_run["folder"])
    add = renewal.downloads(settings, find_project(None, {}, tmp_path))
    built = site_module.build(settings.publication, shipped(), tmp_path / "page", ["en"], add=add)
    with duckdb.connect(str(settings.publication), read_only=True) as con:
        found = con.execute("SELECT count(*) FROM finding WHERE is_open").fetchall()[0][0]
    front = (built.first.parent / "en" / "index.html").read_text(encoding="utf-8")
    peru = (built.first.parent / "en" / "series" / "PE.html").read_text(encoding="utf-8")

    assert [path.name for path in (tmp_path / "page" / "download").iterdir()] == ["finding.parquet"]
    assert duckdb.read_parquet(str(tmp_path / "page" / "download" / "finding.parquet")).count("*").fetchall() == [
        (found,)
    ]
    assert 'href="../download/finding.parquet"' in front
    assert re.search(r"\d+ figures more are in the answer to this question", peru)
