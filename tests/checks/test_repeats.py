import pytest

from tests.checks.figures import confronted, figure, verdicts

F, M = {"sex": "F"}, {"sex": "M"}
FORMS = {"exploitation": "OTHER", "repeats": "exploitation"}
ROW = {"repeats": "row"}


def certain(*rows):
    found = confronted(*rows).finding
    return {(row.rule, row.verdict) for row in found.itertuples() if row.verdict != "open"}


def test_rows_of_one_table_that_repeat_a_quantity_are_a_doubt():
    (row,) = confronted(figure(27, **ROW), figure(5, **ROW)).finding.itertuples()

    assert (row.rule, row.verdict, row.left_upper, row.right_lower, row.gap) == ("one_value", "doubtful", 5, 27, 22)


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([figure(454), figure(1054)], "fails"),
        ([figure(454, **ROW), figure(1054, **ROW, source="other")], "fails"),
        ([figure(454, **ROW), figure(1054)], "fails"),
        ([figure(5, **ROW), figure(7, **ROW), figure(6, source="other")], "doubtful"),
        ([figure(5, **ROW), figure(7, **ROW), figure(9, source="other")], "fails"),
        ([figure(5, **ROW), figure(5, **ROW)], "holds"),
    ],
)
def test_unlike_statements_fail_and_unlike_rows_do_not(rows, verdict):
    assert verdicts(*rows)["one_value"] == {verdict}


def test_doubted_rows_accuse_no_sum_that_one_of_them_makes():
    rows = [figure(10), figure(6, **F), figure(4, **M, **ROW), figure(9, **M, **ROW)]

    assert certain(*rows) == {("one_value", "doubtful")}
    assert ("sex_parts_make_total", "fails") in certain(*rows[:2], figure(7, **M, **ROW), figure(9, **M, **ROW))


def forms(*counts, **about):
    return [figure(count, locator=str(place), **FORMS, **about) for place, count in enumerate(counts)]


def test_several_members_under_one_label_do_not_contradict_each_other():
    assert certain(*forms((0, 4), 27, (0, 4), 5, 20), figure(60)) == set()


def test_members_are_added_where_a_relation_is_about_all_of_them():
    whole = forms(20, 10)

    assert certain(*whole, *forms(12, 6, **F), *forms(8, 4, **M)) == set()
    assert ("sex_parts_make_total", "fails") in certain(*whole, *forms(15, 6, **F), *forms(8, 4, **M))


@pytest.mark.parametrize("whole", [[5], [5, 1]])
def test_cell_that_may_print_some_members_only_says_nothing_of_all(whole):
    most = forms(9, 8, 7, age="Y0T17")

    assert certain(*forms(*whole), *forms(40, **F), *forms(8, **M), *(most if len(whole) > 1 else [])) == set()


def test_each_member_by_itself_is_at_most_the_total():
    rows = confronted(figure(30), *forms(20, 25)).finding
    over = confronted(figure(30), *forms(20, 31)).finding.query("verdict == 'fails'")

    assert rows.query("verdict == 'fails'").empty
    assert [*over["rule"]] == ["exploitation_parts_each_at_most_total"]


def test_findings_of_several_members_have_names_of_their_own():
    found = confronted(figure(3), *forms(20, 31, 9)).finding

    assert found["finding"].is_unique
    assert (found["verdict"] == "fails").sum() == 3
