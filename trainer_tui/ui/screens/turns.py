"""A turn that is changed in place: what of it, and into what. The session makes a branch of it and plays on there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from trainer_tui.asking.notation import annotated, entities_in
from trainer_tui.asking.rewording import BUTTONS, reworded, wording
from trainer_tui.asking.turns import Turn, TurnAction
from trainer_tui.asking.words import shown_value
from trainer_tui.errors import TrainerError
from trainer_tui.session import protocol
from trainer_tui.ui.desk import Desk
from trainer_tui.ui.keymap import Keys, Scope, bindings
from trainer_tui.ui.lines import Line, clean, cut
from trainer_tui.ui.screens.edit_text import EditText
from trainer_tui.ui.screens.picking import Pick
from trainer_tui.ui.screens.sheet import FilteredSheet
from trainer_tui.ui.widgets.rows import Row

Choice = tuple[str, int | None]
"""What is changed, and of an action its move."""


def change(desk: Desk, turn: Turn) -> None:
    """Ask what of the turn is changed, then into what."""
    desk.open(TurnSheet(turn), lambda choice: _ask(desk, turn, *choice) if choice is not None else None)


class TurnSheet(FilteredSheet[Choice]):
    """The parts of a turn, a key each; the action that was pointed at is marked."""

    BINDINGS = [*bindings(Scope.TURN)]
    SCOPES = (Scope.TURN,)

    def __init__(self, turn: Turn) -> None:
        super().__init__(f"change turn {turn.number}: {cut(clean(turn.text), 40)}")
        self._turn = turn

    def on_mount(self) -> None:
        super().on_mount()
        self.show_rows(turn_rows(self._turn, self.desk.keys, self.desk.controller.response))
        marked = next((place for place, row in enumerate(self.list.rows) if row.key[1] == self._turn.pointed), 0)
        self.list.move_to(marked)
        self.list.focus()

    def action_take(self, part: str) -> None:
        """The row of that part; of several actions that of the marked one."""
        rows = [row for row in self._rows if row.key[0] == part]
        marked = self.list.current.key[1] if self.list.current else None
        row = next((row for row in rows if row.key[1] == marked), rows[0] if rows else None)
        if row is None:
            self.refuse(f"The bot {'did' if part == 'action' else 'said'} nothing in this turn.")
        elif not row.is_enabled:
            self.refuse("The message names its intent itself: change the message.")
        else:
            self.dismiss(row.key)


def turn_rows(turn: Turn, keys: Keys, said: Callable[[str], Sequence[protocol.ResponseVariation]]) -> list[Row]:
    marked = ", ".join(f"{entity.entity} = {shown_value(entity.value)}" for entity in turn.entities)
    is_open = not turn.names_its_intent
    rows = [
        _row(keys, "message", "Message", clean(turn.text)),
        _row(keys, "intent", "Intent", clean(turn.intent), is_open),
        _row(keys, "entities", "Entities", clean(marked) or "none", is_open),
        *(row for action in turn.actions for row in _action_rows(keys, action, said(action.name))),
        _row(keys, "insert", "Say something else before it", ""),
        _row(keys, "delete", "Delete the turn", ""),
    ]
    return rows


def _action_rows(keys: Keys, action: TurnAction, said: Sequence[protocol.ResponseVariation]) -> Iterator[Row]:
    yield _row(keys, "action", "Action", clean(action.name), at=action.at)
    if said:
        yield _row(keys, "response", "Says", clean(" / ".join(wording(said).splitlines())), at=action.at)


def _row(keys: Keys, part: str, label: str, more: str, is_enabled: bool = True, at: int | None = None) -> Row:
    line: Line = (
        (f" {keys.shown(f'turn.{part}')} ", "key"),
        (f"{label}  ", "" if is_enabled else "dim"),
        (more, "dim"),
    )
    return Row(line, (part, at), f"{label} {more}".strip(), is_enabled)


def _ask(desk: Desk, turn: Turn, part: str, at: int | None) -> None:
    """Ask for the new value; what will not do is said there, and stays typed."""

    def become(changed: protocol.Change, is_new: bool = True) -> None:
        if not is_new:
            raise TrainerError("That is what it is already.")
        desk.controller.edit_turn(turn.at if at is None else at, changed)
        undo = desk.keys.shown("session.undo")
        if changed == protocol.IntentChanged(turn.intent):
            desk.say(f"An example of {turn.intent} from now on; {undo} takes it back.")
        else:
            desk.say(f"Played on a branch of its own; {undo} takes the change back.")
        desk.to_question()

    def mark(line: str) -> None:
        entities = entities_in(turn.text, line)
        become(protocol.EntitiesChanged(entities), annotated(turn.text, entities) != marked)

    view = desk.view
    number = turn.number
    name = next((action.name for action in turn.actions if action.at == at), "")
    marked = annotated(turn.text, turn.entities)
    match part:
        case "message":
            hint = "what came behind is played again; only what changes is asked"
            desk.ask_line(
                f"turn {number} says",
                turn.text,
                hint,
                lambda text: become(protocol.MessageChanged(text), text != turn.text),
            )
        case "insert":
            hint = "what the bot does then is asked"
            desk.ask_line(f"said before turn {number}", "", hint, lambda text: become(protocol.TurnInserted(text)))
        case "entities":
            desk.ask_line(f"entities of turn {number}", marked, "[words](type) marks an entity", mark)
        case "intent":
            title = f"turn {number} means"
            _pick(
                desk,
                title,
                view.intents,
                turn.intent,
                lambda name: become(protocol.IntentChanged(name), turn.is_guess or name != turn.intent),
            )
        case "action":
            title = f"instead of {name}, turn {number} runs"
            _pick(desk, title, view.action_names, name, lambda new: become(protocol.ActionChanged(new), new != name))
        case "response":
            _reword(desk, name)
        case _:
            desk.attempt(lambda: become(protocol.TurnDeleted()))


def _reword(desk: Desk, name: str) -> None:
    def take(text: str) -> None:
        desk.controller.answer(reworded(name, text))
        desk.say(f"{name} says that from now on; {desk.keys.shown('session.undo')} takes it back.")
        desk.to_question()

    title = f"{name} ─ a variation a line; {BUTTONS} title (/payload) | …"
    desk.open(EditText(title, wording(desk.controller.response(name)), take))


def _pick(desk: Desk, title: str, names: Iterable[str], now: str, take: Callable[[str], None]) -> None:
    rows = [Row(((f" {clean(name)}", "strong" if name == now else ""),), name, name) for name in names]
    desk.open(Pick(title, rows, take, take, now))
