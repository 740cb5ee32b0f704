"""Rules: named statements about quantities that must hold. Most follow from the code lists; the others are TOML."""

import difflib
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError, create_model, model_validator

from cuadra.checks import across
from cuadra.checks.codelist import CodeError, CodeList, Partition
from cuadra.checks.topic import BLOCK, Topic

Severity = Literal["error", "warning", "note"]
Text = Annotated[StrictStr, Field(min_length=1)]


class RuleError(Exception):
    """A rule that cannot be used; the message is one line that names the file and the rule."""


class Term(BaseModel):
    """One quantity of a stated rule: the columns it fixes, how often it counts, and from how many years before.

    The breakdowns of a topic are further fields (`_stated_model`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    breakdowns: ClassVar[tuple[str, ...]] = ()
    register_: Text | None = Field(default=None, alias="register")
    indicator: Text | None = None
    ref_area: Text | None = None
    times: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] = 1.0
    years_before: Annotated[int, Field(ge=0, le=50)] = 0

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """The fields in the order of the quantity, whatever the topic: the version of a rule is made of them."""
        for name in ("register_", "indicator", "ref_area", *self.breakdowns, "times", "years_before"):
            yield name, getattr(self, name)

    def fixed(self) -> dict[str, str]:
        """The columns of the quantity that this term fixes, with their codes."""
        fields = {"register": self.register_, "indicator": self.indicator, "ref_area": self.ref_area}
        fields |= {name: getattr(self, name) for name in self.breakdowns}
        return {column: code for column, code in fields.items() if code is not None}


class Stated(BaseModel):
    """A stated rule: left is at most, at least or equal to right; each side a sum of terms, or a number."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sentence: Text
    sentence_es: Text
    severity: Severity
    reason: Text
    reason_es: str = ""
    source: Text
    left: Annotated[tuple[Term, ...], Field(min_length=1)]
    is_: Literal["at most", "at least", "equal to"] = Field(alias="is")
    right: tuple[Term, ...] = ()
    number: Annotated[float, Field(allow_inf_nan=False, ge=-(2**53), le=2**53)] = 0.0

    def __reduce__(self) -> tuple[Any, ...]:
        """How it is sent to another process: its model is made anew there, for the breakdowns of its topic."""
        return _stated_again, (type(self.left[0]).breakdowns, self.model_dump(by_alias=True))

    @model_validator(mode="after")
    def terms_are_quantities(self) -> "Stated":
        """Each quantity stands once, so that its coefficient is known, and says what the others say."""
        terms = [*self.left, *self.right]
        for column in BLOCK:
            if len({column in term.fixed() for term in terms}) > 1:
                raise ValueError(f"each term with its {column}, or none")
        seen = [(tuple(sorted(fixed.items())), years) for _, fixed, years in self.quantities()]
        if len(set(seen)) < len(seen):
            raise ValueError("each quantity once; add their `times` instead")
        return self

    def quantities(self) -> list[tuple[float, dict[str, str], int]]:
        """The factor, the fixed columns and the years before of each term; what is right counts negative.

        Where one term fixes a breakdown, the others mean its total.
        """
        terms = [*self.left, *self.right]
        totals = {column: "_T" for term in terms for column in term.fixed() if column in term.breakdowns}
        factors = [term.times for term in self.left] + [-term.times for term in self.right]
        return [(factor, totals | term.fixed(), term.years_before) for factor, term in zip(factors, terms, strict=True)]

    def bounds(self) -> tuple[float, float]:
        """What left less right lies between."""
        return (
            float("-inf") if self.is_ == "at most" else self.number,
            float("inf") if self.is_ == "at least" else self.number,
        )


@dataclass(frozen=True)
class Rule:
    """A rule: its name is its identity, its sentence what a person reads when it fails."""

    name: str
    sentence: str
    sentence_es: str
    severity: Severity = "error"
    origin: str = "code list"
    reason: str = ""
    stated: Stated | None = None

    @property
    def is_plausible(self) -> bool:
        """Whether it only says what is usual: what breaks it is possible, so nothing may follow from it."""
        return self.severity != "error"


@cache
def _stated_model(names: tuple[str, ...]) -> type[Stated]:
    """The model of a stated rule whose terms may fix these breakdowns."""
    fields: dict[str, Any] = dict.fromkeys(names, (Text | None, None))
    term = create_model("Term", __base__=Term, **fields)
    term.breakdowns = names
    terms = tuple[term, ...]  # type: ignore[valid-type]  # made at run time
    sides: dict[str, Any] = {"left": (Annotated[terms, Field(min_length=1)], ...), "right": (terms, ())}
    return create_model("Stated", __base__=Stated, **sides)


def _stated_again(names: tuple[str, ...], said: dict[str, Any]) -> Stated:
    return _stated_model(names).model_validate(said)


def load_rules(topic: Topic) -> list[Rule]:
    """All rules of a topic: those that follow from its code lists, then those stated in ``rules/*.toml`` of its layers.

    A file of a later layer takes the place of one of the same name in an earlier layer.

    Raises:
        RuleError: a file is no TOML of rules, names an unknown code, or repeats a name.
    """
    files: dict[str, Path] = {}
    for folder in topic.folders:
        files |= {path.name: path for path in sorted((folder / "rules").glob("*.toml"))}
    rules = {rule.name: rule for rule in _derived(topic)}
    for _, path in sorted(files.items()):
        for name, entry in _table(path).items():
            if name in rules:
                raise RuleError(f"{path}, rule {name!r}: expected a name of its own, got one in use. Rename it.")
            rules[name] = _stated(topic, path, name, entry)
    return list(rules.values())


def replaced(topic: Topic) -> dict[Path, Path]:
    """Of each file of rules that another of its name stands in for, that other."""
    found: dict[Path, Path] = {}
    last: dict[str, Path] = {}
    for folder in topic.folders:
        for path in sorted((folder / "rules").glob("*.toml")):
            if path.name in last:
                found[last[path.name]] = path
            last[path.name] = path
    return found


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RuleError(f"{path}: expected a file that can be read, got {error.strerror}. Give read rights.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RuleError(f"{path}: expected UTF-8 TOML, got {error}. Correct that line.") from error


def _stated(topic: Topic, path: Path, name: str, entry: Any) -> Rule:
    try:
        stated = _stated_model(topic.names).model_validate(entry)
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(map(str, problem["loc"])) or "entry"
        if said := _of_keys(error, topic.names):
            raise RuleError(f"{path}, rule {name!r}: {said}") from error
        raise RuleError(
            f"{path}, rule {name!r}, {place}: expected {problem['msg'].lower()}, got {ascii(problem['input'])[:60]}. "
            "A rule compares sums of quantities: no products, no divisions."
        ) from error
    for term in (*stated.left, *stated.right):
        for column, code in term.fixed().items():
            try:
                topic.code_list(column).check(code)
            except CodeError as error:
                raise RuleError(f"{path}, rule {name!r}: {error}") from error
    return Rule(name, stated.sentence, stated.sentence_es, stated.severity, path.name, stated.reason, stated)


def _of_keys(error: ValidationError, breakdowns: Sequence[str]) -> str:
    """What is wrong with the keys of a rule: all that it lacks, and those that it cannot have; empty where none is."""
    kinds: dict[str, list[str]] = {"missing": [], "extra_forbidden": []}
    for each in error.errors():
        kinds.get(each["type"], []).append(".".join(map(str, each["loc"])))
    lacks, strange = kinds["missing"], kinds["extra_forbidden"]
    if not lacks and not strange:
        return ""
    known = [*breakdowns, *(f.alias or key for key, f in (*Stated.model_fields.items(), *Term.model_fields.items()))]
    near = {key: difflib.get_close_matches(key.rpartition(".")[2], lacks or known, n=1) for key in strange}
    wanted = ", ".join(f"`{key}`" for key in lacks) or "known keys"
    got = ", ".join(map(repr, strange)) or "none"
    writes = "".join(f"Write `{found[0]}` for `{key}`. " for key, found in near.items() if found)
    then = "Add what is missing." if lacks else "Delete what is no key."
    if not lacks and any("." in key for key in strange):
        then = "A rule compares sums of quantities: no products, no divisions."
    return f"expected {wanted}, got {got}. {writes}{then}"


_VERBS = {
    "exhaustive": ("parts_make", "The parts by {en} make {parent}.", "Las partes por {es} suman {padre}."),
    "exhaustive_with_rest": (
        "parts_with_rest_make",
        "The parts by {en} and a rest that nobody prints make {parent}; without a rest where they are said to be all.",
        "Las partes por {es} y un resto que nadie publica suman {padre}; sin resto donde se dice que son todas.",
    ),
    "disjoint": (
        "parts_at_most",
        "The parts by {en} together are at most {parent}, and make it where they are said to be all.",
        "Las partes por {es} juntas no superan {padre}, y lo suman donde se dice que son todas.",
    ),
    "overlapping": (
        "parts_each_at_most", "Each part by {en} is at most {parent}.", "Cada parte por {es} no supera {padre}."
    ),
}  # fmt: skip
"""Of each kind of partition: what its rule is called, and its sentence in English and Spanish."""


def partition_rule(codes: CodeList, partition: Partition) -> str:
    """The name of the rule that a partition of this code list gives.

    The partition called as its list goes without its name; where none is called so, the first one does.
    """
    names = [each.name for each in codes.partitions]
    plain = codes.name if codes.name in names else names[0]
    own = "" if partition.name == plain else f"{partition.name}_"
    parent = "total" if partition.parent == "_T" else partition.parent.lower()
    return f"{codes.name}_{own}{_VERBS[partition.kind][0]}_{parent}"


def nested_rule(codes: CodeList) -> str:
    """The name of the rule between bands of this code list that lie within one another."""
    return f"{codes.name}_bands_each_at_most_wider"


def _derived(topic: Topic) -> list[Rule]:
    rules = [
        Rule(
            "one_value",
            "Figures of one quantity agree.",
            "Las cifras de una misma cantidad coinciden.",
            origin="several observations",
        ),
        Rule(
            "share_of_whole",
            "A stated share fits its part and its whole.",
            "Una proporción publicada concuerda con su parte y su total.",
            origin="shares",
        ),
        Rule(
            "together",
            "All figures of a group can be true together.",
            "Todas las cifras de un grupo pueden ser ciertas a la vez.",
            origin="connected figures",
        ),
        Rule(
            "rates_agree",
            "Rates of one quantity by two sources agree, unless they are of two estimates of the people.",
            "Las tasas de una misma cantidad de dos fuentes coinciden, si no son de dos estimaciones de población.",
            severity="warning",
            origin="several observations",
        ),
        *(Rule(name, english, spanish, origin=origin) for name, origin, english, spanish in across.rules(topic)),
    ]
    for breakdown in topic.breakdowns:
        codes = topic.code_list(breakdown.name)
        for partition in codes.partitions:
            total = partition.parent == "_T"
            words = {
                "en": breakdown.label.en,
                "es": breakdown.label.of("es"),
                "parent": "the total" if total else f"“{codes.label(partition.parent)}”",
                "padre": "el total" if total else f"«{codes.label(partition.parent, 'es')}»",
            }
            _, english, spanish = _VERBS[partition.kind]
            name = partition_rule(codes, partition)
            rules.append(Rule(name, english.format(**words), spanish.format(**words), origin=f"{breakdown.name}.csv"))
        if codes.nested:
            rules.append(
                Rule(
                    nested_rule(codes),
                    f"A band of {breakdown.label.en} counts at most as much as a wider band around it.",
                    f"Un tramo de {breakdown.label.of('es')} cuenta como máximo lo que otro más ancho que lo contiene.",
                    origin=f"{breakdown.name}.csv",
                )
            )
    return rules
