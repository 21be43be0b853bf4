"""Says the bot's responses: chosen and filled in here, or asked for at the NLG server of endpoints.yml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import BotUttered, Era
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
from trainer_tui.formats.yaml.endpoints import Endpoint
from trainer_tui.runtime.webhook import OR_SAY, Webhook, failed, unreadable
from trainer_tui.runtime.written_json import WrittenEvents

_NAME = "the response server (nlg)"
_REMEDY = f"Correct it and retry, {OR_SAY}"


def is_said(action: str, domain: Domain) -> bool:
    """Whether the action only says something: a response, listed as an action or not, or a bot text of a story."""
    if action.startswith("utter_") or action in domain.end_to_end_actions:
        return True
    return action not in domain.actions and (action in domain.responses or is_retrieval_action(action, domain))


class Responses:
    """`notes` collects what the person should know beside the words: why a response said nothing."""

    def __init__(self, nlg: Endpoint | None, choose: Choose, time_limit: float, notes: list[str]) -> None:
        self._nlg = Webhook(nlg, _NAME, f"Retry, {OR_SAY}", f"Start it and retry, {OR_SAY}") if nlg else None
        self._events = WrittenEvents()
        self._choose = choose
        self._time_limit = time_limit
        self._notes = notes

    async def say(
        self,
        action: str,
        tracker: DialogueStateTracker,
        domain: Domain,
        arguments: Mapping[str, Any] | None = None,
    ) -> tuple[BotUttered, ...]:
        """The words of a response; `arguments` are values beside the slots. Nothing where the bot has none."""
        if action in domain.end_to_end_actions:
            return (BotUttered(action),)
        name: str | None = action
        if is_retrieval_action(action, domain):
            intent = tracker.latest_message.intent if tracker.latest_message else None
            name = retrieved_response(action, intent, domain)
            if name is None:
                return self._nothing(f"{action} has no response to the intent {intent!r}.")
        response, given = name or action, arguments or {}
        if self._nlg is not None:
            return (await self._generated(self._nlg, response, tracker, domain, given),)
        variations = domain.responses.get(response)
        if variations is None:
            return self._nothing(f"the domain has no response {response!r}: nothing was said.")
        fitting = fitting_variations(variations, tracker.slots)
        if not fitting:
            why = "each of its variations is for a channel, or for a condition that does not hold"
            return self._nothing(f"{response} said nothing: {why}.")
        chosen = self._choose(fitting) if len(fitting) > 1 else fitting[0]
        message = said(response, chosen, {**tracker.slots, **given})
        if message.text is None and not message.data:
            return self._nothing(f"{response} said nothing: its variation is empty.")
        return (message,)

    async def say_for_action(
        self, source: Mapping[str, Any], tracker: DialogueStateTracker, domain: Domain
    ) -> tuple[BotUttered, ...]:
        """One message of a custom action: its own text and parts, over those of the response that it names, if any."""
        own = {part: value for part, value in source.items() if value and part not in ("response", "template")}
        name = source.get("response") or source.get("template")
        if not name:
            return (bot_message(own),)
        found = await self.say(str(name), tracker, domain, own)
        draft = found[0] if found else BotUttered(response=str(name))
        buttons = [*draft.buttons, *(own.pop("buttons", None) or ())]
        message = bot_message({"text": draft.text, **draft.data, **own, "buttons": buttons}, draft.response)
        return (message,) if message.text is not None or message.data else ()

    def _nothing(self, why: str) -> tuple[BotUttered, ...]:
        self._notes.append(why)
        return ()

    async def _generated(
        self,
        nlg: Webhook,
        response: str,
        tracker: DialogueStateTracker,
        domain: Domain,
        arguments: Mapping[str, Any],
    ) -> BotUttered:
        def payload() -> dict[str, Any]:
            return {
                "template" if domain.era is Era.CORE else "response": response,
                "arguments": dict(arguments),
                "tracker": current_state(tracker, domain.era, self._events.of(tracker, domain.era)),
                "channel": {"name": "cmdline"},
            }

        reply = await nlg.post(payload, self._time_limit)
        if reply.status != 200:
            raise failed(_NAME, reply, nlg.endpoint, _REMEDY)
        if not isinstance(reply.body, dict) or not reply.body:
            raise unreadable(_NAME, nlg.endpoint, "Expected a JSON object with a text.", reply)
        return bot_message(reply.body, response)
