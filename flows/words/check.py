"""How the figures of a file fare, as people read it: first by themselves, then beside what is published."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from cuadra.checks.topic import Topic
from cuadra.flows.words import cause, finding
from cuadra.flows.words.interval import interval, whole
from cuadra.flows.words.quantity import quantity
from cuadra.flows.words.sentence import label, say

Row = Mapping[str, Any]

RESIDUALS = 10
"""At most so many undecided relations are shown."""

UNTESTED = 5
"""At most so many figures that are in no relation are shown."""


def findings(rows: Sequence[Row], topic: Topic, language: str = "en") -> list[str]:
    """Each relation that does not hold: both sides in printed words, what is expected, what is likely."""
    lines = []
    for count, row in enumerate(rows, start=1):
        lines.append(f"{count}. {finding.head(row, topic, language)}")
        lines += [f"   {line}" for line in (cause.sides(row, topic, language), *finding.expected(row, language))]
        if likely := finding.in_language(row, "explanation", language):
            lines.append(f"   {say(language, 'finding.likely', explanation=likely)}")
        lines.append("")
    return lines


def residuals(rows: Sequence[Row], topic: Topic, language: str = "en") -> list[str]:
    """Each undecided relation, and what its printed parts leave for those that nobody prints."""
    shown = rows if len(rows) <= RESIDUALS + 1 else rows[:RESIDUALS]
    lines = [f"  {_residual(row, topic, language)}" for row in shown]
    if rest := len(rows) - len(shown):
        lines.append(f"  {say(language, 'check.more', count=rest)}")
    return lines


def untested(rows: Sequence[Row], topic: Topic, language: str = "en") -> list[str]:
    """The figures that are in no relation: how many, and the first of them."""
    lines = [f"  “{row['says']}” ({row['locator']}): {quantity(row, topic, language)}" for row in rows[:UNTESTED]]
    if rest := len(rows) - len(lines):
        lines.append(f"  {say(language, 'check.more', count=rest)}")
    return lines


def restated(rows: Sequence[Row], set_aside: int, topic: Topic, language: str = "en") -> list[str]:
    """What a later edition says in place of each figure, and how many further ones are out of force with them."""
    lines = []
    for row in rows[:RESIDUALS]:
        last = max(each["published"] for each in row["words"])
        said = [[_quoted(each, language) for each in row["words"] if (each["published"] == last) == is_later]
                for is_later in (False, True)]  # fmt: skip
        earlier, later = (", ".join(each) for each in said)
        about = quantity(row, topic, language)
        lines.append(f"  {say(language, 'check.restated_as', earlier=earlier, later=later, quantity=about)}")
    if rest := len(rows) - RESIDUALS if len(rows) > RESIDUALS else 0:
        lines.append(f"  {say(language, 'check.more', count=rest)}")
    if set_aside:
        lines.append(f"  {say(language, 'check.set_aside', count=set_aside)}")
    return lines


def _quoted(said: Row, language: str) -> str:
    return say(language, "finding.quoted_at", says=said["says"], at=f"{said['source']} {said['locator']}")


def verdict(rows: Sequence[Row], relations: int, language: str = "en") -> str:
    """How many relations fail and how many are doubtful; that none does only where some were tested."""
    counts = Counter(row["verdict"] for row in rows)
    if counts["fails"]:
        said = say(language, "check.contradicts", count=counts["fails"])
    else:
        said = say(language, "check.agrees" if relations else "check.nothing_tested")
    return say(language, "check.doubts", verdict=said, count=counts["doubtful"]) if counts["doubtful"] else said


def _residual(row: Row, topic: Topic, language: str) -> str:
    about = f"{quantity(row, topic, language)} ({label(language, 'rule', row['rule'])})"
    sides = f"{finding.sides(row, topic, language)}: {about}"
    ends = [row[name] for name in ("left_lower", "left_upper", "right_lower", "right_upper")]
    if row["status"] != "incomplete" or any(end is None for end in ends):
        return say(language, "check.undecided", sides=sides)
    rest = ends[2] - ends[1], ends[3] - ends[0]
    if not finding.is_signed(row, topic):
        rest = max(rest[0], 0.0), rest[1]
    if finding.is_count(row, topic):
        rest = whole(*rest)
    return say(language, "check.residual", sides=sides, rest=interval(*rest, language))
