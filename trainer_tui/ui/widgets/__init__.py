"""One widget a pane."""
