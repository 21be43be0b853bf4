"""Models on disk: JSON and plain arrays, which run no code when they are loaded."""
