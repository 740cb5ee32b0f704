import re

import pytest

from cuadra.flows.pages.render import HERE
from cuadra.flows.words.vocabulary import vocabulary

CODE = "\n".join(path.read_text(encoding="utf-8") for path in [*HERE.glob("*.py"), *HERE.glob("templates/*.html")])
CODE += (HERE.parent / "commands" / "page.py").read_text(encoding="utf-8")
MADE = tuple(
    each for found in re.findall(r"""['"]([a-z_.]+[._])['"] ~|["']([a-z_.]+[._])\{""", CODE) for each in found if each
)
KEYS = sorted({re.sub(r"\.(one|many)$", "", key) for key in vocabulary("en") if key.startswith("page.")})


@pytest.mark.parametrize("key", KEYS)
def test_text_of_pages_is_used(key):
    short = key.removeprefix("page.").removesuffix(".headline")

    assert re.search(rf"""["'](page\.)?{re.escape(short)}["'.]""", CODE) or short.startswith(MADE)
