"""The weights that tell intents apart, fitted from examples: what linear classifiers know, added up into one.

* A support vector machine on TF-IDF. Each intent's name is one more example of it: `card_arrival` says much of what
  such messages are about, and most where there are few of them.
* Naive Bayes on the same numbers: how often a word stands in an intent's examples, whatever the other intents do. The
  machine looks at the border only; a little of what lies within makes it better on few examples and on thousands.
* Logistic regression on sentence vectors, where there are any. By itself it is better than both where examples are few,
  and the sum is better than it.

Each of them is one score an intent, linear in the message's vector, so their sum is one table of weights: a prediction
costs as much as that of one of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from trainer_tui.dataclass import dataclass
from trainer_tui.nlu.vectorizer import SentenceEncoder, TextVectorizer
from trainer_tui.numerics import np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from trainer_tui.nlu.vectorizer import Floats

    Weights = NDArray[np.float64]
    """How much each example counts."""

UNSEEN_SCORE = -1.0
"""What a one-against-the-rest classifier says where it has seen no example of a class."""

_REGULARIZATION = 0.5
_WEIGHT_OF_NAMES = 2.0
_SHARE_OF_BAYES = 0.04
_SMOOTHING = 0.03
_REGULARIZATION_OF_VECTORS = 10.0
_SHARE_OF_VECTORS = 0.5
_CAMEL_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class IntentRecipe:
    """What goes into the weights beside the support vector machine."""

    names: bool = True
    naive_bayes: bool = True
    encoder: SentenceEncoder | None = None


DEFAULT_RECIPE = IntentRecipe()


class LinearWeights(NamedTuple):
    """`weights`: columns of the vectoriser × intents."""

    vectorizer: TextVectorizer
    weights: Floats
    intercepts: Floats


def words_of_name(intent: str) -> str:
    """The words that an intent's name is made of.

    >>> words_of_name("faq/ask_howOld"), words_of_name("BookRestaurant")
    ('faq ask how old', 'book restaurant')
    """
    return " ".join(_CAMEL_CASE.sub(" ", re.sub(r"[_/+.-]", " ", intent)).lower().split())


def fit_weights(
    texts: Sequence[str], numbers: NDArray[np.intp], intents: Sequence[str], recipe: IntentRecipe
) -> LinearWeights:
    """`numbers`: of each text the position of its intent. Of an intent without an example nothing is known."""
    present = np.unique(numbers)
    counted = np.ones(len(texts))
    if recipe.names and len(present) > 1:
        texts = [*texts, *(words_of_name(intents[number]) for number in present)]
        numbers = np.concatenate([numbers, present])
        counted = np.concatenate([counted, np.full(len(present), _WEIGHT_OF_NAMES)])
    vectorizer, rows = TextVectorizer.fit(texts, recipe.encoder)
    weights = np.zeros((vectorizer.size, len(intents)), dtype=np.float32)
    intercepts = np.full(len(intents), UNSEEN_SCORE, dtype=np.float32)
    words = len(vectorizer.idf)
    if len(present) < 2 or not words:
        intercepts[present] = 1.0
        return LinearWeights(vectorizer, weights, intercepts)
    from scipy.sparse import csr_matrix

    matrix = csr_matrix((rows.values, rows.columns, rows.bounds), shape=(len(texts), vectorizer.size))
    weights[:words, present], intercepts[present] = _support_vector_machine(matrix[:, :words], numbers, counted)
    if recipe.naive_bayes:
        weights[:words, present] += _SHARE_OF_BAYES * _naive_bayes(matrix[:, :words], numbers, counted)
    if recipe.encoder:
        of_numbers, raised = _logistic_regression(matrix[:, words:].toarray(), numbers, counted)
        weights[words:, present] = _SHARE_OF_VECTORS * of_numbers
        intercepts[present] += _SHARE_OF_VECTORS * raised
    return LinearWeights(vectorizer, weights, intercepts)


def _support_vector_machine(matrix: csr_matrix, numbers: NDArray[np.intp], counted: Weights) -> tuple[Any, Any]:
    """Weights, columns × the classes that occur, and intercepts."""
    from sklearn.svm import LinearSVC

    model = LinearSVC(C=_REGULARIZATION, random_state=0).fit(matrix, numbers, sample_weight=counted)
    return _of_each_class(model)


def _logistic_regression(vectors: Floats, numbers: NDArray[np.intp], counted: Weights) -> tuple[Any, Any]:
    """Weights, numbers of the vectors × the classes that occur, and intercepts."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=_REGULARIZATION_OF_VECTORS, tol=1e-3).fit(vectors, numbers, sample_weight=counted)
    weights, intercepts = _of_each_class(model)
    is_shared = len(model.classes_) == 2  # one logarithm of odds, between both
    return (weights / 2, intercepts / 2) if is_shared else (weights, intercepts)


def _of_each_class(model: Any) -> tuple[Any, Any]:
    """Weights, columns × classes, and intercepts; of two classes scikit-learn has those of the second alone."""
    if len(model.classes_) == 2:
        return np.stack([-model.coef_[0], model.coef_[0]], axis=1), np.array([-1, 1]) * model.intercept_[0]
    return model.coef_.T, model.intercept_


def _naive_bayes(matrix: csr_matrix, numbers: NDArray[np.intp], counted: Weights) -> NDArray[np.float64]:
    """Multinomial: for each column and class the logarithm of the column's share of all that the class's examples hold.

    All intents are equally likely beforehand. Means are taken off, which changes no order and keeps the numbers small.
    """
    from scipy.sparse import csr_matrix

    classes, positions = np.unique(numbers, return_inverse=True)
    members = csr_matrix((counted, (positions, np.arange(len(numbers)))), shape=(len(classes), len(numbers)))
    held = (members @ matrix).toarray().T + _SMOOTHING
    shares = np.log(held / held.sum(axis=0))
    centred: NDArray[np.float64] = shares - shares.mean(axis=1, keepdims=True)
    return centred
