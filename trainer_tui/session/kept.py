"""A conversation that is right as it is: its script played with all its own answers, and nobody and nothing asked.

What the interpreter, the policies and the actions would answer is what the conversation tells, so that it is kept in
one step, whatever the bot would do today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from trainer_tui.errors import IllegalInput
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.policies.policy import EnsemblePrediction
from trainer_tui.session import protocol
from trainer_tui.session.machine import SessionState, step
from trainer_tui.session.player import Ask, Give, advanced, decide
from trainer_tui.session.script import Did, LeftOpen, Play, Said, Script
from trainer_tui.words import quoted

_OPEN_IT = "Open the conversation: you are asked there."


def played_as_it_is(
    first: SessionState, script: Script, otherwise: Mapping[int, str], at: float
) -> tuple[tuple[protocol.Input, SessionState], ...]:
    """Each input with the state that it leads to; IllegalInput where the script does not say all that is asked.

    `otherwise` is what the bot would do today, by the line of the step.
    """
    return tuple(_played(first, script, otherwise, at))


def _played(
    state: SessionState, script: Script, otherwise: Mapping[int, str], at: float
) -> Iterator[tuple[protocol.Input, SessionState]]:
    play = Play(script)
    while play.step is not None or not isinstance(state.waiting, (protocol.AskMessage, protocol.AskButton)):
        for answer in _answer(state, play, otherwise):
            given = replace(answer, at=at)
            after = step(state, given)
            following = advanced(play, state, given, after)
            if following is None:
                raise IllegalInput(f"{script.name} cannot be played as it is", hint=_OPEN_IT)
            state, play = after, following
            yield given, state


def _answer(state: SessionState, play: Play, otherwise: Mapping[int, str]) -> tuple[protocol.Input, ...]:
    match state.waiting, play.step:
        case protocol.ParseMessage(text), Said(intent=str(intent), entities=entities):
            is_shorthand = text.startswith("/")
            return (protocol.MessageParsed(ParseResult(text, intent, 1.0, entities, ((intent, 1.0),), is_shorthand)),)
        case protocol.ExtractSlots(), _:
            latest = play.script.steps[play.position - 1]
            return (protocol.SlotsExtracted((isinstance(latest, Said) and latest.extracted) or ()),)
        case protocol.PredictAction(), Did(action) as did:
            ranking = dict.fromkeys((otherwise.get(did.line or 0, action), action), 1.0)
            return (protocol.ActionPredicted(EnsemblePrediction(tuple(ranking.items()), "", 1.0)),)
        case protocol.PredictAction(), _ if not isinstance(play.step, (LeftOpen, type(None))):
            # A slot set by hand or a new beginning comes before what the bot would do.
            return (protocol.ActionPredicted(EnsemblePrediction(((state.domain.action_names[0], 1.0),), "", 1.0)),)
        case protocol.RunAction(decision), Did(action, events, is_rejected=is_rejected) if decision.action == action:
            return (protocol.ActionRejected() if is_rejected else protocol.ActionRan(events or ()),)
        case protocol.AskFormValidation(), Did(validates=validates):
            return (protocol.ValidationChosen(validates is not False),)
        case protocol.WarnContradiction(), _:
            return (protocol.WarningAcknowledged(),)
        case ((protocol.AskMessage() | protocol.AskButton()), (Did() | LeftOpen())):
            pass
        case _:
            word = decide(state, play, lambda action, domain: False)
            if isinstance(word, (Give, Ask)):
                return word.inputs
    raise IllegalInput(f"{play.script.name} does not tell all that happened", _what(play), hint=_OPEN_IT)


def _what(play: Play) -> str:
    message = next((item for item in reversed(play.script.steps[: play.position + 1]) if isinstance(item, Said)), None)
    return f"What {quoted(message.text, 60)} means, or what the bot did then, is not known." if message else ""
