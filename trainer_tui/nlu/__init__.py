"""From a text to its meaning."""
