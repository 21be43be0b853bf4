"""What is doubtful in stories, rules and the domain: what nothing reaches, meets or uses, each with what to do."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ACTION_LISTEN, ActionExecuted, Entity, Era, Event, UserUttered
from trainer_tui.core.featurizers import StateMaker, labelled_actions
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.nlu_data import Example
from trainer_tui.core.stories import SNIPPET, STORY_START, StoryFile, StoryStep, TrainingTracker
from trainer_tui.errors import Place
from trainer_tui.insight.findings import Finding, NameOut, RuleTested, StoryOut, finding
from trainer_tui.insight.names import uses_in_stories
from trainer_tui.policies.rule import RulePolicy

_FILLED_IN = re.compile(r"\{(\w+)\}")


def unreached(stories: StoryFile) -> Iterator[Finding]:
    """Stories that no conversation comes to: from the checkpoints that they start at, none leads back to a start."""
    reached, waiting = {STORY_START}, list(stories.steps)
    while found := [step for step in waiting if _starts(step) & reached]:
        reached |= {end.name for step in found for end in step.end_checkpoints}
        waiting = [step for step in waiting if not _starts(step) & reached]
    for step in waiting:
        names = " or ".join(repr(name) for name in sorted(_starts(step)))
        hint = "End a story that is reached with that checkpoint, or remove this one."
        message = f"the story {step.name!r} is never reached: nothing comes to the checkpoint {names}"
        yield finding(message, step.place, hint, *_story_out(step.name, step.place))


def _story_out(name: str, place: Place | None) -> Iterator[StoryOut]:
    if place is not None:
        yield StoryOut(place, name)


def _starts(step: StoryStep) -> set[str]:
    return {start.name for start in step.start_checkpoints} or {STORY_START}


def contained(stories: StoryFile, trackers: Sequence[TrainingTracker], domain: Domain) -> Iterator[Finding]:
    """Stories that are the beginning of another, or all of it."""
    whole = {place for tracker in trackers for place in _lines(tracker)}
    # Of stories that are the same only the first became a conversation.
    same = [step for step in stories.steps if not step.start_checkpoints and step.place and step.lines]
    dropped = [step for step in same if not any((step.place.path, line) in whole for line in step.lines if step.place)]
    told = [tracker for tracker in trackers if not tracker.is_rule]
    told += [tracker for step in dropped for tracker in training_trackers(StoryFile((step,)), domain)[:1]]
    maker = StateMaker(domain)
    steps = [
        tuple((labelled.states, labelled.action) for labelled in labelled_actions(tracker, domain, 1, maker))
        for tracker in told
    ]
    longer: dict[Hashable, int] = {}
    for number, taken in enumerate(steps):
        for length in range(1, len(taken)):
            longer.setdefault(taken[:length], number)
    for number, taken in enumerate(steps):
        longer.setdefault(taken, number)
    for number, (tracker, taken) in enumerate(zip(told, steps, strict=True)):
        other = longer.get(taken, number)
        if other != number:
            how = "is the same as" if len(steps[other]) == len(taken) else "is how another begins:"
            message = f"the story {tracker.story!r} {how} {told[other].story!r} ({told[other].place})"
            hint = "Remove it: it teaches nothing of its own."
            yield finding(message, tracker.place, hint, *_story_out(tracker.story, tracker.place))


def _lines(tracker: TrainingTracker) -> Iterator[tuple[str, int | None]]:
    for place in (*tracker.places, tracker.place):
        if place:
            yield place.path, place.line


def unmet_rules(
    trackers: Sequence[TrainingTracker],
    tests: Sequence[TrainingTracker],
    domain: Domain,
    examples: Sequence[Example] = (),
) -> Iterator[Finding]:
    """Rules that no story and no test story meets, so that nothing shows whether they do what is wanted. `examples` say
    what a test story of them could say."""
    rules = [tracker for tracker in trackers if tracker.is_rule]
    stories = [*(tracker for tracker in trackers if not tracker.is_rule), *tests]
    if domain.era is Era.CORE or not rules or not stories:
        return
    policy = RulePolicy().train(trackers, domain)
    met = {ruled.ruling.source for tracker in stories for ruled in policy.rulings(tracker, domain)}
    seen: set[Place | None] = set()
    for tracker in rules:
        sources = {ruled.ruling.source for ruled in policy.rulings(tracker, domain)}
        if sources and not sources & met and tracker.place not in seen:
            seen.add(tracker.place)
            message = f"the rule {tracker.story!r} is met by no story and no test story"
            yield finding(message, tracker.place, "Write a test story that goes through it.", *_test(tracker, examples))


def _test(tracker: TrainingTracker, examples: Iterable[Example]) -> Iterator[RuleTested]:
    """Only of a rule that begins with what is said, whenever that is: nobody knows how to come to where others hold."""
    events = [event for event in tracker.events if not isinstance(event, ActionExecuted) or event.name != SNIPPET]
    while events and events[0] == ActionExecuted(ACTION_LISTEN):
        del events[0]
    first = events[0] if events else None
    if tracker.place is None or (tracker.rule is not None and tracker.rule.condition) or _said(first, examples) is None:
        return
    told = [_said(event, examples) if isinstance(event, UserUttered) else event for event in events]
    # Of two messages the second is another turn, after which the bot has listened.
    if None not in told and sum(isinstance(event, UserUttered) for event in told) == 1:
        yield RuleTested(tracker.place, tracker.story, tuple(event for event in told if event is not None))


def _said(event: Event | None, examples: Iterable[Example]) -> UserUttered | None:
    """The message as somebody says it: an example of its intent with just its entities."""
    if not isinstance(event, UserUttered):
        return None
    if event.text:
        return event
    wanted = sorted(_role(entity) for entity in event.entities)
    for example in examples:
        if example.intent == event.intent and sorted(map(_role, example.entities)) == wanted:
            return replace(event, text=example.text, entities=example.entities)
    return None


def _role(entity: Entity) -> tuple[str, str, str]:
    return entity.entity, entity.role or "", entity.group or ""


def unused_slots(domain: Domain, stories: StoryFile) -> Iterator[Finding]:
    """Slots that nothing fills and nothing reads, as far as the files tell."""
    used = uses_in_stories(stories).names("slots")
    used |= {name for step in stories.steps for start in step.start_checkpoints for name in start.conditions}
    used |= {slot for form in domain.forms.values() for slot in (*form.required_slots, *form.mappings)}
    for variation in (item for found in domain.responses.values() for item in found):
        used |= {*_FILLED_IN.findall(variation.text or "")}
        used |= {str(condition.get("name")) for condition in variation.condition}
    for name, slot in domain.slots.items():
        is_filled = slot.mappings or (domain.era is not Era.RASA_3 and slot.auto_fill and name in domain.entities)
        if name not in used and not is_filled and name != "requested_slot":
            hint = "Remove it, unless an action uses it."
            place = domain.places.get(("slots", name))
            mends = (NameOut(place, "slots", name),) if place else ()
            yield finding(f"the slot {name!r} is never filled and never read", place, hint, *mends)
