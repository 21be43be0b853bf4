"""Sessions under a cat on the keyboard, in a real terminal: which of them broke, and was Ctrl-C ever unanswered."""

from __future__ import annotations

import os
import random
import re
import select
import shutil
import signal
import time
from collections import Counter
from itertools import islice
from pathlib import Path

from tests.soak.keyboard import SIZES, strokes
from tests.terminal.terminal import Terminal
from tests.walks.walking import copy_of

SAMPLE_BOTS = Path(__file__).parents[2] / "sample_bots"
BOTS = ("concertbot", "formbot", "formbot_core", "moodbot", "empty", "odd")
BETWEEN_CHECKS = 400
CHECKS = 4
"""Of one session, which is left then by the key that quits."""
FAILURES = ("tracebacks", "unexpected ends", "wrong exit codes", "Ctrl-C unanswered")
PATIENCE = 120.0
"""Seconds until Ctrl-C counts as unanswered: all that was typed before comes first, and the machine may be busy."""
LONGEST_QUEUE = 600.0
"""Seconds for all strokes of a session: the key that quits is the last of them, and acts when all others have."""
_MENU = b"Continue"
_STEERING = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")

_EMPTY = 'version: "3.1"\nintents: [greet]\n'
_ODD = """version: "3.1"
intents: [greet, "词", "{long}", "\\u202eturned"]
entities: [city, "{long}"]
slots:
  city: {{type: text, mappings: [{{type: from_entity, entity: city}}]}}
responses:
  utter_greet: [{{text: "two\\nlines \\e[31m", buttons: [{{title: "词", payload: /greet}}]}}]
  utter_{long}: [{{text: "{long} {{city}}"}}]
""".format(long="l" * 150)
_ODD_STORIES = "stories:\n- story: '词 {x}'\n  steps:\n  - intent: greet\n  - action: utter_greet\n  - intent: '词'\n"


def bot_of(name: str, folder: Path) -> Path:
    """A bot to write into: a sample bot, without a server for its actions, or one of nothing, or one of odd names."""
    if (SAMPLE_BOTS / name).exists():
        bot = copy_of(SAMPLE_BOTS / name, folder)
        (bot / "actions.py").unlink(missing_ok=True)
        return bot
    bot = folder / name
    (bot / "data").mkdir(parents=True)
    (bot / "domain.yml").write_text(_EMPTY if name == "empty" else _ODD, encoding="utf-8")
    if name == "odd":
        (bot / "data" / "stories.yml").write_text(_ODD_STORIES, encoding="utf-8")
    return bot


class Watched(Terminal):
    """A terminal whose screen nobody draws, which is most of the work of watching one."""

    def __init__(self, bot: Path, size: tuple[int, int]) -> None:
        self.plain = bytearray()
        """What was heard since `forgets`, without what moves the cursor and colours the text."""
        self._begun = b""
        super().__init__(["."], bot, size, {"EDITOR": "true", "VISUAL": "true"})

    def listens(self, seconds: float) -> bool:
        """Take what is written; False once the program has closed its end."""
        if not select.select([self.descriptor], [], [], seconds)[0]:
            return True
        try:
            found = os.read(self.descriptor, 65536)
        except OSError:
            return False
        # What a sequence is may come in two pieces. All that was heard is gone through once, not at every look.
        heard = self._begun + found
        whole = heard.rfind(b"\x1b")
        if whole < 0 or _STEERING.match(heard, whole):
            whole = len(heard)
        self.plain += _STEERING.sub(b"", heard[:whole])
        self._begun = heard[whole:]
        return bool(found)

    def types(self, text: str) -> bool:
        """Send it, and listen meanwhile: neither side may wait for the other for ever."""
        left = text.encode()
        while left:
            reading, writing, _ = select.select([self.descriptor], [self.descriptor], [], PATIENCE)
            if reading and not self.listens(0):
                return False
            if writing:
                try:
                    left = left[os.write(self.descriptor, left[:512]) :]
                except OSError:
                    return False
            if not reading and not writing:
                return False
        return True

    def hears(self, *wanted: bytes, patience: float = PATIENCE) -> bool:
        """Wait for one of these."""
        end = time.monotonic() + patience
        while not any(words in self.plain for words in wanted):
            if time.monotonic() > end or not self.listens(0.05):
                return False
        return True

    def is_gone(self) -> bool:
        """Whether the program has ended, once it has closed its end of the terminal."""
        while self.code is None and select.select([self.descriptor], [], [], 0)[0]:
            if not self.listens(0):
                self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.code is not None

    def forgets(self) -> None:
        while select.select([self.descriptor], [], [], 0)[0] and self.listens(0):
            pass
        self.plain.clear()

    def answers_ctrl_c(self) -> bool:
        """Whether the menu comes; where it was open already, it closes first."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.forgets()
            if not self.types("\x03"):
                return False
            if self.hears(_MENU, patience=PATIENCE / 8):
                return self.types("\x03")
        return False


def session(name: str, folder: Path, count: int, seed: int) -> Counter[str]:
    """So many strokes on one bot, with a look at Ctrl-C after every few hundred of them."""
    counts: Counter[str] = Counter()
    chance = random.Random(f"{name} {seed}")
    size = chance.choice(SIZES[:3])
    bot = bot_of(name, folder)
    terminal = Watched(bot, size)
    try:
        if not terminal.hears(b"f1", b"message"):
            counts["unexpected ends"] += 1
            return counts
        keyboard = strokes(chance, size)
        left = count
        while left > 0:
            for stroke in islice(keyboard, min(BETWEEN_CHECKS, left)):
                counts[stroke.kind] += 1
                if stroke.size is not None:
                    terminal.forgets()
                    terminal.resize(*stroke.size)
                elif not terminal.types(stroke.sent):
                    return _ended(counts, terminal, bot, seed)
            left -= BETWEEN_CHECKS
            counts["checks"] += 1
            if not terminal.answers_ctrl_c():
                return _ended(counts, terminal, bot, seed, "Ctrl-C unanswered")
        terminal.types("\x11")
        end = time.monotonic() + LONGEST_QUEUE
        while not terminal.is_gone() and time.monotonic() < end:
            terminal.listens(0.05)
        counts["wrong exit codes"] += terminal.code != 0
        counts["tracebacks"] += b"Traceback" in terminal.plain
        counts["sessions"] += 1
        return counts + _faults(bot)
    finally:
        terminal.close()


def _ended(
    counts: Counter[str], terminal: Watched, bot: Path, seed: int, failure: str = "unexpected ends"
) -> Counter[str]:
    """The program was quit, is gone, or does not answer; what it said last is kept for whoever looks for the reason."""
    if terminal.is_gone() and terminal.code == 0:
        # Keys of the menu quit as well: where a check left it open, it was one of them.
        counts["quits"] += 1
        return counts + _faults(bot)
    counts[failure] += 1
    counts["tracebacks"] += b"Traceback" in terminal.plain
    kept = Path(f"{bot.name}-{seed}.soak")
    kept.write_bytes(terminal.plain[-20000:])
    log = bot / ".trainer" / "trainer.log"
    if log.exists():
        shutil.copy(log, kept.with_suffix(".log"))
    if terminal.code is None:
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.code = os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1])
    return counts + _faults(bot)


def _faults(bot: Path) -> Counter[str]:
    """What the screen outlived, by what it was."""
    log = bot / ".trainer" / "trainer.log"
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    counts: Counter[str] = Counter()
    for entry in text.split("ERROR trainer_tui.ui.faults: ")[1:]:
        lines = [line for line in entry.splitlines() if line and not line.startswith((" ", "20"))]
        counts["faults outlived"] += 1
        counts[f"  {lines[-1][:100]}"] += 1
    return counts
