"""Performs any action for the session: responses, default actions, forms, and custom actions on the action server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from trainer_tui.core.action_program import ActionProgram, Call, Events, Rejection
from trainer_tui.core.custom_slots import extract_custom_slots
from trainer_tui.core.default_actions import default_action
from trainer_tui.core.domain import ACTION_EXTRACT_SLOTS, Domain
from trainer_tui.core.domain_json import domain_as_dict
from trainer_tui.core.events import ACTION_LISTEN, BotUttered, Era, Event, SlotSet, from_dict
from trainer_tui.core.forms import form_action, is_form_in_process
from trainer_tui.core.responses import (
    Choose,
    bot_message,
    fitting_variations,
    is_retrieval_action,
    retrieved_response,
    said,
)
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.core.tracker_json import current_state
from trainer_tui.errors import FormatError
from trainer_tui.formats.endpoints_yaml import Endpoint, Endpoints
from trainer_tui.runtime.action_server import ActionServer, Launch, NoLaunch, answers
from trainer_tui.runtime.webhook import ActionServerError, Reply, Webhook
from trainer_tui.session.forms import needs_server_for_slots
from trainer_tui.session.protocol import ActionRan, ActionRejected

TIME_LIMIT = 10.0
"""Seconds that one action may take on its server."""
START_LIMIT = 30.0
"""Seconds that our own server may take to start."""

# What Rasa calls itself to an SDK, which warns in its log of versions that are none; up to 1.x it said nothing.
_VERSIONS = {Era.RASA_2: "2.8.34", Era.RASA_3: "3.6.21"}
_ACTION_SERVER = "the action server"
_RESPONSE_SERVER = "the response server (nlg)"


class ActionRunner:
    """Runs one action at a time. Where nothing answers at the configured endpoint, the project's own server is started.

    `launch` is how (or why not), `log` gets what that server says, `choose` picks one of several variations
    of a response, `now` is the time in seconds since 1970. Nothing here is ever done twice without being asked.
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
        self._configured = endpoints.action_endpoint
        self._nlg = Webhook(endpoints.nlg, _RESPONSE_SERVER) if endpoints.nlg else None
        self._server = ActionServer(launch, log, environ) if isinstance(launch, Launch) else None
        self._why_no_own = launch.reason if isinstance(launch, NoLaunch) else ""
        self._uses_own = False
        self._is_up: bool | None = None
        self._choosing = asyncio.Lock()
        self._choose = choose
        self._now = now
        self._notes: list[str] = []
        self._unknown_slots: set[str] = set()
        self._domain_json: tuple[Domain, dict[str, Any]] | None = None

    # --- for the session ------------------------------------------------------------------------------------------

    async def run(self, action: str, tracker: DialogueStateTracker, domain: Domain) -> ActionRan | ActionRejected:
        """What the action did, after `tracker` (which holds the prediction's own events already).

        ActionServerError where it could not be run: nothing has happened then. May be cancelled at any time.
        """
        outcome = await self._perform(action, tracker, domain)
        if isinstance(outcome, Rejection):
            return ActionRejected(outcome.reason)
        self._note_unknown_slots(action, outcome, domain)
        return ActionRan(self._stamped(outcome))

    async def extract_slots(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[Event, ...]:
        """Slots with custom mappings of Rasa 3.x, filled by the server after a message whose other slots are filled."""
        outcome = await self._drive(extract_custom_slots(tracker, domain), domain)
        return self._stamped(outcome) if not isinstance(outcome, Rejection) else ()

    def needs_server(self, action: str, domain: Domain) -> bool:
        """Whether running the action asks the action server."""
        if action == ACTION_LISTEN:
            return False
        if _program(action, DialogueStateTracker.start(domain), domain) is None:
            return not _is_said(action, domain)
        if action in domain.forms:
            own = (f"validate_{action}", "action_ask_")
            return any(name.startswith(own) for name in domain.actions)
        return action == ACTION_EXTRACT_SLOTS and needs_server_for_slots(domain)

    async def start(self, domain: Domain) -> None:
        """Finds or starts the server, where the bot has actions for it; `status` tells what came of it."""
        if any(self.needs_server(name, domain) for name in domain.action_names):
            try:
                await self._webhook()
            except ActionServerError as error:
                self._notes.append(str(error))

    async def restart(self) -> str:
        """Starts our own server anew, with the actions as they are now; returns one line on what was done."""
        if self._server is None or not self._uses_own:
            self._is_up = None
            return f"{self._address()} was not started by this session: restart it where it runs."
        self._is_up = None
        await asyncio.to_thread(self._server.stop)
        await self._webhook()
        return "The action server was started anew."

    def status(self) -> tuple[str, bool]:
        """What the status line says of the server, and whether all is well."""
        if self._is_up is None:
            return ("◌ starting", True) if self._server and self._server.is_running else ("", True)
        if self._uses_own and self._server:
            return ("● local", True) if self._server.is_running else ("○ down", False)
        return ("● up", True) if self._is_up else ("○ down", False)

    def log_lines(self, count: int = 200) -> tuple[str, ...]:
        """The end of what our own server said."""
        return self._server.log_lines(count) if self._server else ()

    def take_notes(self) -> tuple[str, ...]:
        """What should be said once beside the results; each is handed out once."""
        notes, self._notes = tuple(self._notes), []
        return notes

    def close(self) -> None:
        """Ends our own server; safe at any time, also more than once."""
        if self._server:
            self._server.stop()

    # --- performing -----------------------------------------------------------------------------------------------

    async def _perform(self, action: str, tracker: DialogueStateTracker, domain: Domain) -> Events | Rejection:
        program = _program(action, tracker, domain)
        if program is not None:
            return await self._drive(program, domain)
        if _is_said(action, domain):
            return await self._said(action, tracker, domain, {})
        return await self._asked(action, tracker, domain)

    async def _drive(self, program: ActionProgram, domain: Domain) -> Events | Rejection:
        try:
            call: Call = next(program)
            while True:
                outcome = await self._perform(call.action, call.tracker, domain)
                if isinstance(outcome, Rejection):
                    return outcome
                call = program.send(outcome)
        except StopIteration as finished:
            result: Events | Rejection = finished.value
            return result

    def _stamped(self, events: Events) -> Events:
        """Servers leave out the time; the log has one for every event."""
        now = self._now()
        return tuple(event if event.timestamp is not None else replace(event, timestamp=now) for event in events)

    def _note_unknown_slots(self, action: str, events: Events, domain: Domain) -> None:
        for event in events:
            if not isinstance(event, SlotSet) or event.name in domain.initial_slots:
                continue
            if event.name not in self._unknown_slots:
                self._unknown_slots.add(event.name)
                self._notes.append(
                    f"{action} sets the slot {event.name!r}, which the domain lacks. Add it to the domain's slots."
                )

    # --- responses ------------------------------------------------------------------------------------------------

    async def _said(
        self, action: str, tracker: DialogueStateTracker, domain: Domain, arguments: Mapping[str, Any]
    ) -> tuple[BotUttered, ...]:
        """The words of a response, as this bot chooses and fills them; none where it has none, which is noted."""
        if action in domain.end_to_end_actions:
            return (BotUttered(action),)
        name: str | None = action
        if is_retrieval_action(action, domain):
            message = tracker.latest_message
            name = retrieved_response(action, message.intent if message else None, domain)
            if name is None:
                self._notes.append(f"{action} has no response to the intent {message.intent if message else None!r}.")
                return ()
        if self._nlg is not None:
            return (await self._generated(self._nlg, name or action, tracker, domain, arguments),)
        variations = domain.responses.get(name or action)
        if variations is None:
            self._notes.append(f"the domain has no response {name!r}: nothing was said.")
            return ()
        values = {**tracker.slots, **arguments}
        fitting = fitting_variations(variations, tracker.slots)
        if not fitting:
            self._notes.append(
                f"{name} said nothing: each of its variations is for a channel, or for a condition that does not hold."
            )
            return ()
        return (said(name or action, self._choose(fitting) if len(fitting) > 1 else fitting[0], values),)

    async def _generated(
        self,
        nlg: Webhook,
        response: str,
        tracker: DialogueStateTracker,
        domain: Domain,
        arguments: Mapping[str, Any],
    ) -> BotUttered:
        """What the NLG server of the endpoints answers."""
        key = "template" if domain.era is Era.CORE else "response"
        payload = {
            key: response,
            "arguments": dict(arguments),
            "tracker": current_state(tracker, domain.era),
            "channel": {"name": "cmdline"},
        }
        reply = await nlg.post(payload, self.time_limit)
        if reply.status != 200:
            raise _failed(_RESPONSE_SERVER, reply, nlg.endpoint, "")
        if not isinstance(reply.body, dict) or not reply.body:
            raise _unreadable(_RESPONSE_SERVER, nlg.endpoint, "Expected a JSON object with a text.", reply)
        return bot_message(reply.body, response)

    # --- the action server ----------------------------------------------------------------------------------------

    async def _asked(self, action: str, tracker: DialogueStateTracker, domain: Domain) -> Events | Rejection:
        webhook = await self._webhook()
        payload: dict[str, Any] = {
            "next_action": action,
            "sender_id": tracker.sender_id,
            "tracker": current_state(tracker, domain.era),
        }
        if domain.era in _VERSIONS:
            payload["version"] = _VERSIONS[domain.era]
        if not webhook.endpoint.is_domain_selective or action in domain.send_domain_actions:
            payload["domain"] = self._domain_as_dict(domain)
        reply = await self._posted(webhook, payload)
        if reply.status == 449:
            # The SDK of today asks for a domain that it was not sent.
            reply = await self._posted(webhook, {**payload, "domain": self._domain_as_dict(domain)})
        if reply.status == 400:
            return Rejection(_error_of(reply) or f"{action} was refused by the action server, without a reason")
        if reply.status == 404 and isinstance(reply.body, dict) and reply.body.get("action_name"):
            raise ActionServerError(
                f"the action server has no action {action!r}",
                f"({webhook.endpoint.url})",
                "Add it to the actions and restart the server, or say what it would return.",
            )
        if reply.status != 200:
            last_words = self._server.last_words() if self._server and self._uses_own else ""
            raise _failed(_ACTION_SERVER, reply, webhook.endpoint, last_words)
        return await self._read(action, reply, webhook.endpoint, tracker, domain)

    async def _posted(self, webhook: Webhook, payload: Mapping[str, Any]) -> Reply:
        try:
            reply = await webhook.post(payload, self.time_limit)
        except ActionServerError:
            host, port = _host_and_port(webhook.endpoint)
            self._is_up = await answers(host, port)
            raise
        self._is_up = True
        return reply

    async def _read(
        self, action: str, reply: Reply, endpoint: Endpoint, tracker: DialogueStateTracker, domain: Domain
    ) -> Events:
        """The events of a reply: what the bot says comes first, as in Rasa."""
        if not isinstance(reply.body, dict):
            raise _unreadable(_ACTION_SERVER, endpoint, 'Expected {"events": […], "responses": […]}.', reply)
        parts: list[list[Any]] = []
        for name in ("responses", "events"):
            part = reply.body.get(name) or []
            if not isinstance(part, list) or not all(isinstance(item, dict) for item in part):
                raise _unreadable(_ACTION_SERVER, endpoint, f"'{name}' is no list of objects.", reply)
            parts.append(part)
        responses, sources = parts
        try:
            events = [from_dict(source) for source in sources]
        except FormatError as error:
            raise ActionServerError(
                f"{action} returned an event that cannot be read",
                f"{error.title}. {error.message}",
                "None of its events was kept. Correct the action and retry.",
            ) from None
        words: list[Event] = []
        for response in responses:
            words += await self._uttered(response, tracker, domain)
        return (*words, *events)

    async def _uttered(
        self, source: Mapping[str, Any], tracker: DialogueStateTracker, domain: Domain
    ) -> tuple[BotUttered, ...]:
        """One message of an action: its own text and parts, added to those of the response that it names, if any."""
        own = {part: value for part, value in source.items() if value and part not in ("response", "template")}
        name = source.get("response") or source.get("template")
        if not name:
            return (bot_message(own),)
        found = await self._said(str(name), tracker, domain, own)
        draft = found[0] if found else BotUttered(response=str(name))
        buttons = [*draft.buttons, *(own.pop("buttons", None) or ())]
        merged = {"text": draft.text, **draft.data, **own, "buttons": buttons}
        message = bot_message(merged, draft.response)
        return (message,) if message.text is not None or message.data else ()

    def _domain_as_dict(self, domain: Domain) -> dict[str, Any]:
        if self._domain_json is None or self._domain_json[0] is not domain:
            self._domain_json = (domain, domain_as_dict(domain))
        return self._domain_json[1]

    # --- which server ---------------------------------------------------------------------------------------------

    async def _webhook(self) -> Webhook:
        """The server to ask: the configured one if it ever answered, else our own, started if it is not running."""
        async with self._choosing:
            if self._configured and not self._uses_own:
                if self._is_up is None:
                    self._is_up = await answers(*_host_and_port(self._configured))
                    self._uses_own = not self._is_up and self._server is not None
                if not self._uses_own:
                    hint = f"{self._why_no_own} Start it and retry, or say what the action would return."
                    return Webhook(self._configured, _ACTION_SERVER, hint.lstrip())
            if self._server is None:
                raise ActionServerError(
                    "no action server is set up",
                    f"endpoints.yml has no 'action_endpoint:'. {self._why_no_own}",
                    "Add one of them, or say what the action would return.",
                )
            self._uses_own = True
            return await self._own(self._server)

    async def _own(self, server: ActionServer) -> Webhook:
        self._is_up = None
        try:
            server.start()
            await server.wait_until_ready(START_LIMIT)
        except OSError as error:
            self._is_up = False
            raise ActionServerError("the action server cannot be started", f"{error}.") from None
        except ActionServerError:
            self._is_up = False
            raise
        self._is_up = True
        return Webhook(Endpoint(server.url), _ACTION_SERVER, f"Its log: {server.log}")

    def _address(self) -> str:
        return self._configured.url if self._configured else "The action server"


def _program(action: str, tracker: DialogueStateTracker, domain: Domain) -> ActionProgram | None:
    """The program of an action that Rasa itself performs; None for responses and custom actions."""
    if is_form_in_process(action, domain):
        return form_action(action, tracker, domain)
    if action == ACTION_EXTRACT_SLOTS and action in domain.default_actions:
        return extract_custom_slots(tracker, domain)
    return default_action(action, tracker, domain)


def _is_said(action: str, domain: Domain) -> bool:
    """Whether the action only says something: a response, listed as an action or not, or a bot text of a story."""
    if action.startswith("utter_") or action in domain.end_to_end_actions:
        return True
    return action not in domain.actions and (action in domain.responses or is_retrieval_action(action, domain))


def _host_and_port(endpoint: Endpoint) -> tuple[str, int]:
    parts = urlsplit(endpoint.url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _error_of(reply: Reply) -> str:
    error = reply.body.get("error") if isinstance(reply.body, dict) else None
    return str(error)[:300] if error else ""


def _failed(server: str, reply: Reply, endpoint: Endpoint, last_words: str) -> ActionServerError:
    """The server answered with a status that no result comes with."""
    if reply.status in (401, 403):
        hint = "Check token, basic_auth and headers of the endpoint."
    elif reply.status == 404:
        hint = "Check the url of the endpoint: it usually ends in /webhook."
    else:
        hint = "Correct the action, restart the server and retry, or say what the action would return."
    said_why = _error_of(reply) or last_words or "It did not say why; its log may."
    return ActionServerError(f"{server} failed with status {reply.status}", f"{said_why} ({endpoint.url})", hint)


def _unreadable(server: str, endpoint: Endpoint, expected: str, reply: Reply) -> ActionServerError:
    found = f"Found {reply.text[:80]!r}." if reply.text else "The answer is empty."
    return ActionServerError(f"{server} answered something unreadable", f"{found} ({endpoint.url})", expected)
