"""The contract of an observation: one published value, with its words, its intervals and its place."""

from functools import cache

import pandas as pd
import pandera.pandas as pa

from cuadra.checks.intervals import LARGEST_EXACT
from cuadra.checks.topic import BLOCK, Topic

__all__ = ["BLOCK", "OBS_STATUSES", "QUALIFIERS", "apart_from_their_indicator", "columns", "schema", "texts"]

QUALIFIERS = (
    "exact", "rounded", "between", "more_than", "at_least", "fewer_than", "up_to", "about", "nearly", "suppressed",
    "not_mentioned",
)  # fmt: skip
OBS_STATUSES = tuple("ABDEIKLMOPQUVW")
"""SDMX CL_OBS_STATUS, the codes in use here; ``A`` is a normal value."""


NUMBERS = ("value", "lower", "upper", "likely_lower", "likely_upper")
NULLABLE = ("value", "share_of", "share_base", "series", "repeats", "computed_from")
UNSAID = ("series", "repeats", "computed_from")
"""Columns that say nothing where they are missing: a frame without them is a frame with nulls."""

ROW = "row"
"""What ``repeats`` says of a row of a data table; a breakdown, of a label that stands for several of its members."""


@cache
def columns(topic: Topic) -> tuple[str, ...]:
    """The columns of an observation in their order, the breakdowns of the topic among them."""
    return (
        "source", "vintage", "snapshot", *topic.quantity, "unit", "says", *NUMBERS, "qualifier", "share_of",
        "share_base", "complete", "obs_status", "locator", "said_by", "published",
        *UNSAID,
    )  # fmt: skip


def texts(topic: Topic) -> tuple[str, ...]:
    """The columns that must have a text."""
    return tuple(name for name in columns(topic) if name not in (*NUMBERS, *NULLABLE))


@cache
def apart_from_their_indicator(topic: Topic) -> tuple[str, ...]:
    """The pairs of indicator and unit, parted by a blank, whose figures could not be compared: euros and dollars.

    What is counted in persons and in cases is a count either way; what is an amount has the one unit of its indicator.
    """
    adding = topic.units_of("count", "amount")
    return tuple(
        f"{each.code} {unit}"
        for each in topic.indicators.values()
        for unit in adding
        if each.unit in adding and unit != each.unit
        and "amount" in {topic.units[unit].kind, topic.units[each.unit].kind}
    )  # fmt: skip


@cache
def schema(topic: Topic) -> pa.DataFrameSchema:
    """The contract: one row per published value as one vintage of one source prints it.

    Bounds are in the row's own ``unit`` (a share of 25 percent has ``lower`` 24.5); a null ``value`` means
    that no number is printed (suppressed, not mentioned). ``upper`` may be infinite, never null. ``series`` is the
    publication that the row's source is an edition of, null for none. ``repeats`` is what it means where a source
    gives one quantity again: null, it says so twice; ``row``, a column that tells its rows apart may be missing; a
    breakdown, each row is another member under one label of it. ``computed_from`` has the observation_ids, parted by
    blanks, that the row's author computed it from, null where nothing says so. Columns are exactly these, in this
    order, and are never coerced.
    """
    checks = {
        "source": [pa.Check.str_matches(r"^[a-z0-9_][a-z0-9_.-]*$")],
        "unit": [pa.Check.isin([*topic.units])],
        "value": [pa.Check.le(LARGEST_EXACT)],
        "lower": [pa.Check.ge(-LARGEST_EXACT), pa.Check.le(LARGEST_EXACT)],
        "qualifier": [pa.Check.isin(QUALIFIERS)],
        "obs_status": [pa.Check.isin(OBS_STATUSES)],
        "series": [pa.Check.str_matches(r"^[a-z0-9_][a-z0-9_.-]*$")],
        "repeats": [pa.Check.isin([ROW, *topic.names])],
    }
    shares, rates = topic.units_of("share"), topic.units_of("rate")

    def share_names_its_base(frame: pd.DataFrame) -> "pd.Series[bool]":
        return (frame["unit"].isin(shares) == frame["share_of"].notna()) | frame["unit"].isin(rates)

    apart = apart_from_their_indicator(topic)

    def unit_is_of_its_indicator(frame: pd.DataFrame) -> "pd.Series[bool]":
        return ~(frame["indicator"] + " " + frame["unit"]).isin(apart)

    signed = [code for code, unit in topic.units.items() if unit.is_signed]

    def only_signed_is_below_zero(frame: pd.DataFrame) -> "pd.Series[bool]":
        return (frame["lower"] >= 0) | frame["unit"].isin(signed)

    return pa.DataFrameSchema(
        {
            name: pa.Column(float if name in NUMBERS else str, checks.get(name), nullable=name in NULLABLE)
            for name in columns(topic)
        },
        checks=[
            pa.Check(
                _lower_is_at_most_upper, name="lower_is_at_most_upper",
                error="The interval is not empty: lower is at most upper.",
            ),
            pa.Check(
                _likely_lies_within_hard, name="likely_lies_within_hard",
                error="What a reader expects lies within what the words entail.",
            ),
            pa.Check(
                share_names_its_base, name="share_names_its_base",
                error="A share names the quantity it is a share of, a rate may name one, and a count names none.",
            ),
            pa.Check(
                unit_is_of_its_indicator, name="unit_is_of_its_indicator",
                error="An amount is in the unit of its indicator; in another unit it is another indicator.",
            ),
            pa.Check(
                only_signed_is_below_zero, name="only_signed_is_below_zero",
                error="Only figures of a unit that is signed may be below zero.",
            ),
        ],
        strict=True,
        ordered=True,
        name="Observation",
    )  # fmt: skip


def _lower_is_at_most_upper(frame: pd.DataFrame) -> "pd.Series[bool]":
    return frame["lower"] <= frame["upper"]


def _likely_lies_within_hard(frame: pd.DataFrame) -> "pd.Series[bool]":
    return (frame["lower"] <= frame["likely_lower"]) & (frame["likely_upper"] <= frame["upper"])
