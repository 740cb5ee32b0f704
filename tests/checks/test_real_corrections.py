import json
from pathlib import Path

import pytest

from tests.benchmarks.bench_corrections import CASES, score


@pytest.mark.slow
def test_real_corrections_are_found_and_those_named_alone_are_right():
    if not Path(CASES).exists():
        pytest.skip("the shared cases are not available: set CUADRA_REAL_CORRECTIONS or CUADRA_SHARED")
    got = score(json.loads(Path(CASES).read_text(encoding="utf-8")))

    assert got.accused == 0
    assert got.single_best == got.single
    assert got.alone_right >= 0.95 * got.alone
    assert got.first >= 0.5 * got.single
    assert got.three >= 0.7 * got.single
