"""A message in the form that its channel shows best: HTML for mail, a card for Teams; everything in it is text."""

import re
from html import escape

from cuadra.flows.words.plain import as_markdown

_ADDRESS = re.compile(r"^(?P<before>.*: |)(?P<address>https?://[^\s<>\"]+)$")


def as_html(body: str) -> str:
    """The message with a heading a block; a line that ends in an address of the web after a colon becomes a link."""
    return "\n".join(_section(*block) for block in _blocks(body))


def as_card(body: str) -> str:
    """The message in what Teams reads of Markdown: the head of each block in bold, each line by itself."""
    blocks = []
    for head, lines in _blocks(body):
        first = f"**{as_markdown(head)}**" if lines else as_markdown(head)
        blocks.append("\n\n".join([first, *map(_card_line, lines)]))
    return "\n\n".join(blocks)


def _blocks(body: str) -> list[tuple[str, list[str]]]:
    """Each block: its first line, and the lines below."""
    parted = [[line.strip() for line in block.split("\n")] for block in body.split("\n\n")]
    return [(lines[0], lines[1:]) for lines in parted]


def _section(head: str, lines: list[str]) -> str:
    if not lines:
        return f"<p>{_html_line(head)}</p>"
    return f"<h2>{escape(head)}</h2>\n<p>{'<br>'.join(map(_html_line, lines))}</p>"


def _html_line(line: str) -> str:
    if found := _ADDRESS.match(line):
        address = escape(found["address"])
        return f'{escape(found["before"])}<a href="{address}">{address}</a>'
    return escape(line)


def _card_line(line: str) -> str:
    """A line of a card; an address stays as it is, since Teams links it by itself."""
    found = _ADDRESS.match(line)
    return as_markdown(found["before"]) + found["address"] if found else as_markdown(line)
