"""A check bin by bin: a bin whose figures and rules are as they were is not confronted again.

What was found of a bin is kept in a folder by a name made of its figures and of all that decides verdicts, so
that it is used again as long as neither changes, also after a run that failed.
"""

import contextlib
import hashlib
import json
import math
import re
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import duckdb

from cuadra.checks.observation import columns
from cuadra.checks.part import parts
from cuadra.checks.rule import Rule
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts.engine import open_engine
from cuadra.flows import engine
from cuadra.flows.bin_task import Task, work
from cuadra.flows.checked import Checked, broken_tables, decided
from cuadra.flows.engine import EngineError
from cuadra.flows.folder import Folder
from cuadra.flows.ground import engine_hash, ground

LEAST_FIGURES, MOST_FIGURES = 20_000, 250_000
"""How many figures a bin has, where no setting says so: an eighth of all, within these."""

_FORM = 2
"""What is kept of a bin; another number where that becomes something else."""

_SAME = {"vintage", "snapshot"}
"""Columns that no verdict depends on."""

_OURS = re.compile(r"[0-9a-f]{20}(-[0-9a-f]{8}|\.json)|figures-[0-9a-f]{8}|\.[0-9a-f]{32}")
"""What is written into the folder."""


def confronted(  # noqa: PLR0913 - what a check is about
    con: duckdb.DuckDBPyConnection,
    topic: Topic,
    rules: Sequence[Rule],
    observations: str,
    *,
    folder: str,
    engine_name: str | None = None,
    bin_figures: int | None = None,
    limits: Mapping[str, str] | None = None,
    around: str | None = None,
    withholds: bool = False,
) -> Checked:
    """The verdicts of all rules on the figures of a table or view, bin by bin, each explained.

    Args:
        con: a DuckDB connection that may write files.
        topic: what the figures are about.
        rules: what must hold, of that topic.
        observations: the name of the relation, in the columns of the contract with ``observation_id``.
        folder: where bins are kept, a path or an address of fsspec.
        engine_name: what checks them, as in `engine.done`.
        bin_figures: how many figures a bin has about; what suits their number where none.
        limits: settings of DuckDB of each task.
        around: further figures that are only compared with, as in `confront`; what is kept does not know of them.
        withholds: decide too which figures are kept from others.

    Raises:
        ConfrontError, TopicError: as `confront` does.
        EngineError: as `engine.done` does.
    """
    kept = Folder(folder)
    with _writing(folder):
        kept.make()
    kept.open_in(con)
    _divide(con, topic, rules, observations, bin_figures)
    names, totals = _named(con, topic, rules, observations, f"{_FORM} {withholds}")
    known: dict[str, dict[str, Any]] = {}
    for name in names.values():
        if found := _known(kept, name, totals):
            known[name] = found

    def check(wanted: Mapping[int, Sequence[Sequence[str]] | None]) -> None:
        """Check these bins, with the tables that are broken where that is decided."""
        with _writing(folder):
            given = _written(con, topic, rules, observations, kept, wanted, around)
        tasks = [
            Task(
                number, names[number], folder, f"{given}/bin={number}", f"{given}/around.parquet", topic, tuple(rules),
                engine_hash(), limits or {}, is_alone=engine_name is None, withholds=withholds,
                decided=None if tables is None else tuple((rule, source) for rule, source in tables),
            )
            for number, tables in sorted(wanted.items())
        ]  # fmt: skip
        try:
            for name in engine.done(engine_name, work, tasks):
                known[name] = json.loads(kept.read(f"{name}.json") or "")
                _remember(kept, name, known[name], totals)
        finally:
            kept.remove(given)

    changed = {number for number, name in names.items() if name not in known}
    if changed:
        check(dict.fromkeys(changed))
    tables = broken_tables(known[name] for name in names.values())
    # A bin by itself may take for broken what all together are not, or the other way round.
    wanted = {number: decided(known[name], tables) for number, name in names.items()}
    if other := {number: of for number, of in wanted.items() if of != sorted(known[names[number]]["broken"])}:
        check(other)
    of_all = tuple(known[names[number]] for number in sorted(names))
    made = tuple(str(each["folder"]) for each in of_all)
    _tidy(kept, {*names.values(), *made})
    return Checked(con, tuple(rules), kept, made, of_all, tables, len(names), len(changed | {*other}))


@contextlib.contextmanager
def _writing(folder: str) -> Iterator[None]:
    """Say of what cannot be written that it is the folder of bins, and not the publication.

    Raises:
        EngineError: it is not there, is read only, or is full.
    """
    try:
        yield
    except (OSError, duckdb.IOException) as error:
        raise EngineError(
            f"folder of bins, {folder}: expected one that can be written, got {str(error).splitlines()[0][:200]}. "
            "Correct CUADRA_CHECKED, or give this process rights there; what was published is as it was."
        ) from error


def _divide(
    con: duckdb.DuckDBPyConnection, topic: Topic, rules: Sequence[Rule], observations: str, bin_figures: int | None
) -> None:
    """Make table ``part`` with as many bins as the number of figures asks for."""
    (figures,) = con.execute(f"SELECT count(*) FROM {observations}").fetchall()[0]
    size = bin_figures or min(max(figures // 8, LEAST_FIGURES), MOST_FIGURES)
    bins: int = 2 ** max(math.ceil(math.log2(max(figures, 1) / size)), 0)
    parts(con, topic, rules, observations, bins=bins)


def _named(
    con: duckdb.DuckDBPyConnection, topic: Topic, rules: Sequence[Rule], observations: str, form: str
) -> tuple[dict[int, str], dict[tuple[str, str], str]]:
    """The name of each bin by its number, and what names all figures of each register and indicator."""
    said = ", ".join(["observation_id", *(name for name in columns(topic) if name not in _SAME)])
    rows = con.execute(
        f"SELECT bin, register, indicator, count(*), sum(hash({said})) FROM {observations} "
        "INNER JOIN part USING (register, indicator, ref_area) GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    versions = "|".join(f"{rule.name} {rule.severity} {rule.stated!r}" for rule in rules)
    basis = f"{form}|{ground(topic)}|{duckdb.__version__}|{versions}"
    of_bin: dict[int, list[object]] = {} if rows else {0: []}
    totals: dict[tuple[str, str], tuple[int, int]] = {}
    for number, register, indicator, count, total in rows:
        of_bin.setdefault(number, []).append((register, indicator, count, total))
        before = totals.get((register, indicator), (0, 0))
        totals[register, indicator] = before[0] + count, before[1] + int(total)
    return (
        {number: _short(f"{basis}|{each}") for number, each in of_bin.items()},
        {pair: _short(str(each)) for pair, each in totals.items()},
    )


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _known(folder: Folder, name: str, totals: Mapping[tuple[str, str], str]) -> dict[str, Any] | None:
    """What is kept of a bin of this name; none where it is not, or was compared with figures that are others now."""
    text = folder.read(f"{name}.json")
    if text is None:
        return None
    said: dict[str, Any] = json.loads(text)
    is_same = said.get("totals") == _compared(said, totals)
    return said if is_same else None


def _compared(said: Mapping[str, Any], totals: Mapping[tuple[str, str], str]) -> list[str | None]:
    return [totals.get((register, indicator)) for register, indicator in said["compared"]]


def _remember(folder: Folder, name: str, said: dict[str, Any], totals: Mapping[tuple[str, str], str]) -> None:
    """Say with a bin what the figures that it was compared with were."""
    said["totals"] = _compared(said, totals)
    folder.write(f"{name}.json", json.dumps(said, ensure_ascii=False))


def _written(  # noqa: PLR0913, PLR0917 - what is written
    con: duckdb.DuckDBPyConnection,
    topic: Topic,
    rules: Sequence[Rule],
    observations: str,
    folder: Folder,
    changed: Collection[int],
    around: str | None,
) -> str:
    """Write the figures of these bins, a folder each, and all exact ones beside them; return the folder of both."""
    given = f"figures-{uuid.uuid4().hex[:8]}"
    folder.make(given)
    open_engine(con, topic, rules, observations)
    named = f"SELECT {', '.join(topic.quantity)}, unit, lower, upper FROM"
    exact = f"{named} engine.given() WHERE lower = upper"
    if around:
        exact += f" UNION ALL {named} {around} WHERE lower = upper"
    con.execute(f"COPY ({exact}) TO '{folder.path(given)}/around.parquet' (FORMAT parquet)")
    con.execute("DETACH DATABASE engine")
    for number in changed:  # also of a bin without figures, so that there is something to read
        folder.make(f"{given}/bin={number}")
        none = f"{folder.path(given)}/bin={number}/none.parquet"
        con.execute(f"COPY (SELECT * FROM {observations} LIMIT 0) TO '{none}' (FORMAT parquet)")
    wanted = f"list_contains({[*changed]}, bin)"
    con.execute(
        f"COPY (SELECT figure.*, bin FROM {observations} AS figure INNER JOIN part "
        f"USING (register, indicator, ref_area) WHERE {wanted}) "
        f"TO '{folder.path(given)}' (FORMAT parquet, PARTITION_BY (bin), OVERWRITE_OR_IGNORE)"
    )
    return given


def _tidy(folder: Folder, names: set[str]) -> None:
    """Remove what is kept of figures that are others now, and nothing that is not ours."""
    for each in folder.names():
        if _OURS.fullmatch(each) and each.removesuffix(".json") not in names:
            folder.remove(each)
