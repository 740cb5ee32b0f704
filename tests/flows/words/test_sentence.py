import pytest

from cuadra.flows.words.sentence import label, listed, say
from cuadra.flows.words.vocabulary import LANGUAGES, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentence_fills_every_gap(language):
    said = say(language, "sources.accepted", source="press")

    assert "press" in said
    assert "{" not in said


def test_number_of_a_sentence_is_written_in_its_language():
    assert say("en", "lint.sound", count=1054) == text("en", "lint.sound").replace("{count}", "1,054")
    assert say("es", "lint.sound", count=1054) == text("es", "lint.sound").replace("{count}", "1\u00a0054")


def test_truth_is_no_number():
    assert say("en", "check.note", warning=True) == "Note: True"


def test_label_of_a_name_that_nobody_knows_is_the_name():
    assert label("en", "severity", "made_up") == "made_up"


@pytest.mark.parametrize(
    ("parts", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a and b and c")]
)
def test_parts_are_joined_two_by_two(parts, said):
    assert listed("en", "explanation.and", parts) == said
