"""The names of actions that a domain of 2017 lists by their classes, `actions.ActionSearch`: stories use the names.

Only the class knows its name. Its source is read and never run; where it is not at hand, the name is the one that
stories use and nothing else explains.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted
from trainer_tui.core.old_notation import in_todays_notation
from trainer_tui.core.stories import StoryFile

_CLASS_PATH = re.compile(r"(?P<module>\w+(?:\.\w+)*)\.(?P<name>[A-Z]\w*)")
_RETURNED = re.compile(r"def name\(self[^)]*\)[^:]*:(?P<body>.*?)(?=\n[ \t]*(?:def |@|class )|\Z)", re.DOTALL)
_RETURN = re.compile(r"""^[ \t]*return[ \t]+(?:u?["'](?P<text>[^"'\n]+)["']|self\.(?P<attribute>\w+))""", re.MULTILINE)


def with_action_names(domain: Domain, stories: StoryFile, source_of: Callable[[str], str | None]) -> Domain:
    """The domain with its actions by their names. `source_of` gives the Python source of a module `a.b`, if any."""
    paths = {action: found for action in domain.actions if (found := _CLASS_PATH.fullmatch(action))}
    if not paths:
        return domain
    stories = in_todays_notation(stories, domain)
    unexplained = {name for name in _actions_in(stories) if name not in domain.action_set}
    names: dict[str, str] = {}
    for path, found in paths.items():
        source = source_of(found["module"])
        guesses = (found["name"], _snake_case(found["name"]))
        in_code = name_in_source(source, found["name"]) if source is not None else None
        name = in_code or next((guess for guess in guesses if guess in unexplained), None)
        if name:
            names[path] = name
            unexplained.discard(name)
    unexplained = {name for name in unexplained if not name.startswith("utter_")}
    # As many names as classes, at most: more are misspelt ones.
    more = sorted(unexplained) if len(unexplained) <= len(paths) - len(names) else []
    actions = tuple(dict.fromkeys([*(names.get(action, action) for action in domain.actions), *more]))
    places = {
        ("actions", names[path]): domain.places[key] for path in names if (key := ("actions", path)) in domain.places
    }
    return replace(domain, actions=actions, places={**domain.places, **places})


def name_in_source(source: str, class_name: str) -> str | None:
    """What `name()` of the class returns, if it is a text or an attribute that `self` is given; Python 2 or 3."""
    start = re.search(rf"^class {class_name}\b", source, re.MULTILINE)
    if start is None:
        return None
    end = re.search(r"^(?:class|def|@)\b", source[start.end() :], re.MULTILINE)
    body = source[start.end() :][: end.start() if end else None]
    method = _RETURNED.search(body)
    returned = _RETURN.search(method["body"]) if method else None
    if returned is None:
        return None
    if returned["text"]:
        return returned["text"]
    given = re.search(rf"""\b{returned["attribute"]}[ \t]*=[ \t]*u?["']([^"'\n]+)["']""", body)
    return given[1] if given else None


def _actions_in(stories: StoryFile) -> set[str]:
    events = (event for step in stories.steps for event in step.events)
    return {event.name for event in events if isinstance(event, ActionExecuted) and event.name}


def _snake_case(name: str) -> str:
    """`ActionSearchConcerts` → `action_search_concerts`, as most classes of that time are named."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
