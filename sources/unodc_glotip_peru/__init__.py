"""Peru's rows of UNODC's data set on trafficking in persons, 2017 to 2020, as a small file of figures.

The producer's page: https://dataunodc.un.org/dp-trafficking-persons. Detected victims, totals and by sex and age.
Trap kept on purpose: for 2019 the total printed is 509 (Peru's police reports), beside 907 female and 147 male
victims, which are the 1,054 of the police directorate. There "female" and "male" are of all ages.
The whole workbook is read by `cuadra.sources.unodc_glotip`; it supersedes this file once it is loaded.
"""

from pathlib import Path

from cuadra.sources.figure_table import parse_table
from cuadra.sources.source import Parsed, Snapshot, Source

_FILE = Path(__file__).parent / "figures.csv"


def parse(snapshot: Snapshot) -> Parsed:
    """One observation per line of the file: a printed cell of the workbook."""
    return parse_table(snapshot, SOURCE.name, published=SOURCE.published)


SOURCE = Source(
    name="unodc_glotip_peru",
    title="Global Report on Trafficking in Persons, data: Peru 2017-2020",
    publisher="UNODC",
    register="GLOTIP",
    url="https://dataunodc.un.org/dp-trafficking-persons",
    parse=parse,
    file=_FILE,
    published="2024",
    cadence="yearly",
    rows_min=10,
    rows_max=200,
)
