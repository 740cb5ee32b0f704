"""All pages of one language in one file: each becomes a section, and what links to it leads there."""

import base64
import hashlib
import posixpath
from collections.abc import Iterable
from typing import Any

from lxml import html

from cuadra.flows.pages.reader import Reader
from cuadra.flows.pages.render import ASSETS, HERE

_WITH_IDS = ("id", "for", "aria-labelledby")


def one_file(pages: Iterable[tuple[str, str]], reader: Reader) -> str:
    """One HTML page from the pages of a language, the front first: paths and texts as the site has them."""
    parsed = [(path, html.document_fromstring(text)) for path, text in pages if path.endswith(".html")]
    known = {path: f"p{count}" for count, (path, _) in enumerate(parsed)}
    sections, first = [], parsed[0][1]
    for count, (path, document) in enumerate(parsed):
        main = document.find(".//main")
        for element in main.iter():
            if isinstance(element.tag, str):
                _fit(element, path, known, is_front=count == 0)
        body = "".join(html.tostring(each, encoding="unicode") for each in main)
        sections.append(f'<section id="{known[path]}">\n{body}\n</section>\n')
    style, script = ((HERE / each).read_text(encoding="utf-8") for each in ASSETS)
    policy = (
        f"default-src 'none'; style-src 'sha256-{_sha256(style)}'; script-src 'sha256-{_sha256(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    title = html.tostring(first.find(".//title"), encoding="unicode", with_tail=False)
    footer = html.tostring(first.find(".//body/footer"), encoding="unicode", with_tail=False)
    links = "".join(
        f'<li><a href="#{known[path]}">{html.tostring(each, method="text", encoding="unicode").strip()}</a></li>'
        for path, each in _nav(first, parsed[0][0])
        if path in known
    )
    return (
        f'<!doctype html>\n<html lang="{reader.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n{title}\n<style>{style}</style>\n</head>\n<body>\n'
        f'<header><div class="wrap"><span class="name">cuadra</span><nav aria-label="{reader.say("nav.label")}"><ul>'
        f'{links}</ul></nav></div></header>\n<main class="wrap">\n{"".join(sections)}</main>\n{footer}\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _nav(document: Any, here: str) -> list[tuple[str, Any]]:
    return [(_there(here, each.get("href")), each) for each in document.findall(".//header//nav//a")]


def _there(here: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(here), href.partition("#")[0]))


def _fit(element: Any, path: str, known: dict[str, str], *, is_front: bool) -> None:
    """Make an element fit among those of the other pages: its level, its ids, its links."""
    if element.tag in {"h1", "h2", "h3", "h4"} and not is_front:
        element.tag = f"h{int(element.tag[1]) + 1}"
    for name in _WITH_IDS:
        if element.get(name) and not is_front:
            element.set(name, f"{known[path]}-{element.get(name)}")
    href = element.get("href")
    if href is None or element.tag != "a" or "://" in href:
        return
    there, fragment = _there(path, href) if href.partition("#")[0] else path, href.partition("#")[2]
    if there not in known:
        element.attrib.pop("href")
    elif fragment:
        element.set("href", f"#{fragment if known[there] == 'p0' else f'{known[there]}-{fragment}'}")
    else:
        element.set("href", f"#{known[there]}")


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
