from cuadra.checks.topic import shipped
from cuadra.flows.dictionary import dictionary
from cuadra.warehouse.dictionary import FILE


def test_dictionary_is_fresh():
    fresh = dictionary(shipped())

    assert FILE.read_text(encoding="utf-8") == fresh, "run `python -m cuadra.flows.dictionary`"
