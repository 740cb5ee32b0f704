"""Telling people: what waits in the outbox goes out after publishing, once, and the receipts are kept."""

import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from cuadra.checks.topic import Topic, shipped
from cuadra.flows.alerts.channels import ChannelError, Message, open_channel
from cuadra.flows.alerts.digest import Digest, example
from cuadra.flows.alerts.journal import Entry, Journal, JournalError
from cuadra.flows.alerts.routes import Routes, usable_routes
from cuadra.flows.causes import by_finding
from cuadra.flows.words.sentence import say
from cuadra.warehouse.episode import outbox, owners

PAUSES = (0.0, 2.0, 8.0)
"""Seconds before each try of a message in one run; what all tries fail to bring stays for the next run."""

Row = dict[str, Any]


@dataclass
class Delivery:
    """What became of the outbox: events sent and held back by quiet hours, and what went wrong."""

    told: int = 0
    held: int = 0
    errors: list[str] = field(default_factory=list)


def deliver(  # noqa: PLR0913 - the outside world is handed in, by name
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    now: datetime,
    *,
    topic: Topic | None = None,
    routes: Routes | None = None,
    environment: Mapping[str, str] = os.environ,
    echo: Callable[[str], object] = print,
    pause: Callable[[float], object] = time.sleep,
) -> Delivery:
    """Send one digest to each channel that has something waiting, and keep the receipts in the journal.

    ``con`` reads the publication, ``folder`` is the data folder that holds it, ``now`` has a zone, ``topic`` names
    what figures are about, and is the shipped one if not given. Whatever
    fails stays in the outbox; nothing is raised for it. Each event reaches a channel once, but for
    a process that dies between a channel taking a message and the line in the journal. The message is then
    sent again with the same key (the header ``Idempotency-Key``), and says so.
    """
    routes = (routes or usable_routes(folder)[0]).with_owners(owners(con))
    post = _Post(Journal(folder), routes, topic or shipped(), now, environment, echo, pause)
    try:
        with post.journal.sending():
            rows = outbox(con)
            post.causes = by_finding(con, {row["key"] for row in rows if row["kind"] == "finding"})
            post.empty(rows)
    except JournalError as error:
        post.outcome.errors.append(str(error))
    return post.outcome


def send_test(  # noqa: PLR0913 - the outside world is handed in, by name
    names: Iterable[str],
    routes: Routes,
    environment: Mapping[str, str] = os.environ,
    echo: Callable[[str], object] = print,
    *,
    topic: Topic | None = None,
    causes: Sequence[Row] = (),
    at: datetime = datetime.min,
) -> list[str]:
    """Send a message to each of these channels that says it is a test; returns the errors, one a channel.

    ``causes``, as `cuadra.flows.causes.read_causes` gives them, are shown as a message about them would: a block each.
    """
    errors = []
    events = example(causes, at)
    by_key = {each["finding"]: row for row in causes for each in row["evidence"][:1]}
    for name in names:
        channel = routes.channel(name)
        language = routes.language_of(name)
        text = say(language, "digest.test", channel=name)
        title = say(language, "digest.test_title")
        try:
            outlet = open_channel(name, channel, environment, echo)
            if events:
                text = f"{text} {say(language, 'digest.test_causes')}"
                digest = Digest("test", events, routes, language, False, topic or shipped(), by_key, text)
                text = digest.body(outlet.most_characters)
            outlet.send(Message(title, text, "test"))
        except ChannelError as error:
            errors.append(str(error))
    return errors


@dataclass
class _Post:
    """One emptying of the outbox."""

    journal: Journal
    routes: Routes
    topic: Topic
    now: datetime
    environment: Mapping[str, str]
    echo: Callable[[str], object]
    pause: Callable[[float], object]
    causes: Mapping[str, Row] = field(default_factory=dict)
    outcome: Delivery = field(default_factory=Delivery)

    def empty(self, rows: Sequence[Row]) -> None:
        carried, settled, cut_off = _past(self.journal.read())
        for name in sorted({row["channel"] for row in rows}):
            waiting = {r["event"]: r for r in rows if r["channel"] == name and (r["event"], name) not in settled}
            for key in (key for key in cut_off if carried[key]["channel"] == name):
                again = [waiting.pop(event) for event in carried[key]["events"] if event in waiting]
                if again:
                    self._send(name, key, again, is_repeat=True)
            channel = self.routes.channel(name)
            fresh = [row for row in waiting.values() if not channel.holds(row["severity"], self.now)]
            self.outcome.held += len(waiting) - len(fresh)
            if fresh:
                key = _digest(name, fresh)
                if key not in carried:
                    self.journal.append("digest", digest=key, channel=name, events=[r["event"] for r in fresh])
                self._send(name, key, fresh)

    def _send(self, name: str, key: str, rows: Sequence[Row], *, is_repeat: bool = False) -> None:
        channel = self.routes.channel(name)
        digest = Digest(key, rows, self.routes, self.routes.language_of(name), is_repeat, self.topic, self.causes)
        try:
            outlet = open_channel(name, channel, self.environment, self.echo)
            message = Message(digest.title, digest.body(outlet.most_characters), key, [row["event"] for row in rows])
            self._try(key, lambda: outlet.send(message))
        except ChannelError as error:
            self.outcome.errors.append(str(error))
        except Exception as error:  # one channel that breaks in an unknown way never stops the next
            self.outcome.errors.append(
                f"channel {name!r}: expected to send its message, got {type(error).__name__}. "
                "What waits goes out with the next run."
            )
        else:
            self.outcome.told += len(rows)

    def _try(self, key: str, send: Callable[[], None]) -> None:
        at = self.now.isoformat()
        for seconds in PAUSES:
            self.pause(seconds)
            self.journal.append("attempt", digest=key, at=at)
            try:
                send()
            except ChannelError as error:
                refusal = error
                if error.may_be_taken:
                    break  # no failure is noted: the next run sends it again and says that it is a repeat
                self.journal.append("failure", digest=key, at=at)
            else:
                self.journal.append("receipt", digest=key, at=at)
                return
        raise refusal


def _past(entries: Iterable[Entry]) -> tuple[dict[str, Entry], set[tuple[str, str]], list[str]]:
    """The digests ever begun, the (event, channel) pairs with a receipt, and the digests cut off."""
    carried: dict[str, Entry] = {}
    unanswered: Counter[str] = Counter()
    settled = set()
    for entry in entries:
        key, what = entry.get("digest", ""), entry["entry"]
        if what == "digest":
            carried[key] = entry
        elif what in ("attempt", "failure"):
            unanswered[key] += 1 if what == "attempt" else -1
        elif what == "receipt" and key in carried:
            del unanswered[key]
            settled |= {(event, carried[key]["channel"]) for event in carried[key]["events"]}
    return carried, settled, [key for key, count in unanswered.items() if count > 0 and key in carried]


def _digest(channel: str, rows: Sequence[Row]) -> str:
    text = "|".join([channel, *sorted(row["event"] for row in rows)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
