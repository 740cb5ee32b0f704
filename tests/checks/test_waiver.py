from datetime import date

import pytest

from cuadra.checks.waiver import FILE, WaiverError, expired, load_waivers, needless, waive
from tests.checks.figures import confronted, figure

UNTIL = date(2027, 6, 30)


def finding():
    return confronted(figure(1), figure(2)).finding


def waivers(folder, key, more=""):
    path = folder / "waivers.toml"
    path.write_text(
        f'[[waiver]]\nfinding = "{key}"\nuntil = 2027-06-30\nreason = "told"\nwho = "ana"\n{more}', encoding="utf-8"
    )
    return load_waivers(path)


def test_shipped_waivers_can_be_read():
    assert load_waivers(FILE) == []


def test_no_file_means_no_waivers(tmp_path):
    assert load_waivers(tmp_path / "waivers.toml") == []


def test_a_waiver_silences_until_its_date(tmp_path):
    found = finding()
    accepted = waivers(tmp_path, found.loc[0, "finding"])

    assert list(waive(found, accepted, UNTIL)["is_waived"]) == [True]
    assert list(waive(found, accepted, date(2027, 7, 1))["is_waived"]) == [False]
    assert list(waive(found, [], UNTIL)["is_waived"]) == [False]


def test_a_waiver_fails_once_its_finding_is_gone(tmp_path):
    accepted = waivers(tmp_path, finding().loc[0, "finding"])

    assert needless(finding(), accepted) == []
    (line,) = needless(confronted(figure(1), figure(1)).finding, accepted)
    assert "Remove the waiver" in line


def test_waived_finding_keeps_its_key_when_the_figures_change():
    assert confronted(figure(3), figure(9)).finding.loc[0, "finding"] == finding().loc[0, "finding"]


@pytest.mark.parametrize(
    ("key", "more", "expected"),
    [
        ("nonsense", "", "waiver 1, finding"),
        ("0" * 12, "what = 1\n", "waiver 1, what"),
        ("0" * 12, "[[waiver]]\nfinding = '000000000000'\nuntil = 2027-01-01\nreason = 'r'\nwho = 'w'\n", "again"),
        ("0" * 12, "[[waiver]]\nfinding = '000000000001'\nuntil = 2027-01-01\nreason = ''\nwho = 'w'\n", "reason"),
        ("0" * 12, "[[waiver]\n", "expected UTF-8 TOML"),
        ("0" * 12, "[other]\n", "[[waiver]] only"),
    ],
)
def test_broken_waivers_are_refused_in_one_line(tmp_path, key, more, expected):
    with pytest.raises(WaiverError, match=r"^waivers\.toml") as error:
        waivers(tmp_path, key, more)

    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_waiver_of_a_cause_is_answered_with_its_findings(tmp_path):
    accepted = waivers(tmp_path, "0" * 12)
    (line,) = needless(finding(), accepted, {"0" * 12: ["a", "b"]})

    assert line.endswith("got that of a cause. Give each of its findings a waiver: a, b.")


def test_waiver_has_expired_the_day_after_its_date(tmp_path):
    accepted = waivers(tmp_path, "0" * 12)

    assert (expired(accepted, UNTIL), expired(accepted, date(2027, 7, 1))) == ([], accepted)
