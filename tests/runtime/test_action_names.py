"""Domains of 2017 list actions by their classes; stories, predictions and warnings go by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer_tui.core.generator import training_trackers
from trainer_tui.formats.action_names import name_in_source
from trainer_tui.insight.names import find_undefined
from trainer_tui.runtime.reading.project_data import ProjectData, read_project

DOMAIN = """
intents: [greet]
templates:
  utter_x: [hi]
actions:
- utter_x
- plan_actions.StartPlan
- bot.code.plan_actions.ActionSearchHotels
"""

CODE = """
class ActionStartPlan(Action):
    pass

class StartPlan(ActionStartPlan):

    def __init__(self):
        self._name = 'activate_plan'

    def run(self, dispatcher, tracker, domain):
        print "a statement of Python 2"
        return []

    def name(self):
        return self._name

class ActionSearchHotels(Action):
    def name(self):
        # type: () -> Text
        return u"find_hotels"
"""


def bot(folder: Path, story: str, code: str | None = CODE) -> ProjectData:
    (folder / "data").mkdir()
    (folder / "domain.yml").write_text(DOMAIN)
    (folder / "data/stories.md").write_text(story)
    if code is not None:
        (folder / "plan_actions.py").write_text(code)
    return read_project(folder)


def undefined(project: ProjectData) -> list[str]:
    assert project.errors == ()
    return [problem.message for problem in find_undefined(project.domain, project.stories, project.nlu)]


def test_the_name_is_read_in_the_class(tmp_path: Path) -> None:
    project = bot(tmp_path, "## a\n* greet\n - activate_plan\n - find_hotels\n - find_hotel\n")
    assert project.domain.actions == ("utter_x", "activate_plan", "find_hotels")
    assert undefined(project) == ["the action 'find_hotel' is not in the domain"]
    place = project.domain.places["actions", "activate_plan"]
    assert (place.path, place.line) == ("domain.yml", 7)


def test_without_the_code_the_names_that_stories_use_are_theirs(tmp_path: Path) -> None:
    project = bot(tmp_path, "## a\n* greet\n - activate_plan\n - action_search_hotels\n", code=None)
    assert project.domain.actions == ("utter_x", "plan_actions.StartPlan", "action_search_hotels", "activate_plan")
    assert undefined(project) == []
    assert len(training_trackers(project.stories, project.domain)) == 1


def test_without_the_code_a_class_may_be_named_as_it_is(tmp_path: Path) -> None:
    project = bot(tmp_path, "## a\n* greet\n - StartPlan\n - ActionSearchHotels\n", code=None)
    assert project.domain.actions == ("utter_x", "StartPlan", "ActionSearchHotels")
    assert undefined(project) == []


def test_more_names_than_classes_are_no_names_of_classes(tmp_path: Path) -> None:
    project = bot(tmp_path, "## a\n* greet\n - one\n - two\n - three\n - utter_y\n", code=None)
    assert len(undefined(project)) == 4


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("    def name(self) -> Text:\n        return 'x_y'\n", "x_y"),
        ('    NAME = "x_y"\n    def name(self):\n        """return \'z\'"""\n        return self.NAME\n', "x_y"),
        ("    def name(self):\n        return make_name()\n", None),
        ("    def run(self):\n        return 'x_y'\n", None),
    ],
)
def test_only_a_name_that_stands_there_is_taken(body: str, name: str | None) -> None:
    source = f"class Other:\n    def name(self): return 'other'\n\nclass Mine(Action):\n{body}\nclass Last:\n    pass\n"
    assert name_in_source(source, "Mine") == name
