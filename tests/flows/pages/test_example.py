import re

import duckdb
import pytest

from cuadra.checks.topic import shipped
from cuadra.flows.pages.example import examples
from cuadra.flows.pages.reader import Reader


@pytest.fixture(scope="module")
def found(first_run):
    with duckdb.connect(str(first_run["folder"] / "cuadra.duckdb"), read_only=True) as con:
        withheld = {key: True for (key,) in con.execute("SELECT observation_id FROM withheld").fetchall()}
        yield examples(Reader(con, shipped(), "en", withheld))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("age_parts_make_total", "1,313 (18 or older) + 287 (under 18) = 1,600"),
        ("citizenship_country_parts_at_most_foreign", "45 (Venezuela) + seven (Ecuador) ≤ 68 (foreigners)"),
        ("exploitation_parts_each_at_most_total", "88 (sexual exploitation) ≤ 540"),
        ("regions_make_country",
         "6,462 (England) + 251 (Wales) + 228 (Scotland) + 52 (Northern Ireland) = 6,993 (United Kingdom)"),
        ("period_within_period", "376 (1 January to 31 July 2017) ≤ 1229 (2017)"),
        ("victims_jump_within_a_year", "1,600 (2018) ≤ 10 × 1229 (2017) + 100"),
        ("share_of_whole", "“280”, as “71,1%” of “394” allows"),
        ("one_value", "1,600 (US Department of State, June 2019, in the text) = "
         "1,600 (US Department of State, June 2020, in the text)"),
    ],
)  # fmt: skip
def test_example_of_each_kind_of_rule_is_in_printed_words(found, rule, text):
    assert found[rule]["text"] == text


def test_examples_are_of_rules_that_hold_somewhere(first_run, found):
    with duckdb.connect(str(first_run["folder"] / "cuadra.duckdb"), read_only=True) as con:
        held = {name for (name,) in con.execute("SELECT DISTINCT rule FROM verdict WHERE holds > 0").fetchall()}

    assert set(found) <= held
    assert held - set(found) == {"together"}  # is of a whole group, which is no example to read


def test_sums_of_examples_are_sums(found):
    texts = [re.sub(r" \([^()]*\)", "", each["text"]).replace(",", "") for each in found.values()]
    sums = [re.fullmatch(r"([\d+ ]+) ([=≤]) (\d+)", each) for each in texts]
    made = [(sum(map(int, each[1].split(" + "))), each[2], int(each[3])) for each in sums if each]

    assert len(made) >= 5
    assert all(left == right if sign == "=" else left <= right for left, sign, right in made)


def test_withheld_figures_are_no_examples(first_run):
    with duckdb.connect(str(first_run["folder"] / "cuadra.duckdb"), read_only=True) as con:
        ids = con.execute("SELECT observation_id FROM observation WHERE says IN ('1,313', '88')").fetchall()
        shown = examples(Reader(con, shipped(), "en", withheld={key: False for (key,) in ids}))

    assert not any("1,313" in each["text"] or "88 (" in each["text"] for each in shown.values())
