"""What the session must know of forms to ask about them."""

from __future__ import annotations

from trainer_tui.core.domain import Domain
from trainer_tui.core.events import Era, LoopInterrupted
from trainer_tui.policies.policy import EnsemblePrediction, Evidence

_VALIDATE_SLOT_MAPPINGS = "action_validate_slot_mappings"


def needs_server_for_slots(domain: Domain) -> bool:
    """Whether some slots are filled by custom code after every message (Rasa 3.x's action_extract_slots)."""
    if domain.era is not Era.RASA_3:
        return False
    if _VALIDATE_SLOT_MAPPINGS in domain.action_set:
        return True
    return any(mapping.action for slot in domain.slots.values() for mapping in slot.mappings)


def interruptions(prediction: EnsemblePrediction) -> tuple[Evidence, ...]:
    """Why a policy says that the active form shall not validate the latest message."""
    return tuple(
        evidence
        for opinion in prediction.opinions
        if any(isinstance(event, LoopInterrupted) and event.is_interrupted for event in opinion.events)
        for evidence in opinion.evidence
    )
