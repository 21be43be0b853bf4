"""Stores are read and scored: the newest first, in portions that go to workers, and each is kept as it comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from trainer_tui.errors import TrainerError
from trainer_tui.review.scoring import Scored, Scorer
from trainer_tui.runtime.collection import no_collection
from trainer_tui.runtime.review.scored_rows import ScoredRows
from trainer_tui.runtime.session_models import TodaysModel
from trainer_tui.runtime.stores.store import Store, StoredConversation, Unreadable
from trainer_tui.runtime.workers import Workers

_FIRST_PORTION = 20
"""So that there is something to look at almost at once; later portions are larger."""
_LARGEST_PORTION = 320


@dataclass(frozen=True, slots=True)
class Told:
    """How far reading is: `read` conversations more, and lines on what could not be read."""

    read: int
    problems: tuple[str, ...] = ()


Tell = Callable[[Told], None]


def score(stores: Iterable[Store], model: TodaysModel, rows: ScoredRows, tell: Tell, workers: Workers) -> None:
    """Score all that is new in the stores since this model last did. A store that goes away in the middle is said, and
    read again the next time; the others go on."""
    for store in stores:
        try:
            _score_store(store, model, rows, tell, workers)
        except TrainerError as error:
            tell(Told(0, (str(error),)))


def _score_store(store: Store, model: TodaysModel, rows: ScoredRows, tell: Tell, workers: Workers) -> None:
    source = rows.source(store.label)
    found = store.conversations(rows.mark(source, model.key))
    for count, scored, problems in workers.stream(_scored, model, _portions(found, tell)):
        rows.keep(source, model.key, scored)
        tell(Told(count, tuple(f"{store.label}: {line}" for line in problems)))
    rows.set_mark(source, model.key, store.mark())


def _portions(found: Iterator[StoredConversation | Unreadable], tell: Tell) -> Iterator[list[StoredConversation]]:
    portion: list[StoredConversation] = []
    size = _FIRST_PORTION
    for item in found:
        if isinstance(item, Unreadable):
            tell(Told(0, (str(item),)))
            continue
        portion.append(item)
        if len(portion) == size:
            yield portion
            portion, size = [], min(2 * size, _LARGEST_PORTION)
    if portion:
        yield portion


_scorers: dict[str, Scorer] = {}
"""A worker's own, by the key of its model: what it has seen before is remembered from portion to portion."""


def _scored(model: TodaysModel, portion: Sequence[StoredConversation]) -> tuple[int, list[Scored], list[str]]:
    """How many conversations these were, their sessions, and lines on what of them cannot be read."""
    scorer = _scorers.get(model.key)
    if scorer is None:
        _scorers.clear()
        scorer = _scorers[model.key] = scorer_of(model)
    found: list[Scored] = []
    problems: list[str] = []
    # Trackers of a portion stay for the next ones: there is no rubbish to look for.
    with no_collection():
        for stored in portion:
            scored, unread = scorer.scored(stored.sender_id, stored.texts)
            found += scored
            problems += (f"{stored.sender_id}: {line}" for line in unread)
    return len(portion), found, problems


def scorer_of(model: TodaysModel) -> Scorer:
    return Scorer(model.ensemble, model.domain, model.interpreter, model.examples)
