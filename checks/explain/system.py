"""The linear system of one connected group of figures: what is claimed of which quantity, and what must hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Relation:
    """A rule's instance: ``lower <= sum(coefficient * quantity) <= upper``; infinite ends bind nothing."""

    rule: str
    terms: tuple[tuple[str, float], ...]
    lower: float
    upper: float

    @property
    def total(self) -> str | None:
        """The quantity that two or more others make up; none where no term stands against several."""
        above = [name for name, coefficient in self.terms if coefficient > 0]
        below = [name for name, coefficient in self.terms if coefficient < 0]
        for alone, others in ((below, above), (above, below)):
            if len(alone) == 1 and len(others) > 1:
                return alone[0]
        return None


@dataclass(frozen=True)
class Claim:
    """What one observation says: its quantity lies in ``[lower, upper]``; a claim can be withdrawn.

    With ``base``, it says that its quantity is between ``lower`` and ``upper`` times the base quantity; with
    ``is_growth`` it is printed as a change of the base, so 1.347 is read as "+34.7 percent".
    With ``stated_of``, it is a share of that one printed figure, and is withdrawn with it; its bounds are counts.
    ``computed_from`` names the observations its author computed it from; it is withdrawn with any of them.
    With ``is_percent``, its quantity is itself a share, in percent; with ``per``, it is printed as a rate: so many for
    that many of the base. ``published`` is an ISO date, empty when unknown.
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
    published: str = ""
    computed_from: tuple[str, ...] = ()
    is_growth: bool = False
    is_percent: bool = False
    per: float | None = None


@dataclass(frozen=True)
class Near:
    """What figures near a quantity lead one to expect of it; every part of it may be missing.

    ``before`` and ``after`` are what the same quantity was in the periods next to its own, ``passed`` how much of
    the time between them lies before it (0 to 1). ``alike`` are the values that the most alike rows of its table
    print in its column, the most alike first. A cumulative quantity does not fall with time.
    """

    before: float | None = None
    after: float | None = None
    passed: float = 0.5
    alike: tuple[float, ...] = ()
    is_cumulative: bool = False


@dataclass(frozen=True)
class Finding:
    """A finding to explain: the relation it is about, by its place, or the share, or the quantity stated twice.

    ``claims`` are the observations behind it; a search for its conflict begins with them.
    """

    key: str
    relation: int | None = None
    share: str | None = None
    quantity: str | None = None
    claims: frozenset[str] = frozenset()


@dataclass(frozen=True)
class System:
    """Quantities (known only by claims and relations), relations and claims, and the findings to explain.

    A quantity is a whole number of zero or more; one of ``amounts`` may have decimals, one of ``signed`` may be
    below zero. ``near`` has what neighbouring figures say of a quantity.
    """

    quantities: tuple[str, ...]
    relations: tuple[Relation, ...]
    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...] = ()
    amounts: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    near: Mapping[str, Near] = field(default_factory=dict)

    @cached_property
    def relations_of(self) -> Mapping[str, list[Relation]]:
        """The relations that each quantity is part of."""
        found: dict[str, list[Relation]] = {name: [] for name in self.quantities}
        for relation in self.relations:
            for name, _ in relation.terms:
                found[name].append(relation)
        return found

    @cached_property
    def numbered_of(self) -> Mapping[str, list[tuple[int, Claim]]]:
        """The claims of each quantity with their numbers, in their order."""
        found: dict[str, list[tuple[int, Claim]]] = {name: [] for name in self.quantities}
        for number, claim in enumerate(self.claims):
            found[claim.quantity].append((number, claim))
        return found

    @cached_property
    def claims_of(self) -> Mapping[str, list[Claim]]:
        """The claims of each quantity, in their order."""
        return {name: [claim for _, claim in claims] for name, claims in self.numbered_of.items()}
