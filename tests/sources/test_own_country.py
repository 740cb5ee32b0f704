import pandas as pd
import pytest

from cuadra.checks.topic import shipped
from cuadra.sources.own_country import national_of, notes, own_countries


@pytest.mark.parametrize(("area", "country"), [("CO", "COL"), ("CO-ANT", "COL"), ("PE-LIM/Miraflores", "PER")])
def test_own_country_of_an_area_is_found_through_the_areas_around_it(area, country):
    assert own_countries(shipped(), area) == {"citizenship": country}


@pytest.mark.parametrize("area", [None, "", "_T", "XX"])
def test_no_area_has_no_own_country(area):
    assert own_countries(shipped(), area) == {}


@pytest.mark.parametrize(("code", "national"), [("COL", "NATIONAL"), ("FOREIGN", ""), ("_U", ""), ("NATIONAL", "")])
def test_national_code_is_the_one_beside_the_parent_of_countries(code, national):
    assert national_of(shipped(), "citizenship", code) == national


def test_own_people_among_the_foreigners_are_a_note():
    frame = pd.DataFrame({"ref_area": ["CO", "CO", "PE"], "citizenship": ["COL", "VEN", "COL"]})

    assert [*notes(frame, shipped(), "a")] == [
        "a, citizenship: expected 'NATIONAL' for people of the area's own country, got 'COL' in CO (1). "
        "As 'COL' they count among the foreigners: correct the code."
    ]
