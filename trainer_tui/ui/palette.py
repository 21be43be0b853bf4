"""The command palette: every command by name, only those that have an effect now."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette, DiscoveryHit, Hit, Provider
from textual.content import Content

from trainer_tui.ui.desk import AtDesk
from trainer_tui.ui.editor import can_suspend
from trainer_tui.ui.faults import Lasting
from trainer_tui.ui.keymap import COMMANDS


class Palette(Lasting, CommandPalette):
    """Textual's palette; it closes only itself, as an `Overlay` does."""

    def dismiss(self, result: None = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_active else AwaitComplete()


class TrainerCommands(Provider, AtDesk):
    """The keymap's commands, and what has no key: suspend, theme."""

    def _commands(self) -> Iterator[tuple[str, str]]:
        """(what it does, Textual action)"""
        idle = self.desk.idle_commands()
        for command in COMMANDS:
            if command.in_palette and command.id not in idle:
                yield f"{command.tooltip}  ({self.desk.keys.all_shown(command.id)})", command.action
        if can_suspend(self.app):
            yield "Suspend: back to the shell, `fg` returns", "app.suspend_process"
        yield "Theme: dark, light, or the terminal's own colours", "app.change_theme"

    async def discover(self) -> AsyncIterator[DiscoveryHit]:
        for name, action in self._commands():
            yield DiscoveryHit(Content(name), partial(self._run, action), text=name)

    async def search(self, query: str) -> AsyncIterator[Hit]:
        matcher = self.matcher(query)
        for name, action in self._commands():
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, Content(name), partial(self._run, action), text=name)

    async def _run(self, action: str) -> None:
        # The palette is closed by then, so that the command acts on what is beneath it.
        self.app.call_later(self.app.run_action, action)
