"""The contract of an observation: one published value, with its words, its intervals and its place."""

import hashlib

import pandas as pd
import pandera.pandas as pa
from pandera.typing.pandas import Series

from cuadra.checks.intervals import LARGEST_EXACT

BREAKDOWNS = ("sex", "age", "citizenship", "exploitation", "means")
"""The breakdowns of a quantity; each has a code list with ``_T`` for the total and ``_U`` for unknown."""

BLOCK = ("register", "indicator", "ref_area", "time_period")
"""What a table of figures is about: the columns all its cells share."""

QUANTITY = (*BLOCK, *BREAKDOWNS)
"""What an observation is about; observations that agree on these speak of one quantity."""

COUNT_UNITS = ("persons", "count")
SHARE_UNITS = ("percent", "ratio", "percent_change")
RATE_UNITS = ("per_100k",)
UNITS = (*COUNT_UNITS, *SHARE_UNITS, *RATE_UNITS)
QUALIFIERS = (
    "exact", "rounded", "between", "more_than", "at_least", "fewer_than", "up_to", "about", "nearly", "suppressed",
    "not_mentioned",
)  # fmt: skip
OBS_STATUSES = tuple("ABDEIKLMOPQUVW")
"""SDMX CL_OBS_STATUS, the codes in use here; ``A`` is a normal value."""


class Observation(pa.DataFrameModel):
    """One row per published value as one vintage of one source prints it.

    Bounds are in the row's own ``unit`` (a share of 25 percent has ``lower`` 24.5); a null ``value`` means
    that no number is printed (suppressed, not mentioned). ``upper`` may be infinite, never null.
    """

    source: Series[str] = pa.Field(str_matches=r"^[a-z0-9_][a-z0-9_.-]*$")
    vintage: Series[str]
    snapshot: Series[str]
    register: Series[str]
    indicator: Series[str]
    ref_area: Series[str]
    time_period: Series[str]
    sex: Series[str]
    age: Series[str]
    citizenship: Series[str]
    exploitation: Series[str]
    means: Series[str]
    unit: Series[str] = pa.Field(isin=UNITS)
    says: Series[str]
    value: Series[float] = pa.Field(nullable=True, le=LARGEST_EXACT)
    lower: Series[float] = pa.Field(ge=-LARGEST_EXACT, le=LARGEST_EXACT)
    upper: Series[float]
    likely_lower: Series[float]
    likely_upper: Series[float]
    qualifier: Series[str] = pa.Field(isin=QUALIFIERS)
    share_of: Series[str] = pa.Field(nullable=True)
    share_base: Series[str] = pa.Field(nullable=True)
    complete: Series[str]
    obs_status: Series[str] = pa.Field(isin=OBS_STATUSES)
    locator: Series[str]
    said_by: Series[str]
    published: Series[str]

    class Config:
        """Columns are exactly these, in this order, and are never coerced."""

        strict = True
        ordered = True

    @pa.dataframe_check
    @classmethod
    def lower_is_at_most_upper(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """The interval is not empty: lower is at most upper."""
        return frame["lower"] <= frame["upper"]

    @pa.dataframe_check
    @classmethod
    def likely_lies_within_hard(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """What a reader expects lies within what the words entail."""
        return (frame["lower"] <= frame["likely_lower"]) & (frame["likely_upper"] <= frame["upper"])

    @pa.dataframe_check
    @classmethod
    def share_names_its_base(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """A share names the quantity it is a share of, and a count names none."""
        return frame["unit"].isin(SHARE_UNITS) == frame["share_of"].notna()


COLUMNS = tuple(Observation.to_schema().columns)
"""The columns of an observation, in their order."""


def observation_id(source: str, quantity: tuple[str, ...], unit: str, share_of: str | None, locator: str) -> str:
    """The name of an observation over vintages: what it is about and where it stands, never its value."""
    text = "|".join([source, *quantity, unit, share_of or "", locator])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
