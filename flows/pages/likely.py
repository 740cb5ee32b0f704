"""What is probably wrong, and the arithmetic that speaks for it, spelled out with every addend."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cuadra.checks.codelist import TOTAL
from cuadra.flows.pages.reader import Reader, Row, short
from cuadra.flows.words.explanation import is_near
from cuadra.flows.words.interval import fitting, interval
from cuadra.flows.words.number import number
from cuadra.flows.words.quantity import of_key
from cuadra.flows.words.sentence import listed, say

SLIPS = 3
"""At most so many slips of one figure are named."""


def answers(findings: list[str], reader: Reader) -> list[Row]:
    """The suspects of the first of these findings that has any, the likeliest first: rows of ``explanation``."""
    return next((reader.explanations[key] for key in findings if key in reader.explanations), [])


def fits(answer: Mapping[str, Any], figure: Row, reader: Reader) -> str:
    """The numbers that would fit in place of a figure, in words; empty where that would say too much."""
    lower, upper = answer["lower"], answer["upper"]
    small = reader.topic.small_counts
    if reader.hides and figure["unit"] in small.units and upper is not None and 1 <= upper < small.below:
        return ""
    if figure["unit"] in reader.topic.units_of("count", "amount"):
        return fitting(lower, upper, reader.language)
    return say(reader.language, "interval.percent", interval=interval(lower, upper, reader.language))


def beside(answer: Mapping[str, Any], reader: Reader) -> str:
    """The figures of which one would be wrong too, with their places; empty where there are none, or one is kept."""
    found = reader.figures((answer.get("beside") or "").split())
    if reader.hides and any(key in reader.withheld for key in found):
        return ""
    return listed(reader.language, "explanation.either of", (_printed(each, reader) for each in found.values()))


def slips(answer: Mapping[str, Any], figure: Row, reader: Reader) -> list[tuple[str, list[str]]]:
    """What may have happened to a figure: each slip in a sentence, and the arithmetic that speaks for it."""
    found = [
        each
        for each in json.loads(answer.get("slips") or "[]")
        if not is_near(each["kind"], each["number"], figure["lower"])
    ][:SLIPS]
    if reader.hides and any(key in reader.withheld for each in found for key in each["observations"]):
        return []
    below = reader.topic.small_counts.below if figure["unit"] in reader.topic.small_counts.units else 0
    shown = [each for each in found if not (reader.hides and each["number"] and each["number"] < below)]
    return [(_sentence(each, reader), list(_arithmetic(each, figure, reader))) for each in shown]


def _sentence(slip: Mapping[str, Any], reader: Reader) -> str:
    others = reader.figures(slip["observations"])
    named = ", ".join(_printed(others[key], reader) for key in slip["observations"] if key in others)
    is_share = slip["kind"] == "another quantity" and slip["ratio"] is not None and bool(named)
    text = say(
        reader.language, "slip.share of whole" if is_share else f"slip.{slip['kind']}",
        number="" if slip["number"] is None else slip["number"],
        others=named,
        quantity=of_key(slip["quantity"], reader.topic, reader.language) if slip["quantity"] else "",
        percent="" if slip["ratio"] is None else round(100 * slip["ratio"]),
    )  # fmt: skip
    return text[:1].upper() + text[1:] + "."


def _printed(figure: Row, reader: Reader) -> str:
    at = reader.at(figure["source"], figure["locator"])
    return say(reader.language, "finding.quoted_at", says=short(figure["says"], 60), at=at)


def _arithmetic(slip: Mapping[str, Any], figure: Row, reader: Reader) -> Iterator[str]:
    value, fitting, language = figure["lower"], slip["number"], reader.language
    if slip["kind"] == "another quantity":
        if slip["ratio"]:
            base = round(value / slip["ratio"])
            percent = round(100 * slip["ratio"])
            yield reader.say("likely.share", part=value, whole=base, percent=percent)
        yield from _rest(slip["quantity"], figure, reader)
    elif slip["kind"] == "includes" and fitting is not None:
        yield f"{number(value, language)} − {number(value - fitting, language)} = {number(fitting, language)}"
    elif slip["kind"] == "factor" and fitting:
        factor = value / fitting if value > fitting else fitting / value
        sign = "÷" if value > fitting else "×"
        yield f"{number(value, language)} {sign} {number(factor, language)} = {number(fitting, language)}"


def _rest(key: str, figure: Row, reader: Reader) -> Iterator[str]:
    """What is left of a figure, taken for another quantity, once the printed parts of that one are taken away."""
    *block, cell = key.split(" ") if key.count(" ") == 4 else ("", "", "", "", "")
    name, _, code = cell.partition("=")
    if not name or [figure[each] for each in ("indicator", "ref_area", "time_period", "register")] != block:
        return
    parts = next((p.parts for p in reader.topic.code_list(name).partitions if p.parent == code), ())
    others = [each for each in reader.topic.names if each != name]
    exact, rest = {}, []
    for row in _within(figure, name, parts, reader):
        is_whole = all(row[each] == TOTAL for each in others)
        if row["is_withheld"]:
            return
        if is_whole and row["lower"] == row["upper"] and row[name] not in exact:
            exact[row[name]] = row
        else:
            rest.append(row)
    rest = [row for row in rest if row[name] not in exact]
    left = figure["lower"] - sum(row["lower"] for row in exact.values())
    if not exact or len(rest) != 1 or left <= 0:
        return
    language = reader.language
    minus = " − ".join(
        [number(figure["lower"], language)]
        + [
            f"{number(row['lower'], language)} ({reader.label(name, each)})"
            for each, row in sorted(exact.items(), key=lambda one: (-one[1]["lower"], one[0]))
        ]
    )
    cells = [reader.label(each, rest[0][each]) for each in (name, *others) if rest[0][each] != TOTAL]
    says = reader.say("quoted", says=short(rest[0]["says"], 60))
    yield reader.say(
        "likely.rest", sum=f"{minus} = {number(left, language)}", says=says,
        what=", ".join(cells), at=reader.at(rest[0]["source"], rest[0]["locator"]),
    )  # fmt: skip


def _within(figure: Row, name: str, parts: tuple[str, ...], reader: Reader) -> list[Row]:
    """The counts of these codes of one breakdown in the block of a figure."""
    ids = reader.rows(
        "SELECT observation_id FROM observation INNER JOIN block USING (block) WHERE vintage_to IS NULL "
        "AND register = $register AND indicator = $indicator AND ref_area = $ref_area AND time_period = $time_period",
        **{each: figure[each] for each in ("register", "indicator", "ref_area", "time_period")},
    )
    counts = reader.topic.units_of("count", "amount")
    found = reader.figures(row["observation_id"] for row in ids).values()
    mine = [row for row in found if row[name] in parts and row["unit"] in counts]
    return sorted(mine, key=lambda row: (row["position"] is None, row["position"] or 0, row["observation_id"]))
