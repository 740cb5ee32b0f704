"""An explanation in words: the conflict, the suspects, what would fit, what may have happened."""

from collections.abc import Collection
from dataclasses import asdict

from cuadra.checks.explain.explanation import Answer, Conflict, Decider, Doubt, Silence, Suspect
from cuadra.checks.explain.hypothesis import Hypothesis
from cuadra.checks.explain.system import Claim
from cuadra.checks.topic import Topic
from cuadra.flows.words.interval import fitting, interval
from cuadra.flows.words.quantity import of_key
from cuadra.flows.words.sentence import listed, say

FIGURES = 8
"""At most this many figures of a conflict are named."""

SLIPS = 2
"""At most this many slips of a suspect are named."""


def explanation(explained: Doubt | Silence, topic: Topic, language: str = "en") -> str:
    """What explains a finding in words: its conflict, the suspects, what would decide; or why nothing can be said."""
    if isinstance(explained, Silence):
        return _silence(explained, language)
    return _doubt(explained, topic, language)


def likely(explained: Doubt | Silence, topic: Topic, language: str = "en") -> str:
    """What is probably wrong in words, without the figures that it is in conflict with; or why nothing can be said."""
    if isinstance(explained, Silence):
        return _silence(explained, language)
    return _suspects(explained, topic, language)


def _silence(about: Silence, language: str) -> str:
    """Why nothing can be said, with the counts of a table that is broken as a whole."""
    counts = asdict(about.broken) if about.broken else {}
    if about.broken and about.broken.source == "several":
        counts["source"] = say(language, "silence.several")
    return say(language, f"silence.{about.reason}", **counts)


def figure(claim: Claim, language: str = "en") -> str:
    """The printed words with their source and place: “454” (2020-09-17_dialogo ¶4)."""
    at = " ".join(filter(None, (claim.source, claim.place)))
    return say(language, "finding.quoted_at", says=claim.says, at=at)


def slip(each: Hypothesis, topic: Topic, language: str = "en") -> str:
    """What may have happened, in words."""
    is_share = each.kind == "another quantity" and each.ratio is not None and bool(each.claims)
    return say(
        language,
        "slip.share of whole" if is_share else f"slip.{each.kind}",
        number="" if each.number is None else each.number,
        others=_figures(each.claims, language),
        quantity=of_key(each.quantity, topic, language) if each.quantity else "",
        percent="" if each.ratio is None else round(100 * each.ratio),
    )


def is_near(kind: str, number: float | None, printed: float | None) -> bool:
    """Whether a slip of one digit is no better said than that the numbers are one apart, as 43 and 44 are."""
    return kind == "digit" and number is not None and printed is not None and abs(number - printed) <= 1


def _doubt(doubt: Doubt, topic: Topic, language: str) -> str:
    """The first conflict, the suspects, and what would decide between them."""
    parts = [_conflict(doubt.conflicts[0], language)] if doubt.conflicts else []
    parts.append(_suspects(doubt, topic, language))
    if doubt.decider is not None and doubt.named is None:
        parts.append(_decider(doubt.decider, topic, language))
    return " ".join(parts)


def _conflict(conflict: Conflict, language: str) -> str:
    key = "explanation.whole conflict" if conflict.is_whole else "explanation.conflict"
    return say(language, key, figures=_figures(conflict.claims[:FIGURES], language))


def _suspects(doubt: Doubt, topic: Topic, language: str) -> str:
    if not doubt.answers:
        return say(language, "explanation.tangled" if doubt.is_tangled else "explanation.none")
    shown = doubt.shown()
    more = len(doubt.answers) - len(shown)
    if doubt.named is not None:
        named = say(language, "explanation.likely", suspects=_answers(shown[:1], topic, language))
        if sums := _broken_sums(doubt, shown[0]):
            said = {"figure": figure(sums[0][0], language), "figures": _figures(sums[0][1][:FIGURES], language)}
            named = f"{named} {say(language, 'explanation.also', **said)}"
        if len(shown) < 2:
            return named
        others = _answers(shown[1:], topic, language, more)
        return say(language, "explanation.less likely", likely=named, suspects=others)
    key = "explanation.either" if doubt.is_even else "explanation.likeliest first"
    return say(language, key, suspects=_answers(shown, topic, language, more))


def _broken_sums(doubt: Doubt, answer: Answer) -> list[tuple[Claim, list[Claim]]]:
    """Of two statements of one quantity: the one that is named, with figures whose sum contradicts it as well."""
    if doubt.conflicts[0].relations or len(answer.suspects) > 1:
        return []
    suspect = answer.suspects[0]
    mine = (suspect.claim, *suspect.echoes)
    return [
        (claim, [other for other in each.claims if other not in mine])
        for each in doubt.conflicts[1:]
        for claim in mine
        if each.relations and claim in each.claims
    ]


def _answers(answers: Collection[Answer], topic: Topic, language: str, more: int = 0) -> str:
    named = listed(language, "explanation.or", (_answer(each, topic, language) for each in answers))
    return say(language, "explanation.more", answers=named, count=more) if more else named


def _answer(answer: Answer, topic: Topic, language: str) -> str:
    text = listed(language, "explanation.and", (_suspect(each, topic, language) for each in answer.suspects))
    if not answer.beside:
        return text
    others = listed(language, "explanation.either of", (figure(each, language) for each in answer.beside))
    return say(language, "explanation.beside", suspects=text, others=others)


def _suspect(suspect: Suspect, topic: Topic, language: str) -> str:
    named = say(language, "explanation.fits", figure=figure(suspect.claim, language), fits=_fits(suspect, language))
    told = [each for each in suspect.hypotheses if not is_near(each.kind, each.number, suspect.claim.lower)]
    slips = [slip(each, topic, language) for each in told[:SLIPS]]
    if not slips:
        return named
    return say(language, "explanation.perhaps", suspect=named, slip=listed(language, "explanation.or", slips))


def _fits(suspect: Suspect, language: str) -> str:
    possible = suspect.possible
    if possible is None:
        if suspect.unit == "count":
            return fitting(*suspect.fits, language)
        return say(language, "interval.percent", interval=interval(*suspect.fits, language))
    nearest = say(
        language, "explanation.nearest share", percent=possible.percent, part=possible.part, base=possible.base
    )
    if not possible.bases:
        return nearest
    bases = ", ".join(interval(base, base, language) for base in possible.bases)
    return say(language, "explanation.other bases", share=nearest, bases=bases)


def _decider(decider: Decider, topic: Topic, language: str) -> str:
    key = "explanation.decided by sum" if decider.kind == "sum" else "explanation.decided by source"
    return say(language, key, quantity=of_key(decider.quantity, topic, language))


def _figures(claims: Collection[Claim], language: str) -> str:
    return ", ".join(figure(claim, language) for claim in claims)
