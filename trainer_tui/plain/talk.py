"""A talk with the bot as its users have it: what a session would ask about is as the bot has it. Nothing is taught."""

from __future__ import annotations

from trainer_tui.asking.reasons import reason
from trainer_tui.asking.telling import common_length, spoken
from trainer_tui.core.events import ACTION_LISTEN
from trainer_tui.errors import IllegalInput
from trainer_tui.plain.commands import Left
from trainer_tui.plain.session import PlainSession
from trainer_tui.session import protocol

_COMMANDS = {
    "undo": "take back the last message",
    "redo": "say it again",
    "fresh": "start a new conversation",
    "slots": "list them",
    "history": "all that happened, or the last N lines",
    "why": "why the bot did what it did last",
    "quit": "leave",
    "help": "this list",
}
_LISTENING = (protocol.AskMessage, protocol.AskButton)
_MOST_ACTIONS = 10
"""As in Rasa: a bot that never listens is made to."""


class Talk(PlainSession):
    """Runs one controller on three streams, and asks for messages alone."""

    _actions = 0
    _interrupted_by = "Ctrl-C leaves"

    def _greet(self) -> None:
        self._say(
            "Type a message and press Enter; /intent names an intent. Nothing is taught. "
            ":help lists the commands, Ctrl-C leaves."
        )

    def _warn(self) -> None:
        """What is doubtful in the data is for those who teach."""

    async def _perform(self) -> None:
        """All that the bot does until it listens."""
        self._actions = 0
        await super()._perform()
        while (prompt := self._controller.view.prompt) and not isinstance(prompt, _LISTENING):
            try:
                self._controller.answer(self._as_the_bot(prompt))
            except IllegalInput as error:
                self._complain(reason(error))
                self._take_back()
            self._tell_news()
            await super()._perform()

    def _as_the_bot(self, prompt: protocol.Prompt) -> protocol.HumanInput:
        """IllegalInput where the bot itself goes no further."""
        match prompt:
            case protocol.ConfirmAction(prediction):
                self._actions += prediction.action != ACTION_LISTEN
                if self._actions > _MOST_ACTIONS:
                    self._complain(f"The bot did {_MOST_ACTIONS} things and would not listen; it does now.")
                    return protocol.ActionChosen(ACTION_LISTEN)
                return protocol.Confirmed(is_automatic=True)
            case protocol.ConfirmIntent():
                return protocol.Confirmed(is_automatic=True, is_guess=True)
            case protocol.AskFormValidation(decision=decision):
                return protocol.ValidationChosen(not decision.interruptions)
            case protocol.AskAfterFailure(title=title, message=message, hint=hint):
                raise IllegalInput(title, message, hint=hint)
            case _:
                raise IllegalInput("the bot does not know what that means", hint="Say it otherwise, or as /intent.")

    def _take_back(self) -> None:
        """The last message, which led nowhere."""
        while not isinstance(self._controller.view.prompt, _LISTENING):
            self._controller.undo()

    def _tell_added(self) -> None:
        """What the bot says."""
        entries = self._controller.view.history
        for entry in entries[common_length(self._history, entries) :]:
            if entry.kind == "text":
                self._say(spoken(entry).strip())
        self._history = entries

    async def _command(self, name: str, argument: str) -> None:
        if name not in _COMMANDS:
            raise IllegalInput(f"there is no command :{name} in a talk", hint="See :help.")
        if name == "help":
            self._say(*(f":{command:9} {told}" for command, told in _COMMANDS.items()))
        else:
            await super()._command(name, argument)

    async def _open_menu(self) -> None:
        raise Left(130)
