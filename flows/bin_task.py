"""One bin checked by itself: its figures read from Parquet, confronted, explained, and what was found written aside.

Nothing but names of files comes in and goes out, so that any process that sees the folder can do it.
"""

import json
import socket
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import TemporaryDirectory

import duckdb
from pydantic import TypeAdapter

from cuadra.checks.explain.explanation import Doubt, Silence
from cuadra.checks.rule import Rule
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts.confront import TABLES, confront
from cuadra.flows import withhold
from cuadra.flows.engine import EngineError
from cuadra.flows.explaining import explain_all
from cuadra.flows.folder import Folder
from cuadra.flows.ground import engine_hash

EXPLANATIONS = TypeAdapter(dict[str, Doubt | Silence])

_ONE = threading.Lock()
"""A worker with several threads does one bin at a time: the solver is one a process."""


@dataclass(frozen=True)
class Task:
    """A bin to check: where its figures are, and under which name what was found is to be kept.

    ``around`` has the exact figures of all bins; ``engine`` is the engine that is expected of a worker; ``decided``
    are the broken tables, once all bins have been counted together; ``withholds`` says whether it is decided too which
    figures are kept from others.
    """

    bin: int
    name: str
    folder: str
    figures: str
    around: str
    topic: Topic
    rules: tuple[Rule, ...]
    engine: str
    limits: Mapping[str, str]
    is_alone: bool
    withholds: bool
    decided: tuple[tuple[str, str], ...] | None = None


def work(task: Task) -> str:
    """Check one bin, and return its name once all of it is written.

    Raises:
        EngineError: another cuadra, a folder that cannot be written, or too little memory.
    """
    where = f"bin {task.bin} on {socket.gethostname()}"
    if task.engine != engine_hash():
        raise EngineError(
            f"{where}: expected a worker with cuadra {task.engine}, got {engine_hash()}. Install the same cuadra, and "
            "the same DuckDB, where the workers are."
        )
    try:
        with _ONE, TemporaryDirectory() as spill, duckdb.connect() as con:
            con.execute(f"SET temp_directory = '{spill}'; SET enable_progress_bar = false")
            for name, value in task.limits.items():
                con.execute(f"SET {name} = '{value}'")
            _check(con, task, Folder(task.folder))
    except (OSError, duckdb.IOException) as error:
        raise EngineError(
            f"{where}: expected to read and write in {task.folder}, got {_first(error)}. "
            "Give the workers rights there; the folder must be one that all of them share."
        ) from error
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise EngineError(
            f"{where}: expected a bin that fits in memory, got {_first(error)}. Set CUADRA_BIN_FIGURES to fewer "
            "figures, or give the workers more memory (CUADRA_RUN_MEGABYTES)."
        ) from error
    return task.name


def _first(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _check(con: duckdb.DuckDBPyConnection, task: Task, folder: Folder) -> None:
    folder.open_in(con)
    files = f"'{folder.path(task.figures)}/*.parquet'"
    con.execute(f"CREATE VIEW figures AS FROM read_parquet({files}, hive_partitioning = FALSE)")
    con.execute(f"CREATE VIEW around AS FROM read_parquet('{folder.path(task.around)}')")
    found = confront(con, task.topic, task.rules, "figures", around="around", decided=task.decided)
    explained = explain_all(found, processes=None if task.is_alone else 1)
    # Why those of broken tables are not explained is said of all bins together.
    explained = {key: about for key, about in explained.items() if not (isinstance(about, Silence) and about.broken)}
    made = f"{task.name}-{uuid.uuid4().hex[:8]}"
    folder.make(made)
    for table in TABLES:
        con.execute(f"COPY {found.sql(table)} TO '{folder.path(made)}/{table}.parquet' (FORMAT parquet)")
    # JSON as Python writes it: bounds can be infinite.
    about = {
        "folder": made,
        "compared": found.compared(),
        "explained": EXPLANATIONS.dump_python(explained, mode="python"),
        "judged": con.execute(found.sql("judged")).fetchall(),
        "broken": con.execute(f"SELECT rule, source FROM {found.sql('broken')}").fetchall(),
    }
    hidden = withhold.decided(con, task.topic, task.rules, "figures") if task.withholds else withhold.NONE
    con.execute(f"COPY (FROM {hidden}) TO '{folder.path(made)}/withheld.parquet' (FORMAT parquet)")
    folder.write(f"{task.name}.json", json.dumps(about, ensure_ascii=False))
