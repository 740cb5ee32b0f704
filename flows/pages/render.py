"""Pages as text: templates filled in, with everything that others wrote as text and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from cuadra.flows.pages.links import relative
from cuadra.flows.pages.reader import Reader
from cuadra.flows.words.number import number
from cuadra.flows.words.plain import plain

HERE = Path(__file__).parent
ASSETS = ("style.css", "page.js")


@dataclass(frozen=True)
class Page:
    """One page: where it is in the site, its kind, its template and what that is filled in with."""

    path: str
    kind: str
    template: str
    title: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Frame:
    """What all pages of one language share: its pages by kind, the other languages, and the words at the foot."""

    reader: Reader
    nav: Sequence[Mapping[str, str]]
    languages: Sequence[str]
    footer: str


def render(page: Page, frame: Frame) -> str:
    """The page as HTML."""
    reader = frame.reader
    others = [
        {"language": each, "href": relative(page.path, page.path.replace(f"{reader.language}/", f"{each}/", 1))}
        for each in frame.languages
        if each != reader.language
    ]
    return _environment().get_template(page.template).render(
        **page.facts, title=page.title, path=page.path, kind=page.kind, language=reader.language,
        nav=frame.nav, alternates=others, footer=frame.footer, hides=reader.hides,
        below=reader.topic.small_counts.below, t=reader.say, has_script=page.kind == "front",
        href=lambda there: relative(page.path, there),
    )  # fmt: skip


@pass_context
def _printed(context: Context, value: Any) -> Any:
    """What stands between {{ and }}: text in one line that does not act, numbers as the language writes them."""
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return plain(value)
    return number(value, context["language"]) if isinstance(value, int) and not isinstance(value, bool) else value


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
