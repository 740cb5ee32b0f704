"""Explanations in words, English and Spanish: the conflict, the suspects, what would fit, what may have happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cuadra.checks import codelist
from cuadra.checks.explain.system import Claim
from cuadra.checks.intervals import Interval, number

if TYPE_CHECKING:
    from cuadra.checks.explain.explain import Doubt, Suspect
    from cuadra.checks.explain.hypothesis import Hypothesis

_WORDS = {
    "en": {
        "conflict": "These cannot all be true: {figures}.",
        "one": "Most likely wrong: {suspects}.",
        "many": "One of these is wrong, each as likely: {suspects}.",
        "none": "No figure that may be doubted explains it.",
        "tangled": "So much contradicts here that no single figure can be named: look at the table as a whole.",
        "fits": "{figure}, where {fits} would be consistent",
        "percent": " percent",
        "and": " and ",
        "or": "; or ",
        "more": " and {count} more",
        "factor": "a factor of ten slipped: {number} fits",
        "digit": "a digit slipped: {number} fits",
        "swapped digits": "two digits changed places: {number} fits",
        "swapped figures": "it changed places with {others}",
        "includes": "it already includes {others}: {number} fits",
        "another quantity": "it would fit {quantity}{because}",
        "because": ", {percent} percent of the whole, which is {others}",
        "perhaps": " (perhaps {slip})",
    },
    "es": {
        "conflict": "No todas estas cifras pueden ser ciertas: {figures}.",
        "one": "Probablemente errónea: {suspects}.",
        "many": "Una de estas es errónea, con igual probabilidad: {suspects}.",
        "none": "Ninguna cifra dudosa lo explica.",
        "tangled": "Hay tantas contradicciones que no se puede señalar una sola cifra: revise la tabla entera.",
        "fits": "{figure}, donde cuadraría {fits}",
        "percent": " por ciento",
        "and": " y ",
        "or": "; o ",
        "more": " y {count} más",
        "factor": "se corrió un factor de diez: cuadra {number}",
        "digit": "hay un dígito cambiado: cuadra {number}",
        "swapped digits": "dos dígitos están invertidos: cuadra {number}",
        "swapped figures": "está intercambiada con {others}",
        "includes": "ya incluye {others}: cuadra {number}",
        "another quantity": "cuadraría como {quantity}{because}",
        "because": ", el {percent} por ciento del total, es decir {others}",
        "perhaps": " (quizá {slip})",
    },
}
_SHOWN = 5


def of_doubt(doubt: Doubt, language: str) -> str:
    """One group of conflicts in two sentences: its smallest conflict, and the suspects."""
    words = _WORDS[language]
    smallest = min(doubt.conflicts, key=len, default=())
    told = (
        words["conflict"].format(figures=", ".join(figure(claim) for claim in smallest[:8])) + " " if smallest else ""
    )
    if not doubt.answers:
        return told + words["tangled" if doubt.is_tangled else "none"]
    answers = [words["and"].join(_suspect(s, language) for s in answer.suspects) for answer in doubt.answers]
    more = words["more"].format(count=len(answers) - _SHOWN) if len(answers) > _SHOWN else ""
    kind = "one" if len(answers) == 1 else "many"
    return told + words[kind].format(suspects=words["or"].join(answers[:_SHOWN]) + more)


def figure(claim: Claim) -> str:
    """The printed words with their source and place: “454” (2020-09-17_dialogo ¶4)."""
    return f"“{claim.says}” ({' '.join(part for part in (claim.source, claim.place) if part)})"


def _suspect(suspect: Suspect, language: str) -> str:
    words = _WORDS[language]
    told = words["fits"].format(
        figure=figure(suspect.claim),
        fits=_interval(suspect.fits, language) + (words["percent"] if suspect.claim.base else ""),
    )
    slips = [slip(each, language) for each in suspect.hypotheses[:2]]
    return told + (words["perhaps"].format(slip=words["or"].join(slips)) if slips else "")


def _interval(fits: Interval, language: str) -> str:
    text = str(fits)
    return (
        text
        if language == "en"
        else text.replace(" or more", " o más").replace(" to ", " a ").replace("any number", "cualquiera")
    )


def slip(each: Hypothesis, language: str) -> str:
    """What may have happened, in words."""
    words = _WORDS[language]
    others = ", ".join(figure(claim) for claim in each.claims)
    because = ""
    if each.ratio is not None and each.claims:
        because = words["because"].format(percent=number(round(100 * each.ratio)), others=others)
    return words[each.kind].format(
        number="" if each.number is None else number(each.number),
        others=others,
        quantity=quantity(each.quantity or "", language),
        because=because,
    )


def quantity(key: str, language: str) -> str:
    """A quantity's key as a person reads it: ``victims rescued PE 2019 DIRCTPTIM, foreigners``."""
    indicator, *rest = key.split(" ")
    block = [each for each in rest if "=" not in each]
    parts = [each.split("=", 1) for each in rest if "=" in each]
    labels = [codelist.load(column).label(code, language) for column, code in parts]
    return ", ".join([" ".join([codelist.load("indicator").label(indicator, language), *block]), *labels])
