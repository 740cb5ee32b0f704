"""What is told of a run: the same facts as lines for a person, Markdown for Prefect's page, JSON for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from flows.alert_text import interval, number
from flows.options import FAILED, NEW_CONTRADICTION, NOT_DELIVERED
from flows.runlog import RunRecord

CAVEAT = {
    "en": "Detected is not prevalent: these figures count what authorities detected and recorded, no more.",
    "es": "Detectado no es prevalente: estas cifras cuentan lo que las autoridades detectaron y registraron.",
}
QUERIES = (
    "SELECT * FROM victims_by_year",
    "SELECT rule, source, words, explanation FROM open_finding",
    "SELECT * FROM register_comparison",
)
"""Three to try first."""

SHOWN = ("fails", "doubtful")


@dataclass
class Report:
    """What a run found and did; findings are rows of ``open_finding`` as dictionaries."""

    record: RunRecord
    database: Path
    findings: list[dict[str, Any]] = field(default_factory=list)
    new: set[str] = field(default_factory=set)
    resolved: list[str] = field(default_factory=list)
    adds_up: list[dict[str, Any]] = field(default_factory=list)
    holds: int = 0
    undelivered: list[str] = field(default_factory=list)

    @property
    def failures(self) -> list[str]:
        """One line per source that failed."""
        return [each.error or name for name, each in self.record.sources.items() if each.status == "failed"]

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
            "resolved": self.resolved,
            "failures": self.failures,
            "undelivered": self.undelivered,
            "caveat": CAVEAT["en"],
        }


def lines(report: Report, language: str = "en", most: int = 20) -> list[str]:
    """What a newcomer reads when a run ends: what adds up, what does not, where the tables are."""
    record = report.record
    text = [_read(record), *(f"  not read: {error}" for error in report.failures), ""]
    text += [_adds_up(report), *(f"  {_sum(row)}" for row in report.adds_up), ""]
    shown = report.contradictions
    if shown:
        text += [f"Does not add up: {len(shown)} ({len(report.new)} new)."]
        for count, row in enumerate(shown[:most], start=1):
            text += ["", *_finding(row, count, row["finding"] in report.new, language)]
        if len(shown) > most:
            text += ["", f"… and {len(shown) - most} more: SELECT * FROM open_finding"]
    else:
        text += ["Nothing contradicts anything else."]
    text += ["", *(f"Resolved: {key}" for key in report.resolved)]
    text += [*(f"Not delivered: {error}" for error in report.undelivered)]
    text += [_published(report), CAVEAT[language], "", "Ask it:"]
    return text + [f'  cuadra sql "{query}"' for query in QUERIES]


def markdown(report: Report, language: str = "en") -> str:
    """The same as a page for Prefect."""
    rows = [f"- **{name}**: {each.error}" for name, each in report.record.sources.items() if each.error]
    found = []
    for count, row in enumerate(report.contradictions[:50], start=1):
        head, *rest = _finding(row, count, row["finding"] in report.new, language)
        found += [f"#### {head.strip()}", "", *(f"{line.strip()}  " for line in rest), ""]
    return "\n".join(
        [_read(report.record), "", *rows, "", _adds_up(report), "", *found, "", CAVEAT[language]]
    )


def about(row: Mapping[str, Any]) -> str:
    """What a row is about: its quantity without the totals."""
    block = [row[name] for name in ("indicator", "ref_area", "time_period", "register") if row.get(name)]
    parts = ("sex", "age", "citizenship", "exploitation", "means")
    return " ".join(block + [f"{name}={row[name]}" for name in parts if row.get(name) not in (None, "_T")])


def quotes(words: Sequence[Mapping[str, Any]]) -> str:
    """The printed words, each with its source and place."""
    return " · ".join(
        f"“{each.get('says', '')}” ({each.get('source')} {each.get('locator', '')})" for each in words
    )


def _finding(row: Mapping[str, Any], count: int, is_new: bool, language: str) -> list[str]:
    left = interval(_bound(row["left_lower"]), _bound(row["left_upper"]), language)
    right = interval(_bound(row["right_lower"]), _bound(row["right_upper"]), language)
    sentence = row.get("sentence_es") if language == "es" else row.get("sentence")
    gap = f", apart by {number(row['gap'], language)}" if row.get("gap") else ""
    marks = "".join([" NEW" if is_new else "", " doubtful" if row["verdict"] == "doubtful" else ""])
    words = row.get("words") or []
    text = [
        f"{count}.{marks} {about(row)}",
        f"   {left} against {right}{gap}. {sentence or row['rule']} [{row['rule']}]",
    ]
    if words:
        text.append(f"   {quotes(words)}")
    if row.get("explanation"):
        text.append(f"   Likely: {row['explanation']}")
    return [*text, f"   cuadra explain {row['finding']}"]


def _read(record: RunRecord) -> str:
    done = [each for each in record.sources.values() if each.status != "failed"]
    figures = sum(each.observations for each in done)
    changes = {name: sum(getattr(each, name) for each in done) for name in ("new", "changed", "withdrawn")}
    news = ", ".join(f"{count:,} {name}" for name, count in changes.items() if count) or "nothing new"
    aside = sum(each.quarantined for each in done)
    seconds = sum(step["seconds"] for step in record.steps.values())
    return (
        f"Read {len(done)} of {len(record.sources)} sources, {figures:,} figures: {news}"
        f"{f', {aside:,} rows in quarantine' if aside else ''} ({seconds:.1f} s)."
    )


def _adds_up(report: Report) -> str:
    return f"Adds up: {report.holds:,} relations hold."


def _sum(row: Mapping[str, Any]) -> str:
    return f"{row['parts']} = {row['whole']}: {row['about']} ({row['source']})"


def _published(report: Report) -> str:
    if report.record.publication:
        return f"Published {report.database} ({report.record.publication})."
    return f"Nothing new, so nothing was published; {report.database} stands as it was."


def _bound(value: float | None) -> float | None:
    return None if value is None or value in (float("inf"), float("-inf")) or value != value else value
