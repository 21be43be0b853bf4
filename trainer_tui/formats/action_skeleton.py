"""Results that a person gave by hand, as Python for rasa_sdk: a start for the actions that were missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from trainer_tui.core.events import (
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    Event,
    FollowupAction,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    as_dict,
)

_BARE = (
    ActionReverted,
    AllSlotsReset,
    ConversationPaused,
    ConversationResumed,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
)
_ARGUMENTS = {"custom": "json_message"}
_SPOKEN = ("buttons", "image", "attachment", "elements", "custom")

_CLASS = """

class {class_name}(Action):
    def name(self) -> str:
        return {name!r}

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
{body}
"""


def action_skeleton(results: Mapping[str, Sequence[Event]]) -> str:
    """A module with one Action class for each name, which says and returns what was given for it."""
    imported: set[str] = set()
    taken: set[str] = set()
    classes = [_class(name, events, imported, taken) for name, events in results.items()]
    lines = ["from typing import Any", "", "from rasa_sdk import Action, Tracker"]
    if imported:
        lines.append(f"from rasa_sdk.events import {', '.join(sorted(imported))}")
    lines.append("from rasa_sdk.executor import CollectingDispatcher")
    return "\n".join(lines) + "\n" + "".join(classes)


def _class(name: str, events: Sequence[Event], imported: set[str], taken: set[str]) -> str:
    spoken = [f"        {_utterance(event)}" for event in events if isinstance(event, BotUttered)]
    returned = [_expression(event, imported) for event in events if not isinstance(event, BotUttered)]
    result = f"        return [{', '.join(returned)}]"
    if len(result) > 100:
        result = "        return [\n" + "".join(f"            {item},\n" for item in returned) + "        ]"
    return _CLASS.format(class_name=_class_name(name, taken), name=name, body="\n".join([*spoken, result]))


def _class_name(name: str, taken: set[str]) -> str:
    """`ActionFindTable` for action_find_table; a number tells apart what would be the same."""
    base = "".join(part[:1].upper() + part[1:] for part in re.split(r"[\W_]+", name) if part)
    if not base.isidentifier():
        base = f"Action{base}"
    if not base.isidentifier():
        base = "CustomAction"
    found, number = base, 2
    while found in taken:
        found, number = f"{base}{number}", number + 1
    taken.add(found)
    return found


def _utterance(event: BotUttered) -> str:
    arguments = [] if event.text is None else [f"text={event.text!r}"]
    if event.response and event.text is None:
        arguments.append(f"response={event.response!r}")
    arguments += [f"{_ARGUMENTS.get(part, part)}={event.data[part]!r}" for part in _SPOKEN if event.data.get(part)]
    return f"dispatcher.utter_message({', '.join(arguments)})"


def _expression(event: Event, imported: set[str]) -> str:
    match event:
        case SlotSet() | FollowupAction() | ActiveLoop():
            imported.add(type(event).__name__)
            arguments = [event.name, event.value] if isinstance(event, SlotSet) else [event.name]
            return f"{type(event).__name__}({', '.join(map(repr, arguments))})"
        case _ if isinstance(event, _BARE):
            imported.add(type(event).__name__)
            return f"{type(event).__name__}()"
        case _:
            body = as_dict(event)
            body.pop("timestamp", None)
            return repr(body)
