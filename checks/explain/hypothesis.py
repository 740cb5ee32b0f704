"""What may have happened to a suspect figure: slips that would turn a number that fits into the one printed."""

import math
from collections.abc import Callable

from cuadra.checks.explain.explanation import Hypothesis
from cuadra.checks.explain.system import Claim, System
from cuadra.checks.intervals import Interval

WIDEST = 0.5
"""A range wider than this part of its upper end fits too many numbers to say what happened."""


def of(claim: Claim, fits: Interval, system: System, span: Callable[[str], Interval]) -> tuple[Hypothesis, ...]:
    """The hypotheses that fit an exact count, the strongest first; none for shares, amounts and hedged figures."""
    if not system.is_whole or claim.base or claim.stated_of or claim.lower != claim.upper:
        return ()
    value = int(claim.lower)
    found = [*_factor(value, fits), *_digits(value, fits), *_swapped(claim, fits, system, span)]
    return (*found, *_with_part(claim, fits, system), *_another(claim, system, span))


def _factor(value: int, fits: Interval) -> list[Hypothesis]:
    """The number is ten, a hundred or a thousand times too large or too small."""
    if value == 0:
        return []
    numbers = [value * factor for factor in (10, 100, 1000)]
    numbers += [value // factor for factor in (10, 100, 1000) if value % factor == 0]
    return [
        Hypothesis("factor", float(number)) for number in numbers if fits.lower <= number <= fits.upper and _tight(fits)
    ]


def _digits(value: int, fits: Interval) -> list[Hypothesis]:
    """Two neighbouring digits changed places, or one digit is another, doubled or missing."""
    if not _tight(fits) or fits.upper - fits.lower > 10:
        return []
    text = str(value)
    found = []
    for number in range(int(fits.lower), int(fits.upper) + 1):
        other = str(number)
        swaps = {text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1)}
        one_off = len(text) == len(other) and sum(a != b for a, b in zip(text, other, strict=True)) == 1
        shorter, longer = sorted((text, other), key=len)
        missing = len(longer) == len(shorter) + 1 and any(
            longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))
        )
        if number != value and (other in swaps or one_off or missing):
            found.append(Hypothesis("swapped digits" if other in swaps else "digit", float(number)))
    return sorted(found, key=lambda each: each.kind != "swapped digits")[:3]


def _swapped(claim: Claim, fits: Interval, system: System, span: Callable[[str], Interval]) -> list[Hypothesis]:
    """Another figure of the same place and this one changed places."""
    if not _tight(fits):
        return []
    for other in system.claims:
        same_place = other.source == claim.source and other.place == claim.place and other.quantity != claim.quantity
        if same_place and other.lower == other.upper and other.base is None and fits.lower <= other.lower <= fits.upper:
            room = span(other.quantity)
            if room.lower <= claim.lower <= room.upper and other.lower != claim.lower:
                return [Hypothesis("swapped figures", other.lower, other.quantity, claims=(other,))]
    return []


def _with_part(claim: Claim, fits: Interval, system: System) -> list[Hypothesis]:
    """The number already includes another figure of the same source that stands beside it."""
    for relation in system.relations:
        terms = dict(relation.terms)
        if terms.get(claim.quantity, 0) <= 0:
            continue
        for other in system.claims:
            beside = (
                other.source == claim.source and terms.get(other.quantity, 0) > 0 and other.quantity != claim.quantity
            )
            if not beside or other.base or other.lower != other.upper or other.lower == 0:
                continue
            if fits.lower <= claim.lower - other.lower <= fits.upper:
                return [Hypothesis("includes", claim.lower - other.lower, other.quantity, claims=(other,))]
    return []


def _another(claim: Claim, system: System, span: Callable[[str], Interval]) -> list[Hypothesis]:
    """The number would fit another quantity of the group that nobody states, best where its shares then fit too."""
    stated = {other.quantity for other in system.claims if other.base is None and other.stated_of is None}
    shares = [other for other in system.claims if other.stated_of == claim.observation_id]
    near = {
        name for relation in system.relations for name, _ in relation.terms
        if any(other == claim.quantity for other, _ in relation.terms)
    }  # fmt: skip
    found = []
    for quantity in sorted(near - stated - {claim.quantity}):
        room = span(quantity)
        if not room.lower <= claim.lower <= room.upper or room.upper - room.lower > 2 * max(claim.lower, 1):
            continue
        total = span(claim.quantity)
        is_share = (
            bool(shares) and any(share.quantity == quantity for share in shares) and total.lower == total.upper > 0
        )
        ratio = claim.lower / total.lower if is_share else None
        fitting = tuple(s for s in shares if ratio is not None and _share_fits(s, ratio, claim.lower))
        found.append(Hypothesis("another quantity", None, quantity, room, fitting, ratio))
    return sorted(found, key=lambda each: (not each.claims, each.quantity))[:2]


def _share_fits(share: Claim, ratio: float, of_figure: float) -> bool:
    """Whether a share stated of a figure is true of the ratio; its bounds are counts of that figure."""
    return share.likely_lower <= ratio * of_figure <= share.likely_upper


def _tight(fits: Interval) -> bool:
    return fits.upper < math.inf and fits.upper - fits.lower <= WIDEST * max(fits.upper, 1)
