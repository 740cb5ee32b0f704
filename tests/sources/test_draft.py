import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuadra.checks.topic import shipped
from cuadra.sources.article import article_source
from cuadra.sources.draft import draft, guess_language
from cuadra.sources.readers.prose import paragraphs
from cuadra.sources.source import SourceError
from tests.sources.pdf import write

SHARED = Path(os.environ.get("CUADRA_SHARED", Path(__file__).parents[3] / "shared")) / "seed"
ENGLISH = [
    "A report on trafficking",
    "In the first half of 2020 police carried out 31 operations and rescued more than 300 women, "
    "25 percent of them minors.",
    "Nearly half of the 454 victims of 2019 were foreigners. On 30 July they spent $5,000 over two years in 2021.",
]
SPANISH = [
    "Informe sobre la trata",
    "En 2019 la policía rescató a 1.054 víctimas, entre ellas 907 mujeres y más de 100 menores, según la ley 28950.",
]


def entries(text, **options):
    return {each["says"]: each for each in tomllib.loads(draft(text, shipped(), **options))["figures"]}


def test_numbers_are_proposed_with_what_plain_words_say():
    found = entries(ENGLISH)

    assert found["31"]["indicator"] == "operations"
    assert found["31"]["period"] == "2020-S1"
    assert found["more than 300"] == {
        "at": "¶1", "says": "more than 300", "anchor": "rescued {} women,", "indicator": "victims_rescued", "sex": "F",
        "period": "2020-S1",
    }  # fmt: skip
    assert found["25 percent"]["share_of"] == {"?": "_T"}
    assert found["Nearly half"]["at"] == "¶2"


def test_spanish_is_guessed_and_read():
    assert guess_language(SPANISH) == "es"
    found = entries(SPANISH, language="es")

    assert found["1.054"]["period"] == "2019"
    assert (found["907"]["sex"], found["más de 100"]["age"]) == ("F", "Y0T17")


def test_what_is_no_figure_is_left_out_with_its_reason():
    text = draft(ENGLISH, shipped())

    assert {"30", "5,000", "two", "2019", "2021"}.isdisjoint(entries(ENGLISH))
    for line in ("30 (¶2): a date", "5,000 (¶2): money", "two (¶2): a span of time", "2021 (¶2): a year"):
        assert line in text


def test_draft_as_it_stands_is_refused(tmp_path):
    path = tmp_path / "draft.toml"
    path.write_text(draft(ENGLISH, shipped()), encoding="utf-8")
    with pytest.raises(
        SourceError, match=r"draft.toml, publisher: expected a value, got '\?'. The draft is not finished"
    ):
        article_source(path, shipped())


def test_pdf_is_read_as_text(tmp_path):
    write(tmp_path / "a.pdf", [], note="In 2019 police rescued 1,054 victims.")

    assert paragraphs(tmp_path / "a.pdf", "a") == ["In 2019 police rescued 1,054 victims."]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=4), st.sampled_from(["en", "es"]))
def test_any_text_gives_a_draft_that_is_toml(text, language):
    found = tomllib.loads(draft(text, shipped(), language=language))

    assert found["publisher"] == "?"
    assert all(each["says"] for each in found["figures"])


@pytest.mark.skipif(not SHARED.exists(), reason="the article's text is not at hand")
def test_every_figure_of_the_seed_article_is_proposed():
    text = paragraphs(SHARED / "dialogo-2020-09-17.txt", "seed")
    said = {says.casefold() for says in entries(text)}

    assert {"more than 500", "31", "437", "68", "71", "eight", "161", "1,054", "907", "147", "25 percent", "454",
            "nearly half", "more than 1 million", "more than 300", "96", "54", "seven out of 10"} == said  # fmt: skip
