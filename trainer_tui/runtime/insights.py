"""What can be known of a session beside its question: `asking.insight.Insight` over the timeline and what performs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

from trainer_tui.core.featurizers import prediction_states
from trainer_tui.errors import IllegalInput
from trainer_tui.export.proposals import Proposal, StepChange, as_rule
from trainer_tui.export.review import Reviewing
from trainer_tui.insight import why_meaning
from trainer_tui.insight.findings import Findings, Mend
from trainer_tui.insight.guard import Consequences
from trainer_tui.insight.standing import Standing, Witness, standing
from trainer_tui.insight.story_map import StoryMap
from trainer_tui.insight.what_if import Alteration, WhatIf, altered, parts
from trainer_tui.insight.why import learned_reasons, nearest, what_flips
from trainer_tui.policies.learned import WINDOW_LENGTH
from trainer_tui.policies.lessons import ConfirmedStep
from trainer_tui.policies.policy import EnsemblePrediction
from trainer_tui.progress import Progress, unheard
from trainer_tui.runtime.beside import beside, in_thread, in_thread_telling
from trainer_tui.runtime.browser import show_page
from trainer_tui.runtime.files import write_atomically
from trainer_tui.runtime.performing import Performer
from trainer_tui.runtime.training import DialogueTeacher, InterpreterTeacher
from trainer_tui.session.machine import SessionState
from trainer_tui.session.nodes import Node
from trainer_tui.session.protocol import (
    ActionPredicted,
    ChooseAction,
    ConfirmAction,
    ConfirmIntent,
    NameAction,
    ParseResult,
    WriteResponse,
)
from trainer_tui.session.timeline import Timeline

if TYPE_CHECKING:
    from trainer_tui.runtime.exporting import Exporter

_ABOUT_ACTIONS = (ConfirmAction, ChooseAction, NameAction, WriteResponse)
"""Questions in which an action is not decided yet; the first two can be gone back to."""


class Insights:
    """`timeline`, `exporter` and `journal` are the session's of now."""

    def __init__(
        self,
        performer: Performer,
        timeline: Callable[[], Timeline],
        exporter: Callable[[], Exporter],
        journal: Callable[[], Path | None],
    ) -> None:
        self._performer = performer
        self._timeline = timeline
        self._exporter = exporter
        self._journal = journal

    # --- who does otherwise ---------------------------------------------------------------------------------------

    def standings(self) -> tuple[Standing, ...]:
        asked = self.standing()
        if asked.node is not None or not any(node.state.confirmed for node in self._timeline().head.path()):
            return (asked,)
        before = self.standing(self._timeline().head.id)
        return (asked, before) if before.others else (asked,)

    def standing(self, node: int | None = None) -> Standing:
        timeline = self._timeline()
        at = timeline.head if node is None else timeline.nodes.get(node)
        if at is None:
            raise IllegalInput(f"there is no move {node}", hint="See the time line.")
        waiting = at.state.waiting
        if node is None and isinstance(waiting, _ABOUT_ACTIONS):
            prediction = waiting.prediction
            return self._standing(ConfirmedStep(at.state.tracker, prediction.action, False), prediction, None)
        decided = next((earlier for earlier in at.path() if earlier.state.confirmed is not None), None)
        if decided is None or decided.state.confirmed is None:
            raise IllegalInput("no action was decided yet", hint="Answer first.")
        asked = next(earlier for earlier in decided.path() if isinstance(earlier.state.waiting, _ABOUT_ACTIONS[:2]))
        return self._standing(decided.state.confirmed, _predicted(decided), asked.id)

    def _standing(self, step: ConfirmedStep, prediction: EnsemblePrediction | None, node: int | None) -> Standing:
        domain = self._timeline().state.domain
        return standing(self._performer.stories, step.tracker, step.action, prediction, domain, node)

    # --- the stories around here ----------------------------------------------------------------------------------

    def story_map(self, width: int) -> StoryMap:
        return self._performer.outline.map(self._timeline(), width)

    async def write_page(self) -> str:
        page, journal = self._performer.bot.page, self._journal()
        if page is None:
            raise IllegalInput("there are no stories to draw")
        text = await in_thread(lambda: page(journal))
        folder = journal.parents[1] if journal is not None else Path(gettempdir())
        path = folder / "stories.html"
        write_atomically(path, text)
        is_shown = await in_thread(lambda: show_page(path))
        return f"{path} is written" + (", and shown in the browser." if is_shown else ": open it in a browser.")

    async def health(self, tell: Progress = unheard) -> Findings:
        taught = tuple(self._timeline().examples())
        return await in_thread_telling(lambda told: self._performer.bot.health(taught, told), tell)

    def mend(self, mend: Mend) -> Reviewing:
        return self._propose(mend)

    # --- why, and what if -----------------------------------------------------------------------------------------

    def why(self) -> tuple[str, ...]:
        state = self._timeline().state
        match state.waiting:
            case ConfirmIntent(parse) if not parse.is_shorthand:
                found = self._why_meaning(parse)
            case ConfirmAction(prediction) | ChooseAction(prediction):
                found = self._why_action(state, prediction.action)
            case _:
                return ()
        return ("by our own model, which stands beside Rasa's:", *found) if found and self._is_beside else found

    def _why_action(self, state: SessionState, action: str) -> tuple[str, ...]:
        dialogue = self._dialogue
        lines = nearest(self._performer.stories, state.tracker, action)
        if dialogue is not None:
            window = prediction_states(state.tracker, state.domain, WINDOW_LENGTH)
            predict = partial(dialogue.ensemble.predict, domain=state.domain)
            lines = (
                learned_reasons(dialogue.policy, window, action)
                + lines
                + what_flips(predict, state.tracker, state.domain)
            )
        return tuple(lines)

    def _why_meaning(self, parse: ParseResult) -> tuple[str, ...]:
        own = self._performer.teacher.own
        messages = own.messages if own is not None else None
        if not isinstance(messages, InterpreterTeacher):
            return ()
        examples = messages.data.examples if messages.data else ()
        return why_meaning.reasons(messages.interpreter.parse, parse, examples)

    def examples_of(self, intent: str, most: int = 3) -> tuple[str, ...]:
        own = self._performer.teacher.own
        data = own.messages.data if own is not None and isinstance(own.messages, InterpreterTeacher) else None
        known = (*reversed(tuple(self._timeline().examples())), *(data.examples if data else ()))
        found = (example.text for example in known if example.intent == intent)
        return tuple(islice(dict.fromkeys(found), most))

    def what_if(self, alterations: Sequence[Alteration] = ()) -> WhatIf:
        state = self._timeline().state
        if self._dialogue is None:
            raise IllegalInput("nothing here can be asked for what is not so")
        predict = partial(self._dialogue.ensemble.predict, domain=state.domain)
        before = predict(state.tracker)
        now = predict(altered(state.tracker, alterations)) if alterations else before
        return WhatIf(parts(state.tracker, state.domain), tuple(alterations), before, now, self._is_beside)

    async def what_if_decided(self, found: WhatIf) -> WhatIf:
        state, ask = self._timeline().state, self._performer.teacher.what_if
        before = await ask(state.tracker, state.domain, found.before)
        now = before
        if found.chosen:
            now = await ask(altered(state.tracker, found.chosen), state.domain, found.now)
        return replace(found, before=before, now=now, is_beside=False) if before and now else found

    @property
    def _dialogue(self) -> DialogueTeacher | None:
        """Our own policies; None where there are none."""
        own = self._performer.teacher.own
        return own.dialogue if own is not None else None

    @property
    def _is_beside(self) -> bool:
        """Whether another model decides, and ours stands beside it."""
        return self._performer.teacher.own is not self._performer.teacher

    def consequences(self) -> Consequences:
        guard = self._performer.guard
        found = guard.found if guard is not None else Consequences(is_complete=False)
        return replace(found, is_beside=self._is_beside)

    def change_story(self, standing: Standing, witness: Witness) -> Reviewing:
        side = next((side for side in standing.others if witness in side.witnesses), None)
        if side is None or witness.place is None:
            raise IllegalInput("this does nothing else in a file", hint="Choose a story that does otherwise.")
        return self._propose(StepChange(witness.place, side.action, standing.action))

    def make_rule(self, standing: Standing) -> Reviewing:
        timeline = self._timeline()
        state = timeline.state if standing.node is None else timeline.nodes[standing.node].state
        return self._propose(as_rule(state.tracker, standing.action))

    def _propose(self, *proposals: Proposal) -> Reviewing:
        exporter = self._exporter()
        exporter.propose(*proposals)
        return beside(exporter.reviewing(self._timeline(), "proposals"))


def _predicted(decided: Node) -> EnsemblePrediction | None:
    """What was predicted before that decision."""
    found = (node.given.prediction for node in decided.path() if isinstance(node.given, ActionPredicted))
    return next(found, None)
