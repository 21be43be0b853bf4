"""The restaurant form's checks: python -m rasa_sdk --actions actions runs them."""

from __future__ import annotations

from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher

CUISINES = ("greek", "italian", "mexican", "indian", "thai", "turkish")
SEATS_OUTSIDE = {"outside": True, "inside": False}


class ValidateRestaurantForm(FormValidationAction):
    """Each `validate_<slot>` returns the value to keep; None says that the form has to ask again."""

    def name(self) -> str:
        return "validate_restaurant_form"

    def validate_cuisine(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        cuisine = str(value).lower()
        if cuisine in CUISINES:
            return {"cuisine": cuisine}
        dispatcher.utter_message(response="utter_wrong_cuisine")
        return {"cuisine": None}

    def validate_num_people(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            people = float(value)
        except (TypeError, ValueError):
            people = 0
        if people >= 1 and people == int(people):
            return {"num_people": int(people)}
        dispatcher.utter_message(response="utter_wrong_num_people")
        return {"num_people": None}

    def validate_outdoor_seating(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        if isinstance(value, bool):
            return {"outdoor_seating": value}
        if str(value).lower() in SEATS_OUTSIDE:
            return {"outdoor_seating": SEATS_OUTSIDE[str(value).lower()]}
        dispatcher.utter_message(response="utter_wrong_outdoor_seating")
        return {"outdoor_seating": None}
