"""Every hostile file costs at most its limit of time and memory, and one source."""

import sys
import time

import pytest

from cuadra.flows.workers import READERS, Limits, WorkerError
from cuadra.sources.source import SourceError
from tests.sources import hostile

pytestmark = pytest.mark.slow

LIMITS = Limits(seconds=1, megabytes=100)
GRACE_SECONDS = 2.0


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return hostile.files(tmp_path_factory.mktemp("hostile"))


def test_hostile_files_cost_their_limit_and_one_source(files, tmp_path):
    good = tmp_path / "good.csv"
    good.write_text("a,b\n1,2\n", encoding="utf-8")
    READERS.call(Limits(60, 100), *hostile.table(good, "good"))
    refused, through = [], []
    for name, (path, read) in files.items():
        start = time.monotonic()
        try:
            READERS.call(LIMITS, *read(path, name))
        except (SourceError, WorkerError) as error:
            refused.append(name)
            if "\n" in str(error):
                through.append(f"{name}: {error!r} is not one line")
        except Exception as error:
            through.append(f"{name}: {type(error).__name__} {error}")
        if (seconds := time.monotonic() - start) > LIMITS.seconds + GRACE_SECONDS:
            through.append(f"{name}: {seconds:.1f} s")
        if len(READERS.call(Limits(20, 100), *hostile.table(good, "good"))) != 1:
            through.append(f"{name}: the next source was not read")
    sys.stdout.write(
        f"hostile files: {len(files)} tried, {len(files) - len(through)} contained, {len(through)} through\n"
    )

    assert not through
    assert len(refused) > len(files) * 0.8
