"""Many groups explained side by side, the smallest first; none is left out."""

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from cuadra.checks.explain.explain import explain, silent
from cuadra.checks.explain.explanation import Explanation
from cuadra.checks.explain.linear import SolverError
from cuadra.checks.explain.system import System

PROCESSES_FROM = 8_000
"""Claims of all groups together from which a second process saves more than it costs to start."""

_BATCH = 16


def explain_each(systems: Mapping[int, System], processes: int | None = None) -> dict[int, Explanation]:
    """The explanation of every group by its number, in the order given; a group that defeats the solver says so.

    Args:
        systems: the groups by their numbers.
        processes: how many to use at most; as many as the machine has cores, where the work is worth it.

    Raises:
        ExplainError: the rules contradict each other without any figure.
    """
    ordered = sorted(systems, key=lambda group: (len(systems[group].claims), group))
    count = processes or _worth(systems.values())
    found = dict(_side_by_side(systems, ordered, count) if count > 1 else _in_turn(systems, ordered))
    return {group: found[group] for group in systems}


def _worth(systems: Iterable[System]) -> int:
    """How many processes the work is worth."""
    claims = sum(len(system.claims) for system in systems)
    return (os.cpu_count() or 1) if claims >= PROCESSES_FROM else 1


def _in_turn(systems: Mapping[int, System], ordered: Iterable[int]) -> Iterator[tuple[int, Explanation]]:
    for group in ordered:
        yield group, _one(systems[group])


def _side_by_side(
    systems: Mapping[int, System], ordered: list[int], processes: int
) -> Iterator[tuple[int, Explanation]]:
    """The same on several processes; in turn, where the machine does not let them start."""
    done: set[int] = set()
    try:
        # Never a fork of this process: it may have threads, and DuckDB's do not survive one.
        with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
            batches = [ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH)]
            results = pool.map(_several, [[systems[group] for group in batch] for batch in batches])
            for groups, found in zip(batches, results, strict=True):
                yield from zip(groups, found, strict=True)
                done |= set(groups)
    except (BrokenProcessPool, OSError):
        yield from _in_turn(systems, [group for group in ordered if group not in done])


def _several(systems: list[System]) -> list[Explanation]:
    return [_one(system) for system in systems]


def _one(system: System) -> Explanation:
    try:
        return explain(system)
    except SolverError:
        return silent(system, "solver")
