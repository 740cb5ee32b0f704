import duckdb
import pandera.errors
import pytest

from cuadra.checks.contract import broken
from cuadra.checks.disclosure.suppress import seen
from cuadra.checks.explain.explain import explain
from cuadra.checks.gate import schema
from cuadra.checks.observation import columns
from cuadra.checks.rule import RuleError, load_rules
from cuadra.checks.topic import TopicError, load
from cuadra.checks.verdicts.confront import ConfrontError
from tests.checks.topics import INDICATOR, PARTY, SCREENED, TOML, confronted, frame, own, verdicts, votes

RED, BLUE = {"party": "RED"}, {"party": "BLUE"}


def scoped(registers="", sources="", kind="exhaustive"):
    return PARTY.replace("exhaustive,,", f"{kind},{registers},{sources}")


@SCREENED
def test_topic_of_ones_own_is_confronted_by_its_data_alone(tmp_path, screen_from):
    of = own(tmp_path)
    found = confronted(of, votes(of, 4), votes(of, 4, **RED), votes(of, 2, **BLUE), screen_from=screen_from)
    (row,) = found.finding.query("verdict == 'fails'").itertuples()
    (suspects,) = {
        frozenset(suspect.claim.observation_id for answer in doubt.answers for suspect in answer.suspects)
        for doubt in explain(found.system(int(row.component))).doubts
    }

    assert row.rule == "party_parts_make_total"
    assert (row.left_lower, row.right_upper, row.gap) == (6, 4, 2)
    assert suspects == {"o0", "o1", "o2"}
    assert list(found.bound.columns[:7]) == [*of.quantity]


def test_rules_and_contract_are_made_from_the_topic(tmp_path):
    of = own(tmp_path)
    names = [rule.name for rule in load_rules(of)]
    good, con = frame(of, votes(of, 6), votes(of, 4, **RED), votes(of, 2, **BLUE))[list(columns(of))], duckdb.connect()
    con.register("figures", good)

    assert columns(of)[3:10] == ("register", "indicator", "ref_area", "time_period", "sex", "age", "party")
    assert len(schema(of).validate(good, lazy=True)) == 3
    assert broken(con, of, "FROM figures") == []
    assert con.execute("SELECT count(*) FROM duckdb_views() WHERE view_name LIKE 'contract%'").fetchall() == [(0,)]
    assert "party_parts_make_total" in names
    assert not {name for name in names if "citizenship" in name or "victims" in name}
    with pytest.raises(pandera.errors.SchemaErrors):
        schema(of).validate(good.drop(columns="party"), lazy=True)


def test_term_takes_the_breakdowns_of_its_topic(tmp_path):
    (tmp_path / "rules").mkdir()
    rule = (
        "[most_are_red]\nsentence = 's'\nsentence_es = 's'\nseverity = 'error'\nreason = 'r'\nsource = 's'\n"
        "left = [{ party = 'RED' }]\nis = 'at least'\nright = [{ times = 0.5 }]\n"
    )
    (tmp_path / "rules" / "mine.toml").write_text(rule, encoding="utf-8")
    of = own(tmp_path)

    assert verdicts(of, votes(of, 10), votes(of, 4, **RED))["most_are_red"] == {"fails"}
    (tmp_path / "rules" / "mine.toml").write_text(rule.replace("party", "citizenship"), encoding="utf-8")
    with pytest.raises(RuleError, match=r"mine.toml, rule 'most_are_red'"):
        load_rules(of)


@SCREENED
@pytest.mark.parametrize(("red", "expected"), [(11, {"fails"}), (4, {"open"}), (10, {"open"})])
def test_parts_with_a_rest_accuse_by_an_excess_only(tmp_path, red, expected, screen_from):
    of = own(tmp_path, party=scoped(kind="exhaustive_with_rest"))
    every = [votes(of, 10), votes(of, red, **RED), votes(of, 0, **BLUE), votes(of, 0, party="_U")]
    found = verdicts(of, *every, screen_from=screen_from)

    assert found["party_parts_with_rest_make_total"] == (expected if red > 10 else {"holds"})


@SCREENED
@pytest.mark.parametrize(("register", "expected"), [("MINE", {"fails"}), ("OTHER", set())])
def test_partition_of_a_register_says_nothing_of_another(tmp_path, register, expected, screen_from):
    of = own(tmp_path, party=scoped(registers="MINE"))
    rows = [votes(of, 4, register=register), votes(of, 4, register=register, **RED)]
    rows.append(votes(of, 2, register=register, **BLUE))

    assert verdicts(of, *rows, screen_from=screen_from).get("party_parts_make_total", set()) == expected


@SCREENED
def test_added_part_joins_in_registers_of_ones_own_only(tmp_path, screen_from):
    first = own(tmp_path / "first", register="code,label_en\nOLD,old\n")
    (tmp_path / "mine" / "codelists").mkdir(parents=True)
    added = "code,label_en,parent,partition,kind\nGREEN,Green,_T,party,exhaustive\n"
    (tmp_path / "mine" / "codelists" / "party.added.csv").write_text(added, encoding="utf-8")
    of = load([*first.folders, tmp_path / "mine"], "mine")

    def rows(register):
        return [votes(of, 5, register=register), *(votes(of, 3, register=register, party=p) for p in ("RED", "GREEN"))]

    assert verdicts(of, *rows("NEW"), screen_from=screen_from)["party_parts_make_total"] == {"fails"}
    assert verdicts(of, *rows("OLD"), screen_from=screen_from)["party_parts_make_total"] == {"open"}


@SCREENED
def test_partition_of_a_source_relates_what_that_source_states(tmp_path, screen_from):
    of = own(tmp_path, party=scoped(sources="mine"))

    def found(*sources):
        rows = [votes(of, 4), votes(of, 3, **RED), votes(of, 2, **BLUE)]
        rows = [row | {"source": source} for row, source in zip(rows, sources, strict=True)]
        return verdicts(of, *rows, screen_from=screen_from).get("party_parts_make_total", set())

    assert found("mine", "mine", "mine") == {"fails"}
    assert found("other", "other", "other") == set()
    assert found("other", "mine", "mine") == set()
    assert found("mine", "mine", "other") == {"open"}


@SCREENED
@pytest.mark.parametrize(
    ("over_time", "whole", "expected"),
    [
        ("sum", 9, {"periods_make_year": {"fails"}}),
        ("sum", 12, {"periods_make_year": {"fails"}}),
        ("at_most", 9, {"periods_at_most_year": {"fails"}}),
        ("at_most", 12, {"periods_at_most_year": {"holds"}}),
        ("none", 9, {}),
        ("none", 1, {}),
    ],
)
def test_periods_relate_as_their_indicator_adds(tmp_path, over_time, whole, expected, screen_from):
    of = own(tmp_path, indicator=INDICATOR.replace("sum,sum", f"{over_time},none"))
    rows = [votes(of, whole), votes(of, 5, time_period="2018-S1"), votes(of, 5, time_period="2018-S2")]

    assert verdicts(of, *rows, screen_from=screen_from) == expected


@SCREENED
@pytest.mark.parametrize(
    ("over_areas", "whole", "expected"),
    [
        ("sum", 9, {"regions_make_country": {"fails"}}),
        ("at_most", 9, {"regions_at_most_country": {"fails"}}),
        ("at_most", 12, {"regions_at_most_country": {"holds"}}),
        ("none", 9, {}),
    ],
)
def test_areas_relate_as_their_indicator_adds(tmp_path, over_areas, whole, expected, screen_from):
    areas = "code,label_en,parent,partition,kind\nUS,us,,,\nA,a,US,state,exhaustive\nB,b,US,state,exhaustive\n"
    of = own(tmp_path, indicator=INDICATOR.replace("sum,sum", f"none,{over_areas}"), ref_area=areas)
    rows = [votes(of, whole), votes(of, 5, ref_area="A"), votes(of, 5, ref_area="B")]

    assert verdicts(of, *rows, screen_from=screen_from) == expected


@SCREENED
def test_areas_that_overlap_are_held_against_their_whole_one_by_one(tmp_path, screen_from):
    areas = "code,label_en,parent,partition,kind\nUS,us,,,\nA,a,US,zone,overlapping\nB,b,US,zone,overlapping\n"
    of = own(tmp_path, ref_area=areas)
    found = verdicts(of, votes(of, 9), votes(of, 8, ref_area="A"), votes(of, 10, ref_area="B"), screen_from=screen_from)

    assert found == {"regions_each_at_most_country": {"holds", "fails"}}


def test_rules_between_periods_are_those_that_some_indicator_adds_by(tmp_path):
    of = own(tmp_path, indicator=INDICATOR.replace("sum,sum", "none,at_most"))
    names = {rule.name for rule in load_rules(of)}

    assert "regions_at_most_country" in names
    assert not names & {"period_within_period", "periods_make_year", "periods_at_most_year", "regions_make_country"}


MONEY = "code,label_en,kind,decimals,signed\ncount,count,count,0,no\neuro,euro,amount,2,yes\n"


@SCREENED
def test_amounts_have_decimals_and_are_never_rounded_inward(tmp_path, screen_from):
    of = own(tmp_path, unit=MONEY, indicator=INDICATOR.replace("count", "euro"))
    money = {"unit": "euro", "complete": "party"}
    rows = [votes(of, 0.3, **money), votes(of, 0.1, **RED, **money)]
    found = confronted(of, *rows, votes(of, (0.15, 0.25), **BLUE, **money), screen_from=screen_from)
    pinned = found.bound.set_index("party").loc["BLUE"]

    assert set(found.finding["verdict"]) <= {"open"}
    assert (pinned["lower"], pinned["upper"]) == pytest.approx((0.2, 0.2))
    assert verdicts(of, *rows, votes(of, 0.2, **BLUE, **money), screen_from=screen_from) == {
        "party_parts_make_total": {"holds"}
    }


@SCREENED
def test_signed_amounts_may_be_any_number_where_nothing_is_stated(tmp_path, screen_from):
    of = own(tmp_path, unit=MONEY, indicator=INDICATOR.replace("count", "euro"))
    rows = [votes(of, 3, unit="euro"), votes(of, 5, unit="euro", **RED), votes(of, -1, unit="euro", **BLUE)]

    assert verdicts(of, *rows, screen_from=screen_from) == {"party_parts_make_total": {"open"}}


def test_unit_that_the_topic_does_not_have_is_an_error(tmp_path):
    of = own(tmp_path)
    with pytest.raises(ConfrontError, match=r"^s, x: expected a unit of the topic such as persons.*got 'dozens'"):
        confronted(of, votes(of, 1, unit="dozens"))


def test_share_unit_that_nobody_can_read_is_an_error(tmp_path):
    of = own(tmp_path, unit="code,label_en,kind\ncount,count,count\nper_mille,per mille,share\n")
    with pytest.raises(TopicError, match="unit 'per_mille': expected a unit of shares among percent"):
        confronted(of, votes(of, 1))


def test_small_counts_are_those_that_the_topic_names(tmp_path):
    of = own(tmp_path, TOML + "[small_counts]\nbelow = 3\nunits = ['count']\n")
    with duckdb.connect() as con:
        con.register("figures", frame(of, votes(of, 9), votes(of, 2, **RED), votes(of, 3, **BLUE)))
        seen(con, of, load_rules(of), "figures")
        says = con.execute("SELECT says FROM disclosure.seen ORDER BY observation_id").fetchall()

    assert says == [("9",), ("<3",), ("withheld",)]
