"""A cause as people read it: who printed what, both numbers with what was added, what is likely."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cuadra.checks.topic import Topic
from cuadra.flows.words import finding
from cuadra.flows.words.axis import axis
from cuadra.flows.words.interval import interval
from cuadra.flows.words.number import number
from cuadra.flows.words.plain import plain
from cuadra.flows.words.quantity import breakdowns, of_per, quantity
from cuadra.flows.words.sentence import label, listed, say

Row = Mapping[str, Any]
"""A row of ``cause`` or of its ``evidence``, as `cuadra.flows.causes.read_causes` gives them."""

ADDENDS = 5
"""At most so many addends of a sum are printed; the rest is counted."""

_ALL = 100.0
"""All of a whole, in percent."""

WITNESSES = 3
"""At most so many places of one printed number are named."""


def head(cause: Row, topic: Topic, language: str = "en") -> str:
    """The verdict, what it is about, and the key."""
    about = quantity(_subject(cause), topic, language)
    verdict = "unusual" if is_unusual(cause) else cause["verdict"]
    return say(
        language, "cause.head", verdict=label(language, "verdict", verdict), quantity=about,
        cause=cause["cause"],
    )  # fmt: skip


def body(cause: Row, topic: Topic, language: str = "en") -> list[str]:
    """Both numbers with the printed addends, how many more relations it breaks, and what is likely."""
    lines = [sides(cause["evidence"][0], topic, language)] if cause["evidence"] else []
    if is_unusual(cause):
        lines.append(finding.in_language(cause["evidence"][0], "sentence", language))
    if likely := finding.in_language(cause, "likely", language):
        lines.append(likely)
    if others := max(cause["findings"] - 1, 0):
        lines[:1] = [f"{each} {say(language, 'cause.also', count=others)}" for each in lines[:1]]
    return lines


def line(cause: Row, topic: Topic, language: str = "en") -> str:
    """The same in one line: its key, both numbers, what it is about; of a rule of plausibility what it expects."""
    evidence = cause["evidence"]
    if is_unusual(cause):
        both = sides(evidence[0], topic, language)
        sentence = finding.in_language(evidence[0], "sentence", language)
        area = topic.code_list("ref_area").label(str(_subject(cause).get("ref_area") or ""), language)
        return say(language, "cause.unusual", cause=cause["cause"], area=area, sides=both, sentence=sentence)
    both = finding.sides(evidence[0], topic, language) if evidence else ""
    return say(
        language, "cause.line", cause=cause["cause"], sides=both, quantity=quantity(_subject(cause), topic, language)
    )


def is_unusual(cause: Row) -> bool:
    """Whether a cause has findings of rules of plausibility only."""
    return bool(cause["evidence"]) and all(finding.is_unusual(each) for each in cause["evidence"])


def sides(row: Row, topic: Topic, language: str = "en", most: int | None = ADDENDS) -> str:
    """What a finding compares, in the printed words: “907” (…) + “147” (…) = 1,054 against “509” (…), 545 apart.

    At most so many addends of a side are printed, all of them where that is none.
    """
    terms: Sequence[Row] = row.get("terms") or ()
    left = [term for term in terms if term["side"] in ("left", "part")]
    share = next((term for term in terms if not term["coefficient"]), None)
    right = [term for term in terms if term["side"] in ("right", "whole") and term is not share]
    if not left or not (right or share or row["rule"] == "together"):
        return f"{finding.sides(row, topic, language)}."
    if row["rule"] == "together":
        figures = ", ".join(_term(term, row, topic, language) for term in left)
        return say(language, "cause.together", figures=figures)
    added = _side(row, "left", left, topic, language, most)
    against = _side(row, "right", right, topic, language, most) if right else ""
    if share is not None:
        against = _share(share, against, row, topic, language)
    gap = row.get("gap") or 0.0
    if finding.is_count(row, topic) and math.isfinite(gap):
        gap = float(math.ceil(gap - 1e-6))
    return say(language, "cause.told" if gap > 0 else "cause.met", left=added, right=against, gap=gap)


def drawn(row: Row, topic: Topic, language: str = "en") -> list[str]:
    """Both sides of a finding as intervals on one axis, a line each."""
    ends = [finding.of_side(row, side, topic) for side in ("left", "right")]
    names = [say(language, "cause.left"), say(language, "cause.right")]
    if row["rule"] == "one_value":  # nothing is added: each stands for itself
        words = [[each for term in row.get("terms") or () if term["side"] == side for each in term["words"]]
                 for side in ("left", "right")]  # fmt: skip
        said = [_quoted(each, language) for each in words]
        names = said if all(said) else names
    return axis([(name, *each) for name, each in zip(names, ends, strict=True)], language)


def behind(row: Row, topic: Topic, language: str = "en") -> list[str]:
    """The printed words that a finding rests on and that are none of its terms, a line a source."""
    printed = {key for term in row.get("terms") or () for key in term["observations"].split()}
    words = [each for each in row.get("words") or () if each.get("observation_id") not in printed]
    return [say(language, "cause.behind", quotes=line) for line in finding.quotes(words, topic, language)]


def _quoted(words: Sequence[Row], language: str) -> str:
    """Printed words of one side, each once: “454” or “455”."""
    said = list(dict.fromkeys(each["says"] for each in words))
    quoted = [say(language, "finding.quoted", says=plain(each)[:40]) for each in said[:2]]
    return listed(language, "explanation.or", quoted)


def by_area(causes: Iterable[Row], topic: Topic, language: str = "en") -> str:
    """How many causes there are by area, the most first: Peru 12, Spain 2."""
    counts: dict[str, int] = {}
    for cause in causes:
        country = str(_subject(cause).get("ref_area") or "").partition("-")[0]
        named = topic.code_list("ref_area").label(country, language) if country else "–"
        counts[named] = counts.get(named, 0) + 1
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(say(language, "cause.by_area", area=area, count=count) for area, count in ordered)


def _subject(cause: Row) -> Row:
    """What a cause is about: the quantity of its suspect, or of its widest finding."""
    if cause.get("indicator") or not cause["evidence"]:
        return cause
    first: Row = cause["evidence"][0]
    return first


def _side(  # noqa: PLR0913, PLR0917 - what a side is
    row: Row, side: str, terms: Sequence[Row], topic: Topic, language: str, most: int | None
) -> str:
    """The terms of one side joined, and what they add up to where there are several."""
    # Several intervals of one quantity stand beside each other and are not added.
    texts = [_term(term, row, topic, language) for term in terms[:most]]
    if row["rule"] == "one_value":
        return listed(language, "explanation.or", texts)
    if len(terms) == 1:
        return texts[0]
    if rest := len(terms) - len(texts):
        texts.append(say(language, "cause.rest", count=rest))
    ends = finding.of_side(row, side, topic)
    addends = listed(language, "cause.plus", texts)
    return say(
        language, "cause.sum", addends=addends, sum=finding.in_unit(row, interval(*ends, language), topic, language)
    )


def _term(term: Row, row: Row, topic: Topic, language: str) -> str:
    """The printed words of a term with their breakdowns and places, or its interval where nobody prints it."""
    # What others print of the same quantity contradicts it elsewhere: here stand the words that the verdict rests on.
    mine = [each for each in term["words"] if (each.get("lower"), each.get("upper")) == _ends(term)]
    said = _said(mine or term["words"], _apart(term, row, topic, language), language)
    ends = finding.in_unit(row, interval(*_ends(term), language), topic, language)
    if isinstance(row.get("per"), str) and term["side"] == "whole" and term["lower"] == term["upper"] == _ALL:
        return say(language, "cause.all_of", all=ends, whole=said or of_per(row["per"], topic, language))
    if not said:
        named = ", ".join(breakdowns(term, topic, language)) or quantity({**term, "register": None}, topic, language)
        said = say(language, "cause.derived", interval=ends, quantity=named)
    factor = abs(term["coefficient"])
    if factor == 1 or row["rule"] == "share_of_whole":
        return said
    return say(language, "cause.times", factor=number(factor, language), term=said)


def _share(share: Row, base: str, row: Row, topic: Topic, language: str) -> str:
    printed = _said(share["words"], [], language) or interval(*_ends(share), language)
    ends = finding.of_side(row, "right", topic)
    return say(language, "cause.share", share=printed, whole=base, interval=interval(*ends, language))


def _said(words: Sequence[Row], apart: Sequence[str], language: str) -> str:
    """The printed words, each once, with what sets them apart and the sources that print them."""
    by_words: dict[str, list[str]] = {}
    for each in words:
        place = " ".join(filter(None, (each.get("source"), each.get("locator"))))
        by_words.setdefault(each["says"], []).append(place)
    texts = []
    for says, places in by_words.items():
        named = places[:WITNESSES]
        if rest := len(places) - WITNESSES:
            named += [say(language, "cause.rest", count=rest)] if rest > 0 else []
        texts.append(say(language, "cause.printed", says=says, at=", ".join([*apart, "; ".join(named)])))
    return ", ".join(texts)


def _apart(term: Row, row: Row, topic: Topic, language: str) -> list[str]:
    """In what a term differs from what its finding is about: breakdowns, and else area or period.

    A rule of plausibility compares different things: each term says which it is.
    """
    if finding.is_unusual(row):
        columns = ("indicator", "ref_area", "time_period")
        varying = {name: term[name] for name in columns if len({each[name] for each in row["terms"]}) > 1}
        what = quantity(varying, topic, language)
        return list(filter(None, [*breakdowns(term, topic, language), what]))
    mine = [name for name in breakdowns(term, topic, language) if name not in breakdowns(row, topic, language)]
    if mine or term["side"] in ("whole", "right"):
        return mine
    names = {name: term[name] for name in ("ref_area", "time_period", "indicator") if term[name] != row.get(name)}
    return [quantity(names, topic, language)] if names else []


def _ends(term: Row) -> tuple[float, float]:
    return term["lower"], term["upper"]
