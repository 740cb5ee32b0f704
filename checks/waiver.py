"""Waivers: known findings that are accepted until a date, with a reason."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

if TYPE_CHECKING:
    import pandas as pd

FILE = Path(__file__).parent / "waivers.toml"
Text = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]


class WaiverError(Exception):
    """A file of waivers that cannot be used; the message is one line that names the file and the waiver."""


class Waiver(BaseModel):
    """One finding that is accepted up to and including a date."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    finding: Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9a-f]{12}$")]
    until: date
    reason: Text
    who: Text


def load_waivers(path: Path = FILE) -> list[Waiver]:
    """The waivers of a file; none where there is no file.

    Raises:
        WaiverError: the file is no TOML of waivers, or waives one finding twice.
    """
    if not path.exists():
        return []
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WaiverError(f"{path.name}: expected UTF-8 TOML, got {error}. Correct that line.") from error
    entries = table.pop("waiver", [])
    if table or not isinstance(entries, list):
        raise WaiverError(
            f"{path.name}: expected entries [[waiver]] only, got {', '.join(map(repr, [*table][:5])) or '[waiver]'}. "
            "Write each waiver under its own [[waiver]]."
        )
    waivers: dict[str, Waiver] = {}
    for number, entry in enumerate(entries, start=1):
        try:
            waiver = Waiver.model_validate(entry)
        except ValidationError as error:
            problem = error.errors()[0]
            place = ".".join(map(str, problem["loc"])) or "entry"
            raise WaiverError(
                f"{path.name}, waiver {number}, {place}: expected finding, until (a date), reason and who, "
                f"got {problem['msg'].lower()}. Correct that entry."
            ) from error
        if waiver.finding in waivers:
            raise WaiverError(
                f"{path.name}, waiver {number}: expected each finding once, got {waiver.finding!r} again. Remove one."
            )
        waivers[waiver.finding] = waiver
    return list(waivers.values())


def waive(found: "pd.DataFrame", waivers: Sequence[Waiver], today: date) -> "pd.DataFrame":
    """The findings with ``is_waived``: true up to and including the date of their waiver."""
    in_force = {waiver.finding for waiver in waivers if today <= waiver.until}
    return found.assign(is_waived=found["finding"].isin(in_force))


def needless(
    found: "pd.DataFrame", waivers: Sequence[Waiver], causes: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> list[str]:
    """One line per waiver whose finding neither fails nor is doubtful any more, to be reported as an error.

    ``causes`` has the findings of each cause by its key: a waiver that names a cause is answered with its findings.
    """
    standing = set(found.loc[found["verdict"].isin(["fails", "doubtful"]), "finding"])
    return [
        f"waivers.toml, finding {waiver.finding!r}: expected the key of a finding, got that of a cause. "
        f"Give each of its findings a waiver: {', '.join(causes[waiver.finding])}."
        if waiver.finding in causes
        else f"waivers.toml, finding {waiver.finding!r}: expected a finding that stands, got none. Remove the waiver."
        for waiver in waivers
        if waiver.finding not in standing
    ]


def expired(waivers: Sequence[Waiver], today: date) -> list[Waiver]:
    """The waivers whose date is past: what they were for is no longer accepted."""
    return [waiver for waiver in waivers if waiver.until < today]
