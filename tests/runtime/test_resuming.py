"""A session is gone on with exactly, whatever has become of the project since it was left.

Each kind of new name, and of each what makes it the project's: an export, or the same edit by hand. Then what others
may have done to the files meanwhile. Sessions are opened as the command line opens them.
"""

from __future__ import annotations

import io
import re
import shutil
import stat
from pathlib import Path

import pytest

from tests.walks.walking import opened
from trainer_tui.errors import TrainerError
from trainer_tui.plain.session import PlainSession
from trainer_tui.runtime.controller import Controller

MOODBOT_DOMAIN = """\
version: "3.1"

intents:
  - greet
  - goodbye
  - affirm
  - deny

entities:
  - mood

slots:
  cheered:
    type: bool
    mappings:
    - type: custom

responses:
  utter_greet:
  - text: "Hey! How are you?"
  utter_goodbye:
  - text: "Bye"
  utter_happy:
  - text: "Great, carry on!"

actions:
  - action_note

forms:
  mood_form:
    required_slots: []
"""
STORIES = """\
version: "3.1"

stories:
- story: hello
  steps:
  - intent: greet
  - action: utter_greet
- story: bye
  steps:
  - intent: goodbye
  - action: utter_goodbye
"""


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    """A bot without anything to fit, so that it costs little to start."""
    folder = tmp_path / "bot"
    (folder / "data").mkdir(parents=True)
    (folder / "domain.yml").write_text(MOODBOT_DOMAIN, encoding="utf-8")
    (folder / "data" / "stories.yml").write_text(STORIES, encoding="utf-8")
    (folder / "config.yml").write_text("policies:\n- name: MemoizationPolicy\n- name: RulePolicy\n", encoding="utf-8")
    return folder


class Talk:
    """A session on the bot: what is typed, and what can be seen then."""

    def __init__(self, bot: Path, *arguments: str) -> None:
        self.controller: Controller = opened(bot, "--plain", *arguments)
        self.said = io.StringIO()
        self.complained = io.StringIO()

    def types(self, *lines: str) -> Talk:
        source = io.StringIO("".join(f"{line}\n" for line in lines))
        self.said, self.complained = io.StringIO(), io.StringIO()
        self.code = PlainSession(self.controller, source, self.said, self.complained).run()
        return self

    @property
    def conversation(self) -> list[tuple[str, str]]:
        return [(entry.kind, entry.text) for entry in self.controller.view.history]

    @property
    def seen(self) -> tuple[object, ...]:
        """What the person stands before."""
        view = self.controller.view
        return (type(view.prompt), self.conversation, view.slots, view.branches, view.undo, view.redo, view.fork_points)

    def leaves(self) -> str:
        return self.controller.close()


KINDS = {
    "a response": ("utter_foo", ["/greet", "n", ":new", "utter_foo", "Foo!", "action_listen"]),
    "an action": ("action_foo", ["/greet", "n", ":new", "action_foo", "s", "", "action_listen"]),
    "an intent": ("praise", ["/praise", ":new", "praise", "utter_happy", "action_listen"]),
    "an entity": ("place", ["hello there", "greet", "hello [there](place)", "utter_greet", "action_listen"]),
}
"""What each kind of new name is made by; then the bot listens."""
BY_HAND = {
    "a response": ("responses:\n", "responses:\n  utter_foo:\n  - text: Foo!\n"),
    "an action": ("actions:\n", "actions:\n  - action_foo\n"),
    "an intent": ("intents:\n", "intents:\n  - praise\n"),
    "an entity": ("entities:\n", "entities:\n  - place\n"),
}
GOES_ON = ["/goodbye", "utter_goodbye", "action_listen"]


def edits(bot: Path, *changes: tuple[str, str]) -> None:
    """What git pull or an editor does to the domain."""
    path = bot / "domain.yml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def is_of_before(bot: Path, session: str) -> None:
    """The journal as the first version of the program would have written it: it knew no domain that changes."""
    path = bot / ".trainer" / "sessions" / f"{session}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    header = '{"session": "desk", "domain": "0123", "at": 1.0, "version": 1}'
    records = [re.sub(r',"sum":"[0-9a-f]{8}"}$', "}", line) for line in lines[2:] if '"domain":' not in line]
    path.write_text("\n".join([header, *records, ""]), encoding="utf-8")


@pytest.mark.parametrize("by", ["an export", "hand"])
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_made_in_a_session_is_the_projects_by_now(bot: Path, kind: str, by: str, version: int) -> None:
    name, typed = KINDS[kind]
    talk = Talk(bot, "--conversation-id", "desk").types(*typed, *([":export --yes"] if by == "an export" else []))
    before = talk.seen
    talk.leaves()
    if by == "hand":
        edits(bot, BY_HAND[kind])
    if version == 1:
        is_of_before(bot, "desk")

    again = Talk(bot, "--resume")
    assert again.seen == before
    if by == "an export" and version == 2:
        assert again.controller.notice == "", "it is what the session itself has written"
    elif (kind, version) != ("an entity", 1):
        # Of an entity the first version does not tell whether it was new.
        assert f"{name} is in the domain now" in again.controller.notice
    again.types(*GOES_ON, ":export --yes", *GOES_ON)
    assert "Wrote" in again.said.getvalue()
    before = again.seen
    again.leaves()

    third = Talk(bot, "--resume")
    assert third.seen == before
    assert third.controller.notice == ""
    everything = len([*third.controller.timeline.head.path()])
    while third.controller.view.undo:
        third.controller.undo()
    while third.controller.view.redo:
        third.controller.redo()
    assert len([*third.controller.timeline.head.path()]) == everything
    assert third.seen == before
    third.types(":export")
    third.leaves()


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_exported_and_taken_out_again_is_made_in_the_session_once_more(bot: Path, kind: str) -> None:
    name, typed = KINDS[kind]
    original = (bot / "domain.yml").read_text(encoding="utf-8")
    talk = Talk(bot, "--conversation-id", "desk").types(*typed, ":export --yes")
    talk.leaves()
    Talk(bot, "--resume").leaves()
    (bot / "domain.yml").write_text(original, encoding="utf-8")
    again = Talk(bot, "--resume")
    before = again.seen
    again.types(*GOES_ON, ":export --yes")
    assert before[1] == talk.conversation
    assert name in (bot / "domain.yml").read_text(encoding="utf-8")
    again.leaves()


def test_a_response_that_the_project_words_anew_says_what_the_project_says(bot: Path) -> None:
    Talk(bot, "--conversation-id", "desk").types(*KINDS["a response"][1], ":export --yes").leaves()
    edits(bot, ("Foo!", "Foo, and bar!"))
    again = Talk(bot, "--resume").types("/greet", "utter_foo")
    assert "bot says: Foo, and bar!" in again.said.getvalue()
    again.leaves()


USED = ["/affirm", "action_note", "s", 'slot{"cheered": true} ; noted', "utter_happy", "action_listen"]
FORM = ["/deny", "mood_form", "action_listen"]
EVERYTHING = "everything is another bot's"
CHANGES = {
    "an intent is renamed": (("- affirm", "- agree"), "affirm is used here and is gone from the domain; agree is new"),
    "an intent is removed": (("  - affirm\n", ""), "affirm is used here"),
    "an intent is added": (("  - affirm\n", "  - affirm\n  - praise\n"), "praise is new in it"),
    "an action is renamed": (("- action_note", "- action_write"), "action_note is used here"),
    "an action is removed": (("actions:\n  - action_note\n", ""), "action_note is used here"),
    "an action is added": (("  - action_note", "  - action_note\n  - action_write"), "action_write is new in it"),
    "a response is removed": (('  utter_happy:\n  - text: "Great, carry on!"\n', ""), "utter_happy is used here"),
    "a response is reworded": (("Great, carry on!", "Good."), "utter_happy says something else"),
    "a slot is renamed": (("  cheered:", "  cheerful:"), "cheered is used here"),
    "a slot is removed": (
        ("slots:\n  cheered:\n    type: bool\n    mappings:\n    - type: custom\n", ""),
        "cheered is used here",
    ),
    "a slot is added": (("slots:\n", "slots:\n  tired:\n    type: bool\n    mappings: []\n"), "tired is new in it"),
    "a slot is of another type": (("type: bool", "type: float"), "cheered is defined otherwise"),
    "a form is renamed": (("mood_form:", "feeling_form:"), "mood_form is used here"),
    "a form is removed": (("forms:\n  mood_form:\n    required_slots: []\n", ""), "mood_form is used here"),
    "a form is added": (("forms:\n", "forms:\n  other_form:\n    required_slots: []\n"), "other_form is new in it"),
    EVERYTHING: (
        (MOODBOT_DOMAIN, 'version: "3.1"\nintents: [x]\nresponses:\n  utter_x:\n  - text: x\n'),
        "are used here and are gone from the domain",
    ),
}


WAITS_FOR = {
    "a message": [],
    "yes": ["/affirm"],
    "a choice": ["/affirm", "n"],
    "a name": ["/affirm", "n", ":new"],
    "a text": ["/affirm", "n", ":new", "utter_bar"],
    "what to do": ["/affirm", "action_note"],
}
PULLS = [*zip(CHANGES, 3 * tuple(WAITS_FOR), strict=False), *((EVERYTHING, waits) for waits in WAITS_FOR)]


@pytest.mark.parametrize(("change", "waits_for"), PULLS)
def test_after_a_pull_the_session_goes_on_and_says_what_has_changed(bot: Path, change: str, waits_for: str) -> None:
    (old, new), told = CHANGES[change]
    talk = Talk(bot, "--conversation-id", "desk").types(*USED, *FORM, ":fork 1", *USED, *WAITS_FOR[waits_for])
    conversation = talk.conversation
    talk.leaves()
    path = bot / ".trainer" / "sessions" / "desk.jsonl"
    written = path.read_bytes()
    edits(bot, (old, new))
    if change == EVERYTHING:
        (bot / "data" / "stories.yml").write_text('version: "3.1"\nstories: []\n', encoding="utf-8")

    again = Talk(bot, "--resume")
    assert told in again.controller.notice
    assert again.conversation == conversation
    assert path.read_bytes().startswith(written)
    again.types(
        "action_listen", "action_listen", "/restart", "/nonsense", ":new", "nonsense", "action_listen", "action_listen"
    )
    again.types(":switch 0", ":undo", ":undo", ":redo", ":slots", ":why", ":fork 2", "/nonsense", "action_listen")
    again.types(":export")
    before = again.seen
    again.leaves()
    third = Talk(bot, "--conversation-id", "desk")
    assert third.seen == before
    assert third.controller.notice == ""
    third.types(":export --yes").leaves()


def test_what_was_exported_is_there_on_a_branch_that_parted_before_it_was_made(bot: Path) -> None:
    talk = Talk(bot, "--conversation-id", "desk").types(*KINDS["a response"][1], ":export --yes", ":fork 1")
    talk.types("/greet", "utter_foo")
    assert "bot says: Foo!" in talk.said.getvalue()
    talk.types("action_listen", ":undo 9")
    assert "utter_foo" in talk.controller.timeline.state.domain.responses
    talk.leaves()
    again = Talk(bot, "--resume")
    assert again.controller.notice == ""
    assert "utter_foo" in again.controller.timeline.state.domain.responses
    again.leaves()


def test_a_branch_that_a_colleague_exported_is_the_projects_and_not_exported_twice(bot: Path, tmp_path: Path) -> None:
    typed = KINDS["a response"][1]
    Talk(bot, "--conversation-id", "desk").types(*typed).leaves()
    colleague = shutil.copytree(bot, tmp_path / "colleague")
    Talk(colleague, "--conversation-id", "desk").types(":export --yes").leaves()
    for file in ("domain.yml", "data/stories.yml"):
        (bot / file).write_bytes((colleague / file).read_bytes())
    again = Talk(bot, "--resume").types(":export", ":export --yes")
    assert "utter_foo is in the domain now" in again.said.getvalue()
    assert (bot / "domain.yml").read_bytes() == (colleague / "domain.yml").read_bytes()
    again.leaves()


def test_what_cannot_be_replayed_stays_whole_under_a_name_of_its_own(bot: Path) -> None:
    Talk(bot, "--conversation-id", "desk").types(*USED, *FORM).leaves()
    is_of_before(bot, "desk")
    path = bot / ".trainer" / "sessions" / "desk.jsonl"
    written = path.read_bytes()
    edits(bot, ("actions:\n  - action_note\n", ""))
    again = Talk(bot, "--resume")
    assert "later steps cannot be replayed: the bot has no action 'action_note'" in again.controller.notice
    assert "--conversation-id desk.old" in again.controller.notice
    assert again.conversation[-1] == ("intent", "intent affirm")
    again.leaves()
    assert path.with_name("desk.old.jsonl").read_bytes() == written
    edits(bot, ("forms:", "actions:\n  - action_note\nforms:"))
    whole = Talk(bot, "--conversation-id", "desk.old")
    assert [text for kind, text in whole.conversation if kind == "message"] == ["/affirm", "/deny"]
    assert "cannot be replayed" not in whole.controller.notice
    whole.leaves()


def test_a_damaged_session_goes_on_from_before_and_is_not_called_a_change_of_the_project(bot: Path) -> None:
    talk = Talk(bot, "--conversation-id", "desk").types(*USED, *GOES_ON)
    talk.leaves()
    path = bot / ".trainer" / "sessions" / "desk.jsonl"
    harmed = path.read_bytes().replace(b"/goodbye", b"/goodbyf")
    path.write_bytes(harmed)
    again = Talk(bot, "--resume")
    assert "cannot be read, nor what builds on it" in again.controller.notice
    assert "the session goes on from before it" in again.controller.notice
    assert "--conversation-id desk.old" in again.controller.notice
    assert "project has changed" not in again.controller.notice
    assert again.conversation == talk.conversation[: len(again.conversation)]
    again.types(*GOES_ON).leaves()
    assert path.with_name("desk.old.jsonl").read_bytes() == harmed
    assert Talk(bot, "--conversation-id", "desk").controller.notice == ""


def test_a_journal_that_nothing_can_be_read_of_stops_no_new_session(bot: Path) -> None:
    sessions = bot / ".trainer" / "sessions"
    Talk(bot, "--conversation-id", "desk").types(*GOES_ON).leaves()
    for number, rubbish in enumerate((b"[" * 100_000, b"\0" * 5000, b"\xff\xfe", b"{}\n", b"null\nnull\n")):
        (sessions / f"rubbish-{number}.jsonl").write_bytes(rubbish)
    talk = Talk(bot).types("n", *GOES_ON)
    assert "Your message:" in talk.said.getvalue()
    talk.leaves()


def test_a_link_that_is_put_there_after_the_review_is_not_followed(bot: Path, tmp_path: Path) -> None:
    talk = Talk(bot, "--conversation-id", "desk").types(*KINDS["a response"][1])
    talk.controller.exporter.review(talk.controller.timeline)
    stories, elsewhere = bot / "data" / "stories.yml", tmp_path / "elsewhere.yml"
    stories.rename(elsewhere)
    stories.symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    with pytest.raises(TrainerError, match="leads to another file"):
        talk.controller.export_write()
    assert elsewhere.read_bytes() == before
    talk.leaves()


def test_a_state_folder_that_is_removed_is_said_and_the_way_back_not_promised(bot: Path) -> None:
    talk = Talk(bot, "--conversation-id", "desk").types(*GOES_ON)
    shutil.rmtree(bot / ".trainer")
    farewell = talk.leaves()
    assert "Not saved: the journal file was removed" in farewell
    assert "--conversation-id" not in farewell


def test_all_that_is_kept_is_private(bot: Path) -> None:
    Talk(bot, "--conversation-id", "desk").types(*GOES_ON).leaves()
    state = bot / ".trainer"
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    for path in (state / "trainer.log", state / "sessions" / "desk.jsonl"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
