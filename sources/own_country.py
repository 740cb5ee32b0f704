"""Which member of a breakdown is the country of an area itself, and what its own people are then called.

Both are in the code lists: a country has its code of three letters in ``alpha_3`` of ``ref_area.csv``, and where a list
parts the total into countries' common parent and one other code, that one is the area's own (``NATIONAL``).
"""

from collections.abc import Iterator

import pandas as pd

from cuadra.checks.codelist import AREA, NOT_STATED, TOTAL, UNKNOWN
from cuadra.checks.topic import Topic


def own_countries(topic: Topic, area: str | None) -> dict[str, str]:
    """The code of the area's own country in each breakdown that has countries."""
    code = area or ""
    of = {known: country for country, known in topic.code_list(AREA).countries.items()}
    while code and code not in of:
        code = code.rpartition("/" if "/" in code else "-")[0]
    return {name: of[code] for name in topic.names if code and of[code] in topic.code_list(name).rows}


def national_of(topic: Topic, column: str, code: str) -> str:
    """The code for people of the area's own country, where this one is a country's; empty where the list has none."""
    if code not in topic.code_list(AREA).countries:
        return ""
    partitions = topic.code_list(column).partitions
    parents = {each.parent for each in partitions if code in each.parts}
    beside = {
        other
        for each in partitions
        for parent in parents & {*each.parts}
        for other in each.parts
        if other not in {parent, TOTAL, UNKNOWN, NOT_STATED}
    }
    return beside.pop() if len(beside) == 1 else ""


def notes(frame: pd.DataFrame, topic: Topic, name: str) -> Iterator[str]:
    """A note for each code by which figures count an area's own people as foreigners there."""
    own = {area: own_countries(topic, area) for area in frame["ref_area"].unique()} if len(frame) else {}
    for column in dict.fromkeys(column for each in own.values() for column in each):
        pairs = frame[["ref_area", column]].value_counts(sort=False)
        for place, count in zip(pairs.index.tolist(), pairs.tolist(), strict=True):
            area, code = str(place[0]), str(place[1])
            if own[area].get(column) == code and (national := national_of(topic, column, code)):
                yield (
                    f"{name}, {column}: expected {national!r} for people of the area's own country, got {code!r} in "
                    f"{area} ({count:,}). As {code!r} they count among the foreigners: correct the code."
                )
