"""Anyone's figures as observations: few columns and names of their own; what is not said has a default."""

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import pandas as pd

from cuadra.checks.observation import NULLABLE, NUMBERS, columns, wrong
from cuadra.checks.topic import Topic, shipped

NEEDED = ("indicator", "ref_area", "time_period")
"""What has no default: figures that do not say it are about nothing."""


class FiguresError(ValueError):
    """Figures that cannot be checked; the message is one line that names the row, the column and the fix."""


def named(topic: Topic | str) -> Topic:
    """The topic itself, or the one of this name that comes with cuadra."""
    return shipped(topic) if isinstance(topic, str) else topic


def observations(
    figures: Any, topic: Topic, names: Mapping[str, str | None] | None = None, **of_all: str
) -> pd.DataFrame:
    """The figures in the contract's columns, one row per figure in the order given, its index from 0.

    Args:
        figures: a frame of pandas or polars, a table of Arrow, or a relation of DuckDB. Its columns are some of the
            contract's: ``value``, or ``lower`` and ``upper``, what each figure is about, and whatever else is known.
        topic: what they are about.
        names: the contract's name of each column that is called otherwise; none for one that is left out on purpose.
        of_all: what is the same of all figures, such as ``ref_area="PE"``.

    Raises:
        FiguresError: no such kind of frame, a column that is not known or is missing, a value that is missing, a code
            that its list does not have.
    """
    made = completed(figures, topic, names, **of_all)
    for name in ("lower", "upper"):
        if made[name].isna().any():
            place = int(made[name].isna().to_numpy().argmax())
            raise FiguresError(
                f"figures, row {place}, {'value' if made['upper'].isna()[place] else name}: expected a number, got "
                "none. Leave the row out, or give its bounds in `lower` and `upper`."
            )
    found = wrong(made, topic)
    for column, place, said in found[:1]:
        more = f" ({len(found)} values are wrong.)" if len(found) > 1 else ""
        raise FiguresError(f"figures, row {place}, {column}: {said}{more}")
    return made


def completed(figures: Any, topic: Topic, names: Mapping[str, str | None] | None = None, **of_all: str) -> pd.DataFrame:
    """The same, with nothing looked at yet but that the columns are there: whether they keep the contract is open.

    Raises:
        FiguresError: no such kind of frame, a column that is not known or is missing, a number that is none.
    """
    given = _renamed(_frame(figures), topic, names or {}, of_all)
    if lost := [name for name in NEEDED if name not in given]:
        raise FiguresError(
            f"figures: expected columns indicator, ref_area, time_period, got none for {', '.join(lost)}. "
            f'Name yours in `names`, or say it of all figures: {lost[0]}="…".'
        )
    return _texts(_numbers(given), topic)[[*columns(topic)]]


def _frame(figures: Any) -> pd.DataFrame:
    """The figures as a frame of pandas, whatever they came in; none of these libraries need be there."""
    if isinstance(figures, pd.DataFrame):
        return figures.reset_index(drop=True)
    if isinstance(figures, duckdb.DuckDBPyRelation):
        rows = pd.DataFrame(figures.fetchall(), columns=figures.columns, dtype=object)
        return rows.infer_objects()
    if hasattr(figures, "collect") and not hasattr(figures, "get_columns"):
        figures = figures.collect()  # a lazy frame of polars
    if hasattr(figures, "get_columns"):
        return pd.DataFrame({each.name: each.to_list() for each in figures.get_columns()})
    if hasattr(figures, "to_pydict"):
        return pd.DataFrame(figures.to_pydict())
    raise FiguresError(
        f"figures: expected a frame of pandas or polars, a table of Arrow or a relation of DuckDB, "
        f"got {type(figures).__name__}. Give one of them."
    )


def _renamed(
    frame: pd.DataFrame, topic: Topic, names: Mapping[str, str | None], of_all: Mapping[str, str]
) -> pd.DataFrame:
    known = columns(topic)
    if strange := [name for name in names if name not in frame]:
        raise FiguresError(
            f"figures, names: expected columns of the frame such as {_few(frame)}, got {strange[0]!r}. Correct it."
        )
    made = frame.rename(columns=lambda name: names.get(name) or name)
    made = made.drop(columns=[name for name, own in names.items() if own is None])
    if unknown := [name for name in (*made, *of_all) if name not in known]:
        raise FiguresError(
            f"figures: expected columns among {', '.join(known)}, got {unknown[0]!r}. Name what it is in `names`, "
            f"or leave it out on purpose: names={{{unknown[0]!r}: None}}."
        )
    if twice := [name for name in known if [*made, *of_all].count(name) > 1]:
        raise FiguresError(f"figures: expected each column once, got {twice[0]!r} twice. Say it once.")
    return made.assign(**of_all)


def _numbers(given: pd.DataFrame) -> pd.DataFrame:
    """The five numbers of each figure, from its value or its bounds; a figure without either is refused."""
    has = [name for name in NUMBERS if name in given]
    if "value" not in has and not {"lower", "upper"} <= {*has}:
        raise FiguresError(
            "figures: expected a column `value`, or `lower` and `upper`, got neither. Name yours in `names`; "
            "cuadra.sources.interval reads printed words."
        )
    made = given.copy()
    for name in has:
        try:
            made[name] = pd.to_numeric(given[name].astype(object)).astype("float64")
        except (TypeError, ValueError) as error:
            place = next(n for n, each in enumerate(given[name]) if not _is_number(each))
            raise FiguresError(
                f"figures, row {place}, {name}: expected a number, got {given[name].iloc[place]!r}. "
                "cuadra.sources.interval reads printed words."
            ) from error
    if "value" not in has:
        made["value"] = made["lower"].where(made["lower"].eq(made["upper"]))
    for side in ("lower", "upper"):
        made[side] = made[side].fillna(made["value"]) if side in has else made["value"]
        likely = f"likely_{side}"
        made[likely] = made[likely].fillna(made[side]) if likely in has else made[side]
    return made


def _is_number(value: object) -> bool:
    try:
        pd.to_numeric(pd.Series([value], dtype=object))
    except (TypeError, ValueError):
        return False
    return True


def _texts(made: pd.DataFrame, topic: Topic) -> pd.DataFrame:
    """The texts of each figure as they are given, or else their defaults; what is given and missing stays missing."""
    has = set(made)
    rows = range(len(made))
    is_exact = made["lower"].eq(made["upper"])
    units = {code: each.unit for code, each in topic.indicators.items()}
    texts = {name: made[name].map(_text) for name in columns(topic) if name in has and name not in NUMBERS}
    source = texts.get("source", pd.Series("figures", made.index))
    defaults: dict[str, Any] = {
        **dict.fromkeys(topic.names, "_T"),
        "source": source, "register": source, "said_by": source,
        "vintage": "1", "snapshot": "", "published": "", "complete": "", "obs_status": "A",
        "unit": texts["indicator"].map(lambda code: units.get(code, "count")),
        "says": [_number(low) if low == high else f"{_number(low)} to {_number(high)}"
                 for low, high in zip(made["lower"], made["upper"], strict=True)],
        "qualifier": is_exact.map({True: "exact", False: "between"}),
        "locator": [f"row {row}" for row in rows],
        **dict.fromkeys(NULLABLE, None),
    }  # fmt: skip
    del defaults["value"]
    return pd.DataFrame(
        {**{name: made[name] for name in NUMBERS},
         **{name: pd.Series(texts.get(name, defaults.get(name)), made.index, dtype="str") for name in columns(topic)
            if name not in NUMBERS}}
    )  # fmt: skip


def _text(value: Any) -> str | None:
    """A cell as text: a year given as a number is the year, and what is missing is missing."""
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _number(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else f"{value}"


def _few(names: Iterable[object]) -> str:
    return ", ".join(repr(name) for name, _ in zip(names, range(5), strict=False))
