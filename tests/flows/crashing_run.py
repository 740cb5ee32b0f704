"""One small run in a process of its own, which kills itself before the nth thing that it does to the outside.

usage: crashing_run.py FOLDER WEBHOOK_PORT NTH   (NTH 0: not at all)
"""

import itertools
import os
import shutil
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import requests

from cuadra.flows.alerts.delivery import deliver
from cuadra.flows.alerts.journal import Journal
from cuadra.flows.alerts.routes import Channel, Route, Routes
from cuadra.warehouse.publication import open_publication
from tests.warehouse.alert_world import make, put, step

folder, port, nth = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
calls = itertools.count(1)


def fatal(function, *, is_sent=False):
    def call(*args, **named):
        count()
        result = function(*args, **named)
        if is_sent:
            count()
        return result

    return call


def count():
    if next(calls) == nth:
        os.kill(os.getpid(), signal.SIGKILL)


os.fsync, os.replace = fatal(os.fsync), fatal(os.replace)
requests.request = fatal(requests.request, is_sent=True)

published, working = folder / "cuadra.duckdb", folder / "working.duckdb"
working.unlink(missing_ok=True)
Path(f"{working}.wal").unlink(missing_ok=True)
if published.exists():
    shutil.copy(published, working)
con = make(working)
put(con, {})
step(con, run_id=str(os.getpid()), entries=Journal(folder).read())
con.execute("CHECKPOINT")
con.close()
count()
os.replace(working, published)

routes = Routes(channels={"desk": Channel()}, routes=(Route(channels=("desk",)),))
environment = {"CUADRA_CHANNEL_DESK": f"json://127.0.0.1:{port}/{folder.name}"}
with open_publication(published) as con:
    outcome = deliver(con, folder, datetime.now(UTC), routes=routes, environment=environment)
sys.exit(len(outcome.errors))
