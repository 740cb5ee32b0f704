import re
from pathlib import Path
from string import Formatter

import pytest

from cuadra.flows.words.sentence import label, say
from cuadra.flows.words.vocabulary import vocabulary

FLOWS = Path(__file__).parents[3] / "flows"
CODE = "\n".join(path.read_text(encoding="utf-8") for path in sorted(FLOWS.rglob("*.py")))
MADE = {*re.findall(r'f"(\w+)\.\{', CODE), *re.findall(r'label\((?:self\.)?language, "(\w+)"', CODE)}
"""The tables whose keys are made from names that the program gives, such as ``verdict``."""


def test_languages_have_the_same_keys():
    assert vocabulary("en").keys() == vocabulary("es").keys()


@pytest.mark.parametrize("key", vocabulary("en"))
def test_text_has_the_same_gaps_in_each_language(key):
    gaps = [{name for _, name, _, _ in Formatter().parse(vocabulary(each)[key]) if name} for each in ("en", "es")]

    assert gaps[0] | {"count"} == gaps[1] | {"count"}


@pytest.mark.parametrize("key", vocabulary("en"))
def test_text_is_used(key):
    whole = re.sub(r"\.(one|many)$", "", key)
    table = whole.partition(".")[0]

    assert re.search(rf"""["']{whole}["']""", CODE) or table in MADE or re.search(rf'f"{table}\.\w*\{{', CODE)


def test_sentence_prints_numbers_as_its_language_does():
    facts = {"sources": 21, "all": 1021, "figures": 1054, "news": "x", "seconds": 1.5}

    assert say("en", "report.read", **facts) == "Read 21 of 1,021 sources, 1,054 figures: x (1.5 s)."
    assert say("es", "report.read", **facts) == "Leídas 21 de 1\u00a0021 fuentes, 1\u00a0054 cifras: x (1,5 s)."


def test_sentence_leaves_braces_of_facts_alone():
    assert say("en", "check.note", warning="{x} {") == "Note: {x} {"


@pytest.mark.parametrize(("count", "said"), [(1, "1 does not hold"), (2, "2 do not hold"), (0, "0 do not hold")])
def test_count_chooses_the_form(count, said):
    assert say("en", "check.contradicts", count=count) == said


def test_name_without_a_label_stays_as_it_is():
    assert label("es", "verdict", "fails") == "contradicción"
    assert label("es", "trouble", "one_value") == "one_value"
