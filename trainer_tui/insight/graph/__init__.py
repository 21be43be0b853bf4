"""The stories of a bot as one graph: folded, laid out, drawn, and written for other tools."""
