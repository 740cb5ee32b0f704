"""A relation that does not hold, as a page shows it: its two sides in printed words, and its rows on one axis."""

import math
from collections.abc import Mapping, Sequence

from cuadra.checks.codelist import TOTAL
from cuadra.flows.pages.chart import Chart, Line, chart
from cuadra.flows.pages.links import at_words
from cuadra.flows.pages.reader import Reader, Row, short
from cuadra.flows.pages.within import is_within
from cuadra.flows.words import finding
from cuadra.flows.words.finding import LEFT
from cuadra.flows.words.interval import interval, whole
from cuadra.flows.words.number import number
from cuadra.flows.words.quantity import breakdowns, quantity
from cuadra.flows.words.sentence import listed

ADDENDS = 6
"""At most so many addends are printed in a sentence; the rest is counted. The table has them all."""

ROWS = 40
"""At most so many rows of one relation are drawn."""


class Relation:
    """One finding for pages. ``figures`` are those it rests on, by id, as `Reader.figures` gives them."""

    def __init__(self, row: Row, reader: Reader, figures: Mapping[str, Row], suspects: Sequence[str] = ()) -> None:
        self.row, self.reader, self.figures = row, reader, figures
        self.suspects = frozenset(suspects)
        self.is_count = finding.is_count(row, reader.topic)
        self.share = next((term for term in row["terms"] if not term["coefficient"]), None)
        self.sides = {
            "left": [term for term in row["terms"] if term["side"] in LEFT],
            "right": [term for term in row["terms"] if term["side"] not in LEFT and term is not self.share],
        }

    @property
    def about(self) -> str:
        """What it is about, in labels."""
        return quantity(self.row, self.reader.topic, self.reader.language)

    def heading(self) -> str:
        """That both sides cannot stand beside each other, or hardly do."""
        key = "relation.fails" if self.row["verdict"] == "fails" else "relation.doubtful"
        key = "relation.unusual" if self.is_unusual else key
        return self.reader.say(key, left=self.side("left"), right=self.side("right"))

    @property
    def is_unusual(self) -> bool:
        """Whether it breaks a rule of plausibility, so that it is possible whatever the words mean."""
        return finding.is_unusual(self.row)

    def ends(self, side: str) -> tuple[float, float]:
        """The least and the most of one side."""
        return finding.of_side(self.row, side, self.reader.topic)

    @property
    def gap(self) -> float:
        """How far the sides are apart; zero of a doubt."""
        gap = float(self.row["gap"] or 0.0)
        return float(math.ceil(gap - 1e-6)) if self.is_count and math.isfinite(gap) else gap

    def suspect_side(self) -> str | None:
        """The side on which the suspects are; none where they are on both, or on none."""
        found = {side for side, terms in self.sides.items() if any(self._suspected(term) for term in terms)}
        if self.share is not None and self._suspected(self.share):
            found.add("right")
        return found.pop() if len(found) == 1 else None

    def keys(self, side: str) -> list[str]:
        """The figures of one side, also those behind what nobody prints."""
        terms = [*self.sides[side], *([self.share] if side == "right" and self.share else [])]
        return [key for term in terms for key in self._ids(term) or self._behind(term)]

    def holds_suspect(self) -> bool:
        """Whether a suspect is among its figures."""
        return any(self._suspected(term) for term in self.row["terms"])

    def _suspected(self, term: Row) -> bool:
        return bool(self.suspects.intersection(self._ids(term) or self._behind(term, with_bases=True)))

    def _behind(self, term: Row, *, with_bases: bool = False) -> list[str]:
        """The figures behind a quantity that nobody prints: of its parts, and the shares stated of it."""
        names = self.reader.topic.names
        found = []
        for key, figure in self._unprinted():
            if all(term[name] in {TOTAL, figure[name]} for name in names):
                found.append(key)
                if with_bases and (base := self._base(figure)):
                    found.append(base)
        return found

    def _around(self, term: Row) -> list[str]:
        """The counts among its figures of a part of what nobody prints, or of more than it: they bound it."""
        topic, counts = self.reader.topic, self._counts()
        return [
            key
            for key, each in self._unprinted()
            if each["unit"] in counts and (is_within(each, term, topic) or is_within(term, each, topic))
        ]

    def _unprinted(self) -> list[tuple[str, Row]]:
        """The figures that it rests on and that are none of its terms."""
        printed = {key for each in self.row["terms"] for key in each["observations"].split()}
        keys = [key for key in (self.row["observations"] or "").split() if key in self.figures and key not in printed]
        return [(key, self.figures[key]) for key in keys]

    def _base(self, figure: Row) -> str | None:
        """The figure that a share is stated of: the one it names, or the only one of a whole around it."""
        if figure["unit"] in self._counts():
            return None
        if figure["share_base"]:
            return str(figure["share_base"])
        names = self.reader.topic.names
        wider = [
            key
            for key, each in self._unprinted()
            if each["unit"] in self._counts() and all(each[name] in {TOTAL, figure[name]} for name in names)
        ]
        return wider[0] if len(wider) == 1 else None

    def is_alone(self, key: str, side: str) -> bool:
        """Whether a figure by itself is one side of it."""
        terms = self.sides[side]
        return len(terms) == 1 and key in self._ids(terms[0]) and not (side == "right" and self.share)

    def prints(self, key: str, side: str) -> bool:
        """Whether a figure is among those of one side, and not behind what nobody prints."""
        shares = [self.share] if side == "right" and self.share is not None else []
        return any(key in self._ids(term) for term in [*self.sides[side], *shares])

    def side(self, side: str, most: int = ADDENDS) -> str:
        """One side in printed words, without places, and at most so many addends: “222” + “832” = 1,054."""
        say, language, terms = self.reader.say, self.reader.language, self.sides[side]
        if side == "right" and self.share is not None:
            whole_ = " / ".join(self.words(term) for term in terms) or "–"
            return say("relation.share", share=self.words(self.share), whole=whole_)
        texts = [self._factor(term, is_one=len(terms) == 1) for term in terms[:most]]
        if self.row["rule"] == "one_value":
            return listed(language, "explanation.or", texts)
        if len(terms) == 1:
            return texts[0]
        if len(terms) > most:
            texts.append(say("relation.more", count=len(terms) - most))
        added = listed(language, "cause.plus", texts)
        return say("relation.sum", addends=added, sum=self._interval(self.ends(side)))

    def words(self, term: Row) -> str:
        """The printed words of a term, each once; its interval where nobody prints it."""
        keys = self._ids(term)
        ends = (term["lower"], term["upper"])
        mine = [key for key in keys if (self.figures[key]["lower"], self.figures[key]["upper"]) == ends]
        said = list(dict.fromkeys(self.figures[key]["says"] for key in mine or keys))
        quoted = [self._quoted({"says": each}) for each in said[:3]]
        return listed(self.reader.language, "page.relation.or", quoted) or self._interval(self._term_ends(term))

    def _ids(self, term: Row) -> list[str]:
        return [key for key in term["observations"].split() if key in self.figures]

    def _factor(self, term: Row, *, is_one: bool) -> str:
        factor, words = abs(term["coefficient"]), self.words(term)
        is_several = len({self.figures[key]["says"] for key in self._ids(term)}) > 1
        words = f"({words})" if is_several and not is_one and self.row["rule"] != "one_value" else words
        if factor == 1 or self.row["rule"] == "share_of_whole":
            return words
        return f"{number(factor, self.reader.language)} × {words}"

    def _term_ends(self, term: Row) -> tuple[float, float]:
        ends = self._as_taken(term)
        return whole(*ends) if self.is_count else ends

    def _as_taken(self, row: Row) -> tuple[float, float]:
        """What words entail; in a doubt what a reader takes them for, since that is what does not agree."""
        prefix = "" if self.row["verdict"] == "fails" else "likely_"
        return row[f"{prefix}lower"], row[f"{prefix}upper"]

    def chart(self, extra: Sequence[Line] = (), most: int = ROWS) -> Chart:
        """Its rows on one axis: a row each printed number, one for a sum, and what others say beside it.

        At most so many rows of a side are drawn, with those of suspects; the rest is counted in one.
        """
        lines, suspect_side = [], self.suspect_side()
        totals: dict[str, int] = {}
        for side in ("left", "right"):
            terms = self.sides[side]
            made = [line for term in terms for line in self._lines(term)]
            if side == "right" and self.share is not None:
                made = [self._of_share(line) for line in self._lines(self.share)]
            first = sorted(range(len(made)), key=lambda at: made[at].kind != "suspect")[:most]
            lines += [made[at] for at in sorted(first)]
            is_sum = len(terms) > 1 and self.row["rule"] != "one_value" and not (side == "right" and self.share)
            if rest := [line for at, line in enumerate(made) if at not in first]:
                lines.append(self._rest(rest, is_sum=is_sum))
            if is_sum:
                kind = "suspect" if side == suspect_side else "sum"
                text = self._interval(self.ends(side))
                lines.append(Line(self.reader.say("relation.together"), text, *self.ends(side), kind=kind))
            totals[side] = len(lines) - 1
        if self.row["rule"] == "one_value" and suspect_side is None:
            return chart([*lines, *extra], self.reader.language)
        from_side = suspect_side or "left"
        other = "right" if from_side == "left" else "left"
        gap = self._gap(totals[from_side], self.ends(from_side), self.ends(other))
        return chart([*lines, *extra], self.reader.language, band=self.ends(other), gap=gap)

    def _rest(self, lines: Sequence[Line], *, is_sum: bool) -> Line:
        """A row in place of others: what they add up to, or from the least to the most of them."""
        lower, upper = [line.lower for line in lines], [line.upper for line in lines]
        ends = (math.fsum(lower), math.fsum(upper)) if is_sum else (min(lower), max(upper))
        return Line(self.reader.say("relation.more", count=len(lines)), self._interval(ends), *ends, kind="derived")

    def _of_share(self, line: Line) -> Line:
        """The row of a share, with the whole that it is of, which may be what is suspected."""
        if any(self._suspected(term) for term in self.sides["right"]):
            line.kind = "suspect"
        ends = self._interval((line.lower, line.upper))
        line.text = self.reader.say("relation.reads", says=self.side("right"), interval=ends)
        return line

    def _gap(self, line: int, mine: tuple[float, float], band: tuple[float, float]) -> tuple[int, float, float] | None:
        if not self.gap:
            return None
        return (line, mine[1], band[0]) if mine[1] < band[0] else (line, mine[0], band[1])

    def _lines(self, term: Row) -> list[Line]:
        """A row for each printed number of a term, with all who print it; one row where nobody does."""
        by_words: dict[str, list[str]] = {}
        for key in self._ids(term):
            by_words.setdefault(self.figures[key]["says"], []).append(key)
        what = self._what(term)
        if not by_words:
            ends = self._term_ends(term)
            label = self.reader.say("relation.derived", quantity=what)
            kind = "suspect" if self._suspected(term) else "derived"
            who = [self._who(key, with_words=True) for key in (self._behind(term) or self._around(term))[:4]]
            return [Line(label, self._interval(ends), *ends, kind=kind, who=who)]
        lines = []
        for keys in by_words.values():
            figure = self.figures[keys[0]]
            is_same = figure["unit"] in self.reader.topic.units_of("count", "amount") and len(by_words) > 1
            ends = self._as_taken(figure) if is_same else self._term_ends(term)
            kind = "suspect" if self.suspects.intersection(keys) else "plain"
            shown = self._interval(ends)
            quoted = self._quoted(figure)
            is_plain = figure["is_withheld"] or (ends[0] == ends[1] and figure["unit"] in self._counts())
            text = quoted if is_plain else self.reader.say("relation.reads", says=quoted, interval=shown)
            lines.append(Line(what, text, *ends, kind=kind, who=[self._who(key) for key in keys[:4]]))
        return lines

    def _counts(self) -> tuple[str, ...]:
        return self.reader.topic.units_of("count", "amount")

    def _who(self, key: str, *, with_words: bool = False) -> tuple[str | None, str]:
        figure = self.figures[key]
        url = at_words(figure["url"], figure["anchor"], figure["says"], figure["locator"])
        at = self.reader.at(figure["source"], figure["locator"])
        if not with_words:
            return url, at
        says, base = self._quoted(figure), self.figures.get(self._base(figure) or "")
        if base is not None:
            says = self.reader.say("relation.share", share=says, whole=self._quoted(base))
        return url, self.reader.say("likely.bare", says=says, at=at)

    def _interval(self, ends: tuple[float, float]) -> str:
        lower, upper = ends
        if lower < upper and math.isfinite(lower) and math.isfinite(upper):
            return self.reader.say("relation.range", lower=lower, upper=upper)
        return interval(lower, upper, self.reader.language)

    def _quoted(self, figure: Row) -> str:
        return self.reader.say("quoted", says=short(figure["says"], 60))

    def _what(self, term: Row) -> str:
        """In what a term differs from what the finding is about; else the indicator."""
        topic, language = self.reader.topic, self.reader.language
        mine = [name for name in breakdowns(term, topic, language) if name not in breakdowns(self.row, topic, language)]
        apart = {
            name: term[name]
            for name in ("indicator", "ref_area", "time_period", "register")
            if term[name] != self.row.get(name)
        }
        if mine or apart:
            named = quantity({**apart, "register": None}, topic, language) if apart else ""
            register = self.reader.label("register", apart["register"]) if "register" in apart else ""
            return ", ".join(filter(None, [*mine, named, register]))
        return ", ".join([self.reader.label("indicator", term["indicator"]), *breakdowns(term, topic, language)])
