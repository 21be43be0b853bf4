"""Signs, styles and themes: what a mark looks like, with and without Unicode, with and without colour."""

from __future__ import annotations

from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

from trainer_tui.dataclass import dataclass
from trainer_tui.session.view import Mark

STYLES = (
    "accent",
    "bot",
    "bad",
    "bar",
    "dim",
    "entity",
    "good",
    "key",
    "label",
    "mark",
    "match",
    "selected",
    "strong",
    "warn",
    "you",
)
"""The names that a span may have; each is a component class `line--NAME` in trainer.tcss."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What stands for what; never colour alone."""

    predicted: str = "▸"
    confirmed: str = "✓"
    accepted: str = "»"
    corrected: str = "✗→✓"
    unsure: str = "?"
    changed: str = "~"
    contradiction: str = "⚠"
    candidate: str = "·"
    scripted: str = "="
    bar: str = "━"
    half_bar: str = "╸"
    field: str = "›"
    more: str = "…"
    unset: str = "–"
    arrow: str = "→"
    times: str = "×"
    agrees: str = "✓"
    differs: str = "✗"
    unlike: str = "≠"
    open_quote: str = "“"
    close_quote: str = "”"

    @property
    def legend(self) -> str:
        return (
            f" {self.predicted} predicted  {self.confirmed} confirmed  {self.accepted} by itself  {self.corrected} "
            f"corrected  {self.unsure} unsure  {self.changed} slot changed  {self.contradiction} contradiction"
        )

    def of(self, mark: Mark) -> str:
        match mark:
            case Mark.NONE:
                return ""
            case _:
                sign: str = getattr(self, mark.value)
                return sign


UNICODE = Signs()
ASCII = Signs(
    predicted=">",
    confirmed="v",
    accepted=">>",
    corrected="x>v",
    contradiction="!",
    candidate="-",
    bar="#",
    half_bar="",
    field=">",
    more="...",
    unset="-",
    arrow="->",
    times="x",
    agrees="v",
    differs="x",
    unlike="!",
    open_quote='"',
    close_quote='"',
)

MARK_STYLES = {
    Mark.NONE: "",
    Mark.PREDICTED: "accent",
    Mark.CONFIRMED: "good",
    Mark.ACCEPTED: "good",
    Mark.CORRECTED: "warn",
    Mark.UNSURE: "warn",
    Mark.CHANGED: "mark",
    Mark.CONTRADICTION: "bad",
}

DARK = Theme(
    name="trainer-dark",
    primary="#82aaff",
    secondary="#6c7a96",
    accent="#7fdbca",
    warning="#e6b673",
    error="#ff8790",
    success="#98c379",
    foreground="#d6deeb",
    background="#11151c",
    surface="#161b24",
    panel="#1d2430",
    dark=True,
    variables={
        "dim": "#98a6bd",
        "input-selection-background": "#3b5b92",
        "border": "#3a4558",
        "border-blurred": "#2a3342",
        "block-cursor-background": "#27364f",
        "block-cursor-foreground": "#ffffff",
        "footer-key-foreground": "#82aaff",
    },
)
LIGHT = Theme(
    name="trainer-light",
    primary="#2457a6",
    secondary="#5b6779",
    accent="#00706b",
    warning="#8a5a00",
    error="#b3261e",
    success="#2e6f2e",
    foreground="#1c2430",
    background="#fbfbf9",
    surface="#f4f4f0",
    panel="#e9e9e3",
    dark=False,
    variables={
        "dim": "#515b6a",
        "input-selection-background": "#a9c6f2",
        "border": "#b9bec8",
        "border-blurred": "#d3d6dc",
        "block-cursor-background": "#d5e2f7",
        "block-cursor-foreground": "#0c1420",
        "footer-key-foreground": "#2457a6",
    },
)
CONTRAST = Theme(
    name="trainer-contrast",
    primary="#8fc7ff",
    secondary="#ffffff",
    accent="#6ff5e0",
    warning="#ffd84d",
    error="#ff9e9e",
    success="#8df58d",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    variables={
        "dim": "#d0d0d0",
        "input-selection-background": "#004a8f",
        "border": "#ffffff",
        "border-blurred": "#a0a0a0",
        "block-cursor-background": "#002a50",
        "block-cursor-foreground": "#ffffff",
        "footer-key-foreground": "#8fc7ff",
    },
)
"""White on black, and every colour as bright."""
TERMINAL_DARK, TERMINAL_LIGHT = (
    replace(BUILTIN_THEMES[name], name=f"terminal-{name.removeprefix('ansi-')}") for name in ("ansi-dark", "ansi-light")
)
"""The terminal's own sixteen colours."""

THEMES = (DARK, LIGHT, CONTRAST, TERMINAL_DARK, TERMINAL_LIGHT)
"""The first one where nothing else was chosen."""
WITHOUT_COLOUR = TERMINAL_DARK.name


def probability(value: float) -> str:
    """`.53`, `1.00`: two places, as the question, the pane and the conversation show it."""
    text = f"{value:.2f}"
    return text.removeprefix("0") if value < 0.995 else text
