"""Stories, NLU data and names as a person might make them, the nasty ones among them."""

from __future__ import annotations

from hypothesis import strategies as st

from trainer_tui.core.events import ActionExecuted, ActiveLoop, AllSlotsReset, Entity, Event, SlotSet, UserUttered
from trainer_tui.core.stories import AnyValue, Checkpoint, Or, Rule, StoryFile, StoryStep
from trainer_tui.formats.story_events import STORY_EVENTS

NASTY = (
    "yes", "no", "on", "Off", "y", "N", "null", "~", "true", "False", "12:30", "010", "0x1F", "0o17", "1e3", "1_000",
    "+1", ".5", ".inf", "1.0", "-", "- a", "* b", "? c", "a: b", "a #b", "#c", "'", '"', "it's", "[x]", "{y}", "&a",
    "*a", "!b", "%c", "@d", "`e", "a\\u0041", "\\", "|", ">", "=", "<<", "é", "麻辣烫", "😀", "مرحبا", "a:",
    "2020-01-01", "\ufeffx", "x\u2028y", "x\x85y", "\x07", "a  b", "--- a", "... b", "None", "...", "form: a",
    "a OR b", "<!-- a", "-->",
)  # fmt: skip

texts = st.sampled_from(NASTY) | st.text(max_size=12)
lines = texts.map(lambda text: " ".join(text.split())).filter(bool)
names = (
    st.from_regex(r"[a-z][a-z_]{0,8}[a-z]", fullmatch=True)
    | st.sampled_from(("start-dialogue", "atis#flight", "hüvasti_jätmine", "yes", "on", "null"))
).filter(lambda name: name not in {*STORY_EVENTS, "slot"})
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
values = scalars | st.lists(scalars, max_size=3) | st.dictionaries(names, scalars, max_size=2)

story_names = lines.filter(lambda name: not name.startswith("#") and "<!--" not in name)


def users(
    entity_values: st.SearchStrategy[object], labels: st.SearchStrategy[str | None]
) -> st.SearchStrategy[UserUttered]:
    entities = st.builds(
        lambda *args: Entity(args[0], args[1], role=args[2], group=args[3]), names, entity_values, labels, labels
    )
    return st.builds(
        lambda intent, found: UserUttered(intent=intent, entities=tuple(found)),
        names,
        st.lists(entities, max_size=3, unique_by=lambda entity: entity.entity),
    )


yaml_users = users(values, st.none() | lines)
markdown_users = users(scalars, st.none())
actions = names.map(ActionExecuted)
loops = (names | st.none()).map(ActiveLoop)
slots = st.builds(SlotSet, names, values)
bare_slots = names.map(lambda name: SlotSet(name, AnyValue.ANY))


def ors(alternatives: st.SearchStrategy[Event]) -> st.SearchStrategy[Or]:
    return st.lists(alternatives.map(lambda event: (event,)), min_size=2, max_size=3).map(
        lambda found: Or(tuple(found))
    )


def steps(events: st.SearchStrategy[object], slot_values: st.SearchStrategy[object]) -> st.SearchStrategy[StoryStep]:
    conditions = st.dictionaries(names, slot_values, max_size=2)
    return st.builds(
        lambda name, found, starts, ends: StoryStep(name, tuple(found), tuple(starts), tuple(map(Checkpoint, ends))),
        story_names,
        st.lists(events, min_size=1, max_size=5),
        st.lists(st.builds(Checkpoint, names, conditions), max_size=2, unique_by=lambda item: item.name),
        st.lists(names, max_size=2, unique=True),
    )


yaml_events = (
    yaml_users | actions | loops | slots | bare_slots | ors(yaml_users) | ors(slots) | st.just(AllSlotsReset())
)
markdown_events = markdown_users | actions | loops | slots | ors(markdown_users) | st.just(AllSlotsReset())
rules = st.builds(
    lambda name, found, condition, start, wait: Rule(name, tuple(found), tuple(condition), start, wait),
    texts.map(str.strip).filter(bool),
    st.lists(yaml_users | actions | loops | slots, min_size=1, max_size=4),
    st.lists(loops | slots, max_size=2),
    st.booleans(),
    st.booleans(),
)
yaml_stories = st.builds(
    lambda found, ruled: StoryFile(tuple(found), tuple(ruled)),
    st.lists(steps(yaml_events, scalars), max_size=3),
    st.lists(rules, max_size=2),
)
markdown_stories = st.lists(steps(markdown_events, scalars), max_size=3).map(lambda found: StoryFile(tuple(found)))
