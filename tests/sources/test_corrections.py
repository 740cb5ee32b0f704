from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuadra.checks.topic import shipped
from cuadra.sources.catalog import CORRECTIONS, HERE
from cuadra.sources.corrections import Correction, correct, load_corrections
from cuadra.sources.source import Parsed, Snapshot, Source, SourceError, gate
from tests.checks.figures import figure, frame

FILE = HERE / CORRECTIONS
NOW = datetime(2026, 11, 24)
SOURCE = Source("press", "t", "p", "r", "u", parse=lambda _: Parsed(frame([])))


def correction(**changed):
    entry = {
        "source": "press", "locator": "¶4", "was": "454", "becomes": "1,054", "reason": "misprint",
        "told": "2026-11-24, the editor", "status": "told", "until": date(2027, 1, 1), **changed,
    }  # fmt: skip
    return Correction.model_validate(entry)


def parsed(*figures):
    rows = frame(figures).drop(columns="observation_id").assign(register="press")
    return Parsed(rows, rows_in=len(rows))


def corrected(*corrections, figures=None, now=NOW):
    given_figures = figures or [figure(454, locator="¶4"), figure(1054, locator="¶3")]
    snapshot = Snapshot(FILE, "0" * 64, "", now)
    return correct(SOURCE, snapshot, parsed(*given_figures), list(corrections), shipped())


def test_corrected_figure_counts_and_shows_what_was_printed():
    found = corrected(correction())
    rows = gate(found.observations, "press", shipped()).set_index("locator")

    assert rows.loc["¶4", "says"] == "1,054 [printed: 454]"
    assert tuple(rows.loc["¶4", ["value", "lower", "upper"]]) == (1054, 1054, 1054)
    assert rows.loc["¶3", "says"] == "1054"
    assert found.corrections[0]["reason"] == "misprint"


def test_hedged_words_become_their_interval():
    row = corrected(correction(becomes="more than 1,000")).observations.iloc[0]

    assert (row["lower"], row["qualifier"], row["value"]) == (1001, "more_than", 1000)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"until": date(2026, 11, 23)}, "expected a date up to 2026-11-23, got a snapshot of 2026-11-24"),
        ({"locator": "¶9"}, "expected the words '454', got no such figure"),
        ({"was": "455"}, "expected the words '455', got '454'"),
        ({"becomes": "many"}, "expected becomes to be a figure"),
        ({"becomes": "25 percent"}, "expected a figure in persons, got one in percent"),
    ],
)
def test_stale_correction_fails_its_source(changed, expected):
    with pytest.raises(SourceError, match=r"^press, correction of .*Look at the source again") as error:
        corrected(correction(**changed))

    assert expected in str(error.value)


def test_corrections_of_other_sources_touch_nothing():
    found = parsed(figure(454, locator="¶4"))

    assert correct(SOURCE, Snapshot(FILE, "0" * 64, "", NOW), found, [correction(source="other")], shipped()) is found


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["¶1", "¶4", "¶5"]), st.integers(450, 458)), min_size=1, max_size=8))
def test_correction_never_touches_another_figure(places):
    rows = [figure(454, locator="¶4"), *(figure(value, locator=place) for place, value in places)]
    before, after = parsed(*rows).observations, corrected(correction(), figures=rows).observations
    is_meant = before["locator"].eq("¶4") & before["says"].eq("454")

    assert after[~is_meant].equals(before[~is_meant])
    assert set(after.loc[is_meant, "says"]) == {"1,054 [printed: 454]"}


def test_shipped_corrections_can_be_read():
    assert all(isinstance(each, Correction) for each in load_corrections(FILE))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[correction]]\nsource = 'x'", "correction 1, locator: expected source, locator, was"),
        ("[[correction", "expected UTF-8 TOML"),
    ],
)
def test_file_of_corrections_that_cannot_be_used_is_an_error(tmp_path, text, expected):
    (tmp_path / "c.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=expected):
        load_corrections(tmp_path / "c.toml")
