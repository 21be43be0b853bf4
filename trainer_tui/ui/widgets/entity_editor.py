"""Marking entities: the message by words with its labels in place, the notation below, live."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from trainer_tui.asking.notation import annotated, entities_in
from trainer_tui.asking.question import Question
from trainer_tui.asking.reasons import reason
from trainer_tui.errors import TrainerError
from trainer_tui.session.protocol import EntitiesMarked, MarkEntities
from trainer_tui.session.protocol import Input as SessionInput
from trainer_tui.session.view import SessionView
from trainer_tui.ui.keymap import Scope, bindings
from trainer_tui.ui.lines import Line, Span, clean, packed, wrap_line
from trainer_tui.ui.marked_message import chip
from trainer_tui.ui.marking import Marking, label_letters
from trainer_tui.ui.widgets.painted import Lines, Painted
from trainer_tui.ui.widgets.prompts.body import Field, PromptBody

MAX_ROWS = 4


class Words(Painted, can_focus=True):
    """The message; the chosen words are reversed, entities underlined and followed by their labels."""

    BINDINGS = [*bindings(Scope.ENTITIES)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.ENTITIES,)

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Line] = [()]
        self.letters: dict[str, str] = {}

    @property
    def editor(self) -> EntityEditor:
        parent = self.parent
        assert isinstance(parent, EntityEditor)
        return parent

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        rows = wrap_line(words_line(self.editor.marking, self.has_focus), max(width, 8))
        return min(len(rows), MAX_ROWS)

    def redraw(self) -> None:
        self._layout()
        self.refresh(layout=True)

    def _layout(self) -> None:
        width = self.size.width or 80
        self._rows = wrap_line(words_line(self.editor.marking, self.has_focus), max(width, 8))

    def on_resize(self) -> None:
        self._layout()
        self.refresh()

    def on_focus(self) -> None:
        self.redraw()

    def on_blur(self) -> None:
        self.redraw()

    def render_line(self, y: int) -> Strip:
        # A long message scrolls so that the chosen words stay in sight.
        chosen = next(
            (place for place, row in enumerate(self._rows) if any(style == "selected" for _, style in row)), 0
        )
        first = max(0, min(chosen - MAX_ROWS + 2, len(self._rows) - MAX_ROWS)) if len(self._rows) > MAX_ROWS else 0
        place = first + y
        return self.strip(self._rows[place] if place < len(self._rows) else (), self.size.width)

    def on_key(self, event: events.Key) -> None:
        name = self.letters.get(event.character or "")
        if name is not None:
            event.stop()
            self.editor.change(self.editor.marking.labelled(name))

    def action_move(self, step: int) -> None:
        self.editor.change(self.editor.marking.moved(step))

    def action_extend(self, step: int) -> None:
        self.editor.change(self.editor.marking.extended(step))

    def action_remove(self) -> None:
        self.editor.change(self.editor.marking.removed())

    def action_ask(self, part: str) -> None:
        self.editor.ask_part(part)

    def action_to_notation(self) -> None:
        self.screen.set_focus(self.editor.notation)

    def action_done(self) -> None:
        self.editor.done()


def words_line(marking: Marking, has_focus: bool = True) -> Line:
    """The message as spans: chosen, entity or plain words, each entity followed by its label."""
    begin, end = marking.chosen
    cuts = {0, len(marking.text), begin, end}
    marked = [e for e in marking.entities if e.start is not None and e.end is not None]
    for entity in marked:
        cuts |= {entity.start or 0, entity.end or 0}
    places = sorted(cuts)
    spans: list[Span] = []
    for low, high in pairwise(places):
        inside = any((e.start or 0) <= low and high <= (e.end or 0) for e in marked)
        is_chosen = has_focus and begin <= low and high <= end
        spans.append((clean(marking.text[low:high]), "selected" if is_chosen else "entity" if inside else "you"))
        spans += [chip(e, marking.text) for e in marked if e.end == high]
    return tuple(span for span in spans if span[0])


class NotationField(Field):
    BINDINGS = [*bindings(Scope.NOTATION)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.NOTATION,)

    def action_leave(self) -> None:
        self.within(EntityEditor).leave_notation()


class PartField(Field):
    """The role, group, value or new label of one entity."""

    BINDINGS = [*bindings(Scope.PART)]
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.PART,)

    def action_leave(self) -> None:
        self.within(EntityEditor).close_part()


class EntityEditor(PromptBody):
    """Words, labels, notation; both ways of marking show what the other did."""

    def __init__(self) -> None:
        super().__init__()
        self.marking = Marking.of("", ())
        self._known: tuple[str, ...] = ()
        self._part = ""

    def compose(self) -> ComposeResult:
        yield Words()
        yield Lines(id="labels")
        yield NotationField(id="notation-field")
        yield PartField(id="part-field")
        yield Lines(id="entity-fault")

    @property
    def words(self) -> Words:
        return self.query_one(Words)

    @property
    def notation(self) -> NotationField:
        return self.query_one(NotationField)

    @property
    def part_field(self) -> PartField:
        return self.query_one(PartField)

    def on_resize(self) -> None:
        self._show_labels()

    # --- the prompt -----------------------------------------------------------------------------------------------

    def ask(self, question: Question, view: SessionView) -> None:
        super().ask(question, view)
        prompt = view.prompt
        assert isinstance(prompt, MarkEntities)
        self._known = view.entities
        self.close_part(focus=False)
        self.change(Marking.of(prompt.parse.text, prompt.parse.entities))

    @property
    def reader(self) -> Widget:
        return self.words

    def draft(self) -> Any:
        return (self.marking, self.notation.value)

    def restore(self, draft: Any) -> None:
        marking, notation = draft
        self.change(marking)
        self._write(notation)

    def reopen(self, given: SessionInput) -> None:
        if isinstance(given, EntitiesMarked):
            self.change(Marking.of(self.marking.text, given.entities))

    # --- changes --------------------------------------------------------------------------------------------------

    def change(self, marking: Marking) -> None:
        """The entities or the chosen words are others now: words, labels and notation follow."""
        self.marking = marking
        names = dict.fromkeys((*self._known, *(e.entity for e in marking.entities)))
        self.words.letters = label_letters(tuple(names), self.desk.keys.letters(Scope.ENTITIES))
        self._write(annotated(marking.text, marking.entities))
        self._show_labels()
        self.words.redraw()
        self._show_fault("")

    def _write(self, notation: str) -> None:
        if self.notation.value != notation:
            with self.prevent(Input.Changed):
                self.notation.value = notation

    def _show_labels(self) -> None:
        here = {entity.entity for entity in self.marking.here}
        keys, sign = self.desk.keys, self.desk.signs.confirmed
        pieces: list[Line] = [
            ((f"{letter} ", "key"), (clean(name), "label"), (f"{sign if name in here else ' '}  ", "good"))
            for letter, name in self.words.letters.items()
        ]
        pieces += [
            ((f"{keys.shown(f'entities.{what}')} ", "key"), (f"{what}  ", "dim"))
            for what in ("new", "role", "group", "value", "remove")
        ]
        labels = self.query_one("#labels", Lines)
        labels.show_lines(*packed(pieces, labels.size.width or self.app.size.width - 2))

    def _show_fault(self, fault: str) -> None:
        self.query_one("#entity-fault", Lines).show_lines(((clean(fault), "bad"),) if fault else ())

    def ask_part(self, part: str) -> None:
        """Open the field for a role, group or value of the entity here, or for the name of a new label."""
        here = self.marking.here
        if part != "entity" and not here:
            self._show_fault("There is no entity here; mark one with its letter first.")
            return
        self._part = part
        value = "" if part == "entity" else getattr(here[0], part)
        field = self.part_field
        field.placeholder = "name of the new label" if part == "entity" else part
        field.display = True
        field.prefill("" if value is None else str(value))
        self.notation.display = False
        self.screen.set_focus(field)

    def close_part(self, focus: bool = True) -> None:
        self.part_field.display = False
        self.notation.display = True
        if focus:
            self.take_focus()

    def leave_notation(self) -> None:
        if self._read_notation():
            self.take_focus()

    def _read_notation(self) -> bool:
        """Take over what stands in the notation field; where it is broken it stays, with the reason."""
        try:
            entities = entities_in(self.marking.text, self.notation.value)
        except TrainerError as error:
            self._show_fault(reason(error))
            return False
        self.marking = self.marking.with_entities(entities)
        self._show_fault("")
        self._show_labels()
        self.words.redraw()
        return True

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input is self.notation:
            self._read_notation()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input is self.part_field:
            self._take_part(event.value.strip())
        else:
            self.done()

    def _take_part(self, value: str) -> None:
        if self._part == "entity":
            if value and all(character not in value for character in '[](){}":'):
                self._known = (*self._known, value)
                self.close_part()
                self.change(self.marking.labelled(value))
            else:
                self._show_fault('A label needs a name without any of [](){}":')
            return
        self.close_part()
        self.change(self.marking.with_part(self._part, value))

    def done(self) -> None:
        if self._read_notation():
            self.desk.answer(EntitiesMarked(self.marking.entities))
