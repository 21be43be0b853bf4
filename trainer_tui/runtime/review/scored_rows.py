"""What was read and scored, written into the database of a review, a portion at a time.

Whoever writes holds the lock, so numbers of new rows are given here, and what is known of shapes, casts and messages
is remembered until another connection has written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from trainer_tui.dataclass import dataclass
from trainer_tui.review.scoring import Cast, Look, Said, Scored
from trainer_tui.review.worth import Worth
from trainer_tui.runtime.review.database import ReviewFile
from trainer_tui.runtime.review.decisions import Decisions
from trainer_tui.runtime.review.listing import listed, unlisted

_MOST_KNOWN = 50_000
"""So many shapes, and messages, are known by their numbers without looking."""


@dataclass(slots=True)
class _Shape:
    """A row of shapes, and what this portion adds to it."""

    id: int
    model: str
    cast: Cast
    more: int = 0
    earliest: float | None = None
    last_at: float | None = None
    latest: int | None = None

    def take(self, conversation: int, last_at: float | None) -> None:
        if last_at is not None:
            self.earliest = last_at if self.earliest is None else min(self.earliest, last_at)
        if self.latest is None or (self.last_at or 0.0) <= (last_at or 0.0):
            self.latest, self.last_at = conversation, last_at


class ScoredRows:
    def __init__(self, file: ReviewFile) -> None:
        self._file = file
        self._decisions = Decisions(file)
        self._forget()

    def _forget(self) -> None:
        self._version = -1
        self._messages: dict[str, int] = {}
        self._casts: dict[Cast, int] = {}
        self._shapes: dict[bytes, _Shape] = {}
        self._patterns: dict[str, dict[str, int]] = {}
        self._met: set[tuple[str, str]] = set()
        # Shapes of conversations that are as they were: they are called otherwise than the version before did.
        self._renamed: set[tuple[int, int]] = set()

    def source(self, label: str) -> int:
        """The number of a store."""
        with self._file.writing():
            self._file.run("INSERT OR IGNORE INTO source (label) VALUES (?)", (label,))
        found = self._file.row("SELECT id FROM source WHERE label = ?", (label,))
        assert found is not None
        return int(found[0])

    def mark(self, source: int, model: str) -> str:
        """Up to where a store was read and scored by this model; "" where it was by another one."""
        row = self._file.row("SELECT mark FROM source WHERE id = ? AND model = ?", (source, model))
        return row[0] if row else ""

    def set_mark(self, source: int, model: str, mark: str) -> None:
        with self._file.writing():
            self._file.run("UPDATE source SET mark = ?, model = ? WHERE id = ?", (mark, model, source))

    def keep(self, source: int, model: str, scored: Sequence[Scored]) -> None:
        """Write what was scored; a session that is known already is as it is now."""
        try:
            with self._file.writing():
                version = self._file.number("PRAGMA data_version")
                if version != self._version or max(len(self._messages), len(self._shapes)) > _MOST_KNOWN:
                    self._forget()
                    self._version = version
                self._keep(source, model, scored)
        except BaseException:
            # What was numbered just now was not written.
            self._forget()
            raise

    def _keep(self, source: int, model: str, scored: Sequence[Scored]) -> None:
        looks = {session.look.digest: session.look for session in scored}
        self._look_up(looks)
        new = {digest for digest in looks if digest not in self._shapes}
        following = self._file.number("SELECT COALESCE(MAX(id), 0) + 1 FROM shape")
        for number, digest in enumerate(sorted(new), following):
            self._shapes[digest] = _Shape(number, model, looks[digest].cast)
        left = self._keep_conversations(source, scored)
        self._insert(model, [(self._shapes[digest], looks[digest]) for digest in looks if digest in new])
        known = [(self._shapes[digest], looks[digest]) for digest in looks if digest not in new]
        self._update(known)
        for shape, look in known:
            if shape.model != model:
                self._score_anew(model, shape, look)
        self._keep_patterns()
        for session in scored:
            self._widen(self._shapes[session.look.digest], session.look.cast)
        for before, now in self._renamed:
            self._decisions.take_over(before, now)
        self._renamed.clear()
        for number in set(left):
            self._leave(number)
        for digest in looks:
            shape = self._shapes[digest]
            shape.more, shape.latest, shape.earliest = 0, None, None

    def _look_up(self, looks: Iterable[bytes]) -> None:
        columns = "shape.id, model, intents, actions, slots, channels, models, digest"
        statement = f"SELECT {columns} FROM shape JOIN cast_list ON cast_list.id = cast_list WHERE digest IN"
        for number, model, *names, digest in self._file.among(statement, [d for d in looks if d not in self._shapes]):
            self._shapes[digest] = _Shape(number, model, Cast(*(tuple(unlisted(item)) for item in names)))

    def _keep_conversations(self, source: int, scored: Sequence[Scored]) -> list[int]:
        """The shapes that a conversation left, since it went on, or in which it went on."""
        statement = (
            "SELECT sender, session, conversation.id, shape, first_at, conversation.last_at, turns "
            f"FROM conversation JOIN shape ON shape.id = shape WHERE source = {source} AND sender IN"
        )
        senders = list({session.sender for session in scored})
        known = {(row[0], row[1]): row[2:] for row in self._file.among(statement, senders)}
        following = self._file.number("SELECT COALESCE(MAX(id), 0) + 1 FROM conversation")
        new, changed, left = [], [], []
        for session in scored:
            shape = self._shapes[session.look.digest]
            number, before, *was = known.get((session.sender, session.session), (following, None))
            if before is None:
                following += 1
                channel = next(iter(session.look.cast.channels), "")
                row = (number, source, session.sender, session.session, session.first_at, session.last_at, channel)
                new.append((*row, shape.id))
            else:
                changed.append((session.first_at, session.last_at, shape.id, number))
                left.append(before)
                if before != shape.id and was == [session.first_at, session.last_at, session.look.turns]:
                    self._renamed.add((before, shape.id))
            shape.more += before != shape.id
            shape.take(number, session.last_at)
        self._file.run_many("INSERT INTO conversation VALUES (?, ?, ?, ?, ?, ?, ?, ?)", new)
        self._file.run_many("UPDATE conversation SET first_at = ?, last_at = ?, shape = ? WHERE id = ?", changed)
        return left

    def _insert(self, model: str, shapes: Sequence[tuple[_Shape, Look]]) -> None:
        self._file.run_many(
            "INSERT INTO shape (id, digest, turns, opening, cast_list, model, worth, reasons, count, earliest, "
            "last_at, latest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(shape.id, look.digest, look.turns, look.opening, self._cast(look.cast)),
                    *self._score(model, look.worth),
                    *(shape.more, shape.earliest, shape.last_at, shape.latest),
                )
                for shape, look in shapes
            ],
        )
        said = [(self._message(said), shape.id, said.times) for shape, look in shapes for said in look.said]
        self._file.run_many("INSERT INTO said VALUES (?, ?, ?)", said)

    def _update(self, shapes: Sequence[tuple[_Shape, Look]]) -> None:
        counts = [(shape.more, shape.earliest, shape.earliest, shape.id) for shape, _ in shapes if shape.more]
        self._file.run_many(
            "UPDATE shape SET count = count + ?, earliest = MIN(COALESCE(earliest, ?), COALESCE(?, earliest)) "
            "WHERE id = ?",
            counts,
        )
        self._file.run_many(
            "UPDATE shape SET last_at = ?, latest = ? WHERE id = ? "
            "AND (latest IS NULL OR COALESCE(last_at, 0) <= COALESCE(?, 0))",
            [(shape.last_at, shape.latest, shape.id, shape.last_at) for shape, _ in shapes],
        )

    def _score_anew(self, model: str, shape: _Shape, look: Look) -> None:
        statement = "UPDATE shape SET model = ?, worth = ?, reasons = ? WHERE id = ?"
        self._file.run(statement, (*self._score(model, look.worth), shape.id))
        meanings = [(said.intent, said.confidence, said.text) for said in look.said]
        self._file.run_many("UPDATE message SET intent = ?, confidence = ? WHERE text = ?", meanings)
        shape.model = model

    def _score(self, model: str, worth: Worth) -> tuple[str, float, str]:
        return model, self._worth(model, worth), json.dumps(worth.reasons, ensure_ascii=False)

    def _worth(self, model: str, worth: Worth) -> float:
        """What it is worth beside those before it, whose patterns it joins."""
        if not worth.patterns:
            return worth.score
        counts = self._patterns.get(model)
        if counts is None:
            rows = self._file.rows("SELECT name, count FROM pattern WHERE model = ?", (model,))
            counts = self._patterns[model] = dict(rows)
        found = worth.among(counts)
        for name in {pattern.name for pattern in worth.patterns}:
            counts[name] = counts.get(name, 0) + 1
            self._met.add((model, name))
        return found

    def _keep_patterns(self) -> None:
        rows = [(model, name, self._patterns[model][name]) for model, name in self._met]
        self._file.run_many("INSERT OR REPLACE INTO pattern VALUES (?, ?, ?)", rows)
        self._met.clear()

    def _message(self, said: Said) -> int:
        known = self._messages.get(said.text)
        if known is None:
            row = self._file.row("SELECT id FROM message WHERE text = ?", (said.text,))
            meaning = (said.text, said.intent, said.confidence)
            insert = "INSERT INTO message (text, intent, confidence) VALUES (?, ?, ?)"
            known = self._messages[said.text] = row[0] if row else self._file.run(insert, meaning)
        return known

    def _cast(self, cast: Cast) -> int:
        known = self._casts.get(cast)
        if known is None:
            lists = [listed(names) for names in (cast.intents, cast.actions, cast.slots, cast.channels, cast.models)]
            same = "intents = ? AND actions = ? AND slots = ? AND channels = ? AND models = ?"
            row = self._file.row(f"SELECT id FROM cast_list WHERE {same}", lists)
            insert = "INSERT INTO cast_list (intents, actions, slots, channels, models) VALUES (?, ?, ?, ?, ?)"
            known = self._casts[cast] = int(row[0]) if row else self._file.run(insert, lists)
        return known

    def _widen(self, shape: _Shape, cast: Cast) -> None:
        """The same turns on another channel, or by another model."""
        if (cast.channels, cast.models) == (shape.cast.channels, shape.cast.models):
            return
        channels, models = {*shape.cast.channels, *cast.channels}, {*shape.cast.models, *cast.models}
        wider = replace(shape.cast, channels=tuple(sorted(channels)), models=tuple(sorted(models)))
        if wider != shape.cast:
            shape.cast = wider
            self._file.run("UPDATE shape SET cast_list = ? WHERE id = ?", (self._cast(wider), shape.id))

    def _leave(self, shape: int) -> None:
        """What a conversation that went on was of its shape."""
        self._file.run(
            "UPDATE shape SET count = (SELECT COUNT(*) FROM conversation WHERE shape = ?), "
            "earliest = (SELECT MIN(last_at) FROM conversation WHERE shape = ?), "
            "last_at = (SELECT MAX(last_at) FROM conversation WHERE shape = ?), "
            "latest = (SELECT id FROM conversation WHERE shape = ? ORDER BY last_at DESC LIMIT 1) WHERE id = ?",
            (shape,) * 5,
        )
