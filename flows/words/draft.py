"""A draft in the reader's language: its comments and questions; keys, codes and printed words stay."""

import re

from cuadra.flows.words.said import error_line, translated

_COMMENT = re.compile(r"(?P<before>\s*|.*?  )# {1,3}(?P<text>.*)")
_REASON = "cannot be read for sure: "


def draft_text(text: str, language: str) -> str:
    """A draft with its comments, its place of a title, and its reasons for columns left out in this language."""
    return "\n".join(_line(line, language) for line in text.split("\n"))


def _line(line: str, language: str) -> str:
    line = re.sub(r'^(\s*\{ at = )"title"', lambda found: f'{found[1]}"{translated("title", "draft", language)}"', line)
    line = re.sub(
        r'(\{ ignore = )"([^"]*)"', lambda found: f'{found[1]}"{translated(found[2], "draft", language)}"', line
    )
    found = _COMMENT.fullmatch(line)
    if not found or found["text"].startswith("… "):
        return line
    said = found["text"]
    if left := re.fullmatch(r"(?P<says>.*?) \((?P<at>title|¶\d+)\): (?P<why>.*?)\. (?P<around>… .*)", said):
        at, why = translated(left["at"], "draft", language), left["why"]
        if why.startswith(_REASON):
            line_ = error_line(why.removeprefix(_REASON) + ".", language).rstrip(".")
            why = f"{translated(_REASON.strip(), 'draft', language)} {line_}"
        else:
            why = translated(why, "draft", language)
        becomes = f"{left['says']} ({at}): {why}. {left['around']}"
    elif re.match(r"row \d+: |note, ", said):
        becomes = row_text(said, language)
    elif said.startswith("expected "):
        becomes = error_line(said, language)
    else:
        becomes = translated(said, "draft", language)
    return line[: found.start("text")] + becomes


def row_text(row: str, language: str) -> str:
    """A row of a table as it would be read, or a note, in this language."""
    if place := re.match(r"row (\d+): ", row):
        row_word = translated("row", "draft", language)
        return f"{row_word} {place[1]}: {row[place.end() :]}".replace(
            ": no figure", f": {translated('no figure', 'draft', language)}"
        )
    return error_line(row, language)
