"""Findings as they may be shown: what is withheld hides in ranges, and so does what would give it away."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from cuadra.flows.pages.reader import Reader, Row
from cuadra.flows.words.finding import LEFT


def masked(row: Row, reader: Reader) -> Row:
    """A finding as it may be shown: its terms hidden as they must be, and what they add up to with them."""
    small = reader.topic.small_counts
    terms, has_hidden = [], False
    for term in row["terms"]:
        hidden = [reader.withheld[key] for key in term["observations"].split() if key in reader.withheld]
        is_small = any(hidden) or (
            _is_persons(term, reader) and term["lower"] >= 1 and term["upper"] <= small.below - 1
        )
        if (hidden or is_small) and reader.hides:
            has_hidden = True
            ends = (0.0, small.below - 1.0 if is_small else math.inf)
            likely = {"likely_lower": ends[0], "likely_upper": ends[1]}
            terms.append({**term, "lower": ends[0], "upper": ends[1], **likely})
        else:
            terms.append(term)
    if not has_hidden:
        return {**row, "is_masked": False}
    made = {**row, "terms": terms, "is_masked": True}
    for side, names in (("left", LEFT), ("right", ("right", "whole"))):
        ends = _sum([term for term in terms if term["side"] in names])
        made[f"{side}_lower"], made[f"{side}_upper"] = ends
    made["gap"] = max(
        0.0, made["right_lower"] - made["left_upper"], made["left_lower"] - made["right_upper"]
    )  # fmt: skip
    return made


def _is_persons(term: Mapping[str, Any], reader: Reader) -> bool:
    indicator = reader.topic.indicators.get(term["indicator"])
    return indicator is not None and indicator.unit in reader.topic.small_counts.units


def _sum(terms: Sequence[Row]) -> tuple[float, float]:
    if any(not term["coefficient"] for term in terms):
        return 0.0, math.inf  # a share that rests on what is hidden
    factors = [(abs(term["coefficient"]), term) for term in terms]
    return sum(f * term["lower"] for f, term in factors), sum(f * term["upper"] for f, term in factors)
