"""A finding as people read it, in a terminal, a message and a page: what it is about, both sides, the printed words."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from cuadra.checks.topic import Topic
from cuadra.flows.words.interval import SLACK, interval, whole
from cuadra.flows.words.quantity import breakdowns, of_per, quantity
from cuadra.flows.words.sentence import label, say

Row = Mapping[str, Any]
"""A row of table ``finding``, or of an event's detail, with its ``words`` as a list."""


LEFT = ("left", "part")
"""The sides of terms that are added up; the others are what their sum is compared with."""


def head(row: Row, topic: Topic, language: str = "en") -> str:
    """The verdict and what the finding is about: contradiction: victims rescued, Peru, 2019; a register.

    What breaks a rule of plausibility is unusual: it is possible.
    """
    verdict = "unusual" if is_unusual(row) else row["verdict"]
    about = quantity(row, topic, language)
    if (whole_ := of_per(row.get("per"), topic, language)) not in {"", about}:
        about = say(language, "finding.of_whole", quantity=about, whole=whole_)
    return f"{label(language, 'verdict', verdict)}: {about}"


def is_unusual(row: Row) -> bool:
    """Whether a finding breaks a rule of plausibility: whatever the words mean, what they say is possible."""
    return row["verdict"] == "doubtful" and row.get("severity") in {"warning", "note"}


def body(row: Row, topic: Topic, language: str = "en", gap_before: float | None = None) -> list[str]:
    """Both sides, what is expected, the printed words with their places, and what is likely: a line each."""
    lines = [f"{sides(row, topic, language, gap_before)}.", *expected(row, language)]
    lines += quotes(row.get("words") or [], topic, language)
    if likely := in_language(row, "explanation", language):
        lines.append(say(language, "finding.likely", explanation=likely))
    return lines


def sides(row: Row, topic: Topic, language: str = "en", gap_before: float | None = None) -> str:
    """Both numbers and what is between them: 454 against 1,054, 600 apart."""
    ends = [of_side(row, side, topic) for side in ("left", "right")]
    gap = row.get("gap") or 0.0
    if is_count(row, topic) and math.isfinite(gap):
        gap = math.ceil(gap - SLACK)
    left, right = (in_unit(row, interval(*each, language), topic, language) for each in ends)
    if row["rule"] == "together":
        return say(language, "finding.together")
    parts = [say(language, "finding.against", left=left, right=right)]
    if gap > 0:  # none of a doubt
        parts.append(say(language, "finding.gap", gap=gap))
    if gap_before is not None:
        parts.append(say(language, "finding.gap_before", before=gap_before))
    return ", ".join(parts)


def of_side(row: Row, side: str, topic: Topic) -> tuple[float, float]:
    """The least and the most of one side, ``left`` or ``right``; of a doubt, as a reader takes the words."""
    lower, upper = row.get(f"{side}_lower"), row.get(f"{side}_upper")
    ends = (-math.inf if lower is None else lower, math.inf if upper is None else upper)
    if row["verdict"] == "doubtful":
        ends = _expected(row, side, ends)
    return whole(*ends) if is_count(row, topic) else ends  # what a share leaves between two counts is none


def _expected(row: Row, side: str, ends: tuple[float, float]) -> tuple[float, float]:
    """What a reader expects of the terms of a side; its ends where these are not what its terms entail."""
    terms = [term for term in row.get("terms") or () if (term["side"] in LEFT) == (side == "left")]
    if row["rule"] == "one_value":  # the row has but the nearest ends of both
        values = [(term["likely_lower"], term["likely_upper"]) for term in terms] or [ends]
        return min(least for least, _ in values), max(most for _, most in values)
    if shares := [term for term in terms if not term["coefficient"]]:
        return shares[0]["likely_lower"], shares[0]["likely_upper"]
    factors = [(abs(term["coefficient"]), term) for term in terms]
    entailed = [sum(factor * term[end] for factor, term in factors) for end in ("lower", "upper")]
    if not terms or not all(math.isclose(mine, end, abs_tol=SLACK) for mine, end in zip(entailed, ends, strict=True)):
        return ends
    least, most = (sum(factor * term[f"likely_{end}"] for factor, term in factors) for end in ("lower", "upper"))
    return least, most


def quotes(words: Sequence[Row], topic: Topic, language: str = "en") -> list[str]:
    """One line a source: its printed words, each with what it is about and its place, and the link."""
    by_source: dict[tuple[str, str], list[str]] = {}
    for said in words:
        at = ", ".join(filter(None, [*breakdowns(said, topic, language), said.get("locator")]))
        key = "finding.quoted_at" if at else "finding.quoted"
        by_source.setdefault((said["source"], said.get("url") or ""), []).append(
            say(language, key, says=said["says"], at=at)
        )
    return [
        say(language, "finding.of_source", source=source, quotes=", ".join(said), url=url).rstrip()
        for (source, url), said in by_source.items()
    ]


def in_language(row: Row, name: str, language: str) -> str:
    """A text of the row in this language, or in English where it has no other."""
    texts = [row.get(f"{name}_{language}"), row.get(name)]
    return next((each for each in texts if isinstance(each, str) and each), "")


def links(words: Sequence[Row]) -> list[str]:
    """The sources of these figures with their addresses, each once."""
    return [f"{source}: {url}" for source, url in dict.fromkeys((w["source"], w.get("url")) for w in words) if url]


def is_count(row: Row, topic: Topic) -> bool:
    """Whether a finding is about counts, which are whole numbers."""
    if isinstance(row.get("per"), str):
        return False
    indicator = topic.indicators.get(str(row.get("indicator")))
    return indicator is not None and indicator.unit in topic.units_of("count")


def is_signed(row: Row, topic: Topic) -> bool:
    """Whether a finding is about amounts that may be below zero."""
    indicator = topic.indicators.get(str(row.get("indicator")))
    return indicator is not None and topic.units[indicator.unit].is_signed


def in_unit(row: Row, text: str, topic: Topic, language: str = "en") -> str:
    """A number or an interval of a finding, with its unit where it is of shares or of rates."""
    per = row.get("per")
    if not isinstance(per, str):
        return text
    unit = per.partition("|")[0]
    if unit == "percent":
        return say(language, "interval.percent", interval=text)
    return say(language, "interval.rate", interval=text, unit=topic.code_list("unit").label(unit, language))


def expected(row: Row, language: str) -> list[str]:
    """What must hold, with the name of the rule; nothing where no sentence is known."""
    sentence = in_language(row, "sentence", language)
    if not sentence:
        return []
    sentence = say(language, "finding.should", sentence=sentence)
    return [say(language, "finding.of_rule", sentence=sentence, rule=row["rule"]) if row.get("rule") else sentence]
