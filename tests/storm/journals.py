"""Damage to journals: bytes cut, flipped, inserted, zeroed; lines moved, lost, doubled."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from trainer_tui.core.domain import Domain
from trainer_tui.errors import TrainerError
from trainer_tui.runtime.journal import Journal
from trainer_tui.runtime.journal_reading import read_journal

KINDS = ("cut", "end cut", "flipped", "inserted", "zeroed", "line moved", "line lost", "line doubled")


def damaged(content: bytes, kind: str, chance: random.Random) -> bytes:
    """The content with one piece of damage."""
    at, length = chance.randrange(len(content)), chance.choice((1, 1, 2, 8, 100, 1000))
    lines = content.splitlines(keepends=True)
    match kind:
        case "cut":
            return content[:at] + content[at + length :]
        case "end cut":
            return content[:at]
        case "flipped":
            return content[:at] + bytes((content[at] ^ (1 << chance.randrange(8)),)) + content[at + 1 :]
        case "inserted":
            return content[:at] + chance.randbytes(length) + content[at:]
        case "zeroed":
            return content[:at] + bytes(len(content[at : at + length])) + content[at + length :]
        case "line moved":
            lines.insert(chance.randrange(len(lines)), lines.pop(chance.randrange(len(lines))))
        case "line lost":
            del lines[chance.randrange(len(lines))]
        case "line doubled":
            place = chance.randrange(len(lines))
            lines.insert(place, lines[place])
    return b"".join(lines)


def weather(sound: bytes, folder: Path, seeds: range) -> Counter[str]:
    """Damage the journal once for each seed and resume it: what went wrong, and how often; `damaged` counts them."""
    counts: Counter[str] = Counter()
    path = folder / "sound.jsonl"
    path.write_bytes(sound)
    before = read_journal(path)
    assert before.is_whole and before.domain is not None
    for seed in seeds:
        chance = random.Random(seed)
        content = damaged(sound, KINDS[seed % len(KINDS)], chance)
        if content == sound:
            continue
        counts["damaged"] += 1
        path = folder / f"{seed}.jsonl"
        path.write_bytes(content)
        try:
            journal, kept = Journal.resume(path)
        except TrainerError:
            counts["later records destroyed"] += path.read_bytes() != content
            continue
        except Exception:
            counts["tracebacks"] += 1
            continue
        counts["silent changes"] += kept.records != before.records[: len(kept.records)]
        is_shorter = sound.startswith(content) and content.endswith(b"\n")
        counts["silent changes"] += kept.is_whole and not is_shorter
        kept_beside = path
        if not kept.is_whole:
            journal, name = journal.begin_again(kept.domain or Domain(), kept.records)
            kept_beside = path.with_name(f"{name}.jsonl")
        journal.close()
        counts["later records destroyed"] += kept_beside.read_bytes() != content
        counts["answers lost"] += read_journal(path).records != kept.records
        for used in {path, kept_beside}:
            used.unlink()
    return counts
