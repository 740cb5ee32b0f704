"""The Prefect server that a run brings along: started by `cuadra.flows.schedule.embedded` as a process of its own.

It gets the number of the socket to listen on, and whether to schedule (``serve``) or not (``run``). It prints
a line when it is ready, and ends when its standard input does: that is, with the run, however the run ends.
Collecting garbage while importing costs a quarter of the start.
"""

import gc

gc.disable()

import asyncio  # noqa: E402 - nothing is imported before the garbage collector sleeps
import socket  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402

import uvicorn  # noqa: E402
from prefect.server.api.server import create_app  # noqa: E402


async def _serve() -> None:
    listener = socket.socket(fileno=int(sys.argv[1]))
    app = create_app(ephemeral=sys.argv[2] == "run", final=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
    threading.Thread(target=_end_with_the_run, args=(server,), daemon=True).start()
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.005)
    gc.freeze()
    gc.enable()
    print("ready", flush=True)  # noqa: T201 - this line is what the run waits for
    await serving


def _end_with_the_run(server: uvicorn.Server) -> None:
    sys.stdin.read()
    server.should_exit = True


if __name__ == "__main__":
    asyncio.run(_serve())
