import json
import logging
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.flows.words.plain import as_cell, as_markdown, clean, json_text, plain, plain_lines

ACTING = {"Cc", "Zl", "Zp", "Cs"}
BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def acts(letter):
    return unicodedata.category(letter) in ACTING or unicodedata.bidirectional(letter) in BIDI


@given(st.text(st.characters()))
def test_plain_text_is_one_line_without_signs_that_act(text):
    shown = plain(text)

    assert not any(acts(letter) for letter in shown)
    assert len(shown.splitlines()) <= 1
    assert plain(shown) == shown
    shown.encode()


@pytest.mark.parametrize(
    "text", ["niños “1.054”", "Ñandú – 25 %", "日本語", "עברית", "عربي", "क्‍ष", "👩‍👧", "é", "1 054"]
)
def test_plain_text_leaves_words_of_people_as_they_are(text):
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b]0;x\x07", "\\x1b[2J\\x1b]0;x\\x07"), ("a\r\nb\u2028c", "a b c"), ("454\u202e45", "454\\u202e45"),
        ("a\u200bb", "a\\u200bb"), ("\x9b31m", "\\x9b31m"), ("\U000e0041", "\\U000e0041"), ("a\tb", "a b"),
    ],
)  # fmt: skip
def test_signs_that_act_are_shown_by_their_code(text, shown):
    assert plain(text) == shown


def test_lines_of_ours_stay_and_those_of_others_do_not():
    assert plain_lines("a\nb\u2028c\x0bd\re") == "a\nb c d e"


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[x](javascript:y)", "![x](y)", "| a |", "**a**", "`a`", "# a", "- a", "1. a",
     "a\n\nb", "&lt;", "~~a~~", "$a$", "_a_"],
)  # fmt: skip
def test_markdown_of_others_is_shown_and_not_rendered(text):
    shown = as_markdown(text)

    assert "<" not in shown
    assert "\n" not in shown
    for sign in "*_`[]()#|!~$":
        assert shown.count(sign) == shown.count(f"\\{sign}")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1", "=cmd|' /C calc'!A0"]
)
def test_cell_for_people_begins_no_formula(text):
    assert as_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["-3", "-3.5", "+5 %", "-1,054", "454", "<5", "-", "1-2", "a=b", ".5", "-1e5"])
def test_numbers_and_words_stay_in_cells(text):
    assert as_cell(text) == text


@given(st.text())
def test_json_for_a_screen_is_the_same_value(text):
    shown = json_text(json.dumps({"a": [text]}, ensure_ascii=False, indent=2))

    assert json.loads(shown) == {"a": [text]}
    assert not any(acts(letter) for letter in shown if letter != "\n")


def test_line_of_the_log_is_plain_and_without_secrets():
    record = logging.LogRecord("cuadra", logging.INFO, "", 0, "got %s\n%s", ("\x1b[2J", "http://a:s3cret@b.org"), None)

    assert clean(record)
    assert record.getMessage() == "got \\x1b[2J\nhttp://•••@b.org"
