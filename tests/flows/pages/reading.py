"""Pages as tests read them."""

import posixpath
from functools import cache
from urllib.parse import unquote

from lxml import html


def pages(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))


@cache
def read(file):
    return html.document_fromstring(file.read_text(encoding="utf-8"))


def text(element):
    return " ".join(element.text_content().split())


def headings(document):
    return [int(each.tag[1]) for each in document.iter("h1", "h2", "h3", "h4", "h5", "h6")]


def broken_links(folder, page):
    """The links of a page within the site that lead nowhere."""
    missing = []
    for href in read(folder / page).xpath("//*[self::a or self::link]/@href | //script/@src"):
        if "://" in href:
            continue
        path, _, fragment = href.partition("#")
        there = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(path))) if path else page
        is_there = (folder / there).is_file()
        if not is_there or (fragment and not read(folder / there).xpath("//*[@id=$id]", id=fragment)):
            missing.append(href)
    return missing
