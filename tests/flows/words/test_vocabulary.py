import re
from pathlib import Path
from string import Formatter

import pytest
from typer.main import get_command

from cuadra.flows.commands.cli import app
from cuadra.flows.words.help import in_language, texts
from cuadra.flows.words.sentence import label, say
from cuadra.flows.words.vocabulary import vocabulary

FLOWS = Path(__file__).parents[3] / "flows"
CODE = "\n".join(path.read_text(encoding="utf-8") for path in sorted(FLOWS.rglob("*.py")))
MADE = {*re.findall(r'f"(\w+)\.\{', CODE), *re.findall(r'label\((?:self\.|settings\.)?language, "(\w+)"', CODE)}
"""The tables whose keys are made from names that the program gives, such as ``verdict``."""


def test_languages_have_the_same_keys():
    spanish = {key for key in vocabulary("es") if not key.startswith("help.")}

    assert vocabulary("en").keys() == spanish


def test_help_is_spanish_as_a_whole_and_no_more():
    told = {english for _, _, english in texts(get_command(app))}
    known = {key.removeprefix("help.") for key in vocabulary("es") if key.startswith("help.")}

    assert told - known == set(), "write their Spanish in flows/words/es.toml, [help]"
    assert known - told == set(), "take them out of flows/words/es.toml, [help]"


def test_help_changes_its_language_and_back():
    command = get_command(app)
    in_language(command, "es")
    spanish = command.commands["run"].help
    in_language(command, "en")

    assert spanish.startswith("Descarga, comprueba")
    assert command.commands["run"].help.startswith("Fetch, check")


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
