"""What it costs to see what stories do here, why, what if, and what a correction breaks, over 1,000 and 10,000 stories.

Where BENCH_BASE names the folder of a build before, `trainer-tui test` of that one stands beside the regression guard.
"""

from __future__ import annotations

import asyncio
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from bench.measuring import apart

if TYPE_CHECKING:
    from trainer_tui.core.domain import Domain
    from trainer_tui.core.stories import TrainingTracker
    from trainer_tui.core.tracker import DialogueStateTracker
    from trainer_tui.insight.story_steps import StorySteps
    from trainer_tui.insight.what_if import Alteration
    from trainer_tui.policies.ensemble import Ensemble

NAME = "insight"

_SIZES = (1_000, 10_000)
_INTENTS, _ACTIONS, _TURNS = 40, 60, 6
_SAMPLED = 300
_WIDTH = 70
_LULLS = 5
_SETTLED = 0.4
"""Seconds after which the screen has been drawn; sleeping costs no CPU."""


def run() -> None:
    for stories in _SIZES:
        apart("insight", f"measure({stories})")
        apart("insight", f"measure_drawn({stories})")


def _told(count: int) -> list[list[tuple[str, str]]]:
    """What is said and done in each story. Most turns are answered by what was said; some stories go their own way, so
    that a few per cent conflict."""
    chance = random.Random(0)
    intents = [f"intent_{number}" for number in range(_INTENTS)]
    actions = [f"utter_{number}" for number in range(_ACTIONS)]
    answer = {intent: chance.choice(actions) for intent in intents}
    return [
        [
            (intent, answer[intent] if chance.random() < 0.97 else chance.choice(actions))
            for intent in chance.choices(intents, k=_TURNS)
        ]
        for _ in range(count)
    ]


def _written(folder: Path, told: Sequence[Sequence[tuple[str, str]]]) -> Path:
    """The same as a project; the stories once more, to test by."""
    lines = ["stories:"]
    for number, turns in enumerate(told):
        lines += [f"- story: story {number}", "  steps:"]
        for intent, action in turns:
            lines += [f"  - intent: {intent}", f"  - action: {action}"]
    text = "\n".join(lines) + "\n"
    for place in ("data", "check"):
        (folder / place).mkdir()
        (folder / place / "stories.yml").write_text(text)
    intents = ", ".join(f"intent_{number}" for number in range(_INTENTS))
    responses = "".join(f"  utter_{number}: [{{text: x}}]\n" for number in range(_ACTIONS))
    (folder / "domain.yml").write_text(f'version: "3.1"\nintents: [{intents}]\nresponses:\n{responses}')
    (folder / "config.yml").write_text("policies:\n- name: MemoizationPolicy\n- name: TEDPolicy\n")
    return folder


def measure(count: int) -> None:
    from trainer_tui.core.domain import Domain, Intent, ResponseVariation
    from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Era, Event, UserUttered
    from trainer_tui.core.stories import TrainingTracker
    from trainer_tui.core.tracker import DialogueStateTracker
    from trainer_tui.errors import Place
    from trainer_tui.insight.guard import Guard, watched
    from trainer_tui.insight.standing import standing
    from trainer_tui.insight.story_predictions import different, tell_stories
    from trainer_tui.insight.story_steps import StorySteps
    from trainer_tui.policies.ensemble import Ensemble
    from trainer_tui.policies.learned import LearnedPolicy
    from trainer_tui.policies.memoization import MemoizationPolicy
    from trainer_tui.policies.policy import Lesson

    chance = random.Random(0)
    intents = [f"intent_{number}" for number in range(_INTENTS)]
    actions = [f"utter_{number}" for number in range(_ACTIONS)]
    listen = ActionExecuted(ACTION_LISTEN)
    told = _told(count)
    trackers = []
    for number, turns in enumerate(told):
        events: list[Event] = [listen]
        for intent, action in turns:
            events += [UserUttered(intent=intent), ActionExecuted(action), listen]
        places = tuple(Place("stories.yml", 20 * number + line) for line in range(len(events)))
        trackers.append(TrainingTracker(f"story {number}", tuple(events), places[0], places))
    domain = Domain(
        era=Era.RASA_3,
        intents={name: Intent(name) for name in intents},
        responses={name: (ResponseVariation(name),) for name in actions},
    )
    ensemble = Ensemble((MemoizationPolicy(), LearnedPolicy()), Era.RASA_3)
    trained = time.process_time()
    ensemble = ensemble.train(trackers, domain)
    trained = time.process_time() - trained
    print(
        f"{count:,} stories, {sum(len(tracker.events) for tracker in trackers):,} events; training {trained:.1f} s CPU"
    )

    begun = time.process_time()
    index = StorySteps(trackers, domain, ensemble.corrections.max_history)
    print(f"  index of who does what            {time.process_time() - begun:8.2f} s CPU")

    def somewhere() -> DialogueStateTracker:
        story = chance.choice(trackers)
        place = chance.choice([at for at, event in enumerate(story.events) if at and isinstance(event, ActionExecuted)])
        return DialogueStateTracker.start(domain).with_events(story.events[:place])

    asked = [somewhere() for _ in range(_SAMPLED)]
    _views(trackers, domain, ensemble, asked)
    _show(
        "contradictions and ways out",
        [
            _cost(partial(standing, index, tracker, chance.choice(actions), ensemble.predict(tracker, domain), domain))
            for tracker in asked
        ],
        10,
    )
    _reasons(index, domain, ensemble, asked)

    each = list(different(trackers, domain))
    begun = time.process_time()
    sample = each[:1_000]
    tell_stories(ensemble, sample, domain)
    testing = (time.process_time() - begun) * len(each) / len(sample)
    begun = time.process_time()
    guard = Guard(watched(trackers, (), domain, index), ensemble, domain)
    slices = []
    while True:
        started = time.process_time()
        goes_on = guard.work(8)
        slices.append(1000 * (time.process_time() - started))
        if not goes_on:
            break
    first = time.process_time() - begun
    begun = time.process_time()
    tracker = DialogueStateTracker.start(domain).with_events(trackers[0].events[:2])
    step = index.step(tracker, chance.choice(actions))
    guard.follow([Lesson(step.past, step.action, was_corrected=True)])
    while guard.work(8):
        pass
    again = time.process_time() - begun
    if count == _SIZES[0]:
        _test_beside(told, again)
    print(f"  predicting all, as trainer-tui test {testing:6.2f} s CPU, with training {testing + trained:.2f}")
    print(f"  regression guard, the first time  {first:8.2f} s CPU (1/{testing / first:.0f})")
    print(
        f"  after a correction                {again:8.2f} s CPU (1/{testing / again:.0f}, aim 1/10):"
        f" {guard.consequences()}"
    )
    _show("between two keys meanwhile", slices, 30)


def _views(
    trackers: Sequence[TrainingTracker], domain: Domain, ensemble: Ensemble, asked: Sequence[DialogueStateTracker]
) -> None:
    """Outline and map after each of these conversations, as data and as lines."""
    from trainer_tui.insight.outline import LEVELS, USUAL_LEVEL, outline
    from trainer_tui.insight.similar import SimilarStories, steps_of
    from trainer_tui.insight.story_map import Stories, drawn, story_map

    begun = time.process_time()
    index = SimilarStories(trackers, domain)
    print(f"  index of what went before         {time.process_time() - begun:8.2f} s CPU")
    found: dict[str, list[float]] = {"the outline": [], "the map": [], "the map's drawing": []}
    for tracker in asked:
        shares = dict(ensemble.predict(tracker, domain).ranking)
        steps = steps_of(tracker.events, domain)
        found["the outline"].append(_cost(partial(outline, index, steps, shares, is_asking=True)))
        view = partial(
            story_map, Stories(index), steps, shares, is_asking=True, detail=LEVELS[USUAL_LEVEL], width=_WIDTH
        )
        found["the map"].append(_cost(view))
        found["the map's drawing"].append(_cost(partial(drawn, view(), _WIDTH)))
    for what, costs in found.items():
        _show(what, costs, 5)


def _reasons(index: StorySteps, domain: Domain, ensemble: Ensemble, asked: Sequence[DialogueStateTracker]) -> None:
    """Why, and what if."""
    from trainer_tui.core.featurizers import prediction_states
    from trainer_tui.insight.what_if import altered, parts
    from trainer_tui.insight.why import learned_reasons, nearest, what_flips
    from trainer_tui.policies.learned import WINDOW_LENGTH, LearnedPolicy

    learned = next(policy for policy in ensemble.policies if isinstance(policy, LearnedPolicy))
    predict = partial(ensemble.predict, domain=domain)
    chance = random.Random(1)

    def why(tracker: DialogueStateTracker, action: str) -> None:
        learned_reasons(learned, prediction_states(tracker, domain, WINDOW_LENGTH), action)
        nearest(index, tracker, action)
        what_flips(predict, tracker, domain)

    _show("why", [_cost(partial(why, tracker, predict(tracker).action)) for tracker in asked], 50)
    changes = []
    for tracker in asked:
        part = chance.choice([part for part in parts(tracker, domain) if part.choices])
        changes.append(_cost(partial(_tried, predict, altered, tracker, chance.choice(part.choices))))
    _show("what if, a change", changes, 5)


def _tried(
    predict: Callable[[DialogueStateTracker], object],
    altered: Callable[[DialogueStateTracker, tuple[Alteration]], DialogueStateTracker],
    tracker: DialogueStateTracker,
    change: Alteration,
) -> None:
    predict(altered(tracker, (change,)))


def _test_beside(told: Sequence[Sequence[tuple[str, str]]], guarding: float) -> None:
    """`trainer-tui test` of the build before, or of this one, over the same stories."""
    base = os.environ.get("BENCH_BASE")
    folder_of_build = base or str(Path(__file__).resolve().parents[1])
    with tempfile.TemporaryDirectory(prefix="trainer-tui-bench-") as folder:
        bot = _written(Path(folder), told)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "trainer_tui", "test", str(bot), "-s", str(bot / "check" / "stories.yml")]
        surrounding = {**os.environ, "PYTHONPATH": folder_of_build}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder_of_build, env=surrounding)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    whose = "of BENCH_BASE" if base else "of this build"
    print(f"  trainer-tui test {whose:<17}{spent:8.2f} s CPU: the guard takes 1/{spent / guarding:.0f} (aim 1/10)")


def measure_drawn(count: int) -> None:
    asyncio.run(_drawn(count))


async def _drawn(count: int) -> None:
    """From a key to the screen, in a session over that many stories: outline and map by turns, arrows on the map."""
    import argparse
    from contextlib import ExitStack

    from textual import events

    from trainer_tui.cli import make_app
    from trainer_tui.commands import interactive
    from trainer_tui.runtime.collection import keeping_what_stays
    from trainer_tui.runtime.opening import open_session
    from trainer_tui.runtime.settings import own_settings
    from trainer_tui.session.protocol import AskMessage, Confirmed, MessageTyped

    told = _told(count)
    with tempfile.TemporaryDirectory(prefix="trainer-tui-bench-") as folder, ExitStack() as running:
        parser = argparse.ArgumentParser()
        interactive.add_arguments(parser)
        arguments = parser.parse_args([str(_written(Path(folder), told))])
        controller = open_session(interactive.request_of(arguments))
        running.enter_context(keeping_what_stays())  # as the command does
        await controller.finish_learning()
        messages = iter([intent for intent, _ in told[0][:4]])
        while not (isinstance(controller.view.prompt, AskMessage) and len(controller.view.fork_points) == 3):
            is_message = isinstance(controller.view.prompt, AskMessage)
            controller.answer(MessageTyped(f"/{next(messages)}") if is_message else Confirmed())
            await controller.perform()
        app = make_app(controller, arguments, own_settings())
        async with app.run_test(size=(160, 50)) as pilot:

            async def pressed(key: str = "") -> float:
                started = time.process_time()
                if key:
                    pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
                await asyncio.sleep(_SETTLED)
                return 1000 * (time.process_time() - started)

            # Stories are still read, and models fitted, in threads of this process, now and then with a lull.
            lulls = 0
            while lulls < _LULLS:
                lulls = lulls + 1 if await pressed() < 5 else 0
            await pilot.press("f6", "m", "m")
            _show("outline and map by turns, drawn", [await pressed("m") for _ in range(20)], 30)
            _show("an arrow on the map, drawn", [await pressed(key) for key in ("up", "down") * 10], 30)
            app.exit()
        controller.close()


def _cost(work: Callable[[], object]) -> float:
    """CPU ms."""
    begun = time.process_time()
    work()
    return 1000 * (time.process_time() - begun)


def _show(what: str, costs: list[float], aim: float) -> None:
    high = quantiles(costs, n=20)[-1] if len(costs) > 1 else costs[0]
    print(f"  {what:<33} {median(costs):8.2f} ms CPU, p95 {high:.2f}, at most {max(costs):.2f} (aim {aim:g})")
