import os
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cuadra.checks.topic import shipped
from cuadra.sources.article import article_source
from cuadra.sources.catalog import HERE
from cuadra.sources.readers.prose import AnchorError, figure_at, paragraphs
from cuadra.sources.source import Snapshot, SourceError

SHARED = Path(os.environ.get("CUADRA_SHARED", Path(__file__).parents[3] / "shared")) / "seed"
SEED = HERE / "press" / "2020-09-17_dialogo.toml"
ARTICLE = """
title = "t"
publisher = "p"
published = 2020-09-17
url = "https://example.org"
register = "DIRCTPTIM"
figures = [
  { at = "¶1", says = "1,054", anchor = "police found {} victims", indicator = "victims_rescued", period = "2019" },
  { at = "¶1", says = "nearly half", anchor = "^{} of them came", HALF },
]
""".replace(
    "HALF",
    'indicator = "victims_rescued", period = "2019", citizenship = "FOREIGN", share_of = { citizenship = "_T" }',
)
TEXT = (
    "A line above.\n\nIn 2019 police\nfound\u00a01,054 victims, they said.\n\nNearly half of them came from abroad.\n"
)


def read(folder, text, toml=ARTICLE):
    (folder / "a.toml").write_text(toml, encoding="utf-8")
    (folder / "a.txt").write_text(text, encoding="utf-8")
    source = article_source(folder / "a.toml", shipped(), "PE")
    return source.parse(Snapshot(folder / "a.txt", "0" * 64, "", datetime(2026, 11, 24))).observations


def test_text_gives_the_figures_of_its_toml(tmp_path):
    told = read(tmp_path, ARTICLE)
    found = read(tmp_path, TEXT)

    assert found["says"].tolist() == ["1,054", "Nearly half"]
    assert found.drop(columns="says").equals(told.drop(columns="says"))


def test_figure_follows_the_text_and_not_the_toml(tmp_path):
    found = read(tmp_path, TEXT.replace("1,054", "about 1,045"))

    assert tuple(found.iloc[0][["says", "value", "qualifier"]]) == ("about 1,045", 1045, "about")


def test_page_says_what_its_text_says(tmp_path):
    page = TEXT.replace("A line above.", "<h1>A line above.</h1>").replace("\n\n", "</p>\n<p>")
    found = read(tmp_path, f"<html><body><p>{page}</p><script>police found 7 victims</script></body></html>")

    assert found.equals(read(tmp_path, TEXT))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            TEXT.replace("police", "officers"),
            "figure 1 ('1,054' at ¶1), anchor: expected 'police found {} victims' once",
        ),
        (TEXT + "\n\npolice found 9 victims", "got '1,054' and '9'"),
        (TEXT.replace("1,054", "many"), "figure 1 ('many' at ¶1): expected a number"),
        ("", "expected the text of an article, got none"),
    ],
)
def test_text_that_changed_is_refused_with_the_figure_that_is_missing(tmp_path, text, expected):
    with pytest.raises(SourceError) as error:
        read(tmp_path, text)

    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_same_words_twice_are_one_figure():
    assert figure_at("found {} victims", ["police found 7 victims", "and found 7 victims again"]) == "7"


def test_quotation_marks_and_spaces_of_any_kind_match():
    assert figure_at("“{}” said", ['he "31"  said'.replace("  ", " ")]) == "31"


@pytest.mark.parametrize("anchor", ["found victims", "{} victims", "found {}", "found {} and {} more", "{}"])
def test_anchor_without_words_on_both_sides_is_refused(anchor):
    with pytest.raises(AnchorError, match="Correct the anchor"):
        figure_at(anchor, ["found 7 victims"])


def test_figure_without_an_anchor_is_refused(tmp_path):
    with pytest.raises(SourceError, match=r"figure 1 .*anchor: expected one, got none"):
        read(tmp_path, TEXT, ARTICLE.replace('anchor = "police found {} victims", ', ""))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_bytes_are_paragraphs_or_refused_in_one_line(tmp_path, data):
    path = tmp_path / "any"
    path.write_bytes(data)
    said = ""
    try:
        assert all(paragraphs(path, "t"))
    except SourceError as error:
        said = str(error)

    assert "\n" not in said


@pytest.mark.skipif(not SHARED.exists(), reason="the article's text is not at hand")
def test_text_of_the_seed_article_gives_the_observations_of_its_toml():
    source = article_source(SEED, shipped())
    now = datetime(2026, 11, 24)
    told = source.parse(Snapshot(SEED, "0" * 64, "", now)).observations
    found = source.parse(Snapshot(SHARED / "dialogo-2020-09-17.txt", "0" * 64, "", now)).observations

    assert len(found) == 18
    assert found.equals(told)
