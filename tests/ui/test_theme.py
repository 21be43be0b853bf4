"""What can be read in each theme: contrast as WCAG 2 counts it, of every colour on every ground that it is drawn on."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from trainer_tui.ui.theme import CONTRAST, THEMES

INKS = ("foreground", "primary", "accent", "warning", "error", "success", "dim")
"""What the styles of the spans are drawn in; trainer.tcss has no other."""
GROUNDS = ("background", "surface", "panel", "block-cursor-background")


def contrast(one: Color, other: Color) -> float:
    darker, brighter = sorted((_luminance(one), _luminance(other)))
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(color: Color) -> float:
    parts = (value / 255 for value in color.rgb)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [theme for theme in THEMES if not theme.ansi], ids=lambda theme: theme.name)
def test_everything_can_be_read_on_everything(theme: Theme) -> None:
    least = 7.0 if theme is CONTRAST else 4.5
    named = theme.to_color_system().generate() | theme.variables
    found = {name: Color.parse(named[name]) for name in (*INKS, *GROUNDS)}
    too_faint = {
        (ink, ground): round(ratio, 2)
        for ink in INKS
        for ground in GROUNDS
        if (ratio := contrast(found[ground], found[ink])) < least
    }
    assert too_faint == {}
