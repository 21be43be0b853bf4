"""Runs custom actions on the action server: which server that is, what it is sent, and how its replies are read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from trainer_tui.core.action_program import Rejection
from trainer_tui.core.domain import Domain
from trainer_tui.core.domain_json import domain_as_dict
from trainer_tui.core.events import BotUttered, Era, Event, from_dict
from trainer_tui.core.responses import bot_message
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.core.tracker_json import current_state
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError
from trainer_tui.formats.yaml.endpoints import Endpoint
from trainer_tui.runtime.action_server import ActionServer, Launch, NoLaunch, answers, answers_health
from trainer_tui.runtime.beside import in_thread
from trainer_tui.runtime.webhook import (
    OR_SAY,
    ActionServerError,
    NoAnswerInTime,
    Payload,
    Reply,
    ServerUnreachable,
    Webhook,
    failed,
    unreadable,
)
from trainer_tui.runtime.written_json import Written, WrittenEvents, as_json

START_LIMIT = 30.0
"""Seconds that our own server may take to start."""

# What Rasa calls itself to an SDK, which warns in its log of versions that are none; up to 1.x it said nothing.
_VERSIONS = {Era.RASA_2: "2.8.34", Era.RASA_3: "3.6.21"}
_NAME = "the action server"
_CORRECT = f"Correct the action, restart the server and retry, {OR_SAY}"


@dataclass(frozen=True, slots=True)
class ActionReply:
    """What a custom action returned: messages as the SDK writes them, and events."""

    responses: tuple[Mapping[str, Any], ...]
    events: tuple[Event, ...]


class CustomActions:
    """The configured action server, if it ever answers; else one of our own, started when it is needed."""

    def __init__(
        self,
        configured: Endpoint | None,
        launch: Launch | NoLaunch,
        log: Path,
        environ: Mapping[str, str],
        time_limit: float,
        notes: list[str],
    ) -> None:
        self._notes = notes
        self._configured = configured
        self._log = log
        self._environ = environ
        self.use(launch)
        self._time_limit = time_limit
        self._uses_own = False
        self._is_up: bool | None = None
        self._choosing = asyncio.Lock()
        self._webhook: Webhook | None = None
        self._events = WrittenEvents()
        self._domain_json: tuple[Domain, Written] | None = None

    def use(self, launch: Launch | NoLaunch) -> None:
        """How a server of our own is started from now on, or why none is."""
        self._server = ActionServer(launch, self._log, self._environ) if isinstance(launch, Launch) else None
        self._why_no_own = launch.reason if isinstance(launch, NoLaunch) else ""
        self._when_down = "not run" if isinstance(launch, NoLaunch) and launch.is_chosen else "down"

    async def run(self, action: str, tracker: DialogueStateTracker, domain: Domain) -> ActionReply | Rejection:
        """What the action returned; ActionServerError where nothing came back that can be used."""
        webhook = await self.find()
        own = self._server if self._uses_own else None
        said_before = own.log_size() if own else 0

        def payload() -> dict[str, Any]:
            version = {"version": _VERSIONS[domain.era]} if domain.era in _VERSIONS else {}
            return {
                "next_action": action,
                "sender_id": tracker.sender_id,
                "tracker": current_state(tracker, domain.era, self._events.of(tracker, domain.era)),
                **version,
            }

        def payload_with_domain() -> dict[str, Any]:
            return {**payload(), "domain": self._written(domain)}

        sends_domain = not webhook.endpoint.is_domain_selective or action in domain.send_domain_actions
        reply = await self._posted(webhook, payload_with_domain if sends_domain else payload)
        if reply.status == 449:
            # The SDK of today asks for a domain that it was not sent.
            reply = await self._posted(webhook, payload_with_domain)
        if reply.status == 400:
            if reply.error and action not in domain.forms:
                # Forms step aside in the course of things; of any other action one wants to know why.
                self._notes.append(f"{action} steps aside: {reply.error}")
            return Rejection(reply.error or f"{action} was refused by the action server, without a reason")
        if reply.status == 200:
            warned = own.warnings_since(said_before) if own else ()
            self._notes += (f"The action server on {action}: {warning}" for warning in warned)
            return _read(action, reply, webhook.endpoint)
        last_words = own.last_words() if own else ""
        if _knows_no_such_action(reply, last_words):
            import_error = own.import_error() if own else ""
            raise ActionServerError(
                f"the action server has no action {action!r}",
                f"{import_error} ({webhook.endpoint.shown})".lstrip(),
                "Add it to the actions and restart the server, or say what it would return.",
            )
        raise failed(_NAME, reply, webhook.endpoint, _CORRECT, last_words, own.last_place() if own else None)

    async def find(self) -> Webhook:
        """The server to ask; our own is started, and waited for, where the configured one never answered."""
        async with self._choosing:
            if self._configured and not self._uses_own:
                if self._is_up is None:
                    self._is_up = await answers(*_host_and_port(self._configured))
                    self._uses_own = not self._is_up and self._server is not None
                if not self._uses_own:
                    if_down = f"Start it and retry, {OR_SAY} {self._why_no_own}".rstrip()
                    return self._asking(self._configured, f"Retry, {OR_SAY}", if_down)
            if self._server is None:
                raise ServerUnreachable(
                    "no action server is set up",
                    f"endpoints.yml has no 'action_endpoint:'. {self._why_no_own}",
                    f"Add one of them, {OR_SAY}",
                )
            self._uses_own = True
            await self._start(self._server)
            if self._server.has_news():
                self._notes.append("The actions were changed since their server started: restart it to run them.")
            return self._asking(Endpoint(self._server.url), f"Retry, restart it, {OR_SAY} Its log: {self._server.log}")

    async def restart(self) -> str:
        """Starts our own server anew, with the actions as they are now; returns one line on what was done."""
        if self._server is None or not self._uses_own:
            address = self._configured.shown if self._configured else "The action server"
            self._is_up = None
            return f"{address} was not started by this session: restart it where it runs."
        self._is_up = None
        await in_thread(self._server.stop)
        await self.find()
        return "The action server was started anew."

    def status(self) -> tuple[str, bool]:
        """What the status line says, and whether all is well."""
        if self._is_up is None:
            return ("starting", True) if self._server and self._server.is_running else ("", True)
        if self._uses_own and self._server:
            return ("local", True) if self._is_up and self._server.is_running else ("down", False)
        return ("up", True) if self._is_up else (self._when_down, False)

    def log_lines(self) -> tuple[str, ...]:
        return self._server.log_lines() if self._server else ()

    def close(self) -> None:
        if self._server:
            self._server.stop()

    async def _posted(self, webhook: Webhook, payload: Payload) -> Reply:
        try:
            reply = await webhook.post(payload, self._time_limit)
        except NoAnswerInTime:
            self._is_up = True
            raise
        except ActionServerError:
            host, port = _host_and_port(webhook.endpoint)
            # A server of ours that is just going down takes a connection still, but answers nothing.
            self._is_up = await (answers_health(port) if self._uses_own else answers(host, port))
            raise
        self._is_up = True
        return reply

    async def _start(self, server: ActionServer) -> None:
        if server.is_ready and self._is_up:
            return
        if self._is_up is False or not server.is_running:
            # It answered nobody, or its first process ended: what may be left of it goes, before another one comes.
            await in_thread(server.stop)
        self._is_up = None
        try:
            server.start()
            await server.wait_until_ready(START_LIMIT)
        except OSError as error:
            self._is_up = False
            raise ServerUnreachable("the action server cannot be started", f"{error}.") from None
        except ActionServerError as error:
            self._is_up = False
            raise ServerUnreachable(error.title, error.message, error.hint, error.place) from None
        self._is_up = True

    def _asking(self, endpoint: Endpoint, hint: str, if_down: str = "") -> Webhook:
        if self._webhook is None or self._webhook.endpoint != endpoint:
            self._webhook = Webhook(endpoint, _NAME, hint, if_down)
        return self._webhook

    def _written(self, domain: Domain) -> Written:
        if self._domain_json is None or self._domain_json[0] is not domain:
            self._domain_json = (domain, Written(as_json(domain_as_dict(domain))))
        return self._domain_json[1]


def _knows_no_such_action(reply: Reply, last_words: str) -> bool:
    """The SDK of today answers 404 and names the action; that of 2018 says so in its log alone."""
    if reply.status == 404:
        return isinstance(reply.body, dict) and bool(reply.body.get("action_name"))
    return "No registered Action found" in last_words


def _read(action: str, reply: Reply, endpoint: Endpoint) -> ActionReply:
    """The reply's parts, all of them or none."""
    if not isinstance(reply.body, dict):
        raise unreadable(_NAME, endpoint, 'Expected {"events": [...], "responses": [...]}.', reply)
    parts: list[list[Any]] = []
    for name in ("responses", "events"):
        part = reply.body.get(name) or []
        if not isinstance(part, list) or not all(isinstance(item, dict) for item in part):
            raise unreadable(_NAME, endpoint, f"'{name}' is no list of objects.", reply)
        parts.append(part)
    responses, events = parts
    try:
        return ActionReply(tuple(responses), tuple(_event(event) for event in events))
    except FormatError as error:
        raise ActionServerError(
            f"{action} returned an event that cannot be read",
            f"{error.title}. {error.message}",
            "None of its events was kept. Correct the action and retry.",
        ) from None


def _event(source: Mapping[str, Any]) -> Event:
    event = from_dict(source)
    if isinstance(event, BotUttered):
        return replace(bot_message({**event.data, "text": event.text}, event.response), timestamp=event.timestamp)
    return event


def _host_and_port(endpoint: Endpoint) -> tuple[str, int]:
    parts = urlsplit(endpoint.url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
