"""A guess of the period that a number is about: the one in its clause; where two could govern it, none."""

import re
from collections.abc import Iterator

_MONTHS = (
    ("january", "enero"), ("february", "febrero"), ("march", "marzo"), ("april", "abril"), ("may", "mayo"),
    ("june", "junio"), ("july", "julio"), ("august", "agosto"), ("september", "septiembre", "setiembre"),
    ("october", "octubre"), ("november", "noviembre"), ("december", "diciembre"),
)  # fmt: skip
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
MONTHS = "|".join(_MONTH)
_PARTS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "primer": 1, "primero": 1, "segundo": 2, "tercer": 3,
    "cuarto": 4,
}  # fmt: skip
_OPEN = "|".join((
    "since", "until", "till", "through", "to", "between", "from", "by", "before", "after", "up to", "beginning of",
    "early", "late", "fiscal year", "so far in", "desde", "hasta", "entre", "antes de", "después de", "inicios de",
    "año fiscal", "lo que va de",
))  # fmt: skip
_YEAR = r"(?:19|20)\d\d"
_OF = r"(?:of\s|de\s|del\s)?(?:año\s)?"
_MENTION = re.compile(
    rf"\b(?:(?P<part>{'|'.join(_PARTS)})\s(?P<kind>half|semestre|quarter|trimestre)\s{_OF}(?P<of>{_YEAR})"
    rf"|(?P<span>(?:{MONTHS})\s(?:to|and|through|a|y|hasta)\s(?:de\s)?(?:{MONTHS}),?\s{_OF}{_YEAR})"
    rf"|(?P<day>\d{{1,2}}\s(?:de\s)?(?:{MONTHS}),?\s{_OF}{_YEAR}|(?:{MONTHS})\s\d{{1,2}},?\s{_YEAR})"
    rf"|(?P<month>{MONTHS}),?\s{_OF}(?P<in>{_YEAR})"
    rf"|(?P<open>(?:{_OPEN})\s(?:el\saño\s|the\syear\s)?{_YEAR})"
    rf"|(?P<law>(?:ley|decreto|convenci[oó]n|convenio|protocolo|law|act|decree|protocol|convention)\s(?:\S+\s){{0,2}}"
    rf"(?:de|del|of)\s{_YEAR})"
    rf"|(?P<range>{_YEAR}\s?(?:[-–/]|to|and|y|a)\s?(?:(?:19|20)?\d\d))"
    r"|(?P<lasting>(?:last|past|últim[oa]s|pasad[oa]s)\s\S+\s(?:years|months|años|meses))"
    r"|(?P<relative>(?:an?|the|one|last|past|this|previous|preceding)\s(?:previous\s|preceding\s|same\s)?(?:year|month)"
    r"(?:\s(?:before|earlier|ago))?|(?:el|un|este|último|mismo|pasado|hace\sun)\s(?:mismo\s|último\s|pasado\s)?(?:año|mes)"
    r"(?:\s(?:antes|anterior|previo|pasado))?(?!\s(?:19|20)\d\d))"
    rf"|(?P<year>{_YEAR}))\b",
    re.IGNORECASE,
)


FIGURE = "\ue001"
"""Stands for another figure in the text around one."""

_COMPARED = re.compile(
    r"\b(?:frente\sa|comparad[oa]s?\scon|en\scomparación|respecto|versus|vs|mientras|than|compared|while|whereas|up\sfrom|"
    r"down\sfrom)\b|\b(?:más|menos|doble|triple|mitad|mayor|menor|superior|inferior|twice|double|half|more|fewer|less)\b"
    rf"[^{FIGURE}]{{0,30}}\b(?:que|than|as|of|a)\s(?:(?:en|in|el|the|l[ao]s?)\b|$)"
    rf"|\b(?:contra|against|from)\s(?:l[ao]s\s|the\s)?(?:{FIGURE}|$)",
    re.IGNORECASE,
)
_PARTED = re.compile(r"[,:()—–]|\b(?:y|e|and)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[.;!?](?=\s|$)")


def period_near(before: str, after: str) -> str:
    """The period as the code lists write it; ``"?"`` where none is named, two compete, or it is no plain period.

    Args:
        before: the text before the number, other figures in it as `FIGURE`.
        after: the text after it, likewise.
    """
    *earlier, left = _SENTENCE.split(before)
    right = _SENTENCE.split(after, maxsplit=1)[0]
    around = [(_apart(left[end:], is_before=True), found) for found, _, end in [*_periods(left)][-1:]]
    around += [(_apart(right[:start], is_before=False), found) for found, start, _ in [*_periods(right)][:1]]
    if around:
        nearest = min(apart for apart, _ in around)
        governing = {found for apart, found in around if apart == nearest}
        return governing.pop() if len(governing) == 1 and nearest < _OUT_OF_REACH else "?"
    if _COMPARED.search(left):
        return "?"
    for sentence in reversed(earlier):
        if named := {found for found, _, _ in _periods(sentence)}:
            return named.pop() if len(named) == 1 else "?"
    return "?"


_OUT_OF_REACH = 2


def _apart(between: str, *, is_before: bool) -> int:
    """How far a period is from a number: in its clause, in the next one, or out of reach."""
    if _COMPARED.search(between) or (not is_before and FIGURE in between):
        return _OUT_OF_REACH
    return 1 if FIGURE in between or _PARTED.search(between) else 0


def _periods(text: str) -> Iterator[tuple[str, int, int]]:
    """Each period that a text names, with its start and end; ``"?"`` for one that is no plain period."""
    for found in _MENTION.finditer(text):
        yield _plain(found), found.start(), found.end()


def _plain(found: re.Match[str]) -> str:
    if found["part"]:
        part, is_half = _PARTS[found["part"].casefold()], found["kind"].casefold() in {"half", "semestre"}
        if is_half and found["part"].casefold() == "last":
            part = 2
        return f"{found['of']}-{'S' if is_half else 'Q'}{part}" if part <= (2 if is_half else 4) else "?"
    if found["month"]:
        return f"{found['in']}-M{_MONTH[found['month'].casefold()]:02}"
    return found["year"] or "?"
