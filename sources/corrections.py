"""Corrections: declared patches of a producer's error, applied after parsing, visible, and gone by a date."""

import dataclasses
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from cuadra.checks.topic import Topic
from cuadra.sources.readers.figures import UnreadableFigureError, read
from cuadra.sources.source import Parsed, Snapshot, Source, SourceError

Text = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]


class Correction(BaseModel):
    """One figure of one source: what it says, what it should say, why, and up to which day that is held.

    ``told`` is when and whom of the producer it was reported to, ``who`` the person here who decided it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    source: Text
    locator: Text
    was: Text
    becomes: Text
    reason: Text
    told: Text
    status: Literal["told", "confirmed", "refused"]
    until: date
    who: Text | None = None


def load_corrections(path: Path) -> list[Correction]:
    """The corrections of a file, in its order; none where there is no file.

    Raises:
        SourceError: the file is no TOML of corrections, or corrects one figure twice.
    """
    if not path.exists():
        return []
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"{path.name}: expected UTF-8 TOML, got {error}. Correct that line.") from error
    entries = table.pop("correction", [])
    if table or not isinstance(entries, list):
        raise SourceError(
            f"{path.name}: expected entries [[correction]] only, got "
            f"{', '.join(map(repr, [*table][:5])) or '[correction]'}. Write each under its own [[correction]]."
        )
    made: dict[tuple[str, str, str], Correction] = {}
    for number, entry in enumerate(entries, 1):
        try:
            correction = Correction.model_validate(entry)
        except ValidationError as error:
            problem = error.errors()[0]
            raise SourceError(
                f"{path.name}, correction {number}, {'.'.join(map(str, problem['loc']))}: expected "
                f"{', '.join(Correction.model_fields)}, got {problem['msg'].lower()}. Correct that entry."
            ) from error
        key = (correction.source, correction.locator, correction.was)
        if key in made:
            raise SourceError(
                f"{path.name}, correction {number}: expected each figure once, got {correction.locator!r} of "
                f"{correction.source} again. Remove one."
            )
        made[key] = correction
    return list(made.values())


def correct(source: Source, snapshot: Snapshot, parsed: Parsed, corrections: list[Correction], topic: Topic) -> Parsed:
    """What was read, with the corrections of this source applied: their words keep the printed ones beside them.

    Raises:
        SourceError: a correction is stale: expired, or about a figure that does not stand or says something else.
    """
    mine = [each for each in corrections if each.source == source.name]
    if not mine:
        return parsed
    figures = parsed.frame().copy()
    for each in mine:
        if snapshot.fetched_at.date() > each.until:
            raise _stale(each, f"a date up to {each.until}", f"a snapshot of {snapshot.fetched_at:%Y-%m-%d}")
        said = figures.loc[figures["locator"].eq(each.locator), "says"]
        if not said.eq(each.was).any():
            raise _stale(each, f"the words {each.was!r}", f"{', '.join(map(repr, said)) or 'no such figure'}")
        _apply(figures, said.index[said.eq(each.was)], each, source, topic)
    applied = tuple(each.model_dump(exclude={"who"}) for each in mine)
    return dataclasses.replace(parsed, observations=figures, corrections=applied)


def _apply(figures: pd.DataFrame, rows: "pd.Index[int]", correction: Correction, source: Source, topic: Topic) -> None:
    units = set(figures.loc[rows, "unit"])
    try:
        reading = read(correction.becomes, source.language, source.decimal)
    except UnreadableFigureError as error:
        raise _stale(correction, "becomes to be a figure", str(error)) from error
    if units - ({reading.unit} if reading.unit != "count" else set(topic.units_of("count"))):
        raise _stale(correction, f"a figure in {', '.join(sorted(units))}", f"one in {reading.unit}")
    figures.loc[rows, "says"] = f"{correction.becomes} [printed: {correction.was}]"
    figures.loc[rows, "value"] = reading.value
    figures.loc[rows, ["lower", "upper"]] = [float(bound) for bound in reading.hard]
    figures.loc[rows, ["likely_lower", "likely_upper"]] = [float(bound) for bound in reading.likely]
    figures.loc[rows, "qualifier"] = reading.qualifier


def _stale(correction: Correction, expected: str, got: str) -> SourceError:
    return SourceError(
        f"{correction.source}, correction of {correction.locator!r}: expected {expected}, got {got}. "
        "Look at the source again, then correct or remove the entry in sources/corrections.toml."
    )
