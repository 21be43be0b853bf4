"""`responses.md` of Rasa 1.x: what the bot says to a retrieval intent (`* faq/hours`, then `- text`)."""

from __future__ import annotations

import re

from trainer_tui.core.domain import Domain, ResponseVariation
from trainer_tui.errors import Place
from trainer_tui.formats.yaml.domain import DomainFile

_INTENT = re.compile(r"\*\s*([^\s{:/]+/[^\s{]+)\s*")
_ACTION = re.compile(r"-\s*[\w.]+\s*(?:\{.*\})?\s*")


def looks_like_responses(text: str) -> bool:
    """Whether a Markdown text of a story's shape holds responses: retrieval intents alone, answered with sentences."""
    has_sentence = False
    has_intent = False
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("*"):
            if not _INTENT.fullmatch(line):
                return False
            has_intent = True
        elif line.startswith("-") and has_intent and not _ACTION.fullmatch(line):
            has_sentence = True
    return has_intent and has_sentence


def parse_responses_markdown(text: str, path: str) -> DomainFile:
    """The responses of a Markdown text, named as Rasa names them: `utter_faq/hours`."""
    found: dict[str, list[ResponseVariation]] = {}
    places: dict[tuple[str, str], Place] = {}
    name = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if match := _INTENT.fullmatch(line):
            name = f"utter_{match[1]}"
            found.setdefault(name, [])
            places.setdefault(("responses", name), Place(path, number))
        elif line.startswith("#"):
            name = None
        elif line.startswith("-") and name:
            found[name].append(ResponseVariation(line[1:].strip().replace("\\n", "\n")))
    responses = {name: tuple(variations) for name, variations in found.items()}
    return DomainFile(Domain(responses=responses, places=places))
