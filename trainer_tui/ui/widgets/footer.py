"""The key footer: what can be pressed here, most needed first, as much as fits; of a sheet, all of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from trainer_tui.ui.keymap import Command, Scope, commands
from trainer_tui.ui.lines import Line, Span, packed, width_of
from trainer_tui.ui.widgets.painted import Lines

ALWAYS = ("pane.leave", "session.menu", "app.help")
"""What is shown however narrow the terminal is."""


def scopes_in(screen: Screen[Any]) -> tuple[Scope, ...]:
    """The scopes whose keys work on the screen: a sheet's own, or those of what has focus, innermost first."""
    # A sheet's own Enter stands for that of its list.
    own: tuple[Scope, ...] = getattr(screen, "SCOPES", ())
    if own:
        # While its list is filtered, its letters are typed.
        here: tuple[Scope, ...] = getattr(screen.focused, "SCOPES", ())
        return here if Scope.FILTER in here else own
    return _scopes_of_focus(screen)


def all_scopes_in(screen: Screen[Any]) -> tuple[Scope, ...]:
    """The same with those of a sheet's list, whose keys work there too and are no news at its foot."""
    own = (*getattr(screen, "SCOPES", ()), *getattr(screen, "ALSO", ()))
    return tuple(dict.fromkeys((*scopes_in(screen), *own, *_scopes_of_focus(screen))))


def _scopes_of_focus(screen: Screen[Any]) -> tuple[Scope, ...]:
    found: dict[Scope, None] = {}
    node: DOMNode | None = screen.focused
    while isinstance(node, Widget):
        found.update(dict.fromkeys(getattr(node, "SCOPES", ())))
        node = node.parent
    return tuple(found)


class KeyFooter(Lines):
    """Shows the commands of the scopes of what has focus; those without effect now are dimmed."""

    _shown: tuple[tuple[Scope, ...], frozenset[str], bool] = ((), frozenset(), False)

    def show_scopes(self, scopes: Iterable[Scope], idle: frozenset[str], with_session: bool = True) -> None:
        self._shown = (tuple(scopes), idle, with_session)
        self._show()

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        scopes, idle, with_session = self._shown
        # What this question, or list to pick from, does not offer is no key of it.
        unoffered = {one.id for one in commands(Scope.QUESTION, Scope.PICK)} & idle
        own = [one for one in commands(*scopes) if one.label and one.id not in unoffered]
        session = [one for one in commands(Scope.EVERYWHERE, Scope.SESSION) if one.label] if with_session else []
        always = [command for command in (*own, *session) if command.id in ALWAYS]
        own = [command for command in own if command not in always]
        rest = [command for command in session if command not in always]
        rest.sort(key=lambda command: command.id in idle)
        if with_session:
            self.show_lines(self._row(own, always, rest, idle))
        else:
            self.show_lines(*self._rows((*own, *always), idle))

    def _rows(self, listed: Iterable[Command], idle: frozenset[str]) -> list[Line]:
        """All of a sheet's keys, on as many rows as they take."""
        return packed((tuple(self._spans(command, idle)) for command in listed), self._room, ((" ", ""),))

    @property
    def _room(self) -> int:
        return (self.size.width or 80) - 1

    def _row(self, own: list[Command], always: list[Command], rest: list[Command], idle: frozenset[str]) -> Line:
        kept = width_of(span for command in always for span in self._spans(command, idle))
        shown: list[Span] = [(" ", "")]
        for command in (*own, *always, *rest):
            spans = self._spans(command, idle)
            width = width_of(spans)
            if command in always:
                kept -= width
            elif width_of(shown) + width + kept > self._room:
                continue
            shown += spans
        return tuple(shown)

    def _spans(self, command: Command, idle: frozenset[str]) -> list[Span]:
        is_idle = command.id in idle
        label = f" {command.label}   "
        return [(self.desk.keys.shown(command.id), "dim" if is_idle else "key"), (label, "dim")]
