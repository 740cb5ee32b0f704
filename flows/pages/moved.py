"""What is left at an address whose page is elsewhere: it leads there, so that what was cited is found."""

from collections.abc import Iterator
from html import escape

from cuadra.flows.causes import accepted, corrected
from cuadra.flows.pages.links import relative
from cuadra.flows.pages.reader import Reader
from cuadra.flows.words.quantity import quantity

_FINDINGS = "SELECT finding FROM cause_finding WHERE cause = $cause ORDER BY finding"


def over(reader: Reader, most: int) -> Iterator[tuple[str, str]]:
    """What is left at the address of a cause that is over."""
    for row in reader.rows(
        "SELECT cause.cause, block.*, cell.* FROM cause LEFT JOIN block USING (block) LEFT JOIN cell USING (cell) "
        "WHERE NOT cause.is_open ORDER BY cause.last_run DESC, cause.cause LIMIT $most",
        most=most,
    ):
        path = f"{reader.language}/cause/{row['cause']}.html"
        about = quantity(row, reader.topic, reader.language)
        keys = [each["finding"] for each in reader.rows(_FINDINGS, cause=row["cause"])]
        kept, changed = accepted(reader.con, keys), corrected(reader.con, keys)
        text = reader.say("cause.over_text", about=about)
        if kept:
            text = reader.say("cause.over_accepted", about=about, until=reader.date(str(kept[0]["until"])))
        elif changed:
            text = reader.say("cause.over_corrected", about=about, sources=", ".join(changed))
        yield path, moved(f"{reader.language}/index.html", reader.language, reader.say("cause.over"), text, path, 30)


def moved(  # noqa: PLR0913, PLR0917 - what stands on it
    target: str, language: str, heading: str, text: str, here: str, seconds: int = 0
) -> str:
    """A page that leads to another one, by itself where the reader's program does so."""
    href = escape(relative(here, target), quote=True)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self'\">\n"
        f'<meta http-equiv="refresh" content="{seconds}; url={href}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(heading)}</title>\n<link rel="stylesheet" href="{relative(here, "style.css")}">\n</head>\n'
        f'<body>\n<main class="wrap">\n<h1>{escape(heading)}</h1>\n<p><a href="{href}">{escape(text)}</a></p>\n'
        "</main>\n</body>\n</html>\n"
    )
