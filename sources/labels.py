"""What a producer's labels mean: the ``codes.csv`` of a data set, one line a column and label."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cuadra.sources.source import SourceError


@dataclass(frozen=True)
class Labels:
    """The labels of one data set by column; an empty code means that its rows cannot be used."""

    source: str
    codes: dict[str, dict[str, str]]

    def known(self, column: str, labels: "pd.Series[str]") -> "pd.Series[str]":
        """The code of each label.

        Raises:
            SourceError: labels that nobody has looked at; the line names the file to edit.
        """
        codes = self.codes.get(column, {})
        if unknown := sorted(set(labels) - codes.keys()):
            raise SourceError(
                f"{self.source}, {column}: expected labels of sources/{self.source}/codes.csv, "
                f"got {', '.join(map(repr, unknown[:5]))}. Add a line there, with an empty code to quarantine it."
            )
        return labels.map(codes)


def load(folder: Path) -> Labels:
    """The labels of a data set, from ``codes.csv`` in its folder (``column,label,code``)."""
    codes: dict[str, dict[str, str]] = {}
    with (folder / "codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            codes.setdefault(row["column"], {})[row["label"]] = row["code"]
    return Labels(folder.name, codes)
