"""Police reports of trafficking in Peru, station by station and month by month, as answers to a form.

The producer is the Ministry of the Interior (MININTER, "Base de datos Trata de personas"); the regional government of
Lambayeque carries its part: https://github.com/gorelambayeque/datasets-lambayeque. CSV with ``;``, XLSX and JSON say
the same. One row is one answer of one form. Traps: totals stand among the answers (``F1_TOTAL``, ``EM_EF_TOTAL``,
``EF_SUB TOTAL``, …); nearly every form is given twice, under two names of a category; some forms are incomplete; a
question dropped in 2022 is empty, which is not zero.
"""

from pathlib import Path

import pandas as pd

from cuadra.checks.observation import ROW
from cuadra.checks.topic import shipped
from cuadra.sources import labels, rows
from cuadra.sources.readers.table import read_table
from cuadra.sources.source import Parsed, Snapshot, Source, SourceError

_LABELS = labels.load(Path(__file__).parent)
_QUESTION = "Denuncias por comision"
_COLUMNS = (
    "ANIO", "MES", "CCDD", "DEPARTAMENTO", "PROVINCIA", "DISTRITO", "COMISARIA", "categoria", _QUESTION, "Valor",
)  # fmt: skip
_FORM = ["ANIO", "MES", "DEPARTAMENTO", "PROVINCIA", "DISTRITO", "COMISARIA"]
_IGNORED = "-"
_QUESTIONS = {
    "F2": "places", "T": "within the country or beyond", "C": "how the victim was recruited",
    "P4": "who the trafficker is to the victim", "P5": "who reports",
}  # fmt: skip
"""The questions that no breakdown holds, by how their answers begin: only their totals are read."""


def parse(snapshot: Snapshot) -> Parsed:
    """One observation per answer of a complete form, once; its area is the station as printed, below its region.

    Answers that no breakdown holds (places, who reports, …), those given again and empty ones are ignored on purpose;
    forms that lack questions are quarantined, all their answers.

    Raises:
        SourceError: another table, or a question or region that ``codes.csv`` does not have.
    """
    answers = read_table(snapshot.path, SOURCE.name, _COLUMNS, delimiter=";")
    code = _LABELS.known("question", answers[_QUESTION])
    _LABELS.known("ref_area", answers["DEPARTAMENTO"])
    _check_periods(answers)
    is_again = answers.duplicated([*_FORM, _QUESTION, "Valor"])
    reason = _unreadable(answers)
    is_kept = reason.eq("") & ~is_again
    is_empty = is_kept & answers["Valor"].eq("")
    is_other = is_kept & ~is_empty & code.eq(_IGNORED)
    is_used = is_kept & ~is_empty & ~is_other
    is_broken = reason.ne("") & ~is_again
    return Parsed(
        rows.observations(SOURCE, snapshot, _figures(answers[is_used], code[is_used]), shipped()),
        rows.quarantined(SOURCE, snapshot, answers[is_broken], reason[is_broken], _place(answers[is_broken])),
        rows.ignored(SOURCE, snapshot, {
            "given twice": is_again.sum(), "no answer, the question was dropped": is_empty.sum(),
            "questions that no breakdown holds": is_other.sum(),
        }),
        rows_in=len(answers),
        warnings=(f"{SOURCE.name}: {is_again.sum():,} answers are given twice; each is counted once.",)
        if is_again.any() else (),
    )  # fmt: skip


def _check_periods(answers: pd.DataFrame) -> None:
    is_month = answers["ANIO"].str.fullmatch(r"20\d\d") & answers["MES"].str.fullmatch(r"0?[1-9]|1[0-2]")
    if not is_month.all():
        bad = answers[~is_month].iloc[0]
        raise SourceError(
            f"{SOURCE.name}, row {bad.name}: expected a year and a month, got {bad['ANIO']!r} and {bad['MES']!r}. "
            "The producer changed the table: correct the source."
        )


def _unreadable(answers: pd.DataFrame) -> "pd.Series[str]":
    """Why an answer cannot be used, or nothing."""
    asked = answers.groupby(_FORM)[_QUESTION].transform("nunique")
    reason = pd.Series("", index=answers.index)
    reason[~rows.is_count(answers["Valor"]) & answers["Valor"].ne("")] = "not_a_count"
    reason[asked < len(_LABELS.codes["question"])] = "form_incomplete"
    return reason


def _figures(answers: pd.DataFrame, code: "pd.Series[str]") -> pd.DataFrame:
    """What each answer says, in our codes; one that is given twice and differs keeps both figures."""
    place, again = _place(answers), answers.groupby([*_FORM, _QUESTION]).cumcount()
    figures = pd.DataFrame(
        {
            "indicator": "police_reports",
            "ref_area": _area(answers),
            "time_period": _month(answers),
            "unit": "count",
            "says": answers["Valor"],
            # A form states its total under several questions; only one question answered twice is a doubt.
            "repeats": answers.duplicated([*_FORM, _QUESTION], keep=False).map({True: ROW, False: None}),
            "locator": place.where(again.eq(0), place + "|" + (again + 1).astype(str)),
        }
    )
    for breakdown in shipped().names:
        figures[breakdown] = code.str.extract(rf"\b{breakdown}=(\S+)", expand=False).fillna("_T")
    return figures.sort_values("locator")


def _area(answers: pd.DataFrame) -> "pd.Series[str]":
    area: pd.Series[str] = answers["DEPARTAMENTO"].map(_LABELS.codes["ref_area"])
    return area.str.cat(answers[["PROVINCIA", "DISTRITO", "COMISARIA"]], sep="/")


def _month(answers: pd.DataFrame) -> "pd.Series[str]":
    return answers["ANIO"] + "-M" + answers["MES"].str.zfill(2)


def _place(answers: pd.DataFrame) -> "pd.Series[str]":
    """The form and the question, which name an answer in every edition and format."""
    return _month(answers) + "|" + _area(answers) + "|" + answers[_QUESTION]


SOURCE = Source(
    name="mininter_tratasdp",
    title="Base de datos Trata de personas, Lambayeque",
    publisher="MININTER",
    register="PNP_REPORTS",
    url="https://github.com/gorelambayeque/datasets-lambayeque",
    parse=parse,
    published="2023",
    language="es",
    licence="ODbL",
    rows_max=2_000_000,
    enabled=False,
    ignores={f"{start}_*": f"no breakdown holds {what}" for start, what in _QUESTIONS.items()},
)
