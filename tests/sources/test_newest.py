from datetime import datetime

import pytest

from cuadra.sources.fetch import fetch
from cuadra.sources.newest import link, newest
from cuadra.sources.source import SourceError
from tests.sources.test_fetch import HERE, send, server

NOW = datetime(2026, 11, 24)
PAGE = """<html><body>
<a href="/files/victims_2023.xlsx">Victims 2023</a> <a href="/files/victims_2025-03.xlsx">Victims</a>
<a href="victims-2024.xlsx" title="new">2024</a> <a href="report_2026.pdf">Report</a> <a name="x">no link</a>
</body></html>"""


def fetched(folder):
    return lambda url: fetch(url, folder, now=NOW, limits=HERE, sleep=lambda _: None)


@pytest.mark.parametrize(
    ("find", "expected"),
    [
        ("a[href$=.xlsx]", "https://example.org/files/victims_2025-03.xlsx"),
        ("a[href^=victims]", "https://example.org/data/victims-2024.xlsx"),
        ("a[title]", "https://example.org/data/victims-2024.xlsx"),
        ("a[title='new'][href*=victims]", "https://example.org/data/victims-2024.xlsx"),
        ("[href]", "https://example.org/data/report_2026.pdf"),
    ],
)
def test_newest_link_of_a_page_is_found(tmp_path, find, expected):
    (tmp_path / "page").write_text(PAGE, encoding="utf-8")

    assert link(tmp_path / "page", "https://example.org/data/index.html", find) == expected


@pytest.mark.parametrize(
    ("find", "says"), [("a[href$=.csv]", "got none on the page"), ("a > b", "expected a selector"), (" ", "selector")]
)
def test_link_that_is_none_is_refused(tmp_path, find, says):
    (tmp_path / "page").write_text(PAGE, encoding="utf-8")
    with pytest.raises(SourceError, match=says):
        link(tmp_path / "page", "https://example.org/", find)


def test_newest_year_that_answers_is_fetched(tmp_path):
    def answer(handler, _):
        is_there = "2024" in handler.path
        send(handler, 200 if is_there else 404, b"a,b\n" if is_there else b"")

    with server(answer) as (url, asked):
        found = newest(url.replace("figures", "figures-{year}"), "", fetched(tmp_path), NOW)

    assert found.url.endswith("figures-2024.csv")
    assert len(asked) == 3


def test_address_without_any_year_is_refused_and_other_errors_are_said(tmp_path):
    none = "expected an edition of 2026 or of 5 years before, got none"
    with server(lambda handler, _: send(handler, 404)) as (url, _), pytest.raises(SourceError, match=none):
        newest(url + "{year}", "", fetched(tmp_path), NOW)
    with server(lambda handler, _: send(handler, 500)) as (url, _asked), pytest.raises(SourceError, match="got 500"):
        newest(url + "{year}", "", fetched(tmp_path), NOW)


def test_link_on_a_page_is_fetched(tmp_path):
    def answer(handler, _):
        send(handler, body=b"Year,All\n2019,1\n" if handler.path.endswith("03.xlsx") else PAGE.encode())

    with server(answer) as (url, _):
        found = newest(url, "a[href$=.xlsx]", fetched(tmp_path), NOW)

    assert found.path.read_bytes().startswith(b"Year")
