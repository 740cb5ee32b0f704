"""The page of a source: its figures in the order of the document, how each was read, and where they come from."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from cuadra.flows.pages.front import source_path
from cuadra.flows.pages.links import around, at_words, outside, relative
from cuadra.flows.pages.reader import Reader, Row, short
from cuadra.flows.pages.render import Page
from cuadra.flows.words.quantity import quantity
from cuadra.flows.words.sentence import label

FIGURES = 150
"""At most so many figures of a source are on its page, those in contradictions first; the rest is counted."""

RELATED = ("holds", "fails", "doubtful", "open", "restated", "not_decided")
"""The verdicts on a figure's relations, as they are listed."""

EDITIONS = 20
"""At most so many editions are listed, the latest first."""

MARKS = {
    "wrong": {"sign": "✗", "colour": "bad"}, "beside": {"sign": "~", "colour": "maybe"},
    "holds": {"sign": "✓", "colour": "good"}, "plain": {"sign": "", "colour": ""},
}  # fmt: skip
"""How a figure is marked by how it fares: a sign, since colour alone says nothing to everybody, and a colour."""

Links = Mapping[str, tuple[str, str, bool]]
"""For a figure by its id: the path of the page of its cause, its headline, and whether it is suspected itself."""

# The few to be shown are chosen from narrow tables: a publication can have millions of figures.
_SHOWN = """
SELECT unnest(min_by(
    observation.observation_id,
    (
        figure_finding.findings IS NULL, coalesce(observation.position, 2147483647), observation.locator,
        observation.observation_id
    ),
    $most::BIGINT
)) AS observation_id
FROM observation
LEFT JOIN figure_finding USING (observation_id)
WHERE observation.vintage_to IS NULL
GROUP BY observation.source
"""

_COUNTS = "".join(f", coalesce(tally.{name}, 0) AS {name}" for name in RELATED)
_ORDER = "figure.source, figure.position, figure.locator, figure.observation_id"
_UNTESTED = (
    "SELECT observation_id, reason FROM untested_figure WHERE observation_id IN (SELECT unnest($ids::VARCHAR[]))"
)

_EDITIONS = """
SELECT vintage.*, snapshot.fetched_at FROM vintage
LEFT JOIN snapshot ON vintage.snapshot = snapshot.sha256
QUALIFY row_number() OVER (PARTITION BY vintage.source ORDER BY vintage.vintage DESC) <= $most
ORDER BY vintage.source, vintage.vintage DESC
"""

_IGNORED = """
SELECT source, ignored.reason, sum(ignored.rows)::BIGINT AS count FROM ignored
INNER JOIN (SELECT source, max_by(snapshot, vintage) AS snapshot FROM vintage GROUP BY source) AS last
    USING (source, snapshot)
GROUP BY ALL ORDER BY ALL
"""

_TOTALS = "SELECT source, count(*) AS count FROM observation WHERE vintage_to IS NULL GROUP BY source"
_QUARANTINE = "SELECT source, reason, count(*) AS count FROM quarantined GROUP BY ALL ORDER BY ALL"


def source_pages(names: Sequence[str], reader: Reader, causes: Links) -> Iterator[Page]:
    """The page of each of these sources."""
    totals = {row["source"]: row["count"] for row in reader.rows(_TOTALS)}
    figures = _by_source(_figures(reader))
    editions = _by_source(reader.rows(_EDITIONS, most=EDITIONS))
    quarantine, ignored = _by_source(reader.rows(_QUARANTINE)), _by_source(reader.rows(_IGNORED))
    for source in names:
        rows = [reader.hidden(row) for row in figures.get(source, [])]
        yield _page(source, reader, causes, rows, {
            "total": totals.get(source, 0), "rest": totals.get(source, 0) - len(rows),
            "editions": editions.get(source, []), "quarantine": quarantine.get(source, []),
            "ignored": ignored.get(source, []),
        })  # fmt: skip


def _figures(reader: Reader) -> list[Row]:
    """The figures to show of all sources, with how many relations of each verdict each is in, or why in none."""
    asked = ("figures of sources", "")
    if asked not in reader.kept:  # languages share them
        ids = [row["observation_id"] for row in reader.rows(_SHOWN, most=FIGURES)]
        reasons = {row["observation_id"]: row["reason"] for row in reader.rows(_UNTESTED, ids=ids)}
        rows = reader.by_id(ids, _COUNTS, _ORDER)
        reader.kept[asked] = [{**row, "reason": reasons.get(row["observation_id"])} for row in rows]
    return reader.kept[asked]


def _by_source(rows: Sequence[Row]) -> dict[str, list[Row]]:
    return {source: [*found] for source, found in groupby(rows, key=lambda row: str(row["source"]))}


def _page(source: str, reader: Reader, causes: Links, rows: list[Row], more: Row) -> Page:
    path, facts = source_path(reader.language, source), reader.sources[source]
    figures = [_figure(row, reader, causes, path) for row in rows]
    counts = Counter(each["state"] for each in figures)
    groups = [
        {"place": reader.place(place), "figures": [*found]}
        for place, found in groupby(figures, key=lambda each: each["locator"])
    ]
    return Page(path, "sources", "source.html", short(facts["title"] or source), {
        **more,
        "source": source,
        "lede": ", ".join(filter(None, (short(facts["publisher"] or "", 80), reader.date(facts["published"])))),
        "states": [{"state": each, "count": counts[each]} for each in ("wrong", "beside", "holds", "plain")],
        "groups": groups,
        "registers": len({each["register"] for each in figures}),
        "facts": _provenance(facts, rows, more["editions"], reader),
        "url": outside(facts["url"]),
        "editions": [_edition(row, reader) for row in more["editions"]],
        "marks": MARKS,
        "untested": lambda reason: label(reader.language, "untested", reason),
        "sql": "FROM figure WHERE source = '{}' ORDER BY position".format(source.replace("'", "''")),
    })  # fmt: skip


def _figure(row: Row, reader: Reader, causes: Links, here: str) -> Row:
    cause = causes.get(row["observation_id"])
    state = "plain"
    if cause is not None and cause[2]:
        state = "wrong"
    elif row["is_contradicted"] or row["doubtful"] or cause is not None:
        state = "beside"
    elif row["holds"]:
        state = "holds"
    before, after = around(row["anchor"]) if row["anchor"] else ("", "")
    return {
        "says": short(row["says"]), "before": short(before, 100).lstrip('"“)'),
        "after": short(after, 100).rstrip('"”( '), "state": state, "locator": row["locator"],
        "about": quantity({**row, "register": None}, reader.topic, reader.language),
        "reads": reader.reads(row),
        "register": reader.label("register", row["register"]),
        "relations": {name: row[name] for name in RELATED if row[name]},
        "untested": row["reason"], "is_restated": row["is_restated"],
        "corrected": short(row["corrected_because"] or ""),
        "url": None if row["is_withheld"] else at_words(row["url"], row["anchor"], row["says"], row["locator"]),
        "cause": None if cause is None else {"href": relative(here, cause[0]), "headline": cause[1]},
    }  # fmt: skip


def _provenance(facts: Row, rows: list[Row], editions: list[Row], reader: Reader) -> list[tuple[str, str]]:
    registers = sorted({reader.label("register", row["register"]) for row in rows})
    said_by = sorted({short(row["said_by"], 120) for row in rows if row["said_by"]})
    last = editions[0] if editions else {}
    found: list[tuple[str, Any]] = [
        ("register", "; ".join(registers[:5])),
        ("said_by", "; ".join(said_by[:5])),
        ("published", reader.date(facts["published"])),
        ("series", short(facts.get("series") or "")),
        ("licence", short(facts["licence"] or "")),
        ("read", reader.day(last.get("fetched_at") or last.get("loaded_at"))),
        ("edition", short(last.get("edition") or "")),
        ("bytes", f"SHA-256 {str(last.get('snapshot') or '')[:16]}…" if last.get("snapshot") else ""),
    ]
    made = [(reader.say(f"source.{key}"), text) for key, text in found if text]
    if last:
        counts = {name: last[name] for name in ("rows_in", "observations", "quarantined", "ignored")}
        made.append((reader.say("source.rows"), reader.say("source.rows_of", **counts)))
    return made


def _edition(row: Row, reader: Reader) -> Row:
    return {
        "edition": short(row["edition"]), "read": reader.day(row["loaded_at"]),
        **{name: row[name] for name in ("new", "changed", "withdrawn", "unchanged", "quarantined")},
    }  # fmt: skip


def sources_page(reader: Reader, rows: list[Row]) -> Page:
    """The list of all sources."""
    return Page(f"{reader.language}/sources.html", "sources", "sources.html", reader.say("nav.sources"), {
        "sources": rows, "sql": "FROM source_tested",
    })  # fmt: skip
