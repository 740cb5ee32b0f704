import re
import tomllib

import pytest

from cuadra.checks.topic import shipped
from cuadra.sources.catalog import HERE
from cuadra.sources.described import described_source
from cuadra.sources.described.description import DIMENSIONS, OF_CELL, Description, Leave, Table
from tests.sources.described.tables import ROWS, feed, write_csv

PAGE = (HERE / "README.md").read_text(encoding="utf-8")
KEYS = [field.alias or name for model in (Description, Table, Leave) for name, field in model.model_fields.items()]


@pytest.mark.parametrize("key", [*KEYS, *OF_CELL])
def test_every_option_of_a_table_is_documented(key):
    assert re.search(rf"`\[?\{{?[^`]*\b{key}\b", PAGE)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_everything_that_a_column_may_hold_is_documented(dimension):
    assert f'`"{dimension}"`' in PAGE


def test_example_of_the_page_can_be_read(tmp_path):
    example = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1]
    (tmp_path / "source.toml").write_text(example, encoding="utf-8")
    rows = [[*tomllib.loads(example)["table"]["columns"]], *[[*row, "-"] for row in ROWS[1:]]]

    assert len(feed(described_source(tmp_path, shipped()), write_csv(tmp_path / "t.csv", rows)).observations) == 6
