"""What the periods of a table let a person suspect: a year left out in the middle, or one after its publication."""

from collections.abc import Iterable, Iterator

from cuadra.checks import period
from cuadra.sources.entry import last_day


def notes(periods: Iterable[str], published: str, name: str) -> Iterator[str]:
    """A note for each suspicion; none is certain, and nothing is refused for it.

    Args:
        periods: of the figures, each as often as it is given.
        published: the edition, as text of a date.
        name: of the source.
    """
    given = sorted(set(periods))
    last = last_day(published)
    if later := [each for each in given if period.parse(each).start > last]:
        yield (
            f"{name}: the period {later[0]} begins after {published}, when it was published. Is it a forecast, or a "
            "slip?"
        )
    years = {int(each) for each in given if each.isdecimal()}
    # Two years far apart are a choice, not a gap.
    missing = sorted(set(range(min(years, default=0), max(years, default=0))) - years)
    if missing and len(missing) < len(years):
        shown = ", ".join(map(str, missing[:5]))
        yield f"{name}: no figures of {shown}, between those of {min(years)} and {max(years)}. Are rows missing?"
