"""What a run reports: lines for a person, Markdown for Prefect's page, JSON for programs."""

import os
import shutil
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cuadra.checks.topic import Topic
from cuadra.flows.commands.options import FAILED, NEW_CONTRADICTION, NOT_DELIVERED
from cuadra.flows.runlog import RunRecord
from cuadra.flows.words import cause
from cuadra.flows.words.number import number
from cuadra.flows.words.plain import as_markdown
from cuadra.flows.words.quantity import list_label, quantity
from cuadra.flows.words.said import error_line
from cuadra.flows.words.sentence import label, say

LINES = 52
"""Lines of a run's report at most, where what is more can be counted; with those of its progress they are 60."""

FULL = 6
"""At most this many new causes are shown in full."""

ONE_LINE = 15
"""So many more of them in a line each."""

DOUBTS = 3
"""At most this many doubts, notes and ends are shown, in a line each."""

TROUBLES = 10
"""So many sentences of what is new about sources beside their figures."""

SOURCES = 5
"""So many sources are named of those with figures that nobody could decide together."""

KEYS = 5
"""So many findings are named whose waiver is gone."""

QUERIES = 1
"""So many questions of the topic are shown to start from."""

NEWS = ("new", "changed", "withdrawn", "corrected", "reread")
"""What is new of the figures of a source."""

SHOWN = ("fails", "doubtful")


@dataclass
class Report:
    """What a run found and did.

    Findings are rows of ``open_finding``, causes as `cuadra.flows.causes.read_causes` gives them, ``resolved`` has the
    key, kind, reason and source of each alert that is over, and of a finding what it is about. ``relations`` are those
    tested, ``untested`` the figures in none by the reason, and ``tested`` the rows of view ``source_tested``.
    ``troubles`` are sentences of what else is new.
    """

    record: RunRecord
    database: Path
    topic: Topic
    findings: list[dict[str, Any]] = field(default_factory=list)
    new: set[str] = field(default_factory=set)
    resolved: list[dict[str, Any]] = field(default_factory=list)
    adds_up: list[dict[str, Any]] = field(default_factory=list)
    causes: list[dict[str, Any]] = field(default_factory=list)
    holds: int = 0
    open: int = 0
    relations: int = 0
    untested: dict[str, int] = field(default_factory=dict)
    tested: list[dict[str, Any]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    undelivered: list[str] = field(default_factory=list)
    pages: Path | None = None
    pages_error: str | None = None

    @property
    def failures(self) -> list[str]:
        """One line per source that failed, file of settings or view that is wrong, and needless waiver."""
        failed = [each.error or name for name, each in self.record.sources.items() if each.status == "failed"]
        return failed + self.record.settings + self.record.needless_waivers + self.record.wrong_views

    @property
    def contradictions(self) -> list[dict[str, Any]]:
        """What fails or is doubtful, new ones first, then the widest gap."""
        shown = [row for row in self.findings if row["verdict"] in SHOWN and not row.get("is_waived")]
        return sorted(
            shown,
            key=lambda row: (row["verdict"] != "fails", row["finding"] not in self.new, -(row["gap"] or 0)),
        )

    def is_new(self, each: Mapping[str, Any]) -> bool:
        """Whether a cause, or a relation that it breaks, was not there before this run."""
        return bool(each["news_run"] == self.record.run)

    @property
    def exit_code(self) -> int:
        """The exit code that this run asks for; the gravest wins."""
        if self.failures:
            return FAILED
        if self.undelivered:
            return NOT_DELIVERED
        return NEW_CONTRADICTION if any(row["finding"] in self.new for row in self.contradictions) else 0

    def as_json(self) -> dict[str, Any]:
        """The whole for programs."""
        return {
            **asdict(self.record),
            "exit_code": self.exit_code,
            "database": str(self.database),
            "pages": str(self.pages) if self.pages else None,
            "pages_error": self.pages_error,
            "holds": self.holds,
            "open": self.open,
            "relations": self.relations,
            "tested": self.tested,
            "causes": self.causes,
            "findings": self.contradictions,
            "new": sorted(self.new),
            "resolved": [f"{each['key']} ({each['reason']})" for each in self.resolved],
            "failures": self.failures,
            "undelivered": self.undelivered,
            "caveat": self.topic.caveat.en,
        }


def lines(report: Report, language: str = "en", *, width: int | None = None, most: int = LINES) -> list[str]:
    """What a newcomer reads when a run ends: what adds up, what does not by its causes, where the tables are.

    Args:
        report: the run.
        language: of the text.
        width: characters a line; as long as they are if not given.
        most: lines at most, where the rest can be counted: as many causes are shown in full as have room.
    """
    text: list[str] = []
    for full in range(FULL, -1, -1):
        text = [
            part
            for each in _story(report, language, full)
            for part in ([_cut_to(each, width)] if isinstance(each, _Line) else wrapped(each, width))
        ]
        if len(text) <= most:
            break
    return text


class _Line(str):
    """A text that has one line, however narrow that is: a cause beyond those in full, which its key leads to."""


def _cut_to(text: str, width: int | None) -> str:
    return text if width is None or len(text) <= width else f"{text[: width - 1].rstrip()}…"


def _story(report: Report, language: str, full: int) -> list[str]:
    """The whole, with so many new causes in full."""
    name, topic = program(), report.topic
    new = [each for each in report.causes if report.is_new(each) and each["verdict"] == "fails"]
    known = [each for each in report.causes if not report.is_new(each) and each["verdict"] == "fails"]
    doubts = [each for each in report.causes if each["verdict"] != "fails"]
    text = [*_opening(report, language), ""]
    if back := report.record.back:
        text += [say(language, "report.back", count=len(back), findings=_keys(back)), ""]
    if new:
        text.append(say(language, "report.does_not_new", count=len(new)))
        for count, each in enumerate(new[:full], start=1):
            text += ["", f"{count}. {cause.head(each, topic, language)}"]
            text += [f"   {line}" for line in cause.body(each, topic, language)]
        rest: list[str] = [_Line(cause.line(each, topic, language)) for each in new[full:]]
        text += _cut(rest, ONE_LINE, language)
    if known:
        areas = cause.by_area(known, topic, language)
        text += [*([""] if new else []), say(language, "report.does_not_known", count=len(known), areas=areas)]
    if not new and not known:
        text.append(_none(report, language))
    if doubts:
        text += ["", say(language, "report.doubts", count=len(doubts))]
        told = [(each, cause.line(each, topic, language)) for each in doubts]
        # What a rule of plausibility finds says nothing without what it expects.
        text += _cut([line if cause.is_unusual(each) else _Line(line) for each, line in told], DOUBTS, language)
    text.append("")
    over = [
        say(
            language, "report.resolved", key=each["key"], reason=label(language, "reason", each["reason"]),
            about=quantity(each, topic, language) if each["kind"] == "finding"
            else f"{label(language, 'trouble', each['kind'])}, {each['source']}",
        )
        for each in report.resolved
    ]  # fmt: skip
    text += _cut(over, DOUBTS, language, indent="")
    text += _cut(report.troubles, TROUBLES, language, indent="")
    text += [say(language, "report.undelivered", error=error) for error in report.undelivered]
    text += [_published(report, language), topic.caveat.of(language)]
    if shown := [*new, *known]:
        text.append(say(language, "report.next", program=name, cause=shown[0]["cause"]))
    text += [f'{say(language, "report.ask")} {name} sql "{each.sql}"' for each in topic.queries[:QUERIES]]
    if report.pages_error:
        return [*text, say(language, "report.no_pages", error=report.pages_error)]
    return [*text, *([say(language, "report.pages", address=report.pages)] if report.pages else [])]


def _opening(report: Report, language: str) -> list[str]:
    """What was read, and what of it holds, is undecided or is in no relation."""
    record = report.record
    text = [
        _read(record, language),
        *(f"  {say(language, 'report.failed', error=error_line(each, language))}" for each in report.failures),
    ]
    notes = [
        say(language, "report.note", warning=error_line(warning, language))
        for source in record.sources.values()
        for warning in source.warnings
    ]
    by_date: dict[str, list[str]] = {}
    for key, until in record.expired_waivers.items():
        by_date.setdefault(until, []).append(key)
    notes += [
        say(language, "report.expired", count=len(keys), findings=_keys(keys), date=until)
        for until, keys in sorted(by_date.items())
    ]
    text += [*_cut(notes, DOUBTS, language), "", _adds_up(report, language)]
    # A source of one register tells its figures apart; of several, each is named.
    registers = {(row["source"], row["register"]) for row in report.adds_up}
    several = {source for source, _ in registers if sum(each == source for each, _ in registers) > 1}
    shown = [row if row["source"] in several else {**row, "register": None} for row in report.adds_up]
    text += [f"  {_sum(row, report.topic, language)}" for row in shown]
    if report.untested or report.open:
        reasons = "; ".join(
            say(language, "report.reason", count=count, reason=label(language, "untested", reason))
            for reason, count in report.untested.items()
        )
        count = sum(report.untested.values())
        untested = say(language, "report.untested" if count else "report.every_tested", count=count, reasons=reasons)
        text.append(say(language, "report.open", count=report.open, untested=untested))
    if apart := {row["source"]: row["not_decided"] for row in report.tested if row["not_decided"]}:
        sources = ", ".join(f"{source} {number(count, language)}" for source, count in [*apart.items()][:SOURCES])
        more = ", …" if len(apart) > SOURCES else ""
        text.append(say(language, "report.not_decided", count=sum(apart.values()), sources=f"{sources}{more}"))
    return text


def _keys(keys: list[str]) -> str:
    return ", ".join(keys[:KEYS]) + (", …" if len(keys) > KEYS else "")


def _none(report: Report, language: str) -> str:
    """That nothing contradicts anything, of how many relations; never where nothing was tested."""
    if not report.relations:
        return say(language, "report.none_tested")
    is_whole = all(each.status != "failed" for each in report.record.sources.values())
    return say(language, "report.none" if is_whole else "report.none_of_read", count=report.relations)


def _cut(texts: list[str], most: int, language: str, indent: str = "  ") -> list[str]:
    """These lines, so many of them, and how many more there are."""
    rest = len(texts) - most
    shown = texts if rest <= 1 else texts[:most]
    more = [] if rest <= 1 else [say(language, "report.more", count=rest)]
    return [type(each)(f"{indent}{each}") for each in [*shown, *more]]


def wrapped(line: str, width: int | None) -> list[str]:
    """A line in as many as it needs; what follows the first is indented as much and two more."""
    if width is None or len(line) <= width:
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    parts = textwrap.wrap(
        line, max(width, 40), subsequent_indent=f"{indent}  ", break_long_words=False, break_on_hyphens=False
    )
    return parts or [line]


def markdown(report: Report, language: str = "en") -> str:
    """The same as a page for Prefect."""
    rows = [
        f"- **{as_markdown(name)}**: {as_markdown(each.error)}"
        for name, each in report.record.sources.items()
        if each.error
    ]
    found = []
    for each in report.causes[:50]:
        found += [f"#### {as_markdown(cause.head(each, report.topic, language))}", ""]
        found += [f"{as_markdown(line)}  " for line in cause.body(each, report.topic, language)]
        found.append("")
    opening = [_read(report.record, language), "", *rows, "", _adds_up(report, language), ""]
    return "\n".join([*opening, *found, "", report.topic.caveat.of(language)])


def program() -> str:
    """What to type to call this program: its name, or its path where it is not on the path."""
    return "cuadra" if shutil.which("cuadra") else os.path.relpath(sys.argv[0])


def _read(record: RunRecord, language: str) -> str:
    done = [each for each in record.sources.values() if each.status != "failed"]
    changes = {name: sum(getattr(each, name) for each in done) for name in NEWS}
    news = ", ".join(say(language, f"report.{name}", count=count) for name, count in changes.items() if count)
    news = news or say(language, "report.nothing_new")
    if aside := sum(each.quarantined for each in done):
        news = say(language, "report.quarantined", news=news, count=aside)
    return say(
        language, "report.read", sources=len(done), all=len(record.sources), news=news,
        figures=sum(each.observations for each in done),
        seconds=round(sum(step["seconds"] for step in record.steps.values()), 1),
    )  # fmt: skip


def _adds_up(report: Report, language: str) -> str:
    return say(language, "report.adds_up_among" if report.adds_up else "report.adds_up", count=report.holds)


def _sum(row: Mapping[str, Any], topic: Topic, language: str) -> str:
    return say(
        language, "report.sum", parts=row["parts"], whole=row["whole"], quantity=quantity(row, topic, language),
        list=list_label(row["breakdown"], topic, language), source=row["source"],
    )  # fmt: skip


def _published(report: Report, language: str) -> str:
    if report.record.publication:
        return say(language, "report.published", database=report.database, publication=report.record.publication)
    return say(language, "report.unpublished", database=report.database)
