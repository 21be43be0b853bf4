"""Stories told to a bot step by step: what it would have done before each action. As Rasa's `test core`.

Teacher-forced: whatever is predicted, the story's own action goes on. The first event is not judged, every later action
is, action_listen included.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import ActionExecuted, ActionExecutionRejected, UserUttered
from trainer_tui.core.featurizers import StateMaker, labelled_actions
from trainer_tui.core.generator import training_trackers
from trainer_tui.core.stories import StoryFile, TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.insight.evaluation import Conversation, Misreading, Step
from trainer_tui.insight.message_readings import Interpreter, misreadings
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.policies.policy import EnsemblePrediction


def tell_stories(
    ensemble: Ensemble,
    stories: Iterable[TrainingTracker],
    domain: Domain,
    interpreter: Interpreter | None = None,
) -> list[Conversation]:
    """`interpreter` reads the texts of messages; None = nobody does. Slots come from what is annotated all the same."""
    return [tell_story(ensemble, story, domain, interpreter) for story in stories]


def train_and_tell(
    ensemble: Ensemble, training: Sequence[TrainingTracker], stories: Iterable[TrainingTracker], domain: Domain
) -> list[Conversation]:
    """Told to a bot that was trained for it."""
    return tell_stories(ensemble.train(training, domain), stories, domain)


def tell_story(
    ensemble: Ensemble, story: TrainingTracker, domain: Domain, interpreter: Interpreter | None = None
) -> Conversation:
    tracker = DialogueStateTracker.start(domain)
    steps = []
    misread: list[Misreading] = []
    place = story.place
    for index, event in enumerate(story.events):
        # An action_listen that no one wrote stands where the step before it does.
        place = (story.places[index] if index < len(story.places) else None) or place
        if index and isinstance(event, ActionExecuted):
            wanted = event.name or event.text or ""
            tracker, prediction = predicted(ensemble, tracker, domain, wanted)
            steps.append(Step(wanted, prediction.action, prediction.confidence, prediction.policy, place))
        if interpreter and isinstance(event, UserUttered):
            misread += misreadings(event, interpreter, place)
        tracker = tracker.with_event(event)
    return Conversation(story.story, tuple(steps), story.place, tuple(misread))


def predicted(
    ensemble: Ensemble, tracker: DialogueStateTracker, domain: Domain, wanted: str
) -> tuple[DialogueStateTracker, EnsemblePrediction]:
    """A story does not say where a form refused to run: where the form is predicted and something else wanted, it is
    taken to have refused, and the bot is asked again, as Rasa does."""
    prediction = ensemble.predict(tracker, domain)
    loop = tracker.active_loop
    if prediction.action != wanted and loop and prediction.action == loop.name and loop.name in domain.forms:
        tracker = tracker.with_event(ActionExecutionRejected(loop.name))
        prediction = ensemble.predict(tracker, domain)
    return tracker, prediction


def each_story(stories: StoryFile, domain: Domain) -> list[TrainingTracker]:
    """The conversations of test stories, as Rasa counts them: stories that differ in the words of a message alone are
    two, though training would learn them as one; those that are alike in their words as well are one."""
    alone = [step for step in stories.steps if not step.start_checkpoints and not step.end_checkpoints]
    joined = StoryFile(tuple(step for step in stories.steps if step.start_checkpoints or step.end_checkpoints))
    found = [tracker for step in alone for tracker in training_trackers(StoryFile((step,)), domain)]
    return list(different([*found, *training_trackers(joined, domain)], domain))


def different(stories: Sequence[TrainingTracker], domain: Domain) -> Iterator[TrainingTracker]:
    """Each conversation once: those whose states, actions and words are all equal are one. Rules are none."""
    seen: set[Hashable] = set()
    maker = StateMaker(domain)
    for story in stories:
        if story.is_rule:
            continue
        words = tuple(event.text for event in story.events if isinstance(event, UserUttered))
        steps = tuple((labelled.states, labelled.action) for labelled in labelled_actions(story, domain, 1, maker))
        key = (words, steps)
        if key not in seen:
            seen.add(key)
            yield story
