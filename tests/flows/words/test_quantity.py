import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuadra.checks.rule import load_rules
from cuadra.checks.topic import shipped
from cuadra.flows.words.period import period
from cuadra.flows.words.quantity import of_key, of_rule_key, quantity
from cuadra.flows.words.rule import rule_sentence

TOPIC = shipped()
FOREIGNERS = {
    "register": "DIRCTPTIM", "indicator": "victims_rescued", "ref_area": "PE", "time_period": "2019",
    **dict.fromkeys(TOPIC.names, "_T"), "citizenship": "FOREIGN",
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "en", "es"),
    [
        ("2019", "2019", "2019"),
        ("2020-S1", "first half of 2020", "primer semestre de 2020"),
        ("2020-S2", "second half of 2020", "segundo semestre de 2020"),
        ("2019-Q3", "third quarter of 2019", "tercer trimestre de 2019"),
        ("2019-M04", "April 2019", "abril de 2019"),
        ("2020-01-01/2020-07-13", "1 January to 13 July 2020", "del 1 de enero al 13 de julio de 2020"),
        ("2018-07-01/2019-06-30", "1 July 2018 to 30 June 2019", "del 1 de julio de 2018 al 30 de junio de 2019"),
        ("2020-02-29/2020-02-29", "29 February 2020", "29 de febrero de 2020"),
        ("not a period", "not a period", "not a period"),
        ("_U", "period not stated", "período no indicado"),
    ],
)
def test_period_is_written_in_words(code, en, es):
    assert (period(code, "en"), period(code, "es")) == (en, es)


@pytest.mark.parametrize(
    ("mark", "en", "es"),
    [
        ("", "victims rescued, male, Peru, 2019; police directorate against trafficking", "víctimas rescatadas, "),
        (" #2", "victims rescued, male, Peru, 2019; police directorate against trafficking", "víctimas rescatadas, "),
        (" #rest", "rest of victims rescued, male, Peru, 2019; police directorate against trafficking", "resto de "),
    ],
)
def test_quantity_with_a_mark_is_written_without_it(mark, en, es):
    key = f"victims_rescued PE 2019 DIRCTPTIM sex=M{mark}"

    assert of_key(key, TOPIC) == en
    assert of_key(key, TOPIC, "es").startswith(es)


def test_quantity_is_written_in_labels():
    en = "victims rescued, foreigners, Peru, 2019; police directorate against trafficking"
    es = "víctimas rescatadas, extranjeros, Perú, 2019; dirección de la policía contra la trata"

    assert (quantity(FOREIGNERS, TOPIC), quantity(FOREIGNERS, TOPIC, "es")) == (en, es)


def test_register_need_not_name_the_country_of_a_region():
    written = quantity({**FOREIGNERS, "ref_area": "PE-LMA"}, TOPIC)

    assert written == "victims rescued, foreigners, Lima (metropolitan), 2019; police directorate against trafficking"


def test_quantity_may_hold_its_breakdowns_in_a_cell():
    block = {name: FOREIGNERS[name] for name in FOREIGNERS if name not in TOPIC.names}
    cell = {name: FOREIGNERS[name] for name in TOPIC.names}

    assert quantity({**block, "cell": cell}, TOPIC) == quantity(FOREIGNERS, TOPIC)
    assert quantity({**FOREIGNERS, "cell": 7}, TOPIC) == quantity(FOREIGNERS, TOPIC)


def test_quantity_is_written_from_its_name_in_an_explanation():
    key = "victims_rescued PE 2019 DIRCTPTIM citizenship=FOREIGN"

    assert of_key(key, TOPIC, "es") == quantity(FOREIGNERS, TOPIC, "es")


def test_quantity_of_a_stated_rule_is_written_as_far_as_it_goes():
    assert of_rule_key("indicator=cases sex=F 1 years before", TOPIC) == "cases, female, a year before"
    assert of_rule_key("indicator=cases 2 years before", TOPIC, "es") == "casos, 2 años antes"


def test_register_of_a_source_of_its_own_keeps_its_name():
    assert quantity({**FOREIGNERS, "register": "2024-01_bulletin"}, TOPIC).endswith("2019; 2024-01_bulletin")


@given(
    st.fixed_dictionaries(
        {name: st.sampled_from(TOPIC.code_list(name).codes) for name in TOPIC.quantity if name != "time_period"}
    ),
    st.sampled_from(["en", "es"]),
)
def test_quantity_shows_no_code_that_has_a_label(codes, language):
    written = quantity({**codes, "time_period": "2019-Q3"}, TOPIC, language)
    labels = {code: TOPIC.code_list(name).label(code, language) for name, code in codes.items()}

    for code, label in labels.items():
        if not any(re.search(rf"(?<!\w){re.escape(code)}(?!\w)", each) for each in labels.values()):
            assert not re.search(rf"(?<!\w){re.escape(code)}(?!\w)", written), label
    assert "{" not in written
    assert "}" not in written


@pytest.mark.parametrize("rule", load_rules(TOPIC), ids=lambda rule: rule.name)
def test_rule_has_a_sentence_in_each_language(rule):
    en, es = (rule_sentence(rule, TOPIC, language) for language in ("en", "es"))

    assert en.endswith(".")
    assert es.endswith(".")
    assert en != es
    assert not re.search(r"[{}]|rule\.", en + es)


@pytest.mark.parametrize(
    ("name", "en", "es"),
    [
        ("sex_parts_make_total", "The parts by sex make the total.", "Las partes por sexo suman el total."),
        (
            "age_band_parts_at_most_y0t17",
            "The parts by age together are at most “under 18”, and make it where they are said to be all.",
            "Las partes por edad juntas no superan «menores de 18», y lo suman donde se dice que son todas.",
        ),
        (
            "means_parts_each_at_most_total",
            "Each part by means is at most the total.",
            "Cada parte por medio no supera el total.",
        ),
    ],
)
def test_rule_of_a_code_list_says_its_parts_and_parent(name, en, es):
    rule = next(rule for rule in load_rules(TOPIC) if rule.name == name)

    assert (rule_sentence(rule, TOPIC), rule_sentence(rule, TOPIC, "es")) == (en, es)
