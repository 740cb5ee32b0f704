"""What may be meant by what nobody has described: codes for labels, descriptions for columns, meanings for signs."""

import difflib
from collections.abc import Sequence
from pathlib import Path

from cuadra.checks.topic import Topic
from cuadra.sources.described.description import Table
from cuadra.sources.described.drafted_columns import Columns
from cuadra.sources.described.layout import where_of
from cuadra.sources.described.observe import MISSING, code_of, look
from cuadra.sources.described.unknown import Unknown
from cuadra.sources.readers.grid import grids
from cuadra.sources.readers.period_words import plain

NEAREST = 4
_ALIKE = 0.85


def likeliest(column: str, label: str, topic: Topic) -> str | None:
    """The code that a label most likely stands for, by its words or by letters alike; none where that is a guess."""
    if column not in topic.code_lists:
        return None
    words = _words(column, topic)
    alike = difflib.get_close_matches(plain(label), list(words), n=1, cutoff=_ALIKE)
    return code_of(column, label, topic) or next((words[text] for text in alike), None)


def near_codes(column: str, label: str, topic: Topic) -> tuple[str, ...]:
    """The codes of a list that a label may stand for, the likeliest first: what has its words, or letters alike."""
    if column not in topic.code_lists:
        return ()
    words, said = _words(column, topic), plain(label)
    alike = difflib.get_close_matches(said, list(words), n=NEAREST, cutoff=0.7)
    shared = [text for text in words if len(text) > 3 and (text in said or (len(said) > 3 and said in text))]
    first = likeliest(column, label, topic)
    found = [*([first] if first else []), *(words[text] for text in (*alike, *sorted(shared, key=len)))]
    return tuple(dict.fromkeys(found))[:NEAREST]


def _words(column: str, topic: Topic) -> dict[str, str]:
    """The codes of a list by themselves and by their labels in plain words."""
    words: dict[str, str] = {}
    for code, row in topic.code_list(column).rows.items():
        for text in (code, *(text for key, text in row.items() if key.startswith("label_") and text)):
            words.setdefault(plain(text), code)
    return words


def with_nearest(
    unknown: Sequence[Unknown], path: Path, name: str, tables: Sequence[Table], topic: Topic
) -> tuple[Unknown, ...]:
    """The same, each with what may be meant, the likeliest first.

    Args:
        unknown: what is not described.
        path: the file, which columns are looked at in.
        name: of the source.
        tables: as the description has them.
        topic: whose lists have the codes.
    """
    drafted = {
        number: _drafted(path, name, tables[number], topic)
        for number in {each.table for each in unknown if each.kind == "column"}
    }
    made = []
    for each in unknown:
        if each.kind == "label":
            near = near_codes(each.dimension, each.text, topic)
        elif each.kind == "column":
            line = drafted[each.table].get(each.text, "?")
            near = () if "?" in line else (line,)
        else:
            near = ("missing",) if plain(each.text) in MISSING else ("note",) if each.is_beside else ()
        made.append(each._replace(nearest=near))
    return tuple(made)


def _drafted(path: Path, name: str, table: Table, topic: Topic) -> dict[str, str]:
    """What a draft would say of each column of the table, as TOML."""
    seen = look(grids(path, name, where_of(table)), topic, max(table.header_rows, 1))
    if seen is None:
        return {}
    lines = [line.partition(" = ") for line in Columns(seen, topic).lines() if line.startswith('"')]
    return {key[1:-1].replace('\\"', '"'): said.partition("  #")[0] for key, _, said in lines}
