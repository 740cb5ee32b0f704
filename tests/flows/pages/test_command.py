import json

import pytest

from tests.flows.conftest import said
from tests.flows.pages.reading import pages


def test_page_builds_a_folder_and_says_what_to_open(cuadra, first_run, tmp_path):
    result = cuadra(first_run["folder"], "page", tmp_path / "out", "--language", "es")
    found = pages(tmp_path / "out")

    assert result.exit_code == 0, result.output
    assert f"Open {tmp_path / 'out' / 'index.html'}" in result.stdout
    assert not [path for path in found if path.startswith("en/")]
    assert "es/index.html" in found


def test_page_refuses_a_folder_that_is_not_ours(cuadra, first_run, tmp_path):
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    result = cuadra(first_run["folder"], "page", tmp_path)

    assert result.exit_code == 3
    assert said(result).count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_page_refuses_a_language_it_does_not_speak(cuadra, first_run, tmp_path):
    result = cuadra(first_run["folder"], "page", tmp_path / "out", "--language", "fr")

    assert (result.exit_code, said(result)) == (2, "--language: expected en, es or both, got 'fr'.\n")


@pytest.mark.slow
def test_run_without_news_builds_pages_that_are_missing(cuadra, data):
    (data / "page" / "cuadra-pages.json").unlink()
    (data / "page" / "mine.txt").write_text("kept", encoding="utf-8")
    refused = cuadra(data, "run")
    (data / "page" / "mine.txt").rename(data / "mine.txt")
    (data / "page").rename(data / "away")
    again = json.loads(cuadra(data, "run", "--json").stdout)

    assert refused.exit_code == 0
    assert refused.stdout.splitlines()[-1].startswith("No pages were built: SiteError")
    assert again["publication"] is None
    assert again["pages"] == str(data / "page" / "index.html")
    assert (data / "page" / "index.html").is_file()
