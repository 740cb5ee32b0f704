"""Frames that a reading yields: observations in the contract's columns, rows quarantined, rows ignored."""

import json
import math
import re
from collections.abc import Mapping

import pandas as pd

from cuadra.checks.observation import ROW, columns
from cuadra.checks.topic import Topic, shipped
from cuadra.sources.source import IGNORED, QUARANTINED, Snapshot, Source, SourceError

COUNT = re.compile(r"\d{1,3}(,\d{3})+|\d+")
"""A printed count: digits, or groups of three with commas."""

SUPPRESSED = re.compile(r"<(\d+)")
"""A count kept small on purpose, e.g. ``<5``: 0 to 4."""


def edition(source: Source, snapshot: Snapshot) -> str:
    """What an edition is called: the date the producer gives it, or the day it was fetched."""
    return source.published or f"{snapshot.fetched_at:%Y-%m-%d}"


def is_count(says: "pd.Series[str]") -> "pd.Series[bool]":
    """Whether each text is a count or a suppressed one; anything else is for the quarantine."""
    return says.str.fullmatch(COUNT) | says.str.fullmatch(SUPPRESSED)


def observations(source: Source, snapshot: Snapshot, figures: pd.DataFrame, topic: Topic | None = None) -> pd.DataFrame:
    """One observation per row of ``figures``, in the contract's columns and the breakdowns that they have.

    Args:
        source: whose facts fill what the rows do not say: register, edition, publisher, date.
        snapshot: what they were read from.
        figures: at least ``indicator, ref_area, time_period, unit, says, locator``, and breakdowns of the topic;
            ``says`` are exact counts or suppressed ones, or rounded decimals of a rate or an amount. Where ``says`` is
            a sum of several rows, ``number`` holds what it comes to. ``repeats`` says of a row that its label stands
            for several members of a breakdown; else a quantity that another row gives again may lack a column.
        topic: whose units they have; without it, the one that comes with cuadra.

    Breakdowns that no row has are left out: `source.complete` states them as totals.
    """
    base = shipped("base")
    contract = [name for name in columns(base) if name not in base.names]
    given = {str(column): figures[column] for column in figures.columns if column != "number"}
    breakdowns = [column for column in given if column not in contract]
    order = [*contract[: contract.index("unit")], *breakdowns, *contract[contract.index("unit") :]]
    made = {
        "source": source.name, "vintage": edition(source, snapshot), "snapshot": snapshot.sha256,
        "register": source.register, "said_by": source.publisher, "published": edition(source, snapshot),
        "share_of": None, "share_base": None, "complete": "", "obs_status": "A",
        "series": source.series, "repeats": ROW, "computed_from": None,
        **_intervals(figures, topic or shipped()), **given,
    }  # fmt: skip
    return pd.DataFrame(made, index=figures.index)[order].reset_index(drop=True)


def _intervals(figures: pd.DataFrame, topic: Topic) -> Mapping[str, object]:
    """The number, its hard and likely bounds, and the qualifier of printed counts, rates and amounts."""
    says = figures["number"] if "number" in figures else figures["says"]
    most = pd.to_numeric(says.str.extract(SUPPRESSED, expand=False)).astype("float64") - 1
    is_suppressed = most.notna()
    value = pd.to_numeric(says.str.replace(",", "").where(~is_suppressed)).astype("float64")
    decimals = says.str.extract(r"\.(\d+)$", expand=False).str.len()
    units = topic.units
    if unknown := sorted(set(figures["unit"]) - set(units)):
        raise SourceError(
            f"unit: expected one of {', '.join(units)}, got {unknown[0]!r}. "
            "Correct the source's parse(), or hand it the topic."
        )
    has_decimals = figures["unit"].map({code: unit.kind in {"rate", "amount"} for code, unit in units.items()})
    least = figures["unit"].map({code: -math.inf if unit.is_signed else 0.0 for code, unit in units.items()})
    half = (0.5 / 10 ** decimals.fillna(0).astype("float64")).where(has_decimals.eq(True), 0.0)
    lower, upper = (value - half).clip(lower=least).fillna(0.0), (value + half).fillna(most)
    return {
        "value": value, "lower": lower, "upper": upper, "likely_lower": lower, "likely_upper": upper,
        "qualifier": is_suppressed.map({True: "suppressed", False: "exact"}),
    }  # fmt: skip


def quarantined(
    source: Source, snapshot: Snapshot, rows: pd.DataFrame, reason: "pd.Series[str]", key: "pd.Series[str] | str" = ""
) -> pd.DataFrame:
    """One row per row of the file that breaks the contract: its number and key, the reason, and itself as JSON."""
    made = {
        "source": source.name,
        "vintage": edition(source, snapshot),
        "snapshot": snapshot.sha256,
        "locator": ("row " + rows.index.to_series().astype(str) + " " + key).str.strip(),
        "reason": reason,
        "message": "the row has no clear meaning; see codes.csv",
        "raw": [json.dumps(row, ensure_ascii=False) for row in rows.to_dict("records")],
    }
    return pd.DataFrame(made, columns=list(QUARANTINED)).reset_index(drop=True)


def ignored(source: Source, snapshot: Snapshot, counts: Mapping[str, float]) -> pd.DataFrame:
    """One row per reason for which rows were left out on purpose, with how many."""
    rows = [
        (source.name, edition(source, snapshot), snapshot.sha256, why, int(count))
        for why, count in counts.items()
        if count
    ]
    return pd.DataFrame(rows, columns=list(IGNORED))
