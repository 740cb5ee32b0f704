"""What is joined to what: over pairs or groups that share members."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

Name = TypeVar("Name", int, str)


def least(groups: Iterable[Sequence[Name]]) -> dict[Name, Name]:
    """The least member that each member reaches, over groups that share members."""
    root: dict[Name, Name] = {}
    for group in groups:
        for each in group:
            first, second = sorted((_find(root, group[0]), _find(root, each)))
            root[second] = first
    names: list[Name] = list(root)
    for name in names:
        root[name] = _find(root, name)
    return root


def _find(root: dict[Name, Name], name: Name) -> Name:
    while root.setdefault(name, name) != name:
        root[name] = root[root[name]]
        name = root[name]
    return name
