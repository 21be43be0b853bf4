"""What the bot says: which variation of a response fits, and its text with the slots filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from trainer_tui.core.domain import Domain, ResponseVariation, base_intent
from trainer_tui.core.events import BotUttered

Choose = Callable[[Sequence[ResponseVariation]], ResponseVariation]
"""Picks one of several variations (never of none); chance lives outside, so that a test decides."""

MESSAGE_PARTS = ("buttons", "image", "attachment", "elements", "quick_replies", "custom")
"""What a bot message holds beside its text, by Rasa's names."""

# A name between braces; JSON and code between braces stay as they are.
_SLOT = re.compile(r"\{([\w.\-]+)\}")


def fitting_variations(
    variations: Iterable[ResponseVariation], slots: Mapping[str, Any], channel: str | None = None
) -> tuple[ResponseVariation, ...]:
    """The variations to choose from, as Rasa 3.6 narrows them: those of the channel before those of none, and among
    either those whose condition holds before those without one. Variations of other channels never count."""
    groups: dict[tuple[bool, bool], list[ResponseVariation]] = {}
    for variation in variations:
        has_channel = variation.channel is not None
        if has_channel and variation.channel != channel:
            continue
        if variation.condition and not all(_holds(condition, slots) for condition in variation.condition):
            continue
        groups.setdefault((has_channel, bool(variation.condition)), []).append(variation)
    return tuple(groups[max(groups)]) if groups else ()


def _holds(condition: Mapping[str, Any], slots: Mapping[str, Any]) -> bool:
    """Whether a slot has the value asked for; texts are compared without regard to case, as Rasa does."""
    wanted, found = condition.get("value"), slots.get(str(condition.get("name")))
    if isinstance(wanted, str) and isinstance(found, str):
        return wanted.casefold() == found.casefold()
    return bool(wanted == found)


def said(name: str, variation: ResponseVariation, values: Mapping[str, Any]) -> BotUttered:
    """The variation of the response `name` as a bot message, every `{slot}` in it filled in."""
    filled = _filled({**variation.data, "text": variation.text}, values)
    return bot_message(filled, response=name)


def bot_message(source: Mapping[str, Any], response: str | None = None) -> BotUttered:
    """A bot message of Rasa's JSON parts; empty parts and what is no part of a message are left out.

    Servers write what they like: a button that is a text alone is its own payload, one that is neither is left out.
    """
    data = {part: source[part] for part in MESSAGE_PARTS if source.get(part)}
    if "buttons" in data:
        data["buttons"] = list(_buttons(data["buttons"]))
    text = source.get("text")
    return BotUttered(None if text is None else str(text), data, response)


def _buttons(source: Any) -> Iterator[Mapping[str, Any]]:
    for item in source if isinstance(source, (list, tuple)) else ():
        if isinstance(item, Mapping):
            yield item
        elif isinstance(item, str):
            yield {"title": item, "payload": item}


def interpolated(text: str, values: Mapping[str, Any]) -> str:
    """`text` with every `{slot}` replaced; a slot without a value leaves a mark that says so."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in values:
            return f"{{{name}: no such slot}}"
        found = values[name]
        return f"{{{name}: not set}}" if found is None else str(found)

    return _SLOT.sub(value, text)


def _filled(part: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(part, str):
        return interpolated(part, values)
    if isinstance(part, Mapping):
        return {key: _filled(value, values) for key, value in part.items()}
    if isinstance(part, (list, tuple)):
        return [_filled(item, values) for item in part]
    return part


def retrieved_response(action: str, intent: str | None, domain: Domain) -> str | None:
    """The response that a retrieval action gives to a message: `utter_faq` and `faq/hours` → `utter_faq/hours`.

    `respond_faq` is its name in Rasa 1.x, whose responses are named by the intent alone. None: there is none.
    """
    if not intent or "/" not in intent:
        return None
    base = action.removeprefix("utter_").removeprefix("respond_")
    if base_intent(intent) != base:
        return None
    return next((name for name in (f"utter_{intent}", intent) if name in domain.responses), None)


def is_retrieval_action(action: str, domain: Domain) -> bool:
    """Whether the action answers with the response of the message's retrieval intent."""
    if action in domain.responses or not action.startswith(("utter_", "respond_")):
        return False
    base = action.removeprefix("utter_").removeprefix("respond_")
    prefixes = (f"utter_{base}/", f"{base}/")
    intent = domain.intents.get(base)
    return bool(intent and intent.is_retrieval) or any(name.startswith(prefixes) for name in domain.responses)
