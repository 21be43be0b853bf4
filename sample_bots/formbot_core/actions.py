"""The restaurant form of 2018, which decides on the action server what to ask and what to take from an answer.

FormAction left the SDK in 2020: python -m rasa_core_sdk.endpoint --actions actions (rasa_core_sdk 0.12) runs this.
"""

from rasa_core_sdk.forms import FormAction

CUISINES = ("greek", "italian", "mexican", "indian", "thai", "turkish")
SEATS_OUTSIDE = {"outside": True, "inside": False}


class RestaurantForm(FormAction):
    """Each `validate_<slot>` returns the value to keep; None says that the form has to ask again."""

    def name(self):
        return "restaurant_form"

    @staticmethod
    def required_slots(tracker):
        return ["cuisine", "num_people", "outdoor_seating", "preferences", "feedback"]

    def slot_mappings(self):
        aside = ["chitchat", "stop"]
        return {
            "cuisine": self.from_entity(entity="cuisine", not_intent="chitchat"),
            "num_people": self.from_entity(entity="number", intent=["inform", "request_restaurant"]),
            "outdoor_seating": [
                self.from_entity(entity="seating"),
                self.from_intent(intent="affirm", value=True),
                self.from_intent(intent="deny", value=False),
            ],
            "preferences": [
                self.from_intent(intent="deny", value="no additional preferences"),
                self.from_text(not_intent=["affirm", *aside]),
            ],
            "feedback": [
                self.from_entity(entity="feedback"),
                self.from_text(not_intent=aside),
            ],
        }

    def validate_cuisine(self, value, dispatcher, tracker, domain):
        if str(value).lower() in CUISINES:
            return str(value).lower()
        dispatcher.utter_template("utter_wrong_cuisine", tracker)
        return None

    def validate_num_people(self, value, dispatcher, tracker, domain):
        if str(value).isdigit() and int(value) > 0:
            return int(value)
        dispatcher.utter_template("utter_wrong_num_people", tracker)
        return None

    def validate_outdoor_seating(self, value, dispatcher, tracker, domain):
        if isinstance(value, bool):
            return value
        if str(value).lower() in SEATS_OUTSIDE:
            return SEATS_OUTSIDE[str(value).lower()]
        dispatcher.utter_template("utter_wrong_outdoor_seating", tracker)
        return None

    def submit(self, dispatcher, tracker, domain):
        dispatcher.utter_template("utter_submit", tracker)
        return []
