"""What a message says, in English and in Spanish: plain text that reads well anywhere."""

import json
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cuadra.checks.codelist import load
from cuadra.flows.alerts.routes import Routes
from cuadra.warehouse.episode import Trouble

Event = Mapping[str, Any]
"""One row of the table alert_event."""

CHANGES = ("NEW", "WORSE", "RESOLVED", "REMIND")
SEVERITIES = ("error", "warning", "note")
BREAKDOWNS = ("sex", "age", "citizenship", "exploitation", "means")
"""As in `checks.observation`, which takes a second to import: too long for `cuadra alerts list`."""

WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Digest:
    """All that one channel is told at once; ``key`` names the message, also when it is sent again."""

    key: str
    events: Sequence[Event]
    routes: Routes
    language: str = "en"
    is_repeat: bool = False

    @property
    def title(self) -> str:
        """One line for a subject: how many of each change."""
        counts = Counter(event["change"] for event in self.events)
        named = {c: self._words if counts[c] == 1 else self._words["many"] for c in CHANGES}
        return "cuadra: " + " · ".join(f"{counts[c]} {named[c][c]}" for c in CHANGES if counts[c])

    def body(self, most_characters: int | None = None) -> str:
        """The message, told in full as far as the settings and the channel's room allow, the rest counted."""
        for items in range(self.routes.most_items, -1, -1):
            text = "\n\n".join([*self._opening(), *self._groups(items), *self._closing()])
            if most_characters is None or len(text) <= most_characters:
                return text
        return "\n\n".join([*self._opening(), *self._closing()])[:most_characters]

    @property
    def _words(self) -> dict[str, Any]:
        return WORDS[self.language]  # type: ignore[no-any-return] # a table of the TOML file

    def _opening(self) -> list[str]:
        return [self._words["repeat"]] if self.is_repeat else []

    def _closing(self) -> list[str]:
        return [self._words["all"], self._words["caveat"], self._words["message"].format(digest=self.key)]

    def _groups(self, items: int) -> list[str]:
        groups: dict[tuple[str, str, str], list[Event]] = {}
        for event in sorted(self.events, key=_gravity):
            groups.setdefault((event["change"], event["rule"], event["source"]), []).append(event)
        parts = []
        for (change, rule, source), group in groups.items():
            shown = group[: min(self.routes.items_per_group, items)]
            items -= len(shown)
            parts += [item(event, self.routes, self.language) for event in shown]
            if rest := len(group) - len(shown):
                more = self._words["more"].format(count=rest, rule=self._words.get(rule, rule), source=source)
                parts.append(f"{self._words[change].upper()}: {more}")
        return parts


def source_failed(source: str, message: str) -> Trouble:
    """The trouble of a source that could not be fetched, read or let through."""
    return Trouble("source_failed", source, *_say("source_failed", source=source, message=message))


def missed_run(source: str, cadence: str, last: datetime, now: datetime) -> Trouble:
    """The trouble of a source whose slot passed without a run."""
    sentences = _say(
        "missed_run", source=source, cadence=cadence, days=max((now - last).days, 0), date=f"{last:%Y-%m-%d}"
    )
    return Trouble("missed_run", source, *sentences, severity="warning")


def quarantine_growth(source: str, before: int, rows: int) -> Trouble:
    """The trouble of a source that breaks the contract in more rows than ``before``.

    That is what `cuadra.warehouse.episode.baseline` gives, or the number of the run before where it gives none.
    """
    sentences = _say("quarantine_growth", source=source, before=before, rows=rows)
    return Trouble("quarantine_growth", source, *sentences, "warning", gap=float(rows - before), before=before)


def revised(source: str, run: str, changes: Sequence[tuple[str, str, str | None]], counts: tuple[int, int]) -> Trouble:
    """The event of an edition that changed or withdrew figures; it is told once.

    Args:
        source: the source.
        run: the run that read the edition.
        changes: place, words before and words after of some of them; none after for one withdrawn.
        counts: how many were changed, and how many withdrawn.
    """
    examples = "; ".join(f"{place}: “{said}” → " + (f"“{says}”" if says else "–") for place, said, says in changes)
    sentences = _say("revised", source=source, changed=counts[0], withdrawn=counts[1], examples=examples)
    return Trouble("revised", source, *sentences, "warning", gap=float(sum(counts)), occasion=run)


def _say(kind: str, **facts: Any) -> tuple[str, str]:
    """The sentence of a trouble in English and in Spanish."""
    en, es = (str(WORDS[language]["trouble"][kind]).format(**facts) for language in ("en", "es"))
    return en, es


def _gravity(event: Event) -> tuple[int, int, float]:
    return (CHANGES.index(event["change"]), SEVERITIES.index(event["severity"]), -(event["gap"] or 0))


def item(event: Event, routes: Routes, language: str) -> str:
    """One event told in full: what contradicts what, where it stands in print, what is likely, what to do."""
    words, detail = WORDS[language], json.loads(event["detail"])
    head = [words[event["change"]].upper(), words[event["severity"]]]
    lines = [_sentence(detail, "sentence", language)]
    if event["kind"] == "finding":
        head += [f"{words[event['verdict']]}: {event['rule']}", _about(detail, language)]
        lines += [_sides(event, detail, language), *_quotes(detail.get("words") or [], language)]
    else:
        head += [words[event["kind"]], event["source"]]
    if event["change"] == "RESOLVED":
        lines.append(words["because"].format(reason=words[event["reason"]]))
    else:
        lines += _outlook(event, detail, routes, language)
    return "\n  ".join([" · ".join(head), *filter(None, lines)])


def _about(detail: Event, language: str) -> str:
    """What a finding is about: indicator, area, period and register, and the breakdowns but for totals."""
    named = [load(name).label(detail[name], language) for name in ("indicator", "ref_area")]
    return ", ".join([*named, detail["time_period"], detail["register"], *_breakdowns(detail, language)])


def _breakdowns(row: Event, language: str) -> list[str]:
    return [load(name).label(row[name], language) for name in BREAKDOWNS if row.get(name) not in (None, "_T")]


def _outlook(event: Event, detail: Event, routes: Routes, language: str) -> list[str]:
    """What is likely behind it, how long it has been so, whom to ask and how to answer."""
    words, lines = WORDS[language], []
    if explanation := _sentence(detail, "explanation", language):
        lines.append(words["likely"].format(explanation=explanation))
    if event["change"] == "REMIND":
        lines.append(words["open_since"].format(date=f"{event['opened_at']:%Y-%m-%d}"))
    if event["seen_at"] < event["happened_at"]:
        lines.append(words["unchecked"].format(date=f"{event['seen_at']:%Y-%m-%d}"))
    if owners := routes.owners_of(event["source"]):
        lines.append(words["ask"].format(owners=", ".join(owners)))
    return [*lines, words["answer"].format(key=event["key"])]


def _sentence(detail: Event, name: str, language: str) -> str:
    """A sentence of the finding in this language, or in English where it has no other."""
    return (language == "es" and detail.get(f"{name}_es")) or detail.get(name) or ""


def _sides(event: Event, detail: Event, language: str) -> str:
    words = WORDS[language]
    left, right = (
        interval(detail.get(f"{side}_lower"), detail.get(f"{side}_upper"), language) for side in ("left", "right")
    )
    parts = [words["against"].format(left=left, right=right)]
    if event["gap"] is not None:
        parts.append(words["gap"].format(gap=number(event["gap"], language)))
    if event["change"] == "WORSE" and event["gap_before"] is not None:
        parts.append(words["gap_before"].format(before=number(event["gap_before"], language)))
    return ", ".join(parts)


def interval(lower: float | None, upper: float | None, language: str) -> str:
    """An interval as people write it: 454, at least 301, 259 to 268; a missing bound is none."""
    words = WORDS[language]
    low, high = (None if bound is None else number(bound, language) for bound in (lower, upper))
    if low == high:
        return low or str(words["any"])
    name = "at_least" if high is None else "at_most" if low is None or lower == 0 else "range"
    return str(words[name].format(lower=low, upper=high))


def number(value: float, language: str) -> str:
    """A number as people write it: 1,054 in English, 1 054 in Spanish; at most two decimals."""
    words = WORDS[language]
    text = f"{value:,.2f}".removesuffix(".00")
    return text.translate({ord(","): words["thousands"], ord("."): words["decimal"]})


def _quotes(words: Sequence[Mapping[str, Any]], language: str) -> list[str]:
    """One line a source: its printed words, each with what it is about and its place, and the link."""
    by_source: dict[tuple[str, str], list[str]] = {}
    for said in words:
        about = ", ".join(filter(None, [*_breakdowns(said, language), said.get("locator")]))
        by_source.setdefault((said["source"], said.get("url") or ""), []).append(f"“{said['says']}” ({about})")
    return [f"{source}: {', '.join(quotes)} {url}".rstrip() for (source, url), quotes in by_source.items()]
