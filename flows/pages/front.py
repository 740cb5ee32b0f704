"""The front: one sentence with two numbers, what changed, the causes, what adds up, and how the last run went."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cuadra.flows.pages.cause import Cause
from cuadra.flows.pages.links import name, relative
from cuadra.flows.pages.reader import Reader, Row, short, without_paths
from cuadra.flows.pages.render import Page
from cuadra.flows.words import finding
from cuadra.flows.words.quantity import list_label, quantity

CAUSES = 50
"""So many causes are on the front; the others are on the pages of their areas."""

SOURCES = 200
"""So many sources are on the front."""

NEWS = (
    "figures_new", "figures_changed", "figures_withdrawn", "figures_corrected", "figures_uncorrected", "causes_new",
    "causes_over",
)  # fmt: skip
"""What can have changed since the publication before, by kind and change of view ``changed_since``."""

SUMS = 12
"""So many sums that hold are shown."""

EXAMPLES = 50_000
"""In so many blocks sums that hold are looked for."""

_SUMS = (Path(__file__).parents[1] / "sums.sql").read_text(encoding="utf-8")


def sums(reader: Reader, blocks: Sequence[int] | None = None, most: int = 10**6) -> list[Row]:
    """Printed totals that their printed parts make, without what is withheld.

    They are those of these blocks, or examples: of so many blocks that looking for them takes no time.
    """
    if blocks is None:
        asked = "SELECT block FROM block ORDER BY block LIMIT $most"
        blocks = [row["block"] for row in reader.rows(asked, most=EXAMPLES)]
    return reader.rows(_SUMS, blocks=[*blocks], withheld=[*reader.withheld], most=most)


def front(  # noqa: PLR0913, PLR0917 - what a front is about
    reader: Reader,
    causes: Sequence[Cause],
    total: int,
    areas: Sequence[Row],
    most: int,
    findings: str | None = None,
) -> Page:
    """The front page.

    Args:
        reader: the publication.
        causes: those with pages, at most ``most``.
        total: how many causes there are.
        areas: those with pages.
        most: how many causes have pages at most.
        findings: the path of all findings as Parquet within the site; null where they cannot be downloaded.
    """
    path = f"{reader.language}/index.html"
    shown = [each.summary(path) for each in causes[:CAUSES]]
    counts = verdicts(reader)
    rest = len(causes) - len(shown)
    facts = {
        "lede": reader.say(
            "front.lede", topic=reader.topic.title.of(reader.language), date=reader.day(reader.published_at)
        ),
        "caveat": reader.topic.caveat.of(reader.language),
        "counts": [
            {"count": counts[each], "kind": kind, "text": reader.say(f"front.{each}")}
            for each, kind in (("fails", "bad"), ("doubtful", "maybe"), ("open", ""), ("holds", "good"))
        ],
        "untested": "; ".join(
            reader.say(f"front.{each}", count=counts[each]) for each in ("untested", "not_decided") if counts[each]
        ),
        "changed": changed(reader),
        "causes": shown,
        "areas_of_causes": _pairs(shown, "area"),
        "registers": _pairs(shown, "register"),
        "rest": reader.say("front.rest", count=rest) if rest else "",
        "cut": reader.say("front.cut", most=most, count=total) if total > most else "",
        "findings": relative(path, findings) if findings else None,
        "areas": [{**each, "href": relative(path, each["path"])} for each in areas],
        "sums": [_sum(row, reader, path) for row in _varied(sums(reader, most=200))],
        "health": health(reader),
        "sources": source_rows(reader, path, SOURCES),
    }
    return Page(path, "front", "front.html", _title(reader, counts, total), facts)


def _title(reader: Reader, counts: Row, causes: int) -> str:
    relations = counts["fails"] + counts["doubtful"]
    if relations and causes:
        return reader.say("front.title", relations=relations, count=causes)
    if not counts["tested"]:
        return reader.say("front.none_tested")
    return reader.say("front.none", count=counts["tested"])


def verdicts(reader: Reader) -> Row:
    """How many relations the last check found of each verdict, how many figures are in none, or not decided."""
    found = reader.rows(
        "SELECT coalesce(sum(holds), 0)::BIGINT AS holds, coalesce(sum(open), 0)::BIGINT AS open FROM verdict "
        "WHERE run = (SELECT max(run) FROM verdict)"
    )[0]
    certain = reader.rows(
        # Of tables broken as a whole, most relations are no finding; those that fail are shown before the doubtful.
        "SELECT (found.fails + counted.fails)::BIGINT AS fails, "
        "(found.doubtful + counted.doubtful)::BIGINT AS doubtful "
        "FROM (SELECT count(*) FILTER (verdict = 'fails') AS fails, count(*) FILTER (verdict = 'doubtful') AS doubtful "
        "FROM finding WHERE is_open AND NOT is_waived) AS found, "
        "(SELECT coalesce(sum(greatest(fails - shown, 0)), 0) AS fails, "
        "coalesce(sum(doubtful - greatest(shown - fails, 0)), 0) AS doubtful FROM broken_table) AS counted"
    )[0]
    untested = reader.one("SELECT count(*) FROM untested_figure")
    apart = reader.one("SELECT coalesce(sum(not_decided), 0)::BIGINT FROM source_tested")
    made = {**found, **certain, "untested": untested, "not_decided": apart}
    return {**made, "tested": made["holds"] + made["open"] + made["fails"] + made["doubtful"]}


def changed(reader: Reader) -> str:
    """What is not as it was in the publication before this one."""
    before = reader.rows("SELECT publication, published_at FROM publication ORDER BY published_at DESC LIMIT 2")[1:]
    if not before:
        return reader.say("front.first")
    date = reader.day(before[0]["published_at"])
    rows = reader.rows(
        "SELECT kind, change, count(*) AS count FROM changed_since($name) GROUP BY ALL", name=before[0]["publication"]
    )
    found = Counter({f"{row['kind']}s_{row['change']}": row["count"] for row in rows})
    if not found:
        return reader.say("front.same", date=date)
    parts = [reader.say(f"front.news.{key}", count=found[key]) for key in NEWS if found[key]]
    return f"{reader.say('front.since', date=date)} {'; '.join(parts)}."


def health(reader: Reader) -> Row:
    """How the last run went: the sources that it did not read, and those that are late."""
    records = reader.rows("SELECT record FROM run ORDER BY started_at DESC, run DESC LIMIT 1")
    if not records:
        return {"sentence": reader.say("front.health_none"), "lines": []}
    sources = json.loads(records[0]["record"]).get("sources", {})
    failed = {source: each for source, each in sources.items() if each["status"] == "failed"}
    lines = [f"{reader.source_name(source)}: {without_paths(each['error'] or '–')}" for source, each in failed.items()]
    for row in reader.rows(
        "SELECT detail FROM alert_episode WHERE is_open AND kind NOT IN ('finding', 'source_failed') ORDER BY key"
    ):
        lines.append(without_paths(finding.in_language(json.loads(row["detail"]), "sentence", reader.language)))
    if not failed:
        return {"sentence": reader.say("front.health_good", count=len(sources)), "lines": lines}
    return {"sentence": reader.say("front.health_bad", count=len(failed), all=len(sources)), "lines": lines}


def source_rows(reader: Reader, here: str, most: int) -> list[Row]:
    """The sources, those in contradictions first: title, publisher, date, counts, and where the page of each is."""
    rows = reader.rows(
        "SELECT source.source, title, publisher, published, coalesce(figures, 0) AS figures, "
        "coalesce(wrong, 0) AS wrong, coalesce(quarantined, 0) AS quarantined FROM source "
        "LEFT JOIN (SELECT source, count(*) AS figures FROM observation WHERE vintage_to IS NULL GROUP BY source) "
        "USING (source) LEFT JOIN (SELECT source, count(*) AS wrong FROM figure_finding "
        "INNER JOIN observation USING (observation_id) WHERE vintage_to IS NULL GROUP BY source) USING (source) "
        "LEFT JOIN (SELECT source, count(*) AS quarantined FROM quarantined GROUP BY source) USING (source) "
        "ORDER BY wrong DESC, published DESC, source.source LIMIT $most",
        most=most,
    )
    return [
        {
            **row, "title": short(row["title"] or row["source"]), "publisher": short(row["publisher"] or "–", 80),
            "published": reader.date(row["published"]),
            "href": relative(here, source_path(reader.language, row["source"])),
        }
        for row in rows
    ]  # fmt: skip


def source_path(language: str, source: str) -> str:
    """Where the page of a source is."""
    return f"{language}/source/{name(source)}.html"


def _sum(row: Row, reader: Reader, here: str) -> Row:
    about = quantity({**row, "cell": {}}, reader.topic, reader.language)
    of = list_label(row["breakdown"], reader.topic, reader.language)
    return {
        "parts": " + ".join(row["parts"][:8]) + (" + …" if len(row["parts"]) > 8 else ""), "whole": row["whole"],
        "about": f"{about} ({of})", "source": reader.source_name(row["source"]),
        "href": relative(here, source_path(reader.language, row["source"])),
    }  # fmt: skip


def _varied(rows: Sequence[Row]) -> list[Row]:
    """Some of them: the largest of each source and breakdown before the next of any."""
    seen: Counter[Any] = Counter()
    ranked = []
    for row in rows:
        key = (row["source"], row["breakdown"])
        ranked.append((seen[key], row))
        seen[key] += 1
    return [row for _, row in sorted(ranked, key=lambda each: each[0])][:SUMS]


def _pairs(shown: Sequence[Row], column: str) -> list[tuple[str, str]]:
    return sorted({(row[column], row[f"{column}_label"]) for row in shown if row[column]}, key=lambda each: each[1])
