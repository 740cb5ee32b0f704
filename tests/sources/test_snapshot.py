import os
from datetime import UTC, datetime, timedelta

from cuadra.sources.snapshot import is_whole, store, unfinished

NOW = datetime.now(UTC)


def test_altered_snapshot_is_never_used_again(tmp_path):
    kept, _ = store([b"figures"], tmp_path, what="a", most=100)
    kept.chmod(0o600)
    kept.write_bytes(b"other figures")
    was_whole = is_whole(tmp_path, kept.name)
    again, _ = store([b"fig", b"ures"], tmp_path, what="a", most=100)

    assert not was_whole
    assert again == kept
    assert kept.read_bytes() == b"figures"
    assert is_whole(tmp_path, kept.name)
    assert not is_whole(tmp_path, "none")


def test_unfinished_snapshots_of_long_ago_are_found(tmp_path):
    for name, age in (("old", 2 * 3600), ("new", 0)):
        path = tmp_path / f".part-{name}"
        path.write_bytes(b"half")
        os.utime(path, times=(NOW.timestamp() - age,) * 2)

    assert [path.name for path in unfinished(tmp_path, NOW - timedelta(hours=1))] == [".part-old"]
