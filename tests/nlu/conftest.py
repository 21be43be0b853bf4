"""A small assistant's NLU data."""

from __future__ import annotations

import pytest

from tests.nlu.marking import marked
from trainer_tui.core.nlu_data import Example, Lookup, TrainingData

GREETINGS = ("hello", "hi there", "good morning", "hey you", "good evening to you", "hello bot")
GOODBYES = ("bye", "goodbye now", "see you later", "good night", "have a nice day", "so long")
CITIES = ("Rome", "Paris", "Berlin", "Oslo", "New York", "Lima")


@pytest.fixture(scope="session")
def data() -> TrainingData:
    trips = [
        marked(f"a flight from {start} to {end}", "book", (start, "city", "from", None), (end, "city", "to", None))
        for start, end in zip(CITIES, CITIES[2:] + CITIES[:2], strict=True)
    ]
    stays = [marked(f"find me a hotel in {city} please", "stay", (city, "city")) for city in CITIES]
    examples = [Example(text, "greet") for text in GREETINGS] + [Example(text, "goodbye") for text in GOODBYES]
    return TrainingData(
        examples=(*examples, *trips, *stays),
        synonyms={"the big apple": "New York", "NYC": "New York"},
        regexes=(("zipcode", r"\b\d{5}\b"),),
        lookups=(Lookup("city", ("Madrid", "Buenos Aires")),),
    )
