"""How long commands that only ask take to start, beside `python -c "import typer"`, each as a whole process.

usage: python tests/benchmarks/bench_start.py [REPEATS]
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
CUADRA = [sys.executable, "-m", "cuadra.flows.commands.entry"]
ASKED = {
    "cuadra --help": ["--help"],
    "cuadra sql": ["sql", "--json", "SELECT 1"],
    "cuadra explain": ["explain", ""],  # the key is filled in
    "cuadra alerts list": ["alerts", "list"],
}


def main(repeats: int) -> None:
    """Print the fastest and the median of each command in turn, and the ratio of the fastest."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"CUADRA_DATA": f"{folder}/data", "PYTHONPATH": str(ROOT)}
        _seconds([*CUADRA, "run"], environment)
        found = [*CUADRA, "sql", "--format", "csv", "SELECT cause FROM cause WHERE is_open LIMIT 1"]
        key = subprocess.run(found, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        commands = {"import typer": [sys.executable, "-c", "import typer"]}
        commands |= {name: [*CUADRA, *(each or key.split()[-1] for each in asked)] for name, asked in ASKED.items()}
        taken = {name: [_seconds(command, environment) for _ in range(repeats)] for name, command in commands.items()}
    least = min(taken["import typer"])
    for name, seconds in taken.items():
        wanted = "" if name == "import typer" else "   (under 0.5 s wanted on an idle core)"
        print(
            f"{name:<26} {min(seconds):5.2f} s   median {statistics.median(seconds):5.2f} s   "
            f"ratio {min(seconds) / least:5.1f}{wanted}"
        )


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False)
    if done.returncode not in (0, 1, 2):
        sys.exit(done.stderr.decode()[-2000:])
    return time.perf_counter() - start


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
