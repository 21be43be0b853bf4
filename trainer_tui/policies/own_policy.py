"""Policies of the user's own: loaded from the project, and kept from taking the session down with them."""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from trainer_tui.core.domain import Domain
from trainer_tui.core.stories import TrainingTracker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.errors import Place, TrainerError
from trainer_tui.policies.policy import Lesson, Policy, PolicyPrediction, untrained

_PROTOCOL = ("name", "priority", "train", "learn", "predict")
_SEE = "See Policy in trainer_tui.policies.policy."


class OwnPolicy:
    """A policy of the user's own. Whatever it raises becomes a TrainerError with its name and the line."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.name = policy.name
        self.priority = policy.priority

    def train(self, trackers: Sequence[TrainingTracker], domain: Domain) -> Self:
        with self._named("train"):
            self.policy = untrained(self.policy).train(trackers, domain)
        return self

    def learn(self, lessons: Sequence[Lesson]) -> None:
        with self._named("learn"):
            self.policy.learn(lessons)

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        with self._named("predict"):
            prediction = self.policy.predict(tracker, domain)
            if not isinstance(prediction, PolicyPrediction):
                raise TypeError(f"predict returned {prediction!r:.80}, not a PolicyPrediction")
            return prediction

    @contextmanager
    def _named(self, doing: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise _failure(f"the policy {self.name} failed in {doing}", error) from error


def load_own_policy(name: str, parameters: Mapping[str, Any], project: Path) -> OwnPolicy:
    """The policy of the class `module.Class`, looked for in `project` first; TrainerError says why there is none."""
    module_name, class_name = name.rsplit(".", 1)
    try:
        with _importable(project):
            kind = getattr(importlib.import_module(module_name), class_name)
        policy = kind(**parameters)
    except Exception as error:
        hint = f"It is looked for in {project} and among the installed packages."
        if isinstance(error, ImportError) and (error.name or "").split(".")[0] in ("rasa", "rasa_core"):
            hint = f"Rasa's own classes are not here. {_SEE}"
        raise _failure(f"the policy {name} cannot be loaded", error, hint) from error
    missing = [part for part in _PROTOCOL if not hasattr(policy, part)]
    if missing:
        raise TrainerError(f"the policy {name} lacks {', '.join(missing)}", hint=_SEE)
    return OwnPolicy(policy)


def _failure(title: str, error: Exception, hint: str = "") -> TrainerError:
    where = traceback.extract_tb(error.__traceback__)[-1:]
    line = f" ({Place(where[0].filename, where[0].lineno)})" if where else ""
    return TrainerError(title, f"{type(error).__name__}: {error}{line}.", hint)


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    path = str(folder.resolve())
    sys.path.insert(0, path)
    try:
        importlib.invalidate_caches()
        yield
    finally:
        if path in sys.path:
            sys.path.remove(path)
