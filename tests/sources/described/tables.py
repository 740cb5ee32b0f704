"""Small described tables, made by tests: a folder with `source.toml`, `codes.csv` and one file."""

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cuadra.checks.topic import shipped
from cuadra.sources.described import described_source
from cuadra.sources.source import Parsed, Snapshot, Source, gate

FACTS = {
    "title": '"t"', "publisher": '"p"', "published": '"2024"', "url": '"https://example.org"', "area": '"PE"',
    "indicator": '"cases"',
}  # fmt: skip
TABLE = {"columns": '{ "Year" = "year", "Women" = { sex = "F" }, "Men" = { sex = "M" }, "All" = "value" }'}
ROWS = [["Year", "Women", "Men", "All"], ["2019", "907", "147", "1,054"], ["2020", "300", "94", "394"]]


def describe(folder: Path, codes: str = "", table: dict[str, str] | None = None, **facts: str) -> Source:
    """The source of a folder with these facts and options of its table, as TOML; an empty one is left out."""
    folder.mkdir(exist_ok=True)
    said = {**FACTS, **facts}
    lines = [f"{key} = {value}" for key, value in said.items() if value]
    lines += ["[table]", *(f"{key} = {value}" for key, value in {**TABLE, **(table or {})}.items() if value)]
    (folder / "source.toml").write_text("\n".join(lines), encoding="utf-8")
    if codes:
        (folder / "codes.csv").write_text("column,label,code\n" + codes, encoding="utf-8")
    return described_source(folder, shipped())


def write_csv(path: Path, rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """Write rows as a CSV."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def snapshot(path: Path) -> Snapshot:
    """The file as a snapshot."""
    return Snapshot(path, "0" * 64, "", datetime(2026, 11, 24))


def feed(source: Source, path: Path) -> Parsed:
    """What the source reads in a file; its figures keep the contract."""
    found = source.parse(snapshot(path))
    assert len(gate(found.frame(), source.name, shipped())) == len(found.observations)
    return found


def read(
    folder: Path,
    rows: Sequence[Sequence[str]] = ROWS,
    codes: str = "",
    table: dict[str, str] | None = None,
    **facts: str,
) -> Parsed:
    """What such a table says, fed as a CSV."""
    return feed(describe(folder / "tbl", codes, table, **facts), write_csv(folder / "table.csv", rows))


def values(found: Parsed, *columns: str) -> list[tuple[object, ...]]:
    """These columns of the figures and their values, in order."""
    return list(found.frame()[[*columns, "value"]].itertuples(index=False, name=None))
