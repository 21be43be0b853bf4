"""What begins with a colon, and the session menu."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import TYPE_CHECKING

from trainer_tui.asking.asked import question
from trainer_tui.asking.menu import entries
from trainer_tui.asking.question import Known, Question, given, no, yes
from trainer_tui.asking.sureness import typed_sureness, what_is_accepted
from trainer_tui.asking.telling import slot_line, spoken
from trainer_tui.errors import IllegalInput
from trainer_tui.plain.branches import HELP as BRANCHES_HELP
from trainer_tui.plain.branches import Branches, number_in
from trainer_tui.plain.exports import HELP as EXPORT_HELP
from trainer_tui.plain.exports import Exports
from trainer_tui.plain.questions import line as asked_line
from trainer_tui.plain.questions import listed
from trainer_tui.plain.waiting import Wait
from trainer_tui.runtime.controller import Controller
from trainer_tui.session.protocol import Confirmed, Denied

if TYPE_CHECKING:
    from trainer_tui.asking.settling import Settling
    from trainer_tui.plain.insight import Insight
    from trainer_tui.plain.review import Review

HELP = """\
:undo [N]           take back the last answer, or N
:redo [N]           give it again
:fork [N]           go on from before message N
:fresh              start a new conversation
:branches           list them
:switch N           go to branch N
:name TEXT          name this branch
:history [N]        the last N lines, or all
:slots              list them
:slot NAME V        set one (V is JSON or text; none unsets it)
:list [TEXT]        every choice, or those with TEXT
:why                why the bot wants this
:status             model, actions, journal
:warnings           what is doubtful in the project
:train              learn in the background now
:actions            restart the action server; :log shows its log
:save NAME          name the session
:copy PATH          save a copy of it
:export             show what would be written
:export --yes       write it (:help export tells more)
:remove             take out the stories a warning names
:menu               the session menu
:edit N ...         change a turn and play the rest
:from [NAME]        start from a story, session or file
:accept             yes to the whole turn
:moves              every move; :look N, :goto N
:compare N M        two branches side by side
:drop [N]           take a branch back (:help edit tells all of these)
:others             who does otherwise than this answer
:help insight       what comes of an answer
:accept-above P     accept by itself what is that sure from now on, such as 0.95 (off: ask everything)
:conversations [N]  of real users, where trainer-tui review opened them (:help review tells what to do with them)
:quit               leave; nothing is lost
:help               this list
::TEXT              a text that begins with a colon
:# TEXT             a remark, which nothing reads"""

_WRITE_AND_QUIT = Question(("Write this and quit?",), answers=(yes(Confirmed()), no(Denied())))

Ask = Callable[[str], Awaitable[str | None]]
Say = Callable[..., None]


class Left(Exception):
    """The person leaves; `code` is the exit code."""

    def __init__(self, code: int = 0) -> None:
        super().__init__(code)
        self.code = code


class Commands:
    """Does what a command says. `ask` puts a question of the menu's own; None is the end of the input. `wait` tells of
    work that takes a while how far it is."""

    def __init__(
        self, controller: Controller, say: Say, ask: Ask, wait: Wait, settling: Settling | None = None
    ) -> None:
        self.exports = Exports(controller, say, wait)
        self._tree = Branches(controller, say)
        self.review: Review | None = None
        if settling is not None:
            from trainer_tui.plain.review import Review

            self.review = Review(settling, say)
        self._controller = controller
        self._say = say
        self._ask = ask
        self._wait = wait

    async def run(self, name: str, argument: str) -> None:
        """`argument` is the rest of the line; IllegalInput where there is no such command."""
        controller = self._controller
        match name, argument:
            case "undo", _:
                self._repeat(argument, lambda: controller.view.undo, controller.undo, "Undone")
            case "redo", _:
                self._repeat(argument, lambda: controller.view.redo, controller.redo, "Done again")
            case "fork", "":
                await self._fork()
            case "fork", _:
                self._fork_before(argument)
            case "fresh", "":
                controller.start_fresh()
                self._say("A new conversation; the one before is kept.")
            case "branches", "":
                self._branches()
            case "switch", _:
                self._switch(argument)
            case "name", _:
                controller.name_branch(controller.timeline.current, argument)
                self._say(f"This branch is called {controller.view.status.branch}.")
            case "slot", _ if argument:
                slot, _, value = argument.partition(" ")
                controller.edit_slot(slot, value)
            case "actions", "":
                await controller.restart_actions()
            case "accept-above", _:
                if argument:
                    controller.accept_above(typed_sureness(argument))
                self._say(what_is_accepted(controller.view.status.accept_above))
            case "train", "":
                controller.train_now()
                self._say(f"Model: {', '.join(controller.view.status.model)}.")
            case "save", _ if argument:
                controller.name_session(argument)
                self._say(f"This session is called {controller.view.status.session}.")
            case "copy", _ if argument:
                self._say(controller.save_copy(argument))
            case "export", _:
                await self.exports.run(argument.split())
            case "remove", "":
                await self.exports.remove()
            case "menu", "":
                await self.menu()
            case "quit", "":
                raise Left
            case "others" | "changes" | "what-if" | "map" | "page" | "health", _:
                await controller.finish_watching()
                await self._insight.run(name, argument)
            case _ if name in Branches.commands:
                self._tree.run(name, argument)
            case _ if self.review is not None and name in self.review.commands:
                await self.review.run(name, argument)
            case _:
                self._tell(name, argument)

    @cached_property
    def _insight(self) -> Insight:
        """Loaded by the first command that asks."""
        from trainer_tui.plain.insight import Insight

        return Insight(self._controller, self.exports, self._say, self._wait)

    def _tell(self, name: str, argument: str) -> None:
        """The commands that only say something."""
        view = self._controller.view
        match name, argument:
            case "history", _:
                entries = view.history[-number_in(argument) :] if argument else view.history
                self._say(*map(spoken, entries))
            case "slots", "":
                self._say(*(f"  {slot_line(row)}" for row in view.slots))
                if view.form is not None:
                    asks = f" asks for {view.form.requested_slot}" if view.form.requested_slot else " is active"
                    self._say(
                        f"  form {view.form.name}{asks}",
                        *(f"  {line}" for line in (*view.form.progress, view.form.outlook)),
                    )
            case "list", _:
                asked = question(Known(view, self._controller.response_preview, self._controller.about_action))
                candidates = asked.candidates if asked else ()
                self._say(*(listed(candidates, argument) if candidates else ("There is nothing to choose from here.",)))
            case "why", "":
                self._say(*self._controller.explain())
            case "status", "":
                status = view.status
                self._say(f"Bot {status.bot}, session {status.session or 'not kept'}, branch {status.branch}.")
                actions = status.actions or "not asked yet"
                self._say(f"Model: {', '.join(status.model)}. Actions: {actions}. Journal: {status.journal}.")
                self._say(what_is_accepted(status.accept_above))
            case "warnings", "":
                self._say(*(map(str, view.status.warnings) if view.status.warnings else ("There are none.",)))
            case "log", "":
                self._say(*(self._controller.action_log() or ("The action server has said nothing.",)))
            case "help", "":
                self._say(HELP)
            case "help", "export":
                self._say(EXPORT_HELP)
            case "help", "insight":
                from trainer_tui.plain.insight import HELP as INSIGHT_HELP

                self._say(INSIGHT_HELP)
            case "help", "edit":
                self._say(BRANCHES_HELP)
            case "help", "review":
                from trainer_tui.plain.review import HELP as REVIEW_HELP

                self._say(REVIEW_HELP)
            case _:
                from trainer_tui.plain.review import Review

                if name in Review.commands:
                    raise IllegalInput("no conversations of real users are open", hint="trainer-tui review opens them.")
                raise IllegalInput(f"there is no command :{name} {argument}".rstrip(), hint="See :help.")

    # --- moves ----------------------------------------------------------------------------------------------------

    def _repeat(self, argument: str, label: Callable[[], str | None], move: Callable[[], None], told: str) -> None:
        for _ in range(number_in(argument) if argument else 1):
            named = label()
            move()
            self._say(f"{told}: {named}.")

    async def _fork(self) -> None:
        points = self._controller.view.fork_points
        if not points:
            raise IllegalInput("there is no message to fork from yet")
        self._say(*(f"  {point.number} {point.text}" for point in reversed(points)))
        number = await self._ask("Before which message? Number, or Enter to go back:")
        if number:
            self._fork_before(number)

    def _fork_before(self, number: str) -> None:
        wanted = number_in(number)
        for point in self._controller.view.fork_points:
            if point.number == wanted:
                self._controller.fork(point.node)
                self._say(f"On {self._controller.view.status.branch}, before message {wanted}: {point.text}")
                return
        raise IllegalInput(f"there is no message {wanted}", hint="See :fork for the list.")

    def _branches(self) -> None:
        for branch in self._controller.view.branches:
            here = " (you are here)" if branch.is_current else ", dropped" if branch.is_dropped else ""
            here = ", replaced by an edit" if branch.is_replaced else here
            if branch.origin is not None:
                since = f"after its message {branch.shared}" if branch.shared else "from its start"
                here = f", off branch {branch.origin} {since}{here}"
            self._say(f"  {branch.id} {branch.name}{here}: {' / '.join(branch.messages) or 'no message'}")

    def _switch(self, number: str) -> None:
        self._controller.switch(number_in(number))
        self._say(f"On {self._controller.view.status.branch}.")

    # --- the menu -------------------------------------------------------------------------------------------------

    async def menu(self) -> None:
        """The session menu as a prompt; Enter goes back."""
        listed = entries(self._controller.view, self._controller.unexported())
        self._say("Session menu:", *(f"  {number} {entry.told}" for number, entry in enumerate(listed, 1)))
        typed = await self._ask("What now? Number, or Enter to continue:")
        if not typed:
            return
        number = number_in(typed)
        if not 1 <= number <= len(listed):
            raise IllegalInput(f"there is no entry {number}", hint=f"Numbers go from 1 to {len(listed)}.")
        await self._menu_chosen(listed[number - 1].command)

    async def _menu_chosen(self, command: str) -> None:
        match command:
            case "menu.stop":
                self._controller.cancel()
            case "menu.branches":
                await self._menu_branches()
            case "menu.save":
                await self._menu_save()
            case "menu.export_quit":
                await self._menu_export_and_quit()
            case "menu.undo" | "menu.fork" | "menu.fresh" | "menu.export" | "menu.quit":
                await self.run(command.removeprefix("menu."), "")

    async def _menu_branches(self) -> None:
        self._branches()
        number = await self._ask("Go to which? Number, or Enter to go back:")
        if number:
            self._switch(number)

    async def _menu_save(self) -> None:
        self._say(f"This session is called {self._controller.view.status.session}.")
        name = await self._ask("Another name, a path with a / for a copy, or Enter to go back:")
        if name:
            await self.run("copy" if "/" in name else "save", name)

    async def _menu_export_and_quit(self) -> None:
        await self.exports.run(())
        if not self._controller.unexported():
            raise Left
        typed = await self._ask(asked_line(_WRITE_AND_QUIT))
        if typed is not None and given(_WRITE_AND_QUIT, typed) == Confirmed() and await self.exports.write():
            raise Left
