import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import get_args

import duckdb
import pytest

from cuadra.checks.explain import hypothesis
from cuadra.checks.explain.explain import explain
from cuadra.checks.explain.explanation import Broken, Conflict, Doubt, Reason, Silence
from cuadra.checks.explain.system import Claim, Finding, Near, Relation, System
from cuadra.checks.rule import load_rules
from cuadra.checks.topic import shipped
from cuadra.checks.verdicts.confront import confront
from cuadra.flows.explaining import explain_all
from cuadra.flows.findings import CERTAIN, in_words
from cuadra.flows.words.explanation import explanation
from cuadra.flows.words.finding import body, head, sides
from cuadra.flows.words.vocabulary import vocabulary
from tests.checks.shipped import observations

TOPIC = shipped()
SEED = {
    "finding": "0123456789ab", "rule": "one_value", "verdict": "fails", "indicator": "victims_rescued",
    "ref_area": "PE", "time_period": "2019", "register": "DIRCTPTIM", "left_lower": 454.0, "left_upper": 454.0,
    "right_lower": 1054.0, "right_upper": 1054.0, "gap": 600.0, "sentence": "They agree.", "sentence_es": "Coinciden.",
}  # fmt: skip


@cache
def findings():
    """The shipped figures' findings that fail or are doubtful, as a run keeps them."""
    con = duckdb.connect()
    con.register("observation", observations())
    found = confront(con, TOPIC, load_rules(TOPIC))
    said = observations().set_index("observation_id")[["says", "source", "locator", *TOPIC.names]].to_dict("index")
    frame = in_words(found, load_rules(TOPIC), TOPIC, explain_all(found), lambda keys: {key: said[key] for key in keys})
    rows = frame[frame["verdict"].isin(CERTAIN)].to_dict("records")
    return [row | {"words": json.loads(row["words"])} for row in rows]


def test_454_against_1054_is_explained_in_english():
    (row,) = [row for row in findings() if (row["left_lower"], row["right_lower"]) == (454, 1054)]

    assert row["explanation"] == (
        "These cannot all be true: “454” (2020-09-17_dialogo ¶4), “1,054” (2020-06_state_tip text). "
        "Most likely wrong: “454” (2020-09-17_dialogo ¶4), where 1,054 would be consistent (perhaps it would fit "
        "victims rescued, foreigners, Peru, 2019; police directorate against trafficking: 43 percent of the whole, "
        "which is “Nearly half” (2020-09-17_dialogo ¶4)). “454” (2020-09-17_dialogo ¶4) also contradicts “832” "
        "(2020-06_state_tip text)."
    )


def test_454_against_1054_is_explained_in_spanish():
    (row,) = [row for row in findings() if (row["left_lower"], row["right_lower"]) == (454, 1054)]

    assert row["explanation_es"] == (
        "No todas estas cifras pueden ser ciertas: “454” (2020-09-17_dialogo ¶4), “1,054” (2020-06_state_tip text). "
        "Probablemente errónea: “454” (2020-09-17_dialogo ¶4), donde cuadraría 1\u00a0054 (quizá cuadraría como "
        "víctimas rescatadas, extranjeros, Perú, 2019; dirección de la policía contra la trata: el 43 por ciento del "
        "total, es decir “Nearly half” (2020-09-17_dialogo ¶4)). “454” (2020-09-17_dialogo ¶4) contradice también "
        "“832” (2020-06_state_tip text)."
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["contradiction: victims rescued, Peru, 2019; police directorate against trafficking",
                "454 against 1,054, 600 apart.", "Expected: They agree. [one_value]",
                "dialogo: “1,054” (¶3), “454” (female, ¶4) https://dialogo.example/a"]),
        ("es", ["contradicción: víctimas rescatadas, Perú, 2019; dirección de la policía contra la trata",
                "454 frente a 1\u00a0054, diferencia de 600.", "Se espera: Coinciden. [one_value]",
                "dialogo: “1,054” (¶3), “454” (mujeres, ¶4) https://dialogo.example/a"]),
    ],
)  # fmt: skip
def test_finding_is_printed_whole(language, said):
    url = {"source": "dialogo", "url": "https://dialogo.example/a"}
    words = [{"says": "1,054", "locator": "¶3", **url}, {"says": "454", "sex": "F", "locator": "¶4", **url}]

    assert [head(SEED, TOPIC, language), *body(SEED | {"words": words}, TOPIC, language)] == said


def test_sides_of_counts_are_whole_and_of_amounts_as_they_are():
    row = SEED | {"right_lower": 458.23, "right_upper": float("inf"), "gap": 4.23}

    assert sides(row, TOPIC) == "454 against 459 or more, 5 apart"
    assert sides(row | {"indicator": "an amount"}, TOPIC) == "454 against 458.23 or more, 4.23 apart"


def test_finding_without_an_explanation_or_gap_says_nothing_of_them():
    row = SEED | {"verdict": "doubtful", "gap": float("nan"), "explanation": float("nan")}

    assert body(row, TOPIC) == ["454 against 1,054.", "Expected: They agree. [one_value]"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_finding_shows_a_gap_of_its_text_or_a_code(language):
    codes = [
        *TOPIC.code_list("register").codes,
        *TOPIC.code_list("indicator").codes,
        *TOPIC.code_list("citizenship").codes,
    ]
    shown = [code for code in codes if code.isupper() or "_" in code]
    for row in findings():
        text = "\n".join([head(row, TOPIC, language), *body(row, TOPIC, language)])
        labels = head(row, TOPIC, language).split("; ")[-1]  # a register's label may hold its short name

        assert not re.search(r"[{}]", text)
        assert [code for code in shown if re.search(rf"\b{code}\b", text) and code not in labels] == []
        assert "_T" not in text


def test_every_reason_why_nothing_is_explained_has_words():
    broken = Broken("sex_parts_make_total", "press", 5000, 4000, 0, 1000)
    told = {reason: explanation(Silence(reason, broken), TOPIC) for reason in get_args(Reason)}

    assert len(set(told.values())) == len(told)


def test_tangled_group_is_said_to_be_one():
    claims = tuple(Claim("o", "x", 1, 1, 1, 1, says="1") for _ in range(2))

    assert "look at the table as a whole" in explanation(Doubt((), (Conflict(claims),), is_tangled=True), TOPIC)


def test_answers_are_said_in_the_order_of_their_odds_and_what_would_decide():
    names = ("victims_rescued PE 2019 R sex=F", "victims_rescued PE 2019 R sex=M", "victims_rescued PE 2019 R")
    claims = tuple(
        Claim(name, name, value, value, value, value, says=str(value), source="press")
        for name, value in zip(names, (11, 20, 40), strict=True)
    )
    relation = Relation("parts", ((names[0], 1.0), (names[1], 1.0), (names[2], -1.0)), 0, 0)
    near = {names[0]: Near(19, 21)}
    system = System(names, (relation,), claims, (Finding("f", relation=0),))
    even, odd = (explanation(explain(replace(system, near=each)).about("f"), TOPIC) for each in ({}, near))

    assert even.startswith("These cannot all be true: “11” (press), “20” (press), “40” (press). One of these is wrong")
    assert even.index("“40” (press), where 31") < even.index("“11” (press), where 20")
    assert odd.index("“11” (press), where 20") < odd.index("“40” (press), where 31")
    assert even.endswith("its parts would help to decide.")


def test_impossible_percentage_is_told_with_the_nearest_and_the_bases_that_fit():
    claims = (
        Claim("n", "operations PE 2019 R", 31, 31, 31, 31, says="31", source="press"),
        Claim("p", "cases PE 2019 R", 0.5725, 0.5735, 0.5725, 0.5735, base="operations PE 2019 R", says="57.3%",
              source="press"),
    )  # fmt: skip
    group = System(("operations PE 2019 R", "cases PE 2019 R"), (), claims, (Finding("f", share="p"),))

    assert explanation(explain(group).about("f"), TOPIC) == (
        "These cannot all be true of whole numbers: “31” (press), “57.3%” (press). Most likely wrong: “57.3%” (press), "
        "where 58.1 percent (18 of 31), or a whole of 75, 82, would be consistent."
    )


def test_every_slip_has_words():
    code = Path(hypothesis.__file__).read_text(encoding="utf-8")
    kinds = set(re.findall(r'Hypothesis\(\s*"([^"]+)"', code)) | {"swapped digits", "digit"}

    assert kinds
    assert {kind for kind in kinds if f"slip.{kind}" not in vocabulary("en")} == set()
