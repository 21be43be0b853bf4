"""What is doubtful in a project's training data, each with file, line and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from trainer_tui.core.generator import training_trackers
from trainer_tui.core.nlu_data import Example
from trainer_tui.insight.example_health import disagreements, near_same, too_few, unmarked
from trainer_tui.insight.findings import ExampleOut, Finding, Findings
from trainer_tui.insight.folds import example_folds
from trainer_tui.insight.names import find_unused
from trainer_tui.insight.story_health import contained, unmet_rules, unreached, unused_slots
from trainer_tui.insight.story_predictions import each_story
from trainer_tui.nlu.pipeline import build_interpreter
from trainer_tui.progress import Progress, each, unheard
from trainer_tui.runtime.action_code import texts_of_actions
from trainer_tui.runtime.project import as_entries
from trainer_tui.runtime.reading.project_data import ProjectData

_FOLDS = 10
_TOO_FEW, _NEVER_REACHED = "too few examples", "stories never reached"
_NEVER_MET, _NEVER_USED = "rules that no story meets", "never used"
_LACKING = (_TOO_FEW, _NEVER_REACHED, _NEVER_MET, _NEVER_USED)
JUDGING = "learning from most examples, to judge the others"


def findings(project: ProjectData, taught: Sequence[Example] = (), tell: Progress = unheard) -> Findings:
    """All that is doubtful, the likeliest to mislead the bot first. What the code of actions names is used; `taught` in
    a session may be what the data lacks. Nothing is said to be lacking where not all of the project can be read."""
    domain, stories, nlu = project.domain, project.stories, project.nlu
    trackers = training_trackers(stories, domain)
    tests = each_story(project.test_stories, domain)
    alike = list(near_same(nlu))
    known = {mend.example.place for one in alike for mend in one.mends if isinstance(mend, ExampleOut)}
    in_code = _named_in_code(project.root)
    responses = {name: told for name, told in domain.responses.items() if name not in in_code}
    spoken = replace(domain, responses=responses, actions=tuple(name for name in domain.actions if name not in in_code))
    filled = replace(domain, slots={name: slot for name, slot in domain.slots.items() if name not in in_code})
    found: dict[str, Iterable[Finding]] = {
        "near-same examples of two intents": alike,
        "the model disagrees": (one for one in _held_out(project, tell) if one.place not in known),
        "entities marked here and not there": unmarked(nlu),
        _TOO_FEW: too_few(nlu, taught),
        _NEVER_REACHED: unreached(stories),
        "stories contained in others": contained(stories, trackers, domain),
        _NEVER_MET: unmet_rules(trackers, tests, domain, nlu.examples),
        _NEVER_USED: [*find_unused(spoken, stories, nlu, taught), *unused_slots(filled, stories)],
    }
    unsure = _LACKING if project.errors else ()
    return {kind: list(findings) for kind, findings in found.items() if kind not in unsure}


def _named_in_code(root: Path) -> set[str]:
    """Every word in the Python of the project's actions."""
    return {word for text in texts_of_actions(root) for word in re.findall(r"\w+", text)}


def _held_out(project: ProjectData, tell: Progress) -> Iterator[Finding]:
    """Each example judged by an interpreter that was trained on the others."""
    for known, held_out in each(example_folds(project.nlu, _FOLDS), JUDGING, tell):
        pipeline = as_entries(project.config.pipeline)
        interpreter, _ = build_interpreter(pipeline, project.config.language, project.domain)
        yield from disagreements(interpreter, known, held_out)
