"""From a tracker to the next action."""
