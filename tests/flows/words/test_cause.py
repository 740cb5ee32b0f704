from cuadra.flows.causes import read_causes
from cuadra.flows.words import cause
from tests.checks.figures import TOPIC
from tests.flows.world import checked

TOTAL = {"register": "DIRCTPTIM", "locator": "¶3"}
SUM = (
    {**TOTAL, "value": 509, "says": "509"},
    {**TOTAL, "value": 907, "says": "907", "sex": "F", "complete": "sex"},
    {**TOTAL, "value": 147, "says": "147", "sex": "M", "complete": "sex"},
)


def told(*rows, language="en"):
    (row, *_) = read_causes(checked(*rows))
    return [cause.head(row, TOPIC, language).rpartition(" [")[0], *cause.body(row, TOPIC, language)]


def test_cause_names_both_numbers_with_their_words_and_places():
    rows = ({**TOTAL, "value": 454, "says": "454", "locator": "¶4"}, {**TOTAL, "value": 1054, "says": "1,054"})

    assert told(*rows)[:2] == [
        "contradiction: victims rescued, Peru, 2019; police directorate against trafficking",
        "“454” (press ¶4) against “1,054” (press ¶3), 600 apart.",
    ]
    assert told(*rows, language="es")[:2] == [
        "contradicción: víctimas rescatadas, Perú, 2019; dirección de la policía contra la trata",
        "“454” (press ¶4) frente a “1,054” (press ¶3), diferencia de 600.",
    ]


def test_sum_that_nobody_printed_has_its_addends():
    assert told(*SUM)[1] == (
        "“907” (female, press ¶3) + “147” (male, press ¶3) = 1,054 against “509” (press ¶3), 545 apart."
    )


def test_long_sums_are_cut_and_counted():
    parts = [{"value": 10, "says": "10", "time_period": f"2019-{month:02}"} for month in range(1, 13)]
    parts = [{**row, "time_period": f"2019-M{number:02}"} for number, row in enumerate(parts, start=1)]
    (line,) = [each for each in told({"value": 200, "says": "200"}, *parts) if "against" in each]

    assert "+ 7 more = 120 against “200” (press ¶1), 80 apart." in line
    assert line.count("“10”") == 5


def test_further_relations_are_counted():
    rows = (*SUM, {**TOTAL, "value": 222, "says": "222", "age": "Y0T17"}, {**TOTAL, "value": 832, "age": "Y_GE18"})

    assert told(*rows)[1].endswith("545 apart. Also breaks 1 more.")


def test_causes_are_counted_by_area():
    rows = [{"value": value, "ref_area": area, "locator": f"¶{value}"} for area in ("PE", "ES") for value in (1, 2)]
    rows += [{"value": value, "ref_area": "PE-LIM", "locator": f"¶{value}"} for value in (1, 2)]

    assert cause.by_area(read_causes(checked(*rows)), TOPIC) == "Peru 2, Spain 1"
