import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.flows.pages.links import at_words, name, outside, relative, words_around

URL = "https://example.org/a"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "file:///etc/passwd", "/home/me/a.csv",
        "a.csv",
        " javascript:alert(1)", "java\nscript:alert(1)", "vbscript:x", "//example.org/a", "http://", "https://[::1", "",
        None, "ftp://example.org/a", "https://me:secret@example.org/a",
    ],
)  # fmt: skip
def test_address_that_is_not_on_the_web_is_never_linked(url):
    assert outside(url) is None
    assert at_words(url, "rescued {} victims", "454", "¶4") is None


@given(st.text())
def test_whatever_is_linked_is_on_the_web(text):
    found = outside(text)

    assert found is None or found.lower().startswith(("http://", "https://"))


def test_figure_is_linked_at_its_words():
    assert at_words(URL, "half of the {} victims rescued", "1,054-b & c", "¶4") == (
        f"{URL}#:~:text=half%20of%20the%201%2C054%2Db%20%26%20c%20victims%20rescued"
    )
    assert at_words(URL, "{}", "454", "¶4") == URL
    assert at_words(URL, None, "454", "¶4") == URL


def test_figure_of_a_pdf_is_linked_at_its_page():
    assert at_words(f"{URL}.pdf", None, "454", "page 7, table 2") == f"{URL}.pdf#page=7"
    assert at_words(f"{URL}.PDF", None, "454", "table 2") == f"{URL}.PDF"


@pytest.mark.parametrize(
    ("anchor", "words"),
    [
        ("^{} of the 454 victims", "Nearly half of the 454 victims"),
        ('^"{} Venezuelan women', "Nearly half Venezuelan women"),
        ("operations and rescued {} victims (", "operations and rescued Nearly half victims"),
    ],
)
def test_words_around_a_figure_lose_what_is_no_word(anchor, words):
    assert words_around(anchor, "Nearly half") == words


@pytest.mark.parametrize(
    ("here", "there", "address"),
    [
        ("en/index.html", "style.css", "../style.css"),
        ("en/cause/a.html", "en/index.html", "../index.html"),
        ("index.html", "en/index.html", "en/index.html"),
        ("en/index.html", "en/area/PE.html#cause-a", "area/PE.html#cause-a"),
    ],
)
def test_address_of_a_page_is_relative(here, there, address):
    assert relative(here, there) == address


@given(st.text(min_size=1), st.text(min_size=1))
def test_names_of_files_are_plain_and_never_collide(one, other):
    assert set(name(one)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~")
    assert (name(one) == name(other)) is (one == other)
    assert len(name(one)) <= 120
