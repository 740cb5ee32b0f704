import pytest

from cuadra.checks.topic import shipped
from cuadra.sources.catalog import find_sources
from cuadra.sources.source import Source, SourceError

ARTICLE = (
    'title = "t"\npublisher = "p"\npublished = 2024-01-01\nurl = "u"\nregister = "RETA"\narea = "PE"\n'
    'figures = [{ at = "1", says = "5", indicator = "cases", period = "2019" }]\n'
)
PARSE = """
from pathlib import Path
from cuadra.sources.source import Parsed, Source

def parse(snapshot):
    return Parsed(None, rows_in=0)

SOURCE = Source("{name}", "t", "p", "r", "u", parse=parse, file=Path(__file__))
"""


def put(folder, **files):
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_csv", ".csv").replace("_toml", ".toml").replace("_py", ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = find_sources(folder, shipped())
    return {each.name: each for each in found if isinstance(each, Source)}, [
        e for e in found if isinstance(e, SourceError)
    ]


def test_articles_and_folders_of_a_project_are_its_sources(tmp_path):
    found, errors = put(tmp_path, a_toml=ARTICLE, press__b_toml=ARTICLE, c__parse_py=PARSE.format(name="c"))

    assert set(found) == {"a", "b", "c", "sdmx_csv"}
    assert found["c"].origin == tmp_path / "c" / "parse.py"
    assert errors == []


def test_folder_without_sources_has_none_but_what_is_fed(tmp_path):
    assert [each.name for each in find_sources(tmp_path / "none", shipped())] == ["sdmx_csv"]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("raise ValueError('no luck\\nat all')", "got ValueError: no luck. Correct"),
        ("import nowhere_to_be_found", "got ModuleNotFoundError"),
        ("x = (", "got SyntaxError"),
        ("SOURCE = 5", "to be a cuadra.sources.source.Source, got int"),
        ("", "expected Python with SOURCE"),
    ],
)
def test_python_that_raises_fails_its_source_only(tmp_path, code, says):
    found, (error,) = put(tmp_path, a_toml=ARTICLE, c__parse_py=code)

    assert "a" in found
    assert error.source == "c"
    assert str(error).startswith("sources/c/parse.py: expected")
    assert says in str(error)
    assert "\n" not in str(error)


def test_two_modules_of_one_file_name_do_not_meet(tmp_path):
    found, errors = put(tmp_path, c__parse_py=PARSE.format(name="c"), d__parse_py=PARSE.format(name="d"))

    assert {"c", "d"} <= set(found)
    assert errors == []


def test_name_given_twice_names_both_files(tmp_path):
    found, (error,) = put(tmp_path, a_toml=ARTICLE, press__a_toml=ARTICLE, c__parse_py=PARSE.format(name="c"))

    assert "a" not in found
    assert "sources/press/a.toml" in str(error)
    assert "sources/a.toml" in str(error)


def test_what_would_be_overlooked_is_refused(tmp_path):
    _, errors = put(tmp_path, table_csv="at,says,indicator,period\n", archive__old_toml=ARTICLE)

    assert {str(each).partition(":")[0] for each in errors} == {"sources/table.csv", "sources/archive/old.toml"}


def test_table_of_figures_has_its_facts_in_a_toml_file(tmp_path):
    facts = ARTICLE.partition("figures")[0] + 'figures_file = "table.csv"\n'
    found, errors = put(tmp_path, table_toml=facts, table_csv="at,says,indicator,period,sex\n1,5,cases,2019,\n")

    assert errors == []
    assert found["table"].file == tmp_path / "table.csv"


def test_table_that_is_not_there_is_named(tmp_path):
    _, (error,) = put(tmp_path, table_toml=ARTICLE.partition("figures")[0] + 'figures_file = "none.csv"\n')

    assert "table.toml, figures_file: expected a table of figures beside this file, got none" in str(error)


def test_article_without_any_area_says_where_to_add_one(tmp_path):
    (tmp_path / "a.toml").write_text(ARTICLE.replace('area = "PE"\n', ""), encoding="utf-8")
    (source,) = (each for each in find_sources(tmp_path, shipped(), "PE") if each.name == "a")

    assert source.parse.keywords["area"] == "PE"
