"""What pages refer to: the rules with examples, the code lists, the runs, and what can be downloaded."""

import json
from collections.abc import Mapping, Sequence

from cuadra.checks.rule import Rule
from cuadra.flows.pages.example import examples
from cuadra.flows.pages.links import outside, relative
from cuadra.flows.pages.reader import Reader, Row, short, without_paths
from cuadra.flows.pages.render import Page
from cuadra.flows.words.quantity import list_label
from cuadra.flows.words.rule import rule_sentence

RUNS = 50
"""So many runs are listed, the latest first."""

ROWS = 400
"""At most so many codes of a list are on the page."""


def rules_page(reader: Reader, failed: Mapping[str, tuple[str, str, str]]) -> Page:
    """The rules: what each says, how often it holds and fails, and an example of both where there is one.

    Args:
        reader: the publication.
        failed: by the name of a rule, the path of a cause that breaks it, how it does, and what that is about.
    """
    path = f"{reader.language}/rules.html"
    counts = {
        row["rule"]: row
        for row in reader.rows(
            "SELECT rule, sum(holds)::BIGINT AS holds, sum(fails)::BIGINT AS fails, sum(doubtful)::BIGINT AS doubtful, "
            "sum(open)::BIGINT AS open FROM verdict WHERE run = (SELECT max(run) FROM verdict) GROUP BY rule"
        )
    }
    held = examples(reader)
    rows = []
    for row in reader.rows("SELECT * FROM rule ORDER BY rule"):
        rule, found = reader.rules.get(row["rule"]), counts.get(row["rule"], {})
        sentence = rule_sentence(rule, reader.topic, reader.language) if rule else row["sentence"]
        broken = failed.get(row["rule"])
        rows.append({
            "rule": row["rule"], "sentence": short(sentence, 400), "origin": _file(row["origin"] or ""),
            "severity": reader.say(f"rules.{row['severity']}"), "reason": short(_reason(rule, row, reader), 400),
            **{name: found.get(name) or 0 for name in ("holds", "fails", "doubtful", "open")},
            "holding": held.get(row["rule"]) if found.get("holds") else None,
            "failing": {"href": relative(path, broken[0]), "text": broken[1], "about": broken[2]} if broken else None,
        })  # fmt: skip
    rows.sort(key=lambda each: (-each["fails"], -each["holds"], each["rule"]))
    used = [each for each in rows if any(each[name] for name in ("holds", "fails", "doubtful", "open"))]
    return Page(path, "rules", "rules.html", reader.say("nav.rules"), {
        "rules": used, "unused": [each for each in rows if each not in used], "sql": "FROM rule_health",
    })  # fmt: skip


def _file(origin: str) -> str:
    """The name of the file that a rule follows from; empty where it follows from none."""
    return without_paths(origin) if "." in origin else ""


def _reason(rule: Rule | None, row: Row, reader: Reader) -> str:
    stated = rule.stated if rule else None
    return (stated.reason_es if stated and reader.language == "es" else "") or row["reason"] or ""


def codes_page(reader: Reader) -> Page:
    """The code lists: what each code means, and which parts make which whole."""
    lists = []
    for each in sorted(reader.topic.code_lists.values(), key=lambda one: one.name):
        codes = [{"code": code, "label": each.label(code, reader.language)} for code in each.codes[:ROWS]]
        partitions = [
            {
                "name": partition.name, "parent": each.label(partition.parent, reader.language),
                "kind": reader.say(f"codes.{partition.kind}"),
                "parts": ", ".join(each.label(code, reader.language) for code in partition.parts[:30])
                + (" …" if len(partition.parts) > 30 else ""),
            }
            for partition in each.partitions
        ]  # fmt: skip
        name = list_label(each.name, reader.topic, reader.language)
        title = reader.say(f"codes.list_{each.name}") if name == each.name and each.name in _NAMED else name
        rest = max(0, len(each.codes) - ROWS)
        lists.append({"name": each.name, "title": title, "codes": codes, "rest": rest, "partitions": partitions})
    return Page(f"{reader.language}/codes.html", "codes", "codes.html", reader.say("nav.codes"), {"lists": lists})


_NAMED = {"indicator", "obs_status", "ref_area", "register", "unit"}


def runs_page(reader: Reader) -> Page:
    """The runs: when each began, what it read, what it published, what failed."""
    rows = []
    for row in reader.rows("SELECT * FROM run ORDER BY started_at DESC, run DESC LIMIT $most", most=RUNS):
        record = json.loads(row["record"])
        sources = record.get("sources", {})
        failed = {name: each for name, each in sources.items() if each.get("status") == "failed"}
        started = f"{row['started_at']:%H:%M} UTC" if row["started_at"] else ""
        rows.append({
            "run": row["run"], "started": f"{reader.day(row['started_at'])}, {started}",
            "trigger": reader.say(f"runs.{'schedule' if row['trigger'] == 'schedule' else 'person'}"),
            "read": len(sources) - len(failed), "all": len(sources), "open": record.get("findings_open") or 0,
            "new": record.get("findings_new") or 0, "publication": record.get("publication") or "–",
            "failed": [
                f"{reader.source_name(name)}: {without_paths(each.get('error') or '–')}"
                for name, each in [*failed.items()][:10]
            ],
        })  # fmt: skip
    return Page(f"{reader.language}/runs.html", "runs", "runs.html", reader.say("nav.runs"), {
        "runs": rows, "sql": "FROM run ORDER BY started_at DESC",
    })  # fmt: skip


def downloads_page(reader: Reader, files: Sequence[tuple[str, int]]) -> Page:
    """What can be taken away: the files beside the pages, the commands that write more, and how to cite each source.

    ``files`` are paths within the site with their size in bytes.
    """
    path = f"{reader.language}/downloads.html"
    cited = [
        {
            "text": ". ".join(
                short(part, 160).rstrip(".")
                for part in (facts["publisher"], facts["title"], reader.date(facts["published"]))
                if part
            ),
            "licence": short(facts["licence"] or ""), "url": outside(facts["url"]),
        }
        for facts in reader.sources.values()
    ]  # fmt: skip
    made = [
        {"href": relative(path, each), "name": each.rpartition("/")[2], "kilobytes": max(1, round(size / 1000))}
        for each, size in files
    ]
    return Page(path, "downloads", "downloads.html", reader.say("nav.downloads"), {
        "files": made, "sources": cited[:500], "caveat": reader.topic.caveat.of(reader.language),
        "publication": reader.publication,
    })  # fmt: skip
