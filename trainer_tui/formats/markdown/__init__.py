"""Markdown of Core 0.7 to Rasa 2.8, read and written."""
