"""What was decided about conversations: a log, of which the last lines that were not taken back count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trainer_tui.asking.reviewing import Decision
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import TrainerError
from trainer_tui.runtime.review.database import ReviewFile

STANDS = (
    "undone = 0 AND is_on AND NOT EXISTS (SELECT 1 FROM decided AS later WHERE later.shape = decided.shape "
    "AND later.kind = decided.kind AND later.value = decided.value AND later.undone = 0 AND later.id > decided.id)"
)


@dataclass(frozen=True, slots=True)
class Done:
    """Lines of the logs that one key wrote, which undo takes back together."""

    table: str
    lines: tuple[int, ...]
    told: str


class Decisions:
    def __init__(self, file: ReviewFile) -> None:
        self._file = file

    def decide(self, shapes: Sequence[int], decision: Decision, outcome: str, by: str, at: float, told: str) -> Done:
        return self._log([(shape, "decision", decision, True) for shape in shapes], outcome, by, at, told)

    def flag(self, shape: int, index: int, by: str, at: float) -> Done:
        is_on = not self._stands(shape, "flag", str(index))
        return self._log([(shape, "flag", str(index), is_on)], "", by, at, "flagged" if is_on else "flag taken away")

    def tag(self, shapes: Sequence[int], tag: str, by: str, at: float) -> Done:
        is_on = not all(self._stands(shape, "tag", tag) for shape in shapes)
        told = f"tagged {tag}" if is_on else f"tag {tag} taken away"
        return self._log([(shape, "tag", tag, is_on) for shape in shapes], "", by, at, told)

    def _stands(self, shape: int, kind: str, value: str) -> bool:
        row = self._file.row(
            f"SELECT 1 FROM decided WHERE shape = ? AND kind = ? AND value = ? AND {STANDS}", (shape, kind, value)
        )
        return row is not None

    def _log(self, lines: Sequence[tuple[int, str, str, bool]], outcome: str, by: str, at: float, told: str) -> Done:
        written = []
        with self._file.writing():
            for line in lines:
                if self._file.row("SELECT 1 FROM shape WHERE id = ?", line[:1]) is None:
                    raise TrainerError(f"there is no conversation {line[0]}", hint="Look at the list again.")
                number = self._file.run(
                    "INSERT INTO decided (shape, kind, value, is_on, outcome, by, at, undone) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
                    (*line, outcome, by, at),
                )
                written.append(number)
            self._note(line[0] for line in lines)
        return Done("decided", tuple(written), told)

    def _note(self, shapes: Iterable[int]) -> None:
        """Note the standing decision where the list filters by it."""
        for shape in shapes:
            self._file.run(
                "UPDATE shape SET decision = (SELECT value FROM decided WHERE shape = ? AND kind = 'decision' "
                "AND undone = 0 ORDER BY decided.id DESC LIMIT 1) WHERE id = ?",
                (shape, shape),
            )

    def take_over(self, before: int, now: int) -> None:
        """Within `writing`: what was decided about a shape holds for this one as well."""
        self._file.run(
            "INSERT INTO decided (shape, kind, value, is_on, outcome, by, at, undone) "
            "SELECT ?, kind, value, is_on, outcome, by, at, undone FROM decided AS old WHERE shape = ? "
            "AND NOT EXISTS (SELECT 1 FROM decided WHERE shape = ? AND kind = old.kind AND value = old.value "
            "AND at = old.at) "
            "ORDER BY id",
            (now, before, now),
        )
        self._note([now])

    def take_back(self, done: Done, is_back: bool = True) -> None:
        """Undo, or redo, what was done; what others did meanwhile stays."""
        marks = ", ".join("?" * len(done.lines))
        with self._file.writing():
            self._file.run(f"UPDATE {done.table} SET undone = ? WHERE id IN ({marks})", (is_back, *done.lines))
            if done.table == "decided":
                rows = self._file.rows(f"SELECT DISTINCT shape FROM decided WHERE id IN ({marks})", done.lines)
                self._note(row[0] for row in rows)
