"""A guess of the period that a number is about: the one named last before it, or first after it in its sentence."""

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
    rf"|(?P<range>{_YEAR}\s?(?:[-–/]|to|and|y|a)\s?(?:(?:19|20)?\d\d))"
    r"|(?P<lasting>(?:last|past|últim[oa]s|pasad[oa]s)\s\S+\s(?:years|months|años|meses))"
    rf"|(?P<year>{_YEAR}))\b",
    re.IGNORECASE,
)


def period_near(before: str, after: str) -> str:
    """The period as the code lists write it; ``"?"`` where none is named, or one that is no plain period."""
    following = [*_periods(re.split(r"[.;](?=\s|$)", after, maxsplit=1)[0])]
    if "?" in following[:1]:
        return "?"
    return ([*_periods(before)][-1:] or following[:1] or ["?"])[0]


def _periods(text: str) -> Iterator[str]:
    for found in _MENTION.finditer(text):
        if found["part"]:
            part, is_half = _PARTS[found["part"].casefold()], found["kind"].casefold() in {"half", "semestre"}
            if is_half and found["part"].casefold() == "last":
                part = 2
            yield f"{found['of']}-{'S' if is_half else 'Q'}{part}" if part <= (2 if is_half else 4) else "?"
        elif found["month"]:
            yield f"{found['in']}-M{_MONTH[found['month'].casefold()]:02}"
        else:
            yield found["year"] or "?"
