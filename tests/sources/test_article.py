import contextlib
import hashlib
import math
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cuadra.checks.topic import shipped
from cuadra.sources import figure_table
from cuadra.sources.article import LARGEST_FILE, article_source
from cuadra.sources.catalog import HERE, find_sources
from cuadra.sources.source import Snapshot, Source, SourceError

HEAD = 'title = "t"\npublisher = "p"\npublished = 2020-09-17\nurl = "u"\nregister = "RETA"\narea = "PE"\n'
TOTAL = '{ at = "¶1", says = "1,054", indicator = "victims_rescued", period = "2019" }'


def article(*figures):
    return HEAD + "figures = [\n  " + ",\n  ".join(figures) + "\n]\n"


def read(path: Path):
    source = article_source(path, shipped())
    return source.parse(Snapshot(path, hashlib.sha256(path.read_bytes()).hexdigest(), "", datetime(2026, 11, 24)))


def figure(**changes):
    keys = {"at": '"¶1"', "says": '"5"', "indicator": '"victims_rescued"', "period": '"2019"'} | changes
    return "{ " + ", ".join(f"{key} = {value}" for key, value in keys.items() if value) + " }"


BAD = {
    "an unknown code": (article(figure(sex='"W"')).encode(), ["figure 1", "sex.csv", "'W'"]),
    "an unknown indicator": (article(figure(indicator='"victims_rescue"')).encode(), ["'victims_rescued'"]),
    "a number that cannot be read": (article(figure(says='"XNUMX"')).encode(), ["figure 1 ('XNUMX' at ¶1)"]),
    "two ways to read it": (article(figure(says='"1.458"')).encode(), ["Declare `decimal`"]),
    "a figure twice": (article(TOTAL, TOTAL).encode(), ["figure 2", "once"]),
    "a share without base": (article(figure(says='"25%"', age='"Y0T17"')).encode(), ["share_of", "Add e.g."]),
    "a share of itself": (article(figure(says='"25%"', share_of='{ age = "_T" }')).encode(), ["share_of"]),
    "a share of an unknown figure": (
        article(figure(says='"25%"', age='"Y0T17"', share_of='{ age = "_T" }', share_of_figure='"x"')).encode(),
        ["share_of_figure", "'x'"],
    ),
    "a count with a base": (article(figure(share_of='{ age = "_T" }')).encode(), ["share_of", "count"]),
    "a file cut in half": (article(TOTAL).encode()[:150], ["expected TOML", "cut"]),
    "an empty file": (b"", ["empty"]),
    "Latin-1": ((HEAD + "# Perú\n").encode("latin-1"), ["line 7", "UTF-8", "0xfa"]),
    "a byte of nought": (article(TOTAL).encode() + b"\0", ["expected TOML"]),
    "a missing key": (article(figure(period="")).encode(), ["figure 1", "period", "Add it."]),
    "an unknown key": (article(figure(periode='"2019"')).encode(), ["periode", "known key"]),
    "a wrong type": (article(figure(says="5")).encode(), ["says", "string"]),
    "no figures": (HEAD.encode(), ["figures"]),
    "a wrong period": (article(figure(period='"2019-13"')).encode(), ["'2019-13'"]),
    "an unknown status": (article(figure(status='"Z"')).encode(), ["obs_status.csv"]),
    "an unknown breakdown": (article(figure(complete='["gender"]')).encode(), ["complete", "'gender'"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_article_is_refused_in_one_line_that_names_file_and_fix(tmp_path, case):
    content, expected = BAD[case]
    path = tmp_path / "2020_press.toml"
    path.write_bytes(content)
    with pytest.raises(SourceError) as error:
        read(path)
    line = str(error.value)

    assert line.startswith("2020_press.toml")
    assert "expected" in line
    assert "\n" not in line
    assert all(words in line for words in expected), line


def test_article_that_is_far_too_large_is_not_even_read(tmp_path):
    path = tmp_path / "large.toml"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(SourceError, match=f"large.toml: expected at most {LARGEST_FILE:,} bytes, got 200,000,000"):
        article_source(path, shipped())


def test_article_that_is_a_folder_is_refused(tmp_path):
    with pytest.raises(SourceError, match="expected a file that can be read"):
        article_source(tmp_path, shipped())


def test_byte_order_mark_is_no_matter(tmp_path):
    path = tmp_path / "2020_press.toml"
    path.write_bytes(b"\xef\xbb\xbf" + article(TOTAL).encode())

    assert list(read(path).observations["value"]) == [1054]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: article(text).encode("utf-8", "ignore")),
    )
)
def test_garbage_gives_a_clear_error_and_nothing_else(tmp_path, content):
    path = tmp_path / "garbage.toml"
    path.write_bytes(content)
    with pytest.raises(SourceError):
        read(path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda t: f"at,says,indicator,period\n{t}\n".encode("utf-8", "ignore")),
    )
)
def test_garbage_table_gives_a_clear_error_or_figures(tmp_path, content):
    path = tmp_path / "garbage.csv"
    path.write_bytes(content)
    with contextlib.suppress(SourceError):
        parsed = figure_table.parse_table(Snapshot(path, "0", "", datetime(2026, 11, 24)), "garbage", shipped())

        assert len(parsed.observations) == parsed.rows_in


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "empty file"),
        ("says,indicator,period\n5,victims_rescued,2019\n", "line 1: expected columns at"),
        ("at,says,indicator,period,colour\n", "'colour'"),
        ("at,says,indicator,period\np1,5,victims_rescued\n", "line 2: expected 4 cells"),
        ("at,says,indicator,period\np1,,victims_rescued,2019\n", "line 2, says"),
        ("at,says,indicator,period\n", "expected lines of figures"),
    ],
)
def test_bad_table_is_refused_by_line(tmp_path, content, expected):
    path = tmp_path / "figures.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError) as error:
        figure_table.parse_table(Snapshot(path, "0", "", datetime(2026, 11, 24)), "figures", shipped())

    assert expected in str(error.value)


def test_seed_article_has_all_its_figures():
    (seed,) = [
        each for each in find_sources(HERE, shipped()) if isinstance(each, Source) and each.name == "2020-09-17_dialogo"
    ]
    parsed = read(seed.file)
    rows = parsed.observations.set_index("says")

    assert len(rows) == 18
    assert (rows.loc["454", "lower"], rows.loc["More than 300", "lower"]) == (454, 301)
    assert (rows.loc["25 percent", "lower"], rows.loc["25 percent", "upper"]) == (24.5, 25.5)
    assert rows.loc["Nearly half", "upper"] == math.nextafter(0.5, 0)
    assert rows.loc["more than 1 million", "lower"] == 1_000_001
    assert rows.loc["Nearly half", "share_base"] is not None
    assert len(parsed.warnings) == 1


def test_every_shipped_source_can_be_read():
    found = find_sources(HERE, shipped())

    assert not [each for each in found if isinstance(each, SourceError)]
    assert sum(isinstance(each, Source) and "press" in str(each.file) for each in found) >= 11
