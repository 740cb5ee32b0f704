"""How long `cuadra run` takes beside an empty Prefect flow on the same machine, each as a whole process.

usage: python tests/benchmarks/bench_run.py [REPEATS]
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
EMPTY = """
from prefect import flow

@flow
def empty() -> None:
    pass

empty()
"""


def main(repeats: int) -> None:
    """Print the medians, their ratio and their difference."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        environment |= {
            "PREFECT_HOME": f"{folder}/prefect",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
            "CUADRA_DATA": f"{folder}/data",
            "PYTHONPATH": str(ROOT),
        }
        script = Path(folder, "empty.py")
        script.write_text(EMPTY, encoding="utf-8")
        empty = [sys.executable, str(script)]
        ours = [sys.executable, "-m", "cuadra.flows.commands.cli", "run"]
        first = _seconds(empty, environment), _seconds(ours, environment)
        later = [(_seconds(empty, environment), _seconds(ours, environment)) for _ in range(repeats)]
        for name, flow, run in (
            ("first start", *first),
            ("later, median", *(statistics.median(column) for column in zip(*later, strict=True))),
        ):
            print(
                f"{name:<14} empty Prefect flow {flow:5.1f} s   cuadra run {run:5.1f} s   "
                f"ratio {run / flow:.2f}   difference {run - flow:+.1f} s (at most +2.0 wanted)"
            )


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr.decode()[-2000:])
    return time.perf_counter() - start


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
