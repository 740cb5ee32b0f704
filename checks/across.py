"""Rules between tables of figures: between periods, and between areas."""

from cuadra.checks.topic import Topic

_OVER_TIME = (
    (
        "period_within_period", "sum at_most", "A period counts at most as much as a longer one around it.",
        "Un período cuenta como máximo lo que cuenta otro más largo que lo contiene.",
    ),
    ("periods_make_year", "sum", "The parts of a year make the year.", "Las partes de un año suman el año."),
    (
        "periods_at_most_year", "at_most", "The parts of a year together are at most the year.",
        "Las partes de un año juntas no superan el año.",
    ),
    (
        "periods_make_period", "sum", "Periods that follow one another make the longer period that they fill.",
        "Los períodos consecutivos suman el período más largo que llenan.",
    ),
    (
        "periods_at_most_period", "sum at_most", "Separate periods together are at most a longer one around them.",
        "Los períodos separados juntos no superan otro más largo que los contiene.",
    ),
)  # fmt: skip
"""Rules between periods: name, of which indicators, and the sentence in English and Spanish."""


def rules(topic: Topic) -> list[tuple[str, str, str, str]]:
    """The rules by which some indicator of the topic adds: name, origin, and the sentence in English and Spanish."""
    over_time = {each.over_time for each in topic.indicators.values()}
    over_areas = {each.over_areas for each in topic.indicators.values()}
    overlaps = any(each.kind == "overlapping" for each in topic.code_list("ref_area").partitions)
    found = [
        (
            "period_is_period",
            "periods",
            "Two ways to write one period mean the same.",
            "Dos maneras de escribir un mismo período significan lo mismo.",
        )
    ]
    found += [
        (name, "periods", english, spanish)
        for name, adds, english, spanish in _OVER_TIME
        if over_time & set(adds.split())
    ]
    if "sum" in over_areas:
        found.append(
            (
                "regions_make_country",
                "ref_area.csv",
                "The regions of a country make the country.",
                "Las regiones de un país suman el país.",
            )
        )
    if "at_most" in over_areas:
        found.append(
            (
                "regions_at_most_country",
                "ref_area.csv",
                "The regions of a country together are at most the country.",
                "Las regiones de un país juntas no superan el país.",
            )
        )
    if overlaps and over_areas & {"sum", "at_most"}:
        found.append(
            (
                "regions_each_at_most_country",
                "ref_area.csv",
                "Each region of a country is at most the country.",
                "Cada región de un país no supera el país.",
            )
        )
    return found
