"""Every key of the program, once: bindings, footer, help, palette and docs/keybindings.md are made from this table.

A person remaps a command by its id in
`[keymap]` of config.toml; the keys of reserved commands cannot be taken away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from functools import cache

from textual.binding import Binding

from trainer_tui.dataclass import dataclass


class Scope(Enum):
    """Where a command's keys work; the value heads its part of the help."""

    EVERYWHERE = "Everywhere"
    SESSION = "In the session"
    LIST = "Any pane or list"
    SHEET = "Any list that opens"
    FILTER = "Filtering a list"
    FIND = "Finding in a pane"
    PANE = "A pane has focus"
    CONVERSATION = "Conversation"
    CANDIDATES = "Next action"
    SLOTS = "Slots"
    STORIES = "Stories"
    FOCUS = "Panes and fields"
    JUMP = "Jump"
    QUESTION = "A question"
    NUMBERS = "By number"
    MESSAGE = "Your message"
    CHOICE = "A list of intents or actions"
    NAME = "A new name"
    ENTITIES = "Marking entities"
    NOTATION = "Entities in their notation"
    PART = "A role, group, value or new label"
    RESPONSE = "A new response, a stubbed result"
    WAITING = "While something runs"
    MENU = "Session menu"
    EXPORT = "Export review"
    OTHERS = "Who does otherwise"
    THROUGH = "Stories through a place"
    CONSEQUENCES = "What a correction changes"
    WHAT_IF = "What if"
    HEALTH = "Doubtful data"
    CONVERSATIONS = "A conversation of real users"
    LISTED = "Which conversations are listed"
    INBOX = "Messages of real users"
    REVIEW = "Conversations and messages"
    BRANCHES = "Branches"
    COMPARED = "Two branches side by side"
    TIME_LINE = "Time line"
    LOOKED = "An earlier point"
    TURN = "A turn to change"
    PICK = "One of many, by name"
    PROBLEMS = "Warnings"
    ACTION_LOG = "Action log"
    DIALOG = "A line to type, one thing to choose"
    READER = "A text to read"
    HELP = "Help"
    TEXT = "A text to edit"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a key can do. `keys` are Textual's names, comma separated; `action` is the Textual action it runs.

    `label` is what the footer says ("" = not in the footer), `tooltip` what the help says.
    """

    id: str
    keys: str
    action: str
    label: str
    tooltip: str
    scope: Scope
    is_priority: bool = False
    is_reserved: bool = False
    in_palette: bool = False


def _command(scope: Scope, id_: str, keys: str, action: str, label: str, tooltip: str, **flags: bool) -> Command:
    return Command(id_, keys, action, label, tooltip, scope, **flags)


def _everywhere(id_: str, keys: str, action: str, label: str, tooltip: str, **flags: bool) -> Command:
    return _command(Scope.EVERYWHERE, id_, keys, f"app.{action}", label, tooltip, is_priority=True, **flags)


def _session(id_: str, keys: str, action: str, label: str, tooltip: str, **flags: bool) -> Command:
    flags = {"is_priority": True, "in_palette": True} | flags
    return _command(Scope.SESSION, id_, keys, f"screen.{action}", label, tooltip, **flags)


def _jump(pane: str, keys: str, tooltip: str) -> Command:
    return _command(Scope.JUMP, f"jump.{pane}", keys, f"go('{pane}')", "", tooltip)


COMMANDS: tuple[Command, ...] = (
    _everywhere(
        "session.menu", "ctrl+c", "session_menu", "menu", "Session menu; again: back", is_reserved=True, in_palette=True
    ),
    _everywhere("app.help", "f1", "help", "help", "Keys of what has focus", in_palette=True),
    _everywhere("app.palette", "ctrl+p", "command_palette", "", "Every command by name"),
    _everywhere("app.quit", "ctrl+q", "leave", "", "Quit; nothing is lost", is_reserved=True, in_palette=True),
    _session("session.undo", "ctrl+z", "undo", "undo", "Undo one answer, as often as you like"),
    _session("session.redo", "ctrl+y", "redo", "redo", "Redo the answer undone last"),
    _session("session.export", "ctrl+s", "export", "export", "Export: review and write stories, examples, domain"),
    _session("session.fork", "ctrl+f", "fork", "fork", "Fork from an earlier message"),
    _session("session.edit", "ctrl+r", "edit_turn", "", "Change an earlier turn; what came behind is played again"),
    _session("session.time_line", "ctrl+l", "time_line", "", "Time line: look at any move, or go there"),
    _session("session.branches", "ctrl+g", "branches", "", "Branches: return to one, name, drop, compare"),
    _session("session.start_from", "f9", "start_from", "", "Start from a story, a session or a file of a conversation"),
    _session("model.train", "ctrl+t,f11", "train", "train", "Train now, in the background"),
    _session("session.review", "f12", "review", "", "Conversations and messages of real users"),
    _session("focus.prompt", "f2", "focus_pane('prompt')", "", "To the question"),
    _session("focus.conversation", "f3", "focus_pane('conversation')", "panes", "To the conversation"),
    _session("focus.candidates", "f4", "focus_pane('candidates')", "", "To the next action (or the intents)"),
    _session("focus.slots", "f5", "focus_pane('slots')", "", "To the slots and the form"),
    _session("focus.stories", "f6", "focus_pane('stories')", "", "To the stories from here"),
    _session("actions.log", "f7", "action_log", "", "What the action server printed; restart it"),
    _session("session.warnings", "f8", "warnings", "", "Warnings about the project's files"),
    _session("session.consequences", "ctrl+k", "consequences", "", "What the latest correction fixed and broke"),
    _session("focus.jump", "ctrl+o", "jump", "", "Jump: one key a pane"),
    _command(
        Scope.SESSION,
        "app.help_typed",
        "question_mark",
        "app.help",
        "",
        "Keys of what has focus, where no text is typed",
    ),
    _command(Scope.LIST, "list.up", "up,k", "cursor_up", "", "Up"),
    _command(Scope.LIST, "list.down", "down,j", "cursor_down", "", "Down"),
    _command(Scope.LIST, "list.first", "home,g", "cursor_first", "", "First"),
    _command(Scope.LIST, "list.last", "end,G", "cursor_last", "", "Last"),
    _command(Scope.LIST, "list.page_up", "pageup", "page_up", "", "A page up"),
    _command(Scope.LIST, "list.page_down", "pagedown", "page_down", "", "A page down"),
    _command(Scope.LIST, "list.choose", "enter", "choose", "open", "Choose the row, or show the whole of it"),
    _command(Scope.SHEET, "sheet.filter", "slash", "filter", "filter", "Show only what has these words or letters"),
    _command(Scope.FILTER, "filter.keep", "enter,down", "leave", "to the list", "To the list that is left"),
    _command(Scope.FILTER, "filter.clear", "escape", "clear", "all", "Show all of it again"),
    _command(Scope.FIND, "find.next", "down", "find(1)", "next", "Next match"),
    _command(Scope.FIND, "find.previous", "up", "find(-1)", "previous", "Previous match"),
    _command(Scope.FIND, "find.keep", "enter", "keep", "stay", "Stay there; what is found stays marked"),
    _command(Scope.FIND, "find.back", "escape", "screen.close", "back", "Back to where you were"),
    _command(Scope.PANE, "pane.find", "slash", "find", "find", "Find a text in the pane"),
    _command(Scope.PANE, "pane.find_next", "n", "find_next(1)", "", "Next match"),
    _command(Scope.PANE, "pane.find_previous", "N", "find_next(-1)", "", "Previous match"),
    _command(Scope.PANE, "pane.undo", "z", "screen.undo", "", "Undo"),
    _command(Scope.PANE, "pane.redo", "Z", "screen.redo", "", "Redo"),
    _command(Scope.PANE, "pane.copy", "c", "copy_row", "copy", "Copy the row to the terminal's clipboard"),
    _command(Scope.PANE, "pane.maximise", "F", "screen.maximise", "maximise", "Maximise the pane; again: restore"),
    _command(
        Scope.PANE, "pane.leave", "escape", "screen.leave_pane", "back", "Restore the pane, then back to the question"
    ),
    _command(
        Scope.CONVERSATION, "conversation.edit", "e", "screen.edit_here", "edit", "Change this turn, or its action"
    ),
    _command(
        Scope.CONVERSATION, "conversation.turns", "t", "screen.turns", "turns", "Turns: go to one", in_palette=True
    ),
    _command(Scope.CONVERSATION, "conversation.fork", "f", "fork_here", "fork here", "Fork from this message"),
    _command(
        Scope.CONVERSATION, "conversation.others", "w", "screen.others_here", "", "Who does otherwise than this action"
    ),
    _command(
        Scope.CONVERSATION,
        "conversation.script",
        "p",
        "screen.halt_script",
        "",
        "Stop the script that is played, or let it go on",
        in_palette=True,
    ),
    _command(Scope.CANDIDATES, "candidates.take", "t", "take", "take", "Answer the question with this one"),
    _command(Scope.CANDIDATES, "prediction.explain", "e", "screen.explain", "why", "Why the bot wants this"),
    _command(
        Scope.CANDIDATES,
        "candidates.others",
        "w",
        "screen.others",
        "others",
        "Who does otherwise here",
        in_palette=True,
    ),
    _command(
        Scope.CANDIDATES,
        "candidates.what_if",
        "i",
        "screen.what_if",
        "what if",
        "What if it were otherwise",
        in_palette=True,
    ),
    _command(Scope.SLOTS, "slots.set", "s", "set_slot", "set", "Set the slot by hand (JSON; none unsets it)"),
    _command(Scope.STORIES, "stories.start", "b", "screen.start_here", "begin", "Begin from a story through here"),
    _command(Scope.STORIES, "stories.map", "m", "switch_map", "map", "As a map in layers, or as an outline"),
    _command(
        Scope.STORIES,
        "stories.fork",
        "f",
        "screen.fork_there",
        "",
        "Fork before this turn; a branch of others: begin there",
    ),
    _command(
        Scope.STORIES,
        "stories.untaught",
        "u",
        "screen.start_untaught",
        "untaught",
        "Begin from the likeliest branch that nobody taught or tested",
    ),
    _command(
        Scope.STORIES,
        "stories.page",
        "v",
        "screen.write_page",
        "page",
        "Write all stories as a page, and open it",
        in_palette=True,
    ),
    _command(Scope.STORIES, "stories.left", "h,left", "scroll_sideways(-1)", "", "Scroll left"),
    _command(Scope.STORIES, "stories.right", "l,right", "scroll_sideways(1)", "", "Scroll right"),
    _command(Scope.STORIES, "stories.more", "plus", "show_detail(1)", "more", "More detail: turns, other ways"),
    _command(Scope.STORIES, "stories.less", "minus", "show_detail(-1)", "less", "Less detail"),
    _command(Scope.FOCUS, "focus.next", "tab", "app.focus_next", "", "To the next pane or field"),
    _command(Scope.FOCUS, "focus.before", "shift+tab", "app.focus_previous", "", "To the pane or field before"),
    _jump("prompt", "q", "To the question"),
    _jump("conversation", "a", "To the conversation"),
    _jump("candidates", "s", "To the next action (or the intents)"),
    _jump("slots", "d", "To the slots and the form"),
    _jump("stories", "f", "To the stories from here"),
    _command(
        Scope.QUESTION,
        "question.answer",
        "enter",
        "pick",
        "answer",
        "The marked answer, at once: the likely one, unless moved",
    ),
    _command(Scope.QUESTION, "question.previous", "left,up", "move(-1)", "", "Mark the answer before"),
    _command(Scope.QUESTION, "question.next", "right,down", "move(1)", "", "Mark the answer after"),
    _command(
        Scope.QUESTION,
        "question.yes",
        "y",
        "answer('question.yes')",
        "",
        "Yes, that is right (a letter answers when it stands alone)",
    ),
    _command(Scope.QUESTION, "question.no", "n", "answer('question.no')", "", "No: correct it"),
    _command(Scope.QUESTION, "question.intent", "i", "answer('question.intent')", "", "Correct the intent only"),
    _command(Scope.QUESTION, "question.entities", "t", "answer('question.entities')", "", "Correct the entities only"),
    _command(
        Scope.QUESTION,
        "question.turn",
        "a",
        "answer('question.turn')",
        "",
        "Yes to the whole turn: to all up to action_listen that is sure enough and not contradicted",
    ),
    _command(Scope.QUESTION, "question.keep", "k", "answer('question.keep')", "", "As the script that is played says"),
    _command(Scope.QUESTION, "question.retry", "r", "answer('question.retry')", "", "After a failure: try again"),
    _command(
        Scope.QUESTION, "question.stub", "s", "answer('question.stub')", "", "After a failure: say what it would return"
    ),
    _command(
        Scope.QUESTION, "question.undo", "u", "answer('question.undo')", "", "After a failure: undo what led to it"
    ),
    _command(
        Scope.QUESTION, "question.open", "o", "open_place", "open", "Open the story that is named in your $EDITOR"
    ),
    _command(
        Scope.QUESTION,
        "question.remove",
        "d",
        "answer('question.remove')",
        "remove",
        "Remove the story that is named, by an export",
    ),
    _command(Scope.QUESTION, "question.explain", "e", "screen.explain", "why", "Why the bot wants this"),
    _command(Scope.QUESTION, "question.what_if", "f", "screen.what_if", "", "What if a slot or an action were another"),
    _command(Scope.QUESTION, "question.others", "w", "screen.others", "", "Who does otherwise, and the ways out of it"),
    _command(
        Scope.QUESTION,
        "question.back",
        "escape",
        "screen.step_back",
        "",
        "One small step back; while you type ahead: letters answer again",
    ),
    *(
        _command(
            Scope.NUMBERS,
            f"question.{digit}",
            str(digit),
            f"number({digit})",
            "",
            f"Candidate or button {digit}",
        )
        for digit in range(1, 10)
    ),
    _command(Scope.MESSAGE, "message.send", "enter", "submit", "send", "Send the message"),
    _command(
        Scope.MESSAGE,
        "message.older",
        "up",
        "recall(1)",
        "earlier",
        "The message before; after /: up",
    ),
    _command(Scope.MESSAGE, "message.newer", "down", "recall(-1)", "", "The message after; after /: down"),
    _command(
        Scope.MESSAGE,
        "message.complete",
        "tab",
        "complete",
        "",
        "After /: the marked intent; else the next pane",
    ),
    _command(Scope.MESSAGE, "message.editor", "ctrl+x", "edit_outside", "", "Write it in your $EDITOR"),
    _command(Scope.MESSAGE, "message.back", "escape", "screen.step_back", "", "One small step back in this question"),
    _command(Scope.CHOICE, "choice.choose", "enter", "submit", "choose", "Choose the marked one"),
    _command(Scope.CHOICE, "choice.up", "up", "move(-1)", "", "Up"),
    _command(Scope.CHOICE, "choice.down", "down", "move(1)", "", "Down"),
    _command(Scope.CHOICE, "choice.page_up", "pageup", "move(-10)", "", "Ten up"),
    _command(Scope.CHOICE, "choice.page_down", "pagedown", "move(10)", "", "Ten down"),
    _command(Scope.CHOICE, "choice.new", "ctrl+n,f10", "new_name", "new", "One that does not exist yet"),
    _command(Scope.CHOICE, "choice.back", "escape", "screen.step_back", "back", "One small step back in this question"),
    _command(Scope.NAME, "name.done", "enter", "submit", "done", "This is the name"),
    _command(Scope.NAME, "name.back", "escape", "screen.step_back", "back", "One small step back in this question"),
    _command(Scope.ENTITIES, "entities.done", "enter", "done", "done", "These are the entities"),
    _command(Scope.ENTITIES, "entities.notation", "tab", "to_notation", "notation", "To the notation field and back"),
    _command(Scope.ENTITIES, "entities.left", "left", "move(-1)", "", "The word before"),
    _command(Scope.ENTITIES, "entities.right", "right", "move(1)", "", "The word after"),
    _command(Scope.ENTITIES, "entities.extend_left", "shift+left", "extend(-1)", "", "Extend to the word before"),
    _command(Scope.ENTITIES, "entities.extend_right", "shift+right", "extend(1)", "extend", "Extend to the word after"),
    _command(Scope.ENTITIES, "entities.first", "home", "move(-9999)", "", "The first word"),
    _command(Scope.ENTITIES, "entities.last", "end", "move(9999)", "", "The last word"),
    _command(Scope.ENTITIES, "entities.role", "r", "ask('role')", "role", "Role of the entity"),
    _command(Scope.ENTITIES, "entities.group", "g", "ask('group')", "group", "Group of the entity"),
    _command(
        Scope.ENTITIES, "entities.value", "v", "ask('value')", "value", "Value, where it is not the words themselves"
    ),
    _command(Scope.ENTITIES, "entities.new", "plus", "ask('entity')", "new label", "A label that does not exist yet"),
    _command(Scope.ENTITIES, "entities.remove", "delete,backspace", "remove", "remove", "No entity here"),
    _command(
        Scope.ENTITIES, "entities.back", "escape", "screen.step_back", "back", "One small step back in this question"
    ),
    _command(Scope.NOTATION, "notation.done", "enter", "submit", "done", "These are the entities"),
    _command(Scope.NOTATION, "notation.words", "tab,shift+tab,escape", "leave", "words", "Back to the words"),
    _command(Scope.PART, "part.done", "enter", "submit", "done", "Take it; left empty: none"),
    _command(Scope.PART, "part.back", "escape", "leave", "back", "Back to the words; nothing changes"),
    _command(Scope.RESPONSE, "response.save", "enter", "submit", "save", "This is what it says, or returns"),
    _command(Scope.RESPONSE, "response.add", "ctrl+n,f10", "add_line", "another", "Another variation, or line"),
    _command(Scope.RESPONSE, "response.editor", "ctrl+x", "edit_outside", "editor", "Write it in your $EDITOR"),
    _command(Scope.RESPONSE, "response.next", "down", "next_field(1)", "", "The next field"),
    _command(Scope.RESPONSE, "response.previous", "up", "next_field(-1)", "", "The field before"),
    _command(
        Scope.RESPONSE, "response.back", "escape", "screen.step_back", "back", "One small step back in this question"
    ),
    _command(Scope.WAITING, "waiting.cancel", "escape", "cancel", "cancel", "Stop waiting; then retry, undo or stub"),
    _command(Scope.MENU, "menu.copy", "y", "take('copy')", "", "Copy the selection"),
    _command(Scope.MENU, "menu.continue", "c,escape", "take('continue')", "back", "Continue"),
    _command(Scope.MENU, "menu.stop", "w", "take('stop')", "", "Stop waiting for what is under way"),
    _command(Scope.MENU, "menu.undo", "u", "take('undo')", "", "Undo last"),
    _command(Scope.MENU, "menu.drop", "d", "take('drop')", "", "Take back this edit, start or fork, with all answers"),
    _command(Scope.MENU, "menu.fork", "f", "take('fork')", "", "Fork from an earlier message"),
    _command(Scope.MENU, "menu.edit", "t", "take('edit')", "", "Change an earlier turn"),
    _command(Scope.MENU, "menu.start", "o", "take('start')", "", "Start from a story, a session or a file"),
    _command(Scope.MENU, "menu.script", "p", "take('script')", "", "Stop the script, or let it go on"),
    _command(Scope.MENU, "menu.time_line", "l", "take('time_line')", "", "Time line"),
    _command(Scope.MENU, "menu.accept", "a", "take('accept')", "", "Accept by itself what is sure enough"),
    _command(Scope.MENU, "menu.fresh", "r", "take('fresh')", "", "Start fresh: a new conversation, this one is kept"),
    _command(Scope.MENU, "menu.branches", "b", "take('branches')", "", "Branches: return to one, name, drop, compare"),
    _command(Scope.MENU, "menu.save", "s", "take('save')", "", "Name the session, or save a copy"),
    _command(Scope.MENU, "menu.export", "e", "take('export')", "", "Export"),
    _command(Scope.MENU, "menu.export_quit", "x", "take('export_quit')", "", "Export, then quit"),
    _command(Scope.MENU, "menu.quit", "q", "take('quit')", "", "Quit; nothing is lost"),
    _command(Scope.EXPORT, "export.toggle", "space", "switch_part", "on/off", "Write this part, or leave it out"),
    _command(Scope.EXPORT, "export.write", "enter", "write", "write all", "Write everything that is on"),
    _command(Scope.EXPORT, "export.back", "escape", "screen.close", "back", "Back to the session; nothing is written"),
    _command(Scope.EXPORT, "export.rename", "r", "rename", "rename", "Rename the story"),
    _command(Scope.EXPORT, "export.target", "t", "retarget", "target", "Write it to another file"),
    _command(Scope.EXPORT, "export.form", "w", "write_as", "", "Write it as a story, a rule or a test story"),
    _command(Scope.EXPORT, "export.edit", "E", "edit", "edit", "Edit the text before it is written"),
    _command(Scope.OTHERS, "others.answer", "a", "answer", "my answer", "Change my answer"),
    _command(Scope.OTHERS, "others.story", "s", "story", "story", "Change that story, by an edit in the export review"),
    _command(Scope.OTHERS, "others.apart", "t", "tell_apart", "apart", "What would tell them apart, and how"),
    _command(Scope.OTHERS, "others.rule", "r", "rule", "rule", "Make the answer a rule, in the export review"),
    _command(Scope.OTHERS, "others.open", "o", "open_place", "open", "Open the place in your $EDITOR"),
    _command(Scope.OTHERS, "others.back", "escape", "screen.close", "leave it", "Leave it as it is"),
    _command(Scope.THROUGH, "through.open", "o", "open_place", "open", "Open the story in your $EDITOR"),
    _command(Scope.THROUGH, "through.begin", "b", "begin", "begin", "Begin from this story, on a branch of its own"),
    _command(Scope.THROUGH, "through.back", "escape", "screen.close", "back", "Back"),
    _command(
        Scope.CONSEQUENCES,
        "consequences.open",
        "o",
        "open_place",
        "there",
        "To the story in your $EDITOR, or that move",
    ),
    _command(
        Scope.CONSEQUENCES, "consequences.undo", "u", "undo", "undo", "Undo the latest answer, and what follows from it"
    ),
    _command(Scope.CONSEQUENCES, "consequences.back", "escape", "screen.close", "back", "Back"),
    _command(Scope.WHAT_IF, "what_if.next", "right,l", "turn(1)", "another", "Try the next value"),
    _command(Scope.WHAT_IF, "what_if.previous", "left,h", "turn(-1)", "", "Try the value before"),
    _command(Scope.WHAT_IF, "what_if.reset", "r", "reset", "as it is", "Everything as it is"),
    _command(Scope.WHAT_IF, "what_if.back", "escape", "screen.close", "back", "Back; nothing has changed"),
    _command(Scope.HEALTH, "health.mend", "m", "mend", "mend", "Mend it by an edit, in the export review"),
    _command(Scope.HEALTH, "health.open", "o", "open_place", "open", "Open the place in your $EDITOR"),
    _command(Scope.HEALTH, "health.back", "escape", "screen.close", "back", "Back"),
    _command(Scope.CONVERSATIONS, "conversations.story", "y", "keep('story')", "story", "Right as it is: a story"),
    _command(
        Scope.CONVERSATIONS,
        "conversations.test",
        "t",
        "keep('test')",
        "test",
        "Right as it is: a test story",
    ),
    _command(Scope.CONVERSATIONS, "conversations.skip", "x", "decide('skip')", "skip", "Nothing to learn from it"),
    _command(Scope.CONVERSATIONS, "conversations.later", "l", "decide('later')", "later", "For later"),
    _command(
        Scope.CONVERSATIONS, "conversations.open", "o,enter", "open", "open", "Play it in the session, and correct it"
    ),
    _command(Scope.CONVERSATIONS, "conversations.flag", "f", "flag", "flag", "Flag it at the marked step; again: not"),
    _command(Scope.CONVERSATIONS, "conversations.tag", "a", "tag", "tag", "Give it a tag, or take one away"),
    _command(Scope.CONVERSATIONS, "conversations.filter", "slash", "filter", "show", "Show some of them alone"),
    _command(
        Scope.LISTED, "conversations.order", "r", "order", "order", "Another order: by worth, the newest, the most"
    ),
    _command(Scope.LISTED, "conversations.before", "b", "session(-1)", "before", "The session before of this user"),
    _command(Scope.LISTED, "conversations.after", "B", "session(1)", "", "The session after of this user"),
    _command(Scope.INBOX, "inbox.confirm", "enter", "confirm", "confirm", "It means that; a group: all that is marked"),
    _command(Scope.INBOX, "inbox.one", "y", "confirm_one", "this", "This message alone means that"),
    _command(Scope.INBOX, "inbox.mark", "space", "mark", "mark", "Mark it, or no longer: many at once"),
    _command(Scope.INBOX, "inbox.intent", "i", "intent", "intent", "Another intent, or one that does not exist yet"),
    _command(Scope.INBOX, "inbox.entities", "t", "entities", "entities", "Mark the entities"),
    _command(Scope.INBOX, "inbox.aside", "x", "set_aside", "no data", "It is no training data"),
    _command(Scope.REVIEW, "review.undo", "u,ctrl+z", "undo", "undo", "Undo what was settled last"),
    _command(Scope.REVIEW, "review.redo", "U,ctrl+y", "redo", "", "Redo it"),
    _command(Scope.REVIEW, "review.other", "m", "other", "messages", "From conversations to messages, and back"),
    _command(Scope.REVIEW, "review.export", "ctrl+s", "export", "export", "Export: review and write what was settled"),
    _command(Scope.REVIEW, "review.back", "escape", "back", "session", "To the session, or back to the list"),
    _command(Scope.BRANCHES, "branches.rename", "r", "rename", "rename", "Name the branch"),
    _command(Scope.BRANCHES, "branches.drop", "d", "drop", "drop", "Drop it: exported no more; again: back"),
    _command(Scope.BRANCHES, "branches.mark", "space", "mark", "mark", "Mark it as the first of two to compare"),
    _command(
        Scope.BRANCHES,
        "branches.compare",
        "c",
        "compare",
        "compare",
        "Side by side: the marked one, else where you are, and this one",
    ),
    _command(Scope.BRANCHES, "branches.back", "escape", "screen.close", "back", "Back to the session"),
    _command(Scope.COMPARED, "compared.next", "n", "difference(1)", "next", "Next difference"),
    _command(Scope.COMPARED, "compared.previous", "N", "difference(-1)", "previous", "Difference before"),
    _command(Scope.COMPARED, "compared.back", "escape", "screen.close", "back", "Back to the branches"),
    _command(Scope.TIME_LINE, "time_line.go", "o", "go", "go there", "Go there; redo leads back"),
    _command(Scope.TIME_LINE, "time_line.back", "escape", "screen.close", "back", "Back to the session"),
    _command(Scope.LOOKED, "looked.go", "enter", "go", "go there", "Go there; redo leads back"),
    _command(Scope.LOOKED, "looked.back", "escape", "screen.close", "back", "Back to the time line"),
    _command(Scope.TURN, "turn.message", "m", "take('message')", "message", "Change the message"),
    _command(Scope.TURN, "turn.intent", "i", "take('intent')", "intent", "Change the intent"),
    _command(Scope.TURN, "turn.entities", "t", "take('entities')", "entities", "Change the entities"),
    _command(Scope.TURN, "turn.action", "a", "take('action')", "action", "Change the action that is marked"),
    _command(Scope.TURN, "turn.response", "s", "take('response')", "says", "Change what the bot says there"),
    _command(Scope.TURN, "turn.insert", "b", "take('insert')", "before", "Say something else before it"),
    _command(Scope.TURN, "turn.delete", "d", "take('delete')", "delete", "Delete the turn"),
    _command(Scope.TURN, "turn.back", "escape", "screen.close", "back", "Back; nothing changes"),
    _command(Scope.PICK, "pick.choose", "enter", "take", "choose", "Choose the marked one"),
    _command(Scope.PICK, "pick.up", "up", "move(-1)", "", "Up"),
    _command(Scope.PICK, "pick.down", "down", "move(1)", "", "Down"),
    _command(Scope.PICK, "pick.page_up", "pageup", "move(-10)", "", "Ten up"),
    _command(Scope.PICK, "pick.page_down", "pagedown", "move(10)", "", "Ten down"),
    _command(Scope.PICK, "pick.new", "ctrl+n,f10", "new", "new", "What is typed, as one that does not exist yet"),
    _command(Scope.PICK, "pick.back", "escape", "screen.close", "back", "Back; nothing is taken"),
    _command(Scope.PROBLEMS, "warnings.open", "o", "open_place", "open", "Open the place in your $EDITOR"),
    _command(
        Scope.PROBLEMS, "warnings.health", "h", "health", "doubtful", "What in the data is doubtful, and how to mend it"
    ),
    _command(Scope.PROBLEMS, "warnings.back", "escape", "screen.close", "back", "Back"),
    _command(Scope.ACTION_LOG, "log.restart", "r", "restart", "restart", "Restart the action server"),
    _command(Scope.ACTION_LOG, "log.back", "escape", "screen.close", "back", "Back"),
    _command(Scope.DIALOG, "dialog.take", "enter", "take", "ok", "Take what is typed or marked"),
    _command(Scope.DIALOG, "dialog.back", "escape", "screen.close", "back", "Back; nothing is taken"),
    _command(Scope.READER, "reader.back", "escape,enter", "screen.close", "back", "Back"),
    _command(Scope.READER, "reader.copy", "c", "copy_all", "copy", "Copy all of it"),
    _command(Scope.HELP, "help.back", "question_mark", "screen.close", "", "Back"),
    _command(Scope.TEXT, "text.keep", "ctrl+s", "keep", "keep", "Keep the text as it is now"),
    _command(Scope.TEXT, "text.back", "escape", "screen.close", "back", "Back; the text stays as it was"),
)

BY_ID: Mapping[str, Command] = {command.id: command for command in COMMANDS}


KEPT_BY_BROWSERS = frozenset(("ctrl+t", "ctrl+n", "ctrl+w", "ctrl+tab", "ctrl+shift+tab", "ctrl+h", "ctrl+enter"))
"""What a page is not told of, or as another key."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys in force: the table's, where a person has not set others (`remapped`: command id → keys)."""

    remapped: Mapping[str, str] = field(default_factory=dict)
    ascii_only: bool = False
    in_browser: bool = False

    def of(self, command_id: str) -> str:
        """The command's keys as Textual names them, comma separated."""
        return self.remapped.get(command_id, BY_ID[command_id].keys)

    def shown(self, command_id: str) -> str:
        """The command's first key, of those that come through, as a person reads it: what a label or a hint names."""
        keys = self.of(command_id).split(",")
        first = next((key for key in keys if not self.in_browser or key not in KEPT_BY_BROWSERS), keys[0])
        return shown_keys(first, self.ascii_only)

    def all_shown(self, command_id: str) -> str:
        return shown_keys(self.of(command_id), self.ascii_only)

    def command(self, scope: Scope, key: str) -> str | None:
        """The id of the scope's command that has the key."""
        return next((one.id for one in commands(scope) if key in self.of(one.id).split(",")), None)

    def number(self, key: str) -> int | None:
        """Which candidate or button the key stands for."""
        command_id = self.command(Scope.NUMBERS, key)
        return int(command_id.removeprefix("question.")) if command_id else None

    def letters(self, scope: Scope) -> frozenset[str]:
        """The single characters among the keys of a scope, which nothing else may stand for there."""
        keys = (key for command in commands(scope) for key in self.of(command.id).split(","))
        return frozenset(key for key in keys if len(key) == 1)


# What Textual calls a key, and what a person does.
_SHOWN = {
    "question_mark": "?",
    "slash": "/",
    "minus": "-",
    "plus": "+",
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "delete": "del",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "shift+left": "shift+←",
    "shift+right": "shift+→",
}
_PLAIN_ARROWS = {"↑": "up", "↓": "down", "←": "left", "→": "right"}


@cache
def commands(*scopes: Scope) -> tuple[Command, ...]:
    return tuple(command for scope in scopes for command in COMMANDS if command.scope is scope)


def bindings(*scopes: Scope) -> list[Binding]:
    """The commands of these scopes as Textual takes them."""
    return [
        Binding(
            command.keys,
            command.action,
            command.label or command.tooltip,
            id=command.id,
            tooltip=command.tooltip,
            priority=command.is_priority,
            show=False,
            system=command.is_reserved,
        )
        for command in commands(*scopes)
    ]


def shown_keys(keys: str, ascii_only: bool = False) -> str:
    """The keys as a person reads them: `home,g` → `home g`."""
    text = " ".join(_SHOWN.get(key, key) for key in keys.split(","))
    if ascii_only:
        for arrow, word in _PLAIN_ARROWS.items():
            text = text.replace(arrow, word)
    return text
