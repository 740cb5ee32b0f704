from datetime import datetime

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.checks import topic
from cuadra.checks.rule import load_rules
from cuadra.checks.verdicts.confront import confront
from cuadra.sources import sdmx_csv
from cuadra.sources.source import Snapshot, gate
from tests.checks import topics
from tests.checks.figures import TOPIC, confronted, figure
from tests.checks.inputs import FILES, found, needs_inputs
from tests.checks.topics import INDICATOR, TOML, own, verdicts, votes
from tests.thorough import examples

FORMS = """code,label_en,label_es,parent,partition,kind,registers,sources
FORCED_CRIMINALITY,x,x,_T,croatian,exhaustive,NRM,
SEXUAL,x,x,_T,croatian,exhaustive,NRM,
FORCED_LABOUR,x,x,_T,croatian,exhaustive,NRM,
OTHER,x,x,_T,croatian,exhaustive,NRM,
"""
UNDIVIDED = f"{TOML}divides_people = false\n"


def rate(of, printed, **given):
    return votes(of, (round(printed - 0.005, 3), round(printed + 0.005, 3)), unit="per_100k", **given)


def test_rates_of_forms_add_where_the_form_divides_no_people(tmp_path):
    of = own(tmp_path, UNDIVIDED)
    parts = [rate(of, 0.36, party="RED"), rate(of, 0.18, party="BLUE"), rate(of, 0, party="_U")]

    assert verdicts(of, *parts, rate(of, 0.49))["party_parts_make_total"] == {"fails"}
    assert verdicts(of, *parts, rate(of, 0.55))["party_parts_make_total"] == {"open"}


def test_rates_of_parts_of_the_people_do_not_add(tmp_path):
    of = own(tmp_path)

    assert "party_parts_make_total" not in verdicts(
        of, rate(of, 5, party="RED"), rate(of, 7, party="BLUE"), rate(of, 0, party="_U"), rate(of, 6)
    )


def test_rates_that_state_one_denominator_add(tmp_path):
    of = own(tmp_path)
    stated = {"share_of": "party=_T"}
    parts = [rate(of, 5, party=each, **stated) for each in ("RED", "BLUE", "_U")]

    assert verdicts(of, *parts, rate(of, 6, **stated))["party_parts_make_total"] == {"fails"}


def test_rates_of_two_sources_may_be_of_two_estimates_of_the_people(tmp_path):
    of = own(tmp_path)

    assert verdicts(of, rate(of, 5), rate(of, 6, source="t")) == {"rates_agree": {"doubtful"}}
    assert verdicts(of, rate(of, 5), rate(of, 5.009, source="t")) == {"rates_agree": {"open"}}
    assert verdicts(of, rate(of, 5), rate(of, 6, source="t", register="other")) == {}
    assert verdicts(of, rate(of, 5), rate(of, 6, locator="y"))["one_value"] == {"fails"}


def test_rules_that_compare_sums_hold_of_shares_of_one_whole():
    share = {"unit": "percent", "share_of": "exploitation=_T;indicator=cases", "ref_area": "PE"}
    forms = ("SEXUAL", "FORCED_LABOUR", "ORGAN_REMOVAL", "OTHER")
    of_sdg = {"register": "SDG", "indicator": "victims_detected", **share}
    parts = [figure((9.5, 10.5), exploitation=form, **of_sdg) for form in forms]
    frame = confronted(*parts, figure((50, 51), **of_sdg)).finding.set_index("rule")

    assert frame.loc["sdg_forms_make_detected_victims", "verdict"] == "fails"


@needs_inputs
@pytest.mark.parametrize("has_whole", [True, False])
def test_real_rates_of_one_denominator_are_held_against_their_total(tmp_path, has_whole):
    (tmp_path / "codelists").mkdir()
    (tmp_path / "codelists" / "exploitation.added.csv").write_text(FORMS, encoding="utf-8")
    of = topic.load([*TOPIC.folders, tmp_path], "mine")
    header, *lines = (FILES / "real" / "09_rates_of_one_denominator.csv").read_text(encoding="utf-8").splitlines()[1:]
    tails = (",SHARE_OF", ",EXPLOITATION=_T") if has_whole else ("", "")
    made = [header + tails[0], *(line + tails[1] for line in lines)]
    path = tmp_path / "rates.csv"
    path.write_text("\n".join(made) + "\n", encoding="utf-8")
    rows = sdmx_csv.parse(Snapshot(path, "0" * 64, "", datetime(2026, 11, 24)), of, register="NRM").frame()
    con = duckdb.connect()
    con.register("figures", gate(rows, "rates", of))
    (found,) = confront(con, of, load_rules(of), "figures").finding.query("verdict == 'fails'").itertuples()

    assert found.rule == "exploitation_croatian_parts_make_total"
    assert (found.left_lower, found.left_upper, found.right_lower, found.right_upper) == pytest.approx(
        (0.52, 0.56, 0.485, 0.495)
    )


@needs_inputs
def test_real_rates_in_a_table_of_figures_are_read(tmp_path):
    observations = found("real/08_rate_in_csv_of_figures.csv", tmp_path).con.execute(
        "SELECT DISTINCT unit FROM engine.observation()"
    )

    assert observations.fetchall() == [("per_100k",)]


@pytest.fixture(scope="module")
def undivided(tmp_path_factory):
    return own(tmp_path_factory.mktemp("topic"), UNDIVIDED, indicator=INDICATOR)


tables = st.tuples(st.lists(st.integers(0, 30), min_size=3, max_size=3), st.integers(0, 99))


@examples(2, 10)
@given(st.lists(tables, min_size=1, max_size=30))
def test_rates_fail_exactly_where_rounding_does_not_explain_them(undivided, drawn):
    of, rows, expected = undivided, [], set()
    for number, (hundredths, total) in enumerate(drawn):
        said = {"register": f"R{number}", "source": f"s{number}"}
        coded = zip(hundredths, ("RED", "BLUE", "_U"), strict=True)
        rows += [rate(of, each / 100, party=code) | said for each, code in coded]
        rows += [rate(of, total / 100) | said]
        expected |= {f"s{number}"} if abs(2 * (sum(hundredths) - total)) > 4 else set()
    tally = topics.confronted(of, *rows).tally.query("rule == 'party_parts_make_total'")

    assert set(tally.loc[tally["fails"] > 0, "source"]) == expected
