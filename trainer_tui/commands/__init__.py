"""One module a batch command."""
