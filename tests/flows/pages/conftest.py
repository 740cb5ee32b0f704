import os
import shutil
from pathlib import Path

import duckdb
import pytest

from cuadra.checks.topic import shipped
from cuadra.flows.pages.site import build


@pytest.fixture(scope="session")
def site(request):
    """The pages that the first run of the shipped sources built, or those of CUADRA_SITE; only read."""
    given = os.environ.get("CUADRA_SITE")
    return Path(given) if given else request.getfixturevalue("first_run")["folder"] / "page"


@pytest.fixture
def changed(first_run, tmp_path):
    """Pages of the shipped publication after some SQL: `changed(sql, …)` gives their folder."""
    database = tmp_path / "changed.duckdb"

    def make(*statements, **options):
        if not database.exists():
            shutil.copyfile(first_run["folder"] / "cuadra.duckdb", database)
        with duckdb.connect(str(database)) as con:
            for statement in statements:
                con.execute(statement)
        build(database, shipped(), tmp_path / "pages", **options)
        return tmp_path / "pages"

    return make
