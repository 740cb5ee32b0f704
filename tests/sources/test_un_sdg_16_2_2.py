import json
from datetime import datetime

import duckdb
import pytest

from cuadra.checks import topic
from cuadra.checks.rule import load_rules
from cuadra.checks.topic import shipped
from cuadra.checks.verdicts.confront import confront
from cuadra.sources.fetch import FetchError
from cuadra.sources.paging import fetch_pages
from cuadra.sources.source import Snapshot, SourceError, gate
from cuadra.sources.un_sdg_16_2_2 import parse
from tests.sources.test_fetch import HERE, NOW, send, server

FORMS = {"VC_HTF_DETV": "20", "VC_HTF_DETVSX": "12", "VC_HTF_DETVFL": "5", "VC_HTF_DETVOG": "0", "VC_HTF_DETVOP": "3"}


def item(series="VC_HTF_DETV", value="20.0", *, area="604", year=2019.0, units="NUMBER", sex="BOTHSEX", **more):
    return {
        "goal": ["16"], "indicator": ["16.2.2"], "series": series, "geoAreaCode": area, "geoAreaName": "Peru",
        "timePeriodStart": year, "value": value, "attributes": {"Nature": "C", "Units": units},
        "dimensions": {"Age": "ALLAGE", "Sex": sex, "Reporting Type": "G"}, **more,
    }  # fmt: skip


def parsed(folder, *items):
    path = folder / "reply.json"
    path.write_text(json.dumps({"data": items, "totalPages": 1, "pageNumber": 1}), encoding="utf-8")
    return parse(Snapshot(path, "0" * 64, "", datetime(2026, 11, 24)))


def test_rows_become_figures(tmp_path):
    found = parsed(tmp_path, item(), item("VC_HTF_DETVSX", "7", sex="FEMALE"))
    rows = gate(found.observations, "sdg", shipped()).set_index("exploitation")

    assert tuple(rows.loc["_T", ["value", "ref_area", "time_period", "sex", "unit"]]) == (
        20,
        "PE",
        "2019",
        "_T",
        "persons",
    )
    assert tuple(rows.loc["SEXUAL", ["value", "sex"]]) == (7, "F")


def test_rate_is_rounded_as_it_is_printed(tmp_path):
    rates = [item(f"{series}R", "0.5", units="PER_100000_POP") for series in FORMS]
    rows = gate(parsed(tmp_path, *rates).observations, "sdg", shipped())

    assert rows["lower"].tolist() == pytest.approx([0.45] * 5)
    assert set(rows["unit"]) == {"per_100k"}


@pytest.mark.parametrize(("total", "failing"), [("20", []), ("21", ["sdg_forms_make_detected_victims"])])
def test_forms_make_the_detected_victims(tmp_path, total, failing):
    rows = gate(
        parsed(tmp_path, *(item(s, v) for s, v in {**FORMS, "VC_HTF_DETV": total}.items())).observations,
        "sdg",
        shipped(),
    )
    con = duckdb.connect()
    con.register("observation", rows)
    found = confront(con, topic.shipped(), load_rules(topic.shipped())).finding

    assert found[found["verdict"] == "fails"]["rule"].tolist() == failing


def test_what_is_no_figure_is_ignored_or_quarantined(tmp_path):
    found = parsed(
        tmp_path,
        item(), item(value="NaN", year=2018), item(area="1"),
        item(units="PER_100000_POP", year=2017), item(units="PERCENT", year=2016),
        item(value="3.5", year=2015), item(area="99999"), item(value="-1", year=2014),
    )  # fmt: skip

    assert found.rows_in == 8
    assert dict(zip(found.ignored["reason"], found.ignored["rows"], strict=True)) == {
        "aggregates of countries": 1, "no value": 1,
    }  # fmt: skip
    assert found.quarantined["reason"].tolist() == [
        "unit_wrong", "unit_wrong", "not_a_count", "area_unclear", "not_a_count",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"series": "VC_HTF_DETVXX"},
            "series: expected labels of sources/un_sdg_16_2_2/codes.csv, got 'VC_HTF_DETVXX'",
        ),
        ({"sex": "WOMEN"}, "sex: expected labels"),
        ({"more": 1}, "row 1: expected the fields"),
        ({"dimensions": {"Height": "1"}}, "row 1: expected the dimensions Age, Sex, Reporting Type"),
    ],
)
def test_what_nobody_has_seen_is_an_error(tmp_path, changed, expected):
    with pytest.raises(SourceError, match=expected):
        parsed(tmp_path, item(**changed))


def pages(handler, total=3, said=None):
    number = int(handler.path.partition("page=")[2] or 1)
    page = {"data": [item(year=2010 + number)], "pageNumber": said or number, "totalPages": total}
    send(handler, body=json.dumps(page).encode())


def test_all_pages_are_one_snapshot(tmp_path):
    with server(lambda handler, _: pages(handler)) as (url, asked):
        first = fetch_pages(url, tmp_path, now=NOW, limits=HERE, sleep=lambda _: None)
        again = fetch_pages(url, tmp_path, now=NOW, limits=HERE, sleep=lambda _: None)

    assert len(asked) == 6
    assert first.sha256 == again.sha256
    assert parse(first).observations["time_period"].tolist() == ["2011", "2012", "2013"]


def test_pages_that_change_meanwhile_are_refused(tmp_path):
    with (
        server(lambda handler, count: pages(handler, total=2 + count)) as (url, _),
        pytest.raises(FetchError, match="expected page 2 of 3, got page 2 of 4"),
    ):
        fetch_pages(url, tmp_path, now=NOW, limits=HERE, sleep=lambda _: None)


@pytest.mark.parametrize(("total", "expected"), [(0, "expected 1 to 2000 pages"), (10**6, "expected 1 to 2000 pages")])
def test_senseless_number_of_pages_is_refused(tmp_path, total, expected):
    with server(lambda handler, _: pages(handler, total=total)) as (url, _), pytest.raises(SourceError, match=expected):
        fetch_pages(url, tmp_path, now=NOW, limits=HERE, sleep=lambda _: None)


def test_page_that_is_no_json_is_refused(tmp_path):
    with (
        server(lambda handler, _: send(handler, body=b"<html>busy</html>")) as (url, _),
        pytest.raises(SourceError, match="expected JSON with pageNumber and totalPages"),
    ):
        fetch_pages(url, tmp_path, now=NOW, limits=HERE, sleep=lambda _: None)
