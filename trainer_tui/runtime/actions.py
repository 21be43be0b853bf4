"""Performs any action for the session: responses, default actions, forms, and custom actions on the action server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from trainer_tui.core.action_program import ActionProgram, Call, Events, Rejection
from trainer_tui.core.custom_slots import extract_slots, has_custom_slots
from trainer_tui.core.default_actions import default_action
from trainer_tui.core.domain import ACTION_EXTRACT_SLOTS, Domain
from trainer_tui.core.events import ACTION_LISTEN, Event, SlotSet, stamped
from trainer_tui.core.forms import form_action, is_form_in_process
from trainer_tui.core.responses import Choose
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.formats.yaml.endpoints import Endpoints
from trainer_tui.runtime.action_server import Launch, NoLaunch
from trainer_tui.runtime.custom_actions import CustomActions
from trainer_tui.runtime.responses import Responses, is_said
from trainer_tui.runtime.webhook import ActionServerError, ServerUnreachable
from trainer_tui.session.protocol import ActionRan, ActionRejected

TIME_LIMIT = 10.0
"""Seconds that one action may take on its server."""


class ActionRunner:
    """Runs one action at a time. Where nothing answers at the configured endpoint, the project's own server is started.

    `launch` is how (or why not), `log` gets what that server says, `choose` picks one of several variations of a
    response, `now` is the time in seconds since 1970. Nothing is done twice without being asked.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        launch: Launch | NoLaunch,
        log: Path,
        *,
        environ: Mapping[str, str],
        choose: Choose,
        now: Callable[[], float],
        time_limit: float = TIME_LIMIT,
    ) -> None:
        self.time_limit = time_limit
        self._notes: list[str] = []
        self._custom = CustomActions(endpoints.action_endpoint, launch, log, environ, time_limit, self._notes)
        self._responses = Responses(endpoints.nlg, choose, time_limit, self._notes)
        self._now = now
        self._unknown_slots: set[str] = set()
        self._left_out: set[str] = set()
        self._said_why = ""

    async def run(self, action: str, tracker: DialogueStateTracker, domain: Domain) -> ActionRan | ActionRejected:
        """What the action did, after `tracker` (which holds the prediction's own events already).

        ActionServerError where it could not be run: nothing has happened then. May be cancelled at any time.
        """
        outcome = await self._perform(action, tracker, domain)
        if isinstance(outcome, Rejection):
            return ActionRejected(outcome.reason)
        self._note_unknown_slots(action, outcome, domain)
        return ActionRan(stamped(outcome, self._now()))

    async def extract_slots(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[Event, ...]:
        """The slots that the latest message fills where the project's code has a say (Rasa 3.x)."""
        outcome = await self._drive(extract_slots(tracker, domain), domain)
        return stamped(outcome, self._now()) if not isinstance(outcome, Rejection) else ()

    def needs_server(self, action: str, domain: Domain) -> bool:
        """Whether running the action asks the action server."""
        if action == ACTION_LISTEN:
            return False
        if _program(action, DialogueStateTracker.start(domain), domain) is None:
            return not is_said(action, domain)
        if action in domain.forms:
            own = (f"validate_{action}", "action_ask_")
            return any(name.startswith(own) for name in domain.actions)
        return action == ACTION_EXTRACT_SLOTS and has_custom_slots(domain)

    def needs_server_for(self, domain: Domain) -> bool:
        """Whether running any of the bot's actions asks the action server."""
        return any(self.needs_server(name, domain) for name in domain.action_names)

    def use(self, launch: Launch | NoLaunch) -> None:
        """How the project's own server is started from now on, or why it is not."""
        self._custom.use(launch)

    async def start(self, domain: Domain) -> None:
        """Finds or starts the server, where the bot has actions for it; `status` tells what came of it."""
        if self.needs_server_for(domain):
            try:
                await self._custom.find()
            except ActionServerError as error:
                self._said_why = _why(error)
                self._notes.append(str(error))

    async def restart(self) -> str:
        """Starts our own server anew, with the actions as they are now; returns one line on what was done."""
        return await self._custom.restart()

    def status(self) -> tuple[str, bool]:
        """What the status line says of the server ("" = none is needed yet), and whether all is well."""
        return self._custom.status()

    def log_lines(self) -> tuple[str, ...]:
        """The end of what our own server said."""
        return self._custom.log_lines()

    def take_notes(self) -> tuple[str, ...]:
        """What should be said once beside the results; each is handed out once."""
        notes = tuple(self._notes)
        self._notes.clear()
        return notes

    def close(self) -> None:
        """Ends our own server; safe at any time, also more than once."""
        self._custom.close()

    async def _perform(self, action: str, tracker: DialogueStateTracker, domain: Domain) -> Events | Rejection:
        program = _program(action, tracker, domain)
        if program is not None:
            return await self._drive(program, domain)
        if is_said(action, domain):
            return await self._responses.say(action, tracker, domain)
        reply = await self._custom.run(action, tracker, domain)
        if isinstance(reply, Rejection):
            return reply
        # What the bot says comes before the events, as in Rasa.
        words: list[Event] = []
        for response in reply.responses:
            words += await self._responses.say_for_action(response, tracker, domain)
        return (*words, *reply.events)

    async def _drive(self, program: ActionProgram, domain: Domain) -> Events | Rejection:
        try:
            call: Call = next(program)
            while True:
                outcome = await self._perform_call(call, domain)
                if isinstance(outcome, Rejection):
                    return outcome
                call = program.send(outcome)
        except StopIteration as finished:
            result: Events | Rejection = finished.value
            return result

    async def _perform_call(self, call: Call, domain: Domain) -> Events | Rejection:
        try:
            return await self._perform(call.action, call.tracker, domain)
        except ServerUnreachable as error:
            if not call.is_optional:
                raise
            if call.action not in self._left_out:
                self._left_out.add(call.action)
                why, said_why = _why(error), self._said_why
                self._said_why = why
                left_out = f"{call.action} was not asked{'.' if why == said_why else f': {why}'}"
                self._notes.append(f"{left_out} Slots are filled without it; set by hand what it would fill.")
            return ()

    def _note_unknown_slots(self, action: str, events: Events, domain: Domain) -> None:
        names = [event.name for event in events if isinstance(event, SlotSet)]
        for name in names:
            if name not in domain.initial_slots and name not in self._unknown_slots:
                self._unknown_slots.add(name)
                self._notes.append(f"{action} sets the slot {name!r}, which the domain lacks. Add it to its slots.")


def _why(error: ActionServerError) -> str:
    return f"{error.title}. {error.message}".rstrip()


def _program(action: str, tracker: DialogueStateTracker, domain: Domain) -> ActionProgram | None:
    """The program of an action that Rasa itself performs; None for responses and custom actions."""
    if is_form_in_process(action, domain):
        return form_action(action, tracker, domain)
    if action == ACTION_EXTRACT_SLOTS and action in domain.default_actions:
        return extract_slots(tracker, domain)
    return default_action(action, tracker, domain)
