"""The code lists of a topic as rows of table ``code``, with which a publication explains itself."""

from collections.abc import Iterator

from cuadra.checks.codelist import CodeList, Partition
from cuadra.checks.topic import Topic

Row = dict[str, str | None]


def code_rows(topic: Topic) -> list[Row]:
    """One row per code and partition that it is a part of, lists by name, codes as their file has them."""
    return [row for name in sorted(topic.code_lists) for row in _rows(topic, topic.code_list(name))]


def _rows(topic: Topic, codes: CodeList) -> Iterator[Row]:
    for code in codes.codes:
        row: Row = {
            "list": codes.name,
            "code": code,
            "label_en": codes.label(code),
            "label_es": codes.rows[code].get("label_es"),
            "kind": topic.units[code].kind if codes.name == "unit" else None,
        }
        within = [each for each in codes.partitions if code in each.parts]
        for each in within:
            yield row | {"parent": each.parent, "partition": each.name, "kind": each.kind, "scope": _scope(each)}
        if not within:
            yield row


def _scope(partition: Partition) -> str | None:
    """What a partition relates figures of, in words; none where it is all."""
    named = {"registers": partition.registers, "sources": partition.sources, "not registers": partition.other_than}
    return "; ".join(f"{what} {' '.join(names)}" for what, names in named.items() if names) or None
