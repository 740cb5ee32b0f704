import json
from datetime import UTC, datetime, timedelta

import pytest

from cuadra.flows import runlog
from cuadra.flows.runlog import RunRecord, SourceRecord

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
READ = {"a": SourceRecord("read"), "b": SourceRecord("failed")}


def write(folder, name, hours=0, **facts):
    runlog.append(folder, RunRecord(name, (NOW + timedelta(hours=hours)).isoformat(), **facts))


def test_line_torn_by_a_kill_hides_no_other_run(tmp_path):
    write(tmp_path, "first")
    with (tmp_path / "runs.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"run": "torn", "star')
    write(tmp_path, "last")

    assert [entry["run"] for entry in runlog.read(tmp_path)] == ["first", "last"]


@pytest.mark.parametrize(
    "line",
    [
        b"[1]", b'{"run": "x"}', b'{"run": "x", "started_at": "yesterday"}', b"\xff\xfe\x00",
        b'{"run": "x", "started_at": "2026-11-24T12:00:00"}', b'{"run": 7, "started_at": "2026-11-24T12:00:00Z"}',
        b'{"run": "x", "started_at": "2026-11-24T12:00:00Z", "sources": [1]}',
        b'{"run": "x", "started_at": "2026-11-24T12:00:00Z", "sources": {"a": {}}}',
        b'{"run": "x", "started_at": "2026-11-24T12:00:00Z", "ended_at": 3}',
        b'{"run": "x", "started_at": "0001-01-01T00:00:00+14:00"}',
        b'{"run": "\\ud800", "started_at": "2026-11-24T12:00:00Z"}',
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_foreign_or_incomplete_line_is_skipped_and_counted(tmp_path, line):
    write(tmp_path, "first")
    with (tmp_path / "runs.jsonl").open("ab") as file:
        file.write(line)
    write(tmp_path, "last", sources=READ)
    entries, strange = runlog.read_all(tmp_path)

    assert [entry["run"] for entry in entries] == ["first", "last"]
    assert len(strange) == 1
    assert runlog.last_good(entries, "a") == NOW


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r"])
def test_line_separators_in_words_lose_nothing(tmp_path, separator):
    write(tmp_path, "first", sources={"a": SourceRecord("read", warnings=[f"one{separator}two"])})

    assert runlog.read_all(tmp_path)[0][0]["sources"]["a"]["warnings"] == [f"one{separator}two"]
    assert runlog.read_all(tmp_path)[1] == []


def test_end_of_a_run_replaces_its_start(tmp_path):
    write(tmp_path, "one", state="running")
    write(tmp_path, "two", hours=1, state="running")
    write(tmp_path, "one", sources=READ)

    assert [(entry["run"], entry["state"]) for entry in runlog.read(tmp_path)] == [("one", "ended"), ("two", "running")]


def test_good_run_of_all_sources_is_none_of_one_source_nor_one_cut_off(tmp_path):
    write(tmp_path, "all", sources=READ)
    write(tmp_path, "one", hours=1, sources={"a": SourceRecord("read")}, asked="a")
    write(tmp_path, "failed", hours=2, sources=READ, state="failed")
    write(tmp_path, "running", hours=3, state="running")
    entries = runlog.read(tmp_path)

    assert runlog.last_good(entries) == NOW
    assert runlog.last_good(entries, "a") == NOW + timedelta(hours=1)
    assert runlog.last_good(entries, "b") is None
    assert runlog.last_try(entries, "b") == NOW + timedelta(hours=2)


def test_older_lines_say_by_their_sources_what_was_asked(tmp_path):
    old = {"run": "old", "started_at": NOW.isoformat(), "sources": {"a": {"status": "read"}}}
    both = old | {"run": "both", "sources": {"a": {"status": "read"}, "b": {"status": "read"}}}
    lines = "\n".join(map(json.dumps, (old, both)))
    (tmp_path / "runs.jsonl").write_text(lines, encoding="utf-8")

    assert [entry["asked"] for entry in runlog.read(tmp_path)] == ["a", None]
