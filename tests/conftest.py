"""What all tests share."""

import atexit
import os


@atexit.register
def hush():
    """Say nothing more at the very end, when DuckDB complains of what failed tests and threads still hold."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def pytest_collection_modifyitems(items):
    """Begin with what needs a Prefect server: one worker starts one for all of them, and the others steal the rest."""
    items.sort(key=lambda item: "prefect_server" not in item.fixturenames)
