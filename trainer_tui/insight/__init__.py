"""What the data says: conflicts, similar stories, story graph, explanation."""
