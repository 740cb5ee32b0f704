"""Code lists: the members of a dimension, their labels, and how parts make their parent.

A list is one CSV file, found in the layers of a topic: a file in a later layer replaces one of the same name before
it. A file ``<name>.added.csv`` adds lines to what the layers before it have. A code added so to a partition of an
earlier layer joins it only in registers that the earlier layers do not know.
"""

import csv
import difflib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

KINDS = ("exhaustive", "exhaustive_with_rest", "disjoint", "overlapping")
"""How parts relate to their parent: make it, make it but for an unprinted rest, at most make it, each fit in it."""

AREA = "ref_area"
"""The code list of areas."""

_SHIPPED = Path(__file__).parent

TOTAL, UNKNOWN, NOT_STATED = "_T", "_U", "_Z"
Row = Mapping[str, str]


class CodeError(ValueError):
    """A code that its code list does not have, or a code list that cannot be used."""


@dataclass(frozen=True)
class Partition:
    """Parts of one parent within one code list.

    ``kind`` is one of `KINDS`. With ``registers`` or ``sources`` it relates only figures of those; never those of
    ``other_than`` registers.
    """

    name: str
    parent: str
    kind: str
    parts: tuple[str, ...]
    registers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    other_than: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodeList:
    """One code list: its codes with their rows, the partitions they form, and the files it came from, last one first.

    ``replaced`` are files of earlier layers that a later one stands in for; ``own`` is the file of the last layer to
    which lines can be added, whether it is there yet or not.
    """

    name: str
    rows: dict[str, Row]
    partitions: tuple[Partition, ...] = ()
    files: tuple[Path, ...] = ()
    replaced: tuple[Path, ...] = field(default=())
    own: Path | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, each once, in the order of the file."""
        return tuple(self.rows)

    @cached_property
    def nested(self) -> tuple[tuple[str, str, bool], ...]:
        """Each band within another that no partition puts it in: the band, the wider one, and whether they are equal.

        What a band spans is in the columns ``from`` and ``to``, or in a code such as ``Y12T17`` or ``Y_GE18``.
        """
        where = self.files[0] if self.files else f"{self.name}.csv"
        spans = {code: span for code, row in self.rows.items() if (span := _span(code, row, where))}
        above = _above(each for each in self.partitions if not (each.registers or each.sources or each.other_than))
        return tuple(
            (part, wider, span == around)
            for part, span in spans.items()
            for wider, around in spans.items()
            if part != wider and around[0] <= span[0] and span[1] <= around[1]
            if not (span == around and part > wider) and wider not in above.get(part, ())
        )

    def completed(self, partition: Partition) -> tuple[str, ...]:
        """The names by which a figure declares parts that are at most their parent to be all of it."""
        if partition.kind not in {"disjoint", "exhaustive_with_rest"}:
            return ()
        own = f"{self.name}.{partition.name}"
        top = [each for each in self.partitions if each.parent == TOTAL and each.kind != "overlapping"]
        return (own, self.name) if top == [partition] else (own,)

    def label(self, code: str, language: str = "en") -> str:
        """The words a person reads for a code; the code itself when the list has none."""
        row = self.rows.get(code, {})
        return row.get(f"label_{language}") or row.get("label_en") or code

    def is_area(self, code: str, areas: "CodeList") -> bool:
        """Whether a code has the label of an area, as countries have that are citizenships or destinations too."""
        return self is not areas and self.label(code) in areas.labels

    @cached_property
    def labels(self) -> frozenset[str]:
        """The labels of all codes, in English."""
        return frozenset(self.label(code) for code in self.rows)

    @cached_property
    def countries(self) -> dict[str, str]:
        """Of a list of areas, the code of each country by its code of three letters."""
        return {row["alpha_3"]: code for code, row in self.rows.items() if row.get("alpha_3")}

    def check(self, code: str) -> str:
        """The code itself.

        An area's code may extend one of the list, and names a part of that area: by a slash and any words, as in
        ``PE-LAM/CHICLAYO``, or by a hyphen, as in ``PE-140101``; but not where the list itself has codes of that form,
        or nearly that code, for the area's parts: there it is a slip of one of them.

        Raises:
            CodeError: the list has no such code; the message names the nearest ones, also by label.
        """
        if code in self.rows or self._is_part(code):
            return code
        near = ", ".join(map(repr, self._near(code))) or "none yet"
        own = self.own or (self.files[0] if self.files else None)
        says = f"{self.name}: expected a code of {self.name}.csv such as {near}, got {code!r}."
        if own and own.is_relative_to(_SHIPPED):  # nobody edits an installed package
            raise CodeError(
                f"{says} Use one of them, or add a line to checks/codelists/{self.name}.added.csv of a project of your "
                "own, which `cuadra init` makes."
            )
        raise CodeError(f"{says} Use one of them, or add a line to {own or f'{self.name}.csv'}.")

    def _is_part(self, code: str) -> bool:
        if self.name != AREA:
            return False
        known, slash, words = code.partition("/")
        if slash:
            return bool(words.strip()) and (known in self.rows or self._is_part(known))
        if not _PART.fullmatch(code):
            return False
        ends = [end for end, sign in enumerate(code) if sign == "-" and code[:end] in self.rows]
        if not ends or _form(code) in self._forms.get(code[: ends[-1]], ()):
            return False
        # PE-LIMA is a slip of PE-LIM, whatever its length; PE-140101 is a part of its own.
        if not code[ends[-1] + 1 :].isalpha():
            return True
        listed = [each for each in self.rows if each.startswith(code[: ends[-1] + 1])]
        return not difflib.get_close_matches(code, listed, n=1, cutoff=0.85)

    @cached_property
    def _forms(self) -> dict[str, set[str]]:
        """The forms of the codes of the list that extend another of it, by that other."""
        forms: dict[str, set[str]] = {}
        for code in self.rows:
            for end in (end for end, sign in enumerate(code) if sign == "-"):
                forms.setdefault(code[:end], set()).add(_form(code))
        return forms

    def _near(self, code: str) -> list[str]:
        labels = {
            label.casefold(): own for own, row in self.rows.items() for key, label in row.items() if key[:6] == "label_"
        }
        if exact := labels.get(code.casefold()):
            return [exact]
        close = [own for label, own in labels.items() if code.casefold() in label.split()][:3]
        close += difflib.get_close_matches(code, list(self.rows), n=3, cutoff=0.6)
        close += [labels[label] for label in difflib.get_close_matches(code.casefold(), list(labels), n=2, cutoff=0.75)]
        return list(dict.fromkeys(close))[:5] or list(self.rows)[:5]


def read(name: str, folders: Sequence[Path], known_registers: Iterable[str] = ()) -> CodeList | None:
    """The code list of this name in the layers, the base first; none where no layer has it.

    Args:
        name: of the list, which is the name of its file without ending.
        folders: the ``codelists`` folder of each layer.
        known_registers: codes of registers of the layers before the last; lines that the last layer adds to a
            partition do not reach into them.

    Raises:
        CodeError: a file that is no code list; the message names the file and the fix.
    """
    found: CodeList | None = None
    for folder in folders:
        whole, added = folder / f"{name}.csv", folder / f"{name}.added.csv"
        if whole.exists():
            found = _list(name, _rows(whole), whole, replaced=found.files if found else ())
        if added.exists():
            found = _with_added(name, found, _rows(added), added, tuple(known_registers))
    if found is None:
        return None
    _check_parents(found)
    _ = found.nested  # refuses bands whose ends are no numbers
    last = folders[-1]
    return replace(found, own=last / (f"{name}.csv" if (last / f"{name}.csv").exists() else f"{name}.added.csv"))


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            rows = list(reader)
            header = list(reader.fieldnames or ())
    except OSError as error:
        raise CodeError(f"{path}: expected a file that can be read, got {error.strerror}. Give read rights.") from error
    except UnicodeDecodeError as error:
        raise CodeError(f"{path}, byte {error.start}: expected UTF-8, got another encoding. Save it so.") from error
    except csv.Error as error:
        raise CodeError(f"{path}: expected CSV, got {error}. Correct that line.") from error
    if "code" not in header or len(set(header)) < len(header):
        raise CodeError(f"{path}, line 1: expected a header with `code`, each column once, got {header[:5]!r}.")
    for line, row in enumerate(rows, start=2):
        if None in row or None in row.values() or not row["code"].strip():
            raise CodeError(f"{path}, line {line}: expected {len(header)} cells and a code, got another. Correct it.")
    return rows


def _list(name: str, rows: Sequence[Row], path: Path, replaced: tuple[Path, ...] = ()) -> CodeList:
    codes: dict[str, Row] = {}
    for row in rows:
        codes.setdefault(row["code"], row)
    return CodeList(name, codes, _partitions(name, rows, path), (path,), replaced)


def _partitions(name: str, rows: Sequence[Row], path: Path) -> tuple[Partition, ...]:
    made: dict[tuple[str, str], Partition] = {}
    for row in rows:
        if not row.get("partition"):
            if row.get("parent"):
                raise CodeError(
                    f"{path}, code {row['code']!r}: expected `partition` and `kind` beside `parent`, got a parent "
                    f"alone. Name the division by which it is a part, and one of {', '.join(KINDS)}."
                )
            continue
        parent, partition, kind = row.get("parent", ""), row["partition"], row.get("kind", "")
        scope = tuple((row.get("registers") or "").split()), tuple((row.get("sources") or "").split())
        where = f"{path}, partition {partition!r}"
        if kind not in KINDS:
            raise CodeError(f"{where}: expected kind one of {', '.join(KINDS)}, got {kind!r}. Correct the file.")
        before = made.get((parent, partition), Partition(partition, parent, kind, (), *scope))
        if (before.kind, before.registers, before.sources) != (kind, *scope):
            raise CodeError(
                f"{where}: expected one kind and one scope for all parts of {parent!r}, got two. "
                "Give the second partition a name of its own."
            )
        if row["code"] in before.parts:
            raise CodeError(f"{where}: expected each part once, got {row['code']!r} twice. Remove one line.")
        made[parent, partition] = replace(before, parts=(*before.parts, row["code"]))
    return tuple(made.values())


def _with_added(
    name: str, found: CodeList | None, rows: Sequence[Row], path: Path, known_registers: tuple[str, ...]
) -> CodeList:
    added = _list(name, rows, path)
    if found is None:
        return added
    if again := [code for code in added.rows if code in found.rows and not _adds_partition(added, found, code)]:
        raise CodeError(
            f"{path}: expected codes that {found.files[0]} does not have, got {again[0]!r}. Remove the line, or "
            f"write a whole list {name}.csv."
        )
    partitions = {(each.parent, each.name): [each] for each in found.partitions}
    for each in added.partitions:
        partitions[each.parent, each.name] = _joined(partitions.get((each.parent, each.name)), each, known_registers)
    made = [each for both in partitions.values() for each in both]
    return CodeList(name, {**found.rows, **added.rows}, tuple(made), (path, *found.files), found.replaced)


def _joined(before: list[Partition] | None, added: Partition, known_registers: tuple[str, ...]) -> list[Partition]:
    """A partition with more parts: in registers that were known before, it stays as it was."""
    if before is None:
        return [added]
    *others, last = before
    more = replace(last, parts=(*last.parts, *added.parts))
    if last.registers or last.sources or not known_registers:
        return [*others, more]
    return [*others, replace(last, registers=known_registers), replace(more, other_than=known_registers)]


def _adds_partition(added: CodeList, found: CodeList, code: str) -> bool:
    """Whether a line puts a code that is known into a partition of its own."""
    mine = {(p.parent, p.name) for p in added.partitions if code in p.parts}
    return bool(mine) and all(code not in p.parts for p in found.partitions if (p.parent, p.name) in mine)


_PART = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)+")


def _form(code: str) -> str:
    """How a code is written, whatever its letters and digits: AA-999999."""
    return re.sub("[a-z]", "a", re.sub("[A-Z]", "A", re.sub(r"\d", "9", code)))


_BAND = re.compile(r"Y(?:(\d+)(?:T(\d+))?|_(GE|GT|LT|LE)(\d+))")
"""A code of SDMX for an age or a stretch of years: Y14, Y12T17, Y_GE18, Y_LT15."""


def _span(code: str, row: Row, path: Path | str) -> tuple[float, float] | None:
    """The first and the last of what a band spans, by its row or else its code; none of what is no band."""
    ends = (row.get("from") or "").strip(), (row.get("to") or "").strip()
    if any(ends):
        try:
            span = float(ends[0] or "-inf"), float(ends[1] or "inf")
        except ValueError:
            span = math.nan, math.nan
        if not span[0] <= span[1]:
            raise CodeError(
                f"{path}, code {code!r}: expected numbers in `from` and `to`, the lower first, "
                f"got {ends[0]!r} and {ends[1]!r}. "
                "Correct the line; leave one empty where the band is open."
            )
        return span
    if not (band := _BAND.fullmatch(code)):
        return None
    if band[1]:
        span = int(band[1]), int(band[2] or band[1])
        return span if span[0] <= span[1] else None
    limit = int(band[4])
    return {"GE": (limit, math.inf), "GT": (limit + 1, math.inf), "LT": (0, limit - 1), "LE": (0, limit)}[band[3]]


def _above(partitions: Iterable[Partition]) -> dict[str, set[str]]:
    """Everything that each code is part of by these partitions, near or far."""
    above: dict[str, set[str]] = {}
    for each in partitions:
        for part in each.parts:
            above.setdefault(part, set()).add(each.parent)
    found = {}
    for code in above:
        reached: set[str] = set()
        last = {code}
        while last := {parent for each in last for parent in above.get(each, ())} - reached:
            reached |= last
        found[code] = reached
    return found


def _check_parents(found: CodeList) -> None:
    for each in found.partitions:
        if each.parent not in found.rows:
            raise CodeError(
                f"{found.files[0]}, partition {each.name!r}: expected a parent that the list has, got "
                f"{each.parent!r}. Add a line for it, or correct the parent."
            )
    for code, reached in _above(found.partitions).items():
        if code in reached:
            raise CodeError(
                f"{found.files[0]}: expected parts below their parents, got {code!r} above itself. "
                "Correct the column `parent`."
            )
