"""The observations that printed figures make, as a person writes them down in a TOML file or a table."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from cuadra.checks import period
from cuadra.checks.column import can_be_complete
from cuadra.checks.observation import columns
from cuadra.checks.topic import Topic
from cuadra.sources import entry, reading
from cuadra.sources.article_model import Article, Figure
from cuadra.sources.readers import figures
from cuadra.sources.readers.languages import refused
from cuadra.sources.source import Parsed, SourceError

NOT_STATED = "_U"
_WHOLE = {"percent": 100, "ratio": 1}
NUMBERS = ("value", "lower", "upper", "likely_lower", "likely_upper")


class Ground(NamedTuple):
    """What every row of one reading has: the source's name, the snapshot, the topic, the default area, the day."""

    name: str
    sha256: str
    topic: Topic
    area: str | None = None
    today: date | None = None


def observations(article: Article, ground: Ground, lines: Sequence[str] = (), places: Sequence[int] = ()) -> Parsed:
    """One observation per figure, in the contract's columns.

    ``lines`` says where each figure is written down, for messages; without it, by its number in the TOML file, or by
    ``places`` where some of its figures are left out.

    Raises:
        SourceError: an unknown code, an unreadable number, a share without base, a figure given twice; its ``lines``
            are all of these.
    """
    rows: list[dict[str, Any]] = []
    ids: dict[str, str] = {}
    seen: dict[str, str] = {}
    faults: dict[str, list[str]] = {}
    file = lines[0].partition(", line")[0] if lines else f"{ground.name}.toml"
    for fault in _of_article(article, ground):
        faults.setdefault(fault, []).append(f"{file}, ")
    try:
        mark, notes = reading.notation(article, article.figures, article.language, ground.topic)
    except figures.UnreadableFigureError as error:
        raise entry.all_of([*_in_lines(faults), f"{file}, {error}"]) from error
    article = article.model_copy(update={"decimal": mark})
    warnings = [f"{file}: {note}" for note in notes]
    for place, figure in enumerate(article.figures, start=1):
        written = lines[place - 1] if lines else f"{ground.name}.toml, figure {places[place - 1] if places else place}"
        where = f"{written} ({figure.says!r} at {figure.at})"
        if wrong := [*_of_codes(article, figure, ground.topic), *_of_words(figure, ground.today)]:
            for fault in wrong:
                faults.setdefault(fault, []).append(f"{where}, ")
            continue
        try:
            row = _row(article, figure, ground, ids)
        except figures.UnreadableFigureError as error:
            is_language = error.code == "language"  # the same of every figure, whatever its words
            faults.setdefault(refused(article.language) if is_language else str(error), []).append(f"{where}: ")
            continue
        except entry.EntryError as error:
            faults.setdefault(str(error), []).append(f"{where}, ")
            continue
        key = ground.topic.observation_id(row)
        first = (
            next((each["says"] for each in rows if ground.topic.observation_id(each) == key), "") if key in seen else ""
        )
        for fault in _again(figure, key, seen, ids, first):
            faults.setdefault(fault, []).append(f"{where}: ")
        if row["time_period"] == NOT_STATED:
            warnings.append(f"{where}: the text states no period, so it is compared with no other figure.")
        elif not faults and period.parse(figure.period).start > entry.last_day(row["published"]):
            warnings.append(
                f"{where}: the period {figure.period} begins after {row['published']}, when it was published. Is it a "
                "forecast, or a slip?"
            )
        if figure.id:
            ids[figure.id] = key
        seen.setdefault(key, written)
        rows.append(row)
    if faults:
        raise entry.all_of(_in_lines(faults))
    _trace(article.figures, rows, ids, [*seen], [*seen.values()])
    frame = pd.DataFrame(rows, columns=list(columns(ground.topic))).astype(dict.fromkeys(NUMBERS, "float64"))
    anchors = tuple(figure.anchor for figure in article.figures)
    return Parsed(frame, rows_in=len(rows), warnings=tuple(warnings), anchors=anchors if any(anchors) else ())


def _in_lines(faults: Mapping[str, Sequence[str]]) -> list[str]:
    """A line for each fault, where it is first, with how many more figures have the very same."""
    return [
        f"{places[0]}{fault}" + (f" (And {len(places) - 1} more figures.)" if len(places) > 1 else "")
        for fault, places in faults.items()
    ]


def _of_article(article: Article, ground: Ground) -> Iterator[str]:
    """What is wrong with the facts of an article, each in one line."""
    checks = [
        partial(entry.check_published, article.published, ground.today),
        partial(entry.check_address, article.url),
        *(partial(entry.check_words, key, getattr(article, key)) for key in ("title", "publisher")),
    ]
    yield from _failed(checks)


def _of_words(figure: Figure, today: date | None) -> Iterator[str]:
    """What is wrong with the words of a figure that are no number, each in one line."""
    checks = [partial(entry.check_words, "at", figure.at)]
    if figure.published is not None:
        checks.append(partial(entry.check_published, figure.published, today))
    yield from _failed(checks)


def _of_codes(article: Article, figure: Figure, topic: Topic) -> Iterator[str]:
    """The codes of a figure, or of its article, that their lists do not have, each in one line."""
    given = {
        "status": ("obs_status", figure.status),
        "register": ("register", figure.register_ or article.register_),
        "indicator": ("indicator", figure.indicator),
        "area": ("ref_area", figure.area or article.area),
    } | {name: (name, str(getattr(figure, f"code_{name}"))) for name in topic.names}
    yield from _failed(
        partial(entry.check_code, key, name, code, topic) for key, (name, code) in given.items() if code is not None
    )
    if figure.period != NOT_STATED:
        try:
            period.parse(figure.period)
        except period.PeriodError as error:
            yield str(error)


def _failed(checks: Iterable[Callable[[], None]]) -> Iterator[str]:
    for check in checks:
        try:
            check()
        except entry.EntryError as error:
            yield str(error)


def _row(article: Article, figure: Figure, ground: Ground, ids: Mapping[str, str]) -> dict[str, Any]:
    topic = ground.topic
    area = figure.area or article.area or ground.area
    if area is None:
        raise entry.EntryError(
            'area: expected a code, got none. Add `area = "…"` to the file, to the figure or to cuadra.toml.'
        )
    quantity = {
        "register": figure.register_ or article.register_ or ground.name,
        "indicator": figure.indicator,
        "ref_area": area,
        "time_period": figure.period,
    } | {name: getattr(figure, f"code_{name}") for name in topic.names}
    read, unit = reading.of_figure(figure, article, article.language, topic)
    if figure.share_of and unit in _WHOLE and read.hard.lower > _WHOLE[unit]:
        raise entry.EntryError(
            f"says: expected at most the whole, got {figure.says!r} of it. If it is a change, write "
            'unit = "percent_change" without share_of; if not, correct the words.'
        )
    complete = article.complete if figure.complete is None else figure.complete
    if unknown := [each for each in complete if each not in (known := can_be_complete(topic))]:
        raise entry.EntryError(
            f"complete: expected divisions whose parts do not overlap, {', '.join(known)}, got {unknown[0]!r}. "
            "Correct it."
        )
    return quantity | {
        "source": ground.name,
        "vintage": str(article.published),
        "snapshot": ground.sha256,
        "unit": unit,
        "says": figure.says,
        "value": read.value,
        "lower": read.hard.lower,
        "upper": read.hard.upper,
        "likely_lower": read.likely.lower,
        "likely_upper": read.likely.upper,
        "qualifier": read.qualifier,
        "share_of": _share_of(figure, unit, quantity, topic),
        "share_base": _share_base(figure, ids),
        "complete": " ".join(complete),
        "obs_status": figure.status,
        "locator": figure.at,
        "said_by": figure.said_by or article.said_by or article.publisher,
        "published": str(figure.published or article.published),
        "series": figure.series or article.series,
        "repeats": None,
        "computed_from": None,
    }


def _share_of(figure: Figure, unit: str, quantity: Mapping[str, str], topic: Topic) -> str | None:
    is_rate = topic.units[unit].kind == "rate"
    if not is_rate and topic.units[unit].kind != "share":
        if figure.share_of:
            raise entry.EntryError(
                "share_of: expected a percentage, ratio or rate, got a count. Drop share_of, or correct `says`."
            )
        return None
    if is_rate and not figure.share_of:
        return None
    if not figure.share_of:
        raise entry.EntryError(
            'share_of: expected the whole it is a share of, got none. Add e.g. share_of = { age = "_T" }.'
        )
    parts = []
    for column, code in sorted(figure.share_of.items()):
        if column not in quantity:
            raise entry.EntryError(
                f"share_of: expected columns among {', '.join(quantity)}, got {column!r}. Correct it."
            )
        if column in topic.names:
            entry.check_code("share_of", column, code, topic)
        if quantity[column] == code and not is_rate:
            raise entry.EntryError(
                f"share_of: expected a whole other than the part, got {column} = {code!r} twice. Correct it."
            )
        parts.append(f"{column}={code}")
    return ";".join(parts)


def _again(figure: Figure, key: str, seen: Mapping[str, str], ids: Mapping[str, str], first: str) -> Iterator[str]:
    """What a figure says that one before it has said; ``first`` are the words of that one."""
    if key in seen and first != figure.says:
        yield (
            f"expected what it differs by from {first!r} ({seen[key]}), got the same breakdowns, period and area for "
            "both. Name it, or delete one."
        )
    elif key in seen:
        yield (
            f"expected each figure once, got a second one about the same quantity at the same place; the first is "
            f"{seen[key]}. Delete one, or give the place more exactly."
        )
    if figure.id and figure.id in ids:
        yield f"expected each id once, got {figure.id!r} again. Give one figure another."


def _trace(
    figures: Sequence[Figure],
    rows: Sequence[dict[str, Any]],
    ids: Mapping[str, str],
    keys: Sequence[str],
    lines: Sequence[str],
) -> None:
    """Name the figures that each figure was computed from, which it has by their ``id`` or else by their words.

    ``keys`` are the names of all figures here in their order, ``lines`` where each is written down.

    Raises:
        SourceError: there is no such other figure here, or several.
    """
    by_words: dict[str, list[str]] = {}
    for key, figure in zip(keys, figures, strict=True):
        by_words.setdefault(figure.says, []).append(key)
    for place, (figure, row) in enumerate(zip(figures, rows, strict=True)):
        named = [[ids[name]] if name in ids else by_words.get(name, []) for name in figure.from_]
        for name, found in zip(figure.from_, named, strict=True):
            if len(found) != 1 or found == [keys[place]]:
                got = "itself" if found == [keys[place]] else f"{len(found) or 'no'} figures {name!r}"
                raise SourceError(
                    f"{lines[place]} ({figure.says!r} at {figure.at}), from: expected the `id` or the words of one "
                    f"other figure here, got {got}. Give that figure `id`, and name it so."
                )
        row["computed_from"] = " ".join(key for (key,) in named) or None


def _share_base(figure: Figure, ids: Mapping[str, str]) -> str | None:
    if figure.share_of_figure is None:
        return None
    if figure.share_of_figure not in ids:
        raise entry.EntryError(
            f"share_of_figure: expected the id of an earlier figure, got {figure.share_of_figure!r}. "
            "Give that figure `id`, and put it first."
        )
    return ids[figure.share_of_figure]
