import contextlib
import hashlib
import math
import time
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.checks.topic import shipped
from cuadra.sources import figure_table
from cuadra.sources.article import LARGEST_FILE, article_source
from cuadra.sources.catalog import HERE, find_sources
from cuadra.sources.source import Snapshot, Source, SourceError
from tests.thorough import examples

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
    "an id twice": (article(figure(id='"x"'), figure(id='"x"', sex='"F"')).encode(), ["figure 2", "id", "'x' again"]),
    "a count with a base": (article(figure(share_of='{ age = "_T" }')).encode(), ["share_of", "count"]),
    "a file cut in half": (article(TOTAL).encode()[:150], ["expected TOML", "cut"]),
    "an empty file": (b"", ["empty"]),
    "Latin-1": ((HEAD + "# Perú\n").encode("latin-1"), ["line 7", "UTF-8", "0xfa"]),
    "a byte of nought": (article(TOTAL).encode() + b"\0", ["expected TOML"]),
    "a missing key": (article(figure(period="")).encode(), ["figure 1", "period", "Add it."]),
    "an unknown key": (article(figure(periode='"2019"')).encode(), ["periode", "known key"]),
    "a wrong type": (article(figure(says="5")).encode(), ["says", "string"]),
    "a percentage in persons": (article(figure(says='"25%"', unit='"persons"')).encode(), ["unit", "'persons'"]),
    "an unknown unit": (article(figure(unit='"people"')).encode(), ["unit", "'people'", "persons"]),
    "words that do not fit the unit": (
        article(figure(says='"half"', unit='"percent"', age='"Y0T17"', share_of='{ age = "_T" }')).encode(), ["ratio"],
    ),
    "a number that is not rounded": (
        article(figure(says='"303"', rounded_to="5")).encode(), ["multiple of rounded_to = 5"],
    ),
    "another language": (
        article(figure()).encode().replace(b'title', b'language = "pt"\ntitle', 1), ["'pt' (Portuguese)"],
    ),
    "two ways of writing numbers": (
        ('language = "es"\n' + article(figure(says='"1.054"'), figure(says='"33.3 %"'))).encode(),
        ["decimal", "'1.054'", "Declare `decimal`"],
    ),
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


@examples(20, 60)
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


@examples(20, 60)
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
    assert (rows.loc["25 percent", "lower"], rows.loc["25 percent", "upper"]) == (24.5, math.nextafter(26, 0))
    assert rows.loc["Nearly half", "upper"] == math.nextafter(0.5, 0)
    assert rows.loc["more than 1 million", "lower"] == 1_000_001
    assert rows.loc["Nearly half", "share_base"] is not None
    assert len(parsed.warnings) == 1


@pytest.mark.parametrize("name", ["Capital_name.toml", "Mi Artículo ñ.toml"])
def test_file_name_that_is_no_name_of_a_source_is_named_with_what_to_do(tmp_path, name):
    path = tmp_path / name
    path.write_text(article(TOTAL), encoding="utf-8")
    with pytest.raises(SourceError, match=rf"{name}: expected a file name of small letters .* Rename it"):
        article_source(path, shipped())


@pytest.mark.parametrize(
    ("more", "named", "got"),
    [
        ({"from": '["437", "71"]'}, [1, 2], ""),
        ({"from": '["all", "71"]'}, [1, 2], ""),
        ({"from": '["8"]'}, [], "got 2 figures '8'"),
        ({"from": '["9"]'}, [], "got no figures '9'"),
        ({"from": '["508"]'}, [], "got itself"),
    ],
)
def test_figure_says_what_its_author_computed_it_from(tmp_path, more, named, got):
    figures = [
        figure(says='"508"', **more),
        figure(says='"437"', citizenship='"NATIONAL"', id='"all"'),
        figure(says='"71"', citizenship='"FOREIGN"'),
        figure(says='"8"', age='"Y0T17"'),
        figure(says='"8"', sex='"F"'),
    ]
    path = tmp_path / "2020_press.toml"
    path.write_text(article(*figures), encoding="utf-8")
    if got:
        with pytest.raises(SourceError, match=f"figure 1 .*, from: expected .*{got}"):
            read(path)
        return
    rows = read(path).observations.to_dict("records")

    assert rows[0]["computed_from"] == " ".join(shipped().observation_id(rows[number]) for number in named)
    assert pd.isna(rows[1]["computed_from"])


def test_table_of_figures_says_what_was_computed_from_what(tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text(
        "at,says,indicator,period,area,sex,from\np1,10,victims_rescued,2019,PE,,6;4\n"
        "p2,6,victims_rescued,2019,PE,F,\np3,4,victims_rescued,2019,PE,M,\n", encoding="utf-8",
    )  # fmt: skip
    found = figure_table.parse_table(Snapshot(path, "0", "", datetime(2026, 11, 24)), "figures", shipped())

    assert len(found.observations["computed_from"].iloc[0].split()) == 2


def test_every_shipped_source_can_be_read():
    found = find_sources(HERE, shipped())

    assert not [each for each in found if isinstance(each, SourceError)]
    assert sum(isinstance(each, Source) and "press" in str(each.file) for each in found) >= 11


def test_article_is_read_as_its_numbers_together_are_written(tmp_path):
    path = tmp_path / "2020_press.toml"
    path.write_text('language = "es"\n' + article(figure(says='"1,466"'), figure(says='"más de 2,000"', at='"¶2"')))
    parsed = read(path)

    assert parsed.observations["lower"].tolist() == [1466, 2001]
    assert "decimal '.' and thousands ','" in parsed.warnings[0]


def test_precision_is_declared_for_the_article_or_the_figure(tmp_path):
    path = tmp_path / "2020_press.toml"
    path.write_text(
        "rounded_to = 5\n"
        + article(figure(says='"100"'), figure(says='"35"', sex='"F"'), figure(says='"60"', sex='"M"', rounded_to="10"))
    )
    rows = read(path).observations

    assert rows["lower"].tolist() == [98, 33, 55]
    assert rows["upper"].tolist() == [102, 37, 65]


def test_rounding_of_an_article_does_not_touch_its_shares(tmp_path):
    path = tmp_path / "2020_press.toml"
    path.write_text("rounded_to = 5\n" + article(figure(says='"33%"', age='"Y0T17"', share_of='{ age = "_T" }')))
    rows = read(path).observations

    assert (rows["lower"][0], rows["upper"][0]) == (32.5, math.nextafter(34, 0))


def test_rate_of_a_table_is_read_with_its_unit(tmp_path):
    path = tmp_path / "rates.csv"
    path.write_text("at,says,indicator,period,area,unit\nt,0.49,victims_detected,2021,PE,per_100k\n", encoding="utf-8")
    rows = figure_table.parse_table(Snapshot(path, "0", "", datetime(2026, 11, 24)), "rates", shipped()).observations

    assert (rows["lower"][0], rows["upper"][0], rows["unit"][0]) == (0.485, 0.495, "per_100k")


def test_table_of_many_figures_is_read_in_linear_time(tmp_path):
    def seconds(lines):
        path = tmp_path / f"{lines}.csv"
        rows = "".join(f'row {n},"{n:,}",victims_rescued,2019,PE\n' for n in range(lines))
        path.write_text("at,says,indicator,period,area\n" + rows, encoding="utf-8")
        start = time.process_time()
        figure_table.parse_table(Snapshot(path, "0", "", datetime(2026, 11, 24)), "many", shipped())
        return time.process_time() - start

    seconds(100)

    assert seconds(8000) < 8 * seconds(2000)


def test_bad_line_of_a_table_is_named_by_the_tables_own_file(tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text("at,says,indicator,period,area\nrow 1,907 147,victims_rescued,2019,PE\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"^figures.csv, line 2 \('907 147' at row 1\)"):
        figure_table.parse_table(Snapshot(path, "0", "", datetime(2026, 11, 24)), "figures", shipped())
