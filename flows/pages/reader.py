"""What every page is made with: the publication opened to read, labels, the language, and what is hidden."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import duckdb

from cuadra.checks.rule import Rule, load_rules
from cuadra.checks.topic import Topic
from cuadra.flows.words.interval import interval
from cuadra.flows.words.plain import plain
from cuadra.flows.words.sentence import say
from cuadra.sources.address import shown

Row = dict[str, Any]

LONGEST = 200
"""Characters of a text that others wrote, on a page; what is longer is cut."""

_AT_ROW = re.compile(r"row (\d+)")
_PERCENT = ("percent", "ratio", "percent_change")
_IN_THE = ("text", "title")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_LOCAL_PATH = re.compile(r"(?<![\w:/.<])(?:~|[A-Za-z]:)?[/\\](?:[^\s/\\:;,'\"<>]+[/\\])+[^\s/\\:;,'\"<>]*")

_CHOSEN = """
CREATE TEMP TABLE {table} AS
FROM main.{table} WHERE {more} observation_id IN (SELECT unnest($ids::VARCHAR[]))
"""
_SHADOWED = {"observation": "vintage_to IS NULL AND", "figure_tally": ""}


@dataclass(frozen=True)
class Reader:
    """The publication for pages in one language.

    ``withheld`` has the figures not to be shown by their ids, and whether each is a small count itself. Nothing is
    hidden where ``hides`` is false; ``withheld`` is empty then. ``kept`` are answers and ``known`` figures
    by their ids, which languages share.
    """

    con: duckdb.DuckDBPyConnection
    topic: Topic
    language: str
    withheld: Mapping[str, bool] = field(default_factory=dict)
    hides: bool = True
    kept: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    known: dict[str, Row | None] = field(default_factory=dict)

    def rows(self, sql: str, **values: object) -> list[Row]:
        """The answer to a question, a mapping a row; asked once for all languages."""
        key = (sql, repr(sorted(values.items())))
        if key not in self.kept:
            result = self.con.execute(sql, values) if values else self.con.execute(sql)
            names = [column[0] for column in result.description or []]
            self.kept[key] = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        return [dict(row) for row in self.kept[key]]

    def one(self, sql: str, **values: object) -> Any:
        """The one value that a question asks for; none where it has no answer."""
        return next((value for row in self.rows(sql, **values) for value in row.values()), None)

    def say(self, key: str, /, **facts: object) -> str:
        """A text of the pages in their language."""
        return say(self.language, f"page.{key}", **facts)

    def label(self, name: str, code: object) -> str:
        """The label of a code; the code itself where its list is unknown."""
        codes = self.topic.code_lists.get(name)
        return codes.label(str(code), self.language) if codes is not None else str(code)

    @cached_property
    def sources(self) -> dict[str, Row]:
        """The sources by their names, each with ``name``, what people call it: its publisher, and when."""
        rows = self.rows("SELECT * FROM source ORDER BY source")
        publishers = [row["publisher"] or row["title"] for row in rows]
        for row, publisher in zip(rows, publishers, strict=True):
            called = short(publisher or row["source"])
            if publishers.count(publisher) > 1 and row["published"]:
                called = f"{called}, {self.date(row['published'])}"
            row["name"] = called
        return {row["source"]: row for row in rows}

    @cached_property
    def publication(self) -> str:
        """The name of the publication."""
        return str(self.one("SELECT max(publication) FROM publication"))

    @cached_property
    def published_at(self) -> datetime | None:
        """When it was published, UTC."""
        found = self.one("SELECT max(published_at) FROM publication")
        return found if isinstance(found, datetime) else None

    @cached_property
    def hidden_blocks(self) -> frozenset[int]:
        """The blocks in which something is withheld."""
        found = self.rows(
            "SELECT DISTINCT block FROM observation WHERE vintage_to IS NULL "
            "AND observation_id IN (SELECT unnest($ids::VARCHAR[]))",
            ids=sorted(self.withheld),
        )
        return frozenset(row["block"] for row in found) if self.hides else frozenset()

    @cached_property
    def explanations(self) -> dict[str, list[Row]]:
        """The suspects of each open finding, the likeliest first: rows of ``explanation``."""
        made: dict[str, list[Row]] = {}
        for row in self.rows("SELECT * FROM explanation ORDER BY odds DESC, answer, observation_id, finding"):
            made.setdefault(row["finding"], []).append(row)
        return made

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The rules of the topic by their names."""
        return {rule.name: rule for rule in load_rules(self.topic)}

    @cached_property
    def run_dates(self) -> dict[str, str]:
        """The day of each run in words."""
        rows = self.rows("SELECT run, started_at FROM run ORDER BY run")
        return {row["run"]: self.day(row["started_at"]) for row in rows}

    def day(self, moment: datetime | None) -> str:
        """A day in words."""
        return self.date(f"{moment:%Y-%m-%d}" if moment else None)

    def date(self, text: str | None) -> str:
        """An ISO date in words, also of a month or a year only; another text as it is."""
        match = _DATE.fullmatch(text or "")
        if not match or not match[2] or not 1 <= int(match[2]) <= 12:
            return text or "–"
        month = say(self.language, f"month.{int(match[2])}")
        if not match[3]:
            return say(self.language, "period.month", month=month, year=match[1])
        return say(self.language, "period.day", day=str(int(match[3])), month=month, year=match[1])

    def source_name(self, source: str) -> str:
        """What people call a source."""
        return str(self.sources[source]["name"]) if source in self.sources else source

    def place(self, locator: str | None) -> str:
        """Where in its source a figure is, in words: ¶4, in the text, row 28361."""
        if match := _AT_ROW.fullmatch(locator or ""):
            return self.say("place.row", number=match[1])
        return self.say(f"place.{locator}") if locator in _IN_THE else _shorter(locator or "")

    def at(self, source: str, locator: str | None) -> str:
        """A source and the place in it: Diálogo Americas, ¶4."""
        return ", ".join(filter(None, (self.source_name(source), self.place(locator))))

    def reads(self, figure: Row) -> str:
        """How the words of a figure were read, in its unit; empty where they are that very number."""
        lower, upper, unit = figure["lower"], figure["upper"], figure["unit"]
        if figure["is_withheld"]:
            return ""
        if unit in self.topic.units_of("count", "amount"):
            return "" if lower == upper else interval(lower, upper, self.language)
        factor = 100.0 if unit == "ratio" else 1.0
        written = interval(round(lower * factor, 6), round(upper * factor, 6), self.language)
        if unit in _PERCENT:
            return say(self.language, "interval.percent", interval=written)
        return f"{written} {self.label('unit', unit)}"

    def figures(self, ids: Iterable[str]) -> dict[str, Row]:
        """Figures in force by their ids, hidden as they must be: rows of view ``figure``, each asked for once."""
        wanted = set(ids)
        if missing := sorted(wanted - self.known.keys()):
            found = self.by_id(missing)
            self.known.update(dict.fromkeys(missing) | {row["observation_id"]: row for row in found})
        rows = {key: self.known[key] for key in sorted(wanted)}
        return {key: self.hidden(row) for key, row in rows.items() if row is not None}

    def by_id(self, ids: Sequence[str], more: str = "", order: str = "ALL") -> list[Row]:
        """Rows of view ``figure`` with their ``share_base`` by their ids, as they are, in an order; with more columns.

        The view would join all figures of the publication, be they millions: it reads tables of these few instead,
        since a temporary table goes before one of the publication.
        """
        try:
            for table, condition in _SHADOWED.items():
                self.con.execute(_CHOSEN.format(table=table, more=condition), {"ids": [*ids]})
            result = self.con.execute(
                f"SELECT figure.*, observation.share_base{more} FROM figure "
                "INNER JOIN observation USING (observation_id) "
                f"LEFT JOIN figure_tally AS tally USING (observation_id) ORDER BY {order}"
            )
            names = [column[0] for column in result.description or []]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        finally:
            for table in _SHADOWED:
                self.con.execute(f"DROP TABLE IF EXISTS temp.{table}")

    def hidden(self, row: Row) -> Row:
        """A figure as it may be shown: of a small count only that it is one, and nothing of what gives one away."""
        if row.get("observation_id") not in self.withheld:
            return {**row, "is_withheld": False}
        is_small = self.withheld[row["observation_id"]]
        below = self.topic.small_counts.below
        lower, upper = 0.0, float(below - 1) if is_small else float("inf")
        says = self.say("withheld.small", below=below) if is_small else self.say("withheld.other")
        ends = {"lower": lower, "upper": upper, "likely_lower": lower, "likely_upper": upper}
        return {**row, **ends, "says": says, "value": None, "anchor": None, "is_withheld": True}


def _shorter(locator: str) -> str:
    """A place of at most 60 characters: of one in several parts the first and the last ones, which tell it apart."""
    first, *others = locator.split("|")
    while len(locator) > 60 and len(others) > 1:
        others = others[1:]
        locator = "|".join((first, "…", *others))
    return short(locator, 60)


def short(text: object, most: int = LONGEST) -> str:
    """What others wrote, in one line and cut to so many characters."""
    line = plain(text)
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def without_paths(text: object) -> str:
    """A message for everyone: without the secrets of addresses and without paths of a machine."""
    return short(_LOCAL_PATH.sub("…", shown(plain(text))), 400)
