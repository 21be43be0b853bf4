"""The domain: what a bot knows of intents, entities, slots, forms, responses and actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from functools import cached_property
from typing import Any

from trainer_tui.core.events import ACTION_LISTEN, Era
from trainer_tui.core.slots import Form, Slot
from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place

ACTION_RESTART = "action_restart"
ACTION_DEFAULT_FALLBACK = "action_default_fallback"
ACTION_BACK = "action_back"
ACTION_SESSION_START = "action_session_start"
ACTION_EXTRACT_SLOTS = "action_extract_slots"

_DEACTIVATE_FORM = "action_deactivate_form"
_DEACTIVATE_LOOP = "action_deactivate_loop"
DEACTIVATIONS = (_DEACTIVATE_FORM, _DEACTIVATE_LOOP)
"""The names that leaving a form had up to Rasa 1.x, and has since."""

_DEFAULT_ACTIONS = {
    Era.CORE: (
        ACTION_LISTEN,
        ACTION_RESTART,
        ACTION_DEFAULT_FALLBACK,
        _DEACTIVATE_FORM,
        "action_revert_fallback_events",
        "action_default_ask_affirmation",
        "action_default_ask_rephrase",
        ACTION_BACK,
    ),
    Era.RASA_2: (
        ACTION_LISTEN,
        ACTION_RESTART,
        ACTION_SESSION_START,
        ACTION_DEFAULT_FALLBACK,
        _DEACTIVATE_LOOP,
        "action_revert_fallback_events",
        "action_default_ask_affirmation",
        "action_default_ask_rephrase",
        "action_two_stage_fallback",
        ACTION_BACK,
    ),
}
_DEFAULT_ACTIONS[Era.RASA_3] = (
    *_DEFAULT_ACTIONS[Era.RASA_2],
    "action_unlikely_intent",
    ACTION_EXTRACT_SLOTS,
)

NLU_FALLBACK = "nlu_fallback"
"""The intent of a message that no other fits, as Rasa's FallbackClassifier names it."""
OUT_OF_SCOPE = "out_of_scope"
DEFAULT_INTENTS = ("restart", "back", "session_start", NLU_FALLBACK, OUT_OF_SCOPE)
"""Intents that Rasa adds to every domain."""


def base_intent(intent: str | None) -> str:
    """The intent as domains list it: of a retrieval intent, `faq/hours`, what comes before its response key."""
    return (intent or "").partition("/")[0]


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent and which entities of its messages policies see: None = all of the domain's."""

    name: str
    use_entities: tuple[str, ...] | None = None
    ignore_entities: tuple[str, ...] = ()
    triggers: str | None = None
    is_retrieval: bool = False


@dataclass(frozen=True, slots=True)
class EntityType:
    name: str
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    influence_conversation: bool = True


@dataclass(frozen=True, slots=True)
class ResponseVariation:
    """One way to say a response. `text` may hold `{slot}`.

    `data` holds buttons, image, custom and so on as Rasa names them; `condition` is Rasa's list of
    `{type: slot, name, value}`.
    """

    text: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    channel: str | None = None
    condition: tuple[Mapping[str, Any], ...] = ()
    id: str | None = None

    @property
    def buttons(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.data.get("buttons") or ())


@dataclass(frozen=True)
class Domain:
    """A bot's domain. Mappings keep the order of the file(s).

    `version` is as written (None where missing). `actions` are those listed, responses excluded or not as the file
    does. `places` says where a name stands: ("intents", "greet") → Place.
    """

    version: str | None = None
    era: Era = Era.RASA_3
    intents: Mapping[str, Intent] = field(default_factory=dict)
    entities: Mapping[str, EntityType] = field(default_factory=dict)
    slots: Mapping[str, Slot] = field(default_factory=dict)
    responses: Mapping[str, tuple[ResponseVariation, ...]] = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    forms: Mapping[str, Form] = field(default_factory=dict)
    end_to_end_actions: tuple[str, ...] = ()
    send_domain_actions: frozenset[str] = frozenset()
    store_entities_as_slots: bool = True
    session_config: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)

    @cached_property
    def default_actions(self) -> tuple[str, ...]:
        """The actions every bot of this era has."""
        return _DEFAULT_ACTIONS[self.era]

    @cached_property
    def action_names(self) -> tuple[str, ...]:
        """Every action the bot can run, each once: defaults, listed ones, responses, forms."""
        names = (*self.default_actions, *self.actions, *self.responses, *self.forms)
        return tuple(dict.fromkeys(name for name in names if "/" not in name))

    @cached_property
    def own_actions_first(self) -> tuple[str, ...]:
        """The same, those that every bot has behind the others."""
        return tuple(sorted(self.action_names, key=self.default_actions.__contains__))

    @cached_property
    def action_set(self) -> frozenset[str]:
        return frozenset(self.action_names)

    def action_as_called_here(self, name: str | None) -> str | None:
        """The action by the name that this era has for it; stories may have it by the name of another."""
        if name not in DEACTIVATIONS:
            return name
        return _DEACTIVATE_FORM if self.era is Era.CORE else _DEACTIVATE_LOOP

    @cached_property
    def initial_slots(self) -> Mapping[str, Any]:
        """Slot values at the start of a conversation, `requested_slot` included where the bot has forms."""
        values = {name: slot.initial_value for name, slot in self.slots.items()}
        if self.forms:
            values.setdefault("requested_slot", None)
        return values

    def featurised_intent(self, intent: str) -> str:
        """The intent as policies see it: the base intent of a retrieval intent (`faq/hours` → `faq`)."""
        if "/" not in intent or intent in self.intents or " " in intent:
            return intent
        return base_intent(intent)

    def featurised_entities(self, intent: str) -> frozenset[str] | None:
        """The labels (`city`, `city#from`) that policies see beside this intent; None = all, the intent being unknown.

        As Rasa: `use_entities` and `ignore_entities` name an entity with all of its roles and groups; entities with
        `influence_conversation: false` are seen only where `use_entities` lists them.
        """
        if intent in DEFAULT_INTENTS and intent not in self.intents:
            return self._all_labels
        return self._labels_by_intent.get(intent)

    @cached_property
    def _labels_by_entity(self) -> dict[str, frozenset[str]]:
        return {
            name: frozenset((name, *(f"{name}#{label}" for label in (*entity.roles, *entity.groups))))
            for name, entity in self.entities.items()
        }

    @cached_property
    def _all_labels(self) -> frozenset[str]:
        used = (name for name, entity in self.entities.items() if entity.influence_conversation)
        return frozenset[str]().union(*(self._labels_by_entity[name] for name in used))

    @cached_property
    def _labels_by_intent(self) -> dict[str, frozenset[str]]:
        found = {}
        for name, intent in self.intents.items():
            labels = self._all_labels if intent.use_entities is None else self._labels_of(intent.use_entities)
            found[name] = labels - self._labels_of(intent.ignore_entities)
        return found

    def _labels_of(self, entities: Iterable[str]) -> frozenset[str]:
        return frozenset[str]().union(
            *(self._labels_by_entity.get(entity, frozenset((entity,))) for entity in entities)
        )

    def knows_intent(self, name: str) -> bool:
        """Whether an intent is in the domain, or one that Rasa adds to every domain; `faq/x` counts as `faq`."""
        return name in self.intents or base_intent(name) in self.intents or name in DEFAULT_INTENTS

    def with_additions(
        self,
        intents: Iterable[str] = (),
        entities: Iterable[str] = (),
        actions: Iterable[str] = (),
        responses: Mapping[str, tuple[ResponseVariation, ...]] | None = None,
        reworded: Mapping[str, tuple[ResponseVariation, ...]] | None = None,
    ) -> Domain:
        """The domain with names that were made during a session; known ones are left as they are, but for responses
        that were `reworded`."""
        new_responses = responses or {}
        all_responses = dict(new_responses) | dict(self.responses)
        all_responses |= {name: said for name, said in (reworded or {}).items() if name in all_responses}
        added_actions = tuple(name for name in actions if name not in self.action_set and name not in new_responses)
        return replace(
            self,
            intents=dict(self.intents) | {name: Intent(name) for name in intents if name not in self.intents},
            entities=dict(self.entities) | {name: EntityType(name) for name in entities if name not in self.entities},
            actions=(*self.actions, *added_actions),
            responses=all_responses,
        )
