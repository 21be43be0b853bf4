"""The way of a conversation, and what other stories did from here."""

from __future__ import annotations

from collections import Counter
from itertools import takewhile

from hypothesis import given
from hypothesis import strategies as st

from tests.insight.test_similar import DOMAIN, index_of, names, stories, story
from trainer_tui.core.events import Event
from trainer_tui.insight.outline import LEVELS, USUAL_LEVEL, StoriesView, outline
from trainer_tui.insight.similar import THEN, Symbol, steps_of

CONCERTS = (
    story("greet", "utter_greet", "search", "utter_found", "compare", "utter_concerts", "thanks", "utter_welcome"),
    story("greet", "utter_greet", "search", "utter_found", "compare", "utter_concerts", "bye", "utter_bye"),
    story("greet", "utter_greet", "search", "utter_found", "compare", "utter_venues"),
    story("greet", "utter_greet", "venues", "utter_found"),
    story("search", "utter_found"),
)


def drawn(told: tuple[tuple[Event, ...], ...], *now: str, **shares: float) -> list[str]:
    view = view_of(told, *now, **shares)
    return [
        f"{row.rail}{row.label}" + (f" {row.share:.0%}" if row.share is not None else "") + f" ×{row.count}"
        for row in view.rows
    ]


def view_of(told: tuple[tuple[Event, ...], ...], *now: str, **shares: float) -> StoriesView:
    steps = steps_of(story(*now), DOMAIN)
    is_asking = bool(steps.found) and steps.found[-1].is_user
    return outline(index_of(*told), steps, shares, is_asking=is_asking)


def test_a_torn_question() -> None:
    now = ("greet", "utter_greet", "search", "utter_found", "compare")
    assert drawn(CONCERTS, *now, utter_concerts=0.5, utter_venues=0.4, utter_default=0.05, utter_no=0.001) == [
        "○ START ×0",
        "┠──○ search ▸ utter_found ×1",
        "● greet ▸ utter_greet ×4",
        "┠──○ venues ▸ utter_found ×1",
        "● search ▸ utter_found ×3",
        "◉ compare ▸ ? ×3",
        "├──○ utter_concerts 50% ×2",
        "│  ╰──○ bye ▸ utter_bye ■ ×1",
        "├──○ utter_venues 40% ×1",
        "╰──○ utter_default 5% ×0",
    ]


def test_before_a_message_whole_turns_are_ahead() -> None:
    assert drawn(CONCERTS, "greet", "utter_greet")[3:] == [
        "◉ ? ×4",
        "├──○ search ▸ utter_found ×3",
        "│  ╰──○ compare ▸ utter_concerts ×2",
        "│     ╰──○ bye ▸ utter_bye ■ ×1",
        "╰──○ venues ▸ utter_found ×1",
    ]


def test_the_subtitle_tells_how_much_is_shared() -> None:
    assert view_of(CONCERTS, "greet").subtitle == "same history"
    assert view_of(CONCERTS, "other", "search").subtitle == "only the last 1 agree"
    assert view_of(CONCERTS, "unheard_of").subtitle == "no story was here"
    long = ["search", "utter_found"] * 8
    assert view_of((story(*long),), *long[:14]).subtitle == "same last 10"


def test_a_long_conversation_shows_its_last_turns() -> None:
    now = ["search", "utter_found"] * 7
    rows = drawn(CONCERTS, *now)
    assert rows[0] == "○ ⋯ 3 turns before ×0"
    assert sum(row.startswith("●") for row in rows) == 4


def test_of_many_ways_on_the_most_frequent_are_shown_and_the_others_counted() -> None:
    told = tuple(story("greet", f"utter_{number:02}") for number in range(30))
    rows = drawn(told, "greet")
    ahead = rows[rows.index("◉ greet ▸ ? ×30") + 1 :]
    assert len(ahead) <= LEVELS[USUAL_LEVEL].rows_ahead
    assert ahead[-1] == "╰──⋯ +23 more ×23"


def test_a_node_names_the_stories_through_it_each_once() -> None:
    (row,) = [row for row in view_of(CONCERTS, "greet", "utter_greet", "search").rows if row.label == "utter_found"]
    assert [name for name, _ in row.places] == ["story 0", "story 1", "story 2"]
    assert all(place is not None for _, place in row.places)


@given(stories, st.lists(names, max_size=14))
def test_a_row_that_counts_stories_names_some_and_one_that_names_none_counts_none(
    told: list[tuple[Event, ...]], now: list[str]
) -> None:
    rows = view_of(tuple(told), *now).rows
    begins, others = rows[0], rows[1:]
    assert bool(begins.places) == bool(told) or begins.label != "START"
    assert [bool(row.places) for row in others] == [bool(row.count) for row in others]


@given(stories, st.lists(names, max_size=14))
def test_what_others_did_here_is_counted_exactly(told: list[tuple[Event, ...]], now: list[str]) -> None:
    index, walked = index_of(*told), steps_of(story(*now), DOMAIN)
    is_asking = bool(walked.found) and walked.found[-1].is_user
    view = outline(index, walked, {}, is_asking=is_asking)
    similar = index.ask(walked.found)
    (here,) = [row for row in view.rows if row.kind == "here"]
    assert here.count == len(similar.occurrences)
    ahead = view.rows[view.rows.index(here) + 1 :]
    shown = {row.label: row.count for row in ahead if row.rail[:1] in "├╰" and row.kind == "other"}
    real: Counter[str] = Counter()
    for number, at in similar.occurrences:
        steps = index.steps[number][at:]
        if steps:
            real[_turn(steps) if steps[0].is_user else steps[0].name] += 1
    assert all(real[label] == count for label, count in shown.items())
    assert len(real) > 7 or shown == dict(real)


def _turn(steps: list[Symbol]) -> str:
    """The message with what the bot did about it."""
    answers = takewhile(lambda step: not step.is_user, steps[1:])
    return THEN.join([steps[0].name, *(step.name for step in answers)])


def test_more_detail_shows_more_and_less_shows_less_of_the_same() -> None:
    told = [story(*["hi", "utter_hi"] * times, *["bye", f"utter_bye_{times % 7}"] * 3) for times in range(1, 12)]
    steps = steps_of(told[5][:9], DOMAIN)
    index = index_of(*told)
    sizes = [len(outline(index, steps, {}, is_asking=True, detail=level).rows) for level in LEVELS]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[USUAL_LEVEL] < sizes[-1]
