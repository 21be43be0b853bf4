"""The status line: which bot, session and branch; how the model, the action server and the journal are."""

from __future__ import annotations

from trainer_tui.session.view import StatusView
from trainer_tui.ui.keymap import Keys
from trainer_tui.ui.lines import Line, clean, cut_line, spread, width_of
from trainer_tui.ui.theme import Signs
from trainer_tui.ui.widgets.painted import Lines

_LIGHTS = {"starting": "◌ ", "up": "● ", "local": "● ", "down": "○ ", "not run": "○ "}


class Status(Lines):
    def __init__(self) -> None:
        super().__init__(id="status")
        self._status: StatusView | None = None

    def show(self, status: StatusView) -> None:
        if status != self._status:
            self._status = status
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if self._status is not None and self.size.width:
            self.show_lines(status_line(self._status, self.size.width, self.signs, self.desk.keys))


def status_line(status: StatusView, width: int, signs: Signs, keys: Keys) -> Line:
    """Bot, session and branch at the left; at the right what can go wrong, worst kept longest."""
    name: Line = ((f" {clean(status.bot)}", "strong"),)
    branch: Line = ((f" · {clean(status.branch)}", "dim"),)
    left: Line = (*name, (f" · {clean(status.session)}", "dim"), *branch)
    warnings = (
        f"{signs.contradiction} {len(status.warnings)} {keys.shown('session.warnings')}" if status.warnings else ""
    )
    model = " · ".join(status.model).replace("...", signs.more)
    journal = f"{status.journal} {signs.confirmed}" if status.journal and status.journal_ok else status.journal
    light = _LIGHTS.get(status.actions, "")
    parts: list[tuple[str, str, str]] = [
        (f"model {model}" if model else "", "dim", "model"),
        (
            f"actions {light}{status.actions}" if status.actions else "",
            "dim" if status.actions_ok else "bad",
            "actions",
        ),
        (f"accepts {signs.confirmed} {status.accept_above:g}" if status.accept_above else "", "mark", "accepts"),
        (f"{status.consequences} {keys.shown('session.consequences')}" if status.consequences else "", "mark", "guard"),
        (journal, "dim" if status.journal_ok else "bad", "journal"),
        (warnings, "warn", "warnings"),
    ]
    shown = [(clean(text), style) for text, style, _ in parts if text]
    # In a narrow terminal what is in order gives way first, the model's state before the rest.
    if width_of(shown) + 3 * len(shown) + width_of(left) > width:
        left = (*name, *branch)
    while len(shown) > 1 and width_of(shown) + 3 * len(shown) + width_of(left) > width:
        dispensable = next((place for place, (_, style) in enumerate(shown) if style == "dim"), None)
        if dispensable is None:
            break
        text, style = shown.pop(dispensable)
        # "model 0.4 s · 4 learned · learning …": what changes is told longest.
        if " · " in text:
            shown.insert(dispensable, (text.partition(" · ")[2], style))
    right: list[tuple[str, str]] = []
    for text, style in shown:
        right += [(" · " if right else "", "dim"), (text, style)]
    return spread(left, cut_line((*right, (" ", "")), max(width - 10, 10)), width)
