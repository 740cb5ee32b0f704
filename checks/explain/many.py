"""Many groups explained, the smallest first; none is left out. Who calls says where: here, or side by side."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from cuadra.checks.explain.explain import explain, silent
from cuadra.checks.explain.explanation import Explanation
from cuadra.checks.explain.linear import SolverError
from cuadra.checks.explain.system import System

Batch = Sequence[System]

Spread = Callable[[Callable[[Batch], list[Explanation]], Iterable[Batch]], Iterable[list[Explanation]]]
"""Calls a function with each batch and returns what it returns in their order: `map`, or the one of an executor."""

_BATCH, _CLAIMS = 64, 1_000
"""Groups of one batch at most, and claims of all but its last."""


def explain_each(systems: Mapping[int, System], spread: Spread = map) -> dict[int, Explanation]:
    """The explanation of every group by its number, in the order given; a group that defeats the solver says so.

    The same whatever spreads the work, as each group is explained by itself.

    Args:
        systems: the groups by their numbers.
        spread: how batches of groups are worked through; one after the other in this process, or side by side.

    Raises:
        ExplainError: the rules contradict each other without any figure.
    """
    batches = list(_batches(systems))
    results = spread(several, [[systems[group] for group in batch] for batch in batches])
    found = {
        group: explanation
        for batch, explanations in zip(batches, results, strict=True)
        for group, explanation in zip(batch, explanations, strict=True)
    }
    return {group: found[group] for group in systems}


def several(systems: Batch) -> list[Explanation]:
    """The explanation of each of a few groups."""
    gc.freeze()  # else all that the process holds is gone through again and again for what is let go
    try:
        return [_one(system) for system in systems]
    finally:
        gc.unfreeze()


def _batches(systems: Mapping[int, System]) -> Iterator[list[int]]:
    """The groups in batches that take about as long as each other, the smallest groups first."""
    batch: list[int] = []
    claims = 0
    for group in sorted(systems, key=lambda group: (len(systems[group].claims), group)):
        batch.append(group)
        claims += len(systems[group].claims)
        if len(batch) == _BATCH or claims >= _CLAIMS:
            yield batch
            batch, claims = [], 0
    if batch:
        yield batch


def _one(system: System) -> Explanation:
    try:
        return explain(system)
    except SolverError:
        return silent(system, "solver")
