"""Models that Rasa has trained: recognised by what lies there, so that a person is told what to do instead."""

from __future__ import annotations

from os.path import exists, isdir
from pathlib import Path

from trainer_tui.errors import Place
from trainer_tui.runtime.models.archive import ModelError

# A file that only such a model holds → what made it.
_SIGNS = (
    ("policy_metadata.json", "Rasa Core"),
    ("core/policy_metadata.json", "Rasa 1 or 2"),
    ("fingerprint.json", "Rasa 1 or 2"),
    ("components", "Rasa 3"),
    ("nlu/metadata.json", "Rasa 1 or 2"),
    ("metadata.json", "Rasa NLU"),
)


def rasa_model_at(path: Path) -> str | None:
    """What of Rasa's lies at `path`, in words; None for anything else."""
    if path.name.endswith((".tar.gz", ".tgz")):
        return "a model archive of Rasa"
    if not isdir(path):
        return None
    maker = next((maker for sign, maker in _SIGNS if exists(path / sign)), None)
    if maker:
        return f"a model of {maker}"
    if any(path.glob("*.tar.gz")):
        return "a folder of Rasa's model archives"
    return None


def refuse_rasa_model(path: Path, flag: str) -> None:
    """ModelError if a model of Rasa's was given with `flag` (`--core`, `--nlu`); its weights mean nothing here."""
    found = rasa_model_at(path)
    if not found:
        return
    raise ModelError(
        f"{flag} names {found}",
        "trainer-tui trains models of its own from the same files, in seconds.",
        f"Leave {flag} out and name the project's folder, or its files (-d domain.yml -s data/); "
        "trainer-tui train -o DIR keeps the model.",
        Place(str(path)),
    )
