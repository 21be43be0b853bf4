"""Rasa's `pipeline:` read: what its components ask for, and in a few sentences what stands in for them.

Names of every era are known: Rasa 3.x and 2.x, the templates and class names of 1.x, the module names of 0.x.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Self

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import FormatError

EMBEDDINGS = "SentenceEmbeddings"
GRADIENT_DESCENT = "StochasticGradientDescent"
ENTITY_PARTS: Mapping[str, str] = {
    "IntentForEntities": "intent_for_entities",
    "Gazetteer": "gazetteer",
    "KnownWords": "known_words",
    "WholeEntities": "whole_entities",
    GRADIENT_DESCENT: "gradient_descent",
}
PARTS: Mapping[str, str] = {
    EMBEDDINGS: "embeddings",
    "IntentNames": "intent_names",
    "NaiveBayes": "naive_bayes",
    **ENTITY_PARTS,
}
"""The component names of our own, and which setting each switches on; `enabled: false` switches it off."""

_TOKENIZERS = """WhitespaceTokenizer JiebaTokenizer MitieTokenizer SpacyTokenizer ConveRTTokenizer
    LanguageModelTokenizer tokenizer_whitespace tokenizer_jieba tokenizer_mitie tokenizer_spacy"""
_SPARSE_FEATURIZERS = """CountVectorsFeaturizer LexicalSyntacticFeaturizer RegexFeaturizer NGramFeaturizer
    intent_featurizer_count_vectors intent_featurizer_ngrams intent_entity_featurizer_regex"""
_DENSE_FEATURIZERS = """SpacyFeaturizer MitieFeaturizer ConveRTFeaturizer LanguageModelFeaturizer SpacyNLP MitieNLP
    HFTransformersNLP nlp_spacy nlp_mitie intent_featurizer_spacy intent_featurizer_mitie"""
_INTENT_CLASSIFIERS = """SklearnIntentClassifier MitieIntentClassifier EmbeddingIntentClassifier KeywordIntentClassifier
    LogisticRegressionClassifier intent_classifier_sklearn intent_classifier_mitie intent_classifier_keyword
    intent_classifier_tensorflow_embedding intent_entity_classifier_mitie"""
_ENTITY_EXTRACTORS = "CRFEntityExtractor MitieEntityExtractor ner_crf ner_mitie"
_PRETRAINED_EXTRACTORS = """SpacyEntityExtractor DucklingEntityExtractor DucklingHTTPExtractor ner_spacy ner_duckling
    ner_duckling_http"""
_TEMPLATES: Mapping[str, Sequence[str]] = {
    "supervised_embeddings": ("CRFEntityExtractor", "EntitySynonymMapper", "EmbeddingIntentClassifier"),
    "tensorflow_embedding": ("CRFEntityExtractor", "EntitySynonymMapper", "EmbeddingIntentClassifier"),
    "pretrained_embeddings_spacy": ("SpacyNLP", "CRFEntityExtractor", "EntitySynonymMapper", "SklearnIntentClassifier"),
    "spacy_sklearn": ("SpacyNLP", "CRFEntityExtractor", "EntitySynonymMapper", "SklearnIntentClassifier"),
    "pretrained_embeddings_convert": ("ConveRTFeaturizer", "EmbeddingIntentClassifier"),
    "mitie_sklearn": ("MitieNLP", "MitieEntityExtractor", "EntitySynonymMapper", "SklearnIntentClassifier"),
    "mitie": ("MitieNLP", "MitieEntityExtractor", "EntitySynonymMapper", "MitieIntentClassifier"),
    "keyword": ("KeywordIntentClassifier",),
}

_LINEAR = "intents are told by TF-IDF and a linear classifier"
_FIELD = "entities by a conditional random field"
_GROUPS: Sequence[tuple[str, str]] = (
    ("DIETClassifier", f"{_LINEAR}, {_FIELD}"),
    (_INTENT_CLASSIFIERS, _LINEAR),
    (_ENTITY_EXTRACTORS, _FIELD),
    (
        f"{_TOKENIZERS} {_SPARSE_FEATURIZERS}",
        "words, n-grams of characters, regexes and lookup tables are the features",
    ),
    (_DENSE_FEATURIZERS, f"no pretrained vectors; `- name: {EMBEDDINGS}` switches on those of the extra [embeddings]"),
    (
        _PRETRAINED_EXTRACTORS,
        "its entities are not found here; mark them by hand, or ask a Rasa server (`nlu:` in endpoints)",
    ),
    ("ResponseSelector", "the intent is told with its response key"),
    ("RegexEntityExtractor EntitySynonymMapper FallbackClassifier ner_synonyms", ""),
    (" ".join(PARTS), ""),
)
_MEANING = {name: meaning for names, meaning in _GROUPS for name in names.split()}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a pipeline asks for. `fallback`: threshold and ambiguity threshold of the FallbackClassifier. From
    `embeddings` on, the parts that `PARTS` names."""

    extracts_entities: bool = True
    maps_synonyms: bool = True
    fallback: tuple[float, float] | None = None
    extracts_lookups: bool = False
    extracts_regexes: bool = False
    is_case_sensitive: bool = False
    embeddings: bool = False
    intent_names: bool = True
    naive_bayes: bool = True
    intent_for_entities: bool = True
    gazetteer: bool = True
    known_words: bool = True
    whole_entities: bool = True
    gradient_descent: bool = True

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        fallback = found["fallback"]
        return cls(**{**found, "fallback": None if fallback is None else tuple(fallback)})


DEFAULT_SETTINGS = Settings()


def read_pipeline(pipeline: str | Sequence[Mapping[str, Any] | str] | None) -> tuple[Settings, tuple[str, ...]]:
    """What the pipeline asks for, and the sentences that say what stands in for what. None and [] are the default.

    A template of 1.x may stand alone or as the only item of a list.

    FormatError where a component has no name or a threshold is no number from 0 to 1.
    """
    if isinstance(pipeline, str):
        if pipeline not in _TEMPLATES:
            note = f"the pipeline template {pipeline!r} is unknown, and the usual pipeline is taken"
            return DEFAULT_SETTINGS, (f"{note}. Known templates: {', '.join(_TEMPLATES)}.",)
        pipeline = _TEMPLATES[pipeline]
    components = [_component(component) for given in pipeline or () for component in _expanded(given)]
    if len(components) == 1 and components[0][0] in _TEMPLATES:
        components = [_component(component) for component in _TEMPLATES[components[0][0]]]
    if not components:
        return DEFAULT_SETTINGS, ()
    return _settings(components), _notes(name for name, _ in components)


def _expanded(component: Mapping[str, Any] | str) -> Sequence[Mapping[str, Any] | str]:
    """The components of a template that is named where a component stands."""
    name = component.get("name") if isinstance(component, Mapping) else component
    return _TEMPLATES.get(str(name), (component,))


def _component(component: Mapping[str, Any] | str) -> tuple[str, Mapping[str, Any]]:
    name = (
        component if isinstance(component, str) else component.get("name") if isinstance(component, Mapping) else None
    )
    if not isinstance(name, str) or not name:
        raise FormatError(
            "a component of the pipeline has no name", f"Found {component!r:.80}.", "Expected `- name: ...`."
        )
    last = name.rsplit(".", 1)[-1]
    return (last if last in _MEANING else name), component if isinstance(component, Mapping) else {}


def _settings(components: Sequence[tuple[str, Mapping[str, Any]]]) -> Settings:
    options = dict(reversed(components))
    extractors = {*_ENTITY_EXTRACTORS.split(), "intent_entity_classifier_mitie"}
    diet = options.get("DIETClassifier")
    regexes = options.get("RegexEntityExtractor")
    fallback = options.get("FallbackClassifier")
    return Settings(
        extracts_entities=bool(extractors & options.keys())
        or (diet is not None and diet.get("entity_recognition", True) is not False),
        maps_synonyms=bool({"EntitySynonymMapper", "ner_synonyms"} & options.keys()),
        fallback=None
        if fallback is None
        else (_share(fallback, "threshold", 0.3), _share(fallback, "ambiguity_threshold", 0.1)),
        extracts_lookups=regexes is not None and regexes.get("use_lookup_tables", True) is not False,
        extracts_regexes=regexes is not None and regexes.get("use_regexes", True) is not False,
        is_case_sensitive=regexes is not None and regexes.get("case_sensitive", False) is True,
        **{PARTS[name]: _is_enabled(name, given) for name, given in options.items() if name in PARTS},
    )


def _is_enabled(name: str, options: Mapping[str, Any]) -> bool:
    enabled = options.get("enabled", True)
    if not isinstance(enabled, bool):
        raise FormatError(f"enabled of {name} is {enabled!r:.40}", hint="Expected true or false.")
    return enabled


def _share(options: Mapping[str, Any], name: str, default: float) -> float:
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise FormatError(
            f"{name} of the FallbackClassifier is {value!r}", hint="Expected a number from 0 to 1, such as 0.3."
        )
    return float(value)


def _notes(names: Iterable[str]) -> tuple[str, ...]:
    standing_in: dict[str, list[str]] = {}
    unknown: list[str] = []
    for name in dict.fromkeys(names):
        meaning = _MEANING.get(name)
        if meaning is None:
            unknown.append(name)
        elif meaning:
            standing_in.setdefault(meaning, []).append(name)
    notes = [f"{', '.join(given)}: {meaning}." for meaning, given in standing_in.items()]
    if unknown:
        known = ", ".join(name for name in _MEANING if name[0].isupper())
        notes.append(f"{', '.join(unknown)}: unknown in the pipeline and left out. Known: {known}.")
    return tuple(notes)
