"""An explanation in words: the conflict, the suspects, what would fit, what may have happened."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from cuadra.checks.topic import Topic
from cuadra.flows.words.interval import interval
from cuadra.flows.words.quantity import of_key
from cuadra.flows.words.sentence import listed, say

if TYPE_CHECKING:  # the solver takes its time to import, and words are printed without it too
    from cuadra.checks.explain.explanation import Doubt, Explanation, Hypothesis, Suspect
    from cuadra.checks.explain.system import Claim

ANSWERS = 5
"""At most this many answers are named, and the others counted."""

FIGURES = 8
"""At most this many figures of a conflict are named."""

SLIPS = 2
"""At most this many slips of a suspect are named."""


def explanation(
    explained: "Explanation", topic: Topic, language: str = "en", observation_ids: Collection[str] | None = None
) -> str:
    """The doubts in words, only those about these observations if they are given; empty when there are none."""
    chosen = explained if observation_ids is None else explained.about(observation_ids)
    return " ".join(_doubt(doubt, topic, language) for doubt in chosen.doubts)


def figure(claim: "Claim", language: str = "en") -> str:
    """The printed words with their source and place: “454” (2020-09-17_dialogo ¶4)."""
    at = " ".join(filter(None, (claim.source, claim.place)))
    return say(language, "finding.quoted_at", says=claim.says, at=at)


def slip(each: "Hypothesis", topic: Topic, language: str = "en") -> str:
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


def _doubt(doubt: "Doubt", topic: Topic, language: str) -> str:
    """One group of conflicts in two sentences: its smallest conflict, and the suspects."""
    smallest = min(doubt.conflicts, key=len, default=())
    conflict = say(language, "explanation.conflict", figures=_figures(smallest[:FIGURES], language)) if smallest else ""
    return " ".join(filter(None, (conflict, _suspects(doubt, topic, language))))


def _suspects(doubt: "Doubt", topic: Topic, language: str) -> str:
    if not doubt.answers:
        return say(language, "explanation.tangled" if doubt.is_tangled else "explanation.none")
    answers = [
        listed(language, "explanation.and", (_suspect(each, topic, language) for each in answer.suspects))
        for answer in doubt.answers
    ]
    named = listed(language, "explanation.or", answers[:ANSWERS])
    if len(answers) > ANSWERS:
        named = say(language, "explanation.more", answers=named, count=len(answers) - ANSWERS)
    return say(language, "explanation.likely" if len(answers) == 1 else "explanation.either", suspects=named)


def _suspect(suspect: "Suspect", topic: Topic, language: str) -> str:
    fits = interval(*suspect.fits, language)
    if suspect.claim.base:
        fits = say(language, "interval.percent", interval=fits)
    named = say(language, "explanation.fits", figure=figure(suspect.claim, language), fits=fits)
    slips = [slip(each, topic, language) for each in suspect.hypotheses[:SLIPS]]
    if not slips:
        return named
    return say(language, "explanation.perhaps", suspect=named, slip=listed(language, "explanation.or", slips))


def _figures(claims: Collection["Claim"], language: str) -> str:
    return ", ".join(figure(claim, language) for claim in claims)
