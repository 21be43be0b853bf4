"""What it costs to know who does otherwise and what a correction breaks, over 1,000 and 10,000 stories."""

from __future__ import annotations

import random
import time
from statistics import median, quantiles

from bench.measuring import apart

NAME = "insight"

_SIZES = (1_000, 10_000)
_INTENTS, _ACTIONS, _TURNS = 40, 60, 6


def run() -> None:
    for stories in _SIZES:
        apart("insight", f"measure({stories})")


def measure(count: int) -> None:
    from trainer_tui.core.domain import Domain, Intent, ResponseVariation
    from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Era, UserUttered
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
    # Most turns are answered by what was said; some stories go their own way, so that a few per cent conflict.
    answer = {intent: chance.choice(actions) for intent in intents}
    listen = ActionExecuted(ACTION_LISTEN)
    trackers = []
    for number in range(count):
        events: list[ActionExecuted | UserUttered] = [listen]
        for _ in range(_TURNS):
            intent = chance.choice(intents)
            does = answer[intent] if chance.random() < 0.97 else chance.choice(actions)
            events += [UserUttered(intent=intent), ActionExecuted(does), listen]
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

    costs = []
    for _ in range(300):
        story = chance.choice(trackers)
        place = chance.choice([at for at, event in enumerate(story.events) if at and isinstance(event, ActionExecuted)])
        tracker = DialogueStateTracker.start(domain).with_events(story.events[:place])
        prediction = ensemble.predict(tracker, domain)
        begun = time.process_time()
        standing(index, tracker, chance.choice(actions), prediction, domain)
        costs.append(1000 * (time.process_time() - begun))
    _show("contradictions and ways out", costs, 10)

    told = list(different(trackers, domain))
    begun = time.process_time()
    sample = told[: min(len(told), 1_000)]
    tell_stories(ensemble, sample, domain)
    testing = (time.process_time() - begun) * len(told) / len(sample)
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
    print(f"  predicting all, as trainer-tui test {testing:6.2f} s CPU, with training {testing + trained:.2f}")
    print(f"  regression guard, the first time  {first:8.2f} s CPU (1/{testing / first:.0f})")
    print(
        f"  after a correction                {again:8.2f} s CPU (1/{testing / again:.0f}, aim 1/10):"
        f" {guard.consequences()}"
    )
    _show("between two keys meanwhile", slices, 30)


def _show(what: str, costs: list[float], aim: float) -> None:
    high = quantiles(costs, n=20)[-1] if len(costs) > 1 else costs[0]
    print(f"  {what:<33} {median(costs):8.2f} ms CPU, p95 {high:.2f}, at most {max(costs):.2f} (aim {aim:g})")
