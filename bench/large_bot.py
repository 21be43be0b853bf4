"""A bot of many made-up stories: as conversations, and as the files of a project."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Event, UserUttered
from trainer_tui.core.stories import TrainingTracker

FILES = 10

_CONFIG = """\
recipe: default.v1
language: en
policies:
- name: MemoizationPolicy
  max_history: 5
- name: RulePolicy
- name: TEDPolicy
  max_history: 10
"""


def write_large_bot(folder: Path, number: int) -> Path:
    """A project of so many stories, in ten files, with a few examples for each intent."""
    stories = made_up(number)
    events = {event for story in stories for event in story.events}
    intents = sorted({event.intent for event in events if isinstance(event, UserUttered) and event.intent})
    actions = sorted({event.name for event in events if isinstance(event, ActionExecuted) and event.name})
    (folder / "data").mkdir(parents=True)
    (folder / "config.yml").write_text(_CONFIG, encoding="utf-8")
    (folder / "domain.yml").write_text(_domain(intents, actions), encoding="utf-8")
    (folder / "data" / "nlu.yml").write_text(_nlu(intents), encoding="utf-8")
    for file in range(FILES):
        story_file(folder, file).write_text(_as_yaml(stories[file::FILES]), encoding="utf-8")
    return folder


def story_file(folder: Path, number: int) -> Path:
    return folder / "data" / f"stories_{number}.yml"


def _as_yaml(stories: Iterable[TrainingTracker]) -> str:
    lines = ['version: "3.1"', "stories:"]
    for story in stories:
        lines += [f"- story: {story.story}", "  steps:"]
        for event in story.events:
            if isinstance(event, UserUttered):
                lines.append(f"  - intent: {event.intent}")
            elif isinstance(event, ActionExecuted) and event.name != ACTION_LISTEN:
                lines.append(f"  - action: {event.name}")
    return "\n".join(lines) + "\n"


def _domain(intents: Iterable[str], actions: Iterable[str]) -> str:
    lines = ['version: "3.1"', "intents:", *(f"- {intent}" for intent in intents), "actions:"]
    lines += [f"- {action}" for action in actions if action.startswith("action_do")]
    lines.append("responses:")
    for action in actions:
        if action.startswith("utter_"):
            lines += [f"  {action}:", f"  - text: {action}"]
    return "\n".join(lines) + "\n"


def _nlu(intents: Iterable[str]) -> str:
    lines = ['version: "3.1"', "nlu:"]
    for intent in intents:
        said = intent.replace("_", " ")
        lines += [f"- intent: {intent}", "  examples: |"]
        lines += [f"    - {text}" for text in (said, f"please {said} now", f"{said} it is")]
    return "\n".join(lines) + "\n"


def made_up(number: int) -> list[TrainingTracker]:
    """Conversations of a bot with 40 tasks: questions in an order of the task's own, some skipped, with small talk in
    between, one task after another."""
    chance = random.Random(0)
    tasks = [[f"ask_{chance.randrange(60)}" for _ in range(chance.randint(2, 6))] for _ in range(40)]
    return [TrainingTracker(f"story {index}", tuple(_conversation(chance, tasks))) for index in range(number)]


def _conversation(chance: random.Random, tasks: Sequence[Sequence[str]]) -> list[Event]:
    events: list[Event] = []

    def turn(intent: str, *actions: str) -> None:
        events.extend([ActionExecuted(ACTION_LISTEN), UserUttered(intent=intent)])
        events.extend(ActionExecuted(action) for action in actions)

    if chance.random() < 0.5:
        turn("greet", "utter_greet")
    for _ in range(chance.randint(1, 3)):
        task = chance.randrange(len(tasks))
        questions = [question for question in tasks[task] if chance.random() < 0.8]
        intent = f"start_{task}"
        for question in questions:
            turn(intent, f"utter_{question}")
            if chance.random() < 0.15:
                topic = chance.randrange(10)
                turn(f"chitchat_{topic}", f"utter_chitchat_{topic}", f"utter_{question}")
            intent = "affirm" if chance.random() < 0.3 else f"inform_{question}"
        turn(intent, f"action_do_{task}", "utter_anything_else")
    turn("deny", "utter_goodbye")
    return [*events, ActionExecuted(ACTION_LISTEN)]
