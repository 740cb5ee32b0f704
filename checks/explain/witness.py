"""Statements: claims that repeat one count as one witness, and claims that rest on another are withdrawn with it."""

import csv
import math
from collections.abc import Collection
from functools import cache
from pathlib import Path

from cuadra.checks.explain.system import Claim, System


class Witnesses:
    """The statements of a group, by number: each is one claim and its echoes, the first published in front.

    ``members`` has the claims of each statement, ``statement`` the statement of each claim, ``parents`` the
    statements that a statement rests on: it is withdrawn with any of them.
    """

    def __init__(self, system: System) -> None:
        alike: dict[tuple[object, ...], list[int]] = {}
        # A share of the same printed figure is the same statement, whoever prints both.
        stated_of = {each.observation_id: (each.quantity, each.lower, each.upper) for each in system.claims}
        for number, claim in enumerate(system.claims):
            key = (
                claim.quantity,
                claim.base,
                stated_of.get(claim.stated_of or "", claim.stated_of),
                claim.lower,
                claim.upper,
            )
            alike.setdefault(key, []).append(number)
        self.members = [
            tuple(sorted(numbers, key=lambda n: (system.claims[n].published or "9", n))) for numbers in alike.values()
        ]
        self.statement = {number: place for place, numbers in enumerate(self.members) for number in numbers}
        number_of = {claim.observation_id: number for number, claim in enumerate(system.claims)}
        self.parents: dict[int, set[int]] = {}
        for number, claim in enumerate(system.claims):
            named = {*claim.computed_from, *([claim.stated_of] if claim.stated_of else [])}
            found = {self.statement[number_of[name]] for name in named if name in number_of}
            mine = self.statement[number]
            # An echo repeats what the first said, not where it came from: one that rests on nothing is no echo's proof.
            self.parents[mine] = self.parents.get(mine, set()) | (found - {mine})
        self.weights = {
            place: min(weight(system.claims[number]) for number in numbers)
            for place, numbers in enumerate(self.members)
        }

    def blamed(self, claims: Collection[int]) -> set[int]:
        """The statements whose withdrawal ends a conflict of these claims: their own, and those they rest on."""
        found: set[int] = set()
        left = [self.statement[number] for number in claims]
        while left:
            place = left.pop()
            if place not in found:
                found.add(place)
                left += self.parents[place]
        return found

    def withdrawn(self, statements: Collection[int]) -> set[int]:
        """The claims that are withdrawn with these statements."""
        found = set(statements)
        while more := {place for place, rests in self.parents.items() if rests & found} - found:
            found |= more
        return {number for place in found for number in self.members[place]}


def weight(claim: Claim) -> float:
    """What withdrawing a claim costs: ln((1 - p) / p), with p of ``blame.csv``; infinite for one never blamed."""
    kind = "share" if claim.base or claim.stated_of else claim.qualifier
    probability = _blame().get(kind, 0.02)
    return math.log((1 - probability) / probability) if probability else math.inf


@cache
def _blame() -> dict[str, float]:
    with (Path(__file__).parent / "blame.csv").open(encoding="utf-8", newline="") as file:
        return {row["qualifier"]: float(row["probability"]) for row in csv.DictReader(file)}
