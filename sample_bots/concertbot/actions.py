"""What the concert bot does beside talking: it looks up concerts, venues and what people wrote about them.

Runs under the SDK of today (python -m rasa_sdk --actions actions) and under that of 2018
(python -m rasa_core_sdk.endpoint --actions actions).
"""

try:
    from rasa_sdk import Action
    from rasa_sdk.events import SlotSet
except ImportError:
    from rasa_core_sdk import Action
    from rasa_core_sdk.events import SlotSet

# artist -> (venue, stars, what people wrote)
CONCERTS = {
    "Tin Lighthouse": ("Harbour Hall", 4.5, "loud, bright and over too soon"),
    "Moss and Ember": ("The Old Brewery", 4.0, "two guitars and a very quiet room"),
}
# venue -> (stars, what people wrote)
VENUES = {
    "Harbour Hall": (4.0, "great sound, long queue at the bar"),
    "The Old Brewery": (4.5, "small, warm, and you see well from everywhere"),
}


class ActionSearchConcerts(Action):
    def name(self):
        return "action_search_concerts"

    def run(self, dispatcher, tracker, domain):
        found = [f"{artist} at {venue}" for artist, (venue, _, _) in CONCERTS.items()]
        dispatcher.utter_message("Coming up: {}.".format(", ".join(found)))
        return [SlotSet("concerts", list(CONCERTS))]


class ActionSearchVenues(Action):
    def name(self):
        return "action_search_venues"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message("Good places for a show: {}.".format(", ".join(VENUES)))
        return [SlotSet("venues", list(VENUES))]


class ActionShowConcertReviews(Action):
    def name(self):
        return "action_show_concert_reviews"

    def run(self, dispatcher, tracker, domain):
        for artist in tracker.get_slot("concerts") or CONCERTS:
            if artist in CONCERTS:
                _, stars, words = CONCERTS[artist]
                dispatcher.utter_message(f"{artist}: {stars} of 5, “{words}”")
        return []


class ActionShowVenueReviews(Action):
    def name(self):
        return "action_show_venue_reviews"

    def run(self, dispatcher, tracker, domain):
        for venue in tracker.get_slot("venues") or VENUES:
            if venue in VENUES:
                stars, words = VENUES[venue]
                dispatcher.utter_message(f"{venue}: {stars} of 5, “{words}”")
        return []
