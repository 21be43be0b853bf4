"""Where models lie: DIR/dialogue for `--core`, DIR/current/nlu for `--nlu`, as the documentation of 2018 has them."""

from __future__ import annotations

from os.path import exists, isdir
from pathlib import Path

from trainer_tui.errors import Place
from trainer_tui.runtime.models.archive import ModelError, is_archive
from trainer_tui.runtime.models.rasa import refuse_rasa_model

DIALOGUE = Path("dialogue")
NLU = Path("current", "nlu")


def dialogue_folder(out: Path) -> Path:
    """Where `-o` puts the dialogue model; `-o models/dialogue` names that very folder."""
    return out if out.name == DIALOGUE.name else out / DIALOGUE


def nlu_folder(out: Path) -> Path:
    """Where `-o` puts the interpreter."""
    return (out.parent if out.name == DIALOGUE.name else out) / NLU


def find_dialogue(core: Path, flag: str = "--core") -> Path:
    """The dialogue model that `flag` names, itself or by the folder of all models; ModelError where there is none."""
    found = _find(core, DIALOGUE)
    if found:
        return found
    refuse_rasa_model(core, flag)
    raise ModelError(
        f"{flag} names no model",
        "Nothing of a model is there." if exists(core) else "It does not exist.",
        f"Train one with trainer-tui train -o DIR, or leave {flag} out: the project's stories are learned in seconds.",
        Place(str(core)),
    )


def find_interpreter(nlu: Path, flag: str = "--nlu") -> Path | None:
    """The interpreter that `flag` names; None where nothing is there, so that one can be trained and put there.
    ModelError where something else is there."""
    found = _find(nlu, NLU)
    if found:
        return found
    refuse_rasa_model(nlu, flag)
    if exists(nlu) and not (isdir(nlu) and not any(nlu.iterdir())):
        raise ModelError(
            f"{flag} names no model",
            "Something else is there.",
            "Name the folder that trainer-tui train -o DIR wrote (DIR/current/nlu), or one that does not exist yet.",
            Place(str(nlu)),
        )
    return None


def _find(place: Path, below: Path) -> Path | None:
    return next((folder for folder in (place, place / below) if is_archive(folder)), None)
