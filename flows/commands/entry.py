"""The program `cuadra`: the process that a command asks begins first, so that both import what they need at once."""

import sys
from collections.abc import Sequence

from cuadra.flows import workers

_ASKED = {"sql": workers.ASKED, "check": workers.READERS}
"""Whom a command asks."""

_WITH_VALUE = {"--project", "--data"}
_ALONE = {"--help", "--examples"}
"""Options with which a command asks nobody."""


def main() -> None:
    """Run the command line."""
    if pool := asked(sys.argv[1:]):
        pool.start()
    from cuadra.flows.commands.cli import main as run

    run()


def asked(arguments: Sequence[str]) -> workers.Pool | None:
    """The workers that a command line will ask, none where it asks nobody."""
    left = iter(arguments)
    for each in left:
        if each in _WITH_VALUE:
            next(left, None)
        elif not each.startswith("-"):
            return None if _ALONE.intersection(arguments) else _ASKED.get(each)
    return None


if __name__ == "__main__":
    main()
