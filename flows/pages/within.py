"""Whether what one figure counts is part of what another counts, by the code lists of their breakdowns."""

from collections.abc import Mapping

from cuadra.checks.codelist import TOTAL, CodeList
from cuadra.checks.topic import Topic


def is_within(inner: Mapping[str, object], outer: Mapping[str, object], topic: Topic) -> bool:
    """Whether each breakdown of ``inner`` is the same as that of ``outer`` or a part of it."""
    return all(_is_part(str(inner[name]), str(outer[name]), topic.code_list(name)) for name in topic.names)


def _is_part(code: str, wider: str, codes: CodeList) -> bool:
    reached, last = {code}, {code}
    while last and wider not in {*reached, TOTAL}:
        last = {each.parent for each in codes.partitions if last.intersection(each.parts)} - reached
        reached |= last
    return wider == TOTAL or wider in reached
