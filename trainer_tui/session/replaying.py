"""A script replayed with nobody there: where what the bot would do today differs from what was confirmed.

The script is followed whatever is predicted, so that each difference stands by itself. Nothing is run: results are the
recorded ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from trainer_tui.core.domain import Domain, ResponseVariation
from trainer_tui.core.events import Entity, SlotSet, UserUttered
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import TrainerError
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.nlu.shorthand import parse_shorthand
from trainer_tui.policies.policy import EnsemblePrediction
from trainer_tui.session import protocol
from trainer_tui.session.machine import SessionState, start, step
from trainer_tui.session.player import Ask, Give, Word, advanced, decide, same_entities
from trainer_tui.session.script import Did, Play, Said, Script

Reads = Callable[[str], ParseResult]


class Policies(Protocol):
    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> EnsemblePrediction: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """`part` is "intent", "entities", "action" or "slot NAME". `turn` counts messages from 1, `line` is the
    source's."""

    turn: int
    part: str
    confirmed: str
    now: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """`turns` that were played, of those that the script has; `stopped` says why there are fewer ("" where not)."""

    turns: int
    differences: tuple[Difference, ...]
    stopped: str = ""


def replayed(script: Script, domain: Domain, policies: Policies, reads: Reads | None) -> Replayed:
    """Play the script to its end; messages are read anew where something `reads` them."""
    replay = _Replay(script, domain, policies, reads)
    try:
        while (given := replay.next()) is not None:
            replay.take(given)
    except TrainerError as error:
        return Replayed(replay.turn, tuple(replay.differences), str(error))
    return Replayed(replay.turn, tuple(replay.differences))


class _Replay:
    def __init__(self, script: Script, domain: Domain, policies: Policies, reads: Reads | None) -> None:
        self.turn = 0
        self.differences: list[Difference] = []
        self._state = start(domain)
        self._play = Play(script)
        self._policies = policies
        self._reads = reads
        self._inputs: list[protocol.Input] = []

    def take(self, given: protocol.Input) -> None:
        before = self._state
        self._state = step(before, given)
        play = advanced(self._play, before, given, self._state)
        if play is None:
            raise TrainerError("the session left the script")
        self.turn += isinstance(self._state.waiting, protocol.ParseMessage)
        self._play = play
        self._compare_slots(before)

    def next(self) -> protocol.Input | None:
        """What is given now; None at the end."""
        if self._inputs:
            return self._inputs.pop(0)
        state, play = self._state, self._play
        match state.waiting:
            case protocol.ParseMessage(text):
                return protocol.MessageParsed(self._parsed(text))
            case protocol.PredictAction():
                return protocol.ActionPredicted(self._policies.predict(state.tracker, state.domain))
            case protocol.ExtractSlots():
                said = self._understood
                return protocol.SlotsExtracted(said.extracted or () if said else ())
            case protocol.RunAction(decision):
                did = next((item for _, item in play.rest_of_turn() if item.action == decision.action), None)
                if did and did.is_rejected:
                    return protocol.ActionRejected()
                return protocol.ActionRan(did.events or () if did else ())
        word = decide(state, play, _never)
        self._judge(word)
        if isinstance(word, (Give, Ask)):
            self._inputs = list(word.inputs)
            return self._inputs.pop(0)
        match state.waiting:
            case protocol.AskMessage() | protocol.AskButton():
                return None
            case protocol.ConfirmIntent() | protocol.ConfirmAction():
                return None if play.step is None else protocol.Confirmed()
            case protocol.AskFormValidation():
                return protocol.ValidationChosen(validate=True)
            case protocol.WarnContradiction():
                return protocol.WarningAcknowledged()
            case protocol.WriteResponse():
                return protocol.ResponseWritten((ResponseVariation(""),))
            case waiting:
                raise TrainerError(f"the script has no answer to {type(waiting).__name__}")

    @property
    def _understood(self) -> Said | None:
        """The message that was understood last."""
        latest = self._play.script.steps[self._play.position - 1] if self._play.position else None
        return latest if isinstance(latest, Said) else None

    def _parsed(self, text: str) -> ParseResult:
        found = parse_shorthand(text, self._state.domain)
        if found:
            return found
        if self._reads is not None:
            return self._reads(text)
        said = self._play.step
        assert isinstance(said, Said)
        return ParseResult(text, said.intent, 1.0, said.entities, ((said.intent, 1.0),) if said.intent else ())

    def _judge(self, word: Word) -> None:
        state, expected = self._state, self._play.step
        match state.waiting, expected:
            case protocol.ConfirmIntent(parse), Said(intent=str(intent)) as said:
                if parse.intent != intent:
                    self._differs("intent", intent, str(parse.intent), said.line)
                if not same_entities(parse.entities, said.entities):
                    self._differs("entities", _shown(said.entities), _shown(parse.entities), said.line)
            case protocol.ConfirmAction(prediction), Did() as did if isinstance(word, Ask):
                self._differs("action", did.action, prediction.action, did.line)

    def _compare_slots(self, before: SessionState) -> None:
        """What the message fills, once that is known: today, and when it was confirmed."""
        said = self._understood
        if said is None or said.slots is None or not isinstance(self._state.waiting, protocol.PredictAction):
            return
        filled: dict[str, object] = {}
        tracker: DialogueStateTracker | None = self._state.tracker
        while tracker is not None and tracker.event is not None and not isinstance(tracker.event, UserUttered):
            if isinstance(tracker.event, SlotSet):
                filled.setdefault(tracker.event.name, tracker.event.value)
            tracker = tracker.parent
        for name in sorted({*said.slots, *filled}):
            confirmed, now = said.slots.get(name), filled.get(name)
            if confirmed != now:
                self._differs(f"slot {name}", repr(confirmed), repr(now), said.line)

    def _differs(self, part: str, confirmed: str, now: str, line: int | None) -> None:
        self.differences.append(Difference(self.turn, part, confirmed, now, line))


def _never(action: str, domain: Domain) -> bool:
    return False


def _shown(entities: Sequence[Entity]) -> str:
    return ", ".join(f"{item.entity}={item.value!r}" for item in entities) or "none"
