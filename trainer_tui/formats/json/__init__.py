"""NLU data in JSON: rasa_nlu's own, read and written, and what other tools export."""
