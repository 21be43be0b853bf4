"""Commands that Rasa has and that are called otherwise here: what to type in their place."""

from __future__ import annotations

from collections.abc import Sequence
from os.path import exists

_INSTEAD = {
    ("shell", "nlu"): "to see how a message is understood, type it in trainer-tui {folder}",
    ("run",): "no server is run here; to talk to the bot: trainer-tui shell {folder}",
    ("run", "actions"): "the action server is started with a session; by itself: trainer-tui actions {folder}",
    ("x",): "to teach the bot by talking to it: trainer-tui {folder}",
    ("inspect",): "to see why the bot does what it does, press e in trainer-tui {folder}",
    ("evaluate",): "to measure the bot: trainer-tui test {folder}",
    ("export",): "conversations go into the project's files from a session (ctrl+s): trainer-tui {folder}",
    ("telemetry",): "nothing is reported to anyone here, so there is nothing to switch",
    ("interactive", "core"): "a message /intent asks about no intent; the session is: trainer-tui {folder}",
    ("train", "core"): "one command trains what there is data for: trainer-tui train {folder}",
    ("train", "nlu"): "one command trains what there is data for: trainer-tui train {folder}",
    ("test", "core"): "trainer-tui test {folder} judges stories and NLU data; -s PATH the stories alone",
    ("test", "nlu"): "trainer-tui test {folder} judges stories and NLU data; -u PATH the examples alone",
    ("test", "e2e"): "trainer-tui test {folder} understands the texts of test stories",
    ("data", "split"): "to measure by parts that are held out: trainer-tui test {folder} --cross-validate 5",
    ("data", "migrate"): "files of every version are read as they are; for another notation: trainer-tui data convert",
    ("data", "validate", "stories"): "stories are among what is looked at: trainer-tui data validate {folder}",
    ("data", "convert", "nlu"): "trainer-tui data convert SRC --to yaml --out DIR converts all that a folder holds",
}


def instead(arguments: Sequence[str]) -> str | None:
    """What to type here in place of a command of Rasa's; None where it is none, or names something that is there."""
    for length in (3, 2, 1):
        words = tuple(arguments[:length])
        if words in _INSTEAD and not exists(words[-1]):
            rest = arguments[length:]
            folder = rest[0] if rest and not rest[0].startswith("-") else "FOLDER"
            return f"{' '.join(words)!r} is a command of Rasa's; {_INSTEAD[words].format(folder=folder)}"
    return None
