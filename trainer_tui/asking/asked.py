"""From what the session waits for to the question that is put; a new kind of prompt is one more row of the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from trainer_tui.asking import actions, failures, forms, intents, messages, scripts
from trainer_tui.asking.question import Known, Question
from trainer_tui.session import protocol

ASKED: Mapping[type[Any], Callable[[Any, Known], Question]] = {
    protocol.AskMessage: messages.ask_message,
    protocol.AskButton: messages.ask_button,
    protocol.ConfirmIntent: intents.confirm_intent,
    protocol.ChooseIntent: intents.choose_intent,
    protocol.NameIntent: intents.name_intent,
    protocol.MarkEntities: intents.mark_entities,
    protocol.ConfirmAction: actions.confirm_action,
    protocol.ChooseAction: actions.choose_action,
    protocol.NameAction: actions.name_action,
    protocol.WriteResponse: actions.write_response,
    protocol.StubResult: actions.stub_result,
    protocol.AskFormValidation: forms.ask_form_validation,
    protocol.WarnContradiction: forms.warn_contradiction,
    protocol.AskAfterFailure: failures.ask_after_failure,
    protocol.AskStale: scripts.ask_stale,
}


def question(known: Known) -> Question | None:
    """What is asked now: whether code may run, then an earlier session comes first; None while nothing is asked."""
    view = known.view
    if view.code is not None:
        return failures.ask_about_code(view.code)
    if view.offer is not None:
        return failures.ask_offer(view.offer)
    if view.prompt is None:
        return None
    return scripts.with_likely(ASKED[type(view.prompt)](view.prompt, known), view.script)
