"""Predictions that are each made once for all conversations that look the same."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from trainer_tui.core.domain import Domain
from trainer_tui.core.featurizers import StateMaker
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.policies.policy import EnsemblePrediction
from trainer_tui.policies.sight import Past


class Predicting(Protocol):
    """As an `Ensemble`."""

    @property
    def tells_sights(self) -> bool: ...

    def sight(self, past: Past) -> Hashable: ...

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> EnsemblePrediction: ...


class RememberedPredictions:
    """What an ensemble predicts that learns nothing meanwhile; only the words of the evidence may be another's."""

    def __init__(self, ensemble: Predicting) -> None:
        self._ensemble = ensemble
        self._maker: StateMaker | None = None
        self._known: dict[Hashable, EnsemblePrediction] = {}

    def predict(self, tracker: DialogueStateTracker, domain: Domain) -> EnsemblePrediction:
        if not self._ensemble.tells_sights:
            return self._ensemble.predict(tracker, domain)
        if self._maker is None or self._maker.domain is not domain:
            self._maker, self._known = StateMaker(domain), {}
        sight = self._ensemble.sight(Past(tracker, self._maker))
        found = self._known.get(sight)
        if found is None:
            found = self._known[sight] = self._ensemble.predict(tracker, domain)
        return found
