"""Stores are read and scored: the newest first, in portions that go to workers, and each is kept as it comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from trainer_tui.dataclass import dataclass, replace
from trainer_tui.errors import TrainerError
from trainer_tui.review.scoring import Scored, Scorer
from trainer_tui.runtime.collection import no_collection
from trainer_tui.runtime.review.deployed import DeployedModel
from trainer_tui.runtime.review.scored_rows import ScoredRows
from trainer_tui.runtime.session_models import TodaysModel
from trainer_tui.runtime.stores.store import Store, StoredConversation, Unreadable
from trainer_tui.runtime.workers import Workers

_FIRST_PORTION = 20
"""So that there is something to look at almost at once; later portions are larger."""
_LARGEST_PORTION = 320


@dataclass(frozen=True, slots=True)
class Told:
    """How far reading is: `read` conversations more, and lines on what could not be read. `share` of all that is new is
    behind, about; 0 where nobody knows."""

    read: int
    problems: tuple[str, ...] = ()
    share: float = 0.0


Tell = Callable[[Told], None]


def score(stores: Sequence[Store], model: TodaysModel, rows: ScoredRows, tell: Tell, workers: Workers) -> None:
    """Score all that is new in the stores since this model last did. A store that goes away in the middle is said, and
    read again the next time; the others go on. TrainerError where there is nobody to score."""
    workers.check()
    # Rows come and go, trackers and readings stay for those to come: there is no rubbish to look for.
    with no_collection():
        for number, store in enumerate(stores):

            def told(what: Told, store: Store = store, behind: int = number) -> None:
                tell(replace(what, share=(behind + store.share) / len(stores)))

            try:
                _score_store(store, model, rows, told, workers)
            except TrainerError as error:
                tell(Told(0, (str(error),)))


def _score_store(store: Store, model: TodaysModel, rows: ScoredRows, tell: Tell, workers: Workers) -> None:
    source = rows.source(store.label)
    found = store.conversations(rows.mark(source, model.key))
    is_whole = True
    for portion in workers.stream(_scored, model, _portions(found, tell)):
        rows.keep(source, portion.model, portion.scored)
        is_whole = is_whole and portion.model == model.key
        lines = (*(f"{store.label}: {line}" for line in portion.problems), *portion.notes)
        tell(Told(portion.read, lines))
    if is_whole:
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


@dataclass(frozen=True, slots=True)
class _Portion:
    """`read` conversations, the sessions in them, and lines on what of them cannot be read. `model` is the key of the
    one that scored them: ours, where the server was silent in between, and `notes` say so."""

    read: int
    model: str
    scored: list[Scored]
    problems: list[str]
    notes: tuple[str, ...] = ()


_scorers: dict[str, tuple[Scorer, DeployedModel | None]] = {}
"""A worker's own, by the key of its model: what it has seen before is remembered from portion to portion."""


def _scored(model: TodaysModel, portion: Sequence[StoredConversation]) -> _Portion:
    if model.key not in _scorers:
        _forget_scorers()
        _scorers[model.key] = today_of(model)
    scorer, server = _scorers[model.key]
    found: list[Scored] = []
    problems: list[str] = []
    # Trackers of a portion stay for the next ones: there is no rubbish to look for.
    with no_collection():
        for stored in portion:
            scored, unread = scorer.scored(stored.sender_id, stored.texts)
            found += scored
            problems += (f"{stored.sender_id}: {line}" for line in unread)
    if server is None or model.own is None or server.is_whole:
        return _Portion(len(portion), model.key, found, problems)
    # What it does not know of the server it would remember as if it did.
    _forget_scorers()
    return _Portion(len(portion), model.own.key, found, problems, server.take_notes())


def _forget_scorers() -> None:
    for _, server in _scorers.values():
        if server is not None:
            server.close()
    _scorers.clear()


def today_of(model: TodaysModel) -> tuple[Scorer, DeployedModel | None]:
    """What scores by today's model, the server's where there is one."""
    if model.rasa is None or model.own is None:
        return scorer_of(model), None
    server = DeployedModel(model.own, model.rasa)
    return Scorer(server, model.domain, server, model.examples), server


def scorer_of(model: TodaysModel) -> Scorer:
    """What scores by our own model, which can be taught."""
    return Scorer(model.ensemble, model.domain, model.interpreter, model.examples)
