"""A small BERT, all-MiniLM-L6-v2, read from its weights and run in plain numpy: a text becomes 384 numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from trainer_tui.nlu.vectorizer import Floats

_HEADS = 12
_EPSILON = 1e-12


class SentenceModel:
    """`weights`: the tensors by the names that BERT gives them."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        self._weights = weights
        self._layers = sum(name.endswith(".attention.self.query.weight") for name in weights)
        self.size = weights["embeddings.word_embeddings.weight"].shape[1]
        self.longest = min(256, len(weights["embeddings.position_embeddings.weight"]))

    def encode(self, numbers: Sequence[int]) -> Floats:
        """The mean of what the model makes of these word pieces, as a vector of length 1."""
        words = self._weights["embeddings.word_embeddings.weight"][list(numbers)]
        places = self._weights["embeddings.position_embeddings.weight"][: len(numbers)]
        hidden = words + places + self._weights["embeddings.token_type_embeddings.weight"][0]
        hidden = self._normalized(hidden, "embeddings.LayerNorm")
        for layer in range(self._layers):
            hidden = self._layer(hidden, f"encoder.layer.{layer}.")
        mean = hidden.mean(axis=0)
        vector: Floats = (mean / np.sqrt(mean @ mean)).astype(np.float32)
        return vector

    def _layer(self, hidden: Floats, layer: str) -> Floats:
        attended = self._linear(self._attention(hidden, layer), f"{layer}attention.output.dense")
        hidden = self._normalized(hidden + attended, f"{layer}attention.output.LayerNorm")
        inner = _gelu(self._linear(hidden, f"{layer}intermediate.dense"))
        return self._normalized(hidden + self._linear(inner, f"{layer}output.dense"), f"{layer}output.LayerNorm")

    def _attention(self, hidden: Floats, layer: str) -> Floats:
        """Heads × tokens × numbers a head, and back."""
        query, key, value = (
            self._linear(hidden, f"{layer}attention.self.{part}").reshape(len(hidden), _HEADS, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(query.shape[-1]))
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        attended: Floats = (shares @ value).transpose(1, 0, 2).reshape(hidden.shape)
        return attended

    def _linear(self, values: Floats, name: str) -> Floats:
        result: Floats = values @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return result

    def _normalized(self, values: Floats, name: str) -> Floats:
        centred = values - values.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
        result: Floats = centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return result


def _gelu(values: Floats) -> Floats:
    result: Floats = values * np.float32(0.5) * (1 + _error_function(values * np.float32(0.5**0.5)))
    return result


def _error_function(values: Floats) -> Floats:
    """erf to 1.5e-7 (Abramowitz and Stegun, 7.1.26), so that scipy is not needed."""
    magnitude = np.abs(values)
    part = 1 / (1 + np.float32(0.3275911) * magnitude)
    series = np.zeros_like(part)
    for factor in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = (series + np.float32(factor)) * part
    result: Floats = np.sign(values) * (1 - series * np.exp(-magnitude * magnitude))
    return result
