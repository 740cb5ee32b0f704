"""What describes an export: a README for people, a Data Package for programs, JSON-LD for search engines."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import duckdb

from cuadra.flows.project import Project
from cuadra.flows.words.plain import json_text, plain
from cuadra.flows.words.sentence import say

NAMES = ("README.txt", "datapackage.json", "dataset.jsonld")

_MEDIA = {".parquet": "application/vnd.apache.parquet", ".csv": "text/csv"}
_SDMX_CSV = "application/vnd.sdmx.data+csv;version=2.0.0"

_TYPES = {"DOUBLE": "number", "INTEGER": "integer", "BIGINT": "integer", "BOOLEAN": "boolean"}
"""Types of columns as Table Schema calls them; all others are strings."""


@dataclass(frozen=True)
class Facts:
    """What is said of an export.

    ``tables`` has the columns of each table with their types, ``keys`` its key, ``meanings`` what a column means;
    ``sources`` are the rows of the sources.
    """

    project: Project
    language: str
    publication: str
    published_at: datetime
    tables: Mapping[str, Mapping[str, str]]
    keys: Mapping[str, Sequence[str]]
    meanings: Mapping[str, str]
    sources: Sequence[Mapping[str, Any]]
    areas: Sequence[str]


def read(
    con: duckdb.DuckDBPyConnection,
    project: Project,
    language: str,
    tables: Mapping[str, Mapping[str, str]],
    keys: Mapping[str, Sequence[str]],
) -> Facts:
    """The facts of an export whose tables are made."""
    publication, at = con.execute(
        "SELECT publication, published_at FROM published.publication ORDER BY publication DESC LIMIT 1"
    ).fetchall()[0]
    meanings = con.execute(
        "SELECT column_name, any_value(comment) FROM duckdb_columns() "
        "WHERE database_name = 'published' AND comment IS NOT NULL AND table_name IN "
        "('figure', 'finding', 'finding_term', 'source', 'cause_finding', 'observation') GROUP BY 1"
    ).fetchall()
    result = con.execute("FROM source ORDER BY source")
    names = [column[0] for column in result.description or []]
    sources = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    areas = con.execute("SELECT DISTINCT label_of('ref_area', ref_area) AS area FROM figure ORDER BY area").fetchall()
    return Facts(
        project, language, publication, at.replace(tzinfo=UTC), tables, keys, dict(meanings), sources,
        [str(area) for (area,) in areas],
    )  # fmt: skip


def texts(facts: Facts, files: Sequence[str], *, figures: int, withheld: int, shows_small: bool) -> dict[str, str]:
    """The text of each file that describes an export, by name."""
    readme = _readme(facts, files, figures, withheld, shows_small=shows_small)
    described = [_package(facts, files), _dataset(facts, files)]
    return dict(zip(NAMES, [readme, *map(_as_json, described)], strict=True))


def _as_json(value: object) -> str:
    """JSON that can also stand in a page: no tag begins in it."""
    return json_text(json.dumps(value, ensure_ascii=False, indent=2)).replace("<", "\\u003c") + "\n"


def _readme(facts: Facts, files: Sequence[str], figures: int, withheld: int, *, shows_small: bool) -> str:
    small = facts.project.topic.small_counts.below
    listed = [" · ".join(plain(row[name]) for name in _CITED if row[name]) for row in facts.sources]
    kept = "export.shows_small" if shows_small else "export.withheld" if small > 1 else "export.nothing_withheld"
    return say(
        facts.language, "export.readme", caveat=facts.project.topic.caveat.of(facts.language), figures=figures,
        publication=facts.publication, title=plain(facts.project.title), date=f"{facts.published_at:%Y-%m-%d}",
        files="\n".join(f"- {name}" for name in files), sources="\n".join(f"- {row}" for row in listed),
        counts=say(facts.language, kept, most=small - 1, small=small, withheld=withheld),
    )  # fmt: skip


_CITED = ("source", "title", "publisher", "published", "url", "licence")


def _package(facts: Facts, files: Sequence[str]) -> dict[str, Any]:
    """The Data Package, version 2: the tables in each form with their columns."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"cuadra-{facts.project.topic.name}".lower().replace("_", "-"),
        "title": facts.project.title,
        "description": facts.project.topic.caveat.of(facts.language),
        "version": facts.publication,
        "created": f"{facts.published_at:%Y-%m-%dT%H:%M:%SZ}",
        "sources": [
            {"title": plain(row["title"] or row["source"])} | ({"path": url} if (url := _web(row["url"])) else {})
            for row in facts.sources
        ],
        "resources": [_resource(facts, name) for name in files],
    }


def _resource(facts: Facts, file: str) -> dict[str, Any]:
    table, _, ending = file.partition(".")
    made: dict[str, Any] = {"name": _name(file), "path": file}
    if ending == "sdmx.csv":
        return {**made, "format": "csv", "mediatype": _SDMX_CSV, "encoding": "utf-8"}
    fields = [
        {"name": column, "type": _TYPES.get(kind, "string")} | ({"description": said} if said else {})
        for column, kind in facts.tables[table].items()
        for said in [facts.meanings.get(column, "")]
    ]
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""], "primaryKey": list(facts.keys[table])}
    if table == "figure":
        schema["foreignKeys"] = [_refers("source", f"source.{ending}")]
    if table == "finding_term":
        schema["foreignKeys"] = [_refers("finding", f"finding.{ending}")]
    encoding = {"encoding": "utf-8"} if ending == "csv" else {}
    return {**made, "type": "table", "format": ending, "mediatype": _MEDIA[f".{ending}"], **encoding, "schema": schema}


def _refers(column: str, file: str) -> dict[str, Any]:
    return {"fields": [column], "reference": {"resource": _name(file), "fields": [column]}}


def _name(file: str) -> str:
    """A file as a Data Package calls it."""
    return file.replace(".", "-").replace("_", "-")


def _dataset(facts: Facts, files: Sequence[str]) -> dict[str, Any]:
    """The description of schema.org. Whoever publishes an export adds its address."""
    licences = sorted({url for row in facts.sources if (url := _web(row["licence"]))})
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": facts.project.title,
        "description": facts.project.topic.caveat.of(facts.language),
        "inLanguage": facts.language,
        "version": facts.publication,
        "dateModified": f"{facts.published_at:%Y-%m-%d}",
        "spatialCoverage": [*facts.areas],
        "variableMeasured": ["value", "lower", "upper", "likely_lower", "likely_upper", "verdict"],
        **({"license": licences} if licences else {}),
        "isBasedOn": [
            {"@type": "CreativeWork", "identifier": row["source"], "name": plain(row["title"] or row["source"])}
            | ({"publisher": {"@type": "Organization", "name": plain(row["publisher"])}} if row["publisher"] else {})
            | ({"datePublished": row["published"]} if row["published"] else {})
            | ({"url": url} if (url := _web(row["url"])) else {})
            | ({"license": licence} if (licence := _web(row["licence"])) else {})
            for row in facts.sources
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file,
                "contentUrl": file,
                "encodingFormat": _SDMX_CSV if file.endswith("sdmx.csv") else _MEDIA[f".{file.rpartition('.')[2]}"],
            }
            for file in files
        ],
    }


def _web(address: object) -> str:
    """The address where it is one of the web; else nothing: no other kind is handed on as a link."""
    try:
        parts = urlsplit(str(address or ""))
    except ValueError:
        return ""
    return str(address) if parts.scheme in {"http", "https"} and parts.netloc else ""
