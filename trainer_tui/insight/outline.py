"""The story outline: the way of this conversation, and what other stories did from here.

○ START
● greet ▸ utter_greet                                    ×49
┠──○ search_venues ▸ action_search_venues                 ×9
┠──⋯ +2 more                                              ×5
● search_concerts ▸ action_search_concerts               ×35
◉ compare_reviews ▸ ?                                    ×16
├──○ action_show_concert_reviews                   81%   ×14
│  ╰──○ thankyou ▸ utter_youarewelcome                   ×14
╰──○ action_show_venue_reviews                     14%    ×2
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Literal

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place
from trainer_tui.insight.similar import THEN, Occurrence, Similar, SimilarStories, Steps, Symbol
from trainer_tui.words import counted


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is shown: turns back with so many alternatives each, turns ahead, and rows ahead at most."""

    turns_back: int
    alternatives: int
    turns_ahead: int
    rows_ahead: int


LEVELS = (Detail(1, 0, 1, 6), Detail(2, 1, 2, 10), Detail(4, 2, 3, 14), Detail(8, 4, 5, 30), Detail(16, 8, 8, 80))
USUAL_LEVEL = 2


@dataclass(frozen=True, slots=True)
class StoryRow:
    """One row. `rail` is the drawn prefix, `label` the turn ("greet ▸ utter_greet").

    `kind`: "path" = this conversation, "here" = where it is, "other" = taken by other stories, "more" = left out.
    `share` in [0, 1] is how sure the bot is of that action; `places` are some of the stories through it: none only
    where no story goes.
    """

    rail: str
    label: str
    kind: Literal["path", "here", "other", "more"]
    count: int = 0
    share: float | None = None
    places: tuple[tuple[str, Place | None], ...] = ()


@dataclass(frozen=True, slots=True)
class StoriesView:
    """`subtitle` says how much history the stories share ("same last 4")."""

    rows: tuple[StoryRow, ...] = ()
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a person meant (None before the first message) and what the bot did about it."""

    user: Symbol | None
    actions: tuple[Symbol, ...] = ()

    @property
    def label(self) -> str:
        said = [self.user.name] if self.user else []
        return THEN.join([*said, *(action.name for action in self.actions)])


def turn_of(steps: Sequence[Symbol]) -> Turn:
    """The steps of one turn; actions before any message are a turn of their own."""
    return Turn(steps[0], tuple(steps[1:])) if steps and steps[0].is_user else Turn(None, tuple(steps))


def outline(
    index: SimilarStories,
    steps: Steps,
    shares: Mapping[str, float],
    *,
    is_asking: bool,
    detail: Detail = LEVELS[USUAL_LEVEL],
) -> StoriesView:
    """The outline after `steps`. `shares`: what the bot now thinks of each action; `is_asking`: an action is next."""
    history, begins = steps.found, steps.begins
    similar = index.ask(history)
    rows: list[StoryRow] = []
    past = len(begins) - (is_asking and bool(begins))
    here = turn_of(history[begins[past] :]) if past < len(begins) else None
    start = max(0, past - detail.turns_back)
    until = places_of(index, index.ask(history, begins[start] if start < len(begins) else 0).occurrences)
    rows.append(StoryRow("○ ", "START" if start == 0 else f"⋯ {counted(start, 'turn')} before", "path", places=until))
    for place in range(start, past):
        begin, end = begins[place], begins[place + 1] if place + 1 < len(begins) else len(history)
        turn = turn_of(history[begin:end])
        rows.extend(_alternatives(index, index.ask(history, begin), turn, detail.alternatives))
        through = index.ask(history, end).occurrences
        rows.append(StoryRow("● ", turn.label, "path", len(through), places=places_of(index, through)))
    label = f"{here.label} ▸ ?" if here else "?"
    rows.append(StoryRow("◉ ", label, "here", len(similar.occurrences), places=places_of(index, similar.occurrences)))
    rows.extend(_ahead(index, similar, shares if is_asking else {}, detail))
    return StoriesView(tuple(rows), _subtitle(similar, len(history)))


def _subtitle(similar: Similar, length: int) -> str:
    if not similar.occurrences:
        return "no story was here"
    if similar.is_same:
        return "same history" if similar.shared >= length else f"same last {similar.shared}"
    return f"only the last {similar.shared} agree"


def _alternatives(index: SimilarStories, before: Similar, taken: Turn, most: int) -> Iterable[StoryRow]:
    """What other stories did in place of this turn, most frequent first."""
    ranked = index.instead(before, taken.label)
    for label, occurrences in ranked[:most]:
        yield StoryRow("┠──○ ", label, "other", len(occurrences), places=places_of(index, occurrences))
    if left := ranked[most:]:
        yield _more(index, "┠──⋯ ", [occurrences for _, occurrences in left])


def _more(index: SimilarStories, rail: str, left_out: Sequence[Sequence[Occurrence]]) -> StoryRow:
    """What else there is, as one row."""
    places = places_of(index, chain.from_iterable(left_out))
    return StoryRow(rail, f"+{len(left_out)} more", "more", sum(map(len, left_out)), places=places)


def _ahead(index: SimilarStories, similar: Similar, shares: Mapping[str, float], detail: Detail) -> list[StoryRow]:
    """The next actions (or turns) of the stories here, each with what followed; then what only the bot thinks of."""
    branches: dict[str, list[Occurrence]] = defaultdict(list)
    for label, found in index.turns(similar).items():
        # A message stands with what followed it, since nothing is asked about it; an action stands alone.
        story, position = found[0]
        is_message = index.steps[story][position].is_user
        branches[label if is_message else label.split(THEN, 1)[0]] += found
    thought = [name for name, share in shares.items() if share >= 0.01 and name not in branches]
    names = sorted(branches, key=lambda name: (-len(branches[name]), name))
    names += sorted(thought, key=lambda name: -shares[name])[: detail.alternatives]
    rows: list[StoryRow] = []
    shown = [name for number, name in enumerate(names) if number < detail.rows_ahead // 2]
    for number, name in enumerate(shown):
        is_last = number == len(names) - 1
        occurrences = branches.get(name, [])
        rail = "╰──○ " if is_last else "├──○ "
        rows.append(StoryRow(rail, name, "other", len(occurrences), shares.get(name), places_of(index, occurrences)))
        room = max(0, detail.rows_ahead - len(shown) - len(rows))
        rows.extend(_following(index, occurrences, "   " if is_last else "│  ", min(room, detail.turns_ahead)))
    if left := names[len(shown) :]:
        rows.append(_more(index, "╰──⋯ ", [branches.get(name, []) for name in left]))
    return rows


def _following(index: SimilarStories, occurrences: Sequence[Occurrence], rail: str, room: int) -> Iterable[StoryRow]:
    """The most frequent way on, turn by turn, while any story goes on."""
    going = _after_turn(index, occurrences)
    indent = rail
    for _ in range(room):
        following = index.by_turn(going)
        if not following:
            return
        label, going = min(following.items(), key=lambda item: (-len(item[1]), item[0]))
        count, places = len(going), places_of(index, going)
        going = _after_turn(index, going)
        ends = all(position >= len(index.steps[story]) for story, position in going)
        yield StoryRow(f"{indent}╰──○ ", label + (" ■" if ends else ""), "other", count, places=places)
        indent += "   "


def _after_turn(index: SimilarStories, occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """Where the same stories stand when the turn is over."""
    ends = index.ends
    return [(story, ends[story][position]) for story, position in occurrences]


def places_of(index: SimilarStories, occurrences: Iterable[Occurrence]) -> tuple[tuple[str, Place | None], ...]:
    """The stories through a node, each once; as many as a person reads."""
    stories: dict[int, None] = {}
    for story, _ in occurrences:
        stories[story] = None
        if len(stories) == 50:
            break
    return tuple((index.names[story], index.places[story]) for story in stories)
