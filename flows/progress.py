"""What a run shows while it works: bars with counts in a terminal, a few plain lines where nobody watches.

Steps say what they do in the log; a line with ``stage`` counts towards that stage, and one with ``of`` begins it.
"""

import contextlib
import logging
import sys
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from cuadra.flows.words.plain import clean
from cuadra.flows.words.sentence import label, say

FEW = 3
"""Of so many sources each has a line of its own where nobody watches."""


def begin(log: logging.Logger, stage: str, of: int, language: str) -> None:
    """Say that a stage of a run begins, which so many things go through."""
    said = say(language, f"doing.{stage}", source=say(language, "progress.sources", count=of))
    log.info(said, extra={"stage": stage, "of": of})


@contextlib.contextmanager
def progress(*, is_quiet: bool, language: str = "en") -> Iterator[None]:
    """Show on standard error what a run is doing; nothing at all if it is to be quiet."""
    terminal = Console(stderr=True, highlight=False, markup=False, emoji=False)
    logger = logging.getLogger("cuadra")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    shown: contextlib.AbstractContextManager[object] = contextlib.nullcontext()
    if is_quiet:
        handler: logging.Handler = logging.NullHandler()
    elif terminal.is_terminal:
        bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=terminal,
            transient=True,
        )
        handler, shown = _Bars(bars, language), bars
    else:
        handler = _Lines(sys.stderr)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger.addFilter(clean)
    logger.addHandler(handler)
    logging.getLogger("prefect").setLevel(logging.CRITICAL)
    try:
        with shown:
            yield
    finally:
        logger.removeHandler(handler)


class _Bars(logging.Handler):
    """A bar a stage, and one for what is done last; warnings stay."""

    def __init__(self, bars: Progress, language: str) -> None:
        super().__init__()
        self._bars, self._language = bars, language
        self._stages: dict[str, TaskID] = {}
        self._other: TaskID | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Show one line of the log."""
        stage, language = getattr(record, "stage", None), self._language
        text = record.getMessage()
        if record.levelno >= logging.WARNING:
            self._bars.console.print(text, style="yellow")
        elif stage is None:
            if self._other is None:
                self._other = self._bars.add_task("", total=None)
            self._bars.update(self._other, description=text.split("\n", 1)[0])
        elif (total := getattr(record, "of", None)) is not None:
            self._stages[stage] = self._bars.add_task(label(language, "stage", stage), total=total)
        elif stage in self._stages:
            self._bars.advance(self._stages[stage])


class _Lines(logging.StreamHandler):  # type: ignore[type-arg] # whatever standard error is
    """A line a stage; one for each source only where they are few."""

    def __init__(self, stream: object) -> None:
        super().__init__(stream)
        self._many: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Print one line of the log."""
        stage = getattr(record, "stage", None)
        total = getattr(record, "of", None)
        if stage is not None and total is not None:
            self._many |= {stage} if total > FEW else set()
            if total <= FEW:
                return
        elif stage in self._many and record.levelno < logging.WARNING:
            return
        super().emit(record)
