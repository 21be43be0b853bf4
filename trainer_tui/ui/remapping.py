"""Which keys a person may give a command: none that is taken where both could be pressed."""

from __future__ import annotations

from collections.abc import Mapping

from trainer_tui.ui.keymap import BY_ID, COMMANDS, Command, Scope, shown_keys


def clashes(remapped: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a person's [keymap], one sentence a command at fault; these keys are not taken over."""
    faults = {}
    for id_, keys in remapped.items():
        command = BY_ID.get(id_)
        if command is None:
            faults[id_] = f"[keymap] {id_}: no command has this id; docs/keybindings.md lists them."
        elif command.is_reserved:
            faults[id_] = f"[keymap] {id_}: {shown_keys(command.keys)} cannot be given another meaning."
        elif taken := _taken(command, keys, remapped):
            faults[id_] = f"[keymap] {id_} = {keys!r}: {taken}."
    return faults


def _taken(command: Command, keys: str, remapped: Mapping[str, str]) -> str | None:
    """Why these keys are not free for the command."""
    # Its own keys may be those of what it is told more exactly than: a list's Enter, Tab in a field.
    wanted = set(keys.split(",")) - set(command.keys.split(","))
    for other in COMMANDS:
        if other.id == command.id or not meet(command.scope, other.scope):
            continue
        both = wanted & set(remapped.get(other.id, other.keys).split(","))
        if both:
            return f"{shown_keys(','.join(sorted(both)))} is {other.id} already"
    return None


_LISTS = (
    Scope.MENU,
    Scope.BRANCHES,
    Scope.TIME_LINE,
    Scope.TURN,
    Scope.OTHERS,
    Scope.THROUGH,
    Scope.CONSEQUENCES,
    Scope.HEALTH,
    Scope.PROBLEMS,
    Scope.ACTION_LOG,
    Scope.DIALOG,
    Scope.READER,
    Scope.HELP,
)
"""Sheets of one list, which can be filtered."""
_SHEETS = (
    Scope.SHEET,
    Scope.FILTER,
    Scope.FIND,
    Scope.MENU,
    Scope.EXPORT,
    Scope.OTHERS,
    Scope.THROUGH,
    Scope.CONSEQUENCES,
    Scope.WHAT_IF,
    Scope.HEALTH,
    Scope.CONVERSATIONS,
    Scope.LISTED,
    Scope.INBOX,
    Scope.REVIEW,
    Scope.BRANCHES,
    Scope.COMPARED,
    Scope.TIME_LINE,
    Scope.LOOKED,
    Scope.TURN,
    Scope.PICK,
    Scope.PROBLEMS,
    Scope.ACTION_LOG,
    Scope.DIALOG,
    Scope.READER,
    Scope.HELP,
    Scope.TEXT,
    Scope.JUMP,
)
_NUMBERED = (Scope.QUESTION, Scope.MESSAGE, Scope.CHOICE, Scope.INBOX, Scope.REVIEW)
_TOGETHER = (
    frozenset((Scope.CONVERSATIONS, Scope.LISTED)),
    frozenset((Scope.CONVERSATIONS, Scope.REVIEW)),
    frozenset((Scope.LISTED, Scope.REVIEW)),
    frozenset((Scope.INBOX, Scope.REVIEW)),
    frozenset((Scope.READER, Scope.HELP)),
)
_ROWS = (Scope.LIST, Scope.PANE, Scope.CONVERSATION, Scope.CANDIDATES, Scope.SLOTS, Scope.STORIES)


def meet(one: Scope, other: Scope) -> bool:
    """Whether the keys of two scopes can be pressed in one place."""
    if one is other or Scope.EVERYWHERE in (one, other):
        return True
    if Scope.SESSION in (one, other):
        return one not in _SHEETS and other not in _SHEETS
    if Scope.LIST in (one, other) or Scope.FOCUS in (one, other):
        return Scope.JUMP not in (one, other)
    if Scope.SHEET in (one, other):
        return one in _LISTS or other in _LISTS
    if Scope.NUMBERS in (one, other):
        return one in _NUMBERED or other in _NUMBERED
    if frozenset((one, other)) in _TOGETHER:
        return True
    return Scope.PANE in (one, other) and one in _ROWS and other in _ROWS
