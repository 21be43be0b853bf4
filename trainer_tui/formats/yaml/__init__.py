"""YAML of Rasa 2.0 to 3.1, read and written; domain, configuration and endpoints of every era."""
