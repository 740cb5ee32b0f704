import os
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuadra.checks.topic import shipped
from cuadra.sources.article import article_source
from cuadra.sources.draft import draft, guess_language
from cuadra.sources.readers.prose import paragraphs
from cuadra.sources.source import SourceError
from tests.sources.pdf import write

SHARED = Path(os.environ.get("CUADRA_SHARED", Path(__file__).parents[3] / "shared")) / "seed"
ENGLISH = [
    "A report on trafficking",
    "In the first half of 2020 police carried out 31 operations and rescued more than 300 women, "
    "25 percent of them minors.",
    "Nearly half of the 454 victims of 2019 were foreigners. On 30 July they spent $5,000 over two years in 2021.",
]
SPANISH = [
    "Informe sobre la trata",
    "En 2019 la policía rescató a 1.054 víctimas, entre ellas 907 mujeres y más de 100 menores, según la ley 28950.",
]


def entries(text, **options):
    return {each["says"]: each for each in tomllib.loads(draft(text, shipped(), **options))["figures"]}


def test_numbers_are_proposed_with_what_plain_words_say():
    found = entries(ENGLISH)

    assert found["31"]["indicator"] == "operations"
    assert found["31"]["period"] == "2020-S1"
    assert found["more than 300"] == {
        "at": "¶1", "says": "more than 300", "anchor": "rescued {} women,", "indicator": "victims_rescued", "sex": "F",
        "period": "2020-S1",
    }  # fmt: skip
    assert found["25 percent"]["share_of"] == {"?": "_T"}
    assert found["Nearly half"]["at"] == "¶2"


def test_spanish_is_guessed_and_read():
    assert guess_language(SPANISH) == "es"
    found = entries(SPANISH, language="es")

    assert found["1.054"]["period"] == "2019"
    assert (found["907"]["sex"], found["más de 100"]["age"]) == ("F", "Y0T17")


def test_what_is_no_figure_is_left_out_with_its_reason():
    text = draft(ENGLISH, shipped())

    assert {"30", "5,000", "two", "2019", "2021"}.isdisjoint(entries(ENGLISH))
    for line in ("30 (¶2): a date", "5,000 (¶2): money", "two (¶2): a span of time or an age", "2021 (¶2): a year"):
        assert line in text


def test_draft_as_it_stands_is_refused(tmp_path):
    path = tmp_path / "draft.toml"
    path.write_text(draft(ENGLISH, shipped()), encoding="utf-8")
    with pytest.raises(
        SourceError, match=r"draft.toml, publisher: expected a value, got '\?'. The draft is not finished"
    ):
        article_source(path, shipped())


def test_pdf_is_read_as_text(tmp_path):
    write(tmp_path / "a.pdf", [], note="In 2019 police rescued 1,054 victims.")

    assert paragraphs(tmp_path / "a.pdf", "a") == ["In 2019 police rescued 1,054 victims."]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=4), st.sampled_from(["en", "es"]))
def test_any_text_gives_a_draft_that_is_toml(text, language):
    found = tomllib.loads(draft(text, shipped(), language=language))

    assert found["publisher"] == "?"
    assert all(each["says"] for each in found["figures"])


@pytest.mark.skipif(not SHARED.exists(), reason="the article's text is not at hand")
def test_every_figure_of_the_seed_article_is_proposed():
    text = paragraphs(SHARED / "dialogo-2020-09-17.txt", "seed")
    said = {says.casefold() for says in entries(text)}

    assert {"more than 500", "31", "437", "68", "71", "eight", "161", "1,054", "907", "147", "25 percent", "454",
            "nearly half", "more than 1 million", "more than 300", "96", "54", "seven out of 10"} == said  # fmt: skip


def proposed(sentence, language="en"):
    return list(entries(["A report", sentence], language=language))


@pytest.mark.parametrize(
    ("sentence", "language", "says"),
    [
        ("Police rescued no more than 12 victims.", "en", ["no more than 12"]),
        ("About half a million people arrived.", "en", []),
        ("Police rescued 30-40 women.", "en", ["30-40"]),
        (
            "They freed 6 thousand victims, two hundred and eleven of them men.",
            "en",
            ["6 thousand", "two hundred and eleven"],
        ),
        ("Police rescued 2'481 victims.", "en", ["2'481"]),
        ("Three quarters of them were women. One in five was a man.", "en", ["Three quarters", "One in five"]),
        ("Se rescató a 4 mil 512 víctimas, cuarenta y dos mujeres.", "es", ["4 mil 512", "cuarenta y dos"]),
        ("Dos de cada tres eran menores. No menos de 12 eran hombres.", "es", ["Dos de cada tres", "No menos de 12"]),
        ("Some 12.5k victims were found. About 1.2m people arrived.", "en", ["Some 12.5k"]),
        ("2018 731 204 935", "en", []),
        ("Cases rose 25 percent, to 300.", "en", ["300"]),
        ("Los casos aumentaron en un 30 %.", "es", []),
        ("Cases grew from 437 to 454.", "en", []),
        ("A 12-year-old, others aged between 12 and 17, under 18.", "en", []),
        ("Rescataron a jóvenes de 23 a 27 años y a menores de 18.", "es", []),
        ("Hardly more than 12 were men.", "en", []),
        ("COVID-19 and B-52 at 10:30, on the 5th.", "en", []),
    ],
)
def test_a_number_is_proposed_as_long_as_it_goes_or_not_at_all(sentence, language, says):
    assert proposed(sentence, language) == says


WORDS = [
    "12", "30", "1,054", "and", "to", "-", "/", ".", ",", "more", "than", "not", "half", "of", "%", "percent",
    "victims", "de", "y", "cada", "k", "$", "two",
]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS)))
def test_every_number_of_a_text_is_proposed_or_listed_with_its_reason(words):
    text = " ".join(words)
    found = draft(["Title", text], shipped())
    listed = re.findall(r"^#   (.*?) \(¶1\): \S", found, re.MULTILINE)
    shown = [*entries(["Title", text]), *listed]

    assert all(any(number in says for says in shown) for number in re.findall(r"\d[\d,]*\d", text))


def test_whole_is_not_narrowed_for_sure_by_words_further_on():
    text = ["A report", "Nearly half of the 454 victims rescued in 2019 were foreigners."]
    found = draft(text, shipped())

    assert entries(text)["454"] == {
        "at": "¶1", "says": "454", "anchor": "the {} victims", "indicator": "victims_rescued", "period": "2019",
        "citizenship": "?",
    }  # fmt: skip
    assert '# Of all, citizenship = "_T", or only: "foreigners" → citizenship = "FOREIGN"?' in found


def test_register_and_area_are_left_to_a_person():
    found = tomllib.loads(draft(ENGLISH, shipped()))

    assert (found["register"], found["area"]) == ("?", "?")


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("In the second quarter of 2020", "2020-Q2"),
        ("In July 2019", "2019-M07"),
        ("Since 2018", "?"),
        ("Between January and June 2020", "?"),
        ("In 2018-2020", "?"),
        ("On 30 July 2020", "?"),
        ("In 2019", "2019"),
    ],
)
def test_only_a_plain_period_is_guessed(words, period):
    assert entries(["A report", f"{words} there were 40 cases."])["40"]["period"] == period


@pytest.mark.parametrize(
    ("sentence", "language", "periods"),
    [
        ("Durante 2023 hallaron a 212 víctimas, frente a las 187 registradas en 2022.", "es", ["2023", "2022"]),
        ("Hubo 212 casos en 2023 frente a 187 en 2022.", "es", ["2023", "2022"]),
        ("Hubo 212 casos en 2023, y otros 187 en 2022.", "es", ["2023", "2022"]),
        ("En 2023 hubo 212 casos y en 2022, 187.", "es", ["2023", "2022"]),
        ("En 2023 hubo 212 casos, frente a 187.", "es", ["2023", "?"]),
        ("Hubo 212 casos, frente a 187 en 2022.", "es", ["?", "2022"]),
        ("Según la ley de 2007 hubo 31 casos.", "es", ["?"]),
        ("En 2023 hubo 129 casos, casi el doble que el año anterior.", "es", ["2023"]),
        ("There were 212 cases, up from 187 the year before.", "en", ["?", "?"]),
        ("In 2019, 1,054 women were found and in 2020, 454.", "en", ["?", "2020"]),
        ("Of the 212 victims of 2023, 168 were women and 44 men.", "en", ["2023", "2023", "2023"]),
        ("There were 12 cases in 2019 and 2020. Of them 5 were new.", "en", ["?", "?"]),
    ],
)
def test_a_year_governs_the_numbers_of_its_clause(sentence, language, periods):
    found = tomllib.loads(draft(["A", sentence], shipped(), language=language))["figures"]

    assert [each["period"] for each in found] == periods


@pytest.mark.parametrize(
    ("sentence", "indicators"),
    [
        ("Con 41 víctimas, y con 14 casos.", ["?", "cases"]),
        ("Los lugares con más casos fueron Lima (38 víctimas) y Puno (27).", ["?", "?"]),
        ("Realizó 74 operativos y capturó a 129 personas.", ["operations", "?"]),
        ("De las 212 víctimas identificadas, 168 son mujeres.", ["victims_identified", "victims_identified"]),
        ("Hubo 212 personas y 187 casos.", ["?", "cases"]),
    ],
)
def test_an_indicator_that_the_words_do_not_say_is_asked_for(sentence, indicators):
    found = tomllib.loads(draft(["A", sentence], shipped(), language="es"))["figures"]

    assert [each["indicator"] for each in found] == indicators


@pytest.mark.parametrize(
    ("sentence", "language", "expected"),
    [
        ("Se halló a 168 mujeres.", "es", [{"sex": "F"}]),
        ("Las mujeres fueron 168 y los hombres 44.", "es", [{"sex": "?"}, {"sex": "?"}]),
        ("Of the 168 women, 44 were found in 2020.", "en", [{"sex": "F"}, {"sex": "?"}]),
        ("They found 31 victims, all of them girls.", "en", [{"sex": "?", "age": "?"}]),
        ("Hallaron a 12 menores de 12 y a 3 niñas de 14 a 17 años.", "es",
         [{"age": "?"}, {"sex": "F", "age": "Y14T17"}]),
        ("They found 61 Venezuelans and 12 from other countries.", "en",
         [{"citizenship": "VEN"}, {"citizenship": "?"}]),
        ("Hubo 38 casos en Antioquia.", "es", [{"area": "?"}]),
        ("Hubo 38 casos en Colombia.", "es", [{"area": "?"}]),
    ],
)  # fmt: skip
def test_words_that_name_a_member_never_leave_the_total(sentence, language, expected):
    found = tomllib.loads(draft(["A", sentence], shipped(), language=language))["figures"]
    said = [{key: each[key] for key in ("sex", "age", "citizenship", "area") if key in each} for each in found]

    assert said == expected


def test_people_of_the_areas_own_country_are_nationals():
    text = ["A", "Hallaron a 139 colombianas y a 61 venezolanas."]
    found = tomllib.loads(draft(text, shipped(), language="es", area="CO-ANT"))["figures"]

    assert [each["citizenship"] for each in found] == ["NATIONAL", "VEN"]
    assert '(or "NATIONAL", if the area is that country)' in draft(
        ["A", "De ellas 139 son colombianas."], shipped(), language="es"
    )


def test_dates_and_telephone_numbers_are_left_out_as_such():
    found = draft(["A", "Publicado el 14/02/2024. Llame al 122 o a la línea 018000 522020."], shipped(), language="es")

    assert tomllib.loads(found)["figures"] == []
    assert "14/02/2024 (¶1): a date." in found
    assert found.count("a telephone number") == 2


def test_draft_says_how_all_numbers_of_the_text_are_written():
    text = ["Informe", "Hubo 1,466 casos y 7,049 denuncias, más de 2,000 en Lima."]

    assert tomllib.loads(draft(text, shipped(), language="es"))["decimal"] == "."
    assert list(entries(text, language="es")) == ["1,466", "7,049", "más de 2,000"]


def test_draft_asks_where_no_one_way_reads_all_numbers():
    found = draft(["Informe", "El 33.3 % de las 1.054 víctimas."], shipped(), language="es")

    assert tomllib.loads(found)["decimal"] == "?"
    assert "which no one way reads" in found


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("La police a secouru plus de 300 victimes dans le pays et les hommes sont peu nombreux.", "fr"),
        ("A polícia resgatou 54 vítimas, das quais 12 são homens e as mais são mulheres.", "pt"),
        ("Die Polizei hat mehr als 300 Opfer befreit, die meisten wurden im Ausland gefunden.", "de"),
        ("В 2019 году полиция освободила 54 человека.", "cyrillic"),
    ],
)
def test_draft_of_another_language_is_refused_by_name(text, language):
    assert guess_language([text]) == language
    with pytest.raises(SourceError, match=f"got '{language}'"):
        draft([text], shipped(), language=guess_language([text]))


def test_hidden_text_of_a_page_is_no_figure(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(
        "<html><body><p>Police rescued 31 victims<span style='display: none'> of 907</span>.</p>"
        "<p hidden>In all 54.</p><div aria-hidden='true'><p>Or 68.</p></div></body></html>"
    )

    assert paragraphs(path, "page") == ["Police rescued 31 victims."]


def inputs():
    folder = SHARED.parent / "cases" / "inputs"
    return sorted(folder.glob("d*.txt")) if folder.exists() else []


RIGHT = {
    "d01": ["no more than 12"], "d02": [], "d03": ["30-40"], "d04": ["3 thousand", "one hundred and twenty-one"],
    "d05": ["1'054"], "d06": ["Two thirds", "One in five"],
    "d07": ["2 mil 345", "treinta y una", "Uno de cada tres", "No más de 12"], "d09": ["Some 12.5k"], "d12": [],
}  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem) for path in inputs()]
    or [pytest.param(None, marks=pytest.mark.skip(reason="no folder of texts is available"))],
)
def test_texts_of_the_shared_folder_are_drafted_as_they_say(path, tmp_path):
    (tmp_path / "text").write_text(path.read_text(encoding="utf-8").split("\n\n", 1)[1], encoding="utf-8")
    text = paragraphs(tmp_path / "text", "text")

    assert list(entries(text, language=guess_language(text))) == RIGHT[path.stem[:3]]
