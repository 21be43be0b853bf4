"""The sessions in the sample bots' folders, played on the full screen with the fewest keys and the real action servers.

What is counted are the keys beside the words of the messages. `rasa interactive`'s follow from its prompts: one key for
a yes or no (each action is asked about, a message too unless it names its intent), a message with Enter; in a list one
arrow down for each line above the wanted one, of which the first makes a new name, and Enter; the entities are asked
after each intent that was wrong, in a line of text with the cursor at its end.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.ui.conftest import Teaching
from tests.ui.trainer import Trainer
from trainer_tui.asking.notation import annotated
from trainer_tui.runtime.reading.project_data import read_project
from trainer_tui.session.protocol import (
    AskFormValidation,
    AskMessage,
    ChooseIntent,
    ConfirmAction,
    Confirmed,
    ConfirmIntent,
    MarkEntities,
)
from trainer_tui.ui.fuzzy import matching
from trainer_tui.ui.widgets.actions import Candidates
from trainer_tui.ui.widgets.entity_editor import EntityEditor


def answers_of(walk: Path) -> list[str]:
    """What is typed in a recorded session, without its remarks and its export."""
    lines = walk.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(":")]


def fewest_letters(wanted: str, names: list[str]) -> str:
    """Typed as a filter, they put the name first."""
    parts = (wanted[begin:end] for size in range(1, 9) for begin in range(len(wanted)) if (end := begin + size))
    return next(
        part for part in parts if "_" not in part and matching(part, [(name, name) for name in names])[0] == wanted
    )


class Frugal:
    """A person who presses no key too many; `rasa` counts what its prompts would have taken."""

    def __init__(self, trainer: Trainer, answers: list[str]) -> None:
        self.trainer = trainer
        self.left = answers
        self.keys = self.rasa = 0
        self.right_turns: list[int] = []
        self._of_turn = 0
        self._is_right = True

    async def teaches(self) -> None:
        while self.left:
            # What is predicted does not depend on how fast the models are fitted.
            await self.trainer.controller.finish_learning()
            await self.trainer.settles()
            await self._answers()

    async def _answers(self) -> None:
        match self.trainer.view.prompt, self.left:
            case AskMessage(), [text, *_]:
                self._of_turn, self._is_right = 0, True
                await self.trainer.types(text)
                await self._presses("enter")
                self._took(1, rasa=1)
            case ConfirmIntent(parse), ["n" | "i" as part, intent, *_]:
                place = [name for name, _ in parse.ranking].index(intent)
                corrects_entities = part == "n"
                await self._presses(*((part,) if corrects_entities else (str(place + 1),)))
                self._took(1 if corrects_entities else 2, rasa=1 if corrects_entities else 1 + place + 2 + 1)
                self._is_right = False
            case ChooseIntent(ranking=ranking), [intent, *_]:
                place = [name for name, _ in ranking].index(intent)
                await self._presses(*["down"] * place, "enter")
                self._took(1, rasa=place + 2)
            case MarkEntities(parse), [line, *_]:
                await self._marks(annotated(parse.text, parse.entities), line)
            case ConfirmAction(prediction), ["n", action, *_]:
                names = [name for name, _ in prediction.ranking]
                place = names.index(action)
                shown = {one.name: one.number for one in self.trainer.app.main.query_one(Candidates).candidates}
                if number := shown[action]:
                    await self._presses(str(number))
                else:
                    letters = fewest_letters(action, list(shown))
                    assert len(letters) <= 2
                    await self._presses("n", *letters, "enter")
                self._took(2, rasa=1 + place + 2)
                self._is_right = False
            case ((ConfirmIntent() | ConfirmAction()), ["y", *_]):
                await self._accepts()
            case AskFormValidation(), [answer, *_]:
                await self._presses(answer)
                self._took(1, rasa=1)
            case prompt, left:
                raise AssertionError(f"{prompt} is not answered by {left[:1]}")

    async def _accepts(self) -> None:
        """As much of the turn as is right, with one key."""
        before = self._settled()
        rights = next((place for place, answer in enumerate(self.left) if answer != "y"), len(self.left))
        is_whole = "a whole turn >" in self.trainer.text
        await self._presses("a" if is_whole else "y")
        taken = max(1, self._settled() - before)
        assert taken <= rights, "the whole turn was accepted, though the session corrects it"
        self._took(taken, rasa=taken)
        if self._is_right and isinstance(self.trainer.view.prompt, AskMessage):
            self.right_turns.append(self._of_turn)

    async def _marks(self, found: str, wanted: str) -> None:
        """In the notation, as it stands in the session, where it is another than what was found."""
        if found == wanted:
            await self._presses("enter")
            self._took(1, rasa=1)
            return
        await self._presses("tab", "end", "ctrl+u")
        self.keys += len(wanted)
        await self.trainer.types(wanted)
        await self._presses("enter")
        self._took(1, rasa=len(found) + len(wanted) + 1)

    def _settled(self) -> int:
        return sum(isinstance(node.given, Confirmed) for node in self.trainer.controller.timeline.head.path())

    async def _presses(self, *keys: str) -> None:
        self.keys += len(keys)
        self._of_turn += len(keys)
        await self.trainer.presses(*keys)

    def _took(self, answers: int, rasa: int) -> None:
        del self.left[:answers]
        self.rasa += rasa


async def test_a_recorded_session_is_taught_with_few_keys(walk: Path, teaching: Teaching, tmp_path: Path) -> None:
    sample, bot = walk.parent.parent, tmp_path / walk.parent.parent.name
    # With its actions: the desk takes a folder that is there already as it is.
    shutil.copytree(sample, bot, ignore=shutil.ignore_patterns("__pycache__", ".trainer"))
    async with teaching(bot.name, "--actions") as trainer:
        person = Frugal(trainer, answers_of(walk))
        await person.teaches()
        await trainer.controller.finish_learning()
        assert isinstance(trainer.view.prompt, AskMessage), trainer.text
        assert trainer.controller.timeline.state.tracker.active_loop is None
        await trainer.presses("ctrl+s", "enter")
        assert trainer.app.controller.unexported() is None
    before, after = (read_project(folder).stories.steps for folder in (sample, bot))
    assert len(after) == len(before) + 1
    # The text, Enter and one key: nothing more, unless the bot is unsure or a form asks.
    assert min(person.right_turns) == 2
    counted = f"| {bot.name}, {walk.stem} | {person.keys} | {person.rasa} |"
    assert counted in (REPOSITORY / "README.md").read_text(encoding="utf-8"), counted


async def test_an_entity_of_one_word_takes_three_keys(teaching: Teaching) -> None:
    async with teaching("concertbot") as trainer:
        await trainer.says("Kim")
        await trainer.presses("t")
        editor = trainer.app.main.prompt_bar.body
        assert isinstance(editor, EntityEditor)
        await trainer.presses(next(letter for letter, name in editor.words.letters.items() if name == "name"), "enter")
        await trainer.is_asked(ConfirmAction)
        (message,) = (entry for entry in trainer.history if entry.kind == "message")
        assert [(entity.entity, entity.value) for entity in message.entities] == [("name", "Kim")]
