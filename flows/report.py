"""What is told of a run: lines for a person, Markdown for Prefect's page, JSON for programs."""

import math
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cuadra.flows.alerts.digest import interval, number
from cuadra.flows.commands.options import FAILED, NEW_CONTRADICTION, NOT_DELIVERED
from cuadra.flows.runlog import RunRecord

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
_SLACK = 1e-6
"""What shares lose in floating point; no count is so small."""


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
        """One line per source that failed, and per waiver that is no longer needed."""
        failed = [each.error or name for name, each in self.record.sources.items() if each.status == "failed"]
        return failed + self.record.needless_waivers

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
    record, name = report.record, program()
    text = [_read(record), *(f"  failed: {error}" for error in report.failures)]
    text += [f"  note: {warning}" for source in record.sources.values() for warning in source.warnings] + [""]
    text += [_adds_up(report), *(f"  {_sum(row)}" for row in report.adds_up), ""]
    new = [row for row in report.contradictions if row["finding"] in report.new]
    known = [row for row in report.contradictions if row["finding"] not in report.new]
    if new:
        text += [f"Does not add up, new: {len(new)}."]
        for count, row in enumerate(new[:most], start=1):
            text += ["", *finding_lines(row, language, count, program=name)]
        if len(new) > most:
            text += ["", f"… and {len(new) - most} more in the view open_finding."]
    if known:
        text += [*([""] if new else []), f"Does not add up, as before: {len(known)}."]
        text += [f"  {row['finding']} {_sides(row, language)}: {about(row)}" for row in known]
    if not new and not known:
        text += ["Nothing contradicts anything else."]
    text += ["", *(f"Resolved: {key}" for key in report.resolved)]
    text += [*(f"Not delivered: {error}" for error in report.undelivered)]
    text += [_published(report), CAVEAT[language], "", "Ask it:"]
    return text + [f'  {name} sql "{query}"' for query in QUERIES]


def markdown(report: Report, language: str = "en") -> str:
    """The same as a page for Prefect."""
    rows = [f"- **{name}**: {each.error}" for name, each in report.record.sources.items() if each.error]
    found = []
    for count, row in enumerate(report.contradictions[:50], start=1):
        head, *rest = finding_lines(row, language, count)
        found += [f"#### {head.strip()}", "", *(f"{line.strip()}  " for line in rest), ""]
    return "\n".join([_read(report.record), "", *rows, "", _adds_up(report), "", *found, "", CAVEAT[language]])


def about(row: Mapping[str, Any]) -> str:
    """What a row is about: its quantity without the totals."""
    block = [str(row[name]) for name in ("ref_area", "time_period") if row.get(name)]
    parts = ("sex", "age", "citizenship", "exploitation", "means")
    block += [f"{name}={row[name]}" for name in parts if row.get(name) not in (None, "_T")]
    indicator = str(row.get("indicator") or "figures").replace("_", " ")
    return f"{indicator}, {' '.join(block)} ({row.get('register')})"


def quote(said: Mapping[str, Any]) -> str:
    """Printed words with what they are about, their source and place."""
    label = f": {said['about']}" if said.get("about") else ""
    return f"“{said.get('says', '')}”{label} ({said.get('source')} {said.get('locator', '')})"


def finding_lines(
    row: Mapping[str, Any], language: str = "en", count: int | None = None, *, program: str = "cuadra"
) -> list[str]:
    """A finding as a person reads it: both sides, the words with their places, and what is likely."""
    sentence = (language == "es" and row.get("sentence_es")) or row.get("sentence") or row["rule"]
    explanation = (language == "es" and row.get("explanation_es")) or row.get("explanation")
    head = (f"{count}. " if count else "") + ("Doubtful: " if row["verdict"] == "doubtful" else "")
    text = [
        f"{head}{about(row)}",
        f"   {_sides(row, language)}. It should be: {sentence[0].lower()}{sentence[1:]} [{row['rule']}]",
        *(f"   {quote(said)}" for said in row.get("words") or []),
    ]
    if explanation:
        text.append(f"   Likely: {explanation}")
    return [*text, f"   More: {program} explain {row['finding']}"] if count else text


def program() -> str:
    """What to type to call this program: its name, or its path where it is not on the path."""
    return "cuadra" if shutil.which("cuadra") else os.path.relpath(sys.argv[0])


def _sides(row: Mapping[str, Any], language: str) -> str:
    left = interval(*_counts(row["left_lower"], row["left_upper"]), language)
    right = interval(*_counts(row["right_lower"], row["right_upper"]), language)
    gap = f", apart by {number(row['gap'], language)}" if row.get("gap") else ""
    return f"{left} against {right}{gap}"


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
    return f"Adds up: {report.holds:,} relations hold{', among them' if report.adds_up else ''}:"


def _sum(row: Mapping[str, Any]) -> str:
    return f"{row['parts']} = {row['whole']}: {about(row)}, by {row['breakdown']} ({row['source']})"


def _published(report: Report) -> str:
    if report.record.publication:
        return f"Published {report.database} ({report.record.publication})."
    return f"Nothing new, so nothing was published; {report.database} stands as it was."


def _counts(lower: float | None, upper: float | None) -> tuple[float | None, float | None]:
    """Bounds as whole counts, rounded inward where that leaves any; null where there is none."""
    low = lower if lower is not None and math.isfinite(lower) else None
    high = upper if upper is not None and math.isfinite(upper) else None
    inward = (
        None if low is None else float(math.ceil(low - _SLACK)),
        None if high is None else float(math.floor(high + _SLACK)),
    )
    return (low, high) if None not in inward and inward[0] > inward[1] else inward  # type: ignore[operator]
