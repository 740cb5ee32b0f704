"""How many examples a property is tried on: few where somebody waits, many in `make slow`."""

import os

from hypothesis import HealthCheck, settings

IS_THOROUGH = os.environ.get("CUADRA_TESTS") == "thorough"


def examples(few: int, many: int) -> settings:
    """So many examples in `make test`, and so many in `make slow`."""
    return settings(
        max_examples=many if IS_THOROUGH else few,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
