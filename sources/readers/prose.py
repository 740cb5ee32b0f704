"""The text of an article, and the figures in it by their anchors: the words around each, with ``{}`` in its place."""

import re
from pathlib import Path

from cuadra.sources.readers.archive import content
from cuadra.sources.readers.document import pdf_text
from cuadra.sources.readers.numerals import SPACES
from cuadra.sources.source import SourceError

LONGEST_FIGURE = 40
"""More letters than any figure's words have."""

BYTES_MAX = 5_000_000
_KEPT = "\ue000"
"""Stands for a space that groups digits, while the others are made single."""

_BLOCKS = "//*[self::p or self::h1 or self::h2 or self::h3 or self::h4 or self::li or self::td or self::blockquote]"
_UNSEEN = (
    "//script | //style | //template | //noscript | //*[@hidden] | //*[@aria-hidden='true'] | "
    r"//*[re:test(@style, 'display\s*:\s*none|visibility\s*:\s*hidden', 'i')]"
)
"""What a browser does not show; figures in it are printed nowhere."""
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "\u00ad": None})


class AnchorError(ValueError):
    """An anchor that finds no figure, or more than one."""


def paragraphs(path: Path, name: str) -> list[str]:
    """The paragraphs of a text, an HTML page or a PDF, in one line each, quotation marks straight and spaces single.

    Raises:
        SourceError: neither text in UTF-8 nor a page, or without any words.
    """
    data = content(path, name, most=BYTES_MAX)
    if data.startswith(b"%PDF"):
        return [line for block in pdf_text(data, name) if (line := one_line(block))]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{name}, byte {error.start}: expected a text or a page in UTF-8, got 0x{data[error.start]:02x}. "
            "Save it as UTF-8."
        ) from error
    blocks = (
        _of_page(text) if re.search(r"<(p|html|body|div)[\s>]", text, re.IGNORECASE) else re.split(r"\n\s*\n", text)
    )
    found = [line for block in blocks if (line := one_line(block))]
    if not found:
        raise SourceError(f"{name}: expected the text of an article, got none. Is it the right file?")
    return found


def one_line(block: str) -> str:
    """A paragraph in one line, quotation marks straight and spaces single; a space that groups digits stays one."""
    straight = re.sub(rf"(?<=\d)([{SPACES}])(?=\d{{3}}(?!\d))", _KEPT, block.translate(_STRAIGHT))
    return " ".join(straight.split()).replace(_KEPT, SPACES[0])


def _of_page(text: str) -> list[str]:
    from lxml import html  # noqa: PLC0415 - few articles are fed as pages

    # As bytes: lxml refuses a text that declares an encoding.
    page = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    for unseen in page.xpath(_UNSEEN, namespaces={"re": "http://exslt.org/regular-expressions"}):
        if unseen.getparent() is not None:
            unseen.drop_tree()
    return [block.text_content() for block in page.xpath(_BLOCKS)]


def figure_at(anchor: str, text: list[str]) -> str:
    """The words that stand in place of ``{}``, the same wherever the anchor is found.

    An anchor such as ``rescuing {} victims`` has words on both sides; ``^{} of the`` begins its paragraph.

    Raises:
        AnchorError: it is found nowhere, or with different words.
    """
    before, mark, after = anchor.translate(_STRAIGHT).partition("{}")
    if not mark or "{}" in after or not after.strip() or not before.strip():
        raise AnchorError(f"expected words, {{}} and words, or ^{{}} and words, got {anchor!r}. Correct the anchor.")
    start = "^" + re.escape(before[1:]) if before.startswith("^") else re.escape(before)
    pattern = re.compile(f"{start}(?P<says>\\S(?:.{{0,{LONGEST_FIGURE}}}?\\S)?){re.escape(after)}")
    found = {match["says"] for block in text for match in pattern.finditer(block)}
    if len(found) != 1:
        got = " and ".join(map(repr, sorted(found))) or "it nowhere"
        raise AnchorError(
            f"expected {anchor!r} once in the text, got {got}. The text changed: compare it, then correct the anchor."
        )
    return found.pop()
