"""Amounts: decimals that are never rounded inward, and balances that may be below zero."""

import math
from datetime import datetime

import duckdb
import pandera.errors
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.checks.contract import broken
from cuadra.checks.explain.explain import explain
from cuadra.checks.observation import columns, schema
from cuadra.sources import figure_table
from cuadra.sources.source import Snapshot, SourceError
from tests.checks.topics import confronted, frame, own, verdicts, votes
from tests.thorough import examples

TOML = '[breakdown.sector]\nlabel = { en = "sector", es = "sector" }\n'
UNIT = """code,label_en,kind,decimals,signed
count,count,count,0,no
percent,percent,share,1,no
euro,euro,amount,2,no
dollar,dollar,amount,2,no
balance,million euros,amount,1,yes
"""
INDICATOR = """code,label_en,unit,over_time,over_areas
votes,votes,count,sum,sum
spending,spending,euro,sum,sum
net_lending,net lending,balance,sum,at_most
"""
SECTOR = """code,label_en,parent,partition,kind
_T,general government,,,
CENTRAL,central government,_T,sector,exhaustive
STATE,state government,_T,sector,exhaustive
LOCAL,local government,_T,sector,exhaustive
SOCIAL,social security,_T,sector,exhaustive
ABROAD,abroad,_T,place,disjoint
HOME,at home,_T,place,disjoint
DEBT,in debt,_T,debt,overlapping
"""
AREA = "code,label_en,parent,partition,kind\nUS,us,,,\nA,a,US,state,exhaustive\nB,b,US,state,exhaustive\n"
SPENT, NET = {"indicator": "spending", "unit": "euro"}, {"indicator": "net_lending", "unit": "balance"}
FACTS = {"indicator": "net_lending", "period": "2021", "area": "US"}


@pytest.fixture(scope="module")
def accounts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("accounts")
    return own(folder, TOML, unit=UNIT, indicator=INDICATOR, sector=SECTOR, ref_area=AREA)


def printed(value, decimals=0):
    half = 0.5 * 10**-decimals
    return value - half, value + half


def read(folder, of, *lines):
    path = folder / "read.csv"
    path.write_text("\n".join(("at,says,indicator,period,area,sector,unit,status", *lines)) + "\n", encoding="utf-8")
    snapshot = Snapshot(path, "0" * 64, "", datetime(2026, 11, 25))
    return figure_table.parse_table(snapshot, "read", topic=of).frame()


def checked(of, *rows):
    """The verdicts of each rule, without what each quantity says of itself."""
    return {rule: found for rule, found in verdicts(of, *rows).items() if rule != "one_value"}


def test_net_lending_of_the_sectors_adds_up_below_zero(tmp_path, accounts):
    sectors = ("", "CENTRAL", "STATE", "LOCAL", "SOCIAL")
    says = ("-13044", "-14483", "0", "-161", "1600")
    status = ("", "", "M", "", "")
    lines = [f"{n},{each},net_lending,2021,US,{sector},,{how}" for n, (each, sector, how) in
             enumerate(zip(says, sectors, status, strict=True))]  # fmt: skip
    found = read(tmp_path, accounts, *lines)
    rows = found.to_dict("records")
    slipped = [rows[0], rows[1], rows[2], rows[3] | {"lower": 160.5, "upper": 161.5, "likely_lower": 160.5,
               "likely_upper": 161.5}, rows[4]]  # fmt: skip

    assert found["lower"].tolist() == [-13044.5, -14483.5, -0.5, -161.5, 1599.5]
    assert checked(accounts, *rows) == {"sector_parts_make_total": {"open"}}
    assert checked(accounts, *slipped) == {"sector_parts_make_total": {"fails"}}


def test_part_of_an_amount_may_have_the_decimals_that_its_words_leave_out(accounts):
    rows = [votes(accounts, (10.35, 10.45), **SPENT), votes(accounts, (5.45, 5.55), sector="CENTRAL", **SPENT)]
    rows += [votes(accounts, (4, 5), sector=sector, **SPENT) for sector in ("STATE", "LOCAL")]
    alone = [row | {"complete": "sector"} for row in rows[:3]]
    pinned = confronted(accounts, *alone).bound.set_index("sector").loc["STATE"]

    assert checked(accounts, *alone) == {"sector_parts_make_total": {"open"}}
    assert (pinned["lower"], pinned["upper"]) == pytest.approx((4.8, 5.0))
    assert checked(accounts, *rows) == {"sector_parts_make_total": {"fails"}}


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([{}, {"sector": "ABROAD"}, {"sector": "HOME"}], "sector_place_parts_at_most_total"),
        ([{}, {"sector": "DEBT"}], "sector_debt_parts_each_at_most_total"),
        ([{"time_period": "2018-01-01/2018-12-30"}, {"time_period": "2018-Q2"}], "period_within_period"),
        ([{"time_period": "2018"}, {"time_period": "2018-01-01/2018-03-01"}, {"time_period": "2018-Q4"}],
         "periods_at_most_period"),
        ([{"ref_area": "US"}, {"ref_area": "A"}, {"ref_area": "B"}], "regions_at_most_country"),
    ],
)  # fmt: skip
def test_what_is_false_below_zero_is_no_relation_of_a_balance(accounts, rows, rule):
    values = [printed(10), *[printed(30)] * (len(rows) - 1)]
    found = [
        checked(accounts, *(votes(accounts, value, **{**of, **row}) for value, row in zip(values, rows, strict=True)))
        for of in (NET, {**SPENT, "indicator": "spending"})
    ]

    assert rule not in found[0]
    if rule != "regions_at_most_country":
        assert found[1][rule] == {"fails"}


def test_part_of_a_balance_that_nobody_states_may_be_any_number(accounts):
    rows = [votes(accounts, printed(3), **NET), votes(accounts, printed(500), sector="CENTRAL", **NET)]
    confrontation = confronted(accounts, *rows, votes(accounts, printed(9), time_period="2018-Q1", **NET))

    assert set(confrontation.finding["verdict"]) == {"open"}
    assert checked(accounts, *rows)["sector_parts_make_total"] == {"open"}


def test_exhaustive_parts_of_a_balance_with_one_not_stated_pin_it_below_zero(accounts):
    rows = [votes(accounts, printed(3), **NET)]
    rows += [votes(accounts, printed(5), sector=sector, **NET) for sector in ("CENTRAL", "STATE", "LOCAL")]
    known = votes(accounts, (-1000, 1000), sector="SOCIAL", **NET)
    pinned = confronted(accounts, *rows, known).bound.set_index("sector").loc["SOCIAL"]

    assert (pinned["lower"], pinned["upper"]) == pytest.approx((-14.0, -10.0))


def test_gap_of_a_few_coins_in_billions_is_no_rounding(accounts):
    cents = {"complete": "sector", **SPENT}
    rows = [votes(accounts, printed(498_620_000_000, 2), **cents)]
    rows += [votes(accounts, printed(400_000_000_000.25, 2), sector="CENTRAL", **cents)]
    right = votes(accounts, printed(98_619_999_999.75, 2), sector="LOCAL", **cents)
    wrong = votes(accounts, printed(98_620_000_009.75, 2), sector="LOCAL", **cents)
    failing = confronted(accounts, *rows, wrong)
    (doubt,) = explain(failing.system(int(failing.finding.iloc[0]["component"]))).doubts

    assert checked(accounts, *rows, right)["sector_parts_make_total"] == {"open"}
    assert failing.finding.iloc[0]["gap"] == pytest.approx(10, abs=0.1)
    assert {suspect.claim.observation_id for answer in doubt.answers for suspect in answer.suspects} == {
        "o0", "o1", "o2",
    }  # fmt: skip


def test_amount_that_only_shares_name_has_decimals(accounts):
    of_all = {"share_of": "sector=_T", "unit": "percent", "indicator": "spending"}
    rows = [votes(accounts, (0.25, 0.35), sector="CENTRAL", **SPENT)]
    rows += [votes(accounts, (40, 40), sector="CENTRAL", **of_all)]
    (bound,) = confronted(accounts, *rows).bound.query("sector == '_T'").itertuples()

    assert (bound.lower, bound.upper) == pytest.approx((0.625, 0.875))


def test_amount_in_another_unit_than_its_indicator_is_refused(tmp_path, accounts):
    with pytest.raises(SourceError, match=r"unit: expected 'balance', the unit of 'net_lending', got 'dollar'"):
        read(tmp_path, accounts, "1,5,net_lending,2021,US,,dollar,")
    rows = frame(accounts, votes(accounts, 5, indicator="spending", unit="dollar"))[list(columns(accounts))]
    con = duckdb.connect()
    con.register("figures", rows)

    assert broken(con, accounts, "FROM figures") == [
        "column 'unit' in 1 row: expected an amount in the unit of its indicator, 'euro', got 'dollar'. "
        "It is another indicator"
    ]
    with pytest.raises(pandera.errors.SchemaErrors, match="unit"):
        schema(accounts).validate(rows, lazy=True)


@pytest.mark.parametrize(("unit", "is_kept"), [("balance", True), ("euro", False)])
def test_only_a_signed_unit_is_below_zero(accounts, unit, is_kept):
    indicator = "net_lending" if unit == "balance" else "spending"
    rows = frame(accounts, votes(accounts, -5, indicator=indicator, unit=unit))[list(columns(accounts))]
    con = duckdb.connect()
    con.register("figures", rows)

    assert (broken(con, accounts, "FROM figures") == []) == is_kept
    if not is_kept:
        with pytest.raises(pandera.errors.SchemaErrors, match="zero or more, or a unit that is signed"):
            schema(accounts).validate(rows, lazy=True)


tenths = st.integers(-400, 400)


balances = st.tuples(
    st.tuples(tenths, tenths, tenths, tenths), st.lists(st.integers(0, 2), min_size=5, max_size=5), st.integers(0, 31)
)


@examples(2, 10)
@given(st.lists(balances, min_size=1, max_size=30))
def test_true_balances_never_fail_however_they_are_rounded(accounts, drawn):
    names = ["_T", "CENTRAL", "STATE", "LOCAL", "SOCIAL"]
    truth = {f"R{number}": [sum(parts), *parts] for number, (parts, _, _) in enumerate(drawn)}
    rows = [
        votes(accounts, printed(round(value / 10, places), places), sector=name, **NET | {"register": register})
        for (register, values), (_, decimals, left_out) in zip(truth.items(), drawn, strict=True)
        for number, (name, value, places) in enumerate(zip(names, values, decimals, strict=True))
        if not left_out >> number & 1
    ]
    found = confronted(accounts, *rows, votes(accounts, printed(1), indicator="votes", unit="count"))

    assert "fails" not in set(found.finding["verdict"])
    for bound in found.bound.query("indicator == 'net_lending'").itertuples():
        value = truth[bound.register][names.index(bound.sector)] / 10
        assert bound.lower - 1e-9 <= value <= bound.upper + 1e-9 or math.isinf(bound.lower)


cents, bits = st.integers(0, 10**9), st.integers(0, 31)
wide = st.tuples(cents, cents, cents, cents, st.lists(cents, min_size=5, max_size=5), bits)


@examples(2, 10)
@given(st.lists(wide, min_size=20, max_size=100))
def test_true_amounts_never_fail_beside_any_wide_ones(accounts, drawn):
    names = ["_T", "CENTRAL", "STATE", "LOCAL", "SOCIAL"]
    rows = []
    for number, (*parts, widths, exact) in enumerate(drawn):
        for place, (name, value, width) in enumerate(zip(names, [sum(parts), *parts], widths, strict=True)):
            around = 0 if exact >> place & 1 else width
            ends = (max(0, value - around) / 100, (value + around) / 100)
            rows.append(votes(accounts, ends, sector=name, **SPENT | {"register": f"R{number}"}))

    assert set(confronted(accounts, *rows).finding["verdict"]) <= {"open"}


def test_what_is_left_of_two_large_amounts_is_no_finer_than_they_are(accounts):
    large = votes(accounts, (0.0, 5000.0), sector="CENTRAL", **SPENT)
    rest = [votes(accounts, number, sector=sector, **SPENT) for sector, number in (("_T", 10.42), ("STATE", 6.66))]
    none = [votes(accounts, 0.0, sector=sector, **SPENT) for sector in ("LOCAL", "SOCIAL")]

    assert set(confronted(accounts, large, *rest, *none).finding["verdict"]) == {"open"}


@pytest.mark.parametrize(
    ("spent", "net", "kind", "number"),
    [(None, 5.0, "sign", -5.0), (5000.0, None, "factor", 5.0), (5.0, -5.0, None, None), (9.0, 9.0, None, None)],
)
def test_slip_of_an_amount_is_a_lost_sign_or_another_scale(accounts, spent, net, kind, number):
    what, other = (NET, 2.0) if spent is None else (SPENT, 12.0)
    suspect = net if spent is None else spent
    total = -3.0 if what is NET else 17.0
    rows = [votes(accounts, printed(total, 1), complete="sector", **what)]
    rows += [votes(accounts, printed(suspect, 1), sector="CENTRAL", complete="sector", **what)]
    rows += [votes(accounts, printed(other, 1), sector="LOCAL", complete="sector", **what)]
    confrontation = confronted(accounts, *rows)
    found = [
        (each.kind, each.number)
        for system in confrontation.systems().values()
        for doubt in explain(system).doubts
        for answer in doubt.answers
        for each in answer.suspects[0].hypotheses
        if answer.suspects[0].claim.observation_id == "o1"
    ]

    assert found == ([] if kind is None else [(kind, pytest.approx(number))])


ELSTAT = [("2018-Q1", (9154.0, 4725.0, 3723.8, 1001.2, 4429.1)), ("2024-Q2", (9020.5, 4795.4, 4327.8, 467.6, 4224.6))]


def test_counts_in_thousands_with_a_decimal_add_up_within_their_rounding(tmp_path):
    labour = (
        "code,label_en,parent,partition,kind\n_T,all,,,\nFORCE,in,_T,labour,exhaustive\nOUT,out,_T,labour,exhaustive\n"
        "WORK,at work,FORCE,force,exhaustive\nNONE,without,FORCE,force,exhaustive\n"
    )
    of = own(tmp_path, '[breakdown.labour]\nlabel = { en = "labour" }\n', labour=labour)
    rows = []
    for quarter, values in ELSTAT:
        for code, value in zip(("_T", "FORCE", "WORK", "NONE", "OUT"), values, strict=True):
            ends = (round(1000 * value - 50), round(1000 * value + 50))
            rows.append(votes(of, ends, labour=code, time_period=quarter, complete="labour labour.force"))
    failing = confronted(of, *rows).finding.query("verdict == 'fails'")

    assert failing[["rule", "time_period"]].values.tolist() == [["labour_parts_make_total", "2024-Q2"]]
