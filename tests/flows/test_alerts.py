import json
import os
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from cuadra.flows.alerts import channels
from cuadra.flows.alerts.delivery import deliver, send_test
from cuadra.flows.alerts.digest import Digest, corrected, missed_run, quarantine_growth, revised, source_failed
from cuadra.flows.alerts.journal import Journal, JournalError
from cuadra.flows.alerts.routes import Channel, Quiet, Route, Routes, load_routes, usable_routes
from cuadra.flows.causes import read_causes
from cuadra.flows.commands.alerts import app
from cuadra.flows.trouble import missed
from cuadra.warehouse.episode import baseline, outbox, owners
from tests.flows.conftest import said
from tests.flows.receivers import Mailbox, Webhook, running
from tests.flows.world import checked
from tests.warehouse.alert_world import KEY, START, make, put, step

ROOT = Path(__file__).parents[2]
DAY = timedelta(days=1)
NOON = START.replace(tzinfo=UTC)
DESK = Routes(channels={"desk": Channel()}, routes=(Route(channels=("desk",)),))


@pytest.fixture
def con(tmp_path_factory):
    with make(tmp_path_factory.mktemp("made") / "a.duckdb") as con:
        yield con


@pytest.fixture
def webhook():
    with running(Webhook()) as webhook:
        yield webhook


def tell(con, folder, webhook, now=NOON, routes=DESK):
    environment = {"CUADRA_CHANNEL_DESK": f"json://127.0.0.1:{webhook.port}/"}
    return deliver(con, folder, now, routes=routes, environment=environment, pause=lambda seconds: None)


def test_message_is_sent_once(con, tmp_path, webhook):
    put(con, {})
    step(con)
    outcomes = [tell(con, tmp_path, webhook) for _ in range(3)]

    assert [(o.told, o.errors) for o in outcomes] == [(1, []), (0, []), (0, [])]
    assert len(webhook.calls) == 1


def test_receipt_survives_a_replaced_publication(con, tmp_path, webhook):
    put(con, {})
    step(con)
    tell(con, tmp_path, webhook)
    step(con, START + DAY, entries=Journal(tmp_path).read())

    assert outbox(con) == []
    assert con.execute("SELECT digest FROM delivery").fetchone() == (webhook.calls[0][1],)


def test_channel_down_for_three_runs_gets_one_digest_after(con, tmp_path, webhook):
    webhook.status = 503
    for n in range(3):
        put(con, *({"finding": f"{m:012x}", "source": f"source_{m}"} for m in range(n + 1)))
        step(con, START + n * DAY, entries=Journal(tmp_path).read())
        outcome = tell(con, tmp_path, webhook, NOON + n * DAY)
        assert (outcome.told, len(outcome.errors)) == (0, 1)
    webhook.status = 200
    outcome = tell(con, tmp_path, webhook, NOON + 3 * DAY)

    assert (outcome.told, outcome.errors) == (3, [])
    ((_, _, payload),) = webhook.calls
    assert payload["title"] == "cuadra: 3 new"
    assert [n for n in range(4) if f"alerts silence {n:012x}" in payload["message"]] == [0, 1, 2]


def test_channel_without_address_keeps_its_messages(con, tmp_path):
    put(con, {})
    step(con)
    outcome = deliver(con, tmp_path, NOON, routes=DESK, environment={})

    assert "CUADRA_CHANNEL_DESK" in outcome.errors[0]
    assert len(outbox(con)) == 1


def test_mail_is_received_in_spanish(con, tmp_path):
    put(con, {})
    step(con)
    routes = Routes(channels={"desk": Channel(language="es")}, owners={"dia*": "mesa de datos"},
                    routes=(Route(channels=("desk",)),))  # fmt: skip
    with running(Mailbox()) as mailbox:
        address = f"mailto://127.0.0.1:{mailbox.port}/?from=cuadra@example.org&to=ana@example.org"
        deliver(con, tmp_path, NOON, routes=routes, environment={"CUADRA_CHANNEL_DESK": address})

    (mail,) = mailbox.messages
    text = mail.get_body(["plain"]).get_content()
    assert mail["Subject"] == "cuadra: 1 nuevo"
    for part in (
        "Las cifras de una cantidad coinciden.", "Probable: 454 serían las víctimas extranjeras",
        "454 frente a 1 054, diferencia de 600",
        "dialogo: “1,054” (¶3), “454” (mujeres, ¶4) https://dialogo.example/a", "Preguntar a: mesa de datos",
        f"cuadra alerts silence {KEY}", "Detectado no es prevalente",
    ):  # fmt: skip
        assert part in text


def test_console_says_what_contradicts_what(con, tmp_path):
    put(con, {"right_upper": float("inf")})
    step(con, route=lambda *_: {"console"})
    printed = []
    deliver(con, tmp_path, NOON, echo=printed.append)

    assert "454 against 1,054 or more, 600 apart" in printed[0]
    assert "Likely: 454 would fit the foreign victims" in printed[0]
    assert "Detected is not prevalent" in printed[0]


def test_many_alerts_are_counted_not_cut(con, tmp_path, webhook):
    put(con, *({"finding": f"{n:012x}", "rule": f"rule_{n % 2}", "gap": float(n)} for n in range(500)))
    step(con)
    tell(con, tmp_path, webhook)

    message = webhook.calls[0][2]["message"]
    assert message.count("[rule_0]") == 3
    assert "and 247 more of rule_0, dialogo" in message
    assert "499 apart" in message


def test_short_channel_still_names_its_message(con, tmp_path):
    put(con, *({"finding": f"{n:012x}"} for n in range(500)))
    step(con)
    digest = Digest("d1", outbox(con), DESK)

    assert len(digest.body(2000)) <= 2000
    assert digest.body(600).endswith("Message d1")
    assert len(digest.body(20)) == 20


@pytest.mark.parametrize(
    ("hour", "is_quiet"), [(21, False), (22, True), (23, True), (0, True), (6, True), (7, False), (12, False)]
)
def test_quiet_hours_run_over_midnight(hour, is_quiet):
    quiet = Quiet.model_validate({"from": "22:00", "to": "07:00", "timezone": "America/Lima"})
    lima = datetime(2026, 11, 24, hour, tzinfo=UTC) + timedelta(hours=5)

    assert quiet.covers(lima) == is_quiet


def test_quiet_hours_hold_back_and_lose_nothing(con, tmp_path, webhook):
    quiet = Quiet.model_validate({"from": "22:00", "to": "07:00", "lets_through": ["error"]})
    routes = Routes(channels={"desk": Channel(quiet=quiet)}, routes=(Route(channels=("desk",)),))
    put(con, {"severity": "warning"}, {"finding": "f" * 12})
    step(con)
    night, morning = (tell(con, tmp_path, webhook, NOON.replace(hour=h), routes) for h in (23, 7))

    assert (night.told, night.held) == (1, 1)
    assert (morning.told, morning.held) == (1, 0)
    assert [payload["title"] for _, _, payload in webhook.calls] == ["cuadra: 1 new"] * 2


def test_routes_go_by_severity_rule_source_and_owner():
    routes = Routes(
        channels={name: Channel() for name in "abcd"},
        owners={"unodc_*": "data desk", "*": "press desk"},
        routes=(
            Route(channels=("a",), severities=("error",)),
            Route(channels=("b",), sources=("unodc_*",), rules=("one_*",)),
            Route(channels=("c",), owners=("press desk",)),
            Route(channels=(), kinds=("missed_run",)),
        ),
    )

    assert routes.route("finding", "one_value", "error", "unodc_glotip") == {"a", "b"}
    assert routes.route("finding", "one_value", "note", "unodc_glotip dialogo") == {"b", "c"}
    assert routes.route("missed_run", "missed_run", "note", "unodc_glotip") == set()
    assert routes.route("finding", "share", "note", "unodc_glotip") == {"console"}


def test_owner_whom_a_source_names_goes_before_patterns(con, tmp_path):
    con.execute("INSERT INTO source BY NAME SELECT 'dialogo' AS source, 'ana' AS owner")
    put(con, {}, {"finding": "f" * 12, "source": "unodc dialogo"})
    routes = Routes(owners={"*": "data desk"}, routes=(Route(channels=("console",), owners=("data desk",)),))
    own = routes.with_owners(owners(con))
    step(con, route=lambda *_: {"console"})
    printed = []
    deliver(con, tmp_path, NOON, routes=routes, echo=printed.append)

    assert own.owners_of("dialogo") == ["ana"]
    assert "Ask: ana" in printed[0]
    assert "Ask: data desk, ana" in printed[0]


def test_troubles_say_what_is_wrong(con, tmp_path):
    troubles = [
        source_failed("unodc", "unodc, row 7: expected a year, got '20x9'. Correct labels.csv."),
        missed_run("dialogo", "weekly", NOON - 20 * DAY, NOON),
        quarantine_growth("istac", 3, 40),
    ]
    told = step(con, troubles=troubles, route=lambda *_: {"console"})
    printed = []
    deliver(con, tmp_path, NOON, echo=printed.append)

    assert told == {"NEW": 3}
    assert "expected a year, got '20x9'" in printed[0]
    assert "dialogo should be read weekly, and was last read 20 days ago, on 2026-11-04." in printed[0]
    assert "istac has 40 rows in quarantine, 3 before." in printed[0]


def test_secret_is_in_no_file_and_no_error(con, tmp_path, webhook):
    webhook.status = 500
    put(con, {})
    step(con)
    environment = {"CUADRA_CHANNEL_DESK": f"json://ana:s3cr3t-pass@127.0.0.1:{webhook.port}/T0K3N/"}
    outcome = deliver(con, tmp_path, NOON, routes=DESK, environment=environment, pause=lambda seconds: None)

    kept = "".join(path.read_text() for path in tmp_path.iterdir()) + repr(outcome)
    assert outcome.errors
    assert [piece for piece in ("s3cr3t-pass", "T0K3N", "ana:") if piece in kept] == []


def run(folder, port, nth):
    command = [sys.executable, "-m", "tests.flows.crashing_run", str(folder), str(port), str(nth)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


@pytest.mark.slow
def test_kill_at_any_point_loses_and_doubles_nothing(tmp_path, webhook):
    def crash_twice_and_recover(nth):
        folder = tmp_path / f"killed-{nth}"
        folder.mkdir()
        return [run(folder, webhook.port, n) for n in (nth, nth, 0)]

    points = range(1, 10)
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(crash_twice_and_recover, points))
    received = {n: [call for call in webhook.calls if call[0].strip("/") == f"killed-{n}"] for n in points}

    assert [first for first, *_ in codes] == [-9] * 8 + [0]
    assert [rest for *_, rest in codes] == [0] * 9
    assert [len({key for _, key, _ in calls}) for calls in received.values()] == [1] * 9  # one, by its key
    # Only a kill after the webhook took it and before the receipt makes a second message, which says so: the
    # 7th point of a first run and the 5th of a second, which finds a journal and its digest.
    assert [n for n, calls in received.items() if len(calls) > 1] == [5, 7]
    assert received[7][1][2]["message"].startswith("This message may have been sent before")


def test_slow_channel_gets_a_message_again_only_as_a_repeat(con, tmp_path, webhook, monkeypatch):
    monkeypatch.setattr(channels, "TIMEOUT", 0.3)
    put(con, {})
    step(con)
    webhook.delay = 1.0
    slow = tell(con, tmp_path, webhook)
    webhook.delay = 0.0
    again = tell(con, tmp_path, webhook, NOON + DAY)
    after = tell(con, tmp_path, webhook, NOON + 2 * DAY)
    first, second = webhook.calls

    assert (slow.told, len(slow.errors), again.told, after.told) == (0, 1, 1, 0)
    assert first[1] == second[1]
    assert not first[2]["message"].startswith("This message may have been sent before")
    assert second[2]["message"].startswith("This message may have been sent before")


def test_channel_that_refuses_is_tried_again_without_a_warning(con, tmp_path, webhook):
    put(con, {})
    step(con)
    webhook.status = 503
    refused = tell(con, tmp_path, webhook)
    webhook.status = 200
    tell(con, tmp_path, webhook)
    ((_, _, payload),) = webhook.calls

    assert len(refused.errors) == 1
    assert not payload["message"].startswith("This message may have been sent before")


def test_second_sender_leaves_with_a_message(tmp_path):
    first, second = Journal(tmp_path), Journal(tmp_path)

    with first.sending(), pytest.raises(JournalError, match="another process"), second.sending(0):
        pass


@pytest.mark.parametrize(
    "line",
    [
        b'{"entry": "receipt", "digest": "d1"}', b'{"entry": "digest", "digest": "d1", "channel": "desk"}',
        b'{"entry": "silence", "silence": "s1", "until": "2026-11-24T12:00:00Z"}', b'{"entry": "hello"}',
        b'{"entry": "attempt", "digest": 3, "at": "2026-11-24T12:00:00Z"}', b'"entry"', b"[" * 100_000,
        b'{"entry": "attempt", "digest": "d1", "at": "2026-11-24T12:00:00"}',
    ],
)  # fmt: skip
def test_foreign_or_incomplete_line_of_the_journal_is_skipped_and_counted(tmp_path, line):
    journal = Journal(tmp_path)
    journal.append("attempt", digest="d\u2028\x85", at="2026-11-24T12:00:00+00:00")
    with journal.path.open("ab") as file:
        file.write(line)
    journal.append("failure", digest="d1", at="2026-11-24T12:00:00+00:00")
    entries, strange = journal.read_all()

    assert [entry["entry"] for entry in entries] == ["attempt", "failure"]
    assert entries[0]["digest"] == "d\u2028\x85"
    assert strange == [2]


@pytest.mark.parametrize("torn", [b'{"entry": "rece', b'{"entry": "receipt", "digest": "d1"}', b"\x00\xff", b"[1]\n"])
def test_torn_line_is_skipped_and_the_next_is_whole(tmp_path, torn):
    journal = Journal(tmp_path)
    journal.append("attempt", digest="d1", at="2026-11-24T12:00:00+00:00")
    with journal.path.open("ab") as file:
        file.write(torn)
    journal.append("failure", digest="d1", at="2026-11-24T12:00:00+00:00")

    assert [entry["entry"] for entry in journal.read() if entry["entry"] != "receipt"] == [
        "attempt",
        "failure",
    ]


@pytest.mark.parametrize("room", range(0, 500, 50))
def test_full_disk_loses_nothing_and_repeats_only_with_the_same_key(con, tmp_path, webhook, room):
    put(con, {})
    step(con)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        full = tell(con, tmp_path, webhook)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    mended = tell(con, tmp_path, webhook)

    assert full.told + mended.told == 1
    assert len({key for _, key, _ in webhook.calls}) == 1
    assert tell(con, tmp_path, webhook).told == 0


def test_growth_lasts_until_it_shrinks(con):
    told = []
    for day, (last, rows) in enumerate([(3, 40), (40, 40), (40, 60), (60, 3)]):
        before = int(baseline(con, "quarantine_growth", "istac") or last)
        troubles = [quarantine_growth("istac", before, rows)] if rows > before else []
        told.append(step(con, START + day * DAY, troubles=troubles, seen=[("quarantine_growth", "istac")]))

    assert told == [{"NEW": 1}, {}, {"WORSE": 1}, {"RESOLVED": 1}]


def test_revision_is_told_once_each_time_and_its_end_is_no_news(con):
    told = []
    for day, is_revised in enumerate([True, False, False, True, True, False]):
        troubles = [revised("istac", f"run {day}", [("¶4", "454", "455", None)], (1, 0))] if is_revised else []
        told.append(step(con, START + day * DAY, troubles=troubles, seen=[("revised", "istac")]))

    assert told == [{"NEW": 1}, {}, {}, {"NEW": 1}, {"NEW": 1}, {}]


def test_unwritable_journal_sends_nothing(con, tmp_path, webhook):
    put(con, {})
    step(con)
    outcome = tell(con, tmp_path / "no such folder", webhook)

    assert (webhook.calls, outcome.told) == ([], 0)
    assert "No such file or directory" in outcome.errors[0]


@pytest.fixture
def folder(tmp_path):
    con = make(tmp_path / "cuadra.duckdb")
    put(con, {}, {"finding": "f" * 12, "gap": 1.0})
    step(con, route=lambda *_: {"console"})
    con.close()
    return tmp_path


def cuadra_alerts(folder, *words):
    return CliRunner().invoke(app, words, env={"CUADRA_DATA": str(folder)})


def test_alerts_are_listed_and_shown(folder):
    cuadra_alerts(folder, "deliver")
    listed = json.loads(cuadra_alerts(folder, "list", "--json").stdout)
    shown = cuadra_alerts(folder, "show", KEY[:4])

    assert sorted(row["key"] for row in listed["open"]) == [KEY, "f" * 12]
    assert "454 against 1,054" in shown.output
    assert "console: sent" in shown.output


def test_acknowledged_alert_is_not_reminded(folder):
    cuadra_alerts(folder, "acknowledge", KEY, "--by", "ana", "--note", "asked the police")
    listed = cuadra_alerts(folder, "list").output
    con = make(folder / "cuadra.duckdb")

    assert "ana" in listed
    assert step(con, START + 8 * DAY, entries=Journal(folder).read()) == {"REMIND": 1}
    con.close()


def test_silenced_alert_can_be_heard_again(folder):
    made = cuadra_alerts(folder, "silence", KEY, "--days", "5", "--reason", "known", "--by", "ana")
    (silence,) = json.loads(cuadra_alerts(folder, "list", "--json").stdout)["silences"]
    ended = cuadra_alerts(folder, "unsilence", silence["silence"])

    assert (made.exit_code, ended.exit_code) == (0, 0)
    assert (silence["key"], silence["reason"]) == (KEY, "known")
    assert json.loads(cuadra_alerts(folder, "list", "--json").stdout)["silences"] == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("show", "abc"), "expected one, got none"),
        (("silence", KEY, "--by", "ana"), "expected a reason"),
        (("silence", "--reason", "x", "--by", "ana"), "expected a KEY"),
        (("unsilence", "nope"), "expected one in force"),
        (("test", "nope"), "expected one of ['console']"),
    ],
)
def test_wrong_usage_leaves_with_two(folder, words, message):
    result = cuadra_alerts(folder, *words)

    assert (result.exit_code, len(said(result).splitlines())) == (2, 1)
    assert message in said(result)


def test_alerts_need_a_publication(tmp_path):
    result = cuadra_alerts(tmp_path, "list")

    assert result.exit_code == 2
    assert "cuadra run" in result.stderr


def test_test_message_reaches_every_channel(folder, webhook, monkeypatch):
    (folder / "alerts.toml").write_text("[channels.console]\n[channels.desk]\nlanguage = 'es'\n")
    monkeypatch.setenv("CUADRA_CHANNEL_DESK", f"json://127.0.0.1:{webhook.port}/")
    good = cuadra_alerts(folder, "test")
    webhook.status = 500
    bad = cuadra_alerts(folder, "test", "desk")

    assert (good.exit_code, bad.exit_code) == (0, 4)
    assert "2 of 2 channels took the message." in good.stdout
    assert webhook.calls[0][2]["message"].startswith("Esta es una prueba")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("remind_after_days = 0", "remind_after_days"),
        ("[channels.desk]\naddress = 'mailto://ana:s3cr3t@x'", "channels.desk.address"),
        ("[[routes]]\nchannels = ['dsek']", "known channels, got ['dsek']"),
        ("[channels.desk]\nquiet = {from = '22:00', to = '07:00', timezone = 'Lima'}", "America/Lima"),
        ("not toml", "expected TOML"),
    ],
)
def test_wrong_settings_are_named(folder, text, message):
    (folder / "alerts.toml").write_text(text)
    result = cuadra_alerts(folder, "test")

    assert result.exit_code == 2
    assert message in result.stderr
    assert "s3cr3t" not in result.stderr


def test_broken_routes_leave_the_last_good_ones_and_one_line(tmp_path):
    file = tmp_path / "alerts.toml"
    first, none = usable_routes(tmp_path)
    file.write_text("remind_after_days = 3\n")
    good, _ = usable_routes(tmp_path)
    file.write_text("remind_after_days = = 3\n")
    kept, line = usable_routes(tmp_path)
    file.unlink()
    file.mkdir()
    folder, unreadable = usable_routes(tmp_path)

    assert (first.remind_after_days, none) == (7, None)
    assert (good.remind_after_days, kept.remind_after_days, folder.remind_after_days) == (3, 3, 3)
    assert line.count("\n") == 0
    assert str(file) in line
    assert "expected a file that can be read" in unreadable


@pytest.mark.parametrize(
    ("cadence", "last", "is_missed"),
    [("weekly", 9, True), ("weekly", 8, False), ("monthly", 55, True), ("monthly", 40, False), ("once", 4000, False)],
)
def test_slot_before_the_latest_is_missed(cadence, last, is_missed):
    started_at = (NOON - last * DAY).isoformat()
    entries = [{"started_at": started_at, "sources": {"a": {"status": "failed"}}}]

    assert bool(list(missed({"a": cadence}, entries, NOON))) == is_missed
    assert list(missed({"a": cadence}, [], NOON)) == []


def test_page_of_a_cause_is_linked_where_a_base_address_is_set():
    assert Routes(page="https://example.org/figures/").page_of("aa32", "es") == (
        "https://example.org/figures/es/cause/aa32.html"
    )
    assert Routes().page_of("aa32", "es") is None


@pytest.mark.parametrize(
    "page", ["javascript:alert(1)", "example.org", "https://", "https://e.org/?a=1", "https://e. org"]
)
def test_base_address_of_pages_is_one_of_the_web(page):
    with pytest.raises(ValidationError, match="expected"):
        Routes(page=page)


def test_test_message_has_one_block_a_cause(tmp_path):
    con = checked(
        {"value": 1054}, {"value": 454, "locator": "¶4"},
        {"value": 40, "time_period": "2018"}, {"value": 30, "sex": "F", "time_period": "2018"},
        {"value": 30, "sex": "M", "time_period": "2018"},
    )  # fmt: skip
    causes = [row for row in read_causes(con) if row["verdict"] == "fails"]
    routes = Routes(
        page="https://example.org", channels={"desk": Channel(language="es"), "hook": Channel()}, items_per_group=10
    )
    with running(Mailbox()) as mailbox, running(Webhook()) as webhook:
        environment = {
            "CUADRA_CHANNEL_DESK": f"mailto://127.0.0.1:{mailbox.port}/?from=cuadra@example.org&to=ana@example.org",
            "CUADRA_CHANNEL_HOOK": f"json://127.0.0.1:{webhook.port}/hook",
        }
        errors = send_test(["desk", "hook"], routes, environment, causes=causes, at=NOON)

    html = mailbox.messages[0].get_body(["html"]).get_content()
    message = webhook.calls[0][2]["message"]
    assert errors == []
    assert len(causes) > 1
    for row in causes:
        assert message.count(f"[{row['cause']}]") == html.count(f"[{row['cause']}]</h2>") == 1
        assert f'<a href="https://example.org/es/cause/{row["cause"]}.html">' in html
        assert f"Its page: https://example.org/en/cause/{row['cause']}.html" in message


def test_channel_speaks_the_language_of_the_project_unless_it_names_its_own(tmp_path):
    (tmp_path / "alerts.toml").write_text("[channels.console]\n[channels.desk]\nlanguage = 'en'\n", encoding="utf-8")
    mine = load_routes(tmp_path).in_language("es")
    (tmp_path / "alerts.toml").write_text("language = 'en'\n[channels.console]\n", encoding="utf-8")
    named = load_routes(tmp_path).in_language("es")

    assert [mine.language_of(name) for name in ("console", "desk", "gone")] == ["es", "en", "es"]
    assert named.language_of("console") == "en"
    assert load_routes(tmp_path / "none").in_language("es").language_of("console") == "es"


def test_own_correction_is_told_as_ours_with_its_reason():
    made = corrected("istac", "r1", [("¶4", "197", "187 [printed: 197]", "its parts make 187")], [], 1)
    undone = corrected("istac", "r2", [], [("¶4", "187 [printed: 197]", "197", None)], 1)

    assert made.sentence == (
        "Corrected here, in sources/corrections.toml, not by istac, which prints what it did: ¶4: “197” → “187” "
        "(because its parts make 187)."
    )
    assert undone.sentence == "A correction made here was taken back; istac prints what it did: ¶4: “187” → “197”."
    assert "Corregido aquí" in made.sentence_es
