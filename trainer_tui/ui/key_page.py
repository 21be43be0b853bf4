"""docs/keybindings.md, from the key table: `python -m trainer_tui.ui.key_page` prints it."""

from __future__ import annotations

from collections.abc import Iterable

from trainer_tui.ui.keymap import Command, Scope, commands, shown_keys


def as_markdown() -> str:
    """docs/keybindings.md."""
    parts = [
        "# Keys",
        "",
        "Generated from `trainer_tui/ui/keymap.py` by `python -m trainer_tui.ui.key_page`; do not edit.",
        "",
        "To remap a command, name it by its id in `config.toml` of your configuration folder",
        "(`~/.config/trainer_tui/config.toml` on Linux):",
        "",
        "```toml",
        "[keymap]",
        '"session.fork" = "ctrl+e"',
        "```",
        "",
        "Keys are written as Textual names them (`textual keys` shows them). Reserved keys stay what they are.",
        "Single letters act where no text is being typed; digits only ever answer the question. What edits",
        "a text within its field (arrows, Home and End, Ctrl-U and their like) is as elsewhere, and not in this table.",
        "`f10` and `f11` are for browsers (docs/browser.md), which keep the other key of their commands to themselves.",
        "",
        "Where a question is asked, a letter or digit answers when it stands alone for a quarter of a second. With",
        "another behind it, it begins your next message, as does a letter that answers nothing, and a paste: that text",
        "waits for its field. Esc lets letters answer again and keeps it; Enter gives the marked answer, and sends the",
        "text as well where the bot listens next. Before anything is asked, Enter ends a message: its field sends it.",
    ]
    for scope in Scope:
        rows = [_markdown_row(command) for command in _joined(commands(scope))]
        parts += ["", f"## {scope.value}", "", "| keys | what it does | id |", "|---|---|---|", *rows]
    return "\n".join(parts) + "\n"


def _joined(listed: Iterable[Command]) -> Iterable[Command]:
    """The nine digits as one line."""
    for command in listed:
        if command.id == "question.1":
            yield Command("question.1 … question.9", "1-9", "", "", "That candidate or button", command.scope)
        elif not command.id.removeprefix("question.").isdigit():
            yield command


def _markdown_row(command: Command) -> str:
    keys = " ".join(f"`{key}`" for key in shown_keys(command.keys).split(" "))
    reserved = " (reserved)" if command.is_reserved else ""
    return f"| {keys} | {command.tooltip}{reserved} | `{command.id}` |"


if __name__ == "__main__":
    print(as_markdown(), end="")
