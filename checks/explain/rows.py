"""The rows of a linear programme: what relations and claims say of sums of quantities."""

import math
from collections.abc import Iterable, Sequence

from cuadra.checks.explain.system import Claim, Relation, System

LARGEST_AMOUNT = 1e6
"""What the largest number of a group of amounts is brought to, so that the solver's tolerance is as small for all."""

Row = tuple[Sequence[tuple[str, float]], float, float, int | None]
"""Terms, least and greatest of their sum, and the number of its claim, or a negative one of its relation, or none."""


def rows_of(system: System) -> list[Row]:
    """The rows of a group of figures: those of its relations, then those of its claims."""
    rows = [row_of_relation(each, -1 - number) for number, each in enumerate(system.relations)]
    return rows + [row for number, claim in enumerate(system.claims) for row in rows_of_claim(claim, number)]


def row_of_relation(relation: Relation, owner: int) -> Row:
    """Its one row."""
    return relation.terms, relation.lower, relation.upper, owner


def rows_of_claim(claim: Claim, owner: int) -> list[Row]:
    """One row, or two for a share of a quantity."""
    if claim.base is None:
        return [([(claim.quantity, 1.0)], claim.lower, claim.upper, owner)]
    rows: list[Row] = [([(claim.quantity, 1.0), (claim.base, -claim.lower)], 0.0, math.inf, owner)]
    if not math.isinf(claim.upper):
        rows.append(([(claim.quantity, 1.0), (claim.base, -claim.upper)], -math.inf, 0.0, owner))
    return rows


def scale(rows: Iterable[Row]) -> float:
    """What the numbers of amounts are divided by: a power of two, so that nothing is lost by it."""
    ends = (abs(end) for _, *both, _ in rows for end in both if math.isfinite(end))
    return 2.0 ** math.frexp(max(ends, default=0.0) / LARGEST_AMOUNT)[1]
