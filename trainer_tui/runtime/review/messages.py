"""What users said, and what of it was settled."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from trainer_tui.core.events import Entity
from trainer_tui.core.nlu_data import Example
from trainer_tui.nlu.tokenizer import normalize
from trainer_tui.review.inbox import Waiting, is_uncovered
from trainer_tui.runtime.review.database import ReviewFile
from trainer_tui.runtime.review.decisions import Done
from trainer_tui.runtime.review.listing import NamedStores, of_stores


class Messages:
    """Of the stores of these labels, or of all that were ever read. What was settled holds for each of them."""

    def __init__(self, file: ReviewFile, labels: Iterable[str] | None = None) -> None:
        self._file = file
        self._stores = NamedStores(file, labels)

    def waiting(self, covered: Iterable[str]) -> list[Waiting]:
        """What was said that neither stands among these texts (normalised) nor is settled."""
        known = self.settled().union(covered)
        rows = self._file.rows(
            "SELECT message.id, text, SUM(times * count), intent, confidence FROM message "
            f"JOIN said ON said.message = message.id JOIN {self._counted()} ON counted.id = said.shape "
            "WHERE count > 0 GROUP BY message.id"
        )
        return [Waiting(*row) for row in rows if is_uncovered(row[1], known)]

    def _counted(self) -> str:
        """How many conversations of each shape lie in the stores."""
        if (numbers := self._stores.numbers()) is None:
            return "shape AS counted"
        of_each = f"SELECT shape AS id, COUNT(*) AS count FROM conversation WHERE {of_stores(numbers)} GROUP BY shape"
        return f"({of_each}) AS counted"

    def settle(
        self, examples: Sequence[tuple[str, str | None, Sequence[Entity]]], by: str, at: float, told: str
    ) -> Done:
        """Messages mean this, or (intent None) are no training data."""
        written = []
        with self._file.writing():
            for text, intent, entities in examples:
                kept = json.dumps([entity.as_dict() for entity in entities], ensure_ascii=False)
                number = self._file.run(
                    "INSERT INTO settled (text, known_as, intent, entities, by, at, undone) "
                    "VALUES (?, ?, ?, ?, ?, ?, 0)",
                    (text, normalize(text), intent, kept, by, at),
                )
                written.append(number)
        return Done("settled", tuple(written), told)

    def settled(self) -> set[str]:
        """What was settled, normalised."""
        return {row[0] for row in self._file.rows("SELECT known_as FROM settled WHERE undone = 0")}

    def texts(self, messages: Sequence[int]) -> dict[int, str]:
        """What was said, by number."""
        marks = ", ".join("?" * len(messages))
        found = dict(self._file.rows(f"SELECT id, text FROM message WHERE id IN ({marks})", messages))
        return {message: found[message] for message in messages if message in found}

    def examples(self) -> tuple[Example, ...]:
        """What was confirmed, the first first; of two meanings of one message the later counts."""
        rows = self._file.rows("SELECT text, known_as, intent, entities FROM settled WHERE undone = 0 ORDER BY id")
        found: dict[str, Example | None] = {}
        for text, known_as, intent, entities in rows:
            marked = tuple(Entity.from_dict(entity) for entity in json.loads(entities))
            found[known_as] = Example(text, intent, marked) if intent else None
        return tuple(example for example in found.values() if example)
