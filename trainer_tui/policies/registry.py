"""config.yml's `policies:` → policies: which name of Rasa's is which of ours, and with which parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Era
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place, Problem, TrainerError
from trainer_tui.policies.fallback import FallbackPolicy, TwoStageFallbackPolicy
from trainer_tui.policies.form import FormPolicy
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.mapping import MappingPolicy
from trainer_tui.policies.memoization import AugmentedMemoizationPolicy, MemoizationPolicy
from trainer_tui.policies.own_policy import load_own_policy
from trainer_tui.policies.policy import Policy
from trainer_tui.policies.rule import RulePolicy

_KNOWN: Mapping[str, Callable[..., Policy]] = {
    "MemoizationPolicy": MemoizationPolicy,
    "AugmentedMemoizationPolicy": AugmentedMemoizationPolicy,
    "RulePolicy": RulePolicy,
    "FormPolicy": FormPolicy,
    "MappingPolicy": MappingPolicy,
    "FallbackPolicy": FallbackPolicy,
    "TwoStageFallbackPolicy": TwoStageFallbackPolicy,
    "LearnedPolicy": LearnedPolicy,
}

_LEARNED = ("KerasPolicy", "EmbeddingPolicy", "SklearnPolicy", "TEDPolicy", "UnexpecTEDIntentPolicy")
"""Rasa's trained policies; the learned policy does the work of all of them at once."""

_OF_CALM = ("FlowPolicy", "IntentlessPolicy", "EnterpriseSearchPolicy", "LLMPolicy")
"""Policies of Rasa's CALM, which follow flows or ask a language model; both are outside of what is taught here."""

_OF_CORE = {
    "FormPolicy": 5,
    "FallbackPolicy": 4,
    "TwoStageFallbackPolicy": 4,
    "MemoizationPolicy": 3,
    "AugmentedMemoizationPolicy": 3,
    "MappingPolicy": 2,
}
_PRIORITIES = {
    Era.CORE: _OF_CORE,
    Era.RASA_2: {"RulePolicy": 6, **_OF_CORE},
    Era.RASA_3: {"RulePolicy": 4, "MemoizationPolicy": 3, "AugmentedMemoizationPolicy": 3},
}

# Each era had a fallback here, too; but a threshold is for whoever asks for one.
_OF_CORE_ALONE: Mapping[str, Mapping[str, Any]] = {
    "LearnedPolicy": {},
    "MemoizationPolicy": {},
    "FormPolicy": {},
    "MappingPolicy": {},
}
_OF_TODAY: Mapping[str, Mapping[str, Any]] = {
    "MemoizationPolicy": {},
    "RulePolicy": {"enable_fallback_prediction": False},
    "LearnedPolicy": {},
}
_DEFAULTS = {Era.CORE: _OF_CORE_ALONE, Era.RASA_2: _OF_TODAY, Era.RASA_3: _OF_TODAY}

_TYPES: Mapping[str, tuple[type, ...]] = {
    "max_history": (int, type(None)),
    "priority": (int,),
    "nlu_threshold": (int, float),
    "core_threshold": (int, float),
    "ambiguity_threshold": (int, float),
    "core_fallback_threshold": (int, float),
    "fallback_action_name": (str,),
    "core_fallback_action_name": (str,),
    "fallback_core_action_name": (str,),
    "fallback_nlu_action_name": (str,),
    "deny_suggestion_intent_name": (str,),
    "enable_fallback_prediction": (bool,),
    "alike_names": (bool,),
    "use_nlu_confidence_as_score": (bool,),
}


@dataclass(frozen=True, slots=True)
class ConfiguredPolicies:
    """The policies in the order of the configuration; `notes` are to be said once, `problems` name what is left out."""

    policies: tuple[Policy, ...]
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def policies_of(
    entries: Sequence[Mapping[str, Any]] | None,
    domain: Domain,
    project: Path,
    places: Sequence[Place | None] = (),
) -> ConfiguredPolicies:
    """The policies of a configuration (`policies:` as plain data), or of the era's default where it has none.

    `places[i]` is where `entries[i]` stands. A dotted name is a class of the user's own, imported from `project`. One
    that cannot be used here, as any that is written for Rasa, is named, and the others do its work; where none of them
    learns, the learned policy does.
    """
    reader = _Reader(domain.era, project)
    if entries:
        for index, entry in enumerate(entries):
            reader.read(entry, places[index] if index < len(places) else None)
    else:
        reader.add_defaults()
    if entries:
        reader.stand_in()
        reader.miss(domain)
    if not reader.policies:
        reader.add_defaults()
    return ConfiguredPolicies(tuple(reader.policies), tuple(reader.notes), tuple(reader.problems))


@dataclass
class _Reader:
    era: Era
    project: Path
    policies: list[Policy] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def read(self, entry: Mapping[str, Any], place: Place | None) -> None:
        written = entry.get("name") if isinstance(entry, Mapping) else None
        if not isinstance(written, str) or not written:
            self._refuse(f"A policy without a name: {entry!r:.80}.", "Expected `- name: MemoizationPolicy`.", place)
            return
        is_rasas = written.startswith(("rasa.", "rasa_core.", "rasa_plus."))
        name = written.rsplit(".", 1)[-1] if is_rasas else written
        given = {key: value for key, value in entry.items() if key != "name"}
        if name in _LEARNED:
            self._learned(name, given, place)
        elif name in _KNOWN:
            self.add(name, given, place)
        elif is_rasas or name in _OF_CALM:
            self._warn(f"{written} has no counterpart here and is left out.", place, "The other policies are used.")
        elif "." in name:
            self._own(name, given, place)
        else:
            known = ", ".join((*_KNOWN, *_LEARNED))
            hint = f"These exist: {known}; or my.module.MyPolicy for your own."
            self._warn(f"There is no policy {written!r}: it is left out, the others do its work.", place, hint)

    def add_defaults(self) -> None:
        for name, given in _DEFAULTS[self.era].items():
            self.add(name, given, None)

    def _learned(self, name: str, given: Mapping[str, Any], place: Place | None) -> None:
        """The learned policy in the place of this one, once."""
        self.notes.append(f"{name}: its work is done by the learned policy.")
        if any(isinstance(policy, LearnedPolicy) for policy in self.policies):
            return
        self.add("LearnedPolicy", given, place, is_foreign=True)

    def add(self, name: str, given: Mapping[str, Any], place: Place | None, is_foreign: bool = False) -> None:
        """One of our own policies, with the parameters it has and the era's defaults for the others."""
        kind = _KNOWN[name]
        accepted = inspect.signature(kind).parameters
        parameters: dict[str, Any] = {}
        if name in _PRIORITIES[self.era]:
            parameters["priority"] = _PRIORITIES[self.era][name]
        if "max_history" in accepted and name != "LearnedPolicy" and self.era is not Era.CORE:
            parameters["max_history"] = None
        without_meaning = []
        for key, value in (_flattened(given)).items():
            if key not in accepted:
                without_meaning.append(key)
            elif not _fits(key, value):
                self._refuse(f"{name}: {key} cannot be {value!r}.", f"Expected {_expected(key)}.", place)
                return
            else:
                parameters[key] = value
        if without_meaning and not is_foreign:
            self.notes.append(f"{name}: {', '.join(without_meaning)} has no meaning here.")
        self.policies.append(kind(**parameters))

    def _own(self, name: str, given: Mapping[str, Any], place: Place | None) -> None:
        try:
            self.policies.append(load_own_policy(name, given, self.project))
        except TrainerError as error:
            said = f"{error.title[0].upper()}{error.title[1:]}: it is left out, the others do its work. {error.message}"
            self._warn(said.rstrip(), place, error.hint)
            self.left_out.append(name)

    def stand_in(self) -> None:
        """For policies of the user's own that cannot be used, where no other one learns."""
        for name in self.left_out:
            self._learned(name, {}, None)

    def miss(self, domain: Domain) -> None:
        """What a domain needs a policy for that the configuration does not have."""
        names = {policy.name for policy in self.policies}
        if domain.forms and not names & {"FormPolicy", "RulePolicy"}:
            wanted = "FormPolicy" if self.era is Era.CORE else "RulePolicy"
            self._warn(f"The domain has forms, but the configuration no {wanted}: they will not go on by themselves.")
        if any(intent.triggers for intent in domain.intents.values()) and "MappingPolicy" not in names:
            self._warn("Intents of the domain have `triggers:`, but the configuration has no MappingPolicy.")

    def _refuse(self, message: str, hint: str, place: Place | None) -> None:
        self.problems.append(Problem(message, place, hint))

    def _warn(self, message: str, place: Place | None = None, hint: str = "") -> None:
        self.problems.append(Problem(message, place, hint, is_error=False))


def _flattened(given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters, with the max_history that Rasa 1.x writes under `featurizer:`."""
    found = dict(given)
    featurizers = found.pop("featurizer", None)
    for featurizer in featurizers if isinstance(featurizers, list) else ():
        if isinstance(featurizer, Mapping) and "max_history" in featurizer:
            found.setdefault("max_history", featurizer["max_history"])
        elif isinstance(featurizer, Mapping) and featurizer.get("name") == "FullDialogueTrackerFeaturizer":
            found.setdefault("max_history", None)
    return found


def _fits(key: str, value: Any) -> bool:
    kinds = _TYPES[key]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        return False
    return not (key == "max_history" and isinstance(value, int) and value < 1)


def _expected(key: str) -> str:
    if key == "max_history":
        return "a whole number from 1 on, or null for all of the conversation"
    return {int: "a whole number", float: "a number", str: "a name", bool: "true or false"}[_TYPES[key][-1]]
