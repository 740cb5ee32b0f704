from dataclasses import replace

import pytest

from cuadra.flows.hold import held_edition, is_accepted, why_held
from cuadra.sources import sdmx_csv
from cuadra.sources.source import Snapshot, Source
from tests.checks.figures import TOPIC
from tests.checks.inputs import FILES, needs_inputs
from tests.flows.world import checked
from tests.warehouse.loading import NOW

SOURCE = Source("press", "T", "P", "R", "u", parse=lambda snapshot: None)
EDITION = Snapshot(None, "b" * 64, "u", NOW)
ACCEPT = {"entry": "accept", "source": "press", "snapshot": "b" * 64}
TWENTY = [{"value": number, "locator": f"¶{number}", "time_period": str(2000 + number)} for number in range(20)]


@pytest.fixture(scope="module")
def twenty():
    """A warehouse in which twenty figures are in force; only read."""
    return checked(*TWENTY)


@pytest.mark.parametrize(("figures", "is_held"), [(20, False), (19, False), (18, True), (0, True), (40, False)])
def test_edition_that_loses_a_tenth_or_more_is_held(twenty, figures, is_held):
    assert (why_held(twenty, SOURCE, EDITION, figures, []) is not None) == is_held


@needs_inputs
def test_file_that_is_cut_where_a_year_ends_is_held():
    whole, cut = (
        sdmx_csv.parse(Snapshot(FILES / name, "0" * 64, "", NOW), TOPIC).frame()
        for name in ("s02_whole.csv", "s02_cut_at_row.csv")
    )
    con = checked(*whole[["time_period", "sex", "value", "locator"]].to_dict("records"))

    assert why_held(con, SOURCE, EDITION, len(cut), []) is not None
    assert why_held(con, SOURCE, EDITION, len(whole), []) is None


def test_line_says_what_is_in_force_and_how_it_is_released(twenty):
    assert why_held(twenty, SOURCE, EDITION, 12, []) == (
        "press: expected at least 19 of the 20 figures in force, got 12. The last vintage stays in force. Look at the "
        'file; if the producer did shrink it, `cuadra sources accept press --reason "…"` releases it.'
    )


def test_first_edition_and_an_accepted_one_are_loaded(twenty):
    assert why_held(checked(), SOURCE, EDITION, 1, []) is None
    assert why_held(twenty, SOURCE, EDITION, 1, [ACCEPT]) is None
    assert not is_accepted("press", "c" * 64, [ACCEPT])


def test_last_run_says_which_edition_is_held():
    runs = [{"sources": {"press": {"held": "b"}}}, {"sources": {"other": {}}}]

    assert held_edition("press", runs) == "b"
    assert held_edition("press", [*runs, {"sources": {"press": {"held": None}}}]) is None
    assert held_edition("other", runs) is None


@pytest.mark.parametrize(("bound", "figures", "is_held"), [(0.0, 19, True), (0.0, 20, False), (1.0, 0, False)])
def test_bound_of_nothing_holds_every_loss_and_that_of_everything_none(twenty, bound, figures, is_held):
    source = replace(SOURCE, shrink_max=bound)

    assert (why_held(twenty, source, EDITION, figures, []) is not None) == is_held
