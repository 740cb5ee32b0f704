"""A quantity as people name it: victims rescued, foreigners, Peru, 2019; police directorate against trafficking."""

from collections.abc import Mapping
from typing import Any

from cuadra.checks.codelist import AREA, TOTAL
from cuadra.checks.topic import BLOCK, Topic
from cuadra.flows.words.period import period
from cuadra.flows.words.sentence import say

Row = Mapping[str, Any]
"""A row with the columns of a quantity; its breakdowns may also stand in a mapping ``cell``."""


def quantity(row: Row, topic: Topic, language: str = "en") -> str:
    """What a row is about, in labels: the indicator, the breakdowns but for totals, area, period and register."""
    area = _label(row, "ref_area", topic, language)
    names = [_label(row, "indicator", topic, language), *breakdowns(row, topic, language), area]
    names.append(period(str(row.get("time_period") or ""), language))
    written = ", ".join(filter(None, names))
    register = _label(row, "register", topic, language)
    country = str(row.get("ref_area") or "").partition("-")[0]
    for named in (area, topic.code_list("ref_area").label(country, language)):
        register = register.removesuffix(f" ({named})")  # a reader knows where the register is by then
    return say(language, "quantity.in_register", quantity=written, register=register) if register else written


def breakdowns(row: Row, topic: Topic, language: str = "en") -> list[str]:
    """The labels of the breakdowns of a row, but for totals."""
    cell = row.get("cell")
    codes = {**row, **cell} if isinstance(cell, Mapping) else row
    stated = {name: codes.get(name) for name in topic.names}
    return [
        _member(name, code, topic, language) for name, code in stated.items() if isinstance(code, str) and code != TOTAL
    ]


def _member(name: str, code: str, topic: Topic, language: str) -> str:
    """The label of a code of a breakdown; of one that is also called so as an area, with what the breakdown is."""
    written = topic.code_list(name).label(code, language)
    if topic.code_list(name).is_area(code, topic.code_list(AREA)):
        return say(language, "quantity.member", list=list_label(name, topic, language), label=written)
    return written


def of_key(key: str, topic: Topic, language: str = "en") -> str:
    """The same for a quantity's name in an explanation, ``INDICATOR AREA PERIOD REGISTER sex=F``."""
    indicator, area, period_, register, *cell = key.split(" ")
    block = {"indicator": indicator, "ref_area": area, "time_period": period_, "register": register}
    # A mark such as #2 parts figures that print one quantity again, and #rest what nobody prints of it.
    written = quantity({**block, **dict(part.split("=", 1) for part in cell if "=" in part)}, topic, language)
    return say(language, "quantity.rest", quantity=written) if "#rest" in cell else written


def of_per(per: object, topic: Topic, language: str = "en") -> str:
    """What the numbers of a finding are shares or rates of, ``percent|REGISTER|INDICATOR|AREA|PERIOD|_T``.

    Empty for counts.
    """
    if not isinstance(per, str):
        return ""
    spelled = [*BLOCK, *(each.name for each in topic.breakdowns if each.in_every_key)]
    parts = per.split("|growth|")[0].split("|")[1:]
    codes = dict(zip(spelled, parts, strict=False))
    codes |= dict(part.split("=", 1) for part in parts[len(spelled) :] if "=" in part)
    return quantity(codes, topic, language)


def of_rule_key(key: str, topic: Topic, language: str = "en") -> str:
    """The same for a quantity that a stated rule fixes in part, ``indicator=cases sex=F 1 years before``."""
    codes = dict(part.split("=", 1) for part in key.split(" ") if "=" in part)
    written = quantity(codes, topic, language)
    if key.endswith(" years before"):
        years = int(key.removesuffix(" years before").rpartition(" ")[2])
        return say(language, "quantity.years_before", quantity=written, count=years)
    return written


def list_label(name: str, topic: Topic, language: str = "en") -> str:
    """What people call a breakdown; its own name where the topic has none of that name."""
    return next((each.label.of(language) for each in topic.breakdowns if each.name == name), name)


def _label(row: Row, column: str, topic: Topic, language: str) -> str:
    code = row.get(column)
    return topic.code_list(column).label(code, language) if isinstance(code, str) else ""
