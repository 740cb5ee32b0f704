"""An area with its causes as sections, where there are too many for a page each."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from cuadra.flows.pages.cause import Cause
from cuadra.flows.pages.links import name
from cuadra.flows.pages.reader import Reader, Row
from cuadra.flows.pages.render import Page

CAUSES = 40
"""At most so many causes are on the page of an area; the next ones are on a page of their own."""

ROWS = 6
"""At most so many figures of a side of a relation are drawn there; the rest is counted."""

DRAWN = 1_000
"""So many causes, the first by rank, have a table of figures; of the others both numbers are drawn on one axis."""


def grouped(causes: Sequence[Cause], reader: Reader) -> list[Row]:
    """The areas with their causes, the most first: ``label``, ``count``, ``path`` of the first page, and ``pages``.

    ``drawn`` has the keys of the causes that have a table of figures.
    """
    found, drawn = [], frozenset(each.key for each in causes[:DRAWN])
    for area, mine in groupby(sorted(causes, key=lambda each: each.area), key=lambda each: each.area):
        there = [*mine]
        parts = [there[at : at + CAUSES] for at in range(0, len(there), CAUSES)]
        paths = [path(reader.language, area, number) for number in range(1, len(parts) + 1)]
        label = reader.label("ref_area", area) if area else "–"
        found.append(
            {
                "label": label,
                "count": len(there),
                "path": paths[0],
                "drawn": drawn,
                "pages": [*zip(paths, parts, strict=True)],
            }
        )
    return sorted(found, key=lambda each: (-each["count"], each["label"]))


def path(language: str, area: str, number: int) -> str:
    """Where the page of an area is."""
    return f"{language}/area/{name(area) or 'none'}{f'-{number}' if number > 1 else ''}.html"


def area_pages(areas: Sequence[Row], reader: Reader) -> Iterator[Page]:
    """The pages of the areas."""
    for area in areas:
        for number, (here, causes) in enumerate(area["pages"], start=1):
            title = reader.say("area.title", area=area["label"], count=area["count"])
            others = [
                {"path": each, "number": place, "is_here": place == number}
                for place, (each, _) in enumerate(area["pages"], start=1)
            ]
            yield Page(here, "front", "area.html", title, {
                "causes": [
                    {**each.summary(here), "chart": each.chart(ROWS) if each.key in area["drawn"] else None}
                    for each in causes
                ],
                "parts": others if len(others) > 1 else [],
            })  # fmt: skip
