"""The linear system of one connected group of figures: what is claimed of which quantity, and what must hold."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Relation:
    """A rule's instance: ``lower <= sum(coefficient * quantity) <= upper``; infinite ends bind nothing."""

    rule: str
    terms: tuple[tuple[str, float], ...]
    lower: float
    upper: float


@dataclass(frozen=True)
class Claim:
    """What one observation says: its quantity lies in ``[lower, upper]``; a claim can be withdrawn.

    With ``base``, it says that its quantity is between ``lower`` and ``upper`` times the base quantity.
    With ``stated_of``, it is a share of that one printed figure, and falls with it; its bounds are then counts.
    """

    observation_id: str
    quantity: str
    lower: float
    upper: float
    likely_lower: float
    likely_upper: float
    qualifier: str = "exact"
    base: str | None = None
    stated_of: str | None = None
    says: str = ""
    place: str = ""
    source: str = ""


@dataclass(frozen=True)
class System:
    """Quantities (each ``lowest`` or more, known only by claims and relations), relations and claims.

    ``is_whole`` says that all are whole numbers.
    """

    quantities: tuple[str, ...]
    relations: tuple[Relation, ...]
    claims: tuple[Claim, ...]
    lowest: float = 0.0
    is_whole: bool = True
