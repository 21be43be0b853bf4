"""Turns changed in place, scripts, the time line and the tree of branches, as commands line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trainer_tui.asking.notation import entities_in
from trainer_tui.asking.rewording import reworded_on_a_line, wording_on_a_line
from trainer_tui.asking.teaching import Teaching
from trainer_tui.asking.telling import spoken
from trainer_tui.errors import IllegalInput
from trainer_tui.session.protocol import (
    ActionChanged,
    Change,
    EntitiesChanged,
    IntentChanged,
    MessageChanged,
    TurnDeleted,
    TurnInserted,
)
from trainer_tui.session.view import BranchView, HistoryEntry, MoveView, ScriptView

Say = Callable[..., None]
_DIGITS = 18
HELP = """\
:edit N message TEXT    say something else as message N; what came behind is played after it
:edit N intent NAME     it means something else (a new name makes an intent)
:edit N entities TEXT   other entities, marked as [value](type)
:edit N action K NAME   another action as the K-th behind message N (action_listen counts)
:edit N insert TEXT     another message before it
:edit N delete          without it
:says NAME [TEXT]       what a response says, or is to say from now on, written as it is shown
:from [NAME]            start from a story, rule, test story, session or file; the list without a name
:accept                 yes to this and to what follows, up to action_listen, while it is sure and not contradicted
:keep                   answer as the script that is played says
:script                 how far it is, and what is left; :script stop, :script go on
:moves [N]              every move of the session, or the last N, those undone too
:look N                 the conversation after move N; nothing happens
:goto N                 go on from there
:compare N M            two branches side by side
:drop [N]               take back the edit, start or fork that you are on, with all its answers; or let branch N go;
                        :undo, or :restore N, brings it back"""
_SHOWN = 20


class Branches:
    """Does what one of these commands says; `commands` are their names."""

    commands = frozenset(
        ["edit", "says", "from", "accept", "keep", "script", "moves", "look", "goto", "compare", "drop", "restore"]
    )

    def __init__(self, controller: Teaching, say: Say) -> None:
        self._controller = controller
        self._say = say

    def run(self, name: str, argument: str) -> None:
        controller = self._controller
        match name, argument:
            case "edit", _:
                self._edit(argument)
            case "says", _:
                self._says(*argument.partition(" ")[::2])
            case "from", "":
                self._sources()
            case "from", _:
                controller.start_from(argument)
                self._tell_begun()
            case "accept", "":
                controller.accept_turn()
            case "keep", "":
                controller.keep_likely()
            case "script", "":
                self._script()
            case "script", "stop" | "go on":
                self._playing()
                controller.halt_play(argument == "stop")
                self._say("The script stops." if argument == "stop" else "The script goes on.")
            case "moves", _:
                self._moves(number_in(argument) if argument else None)
            case "look", _:
                view = controller.look_at(number_in(argument))
                self._say(*map(spoken, view.history[-_SHOWN:]), "You are where you were.")
            case "goto", _:
                controller.go_to(number_in(argument))
                self._say(f"On {controller.view.status.branch}, after move {argument}.")
            case "compare", _:
                self._compare(argument)
            case "drop", _:
                dropped = self._branch(number_in(argument)) if argument else self._begun()
                controller.drop_branch(dropped.id)
                self._say(f"Dropped: {dropped.name}. On {controller.view.status.branch}; :undo brings it back.")
            case "restore", _:
                restored = self._branch(number_in(argument))
                controller.restore_branch(restored.id)
                self._say(f"Restored: {restored.name}.")
            case _:
                raise IllegalInput(f"there is no command :{name} {argument}".rstrip(), hint="See :help.")

    # --- a turn changed -------------------------------------------------------------------------------------------

    def _edit(self, argument: str) -> None:
        number, _, rest = argument.partition(" ")
        part, _, text = rest.strip().partition(" ")
        entries = self._turn(number_in(number))
        node, change = _changed(entries, part, text.strip())
        branch = self._controller.view.status.branch
        self._controller.edit_turn(node, change)
        if self._controller.view.status.branch == branch:
            self._say("It is an example from now on; :undo takes it back.")
        else:
            self._tell_begun()

    def _tell_begun(self) -> None:
        self._say(f"On {self._controller.view.status.branch}; :undo takes it back, :drop once you have answered.")

    def _says(self, name: str, text: str) -> None:
        said = self._controller.response(name)
        if not said:
            raise IllegalInput(f"{name!r} is no response", hint="See :list and :history.")
        if text.strip():
            self._controller.answer(reworded_on_a_line(name, text))
            self._say(f"{name} says that from now on; :undo takes it back.")
        else:
            self._say(f"  {wording_on_a_line(said)}")

    def _turn(self, number: int) -> list[HistoryEntry]:
        """The entries of message N and of what the bot did then."""
        found: list[HistoryEntry] = []
        message = 0
        for entry in self._controller.view.history:
            message += entry.kind == "message"
            if message == number:
                found.append(entry)
            elif message > number:
                break
        if not found or number < 1:
            raise IllegalInput(f"there is no message {number}", hint="See :fork for the list.")
        return found

    # --- scripts --------------------------------------------------------------------------------------------------

    def _sources(self) -> None:
        sources = self._controller.sources()
        self._say(*(f"  {source.id}{f' ({source.detail})' if source.detail else ''}" for source in sources))
        self._say("Start from one with :from NAME, or from a file with :from PATH.")

    def _playing(self) -> ScriptView:
        script = self._controller.view.script
        if script is None:
            raise IllegalInput("no script is played", hint="See :from.")
        return script

    def _script(self) -> None:
        script = self._playing()
        state = "" if script.is_playing else ", stopped"
        self._say(f"Script {script.name}: turn {script.turn} of {script.turns}{state}.")
        self._say(*(f"  not reached: {spoken(entry).strip()}" for entry in script.rest[:_SHOWN]))
        if len(script.rest) > _SHOWN:
            self._say(f"  and {len(script.rest) - _SHOWN} more")

    # --- the time line and the tree -------------------------------------------------------------------------------

    def _moves(self, last: int | None) -> None:
        moves = self._controller.moves()
        self._say(*(f"  {_told(move)}" for move in (moves if last is None else moves[-last:] if last else ())))

    def _begun(self) -> BranchView:
        """The edit, start or fork that one is on."""
        here = next(branch for branch in self._controller.view.branches if branch.is_current)
        if here.origin is None:
            raise IllegalInput(
                f"{here.name} is no edit, start or fork", hint=":drop N lets a branch go; see :branches."
            )
        return here

    def _branch(self, number: int) -> BranchView:
        for branch in self._controller.view.branches:
            if branch.id == number:
                return branch
        raise IllegalInput(f"there is no branch {number}", hint="See :branches.")

    def _compare(self, argument: str) -> None:
        left, _, right = argument.partition(" ")
        one, other = self._branch(number_in(left)), self._branch(number_in(right.strip()))
        self._say(f"{one.name} beside {other.name}:")
        for row in self._controller.compare(one.id, other.id):
            if row.is_same and row.left:
                self._say(f"  both: {spoken(row.left).strip()}")
                continue
            for branch, entry in ((one, row.left), (other, row.right)):
                if entry is not None:
                    self._say(f"  {branch.name} only: {spoken(entry).strip()}")


def _changed(entries: Sequence[HistoryEntry], part: str, text: str) -> tuple[int, Change]:
    message = entries[0]
    node = message.at or 0
    match part, text:
        case "message", _ if text:
            return node, MessageChanged(text)
        case "intent", _ if text:
            return node, IntentChanged(text)
        case "entities", _:
            return node, EntitiesChanged(entities_in(message.text, text or message.text))
        case "insert", _ if text:
            return node, TurnInserted(text)
        case "delete", "":
            return node, TurnDeleted()
        case "action", _ if text:
            place, _, name = text.partition(" ")
            actions = [entry for entry in entries if entry.kind == "action"]
            if not name.strip():
                raise IllegalInput(
                    "an action is changed by its number and the name of another",
                    hint=":edit N action K NAME; K counts what the bot did behind message N.",
                )
            number = number_in(place)
            if not 1 <= number <= len(actions):
                raise IllegalInput(f"there is no action {number} there", hint=f"Numbers go from 1 to {len(actions)}.")
            return actions[number - 1].at or 0, ActionChanged(name.strip())
        case _:
            known = "message TEXT, intent NAME, entities TEXT, action K NAME, insert TEXT or delete"
            raise IllegalInput(f"there is no :edit N {part} {text}".rstrip(), hint=f"Behind the number stands {known}.")


def _told(move: MoveView) -> str:
    by = "" if move.by == "you" else f", by the {move.by}"
    where = f" on {move.branch}" if move.is_live else ", undone"
    here = " (you are here)" if move.is_head else ""
    return f"{move.node} turn {move.turn}: {move.words}{by}{where}{here}"


def number_in(text: str) -> int:
    """A number typed; IllegalInput where it is none, or longer than any that was shown."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise IllegalInput(f"{text!r} is no number", hint="Type digits.")
    return int(text)
