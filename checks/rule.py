"""Rules: named statements about quantities that must hold. Most follow from the code lists; the others are TOML."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError, model_validator

from cuadra.checks import codelist
from cuadra.checks.observation import BLOCK, BREAKDOWNS, QUANTITY

FOLDER = Path(__file__).parent / "rules"
Severity = Literal["error", "warning", "note"]
Text = Annotated[StrictStr, Field(min_length=1)]


class RuleError(Exception):
    """A rule that cannot be used; the message is one line that names the file and the rule."""


class Term(BaseModel):
    """One quantity of a stated rule: the columns it fixes, how often it counts, and from how many years before."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    register_: Text | None = Field(default=None, alias="register")
    indicator: Text | None = None
    ref_area: Text | None = None
    sex: Text | None = None
    age: Text | None = None
    citizenship: Text | None = None
    exploitation: Text | None = None
    means: Text | None = None
    times: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] = 1.0
    years_before: Annotated[int, Field(ge=0, le=50)] = 0

    def fixed(self) -> dict[str, str]:
        """The columns of the quantity that this term fixes, with their codes."""
        columns = {column: getattr(self, "register_" if column == "register" else column, None) for column in QUANTITY}
        return {column: code for column, code in columns.items() if code is not None}


class Stated(BaseModel):
    """A stated rule: left is at most, at least or equal to right; each side a sum of terms, or a number."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sentence: Text
    sentence_es: Text
    severity: Severity
    reason: Text
    source: Text
    left: Annotated[tuple[Term, ...], Field(min_length=1)]
    is_: Literal["at most", "at least", "equal to"] = Field(alias="is")
    right: tuple[Term, ...] = ()
    number: Annotated[float, Field(allow_inf_nan=False, ge=-(2**53), le=2**53)] = 0.0

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
        totals = {column: "_T" for term in terms for column in term.fixed() if column in BREAKDOWNS}
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


def load_rules(folder: Path = FOLDER) -> list[Rule]:
    """All rules: those that follow from the code lists, then those stated in the folder's TOML files.

    Raises:
        RuleError: a file is no TOML of rules, names an unknown code, or repeats a name.
    """
    rules = {rule.name: rule for rule in _derived()}
    for path in sorted(folder.glob("*.toml")):
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise RuleError(f"{path.name}: expected UTF-8 TOML, got {error}. Mend that line.") from error
        for name, entry in table.items():
            if name in rules:
                raise RuleError(f"{path.name}, rule {name!r}: expected a name of its own, got one in use. Rename it.")
            rules[name] = _stated(path.name, name, entry)
    return list(rules.values())


def _stated(file: str, name: str, entry: Any) -> Rule:
    try:
        stated = Stated.model_validate(entry)
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(map(str, problem["loc"])) or "entry"
        raise RuleError(
            f"{file}, rule {name!r}, {place}: expected {problem['msg'].lower()}, got {ascii(problem['input'])[:60]}. "
            "A rule compares sums of quantities: no products, no divisions."
        ) from error
    for term in (*stated.left, *stated.right):
        for column, code in term.fixed().items():
            try:
                codelist.load(column).check(code)
            except codelist.CodeError as error:
                raise RuleError(f"{file}, rule {name!r}: {error}") from error
    return Rule(name, stated.sentence, stated.sentence_es, stated.severity, file, stated.reason, stated)


def partition_rule(name: str, partition: codelist.Partition) -> str:
    """The name of the rule that a partition of the code list gives."""
    parent = "total" if partition.parent == "_T" else partition.parent.lower()
    verb = {"exhaustive": "make", "disjoint": "at_most", "overlapping": "each_at_most"}[partition.kind]
    parts = "parts" if partition.name in {name, "form", "means"} else f"{partition.name}_parts"
    return f"{name}_{parts}_{verb}_{parent}"


def _derived() -> list[Rule]:
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
            "period_within_period",
            "A period counts at most as much as a longer one around it.",
            "Un período cuenta como máximo lo que cuenta otro más largo que lo contiene.",
            origin="periods",
        ),
        Rule(
            "periods_make_year",
            "The parts of a year make the year.",
            "Las partes de un año suman el año.",
            origin="periods",
        ),
        Rule(
            "regions_make_country",
            "The regions of a country make the country.",
            "Las regiones de un país suman el país.",
            origin="ref_area.csv",
        ),
    ]
    says = {
        "exhaustive": ("The parts by {en} make {parent}.", "Las partes por {es} suman {padre}."),
        "disjoint": (
            "The parts by {en} together are at most {parent}.",
            "Las partes por {es} juntas no superan {padre}.",
        ),
        "overlapping": ("Each part by {en} is at most {parent}.", "Cada parte por {es} no supera {padre}."),
    }
    spanish = {
        "sex": "sexo",
        "age": "edad",
        "citizenship": "nacionalidad",
        "exploitation": "explotación",
        "means": "medio",
    }
    for column in BREAKDOWNS:
        codes = codelist.load(column)
        for partition in codes.partitions:
            total = partition.parent == "_T"
            words = {
                "en": column,
                "es": spanish[column],
                "parent": "the total" if total else f"“{codes.label(partition.parent)}”",
                "padre": "el total" if total else f"«{codes.label(partition.parent, 'es')}»",
            }
            english, other = says[partition.kind]
            rules.append(
                Rule(
                    partition_rule(column, partition),
                    english.format(**words),
                    other.format(**words),
                    origin=f"{column}.csv",
                )
            )
    return rules
