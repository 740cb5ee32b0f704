"""What may have happened to a suspect figure: slips that would turn a number that fits into the one printed."""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

from cuadra.checks.explain.system import Claim, System
from cuadra.checks.intervals import Interval

WIDEST = 0.5
"""A range wider than this part of its upper end fits too many numbers to say what happened."""

BY_CHANCE = 0.2
"""A slip is offered only where a number drawn at random would fit it less often than this."""

_LEAST_OF_LABEL = 10
"""A smaller number would fit another quantity too easily for that to say something."""

Span = Callable[[str], Interval]
"""The least and the most that a quantity can be, by its name."""

REVISED = 0.05
"""Two statements of one quantity that lie no further apart, as a part of the larger, may be of two editions."""

_MOST_NUMBERS = 10
"""Numbers that fit, at most, for a digit to be looked for in them."""


class Hypothesis(NamedTuple):
    """One slip: its kind, the number or quantity it leads to, and the claims that speak for it.

    With ``fits``, the number may be right under another label: it is what that other quantity can be.
    ``by_chance`` is how often a number drawn at random would fit as well: the smaller, the more the slip says.
    """

    kind: str
    number: float | None = None
    quantity: str | None = None
    fits: Interval | None = None
    claims: tuple[Claim, ...] = ()
    ratio: float | None = None
    by_chance: float = 0.0


def of(claim: Claim, fits: Interval, system: System, span: Span) -> tuple[Hypothesis, ...]:
    """The hypotheses that fit an exact count or an amount, the strongest first; none for shares and hedged figures."""
    if claim.base or claim.stated_of or claim.qualifier not in {"exact", "rounded"}:
        return ()
    editions = _edition(claim, system)
    if claim.quantity in system.amounts:
        return (*editions, *_of_amount(claim, fits, is_signed=claim.quantity in system.signed))
    if claim.lower != claim.upper:
        return tuple(editions)
    value = int(claim.lower)
    found = [*_factor(value, fits), *_digits(value, fits), *_swapped(claim, fits, system, span)]
    found += [*_with_part(claim, fits, system, span), *_another(claim, system, span)]
    found.sort(key=lambda each: not (each.kind == "another quantity" and each.claims))
    return (*editions, *found)


def _edition(claim: Claim, system: System) -> list[Hypothesis]:
    """Another statement of the quantity is a later edition's; where no date says so, one that lies near may be."""
    others = [
        other
        for other in system.claims_of[claim.quantity]
        if other.base is None and other.stated_of is None and (other.lower > claim.upper or other.upper < claim.lower)
    ]
    later = tuple(other for other in others if _is_before(claim.published, other.published))
    if later:
        return [Hypothesis("later edition", claims=later)]
    near = tuple(
        other
        for other in others
        if other.published == claim.published and other.place != claim.place
        and max(other.lower - claim.upper, claim.lower - other.upper)
        <= REVISED * max(abs(claim.lower), abs(other.lower))
    )  # fmt: skip
    return [Hypothesis("another edition", claims=near)] if near else []


def _is_before(day: str, other: str) -> bool:
    """Whether a date is before another, as far as both are known: a year, a month or a day."""
    known = min(len(day), len(other))
    return day[:known] < other[:known]


def _factor(value: int, fits: Interval) -> Iterator[Hypothesis]:
    """The number is ten, a hundred or a thousand times too large or too small."""
    if value <= 0 or not _tight(fits):
        return
    numbers = [value * factor for factor in (10, 100, 1000)]
    numbers += [value // factor for factor in (10, 100, 1000) if value % factor == 0]
    for number in numbers:
        chance = (fits.upper - fits.lower + 1) / max(number, value)
        if fits.lower <= number <= fits.upper and chance < BY_CHANCE:
            yield Hypothesis("factor", float(number), by_chance=chance)


def _of_amount(claim: Claim, fits: Interval, *, is_signed: bool) -> Iterator[Hypothesis]:
    """The sign of an amount is lost or too many, or it is in thousands where the others are in millions, or so."""
    value = (claim.lower + claim.upper) / 2
    for factor in (-1.0, 10.0, 100.0, 1000.0, 1e6, 0.1, 0.01, 0.001, 1e-6) if value else ():
        if factor < 0 and not is_signed:
            continue
        ends = Interval(*sorted((claim.lower * factor, claim.upper * factor)))
        # What fits by chance lies anywhere between both numbers, and is no further apart than both are wide.
        chance = (fits.upper - fits.lower + ends.upper - ends.lower) / (abs(value) + abs(value * factor))
        if not ends.meet(fits).is_empty() and chance < BY_CHANCE:
            yield Hypothesis("sign" if factor < 0 else "factor", value * factor, by_chance=chance)


def _digits(value: int, fits: Interval) -> list[Hypothesis]:
    """Two neighbouring digits changed places, or one digit is another, doubled or missing."""
    if value < 0 or not _tight(fits) or fits.upper - fits.lower > _MOST_NUMBERS:
        return []
    text = str(value)
    space = 10 ** len(text)
    swaps = {text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1)} - {text}
    width = fits.upper - fits.lower + 1
    found = []
    for number in range(max(math.ceil(fits.lower), 0), math.floor(fits.upper) + 1):
        other = str(number)
        if other in swaps:
            found.append(Hypothesis("swapped digits", float(number), by_chance=width * len(swaps) / space))
        elif number != value and _is_one_digit_off(text, other):
            found.append(Hypothesis("digit", float(number), by_chance=width * 9 * len(text) / space))
    kept = [each for each in found if each.by_chance < BY_CHANCE]
    return sorted(kept, key=lambda each: each.kind != "swapped digits")[:3]


def _is_one_digit_off(text: str, other: str) -> bool:
    """Whether one digit is another, missing or doubled."""
    if len(text) == len(other):
        return sum(a != b for a, b in zip(text, other, strict=True)) == 1
    shorter, longer = sorted((text, other), key=len)
    return len(longer) == len(shorter) + 1 and any(
        longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer))
    )


def _swapped(claim: Claim, fits: Interval, system: System, span: Span) -> list[Hypothesis]:
    """Another figure of the same place and this one changed places."""
    if not _tight(fits):
        return []
    beside = [
        other
        for other in system.claims
        if other.source == claim.source and other.place == claim.place and other.quantity != claim.quantity
        and other.lower == other.upper != claim.lower and other.base is None
    ]  # fmt: skip
    chance = len(beside) * (fits.upper - fits.lower + 1) / max(fits.upper, claim.lower, 1)
    if chance >= BY_CHANCE:
        return []
    for other in beside:
        if fits.lower <= other.lower <= fits.upper:
            room = span(other.quantity)
            if room.lower <= claim.lower <= room.upper:
                return [Hypothesis("swapped figures", other.lower, other.quantity, claims=(other,), by_chance=chance)]
    return []


def _with_part(claim: Claim, fits: Interval, system: System, span: Span) -> list[Hypothesis]:
    """The number already includes another figure of the same source that is printed beside it.

    It is then a total; where nobody else states that total, many numbers may fit it and it is offered all the same.
    """
    for relation in system.relations_of[claim.quantity]:
        parts = [name for name, coefficient in relation.terms if coefficient > 0]
        if claim.quantity not in parts:
            continue
        beside = [
            other
            for name in parts
            for other in system.claims_of[name]
            if name != claim.quantity and other.source == claim.source and not other.base
            and other.lower == other.upper != 0
        ]  # fmt: skip
        chance = min(1.0, len(beside) * (fits.upper - fits.lower + 1) / max(claim.lower, 1))
        total = relation.total
        is_free = total is not None and not _is_stated(total, claim, system)
        for other in beside:
            less = claim.lower - other.lower
            if not fits.lower <= less <= fits.upper:
                continue
            room = span(total) if total is not None and is_free else None
            if room is not None and _holds(room, claim.lower):
                chance = min(chance, (room.upper - room.lower + 1) / max(room.upper, 1))
                return [Hypothesis("includes", less, other.quantity, room, (other,), by_chance=chance)]
            if chance < BY_CHANCE:
                return [Hypothesis("includes", less, other.quantity, claims=(other,), by_chance=chance)]
    return []


def _another(claim: Claim, system: System, span: Span) -> list[Hypothesis]:
    """The number would fit another quantity of its block that nobody else states, best where its shares fit too."""
    if claim.lower < _LEAST_OF_LABEL:
        return []
    block = _block(claim.quantity)
    near = {name for relation in system.relations_of[claim.quantity] for name, _ in relation.terms} - {claim.quantity}
    free = [name for name in sorted(near) if _block(name) == block and not _is_stated(name, claim, system)]
    shares = [other for other in system.claims if other.stated_of == claim.observation_id] if free else []
    found = []
    for quantity in free:
        room = span(quantity)
        if not room.lower <= claim.lower <= room.upper or room.upper - room.lower > 2 * max(claim.lower, 1):
            continue
        total = span(claim.quantity)
        is_share = (
            bool(shares) and any(share.quantity == quantity for share in shares) and total.lower == total.upper > 0
        )
        ratio = claim.lower / total.lower if is_share else None
        fitting = tuple(s for s in shares if ratio is not None and _share_fits(s, ratio, claim.lower))
        chance = min(1.0, (room.upper - room.lower + 1) / max(room.upper, 1))
        if chance >= WIDEST and not fitting:
            continue
        found.append(Hypothesis("another quantity", None, quantity, room, fitting, ratio, chance))
    return sorted(found, key=lambda each: (not each.claims, each.by_chance, each.quantity))[:2]


def _is_stated(quantity: str, claim: Claim, system: System) -> bool:
    """Whether a figure that is not withdrawn with the claim states a quantity."""
    return any(
        other.base is None and other.stated_of is None and claim.observation_id not in other.computed_from
        for other in system.claims_of[quantity]
    )


def _block(quantity: str) -> list[str]:
    """What a quantity is of without its breakdowns: indicator, area, period, register."""
    return [part for part in quantity.split(" ") if "=" not in part]


def _share_fits(share: Claim, ratio: float, of_figure: float) -> bool:
    """Whether a share stated of a figure is true of the ratio; its bounds are counts of that figure."""
    return share.likely_lower <= ratio * of_figure <= share.likely_upper


def _holds(room: Interval, value: float) -> bool:
    return room.lower <= value <= room.upper


def _tight(fits: Interval) -> bool:
    return fits.upper < math.inf and fits.upper - fits.lower <= WIDEST * max(fits.upper, 1)
