"""What was read and scored, written into the database of a review."""

from __future__ import annotations

import json
from collections.abc import Iterable

from trainer_tui.review.scoring import Cast, Said, Scored
from trainer_tui.review.worth import Worth
from trainer_tui.runtime.review.database import ReviewFile
from trainer_tui.runtime.review.listing import listed, unlisted

_MOST_KNOWN = 100_000
"""So many messages are known by their numbers without looking."""


class ScoredRows:
    def __init__(self, file: ReviewFile) -> None:
        self._file = file
        self._messages: dict[str, int] = {}
        self._casts: dict[Cast, int] = {}

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

    def keep(self, source: int, model: str, scored: Iterable[Scored]) -> None:
        """Write what was scored; a session that is known already is as it is now."""
        if len(self._messages) > _MOST_KNOWN:
            self._messages.clear()
        try:
            with self._file.writing():
                for session in scored:
                    self._keep(source, model, session)
        except BaseException:
            # What was numbered just now was not written.
            self._messages.clear()
            self._casts.clear()
            raise

    def _keep(self, source: int, model: str, session: Scored) -> None:
        run = self._file.run
        shape = self._shape(model, session)
        known = self._file.row(
            "SELECT id, shape FROM conversation WHERE source = ? AND sender = ? AND session = ?",
            (source, session.sender, session.session),
        )
        times = (session.first_at, session.last_at)
        channel = session.cast.channels[0] if session.cast.channels else ""
        if known is None:
            number = run(
                "INSERT INTO conversation (source, sender, session, first_at, last_at, channel, shape) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (source, session.sender, session.session, *times, channel, shape),
            )
        else:
            number, before = known
            run("UPDATE conversation SET first_at = ?, last_at = ?, shape = ? WHERE id = ?", (*times, shape, number))
            if before != shape:
                self._leave(before)
        if known is None or known[1] != shape:
            run("UPDATE shape SET count = count + 1 WHERE id = ?", (shape,))
        run(
            "UPDATE shape SET last_at = ?1, latest = ?2 WHERE id = ?3 "
            "AND (latest IS NULL OR COALESCE(last_at, 0) <= COALESCE(?1, 0))",
            (session.last_at, number, shape),
        )

    def _shape(self, model: str, session: Scored) -> int:
        run = self._file.run
        known = self._file.row("SELECT id, model, cast_list FROM shape WHERE digest = ?", (session.digest,))
        reasons = json.dumps(session.worth.reasons, ensure_ascii=False)
        if known is None:
            score = (model, self._worth(model, session.worth), reasons)
            shape = run(
                "INSERT INTO shape (model, worth, reasons, digest, turns, opening, cast_list) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*score, session.digest, session.turns, session.opening, self._cast(session.cast)),
            )
            for said in session.said:
                run("INSERT INTO said VALUES (?, ?, ?)", (self._message(said), shape, said.times))
            return shape
        shape, scored_by, cast = known
        if scored_by != model:
            score = (model, self._worth(model, session.worth), reasons)
            run("UPDATE shape SET model = ?, worth = ?, reasons = ? WHERE id = ?", (*score, shape))
            for said in session.said:
                meaning = (said.intent, said.confidence, said.text)
                run("UPDATE message SET intent = ?, confidence = ? WHERE text = ?", meaning)
        self._widen(int(shape), int(cast), session.cast)
        return int(shape)

    def _worth(self, model: str, worth: Worth) -> float:
        if not worth.pattern:
            return worth.score
        count = self._file.row("SELECT count FROM pattern WHERE model = ? AND name = ?", (model, worth.pattern))
        others = count[0] if count else 0
        self._file.run("INSERT OR REPLACE INTO pattern VALUES (?, ?, ?)", (model, worth.pattern, others + 1))
        return worth.among(others)

    def _message(self, said: Said) -> int:
        known = self._messages.get(said.text)
        if known is None:
            row = self._file.row("SELECT id FROM message WHERE text = ?", (said.text,))
            meaning = (said.text, said.intent, said.confidence)
            insert = "INSERT INTO message (text, intent, confidence) VALUES (?, ?, ?)"
            known = self._messages[said.text] = row[0] if row else self._file.run(insert, meaning)
        return known

    def _cast(self, cast: Cast) -> int:
        lists = [listed(names) for names in (cast.intents, cast.actions, cast.slots, cast.channels, cast.models)]
        if cast in self._casts:
            return self._casts[cast]
        same = "intents = ? AND actions = ? AND slots = ? AND channels = ? AND models = ?"
        known = self._file.row(f"SELECT id FROM cast_list WHERE {same}", lists)
        insert = "INSERT INTO cast_list (intents, actions, slots, channels, models) VALUES (?, ?, ?, ?, ?)"
        self._casts[cast] = int(known[0]) if known else self._file.run(insert, lists)
        return self._casts[cast]

    def _widen(self, shape: int, known: int, cast: Cast) -> None:
        """The same turns on another channel, or by another model."""
        row = self._file.row("SELECT channels, models FROM cast_list WHERE id = ?", (known,))
        assert row is not None
        channels, models = (unlisted(item) for item in row)
        if set(cast.channels) <= set(channels) and set(cast.models) <= set(models):
            return
        wider = Cast(
            cast.intents,
            cast.actions,
            cast.slots,
            tuple(sorted({*channels, *cast.channels})),
            tuple(sorted({*models, *cast.models})),
        )
        self._file.run("UPDATE shape SET cast_list = ? WHERE id = ?", (self._cast(wider), shape))

    def _leave(self, shape: int) -> None:
        """A conversation went on, and is of another shape now."""
        latest = self._file.row(
            "SELECT id, last_at FROM conversation WHERE shape = ? ORDER BY last_at DESC LIMIT 1", (shape,)
        )
        self._file.run(
            "UPDATE shape SET count = count - 1, latest = ?, last_at = ? WHERE id = ?",
            (*(latest or (None, None)), shape),
        )
