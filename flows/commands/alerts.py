"""The commands of `cuadra alerts`: what is open, what was sent about it, and what people answer.

Answers go into the journal beside the publication (`cuadra.flows.alerts.journal`), since readers hold that open:
the next run takes them over, and the commands here show them at once.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cuadra.flows.alerts.journal import Journal, JournalError
from cuadra.flows.commands.options import NOT_DELIVERED, AsJson, open_project, open_settings, refuse
from cuadra.flows.commands.sources import login
from cuadra.flows.commands.tables import as_text
from cuadra.flows.commands.tables import show as tabulate
from cuadra.flows.words.sentence import label, say
from cuadra.flows.words.vocabulary import Language

if TYPE_CHECKING:
    import duckdb

    from cuadra.flows.alerts.routes import Routes
    from cuadra.flows.settings import Settings

app = typer.Typer(no_args_is_help=True, help="See what is open and what was sent about it, and answer it.")


Key = Annotated[str, typer.Argument(help="The key of an alert, or how it starts.")]
By = Annotated[str, typer.Option(default_factory=login, help="Who answers.")]


@app.command("list")
def list_alerts(as_json: AsJson = False) -> None:
    """List the alerts that are open, and the silences in force."""
    from cuadra.warehouse.episode import episodes

    now = _now()
    with _published() as (con, folder):
        rows = episodes(con)
        entries = Journal(folder).read()
    acknowledged = {entry["event"]: entry["by"] for entry in entries if entry["entry"] == "acknowledge"}
    for row in rows:
        row.update({name: row[name] and row[name].replace(microsecond=0) for name in ("opened_at", "told_at")})
    names = ("key", "severity", "kind", "rule", "source", "verdict", "gap", "opened_at", "told_at")
    for row in rows:
        if row["kind"] != "finding":  # what happens to a source is no verdict on figures
            row["verdict"] = None
    shown = [{**{name: row[name] for name in names}, "seen_to_by": acknowledged.get(row["told_event"])} for row in rows]
    silences = _silences(entries, now)
    if as_json:
        typer.echo(as_text({"open": shown, "silences": silences}))
        return
    language = open_settings().language
    kinds = {"severity": "severity", "kind": "trouble", "verdict": "verdict"}
    shown = [
        row | {name: label(language, kind, row[name]) for name, kind in kinds.items() if row[name]} for row in shown
    ]
    tabulate(shown, as_json=False, language=language, empty="alerts.none")
    if shown:
        typer.echo(say(language, "alerts.open", count=len(shown)))
    if silences:
        tabulate(silences, as_json=False, language=language)
        typer.echo(say(language, "alerts.silenced", count=len(silences)))


@app.command()
def show(key: Key, language: Language | None = None) -> None:
    """Show one alert in full, and every message about it."""
    from cuadra.flows.alerts.digest import item
    from cuadra.warehouse.episode import events, owners

    language = language or open_settings().language
    with _published() as (con, folder):
        episode = _one(con, key)
        told = events(con, episode["key"])
        routes = _routes(open_settings()).with_owners(owners(con))
        receipts = _receipts(folder)
    typer.echo(
        item(told[-1], routes, open_project(open_settings()).topic, language)
        if told
        else say(language, "alerts.untold")
    )
    typer.echo("")
    for event in told:
        sent = receipts.get((event["event"], event["channel"]))
        state = say(language, "alerts.told", **sent) if sent else say(language, "alerts.waiting")
        channel = f"{event['channel']}: {state}" if event["channel"] else say(language, "alerts.no_channel")
        change = say(language, f"change.{event['change']}", count=1)
        typer.echo(f"{event['happened_at']:%Y-%m-%d %H:%M}  {change.upper():<13} {channel}")


@app.command()
def acknowledge(key: Key, by: By, note: str = "") -> None:
    """Say that you have seen to an alert: no reminders follow, unless it gets worse."""
    with _published() as (con, folder):
        told = [row for row in _episodes(con, key) if row["is_open"] and row["told_event"]]
        if not told:
            refuse(f"alert {key!r}: expected one that is open and was told, got one that is not.")
        for row in told:
            Journal(folder).append("acknowledge", event=row["told_event"], by=by, note=note, at=_now().isoformat())
    typer.echo(say(open_settings().language, "alerts.acknowledged", finding=key, by=by))


@app.command()
def silence(  # noqa: PLR0913, PLR0917 - one parameter an option
    by: By,
    key: Annotated[str | None, typer.Argument(help="The key of an alert, or how it starts.")] = None,
    rule: str | None = None,
    source: str | None = None,
    days: Annotated[float, typer.Option(min=0.01, help="For how many days.")] = 30,
    reason: Annotated[str, typer.Option(help="Why; it is kept.")] = "",
) -> None:
    """Silence an alert, a rule or a source for some days; what is still so then is reported then."""
    if not (key or rule or source):
        refuse("silence: expected a KEY, --rule or --source, got none of them.")
    if not reason:
        refuse('silence: expected a reason, got none. Add --reason "…".')
    now = _now()
    keys: list[str | None] = [None]
    if key:
        with _published() as (con, _):
            keys = [row["key"] for row in _episodes(con, key)]
    until = (now + timedelta(days=days)).isoformat()
    for each in keys:
        name = hashlib.sha256(f"{each}|{rule}|{source}|{now}".encode()).hexdigest()[:8]
        with _edge():
            Journal(open_settings().data).append(
                "silence", silence=name, key=each, rule=rule, source=source, until=until,
                reason=reason, by=by, at=now.isoformat(),
            )  # fmt: skip
        typer.echo(say(open_settings().language, "alerts.silence", name=name, until=until[:16]))


@app.command()
def unsilence(name: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """End a silence before its time."""
    now = _now()
    with _edge():
        journal = Journal(open_settings().data)
        if name not in {each["silence"] for each in _silences(journal.read(), now)}:
            refuse(f"silence {name!r}: expected one in force, got none. `cuadra alerts list` shows them.")
        journal.append("unsilence", silence=name, at=now.isoformat())
    typer.echo(say(open_settings().language, "alerts.unsilence", name=name))


@app.command("deliver")
def deliver_now() -> None:
    """Send what waits in the outbox: after a channel was down, or when quiet hours are over."""
    from cuadra.flows.alerts.delivery import deliver

    with _published() as (con, folder):
        settings = open_settings()
        routes = _routes(settings)
        outcome = deliver(con, folder, _now(), topic=open_project(settings).topic, routes=routes)
    for error in outcome.errors:
        typer.echo(error, err=True)
    counts = {"told": outcome.told, "held": outcome.held, "failed": len(outcome.errors)}
    typer.echo(say(open_settings().language, "alerts.delivered", **counts))
    if outcome.errors:
        raise typer.Exit(NOT_DELIVERED)


@app.command("test")
def try_channels(
    channel: Annotated[str | None, typer.Argument(help="One channel; all of them if not given.")] = None,
) -> None:
    """Send a test message to the channels: with what is open now, a block for each cause."""
    from cuadra.flows.alerts.delivery import send_test
    from cuadra.flows.causes import read_causes
    from cuadra.warehouse.episode import owners

    settings = open_settings()
    routes = _routes(settings)
    if channel is not None and channel not in routes.channels:
        refuse(f"channel {channel!r}: expected one of {sorted(routes.channels)[:5]}.")
    names = [channel] if channel else sorted(routes.channels)
    causes: list[dict[str, Any]] = []
    if settings.publication.exists():
        with _published() as (con, _):
            causes, routes = read_causes(con), routes.with_owners(owners(con))
    topic = open_project(settings).topic
    errors = send_test(names, routes, os.environ, typer.echo, topic=topic, causes=causes, at=_now())
    for error in errors:
        typer.echo(error, err=True)
    counts = {"taken": len(names) - len(errors), "channels": len(names)}
    typer.echo(say(open_settings().language, "alerts.tested", **counts))
    if errors:
        raise typer.Exit(NOT_DELIVERED)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@contextmanager
def _published() -> Iterator[tuple["duckdb.DuckDBPyConnection", Path]]:
    """The publication opened to read, and its data folder; what the rooms raise becomes one line."""
    from cuadra.warehouse.publication import open_publication

    settings = open_settings()
    with _edge(), open_publication(settings.publication) as con:
        yield con, settings.data


def _one(con: "duckdb.DuckDBPyConnection", key: str) -> dict[str, Any]:
    """The latest episode of the one key that starts so."""
    from cuadra.warehouse.episode import episodes

    found = episodes(con, key) if key else []
    keys = sorted({row["key"] for row in found})
    if len(keys) != 1:
        refuse(f"alert {key!r}: expected one, got {keys[:5] or 'none'}. `cuadra alerts list` shows them.")
    return max(found, key=lambda row: row["number"])


def _episodes(con: "duckdb.DuckDBPyConnection", key: str) -> list[dict[str, Any]]:
    """The latest episodes of the findings of the cause that this is the key of, or of the one alert that starts so."""
    from cuadra.warehouse.episode import episodes

    found = con.execute("SELECT finding FROM cause_finding WHERE cause = ? ORDER BY finding", [key]).fetchall()
    return [_one(con, finding) for (finding,) in found if episodes(con, finding)] or [_one(con, key)]


def _receipts(folder: Path) -> dict[tuple[str, str], dict[str, str]]:
    """When each channel took each event, from the journal: the publication learns of it a run later."""
    entries = Journal(folder).read()
    carried = {entry["digest"]: entry for entry in entries if entry["entry"] == "digest"}
    taken = [entry for entry in entries if entry["entry"] == "receipt" and entry["digest"] in carried]
    return {
        (event, carried[entry["digest"]]["channel"]): {"at": entry["at"][:16], "digest": entry["digest"]}
        for entry in taken
        for event in carried[entry["digest"]]["events"]
    }


def _silences(entries: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    ended = {entry["silence"] for entry in entries if entry["entry"] == "unsilence"}
    names = ("silence", "key", "rule", "source", "until", "reason", "by")
    return [
        {name: entry[name] for name in names}
        for entry in entries
        if entry["entry"] == "silence"
        and entry["silence"] not in ended
        and datetime.fromisoformat(entry["until"]) > now
    ]


def _routes(settings: "Settings") -> "Routes":
    """The channels and routes in force, or one line why they cannot be used and exit code 2."""
    from cuadra.flows.alerts.routes import AlertsError, load_routes

    try:
        return load_routes(settings.data, settings.alerts).in_language(settings.language)
    except AlertsError as error:
        refuse(str(error))


@contextmanager
def _edge() -> Iterator[None]:
    """Turn what the rooms raise into one line and an exit code."""
    import duckdb

    from cuadra.warehouse.publication import PublicationError

    try:
        yield
    except (JournalError, PublicationError, duckdb.Error) as error:
        refuse(str(error))
