"""Explain what fails, in processes side by side where that is worth it: each batch with limits of time and memory."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from cuadra.checks.explain.explain import silent
from cuadra.checks.explain.explanation import Doubt, Explanation, Silence
from cuadra.checks.explain.many import Batch, Spread, explain_each
from cuadra.checks.verdicts.confront import Confrontation
from cuadra.flows.workers import EXPLAINERS, Limits, NoWorkerError, WorkerError

PROCESSES_FROM = 8_000
"""Claims of all groups together from which a second process saves more than it costs to start."""

LIMITS = Limits(seconds=120, megabytes=1_000)
"""What one batch may cost; the search for an explanation has limits of its own, by which it ends far below."""


def explain_all(
    confrontation: Confrontation, groups: Collection[int] | None = None, processes: int | None = None
) -> dict[str, Doubt | Silence]:
    """What explains each failing finding, by its key, or why nothing does; of all groups, or of those numbered so.

    In so many ``processes`` at most, as many as there are cores where nothing is said.
    """
    systems = confrontation.systems(groups)
    count = processes or os.cpu_count() or 1
    is_worth_it = count > 1 and sum(len(system.claims) for system in systems.values()) >= PROCESSES_FROM
    try:
        explanations = explain_each(systems, side_by_side(count) if is_worth_it else map).values()
    finally:
        EXPLAINERS.close()
    found = {key: about for each in explanations for key, about in each.by_finding.items()}
    return found | confrontation.silences()


def side_by_side(processes: int, limits: Limits = LIMITS) -> Spread:
    """Works batches through in so many processes; a group that breaks a limit by itself is not decided."""

    def spread(function: Callable[[Batch], list[Explanation]], batches: Iterable[Batch]) -> Iterator[list[Explanation]]:
        with ThreadPoolExecutor(processes) as threads:
            yield from threads.map(partial(_contained, limits, function), batches)

    return spread


def _contained(limits: Limits, function: Callable[[Batch], list[Explanation]], batch: Batch) -> list[Explanation]:
    try:
        return EXPLAINERS.call(limits, function, batch)
    except NoWorkerError:
        return function(batch)
    except WorkerError:
        if len(batch) > 1:
            return [each for system in batch for each in _contained(limits, function, [system])]
        return [silent(batch[0], "not decided")]
