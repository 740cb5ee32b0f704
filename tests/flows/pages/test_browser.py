"""Pages in a real browser: Debian's chromium, driven by Playwright, with the rules of axe."""

import importlib.util
import os
import shutil
from pathlib import Path

import pytest

from tests.flows.pages.reading import pages

CHROMIUM = shutil.which("chromium")
INSTALL = "apt-get install -y --no-install-recommends chromium"
IS_REQUIRED = os.environ.get("CUADRA_BROWSER") == "required"
IS_HERE = CHROMIUM and importlib.util.find_spec("playwright") and importlib.util.find_spec("axe_playwright_python")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
KINDS = ("index.html", "cause/", "area/", "source/", "series/", "series.html", "sources.html", "rules.html",
         "codes.html", "runs.html", "downloads.html")  # fmt: skip

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not IS_HERE and not IS_REQUIRED, reason=f"no browser: {INSTALL}"),
]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - where it is installed

    assert CHROMIUM, f"CUADRA_BROWSER=required, and no chromium: {INSTALL}"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def kinds(site):
    """A page of every kind that there is in both languages: the largest of each, none that leads to another."""
    found = [path for path in pages(site) if 'http-equiv="refresh"' not in (site / path).read_text(encoding="utf-8")]
    chosen = []
    for language in ("en", "es"):
        for kind in KINDS:
            here = [path for path in found if path == f"{language}/{kind}" or (
                kind.endswith("/") and path.startswith(f"{language}/{kind}"))]  # fmt: skip
            chosen += sorted(here, key=lambda path: (site / path).stat().st_size)[-1:]
    return chosen


def opened(context, file, said):
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith("file:") else said.append(request.url))
    page.goto(file.as_uri())
    return page


def violations(context, file):
    """What axe finds on a page, with everything unfolded."""
    found = importlib.util.find_spec("axe_playwright_python")
    page = context.new_page()
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    page.evaluate((Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8"))
    told = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
    page.close()

    assert len(told["passes"]) > 10
    return [(each["id"], each["nodes"][0]["html"][:200]) for each in told["violations"]]


@pytest.mark.parametrize(("scheme", "language"), [("light", "es"), ("dark", "en")])
def test_pages_break_no_rule_of_axe(browser, site, kinds, scheme, language):
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    found = {path: violations(context, site / path) for path in kinds if path.startswith(language)}
    context.close()

    assert {path: each for path, each in found.items() if each} == {}


def test_page_of_an_area_breaks_no_rule_and_fits(browser, changed):
    folder = changed(
        "INSERT INTO cause BY NAME SELECT printf('%012x', number) AS cause, cause.* EXCLUDE (cause) "
        "FROM cause, range(201) AS many(number) WHERE cause.rank = 1 AND cause.is_open",
        "INSERT INTO cause_finding SELECT printf('%012x', number), finding FROM cause_finding, "
        "range(201) AS many(number) WHERE cause = (SELECT max(cause) FROM cause WHERE rank = 1 AND is_open)",
        languages=("en",),
    )
    context, said = browser.new_context(viewport={"width": 320, "height": 800}), []
    page = opened(context, folder / "en" / "area" / "PE.html", said)
    width, sections = page.evaluate("document.documentElement.scrollWidth"), page.locator("section:visible").count()
    page.goto((folder / "en" / "cause" / f"{5:012x}.html").as_uri())
    page.wait_for_url("**/area/PE*.html#cause-*")
    context.close()
    context = browser.new_context(bypass_csp=True)
    broken = violations(context, folder / "en" / "area" / "PE.html")
    context.close()

    assert (said, broken) == ([], [])
    assert width == 320
    assert sections == 40


def test_pages_are_silent_and_ask_for_nothing_under_their_policy(browser, site, kinds):
    context, said = browser.new_context(), []
    for path in kinds:
        opened(context, site / path, said).close()
    context.close()

    assert said == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_pages_need_no_sideways_scroll(browser, site, kinds, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    wide = {}
    for path in kinds:
        page = context.new_page()
        page.goto((site / path).as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        found = page.evaluate("document.documentElement.scrollWidth")
        if found > width:
            wide[path] = found
        page.close()
    context.close()

    assert wide == {}


def test_keyboard_reaches_every_link_and_field(browser, site):
    context = browser.new_context()
    page = opened(context, site / "en" / "index.html", [])
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href], input, select, summary')].filter(each => each.offsetParent).length"
    )
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.className")
    reached, outlined = 1, []
    for _ in range(wanted * 2):
        page.keyboard.press("Tab")
        tag, outline = page.evaluate(
            "[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]"
        )
        if tag == "BODY":
            break
        reached += tag in {"A", "INPUT", "SELECT", "SUMMARY"}
        outlined.append(outline)
    context.close()

    assert first == "skip"
    assert reached >= wanted
    assert set(outlined) <= {"solid", "auto"}


def test_filter_leaves_the_causes_that_fit(browser, site):
    context = browser.new_context()
    page = opened(context, site / "es" / "index.html", [])
    every = page.locator("article:visible").count()
    page.select_option("#area", "MX")
    mexican = page.locator("article:visible").count()
    page.select_option("#area", "")
    page.fill("#words", "VÍCTIMAS 454")
    by_words = page.locator("article:visible").all_text_contents()
    shown = page.text_content("#shown")
    context.close()

    assert 0 < mexican < every
    assert by_words
    assert all("454" in each for each in by_words)
    assert shown.startswith(f"{len(by_words)} ")


def test_everything_is_there_without_scripts(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "en" / "index.html").as_uri())
    causes, form = page.locator("article:visible").count(), page.locator("form:visible").count()
    page.goto((site / "index.html").as_uri())
    page.wait_for_url("**/en/index.html")
    context.close()

    assert causes == 12
    assert form == 0


def test_pages_print(browser, site, kinds):
    context = browser.new_context()
    page = context.new_page()
    for path in kinds[:4]:
        page.goto((site / path).as_uri())
        assert page.pdf(format="A4").startswith(b"%PDF"), path
    context.close()


def test_one_file_works_under_its_own_policy(browser, changed):
    folder, said = changed(languages=("en",), is_one_file=True), []
    context = browser.new_context()
    page = opened(context, folder / "index.html", said)
    page.fill("#words", "454")
    shown = page.locator("article:visible").count()
    colour = page.evaluate("getComputedStyle(document.querySelector('.badge.bad')).color")
    context.close()

    assert said == []
    assert shown >= 1
    assert colour != "rgb(0, 0, 0)"
