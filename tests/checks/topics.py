"""Topics of one's own for tests: the base, and one layer of files."""

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from cuadra.checks import topic
from cuadra.checks.observation import NUMBERS, columns
from cuadra.checks.rule import load_rules
from cuadra.checks.topic import Topic
from cuadra.checks.verdicts.confront import Confrontation, confront

PARTY = """code,label_en,label_es,parent,partition,kind,registers,sources
_T,all parties,todos los partidos,,,,,
RED,Red,Rojo,_T,party,exhaustive,,
BLUE,Blue,Azul,_T,party,exhaustive,,
_U,not stated,no consta,_T,party,exhaustive,,
"""
INDICATOR = "code,label_en,label_es,unit,over_time,over_areas\nvotes,votes,votos,count,sum,sum\n"
SCREENED = pytest.mark.parametrize("screen_from", [pytest.param(0, marks=pytest.mark.slow), 10**9])
"""Without setting aside first what plainly holds, and with it; test_screen shows that the answers are the same."""

TOML = '[breakdown.party]\nlabel = { en = "party", es = "partido" }\n'


def own(folder: Path, toml: str = TOML, **lists: str) -> Topic:
    """The base and a layer with these code lists; parties and votes where nothing else is said."""
    (folder / "codelists").mkdir(parents=True, exist_ok=True)
    (folder / "topic.toml").write_text(toml, encoding="utf-8")
    for name, text in ({"party": PARTY, "indicator": INDICATOR} | lists).items():
        (folder / "codelists" / f"{name.replace('__', '.')}.csv").write_text(text, encoding="utf-8")
    return topic.load([topic.SHIPPED["base"], folder], "own")


def votes(of: Topic, value: float | tuple[float, float], **given: Any) -> dict[str, Any]:
    """One figure of a topic: a number or an interval, about all votes of 2018 unless told otherwise."""
    lower, upper = value if isinstance(value, tuple) else (value, value)
    row = dict.fromkeys(columns(of), "x") | dict.fromkeys(of.names, "_T")
    row |= {
        "source": "s",
        "register": "s",
        "indicator": "votes",
        "ref_area": "US",
        "time_period": "2018",
        "unit": "count",
    }
    row |= {"says": str(value), "value": lower, "lower": lower, "upper": upper}
    row |= {"likely_lower": lower, "likely_upper": upper, "qualifier": "exact", "share_of": None, "share_base": None}
    return row | {"complete": "", "obs_status": "A", "series": None, "repeats": None, "computed_from": None} | given


def frame(of: Topic, *rows: dict[str, Any]) -> pd.DataFrame:
    """The figures as observations, called o0, o1, …"""
    made = pd.DataFrame(list(rows), columns=list(columns(of))).astype(dict.fromkeys(NUMBERS, "float64"))
    return made.assign(observation_id=[f"o{number}" for number in range(len(rows))])


def confronted(of: Topic, *rows: dict[str, Any], screen_from: int = 10**9) -> Confrontation:
    """The verdicts of a topic's rules on a few of its figures."""
    con = duckdb.connect()
    con.register("figures", frame(of, *rows))
    return confront(con, of, load_rules(of), "figures", screen_from=screen_from)


def verdicts(of: Topic, *rows: dict[str, Any], screen_from: int = 10**9) -> dict[str, set[str]]:
    """The verdicts that each rule gives, without those that do not apply."""
    tally = confronted(of, *rows, screen_from=screen_from).tally.set_index("rule").drop(columns="source")
    found = {
        rule: {name for name, count in counts.items() if count and name != "not_applicable"}
        for rule, counts in tally.groupby("rule").sum().iterrows()
    }
    return {rule: names for rule, names in found.items() if names}
