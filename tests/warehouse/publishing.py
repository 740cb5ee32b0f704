"""A run that publishes, and dies where it is told to: the process that the tests of publishing kill."""

import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from cuadra.warehouse import database
from cuadra.warehouse.publish import checkpoint, prepare, publish, record, writer
from tests.warehouse.loading import brought_up, load


def run(folder: Path, number: int, die_at: str = "", die_after: float = 0.0) -> None:
    """Publish edition ``number``, whose figures all print that number."""
    published, working = folder / "cuadra.duckdb", folder / "working.duckdb"
    start = time.monotonic()

    def at(step: str) -> None:
        if step == die_at or (die_after and time.monotonic() - start > die_after):
            os.kill(os.getpid(), signal.SIGKILL)

    with writer(folder, 5):
        at("prepare")
        prepare(published, working)
        con = database.connect(working)
        at("migrate")
        brought_up(con)
        at("load")
        codes = ({"sex": "F"}, {"sex": "M"}, {"sex": "O"})
        load(con, *({**code, "value": number, "says": str(number)} for code in codes), sha256=f"{number:064}")
        at("record")
        record(con, f"r{number}", datetime.now(UTC))
        at("checkpoint")
        checkpoint(con)
        con.close()
        publish(working, published, keep=3, at=at)


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
