"""The interactive-learning machine: pure, with no input or output of its own."""
