"""Figures of the files that the owner of the project handed over, in ``../shared``, and what the rules say of them."""

import hashlib
import os
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from cuadra.checks import topic
from cuadra.checks.rule import load_rules
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts.confront import Confrontation, confront
from cuadra.sources.article import article_source
from cuadra.sources.source import Snapshot

SHARED = Path(os.environ.get("CUADRA_SHARED", Path(__file__).parents[3] / "shared"))
FILES = SHARED / "cases" / "inputs"
needs_inputs = pytest.mark.skipif(not FILES.is_dir(), reason="no folder of shared input files beside the project")

FACTS = """title = "T"
publisher = "P"
published = "2024-01-01"
url = "https://example.org/x"
register = "NRM"
figures_file = "figures.csv"
"""


def observations(path: Path, folder: Path, of: Topic, facts: str = "") -> pd.DataFrame:
    """The figures of an article, or of a table of figures after its comments, in the contract's columns."""
    if path.suffix == ".csv":
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        (folder / "figures.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        path = folder / "given.toml"
        path.write_text(facts + FACTS, encoding="utf-8")
    source = article_source(path, of)
    assert source.file is not None
    sha256 = hashlib.sha256(source.file.read_bytes()).hexdigest()
    frame = source.parse(Snapshot(source.file, sha256, "", datetime(2026, 11, 24))).observations
    named = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return frame.assign(observation_id=[of.observation_id(row) for row in named])


def found(name: str, folder: Path, of: Topic | None = None, facts: str = "") -> Confrontation:
    """What the shipped rules, or those of a topic, say of one of the files."""
    of = of or topic.shipped()
    area = 'area = "PE"\n' if name.endswith(".csv") else ""
    path = FILES / name
    if path.suffix == ".toml":
        text = path.read_text(encoding="utf-8")
        path = folder / path.name
        path.write_text('area = "PE"\n' + text, encoding="utf-8")
    con = duckdb.connect()
    con.register("figures", observations(path, folder, of, area + facts))
    return confront(con, of, load_rules(of), "figures")


def sides(confrontation: Confrontation, *verdicts: str) -> set[tuple[float, float]]:
    """Both sides of the findings of these verdicts, the fewest first."""
    rows = confrontation.finding[confrontation.finding["verdict"].isin(verdicts or ("fails",))]
    return {tuple(sorted((row.left_lower, row.right_upper))) for row in rows.itertuples()}
