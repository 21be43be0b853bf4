"""What a person waits at a key: from Enter, or yes, until the next question is drawn. Wall clock, full screen, 80x24.

The mood bot is taught in a pseudo-terminal, its messages as intents, each action confirmed. BENCH_BASE names the
folder of another build; BENCH_RASA a `rasa` (of 3.x, in an environment of its own), whose `rasa interactive` is driven
through the same pseudo-terminal, with a model of the same bot (memory, rules and TED) that is trained first. They go
one after the other in one run: compare only what one run prints.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.launch import ASKS, command
from bench.measuring import builds, sample_bot, spread
from bench.terminal import Terminal

NAME = "waits"

TURNS = 12
AIM = "aim: 20 ms and a third of Rasa's from a message to its question, 12 ms and a fifth from an answer to the next"
_TALK = (("/goodbye", "utter_goodbye"), ("/bot_challenge", "utter_iamabot"))
"""What rules answer, however long the conversation is."""
_STILL = 0.5
"""Seconds until all is drawn, and a letter stands alone."""


@dataclass(slots=True)
class Waited:
    """Milliseconds."""

    launch: float = 0.0
    messages: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)


def run() -> None:
    print(f"ms from a key to the next question, {TURNS} turns ({AIM})")
    print(f"{'':<7}{'launch s':>9}{'a message: least, median, most':>32}{'an answer: least, median, most':>32}")
    for build in builds():
        with tempfile.TemporaryDirectory(prefix="trainer-tui-bench-") as folder:
            bot = sample_bot("moodbot", Path(folder) / "moodbot")
            started = [*command(build, "screen"), str(bot)]
            _session(started, build.environ(), bot)  # the model is kept
            shutil.rmtree(bot / ".trainer" / "sessions")
            _tell(build.name, _session(started, build.environ(), bot))
    if rasa := os.environ.get("BENCH_RASA"):
        with tempfile.TemporaryDirectory(prefix="trainer-tui-bench-") as folder:
            _tell("rasa", _rasa(rasa, sample_bot("moodbot", Path(folder) / "moodbot")))


def _tell(name: str, waited: Waited) -> None:
    print(f"{name:<7}{waited.launch / 1000:>9.1f}{spread(waited.messages):>32}{spread(waited.answers):>32}", flush=True)


def _session(started: list[str], environ: dict[str, str], bot: Path) -> Waited:
    return _teach(
        started,
        environ,
        bot,
        asks=ASKS["screen"].decode(),
        yes="\r",
        # The screen draws no more than what is otherwise: the name of the action is, the words before it are not.
        question="{action}",
    )


def _rasa(rasa: str, bot: Path) -> Waited:
    # A terminal that does not say where its cursor is would be asked, and waited for.
    environ = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PROMPT_TOOLKIT_NO_CPR": "1"}
    subprocess.run([rasa, "train"], cwd=bot, env=environ, check=True, capture_output=True)
    started = [rasa, "interactive", "--model", "models", "--skip-visualization", "--endpoints", "endpoints.yml"]
    return _teach(started, environ, bot, asks="Your input", yes="y", question="'{action}'")


def _teach(started: list[str], environ: dict[str, str], bot: Path, *, asks: str, yes: str, question: str) -> Waited:
    waited = Waited()
    begun = time.monotonic()
    terminal = Terminal(started, environ, bot)
    try:
        terminal.hears(asks.encode())
        waited.launch = (time.monotonic() - begun) * 1000
        for turn in range(TURNS):
            typed, action = _TALK[turn % len(_TALK)]
            terminal.draws(_STILL)
            terminal.types(typed.encode())
            terminal.draws(_STILL)
            waited.messages.append(_waits(terminal, "\r", question.format(action=action)))
            waited.answers.append(_waits(terminal, yes, question.format(action="action_listen")))
            terminal.types(yes.encode())
    finally:
        terminal.ends()
    return waited


def _waits(terminal: Terminal, key: str, words: str) -> float:
    begun = time.monotonic()
    terminal.types(key.encode())
    terminal.hears(words.encode())
    waited = (time.monotonic() - begun) * 1000
    terminal.draws(_STILL)
    return waited
