"""From the conversations of a session to changes of the project's files: planned here, written by `runtime`."""
