"""Dialogue: held-out stories, calibration, training and refits, beside what Rasa reached on the same splits.

The splits come from the folder that TRAINER_TUI_PEERS names. Rasa's figures were recorded on two cores with
`rasa test core` and `rasa train core`; CPU is user and system time, ours from after the imports to the model on disk.
The bots of TRAINER_TUI_CORPUS are judged by folds.
"""

from __future__ import annotations

import importlib
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bench.large_bot import made_up
from bench.measuring import apart, peak_mib
from bench.story_folds import print_folds
from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted
from trainer_tui.core.featurizers import training_examples
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.insight.evaluation import StoryReport, report_on_stories
from trainer_tui.insight.story_predictions import different, tell_stories
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.lessons import lesson_of
from trainer_tui.policies.policy import Lesson
from trainer_tui.policies.registry import policies_of
from trainer_tui.runtime.collection import no_collection
from trainer_tui.runtime.models.dialogue import DialogueSources, save_dialogue
from trainer_tui.runtime.reading.file import read_file
from trainer_tui.runtime.reading.file_search import find_training
from trainer_tui.runtime.reading.project_data import ProjectData, read_project

NAME = "dialogue"

Result = TypeVar("Result")
Config = Sequence[dict[str, Any]]

_MEMORY: Config = ({"name": "MemoizationPolicy", "max_history": 5},)
_RULES: Config = (*_MEMORY, {"name": "RulePolicy"})


@dataclass(frozen=True, slots=True)
class Peer:
    """What Rasa reached: actions right of all, F1, conversations right of all; CPU seconds of its training with TED,
    and without."""

    actions: int
    f1: float
    conversations: int
    ted_seconds: float
    rules_seconds: float | None
    config: Config = _RULES


PEERS = {
    "restaurantbot": Peer(4545, 0.965, 50, 52.0, None, _MEMORY),
    "financial": Peer(64, 0.809, 0, 118.7, 25.4),
    "init": Peer(3, 0.75, 0, 32.7, 9.9),
    "concertbot": Peer(3, 0.53, 0, 57.7, 13.9),
    "formbot": Peer(7, 0.92, 0, 37.9, 10.4),
}
MANY_STORIES = 10_000
JUDGED = 60


def run() -> None:
    folder = os.environ.get("TRAINER_TUI_PEERS")
    print(f"imports of a fit (scikit-learn, SciPy): {_cpu(_import_fit)[0]:.2f} s CPU")
    if folder:
        splits = Path(folder) / "splits"
        _held_out(splits)
        for name in ("restaurantbot", "financial"):
            _corrections(splits / name)
        _refit("restaurantbot, 800 stories", *_learned(splits / "restaurantbot"), to_reach=1.0)
    if corpus := os.environ.get("TRAINER_TUI_CORPUS"):
        print_folds(Path(corpus))
    apart("dialogue", f"many_stories({MANY_STORIES})")


def _import_fit() -> None:
    importlib.import_module("scipy.sparse")
    importlib.import_module("sklearn.svm")


# --- held-out stories -------------------------------------------------------------------------------------------------


def _held_out(splits: Path) -> None:
    print(
        f"\n{'held-out stories':<16}{'':<30}{'actions right':>22}{'F1':>7}{'whole':>12}{'ECE':>7}{'train CPU s':>13}",
        end="",
    )
    print(f"{'peak MiB':>10}", flush=True)
    for name in PEERS:
        apart("dialogue", f"held_out({str(splits / name)!r})")


def held_out(folder: str) -> None:
    """One split, in a process of its own: ours, our memory (and rules) alone, and what Rasa reached."""
    name = Path(folder).name
    peer = PEERS[name]
    memory_alone = "without what is learned" if peer.config is _RULES else "memory alone"
    configs: dict[str, Config] = {"ours": (*peer.config, {"name": "LearnedPolicy"}), memory_alone: peer.config}
    times = []
    for label, config in configs.items():
        seconds, report = _trained_and_told(Path(folder), config)
        times.append(seconds)
        total, conversations = report.actions.total, len(report.conversations)
        peak = f"{peak_mib():.0f}" if label == "ours" else ""
        print(
            f"{name if label == 'ours' else '':<16}{label:<30}{_counted(report.actions.right, total):>22}"
            f"{report.actions.f1:>7.3f}{f'{report.conversations_right} of {conversations}':>12}"
            f"{report.calibration_error:>7.3f}{seconds:>13.2f}{peak:>10}"
        )
    ours = times[0]
    print(
        f"{'':<16}{'Rasa, with TED':<30}{_counted(peer.actions, total):>22}{peer.f1:>7.3f}"
        f"{f'{peer.conversations} of {conversations}':>12}{'–':>7}{peer.ted_seconds:>13.1f}"
        f"   {peer.ted_seconds / ours:,.0f} times ours"
    )
    if peer.rules_seconds:
        told = f"{peer.rules_seconds / ours:,.0f} times ours"
        print(f"{'':<16}{'Rasa, Memoization and Rules':<30}{'':>48}{peer.rules_seconds:>13.1f}   {told}")


def _counted(right: int, total: int) -> str:
    return f"{right:,} of {total:,} = {right / total:.3f}"


def _read(folder: Path) -> tuple[ProjectData, list[TrainingTracker]]:
    """The project without its test stories, and these."""
    test = next(folder.glob("test.*"))
    project = read_project(folder, held_out=[test])
    stories = read_file(find_training(folder, [test])[0], test.name, is_test=True).stories
    return project, list(different(training_trackers(stories, project.domain), project.domain))


def _trained_and_told(folder: Path, config: Config) -> tuple[float, StoryReport]:
    test = next(folder.glob("test.*"))

    @no_collection()
    def train() -> Ensemble:
        project = read_project(folder, held_out=[test])
        policies = policies_of(config, project.domain, folder).policies
        trackers = training_trackers(project.stories, project.domain)
        ensemble = Ensemble(policies, project.domain.era).train(trackers, project.domain)
        with tempfile.TemporaryDirectory() as place:
            save_dialogue(Path(place) / "dialogue", DialogueSources.of(project), ensemble, project.domain)
        return ensemble

    seconds, ensemble = min((_cpu(train) for _ in range(3)), key=lambda found: found[0])
    project, told = _read(folder)
    return seconds, report_on_stories(tell_stories(ensemble, told, project.domain))


# --- corrections ------------------------------------------------------------------------------------------------------


def _corrections(folder: Path) -> None:
    """A bot that knows little is taught by the other stories, every error corrected, up to a hundred of them."""
    project, told = _read(folder)
    domain, told = project.domain, told[:JUDGED]
    trackers = training_trackers(project.stories, domain)
    print(f"\n{'taught':<20}{'corrections':>12}{'right at once':>15}{'CPU ms, mean':>14}{'most':>7}", end="")
    print(f"{'held out: before':>18}{'taught':>8}{'refit':>8}")
    for known in (1, 3, 10):
        policies = policies_of((*_RULES, {"name": "LearnedPolicy"}), domain, folder).policies
        ensemble = Ensemble(policies, domain.era).train(trackers[:known], domain)
        before = _accuracy(ensemble, told, domain)
        lessons, rights, times = _taught(ensemble, trackers[known:], domain)
        taught = _accuracy(ensemble, told, domain)
        policy = next(policy for policy in ensemble.policies if isinstance(policy, LearnedPolicy))
        policy.adopt(policy.fitted(lessons, policy.model_))
        shares = f"{before:>18.3f}{taught:>8.3f}{_accuracy(ensemble, told, domain):>8.3f}"
        times_told = f"{1000 * sum(times) / len(times):>14.2f}{1000 * max(times):>7.1f}"
        label = f"after {known} stories"
        print(f"{label:<20}{len(rights):>12}{f'{sum(rights)} of {len(rights)}':>15}{times_told}{shares}", flush=True)


def _taught(
    ensemble: Ensemble, stories: Sequence[TrainingTracker], domain: Domain
) -> tuple[list[Lesson], list[bool], list[float]]:
    """The lessons; for each correction whether the same state was answered right at once; CPU seconds of each lesson
    with the prediction after it."""
    lessons: list[Lesson] = []
    rights: list[bool] = []
    times: list[float] = []
    for story in stories:
        tracker = DialogueStateTracker.start(domain)
        for index, event in enumerate(story.events):
            if index and isinstance(event, ActionExecuted) and event.name:
                was_wrong = ensemble.predict(tracker, domain).action != event.name
                lesson = lesson_of(tracker, event.name, was_wrong, domain)
                if lesson:
                    lessons.append(lesson)
                    seconds, answer = _cpu(lambda: _learned_and_predicted(ensemble, lessons, tracker, domain))  # noqa: B023
                    times.append(seconds)
                    rights += [answer == event.name] if was_wrong else []
            tracker = tracker.with_event(event)
        if len(rights) >= 100 or len(lessons) >= 2_000:
            break
    return lessons, rights, times


def _learned_and_predicted(
    ensemble: Ensemble, lessons: Sequence[Lesson], tracker: DialogueStateTracker, domain: Domain
) -> str:
    ensemble.learn(lessons)
    return ensemble.predict(tracker, domain).action


def _accuracy(ensemble: Ensemble, stories: Sequence[TrainingTracker], domain: Domain) -> float:
    return report_on_stories(tell_stories(ensemble, stories, domain)).actions.accuracy


# --- refits and scale -------------------------------------------------------------------------------------------------


def _learned(folder: Path) -> tuple[LearnedPolicy, Lesson]:
    project, told = _read(folder)
    policy = LearnedPolicy().train(training_trackers(project.stories, project.domain), project.domain)
    example = training_examples(told[0], project.domain, 10)[5]
    return policy, Lesson(example.states, "action_listen", was_corrected=True)


def _refit(label: str, policy: LearnedPolicy, lesson: Lesson, to_reach: float) -> None:
    seconds, model = _cpu(lambda: policy.fitted([lesson], policy.model_))
    policy.learn([lesson])
    policy.adopt(model)
    print(f"\nrefit after a correction, {label}: {seconds:.2f} s CPU (to reach: under {to_reach:.0f})", flush=True)


def many_stories(number: int) -> None:
    """Fit and refit made-up stories, in a process of their own, and say what memory it took."""
    _import_fit()
    domain = Domain()
    stories = made_up(number)
    steps = sum(isinstance(event, ActionExecuted) for story in stories for event in story.events)
    policy = LearnedPolicy()
    memory, _ = _cpu(lambda: policy.remember(stories, domain))
    fit, model = _cpu(policy.fitted)
    policy.adopt(model)
    rows = len(policy.assignment().problem.labels)  # type: ignore[union-attr]
    print(f"\n{number:,} made-up stories, {steps:,} steps, {rows:,} fitted: memory {memory:.1f} s, fit {fit:.1f} s CPU")
    states = training_examples(stories[0], domain, 10)[-1].states
    _refit(f"{number:,} stories", policy, Lesson(states, "action_new", was_corrected=True), to_reach=15.0)
    print(f"peak memory at {number:,} stories: {peak_mib():.0f} MiB (to reach: under 400)")


def _cpu(work: Callable[[], Result]) -> tuple[float, Result]:
    before = time.process_time()
    result = work()
    return time.process_time() - before, result


if __name__ == "__main__":
    run()
