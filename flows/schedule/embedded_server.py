"""The Prefect server that a run brings along: started by `cuadra.flows.schedule.embedded` as a process of its own.

It gets the number of the socket to listen on, and whether to schedule (``serve``) or not (``run``). It prints
a line when it is ready, and ends when its standard input does: that is, with the run, however the run ends.
At ``/cuadra`` it says the token it was started with, so that another process knows it from any other server.
Collecting garbage while importing costs a quarter of the start.
"""

import gc

gc.disable()

import os  # noqa: E402 - nothing is imported before the garbage collector sleeps
import sys  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
from typing import TYPE_CHECKING  # noqa: E402

if TYPE_CHECKING:
    from uvicorn import Server

_started: "list[Server]" = []


def _end_with_the_run() -> None:
    sys.stdin.read()
    if not _started:
        os._exit(1)
    _started[0].should_exit = True
    time.sleep(5)
    os._exit(1)  # a service of Prefect's that does not end must not outlive the run


# From the first moment: the imports below take seconds, in which a run that is killed would leave its port taken.
threading.Thread(target=_end_with_the_run, daemon=True).start()

import asyncio  # noqa: E402
import socket  # noqa: E402

import uvicorn  # noqa: E402
from prefect.server.api.server import create_app  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import PlainTextResponse  # noqa: E402
from starlette.routing import Mount, Route  # noqa: E402
from starlette.staticfiles import StaticFiles  # noqa: E402

TOKEN = os.environ.pop("CUADRA_SERVER_TOKEN", "")
PAGES = os.environ.pop("CUADRA_SERVER_PAGES", "")


async def _token(_: Request) -> PlainTextResponse:
    return PlainTextResponse(TOKEN)


async def _serve() -> None:
    listener = socket.socket(fileno=int(sys.argv[1]))
    app = create_app(ephemeral=sys.argv[2] == "run", final=True)
    app.router.routes.insert(0, Route("/cuadra", _token))  # before the pages, which take every address
    if PAGES:  # they may be built later, and are replaced as a whole
        app.router.routes.insert(0, Mount("/page", StaticFiles(directory=PAGES, html=True, check_dir=False)))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=1))
    _started.append(server)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.005)
    gc.freeze()
    gc.enable()
    if server.started:
        print("ready", flush=True)  # noqa: T201 - this line is what the run waits for
    await serving


if __name__ == "__main__":
    asyncio.run(_serve())
