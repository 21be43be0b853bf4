"""Interactive learning of Rasa-format dialogue bots in a full-screen terminal."""

__version__ = "0.1.0"
