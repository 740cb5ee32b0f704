"""What is told of a run: lines for a person, Markdown for Prefect's page, JSON for programs."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cuadra.checks.topic import Topic
from cuadra.flows.commands.options import FAILED, NEW_CONTRADICTION, NOT_DELIVERED
from cuadra.flows.runlog import RunRecord
from cuadra.flows.words import finding
from cuadra.flows.words.plain import as_markdown
from cuadra.flows.words.quantity import list_label, quantity
from cuadra.flows.words.sentence import label, say

QUERIES = 3
"""So many questions of the topic are shown to start from."""

SHOWN = ("fails", "doubtful")


@dataclass
class Report:
    """What a run found and did; findings are rows of ``open_finding``, ``resolved`` pairs of a finding and a reason."""

    record: RunRecord
    database: Path
    topic: Topic
    findings: list[dict[str, Any]] = field(default_factory=list)
    new: set[str] = field(default_factory=set)
    resolved: list[tuple[str, str]] = field(default_factory=list)
    adds_up: list[dict[str, Any]] = field(default_factory=list)
    holds: int = 0
    undelivered: list[str] = field(default_factory=list)

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
            "holds": self.holds,
            "findings": self.contradictions,
            "new": sorted(self.new),
            "resolved": [f"{key} ({reason})" for key, reason in self.resolved],
            "failures": self.failures,
            "undelivered": self.undelivered,
            "caveat": self.topic.caveat.en,
        }


def lines(report: Report, language: str = "en", most: int = 20) -> list[str]:
    """What a newcomer reads when a run ends: what adds up, what does not, where the tables are."""
    record, name, topic = report.record, program(), report.topic
    text = [_read(record, language), *(f"  {say(language, 'report.failed', error=each)}" for each in report.failures)]
    text += [
        f"  {say(language, 'report.note', warning=warning)}"
        for source in record.sources.values()
        for warning in source.warnings
    ]
    text += ["", _adds_up(report, language), *(f"  {_sum(row, topic, language)}" for row in report.adds_up), ""]
    new = [row for row in report.contradictions if row["finding"] in report.new]
    known = [row for row in report.contradictions if row["finding"] not in report.new]
    if new:
        text.append(say(language, "report.does_not_new", count=len(new)))
        for count, row in enumerate(new[:most], start=1):
            text += ["", *finding_lines(row, topic, language, count, program=name)]
        if len(new) > most:
            text += ["", say(language, "report.more", count=len(new) - most)]
    if known:
        text += [*([""] if new else []), say(language, "report.does_not_known", count=len(known))]
        text += [f"  {_known(row, topic, language)}" for row in known]
    if not new and not known:
        text.append(say(language, "report.none"))
    text.append("")
    for key, reason in report.resolved:
        text.append(say(language, "report.resolved", finding=key, reason=label(language, "reason", reason)))
    text += [say(language, "report.undelivered", error=error) for error in report.undelivered]
    text += [_published(report, language), topic.caveat.of(language), "", say(language, "report.ask")]
    return text + [f'  {name} sql "{query.sql}"' for query in topic.queries[:QUERIES]]


def markdown(report: Report, language: str = "en") -> str:
    """The same as a page for Prefect."""
    rows = [
        f"- **{as_markdown(name)}**: {as_markdown(each.error)}"
        for name, each in report.record.sources.items()
        if each.error
    ]
    found = []
    for count, row in enumerate(report.contradictions[:50], start=1):
        head, *rest = finding_lines(row, report.topic, language, count)
        found += [f"#### {as_markdown(head.strip())}", "", *(f"{as_markdown(line.strip())}  " for line in rest), ""]
    opening = [_read(report.record, language), "", *rows, "", _adds_up(report, language), ""]
    return "\n".join([*opening, *found, "", report.topic.caveat.of(language)])


def finding_lines(
    row: Mapping[str, Any], topic: Topic, language: str = "en", count: int | None = None, *, program: str = "cuadra"
) -> list[str]:
    """A finding as a person reads it: what it is about, both sides, the words with their places, what is likely."""
    text = [f"{f'{count}. ' if count else ''}{finding.head(row, topic, language)}"]
    text += [f"   {line}" for line in finding.body(row, topic, language)]
    if count:
        text.append(f"   {say(language, 'finding.more', program=program, finding=row['finding'])}")
    return text


def program() -> str:
    """What to type to call this program: its name, or its path where it is not on the path."""
    return "cuadra" if shutil.which("cuadra") else os.path.relpath(sys.argv[0])


def _known(row: Mapping[str, Any], topic: Topic, language: str) -> str:
    sides, about = finding.sides(row, topic, language), quantity(row, topic, language)
    return say(language, "report.known", finding=row["finding"], sides=sides, quantity=about)


def _read(record: RunRecord, language: str) -> str:
    done = [each for each in record.sources.values() if each.status != "failed"]
    changes = {name: sum(getattr(each, name) for each in done) for name in ("new", "changed", "withdrawn")}
    news = ", ".join(say(language, f"report.{name}", rows=count) for name, count in changes.items() if count)
    news = news or say(language, "report.nothing_new")
    if aside := sum(each.quarantined for each in done):
        news = say(language, "report.quarantined", news=news, rows=aside)
    return say(
        language, "report.read", sources=len(done), all=len(record.sources), news=news,
        figures=sum(each.observations for each in done),
        seconds=round(sum(step["seconds"] for step in record.steps.values()), 1),
    )  # fmt: skip


def _adds_up(report: Report, language: str) -> str:
    return say(language, "report.adds_up_among" if report.adds_up else "report.adds_up", holds=report.holds)


def _sum(row: Mapping[str, Any], topic: Topic, language: str) -> str:
    return say(
        language, "report.sum", parts=row["parts"], whole=row["whole"], quantity=quantity(row, topic, language),
        list=list_label(row["breakdown"], topic, language), source=row["source"],
    )  # fmt: skip


def _published(report: Report, language: str) -> str:
    if report.record.publication:
        return say(language, "report.published", database=report.database, publication=report.record.publication)
    return say(language, "report.unpublished", database=report.database)
