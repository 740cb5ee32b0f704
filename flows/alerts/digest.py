"""A message to a channel: plain text that reads well anywhere, in the channel's language."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cuadra.checks.topic import Topic, shipped
from cuadra.flows.alerts.routes import Routes
from cuadra.flows.words import cause, finding
from cuadra.flows.words.plain import plain
from cuadra.flows.words.said import error_line
from cuadra.flows.words.sentence import becomes, label, say
from cuadra.flows.words.vocabulary import LANGUAGES
from cuadra.warehouse.episode import Trouble

Event = Mapping[str, Any]
"""One row of the table alert_event."""

SETTINGS = "settings"
"""The kind of trouble with a file of settings; its source is the name of the file."""

CHANGES = ("NEW", "WORSE", "RESOLVED", "REMIND")
SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True)
class Digest:
    """All that one channel is sent at once; ``key`` names the message, also when it is sent again.

    ``causes`` has the cause of each finding by its key, as `cuadra.flows.causes.read_causes` gives them: what happened
    to findings of one cause is one block. ``opening`` goes before all else.
    """

    key: str
    events: Sequence[Event]
    routes: Routes
    language: str = "en"
    is_repeat: bool = False
    topic: Topic = field(default_factory=shipped)
    causes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    opening: str = ""

    @property
    def title(self) -> str:
        """One line for a subject: how many causes and troubles of each change."""
        counts = Counter(block[0]["change"] for block in self._blocks())
        changes = [
            f"{counts[each]} {self._say(f'change.{each}', count=counts[each])}" for each in CHANGES if counts[each]
        ]
        return self._say("digest.title", changes=" · ".join(changes))

    def body(self, most_characters: int | None = None) -> str:
        """The message, in full as far as the settings and the channel's room allow, the rest counted."""
        for items in range(self.routes.most_items, -1, -1):
            text = "\n\n".join([*self._opening(), *self._groups(items), *self._closing()])
            if most_characters is None or len(text) <= most_characters:
                return text
        return "\n\n".join([*self._opening(), *self._closing()])[:most_characters]

    def _say(self, key: str, **facts: object) -> str:
        return say(self.language, key, **facts)

    def _opening(self) -> list[str]:
        repeat = self._say("digest.repeat") if self.is_repeat else ""
        return [*filter(None, [plain(self.opening), repeat])]

    def _closing(self) -> list[str]:
        caveat = f"{self.topic.caveat.of(self.language)} {self._say('digest.hypothesis')}"
        return [self._say("digest.all"), caveat, self._say("digest.message", digest=self.key)]

    def _groups(self, items: int) -> list[str]:
        groups: dict[tuple[str, str, str], list[list[Event]]] = {}
        for block in self._blocks():
            first = block[0]
            groups.setdefault((first["change"], first["rule"], first["source"]), []).append(block)
        parts = []
        for (change, rule, source), group in groups.items():
            shown = group[: min(self.routes.items_per_group, items)]
            items -= len(shown)
            parts += [self._block(block) for block in shown]
            if rest := len(group) - len(shown):
                head, named = self._say(f"change.{change}", count=rest), label(self.language, "trouble", rule)
                more = self._say("digest.more", change=head.upper(), count=rest, rule=named, source=source)
                parts.append(plain(more))
        return parts

    def _blocks(self) -> list[list[Event]]:
        """The events by their cause and what changed, the gravest first, in each block and among them."""
        blocks: dict[tuple[str, str], list[Event]] = {}
        for event in sorted(self.events, key=_gravity):
            cause_ = self.causes.get(event["key"])
            blocks.setdefault((event["change"], cause_["cause"] if cause_ else event["key"]), []).append(event)
        return list(blocks.values())

    def _block(self, block: Sequence[Event]) -> str:
        first = block[0]
        cause_ = self.causes.get(first["key"])
        if cause_ is None or first["change"] == "RESOLVED":
            return item(first, self.routes, self.topic, self.language, also=len(block) - 1)
        return _of_cause(first, cause_, self.routes, self.topic, self.language)


def example(causes: Iterable[Mapping[str, Any]], at: datetime) -> list[Event]:
    """An event as new for each of these causes: what a message about them would be made of."""
    return [
        {
            "event": f"test-{cause_['cause']}", "change": "NEW", "kind": "finding", "key": each["finding"],
            "rule": each["rule"], "source": each["source"], "verdict": each["verdict"], "gap": each["gap"],
            "severity": "error" if each["verdict"] == "fails" else "warning", "gap_before": None, "detail": "{}",
            "opened_at": at, "seen_at": at, "happened_at": at,
        }
        for cause_ in causes
        for each in cause_["evidence"][:1]
    ]  # fmt: skip


def source_failed(source: str, message: str) -> Trouble:
    """The trouble of a source that could not be fetched, read or let through."""
    return Trouble("source_failed", source, *_with_error("source_failed", source, message))


def missed_run(source: str, cadence: str, last: datetime, now: datetime) -> Trouble:
    """The trouble of a source whose slot passed without a run."""
    en, es = (
        say(
            language, "trouble_sentence.missed_run", source=source, cadence=label(language, "cadence", cadence),
            count=max((now - last).days, 0), date=f"{last:%Y-%m-%d}",
        )
        for language in LANGUAGES
    )  # fmt: skip
    return Trouble("missed_run", source, en, es, severity="warning")


def settings_unusable(name: str, message: str) -> Trouble:
    """The trouble of a file of settings that cannot be used, so that the last good one is."""
    return Trouble(SETTINGS, name, *_with_error(SETTINGS, name, message), severity="warning")


def quarantine_growth(source: str, before: int, rows: int) -> Trouble:
    """The trouble of a source that breaks the contract in more rows than ``before``.

    That is what `cuadra.warehouse.episode.baseline` gives, or the number of the run before where it gives none.
    """
    sentences = _say("quarantine_growth", source=source, before=before, rows=rows)
    return Trouble("quarantine_growth", source, *sentences, "warning", gap=float(rows - before), before=before)


Change = tuple[str, str, str | None, str | None]
"""Place, words before, words after (none where it was withdrawn) and why it was corrected here, if it was."""


def revised(source: str, run: str, changes: Sequence[Change], counts: tuple[int, int], how: str = "revised") -> Trouble:
    """The event of an edition that changed or withdrew figures; it is reported once.

    Args:
        source: the source.
        run: the run that read the edition.
        changes: some of them.
        counts: how many were changed, and how many withdrawn.
        how: ``revised`` by its producer, ``edited`` in a file that is typed here, or ``reread`` from the same bytes.
    """
    en, es = (
        say(
            language, f"trouble_sentence.{how}", source=source, examples=_changes(changes, language), count=sum(counts),
            what=", ".join(
                say(language, f"trouble_sentence.{each}", count=count)
                for each, count in zip(("changed", "gone"), counts, strict=True)
                if count
            ),
        )
        for language in LANGUAGES
    )  # fmt: skip
    return Trouble("revised", source, en, es, "warning", gap=float(sum(counts)), occasion=f"{run} {how}")


def corrected(source: str, run: str, made: Sequence[Change], undone: Sequence[Change], count: int) -> Trouble:
    """The event of corrections declared here that came into effect or were taken back; it is reported once.

    Args:
        source: the source whose figures they correct.
        run: the run that applied them.
        made: some of those that came into effect.
        undone: some of those that are no longer applied.
        count: how many figures this is about.
    """
    en, es = (
        " ".join(
            say(language, f"trouble_sentence.{kind}", source=source, examples=_changes(changes, language))
            for kind, changes in (("corrected", made), ("uncorrected", undone))
            if changes
        )
        for language in LANGUAGES
    )
    return Trouble("corrected", source, en, es, "warning", gap=float(count), occasion=run)


def _changes(changes: Sequence[Change], language: str) -> str:
    """Words before and after with their places; of a correction the printed ones stand before it, and why."""
    texts = []
    for place, said, says, reason in changes:
        kind = "example" if says else "example_withdrawn"
        text = say(language, f"trouble_sentence.{kind}", place=place, said=becomes(said), says=becomes(says or ""))
        texts.append(say(language, "trouble_sentence.because", example=text, reason=reason) if reason else text)
    return "; ".join(texts)


def decided(  # noqa: PLR0913, PLR0917 - what was decided, of what, by whom
    what: str, source: str, run: str, figures: int, by: str, reason: str, new: str = ""
) -> Trouble:
    """The event of a source that a person withdrew or put back, or that was renamed to ``new``; it is told once."""
    sentences = _say(what, source=source, count=figures, by=by, reason=reason, new=new)
    return Trouble(what, source, *sentences, "warning", gap=float(figures), occasion=run)


def file_gone(source: str) -> Trouble:
    """The trouble of a source whose file is gone while its figures are in force."""
    return Trouble("file_gone", source, *_say("file_gone", source=source), severity="warning")


def changed_anew() -> tuple[str, str]:
    """The sentences of what a change of rules, code lists or cuadra made of figures that did not change.

    The counts are left to the warehouse, which replaces ``{new}`` and ``{over}``.
    """
    return _say("anew", new="{new}", over="{over}")


def _say(kind: str, **facts: object) -> tuple[str, str]:
    """The sentence of a trouble in English and in Spanish."""
    en, es = (say(language, f"trouble_sentence.{kind}", **facts) for language in LANGUAGES)
    return en, es


def _with_error(kind: str, source: str, message: str) -> tuple[str, str]:
    """The same for a trouble that an error is the reason of."""
    en, es = (
        say(language, f"trouble_sentence.{kind}", source=source, message=error_line(message, language))
        for language in LANGUAGES
    )
    return en, es


def _gravity(event: Event) -> tuple[int, int, float]:
    return (CHANGES.index(event["change"]), SEVERITIES.index(event["severity"]), -(event["gap"] or 0))


def _of_cause(event: Event, cause_: Mapping[str, Any], routes: Routes, topic: Topic, language: str) -> str:
    """One cause in full: who printed what, both numbers, what is likely, what to do; by its gravest event."""
    evidence = sorted(cause_["evidence"], key=lambda row: row["finding"] != event["key"])
    cause_ = {**cause_, "verdict": event["verdict"], "evidence": evidence}
    head = [say(language, f"change.{event['change']}", count=1).upper(), label(language, "severity", event["severity"])]
    lines = cause.body(cause_, topic, language)
    if event["change"] == "WORSE" and event["gap_before"] is not None:
        lines.append(say(language, "finding.gap_before", before=event["gap_before"]))
    if evidence:
        lines += finding.links(evidence[0]["words"])
    if page := routes.page_of(cause_["cause"], language):
        lines.append(say(language, "digest.page", page=page))
    lines += _outlook(event, json.loads(event["detail"]), routes, language, answer=cause_["cause"])
    return "\n  ".join(map(plain, [" · ".join([*head, cause.head(cause_, topic, language)]), *filter(None, lines)]))


def item(event: Event, routes: Routes, topic: Topic, language: str, *, also: int = 0) -> str:
    """One event in full: what contradicts what, where it stands in print, what is likely, what to do.

    ``also`` is how many more events of the same cause it stands for.
    """
    detail = json.loads(event["detail"])
    head = [say(language, f"change.{event['change']}", count=1).upper(), label(language, "severity", event["severity"])]
    if event["kind"] == "finding":
        row = {**detail, **{name: event[name] for name in ("rule", "verdict", "gap")}}
        head.append(finding.head(row, topic, language))
        if event["change"] == "RESOLVED":
            row = {name: value for name, value in row.items() if not name.startswith("explanation")}
        lines = finding.body(row, topic, language, event["gap_before"] if event["change"] == "WORSE" else None)
    else:
        head += [label(language, "trouble", event["kind"]), event["source"]]
        lines = [finding.in_language(detail, "sentence", language)]
    if event["change"] == "RESOLVED":
        lines.append(say(language, "digest.because", reason=label(language, "reason", event["reason"])))
        lines += [say(language, "digest.also", count=also)] if also else []
    else:
        lines += _outlook(event, detail, routes, language)
    return "\n  ".join(map(plain, [" · ".join(head), *filter(None, lines)]))


def _outlook(event: Event, detail: Event, routes: Routes, language: str, answer: str = "") -> list[str]:
    """Whether it comes and goes, how long it has been so, whom to ask and how to answer."""
    lines = []
    if event["change"] == "NEW" and (flaps := detail.get("flaps")):
        lines.append(say(language, "digest.flapping", count=flaps, days=detail["calm_days"]))
    if event["change"] == "REMIND":
        lines.append(say(language, "digest.open_since", date=f"{event['opened_at']:%Y-%m-%d}"))
    if event["seen_at"] < event["happened_at"]:
        lines.append(say(language, "digest.unchecked", date=f"{event['seen_at']:%Y-%m-%d}"))
    if owners := routes.owners_of(event["source"]):
        lines.append(say(language, "digest.ask", owners=", ".join(owners)))
    return [*lines, say(language, "digest.answer", finding=answer or event["key"])]
