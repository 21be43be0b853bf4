"""What an action returns, as a person types it: one event or one thing said a line.

    slot{"city": "Rome", "price": null}     slots that are set
    form{"name": null}                      any event that a Markdown story may name
    {"event": "followup", "name": "x"}      any event in Rasa's JSON
    There is a table at eight.              anything else is said by the bot
    "restart"                               a JSON text is said too, whatever it looks like

The JSON of an action server's whole reply, or a JSON list of events, may be pasted as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from trainer_tui.core.events import ActiveLoop, BotUttered, Event, LoopInterrupted, SlotSet, as_dict, from_dict
from trainer_tui.core.responses import bot_message
from trainer_tui.errors import FormatError, Place
from trainer_tui.formats.json.writing import json_line
from trainer_tui.formats.story_events import STORY_EVENTS, read_story_event
from trainer_tui.words import quoted

_NAMED = re.compile(r"(?:- )?(\w+)(?:\{.*)?", re.DOTALL)
_EXPECTED = 'Expected an event such as slot{"city": "Rome"}, or words for the bot to say; quotes make anything words.'


def parse_events(text: str) -> tuple[Event, ...]:
    """The events that `text` stands for, in order; FormatError names the line."""
    whole = _json_or_none(text)
    if isinstance(whole, (list, dict)):
        return _from_json(whole)
    found: list[Event] = []
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            found += _events_of_line(line.strip())
        except FormatError as error:
            raise FormatError(error.title, error.message, error.hint, Place("", number)) from None
    return tuple(found)


def format_events(events: Iterable[Event]) -> str:
    """The notation that `parse_events` reads as these events; times are left out."""
    return "\n".join(_line(event) for event in events)


def _events_of_line(line: str) -> Sequence[Event]:
    if not line:
        return ()
    if line[0] in '{["':
        return _from_json(_loaded(line))
    named = _NAMED.fullmatch(line)
    if named is None or (named[1] not in STORY_EVENTS and named[1] != "slot" and "{" not in line):
        return (BotUttered(line),)
    name, values = named[1], line[line.index("{") :] if "{" in line else ""
    given = _loaded(values) if values else {}
    if not isinstance(given, dict):
        raise FormatError(f"{values:.60} is no JSON object", hint=_EXPECTED)
    if name == "slot":
        if not given:
            raise FormatError("'slot' names no slot", hint='Expected slot{"name": value}.')
        return [SlotSet(str(slot), value) for slot, value in given.items()]
    if name not in STORY_EVENTS:
        raise FormatError(f"{name!r} is no event", hint=_EXPECTED)
    return (read_story_event(name, given),)


def _from_json(source: Any) -> tuple[Event, ...]:
    if isinstance(source, str):
        return (BotUttered(source),)
    if isinstance(source, list):
        return tuple(event for item in source for event in _from_json(item))
    if not isinstance(source, dict):
        raise FormatError(f"{quoted(source, 60)} is no event", hint=_EXPECTED)
    if "event" in source:
        return (from_dict(source),)
    responses, events = source.get("responses"), source.get("events")
    if isinstance(responses, list) or isinstance(events, list):
        said = tuple(bot_message(item) for item in responses or () if isinstance(item, dict))
        return (*said, *_from_json(list(events or ())))
    raise FormatError("the JSON is no event: it lacks 'event'", hint=_EXPECTED)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatError(f"{text:.60} is no JSON", f"{error.msg} at character {error.pos + 1}.", _EXPECTED) from None
    except (ValueError, RecursionError):
        raise FormatError(f"{text:.60} cannot be read as JSON", hint=_EXPECTED) from None


def _json_or_none(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _line(event: Event) -> str:
    match event:
        case SlotSet():
            return "slot" + json_line({event.name: event.value})
        case ActiveLoop():
            return "form" + json_line({"name": event.name})
        case LoopInterrupted():
            return "loop_interrupted" + json_line({"is_interrupted": event.is_interrupted})
        case BotUttered(text=str(text)) if not event.data and event.response is None:
            return text if _is_plainly_words(text) else json_line(text)
        case _:
            body = as_dict(event)
            body.pop("timestamp", None)
            return json_line(body)


def _is_plainly_words(text: str) -> bool:
    """Whether the line means nothing but itself."""
    if not text or text != text.strip() or text.splitlines() != [text] or text[0] in '{["':
        return False
    named = _NAMED.fullmatch(text)
    if _json_or_none(text) is not None:
        return False
    return named is None or (named[1] not in STORY_EVENTS and named[1] != "slot" and "{" not in text)
