"""`cuadra check FILE`: whether the figures of one file tally, without loading anything."""

import contextlib
import importlib
import uuid
from collections.abc import Hashable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pandas as pd

from cuadra.checks.door import RELATED
from cuadra.checks.explain.explanation import Doubt, Silence
from cuadra.checks.observation import columns
from cuadra.checks.part import parts
from cuadra.checks.rule import Rule, load_rules
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts.confront import Verdicts, confront
from cuadra.flows import contained
from cuadra.flows.bins import confronted
from cuadra.flows.causes import joined
from cuadra.flows.explaining import explain_all
from cuadra.flows.findings import CERTAIN, in_words
from cuadra.flows.folder import Folder
from cuadra.flows.project import Project
from cuadra.flows.settings import Settings
from cuadra.flows.words import check as words
from cuadra.flows.words.said import error_line
from cuadra.flows.words.sentence import say
from cuadra.sources.places import DESCRIPTION
from cuadra.sources.source import Parsed, SourceError, gate
from cuadra.warehouse.publication import attach_publication


@dataclass(frozen=True)
class Tally:
    """How the figures of a file fare, by themselves and beside what is published.

    ``holds`` and ``open`` count relations of the file alone, ``relations`` all of those tested. ``findings`` are those
    of the file alone that fail or are doubtful, ``residuals`` its undecided ones with a whole and a part that is
    printed, ``beside`` the further ones with figures of other sources, ``untested`` its figures that are in no relation
    even then. ``restated`` are findings of what a later edition of its series says otherwise, in the file or beside it,
    and ``set_aside`` counts the further figures that are out of force with them. ``is_beside`` says whether anything is
    published to compare with, ``not_decided`` of how many of its figures nobody knows whether all of their group can be
    true together.
    """

    source: str
    figures: int
    relations: int
    holds: int
    open: int
    findings: list[dict[str, Any]]
    residuals: list[dict[str, Any]]
    beside: list[dict[str, Any]]
    untested: list[dict[str, Any]]
    restated: list[dict[str, Any]]
    set_aside: int = 0
    is_beside: bool = False
    not_decided: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def has_findings(self) -> bool:
        """Whether any relation fails or is doubtful, among its own figures or with others."""
        return bool(self.findings or self.beside)


@dataclass(frozen=True)
class _Fares:
    """How the figures of a file fare: findings with their terms, counts of verdicts, and its figures by what is not.

    ``lonely`` are the figures in no relation, ``apart`` those of which nobody knows whether they can be true together,
    ``superseded`` those of its series in an earlier edition than the one in force.
    """

    found: list[dict[str, Any]]
    counts: pd.DataFrame
    lonely: set[str]
    apart: set[str]
    superseded: set[str]


def tally(path: Path, project: Project, publication: Path | None, settings: Settings, now: datetime) -> Tally:
    """Check a press TOML or a CSV of figures against itself, and then, where one is given, the publication.

    What the publication has of the same source is left out, and what no relation of the file's figures can lead to.

    Raises:
        SourceError: the file cannot be read as figures.
    """
    topic = project.topic
    with ThreadPoolExecutor(1) as other:
        reading = other.submit(read, path, project, settings, now)
        _prepare(topic)
        name, parsed = reading.result()
    own = parsed.frame()
    own["observation_id"] = [_id(row, topic) for row in own.to_dict("records")]
    is_beside = bool(publication and publication.exists())
    with ThreadPoolExecutor(1) as other:  # DuckDB lets go of the interpreter
        with_published = other.submit(_fares, own, topic, name, publication, settings) if is_beside else None
        by_itself = _fares(own, topic, name)
        last = with_published.result() if with_published else by_itself
    alone = {row["finding"] for row in by_itself.found}
    counts = by_itself.counts
    restated = [row for row in last.found if row["verdict"] == "restated" and name in row["source"].split()]
    named = {each["observation_id"] for row in restated for each in row["words"]}
    mine = {key: int(counts[key].sum()) for key in ("holds", "open", "doubtful", "fails")}
    return Tally(
        name,
        len(own),
        sum(mine.values()),
        mine["holds"],
        mine["open"],
        [row for row in by_itself.found if row["verdict"] in CERTAIN],
        [row for row in by_itself.found if row["verdict"] == "open"],
        [
            row
            for row in (last.found if is_beside else ())
            if row["verdict"] in CERTAIN and row["finding"] not in alone and name in row["source"].split()
        ],
        _records(own[own["observation_id"].isin(last.lonely)]),
        restated,
        len(last.superseded - named) if restated else 0,
        is_beside,
        int(own["observation_id"].isin(last.apart).sum()),
        parsed.warnings,
    )


def report(result: Tally, topic: Topic, language: str) -> list[str]:
    """What a person reads of it: the file against itself, what it leaves undecided, then beside the publication."""
    lines = words.findings(result.findings, topic, language)
    said = words.verdict(result.findings, result.relations, language)
    counts = {name: getattr(result, name) for name in ("figures", "relations", "holds", "open")}
    lines += [say(language, "check.alone", **counts, verdict=said), *words.residuals(result.residuals, topic, language)]
    if result.restated:
        lines.append(say(language, "check.restated", count=len(result.restated)))
        lines += words.restated(result.restated, result.set_aside, topic, language)
    if result.untested:
        lines.append(say(language, "check.untested", count=len(result.untested)))
        lines += words.untested(result.untested, topic, language)
    if result.not_decided:
        lines.append(say(language, "check.not_decided", count=result.not_decided))
    if result.is_beside:
        lines += ["", *words.findings(result.beside, topic, language)]
        said = words.verdict(result.beside, result.figures - len(result.untested), language)
        lines.append(say(language, "check.beside", verdict=said))
    return [
        *lines,
        *(say(language, "check.note", warning=error_line(warning, language)) for warning in result.warnings),
    ]


def _prepare(topic: Topic) -> None:
    """Make what a check needs while a worker reads the file: the rules, and the search for connected groups."""
    load_rules(topic)
    importlib.import_module("scipy.sparse.csgraph")


def _fares(
    own: pd.DataFrame, topic: Topic, name: str, publication: Path | None = None, settings: Settings | None = None
) -> _Fares:
    """How these figures of the source of this name fare, by themselves or beside the publication."""
    rules = load_rules(topic)
    with contextlib.closing(duckdb.connect()) as con:
        con.register("own", own)
        con.execute(  # a column of nulls has no type of its own
            "CREATE TABLE figures AS SELECT * REPLACE (value::DOUBLE AS value, share_of::VARCHAR AS share_of, "
            "share_base::VARCHAR AS share_base, series::VARCHAR AS series, repeats::VARCHAR AS repeats, "
            "computed_from::VARCHAR AS computed_from) FROM own"
        )
        if publication:
            attach_publication(con, publication)
            _join_published(con, topic, rules, name)
        with _found(con, topic, rules, name, settings if publication else None) as (verdicts, about):
            found = in_words(verdicts, rules, topic, about, lambda keys: _words(con, keys))
            terms, fares = _records(verdicts.term), con.execute(f"FROM {verdicts.fares}").df()
            counts = verdicts.tally
        said = _words(con, sorted({key for term in terms for key in term["observations"].split()}))
        fares = fares.set_index("observation_id")
        series = con.execute("SELECT observation_id FROM figures WHERE series IN (SELECT series FROM own)").df()
        is_mine = fares.index.isin(series["observation_id"])
        chosen = fares[[*RELATED]].sum(axis=1) == 0, fares["not_decided"] > 0, is_mine & (fares["restated"] > 0)
        lonely, apart, superseded = ({*fares.index[each]} for each in chosen)
        return _Fares(joined(_records(found), terms, said), counts, lonely, apart, superseded)


@contextlib.contextmanager
def _found(
    con: duckdb.DuckDBPyConnection, topic: Topic, rules: Sequence[Rule], name: str, settings: Settings | None
) -> Iterator[tuple[Verdicts, Mapping[str, Doubt | Silence]]]:
    """The verdicts on table ``figures``, and what explains findings of the source of this name.

    Beside what is published, that is for the engine of the settings to do.
    """
    around = "around" if settings else None
    if settings is None or settings.engine is None:
        confrontation = confront(con, topic, rules, "figures", around=around)
        mine = confrontation.finding
        mine = mine[
            (mine["verdict"] == "fails") & mine["source"].fillna("").str.split().map(lambda sources: name in sources)
        ]
        yield confrontation, explain_all(confrontation, {*mine["component"].dropna().astype(int)})
        return
    folder = f"{settings.checked_folder}-{uuid.uuid4().hex[:8]}"  # a run may be using the other
    try:
        checked = confronted(
            con, topic, rules, "figures", folder=folder, engine_name=settings.engine,
            bin_figures=settings.bin_figures, limits=settings.task_limits, around=around,
        )  # fmt: skip
        yield checked, checked.explained
    finally:
        Folder(folder).remove("")


def _join_published(con: duckdb.DuckDBPyConnection, topic: Topic, rules: Sequence[Rule], name: str) -> None:
    """Add what is published to table ``figures``, as far as a relation can lead there.

    The other figures of the same register and indicator are view ``around``, but for what a later edition restates.
    """
    con.execute("SET VARIABLE checked = ?", [name])
    con.execute(
        f"CREATE TEMP VIEW other AS SELECT {', '.join(columns(topic))}, observation_id FROM published.figure_in_force "
        "WHERE source <> getvariable('checked'); CREATE TEMP VIEW every AS FROM figures UNION ALL BY NAME FROM other"
    )
    parts(con, topic, rules, "every")
    place = "register, indicator, ref_area"
    con.execute(
        f"CREATE TEMP TABLE touched AS SELECT {place} FROM part "
        f"WHERE part IN (SELECT part FROM part SEMI JOIN figures USING ({place})); "
        f"CREATE TEMP VIEW around AS FROM other SEMI JOIN touched USING (register, indicator) "
        f"ANTI JOIN touched USING ({place}) ANTI JOIN "
        "(SELECT observation_id FROM published.figure_tally WHERE restated > 0) AS restated USING (observation_id); "
        f"INSERT INTO figures BY NAME FROM other SEMI JOIN touched USING ({place})"
    )


def read(path: Path, project: Project, settings: Settings, now: datetime) -> tuple[str, Parsed]:
    """The name that a file gives its source, and its figures; of a described table, its `source.toml` or its folder.

    Raises:
        SourceError: it is no file of figures, or one that breaks the contract.
    """
    folder = path.parent if path.name == DESCRIPTION else path
    if (folder / DESCRIPTION).is_file():
        return folder.resolve().name, _described(folder.resolve(), project, settings, now)
    if not path.is_file():
        got = "a folder; check each of its files" if path.is_dir() else "no such file"
        raise SourceError(f"{path}: expected a press TOML or a CSV of figures, got {got}. Correct the path.")
    if path.suffix.lower() not in (".toml", ".csv"):
        raise SourceError(
            f"{path.name}: expected .toml or .csv, got {path.suffix!r}. `cuadra draft {path.name} --open` describes a "
            "table or reads an article; see the recipes in README."
        )
    return contained.file_of_figures(path, project, settings, now)


def _described(folder: Path, project: Project, settings: Settings, now: datetime) -> Parsed:
    from cuadra.sources.catalog import find_source
    from cuadra.sources.fetch import fetch

    if folder.parent != project.sources.resolve():
        raise SourceError(
            f"{folder}: expected a table in the project's sources, got one elsewhere. Move the folder to "
            f"{project.sources}."
        )
    source = find_source(folder.name, project.sources, project.topic, project.area)
    if not source.file:
        raise SourceError(
            f"{folder.name}: expected a file beside {DESCRIPTION}, got an address. "
            f"`cuadra run --source {folder.name}` fetches it and checks it."
        )
    with TemporaryDirectory() as kept:
        found = contained.parsed(source, project, fetch(source.file, Path(kept), now=now), settings)
        # A large file is gone with the folder.
        return replace(found, observations=gate(found.frame(), folder.name, project.topic))


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, missing values as none."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _id(row: Mapping[Hashable, Any], topic: Topic) -> str:
    share_of = row["share_of"] if isinstance(row["share_of"], str) else None
    return topic.observation_id({**{str(name): value for name, value in row.items()}, "share_of": share_of})


def _words(con: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """The words of figures by their ids; ``published`` is when they were said."""
    result = con.execute(
        "SELECT observation_id, says, source, locator, published FROM figures "
        "WHERE observation_id IN (SELECT unnest(?::VARCHAR[]))",
        [list(keys)],
    )
    names = [column[0] for column in result.description or []]
    return {row[0]: dict(zip(names, row, strict=True)) for row in result.fetchall()}
