"""The story graph of a project, and of what a session taught, as a file of the format that its name ends with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from trainer_tui.core.applied import AppliedEvents
from trainer_tui.errors import Place, TrainerError
from trainer_tui.export.conversations import conversations
from trainer_tui.insight.graph.exchange import as_dot, as_graphml, as_json, as_mermaid
from trainer_tui.insight.graph.folding import StoryGraph, ToldStory, around, fold, turns_of
from trainer_tui.insight.graph.page import as_html
from trainer_tui.insight.graph.picture import as_svg
from trainer_tui.insight.story_predictions import each_story
from trainer_tui.runtime.collection import no_collection
from trainer_tui.runtime.project import Project
from trainer_tui.runtime.script_sources import session_timeline
from trainer_tui.words import listed, nearest

_LISTED = 5
_OWN = Path(__file__).resolve().parents[1] / "insight" / "graph"

Writer = Callable[[StoryGraph, str], str]
"""The text of a graph under a title."""


def _as_page(graph: StoryGraph, title: str) -> str:
    style, picture, script = (_own(name) for name in ("page.css", "picture.css", "page.js"))
    return as_html(graph, title, style + picture, script)


WRITERS: Mapping[str, Writer] = {
    ".html": _as_page,
    ".svg": lambda graph, title: as_svg(graph, _own("picture.css")),
    ".dot": lambda graph, title: as_dot(graph),
    ".mmd": lambda graph, title: as_mermaid(graph),
    ".graphml": lambda graph, title: as_graphml(graph),
    ".json": lambda graph, title: as_json(graph),
}


def writer_of(file: Path) -> Writer:
    """TrainerError where the name's ending is of no format."""
    writer = WRITERS.get(file.suffix.lower())
    if writer is None:
        raise TrainerError(
            "the ending of the file tells its format",
            f"{file.suffix!r} is none." if file.suffix else "This name has none.",
            f"End it with {', '.join(WRITERS)}.",
            Place(str(file)),
        )
    return writer


@no_collection()
def story_graph(project: Project, session: Path | None = None, centre: str | None = None) -> StoryGraph:
    """The stories, folded, with what the session of that journal taught; around the stories named `centre`, or whole.
    Rules are no stories. TrainerError where there are none, or none of that name."""
    domain = project.domain
    stories = [
        ToldStory(tracker.story, tracker.place, turns_of(tracker.events, domain))
        for tracker in project.trackers
        if not tracker.is_rule
    ]
    stories += _taught(project, session) if session else []
    if not stories:
        raise TrainerError("there are no stories to draw", f"{project.root} has none, and rules are no stories.")
    tests = [turns_of(test.events, domain) for test in each_story(project.data.test_stories, domain)]
    graph = fold(stories, tests)
    return around(graph, _named(stories, centre)) if centre is not None else graph


def _taught(project: Project, session: Path) -> list[ToldStory]:
    """The conversations of a session, as they would become stories."""
    found = []
    timeline = session_timeline(session, project.domain)
    domain = timeline.state.domain
    for number, conversation in enumerate(conversations(timeline), 1):
        # What a form handled by itself stands in no story.
        turns = turns_of(AppliedEvents.of(conversation.events, domain.initial_slots).events, domain)
        name = f"{session.stem}: {conversation.name or f'conversation {number}'}"
        found += [ToldStory(name, Place(str(session)), turns, is_taught=True)] if turns else []
    return found


def _named(stories: list[ToldStory], name: str) -> list[int]:
    """Those of that name, and those that checkpoints join with one of that name."""
    found = [number for number, story in enumerate(stories) if name in (story.name, *story.name.split(" > "))]
    if not found:
        names = list(dict.fromkeys(part for story in stories for part in story.name.split(" > ")))
        known = nearest(name, names) or f"There are {listed([repr(known) for known in names], _LISTED)}."
        raise TrainerError(f"there is no story {name!r}", known, "Name one of them behind --around.")
    return found


def _own(name: str) -> str:
    return (_OWN / name).read_text(encoding="utf-8")
