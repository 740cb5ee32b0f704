import csv
from pathlib import Path

import pytest

from cuadra.checks.topic import shipped
from cuadra.flows.words.draft import draft_text
from cuadra.flows.words.said import translated
from cuadra.sources.draft import draft

ROOT = Path(__file__).parents[3]
TEXT = [
    "Colombia rescató a 212 víctimas en 2023",
    "De ellas 139 son colombianas. Antioquia (38 víctimas). El 14/02/2024 hubo 1.2.3 casos y 168 mujeres.",
]


def reasons():
    with (ROOT / "sources" / "draft_left_out.csv").open(encoding="utf-8", newline="") as file:
        return sorted({row["reason"] for row in csv.DictReader(file)})


@pytest.mark.parametrize("reason", reasons())
def test_reasons_why_a_number_is_left_out_are_known_in_spanish(reason):
    assert translated(reason, "draft", "es") != reason


def test_draft_for_a_reader_of_spanish_has_no_comment_in_english():
    english, spanish = (draft_text(draft(TEXT, shipped(), language="es"), reader) for reader in ("en", "es"))
    pairs = list(zip(english.splitlines(), spanish.splitlines(), strict=True))
    left = [one for one, other in pairs if "#" in one and "# … " not in one and one == other]

    assert left == []
    assert '{ at = "título", says = "212"' in spanish
    assert "14/02/2024 (¶1): una fecha." in spanish
    assert '¿Solo en "Antioquia"? Entonces area = su código' in spanish
