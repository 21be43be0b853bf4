"""Edits to a user's text as ranges of it: what an edit does not touch stays byte for byte."""
