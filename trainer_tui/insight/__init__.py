"""What the data says: conflicts, similar stories, the graph of the stories, explanation."""
