import re
from itertools import product

import pytest

from cuadra.flows.pages.render import HERE

STYLE = (HERE / "style.css").read_text(encoding="utf-8")
WORDS = ("text", "quiet", "link", "bad", "maybe", "good")


def palettes():
    return [dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", block)) for block in re.findall(r":root\{([^}]*)\}", STYLE)]


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(each * 2 for each in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_there_is_a_light_and_a_dark_palette():
    light, dark = palettes()

    assert light.keys() == dark.keys()


@pytest.mark.parametrize("palette", palettes())
def test_words_can_be_read_on_every_ground(palette):
    low = [(word, on) for word, on in product(WORDS, ("page", "soft")) if contrast(palette[word], palette[on]) < 4.5]

    assert low == []


@pytest.mark.parametrize("palette", palettes())
def test_marks_can_be_told_from_the_page_and_from_what_would_fit(palette):
    marks = [
        (mark, on)
        for mark, on in product(("text", "bad"), ("page", "band"))
        if contrast(palette[mark], palette[on]) < 3
    ]

    assert marks == []
