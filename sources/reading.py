"""How a source writes its numbers, as its entry declares or its figures together show, and the unit of each."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr

from cuadra.checks.column import apart_from_their_indicator
from cuadra.checks.topic import Topic, Unit
from cuadra.sources.readers.figures import LANGUAGES, Declared, Reading, UnreadableFigureError, read
from cuadra.sources.readers.notation import decimal_mark

Text = Annotated[StrictStr, Field(min_length=1)]


class Numbers(BaseModel):
    """What an article, a table or one figure declares of its numbers; a figure's own word comes first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decimal: Text | None = None
    thousands: StrictStr | None = None
    rounded_to: Annotated[int, Field(ge=1)] | None = None
    scale: Annotated[int, Field(ge=1)] | None = None
    decimals: Annotated[int, Field(ge=-12, le=12)] | None = None


class Printed(Numbers):
    """The words of one figure, what it counts, and its unit where that is not the indicator's."""

    says: Text
    indicator: Text
    unit: Text | None = None


def declared(figure: Numbers, article: Numbers, unit: Unit) -> Declared:
    """What is declared of the numbers of one figure in this unit; rounding and scale concern counts and amounts."""
    has_marks = figure.decimal is not None or figure.thousands is not None
    marks = figure if has_marks else article
    sized = [each for each in (figure, article) if unit.kind in {"count", "amount"} or each is figure]
    return Declared(
        decimal=marks.decimal,
        thousands=marks.thousands,
        rounded_to=next((each.rounded_to for each in sized if each.rounded_to is not None), None),
        scale=next((each.scale for each in sized if each.scale is not None), 1),
        decimals=next((each.decimals for each in sized if each.decimals is not None), None),
        kind="count" if unit.kind == "count" else "number" if unit.kind != "share" else _share(unit.code),
        is_signed=unit.is_signed,
    )


def _share(code: str) -> Literal["percent", "ratio"]:
    return "percent" if code.startswith("percent") else "ratio"


def of_figure(figure: Printed, article: Numbers, language: str, topic: Topic) -> tuple[Reading, str]:
    """The reading of a figure, and its unit: the one it states, or what its words and its indicator say.

    Raises:
        UnreadableFigureError: the words cannot be read, or are of another kind than the unit it states.
    """
    units = topic.units
    if figure.unit is not None and figure.unit not in units:
        raise UnreadableFigureError(
            "unit", f"unit: expected one of {', '.join(units)}, got {figure.unit!r}. Correct it."
        )
    counted_in = topic.indicators[figure.indicator].unit
    reading = read(figure.says, language, declared=declared(figure, article, units[figure.unit or counted_in]))
    is_share = reading.unit in {"percent", "ratio"}
    found = figure.unit or (reading.unit if is_share else counted_in)
    if is_share != (units[found].kind == "share") or (is_share and _share(found) != reading.unit):
        raise UnreadableFigureError(
            "unit", f"unit: expected one for a {reading.unit}, got {found!r}. Drop `unit`, or correct it."
        )
    if f"{figure.indicator} {found}" in apart_from_their_indicator(topic):
        raise UnreadableFigureError(
            "unit",
            f"unit: expected {counted_in!r}, the unit of {figure.indicator!r}, got {found!r}. "
            "Figures in another unit are of an indicator of their own: add a line to indicator.csv.",
        )
    return reading, found


def notation(article: Numbers, figures: Sequence[Printed], language: str, topic: Topic) -> tuple[str | None, list[str]]:
    """The decimal mark that an article declares or that its figures show together, and a note where that is unusual.

    Raises:
        UnreadableFigureError: two marks read all figures, or no one does.
    """
    if article.decimal is not None or article.thousands is not None or language not in LANGUAGES:
        return article.decimal, []
    known = [each for each in figures if each.indicator in topic.indicators]
    units = [topic.units.get(each.unit or topic.indicators[each.indicator].unit) for each in known]
    said = [(each.says, declared(each, article, unit)) for each, unit in zip(known, units, strict=True) if unit]
    found = decimal_mark(said, language)
    if found is None:
        return None, []
    other = "," if found == "." else "."
    return found, [
        f"its numbers together are written with decimal {found!r} and thousands {other!r}, and are read so. "
        f"Declare decimal = {found!r} to confirm it."
    ]
