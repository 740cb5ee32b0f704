"""A cause on a page: both numbers, who prints them, what is likely with its arithmetic, every relation it breaks."""

from collections.abc import Mapping, Sequence
from typing import Any

from cuadra.flows.pages import likely
from cuadra.flows.pages.chart import Line, Strip, strip
from cuadra.flows.pages.links import around, at_words, outside, relative
from cuadra.flows.pages.masked import masked
from cuadra.flows.pages.reader import Reader, Row, short
from cuadra.flows.pages.relation import ROWS, Relation
from cuadra.flows.words import finding
from cuadra.flows.words.number import number
from cuadra.flows.words.quantity import list_label, quantity
from cuadra.flows.words.rule import rule_sentence
from cuadra.flows.words.sentence import say

RELATIONS = 12
"""At most so many relations of one cause are drawn; the rest is counted, and in the table."""

SHOWN = 3
"""At most so many addends are in a headline."""

QUOTES = 12
"""At most so many printed words are quoted around their figures."""


class Cause:
    """A cause for pages, as `cuadra.flows.causes.read_causes` gives it; ``sums`` are the printed sums of its block."""

    def __init__(self, row: Row, reader: Reader, figures: Mapping[str, Row], sums: Sequence[Row] = ()) -> None:
        self.row, self.reader, self.figures, self.sums = row, reader, figures, sums
        self.key, self.kind = row["cause"], row["kind"]
        self.address = self.path
        self.suspects = [key for key in row["observations"].split() if key in figures]
        self.relations = [Relation(masked(each, reader), reader, figures, self.suspects) for each in row["evidence"]]
        self.relations.sort(key=lambda each: (each.suspect_side() is None, not each.holds_suspect(), -each.gap))
        self.is_masked = any(each.row["is_masked"] for each in self.relations) or row["block"] in reader.hidden_blocks
        self.answers = [
            each
            for each in likely.answers([relation.row["finding"] for relation in self.relations], reader)
            if each["observation_id"] in figures
        ]

    @property
    def main(self) -> Relation:
        """The relation to show first: of the suspect by itself, then the widest."""
        return self.relations[0]

    @property
    def path(self) -> str:
        """Where its page is, for good; ``address`` is where it is read, which may be the page of its area."""
        return f"{self.reader.language}/cause/{self.key}.html"

    @property
    def area(self) -> str:
        """The country that it is about."""
        return str(self.subject.get("ref_area") or "").partition("-")[0]

    @property
    def subject(self) -> Row:
        """What it is about: the quantity of its suspect, or of its widest finding."""
        return self.row if self.row.get("indicator") else self.main.row

    @property
    def about(self) -> str:
        """The same in words, with its register."""
        return quantity(self.subject, self.reader.topic, self.reader.language)

    def headline(self) -> str:
        """Both numbers, and that they do not go together."""
        say, main = self.reader.say, self.main
        subject = quantity({**self.subject, "register": None}, self.reader.topic, self.reader.language)
        side = main.suspect_side()
        is_doubt = self.row["verdict"] != "fails"
        if side and not is_doubt and len(self.suspects) == 1 and main.is_alone(self.suspects[0], side):
            says = say("quoted", says=short(self.figures[self.suspects[0]]["says"], 60))
            other = main.side("right" if side == "left" else "left", SHOWN)
            return say("cause.headline.one", says=says, quantity=subject, other=other)
        first, last = ("right", "left") if side == "right" and not is_doubt else ("left", "right")
        left, right = main.side(first, SHOWN), main.side(last, SHOWN)
        if side and not is_doubt and (behind := [key for key in self.suspects if not main.prints(key, side)]):
            quoted = [say("quoted", says=short(self.figures[key]["says"], 60)) for key in behind[:1]]
            left = say("cause.headline.behind", side=left, says=quoted[0])
        return say(
            f"cause.headline.{'unusual' if main.is_unusual else 'doubt' if is_doubt else 'both'}",
            left=left, right=right, quantity=subject,
        )  # fmt: skip

    def lede(self) -> list[str]:
        """Who prints both numbers, how far they are apart, and what stands beside one of them."""
        say, names, gap = self.reader.say, self._publishers(), self.main.gap
        both = sorted(self._names("left") & self._names("right"))[:1]
        said = [say("cause.same_source", source=each) for each in both]
        if not said and names:
            said = [say("cause.other_sources", sources="; ".join(names))]
        if gap and self.row["verdict"] == "fails" and gap != float("inf"):
            said.append(say("cause.apart", gap=gap))
        if both and (other := self._other_side()):
            more = sorted(self._names(other) - {*both})
            said += [say("cause.also_by", number=self.main.side(other), sources="; ".join(more))] if more else []
        for each in self.beside()[:2]:
            said.append(say("cause.beside", whole=each["whole"], sum=each["text"], list=each["list"]))
        return said

    def _other_side(self) -> str | None:
        """The side of its main relation that is not suspected; none where both are, or neither."""
        return {"left": "right", "right": "left"}.get(self.main.suspect_side() or "")

    def _publishers(self) -> list[str]:
        return sorted(self._names("left") | self._names("right"))

    def _names(self, side: str) -> set[str]:
        """What people call the sources of one side of its main relation."""
        return {self.reader.source_name(self.figures[key]["source"]) for key in self.main.keys(side)}

    def beside(self) -> list[Row]:
        """Printed sums that make the number on the side that is not suspected."""
        other = self._other_side()
        if other is None or self.main.row["rule"] != "one_value":
            return []
        ends = self.main.ends(other)
        language, made = self.reader.language, []
        for each in self.sums:
            if (each["total"], each["total"]) != ends or each["block"] != self.row["block"]:
                continue
            labels = [self.reader.label(each["breakdown"], code) for code in each["codes"]]
            text = " + ".join(f"{part} ({label})" for part, label in zip(each["parts"], labels, strict=True))
            of = list_label(each["breakdown"], self.reader.topic, language)
            made.append({**each, "text": text, "list": of})
        return made

    def likely(self) -> dict[str, Any]:
        """What is probably wrong, with its arithmetic: a sentence, and slips each with lines."""
        say = self.reader.say
        if self.main.is_unusual:
            sentence = self._rule(self.main, self.reader.rules)
            return {"sentence": say("likely.unusual", sentence=sentence), "slips": []}
        if self.row["verdict"] != "fails":
            return {"sentence": say("likely.doubt"), "slips": []}
        if not self.answers or self.is_masked:
            text = "" if self.is_masked else finding.in_language(self.row, "likely", self.reader.language)
            return {"sentence": text or say("likely.hidden" if self.is_masked else "likely.none"), "slips": []}
        texts = [self._suspect(each) for each in self.answers[:5]]
        is_one = len({each["answer"] for each in self.answers}) == 1
        key = "likely.one" if is_one else "likely.either"
        named = (" " + say("likely.and") + " " if is_one else " " + say("likely.or") + " ").join(texts)
        found: list[tuple[str, list[str]]] = [(line, []) for line in self._share()]
        for each in self.answers[:2]:
            found += likely.slips(each, self.figures[each["observation_id"]], self.reader)
        return {"sentence": say(key, suspects=named), "slips": found}

    def _share(self) -> list[str]:
        """Which share the part is of its whole, the whole that would fit where that is what is suspected."""
        main = self.main
        if main.share is None or len(main.sides["right"]) != 1 or len(self.answers) != 1:
            return []
        (part, most), whole = main.ends("left"), main.sides["right"][0]
        lower, upper = whole["lower"], whole["upper"]
        if self.answers[0]["observation_id"] in whole["observations"].split():
            lower, upper = self.answers[0]["lower"], self.answers[0]["upper"]
        if part != most or lower != upper or not lower or self.answers[0]["observation_id"] in main.keys("left"):
            return []
        return [self.reader.say("likely.share", part=part, whole=lower, percent=round(100 * part / lower, 1))]

    def _suspect(self, answer: Row) -> str:
        figure = self.figures[answer["observation_id"]]
        fitting = likely.fits(answer, figure, self.reader)
        says = self.reader.say("quoted", says=short(figure["says"], 60))
        at = self.reader.at(figure["source"], figure["locator"])
        text = self.reader.say("likely.suspect" if fitting else "likely.bare", says=says, at=at, fits=fitting)
        others = likely.beside(answer, self.reader)
        return say(self.reader.language, "explanation.beside", suspects=text, others=others) if others else text

    def strip(self) -> Strip:
        """What is printed and what would fit, on one axis from zero; both sides where nothing is suspected."""
        quoted, main = self.reader.say, self.main
        shown = [answer for answer in self.answers[:2] if self.row["verdict"] == "fails" and not self.is_masked]
        counts = self.reader.topic.units_of("count", "amount", "share")
        figures = [self.figures[each["observation_id"]] for each in shown]
        if not figures or any(each["unit"] not in counts or each["is_withheld"] for each in figures):
            names = [main.side("left"), main.side("right")]
            return strip([(name, *main.ends(side)) for name, side in zip(names, ("left", "right"), strict=True)], [])
        printed = []
        for each in figures:
            factor = 100.0 if each["unit"] == "ratio" else 1.0  # as what would fit is given
            words = quoted("quoted", says=short(each["says"], 30))
            printed.append((words, each["lower"] * factor, each["upper"] * factor))
        if len(figures) > 1:
            return strip(printed, [], is_suspect=True)
        fitting = likely.fits(shown[0], figures[0], self.reader)
        band = (self.reader.say("cause.fits", fits=fitting), shown[0]["lower"], shown[0]["upper"])
        return strip(printed, [band] if fitting else [], is_suspect=True)

    def chart(self, most: int = ROWS) -> Any:
        """The rows of its main relation, at most so many a side, with the printed sums that confirm one side."""
        extra = [
            Line(
                each["text"], f"= {number(each['total'], self.reader.language)}", each["total"], each["total"],
                kind="sum", who=[(None, self.reader.source_name(each["source"]))],
            )
            for each in self.beside()
        ]  # fmt: skip
        return self.main.chart(extra, most)

    def quotes(self) -> list[Row]:
        """The printed words around its figures by their places, the suspects first; those of tables without."""
        keys = list(self.suspects)
        for relation in self.relations:
            keys += [key for term in relation.row["terms"] for key in term["observations"].split()]
        for relation in self.relations:
            keys += (relation.row["observations"] or "").split()
        known = [self.figures[key] | {"key": key} for key in dict.fromkeys(keys) if key in self.figures]
        made: dict[tuple[str, str], Row] = {}
        # A cell of a table has no words around it, and is shown where the page is about it.
        sides = [set(self.main.keys(side)) for side in ("left", "right")]
        about = {*self.suspects}.union(
            *(keys for keys in sides if not any(each["anchor"] for each in known if each["key"] in keys))
        )
        shown = [each for each in known if (each["anchor"] or each["key"] in about) and not each["is_withheld"]]
        for figure in shown[:QUOTES]:
            before, after = around(figure["anchor"]) if figure["anchor"] else ("", "")
            at, said_by = self.reader.at(figure["source"], figure["locator"]), short(figure["said_by"] or "", 120)
            place = made.setdefault((at, said_by), {"at": at, "said_by": said_by, "figures": []})
            place["figures"].append({
                "before": short(before, 100).lstrip('"“)'), "after": short(after, 100).rstrip('"”( '),
                "says": short(figure["says"]), "is_suspect": figure["key"] in self.suspects,
                "url": at_words(figure["url"], figure["anchor"], figure["says"], figure["locator"]),
            })  # fmt: skip
        return [*made.values()]

    def related(self) -> list[Row]:
        """Every relation that it breaks, the main one without its rows, which are drawn above."""
        rules = self.reader.rules
        return [
            {
                "heading": each.heading(),
                "rule": self._rule(each, rules), "rule_name": each.row["rule"], "about": each.about,
                "chart": None if count == 0 else each.chart(), "key": each.row["finding"],
                "is_masked": each.row["is_masked"],
            }
            for count, each in enumerate(self.relations[:RELATIONS])
        ]  # fmt: skip

    def _rule(self, relation: Relation, rules: Mapping[str, Any]) -> str:
        found = rules.get(relation.row["rule"])
        if found is not None:
            return rule_sentence(found, self.reader.topic, self.reader.language)
        return finding.in_language(relation.row, "sentence", self.reader.language)

    def ask(self) -> list[Row]:
        """Whom to ask: each publisher of a suspected figure, or of any of the figures where none is suspected."""
        keys = self.suspects or list(self.figures)
        behind = {key for each in self.relations for key in each.row["observations"].split()}
        keys = [key for key in keys if key in behind]
        made: dict[str, Row] = {}
        for key in keys:
            source = self.figures[key]["source"]
            facts = self.reader.sources.get(source, {})
            made.setdefault(source, {
                "name": self.reader.source_name(source), "source": source, "url": outside(facts.get("url")),
                "said_by": short(self.figures[key]["said_by"] or "", 120),
            })  # fmt: skip
        return list(made.values())[:4]

    def summary(self, here: str) -> Row:
        """What the front and areas list of it."""
        subject = self.subject
        return {
            "key": self.key, "is_unusual": self.main.is_unusual,
            "headline": self.headline(), "about": self.about, "href": relative(here, self.address),
            "findings": self.row["findings"], "kind": self.kind, "verdict": self.row["verdict"],
            "likely": self.likely(), "strip": self.strip(), "area": self.area,
            "area_label": self.reader.label("ref_area", self.area) if self.area else "–",
            "register": subject.get("register") or "",
            "register_label": self.reader.label("register", subject.get("register") or "–"),
            "is_masked": self.is_masked, "sources": self._publishers(),
            "since": self.reader.run_dates.get(self.row["first_run"]),
        }  # fmt: skip

    def page(self) -> Row:
        """All that its page shows."""
        return {
            **self.summary(self.path), "title": self.headline(), "lede": self.lede(), "chart": self.chart(),
            "quotes": self.quotes(), "relations": self.related(), "ask": self.ask(),
            "more": max(0, len(self.relations) - RELATIONS), "finding": self.main.row["finding"],
            "acceptable": [each.row["finding"] for each in self.relations[:RELATIONS]],
        }  # fmt: skip
